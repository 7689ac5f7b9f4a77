"""Measures what Prefect itself costs a document, on documents that cost nothing.

The same files go into the same kind of curated folder three ways: by the plain functions without Prefect,
through the flow with a task a document, and through the flow in batches. Nothing is read and no process is
started, whose own time would drown what is measured. What a flow takes longer than the plain functions is
Prefect's, less what a run of a single document takes longer, which is paid once a run. The rounds take
turns; medians are printed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

ROOT = Path(__file__).resolve().parents[1]
#: What a document may cost, in milliseconds.
AIM = 5.0


class NoWorkers:
    """Stands in for the workers: every document is refused at once, with nothing to write but its record."""

    def __init__(self, *_: Any) -> None: ...

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None: ...

    def process(self, path: Path, name: str, fault: Any = None) -> Any:
        """A document that was not read."""
        from jcfs_etl.contracts import load_contracts
        from jcfs_etl.interface import refused_document

        return refused_document(path, name, "not_a_pdf", "not read — a benchmark", load_contracts())


def plain(order: Any, workers: int, largest: int) -> None:
    """A run by the plain functions, batch after batch."""
    from flows.batches import in_batches, process_batch
    from flows.steps import open_root, plan_run, settle_run
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.discover import discover
    from jcfs_etl.settings import load_settings

    contracts, settings = load_contracts(), load_settings()
    with open_root(order, contracts, settings) as root:
        plan = plan_run(order, discover(order.paths), root.manifest, contracts, settings)
        published = []
        for files in in_batches(plan.due, workers, largest):
            for given, document in zip(files, process_batch(files, NoWorkers().process), strict=True):
                published.append(root.publish(document, place=given.place))
        settle_run(order, plan, root, published, contracts, settings)


def main() -> int:
    """Measure, print, and say whether the aim is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    # Disks are slower than what is measured, and less even.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        os.environ["PREFECT_HOME"] = str(Path(folder) / "prefect")
        return measure(Path(folder), given.documents, given.rounds, given.workers)


def measure(folder: Path, documents: int, rounds: int, workers: int) -> int:
    """Run all ways in turns and print a table."""
    from prefect import flow

    import flows.ingest
    from flows.batches import LARGEST
    from flows.steps import Order

    flows.ingest.Workers = NoWorkers
    carry_out = flow(name="cost", task_runner=flows.ingest.RUNNER, validate_parameters=False)(
        flows.ingest.carry_out
    )
    many, single = folder / "many", folder / "single"
    for raw, count in ((many, documents), (single, 1)):
        raw.mkdir()
        for number in range(count):
            (raw / f"{number:05}.pdf").write_bytes(b"%d" % number)
    ways: dict[str, Callable[[Order], object]] = {
        "plain functions": lambda order: plain(order, workers, LARGEST),
        "a task a document": lambda order: carry_out(order, workers=workers, largest=1),
        f"batches of {LARGEST}": lambda order: carry_out(order, workers=workers, largest=LARGEST),
    }
    taken: dict[tuple[str, Path], list[float]] = {}
    for turn in range(rounds + 1):
        for way, run in ways.items():
            for raw in (single, many):
                curated = tempfile.mkdtemp(dir=folder)
                began = time.perf_counter()
                run(Order((str(raw),), curated))
                # The first turn starts Prefect's server and fills caches.
                if turn:
                    taken.setdefault((way, raw), []).append(time.perf_counter() - began)
    return report(taken, list(ways), many, single, documents)


def report(
    taken: dict[tuple[str, Path], list[float]], ways: list[str], many: Path, single: Path, documents: int
) -> int:
    """Print the table; 1 where the batches miss the aim."""
    print(f"{documents} documents; medians of {len(taken[ways[0], many])} rounds\n")
    print("| way | run of all, s | run of one, s | Prefect's cost a document, ms |")
    print("|---|---:|---:|---:|")
    costs = []
    for way in ways:
        extra = [median(taken[way, raw]) - median(taken[ways[0], raw]) for raw in (many, single)]
        costs.append((extra[0] - extra[1]) / max(documents - 1, 1) * 1000)
        print(
            f"| {way} | {median(taken[way, many]):.2f} | {median(taken[way, single]):.2f} | {costs[-1]:.2f} |"
        )
    print(f"\nAim: under {AIM:g} ms in batches; {'met' if costs[-1] < AIM else 'MISSED'}.")
    return 0 if costs[-1] < AIM else 1


if __name__ == "__main__":
    sys.exit(main())
