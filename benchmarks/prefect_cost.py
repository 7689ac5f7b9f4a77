"""Measures what Prefect itself costs a document, on documents that cost nothing.

The same files go into the same kind of curated folder three ways: by the plain functions without Prefect,
through the flow with a task a document, and through the flow in batches. Nothing is read and no process is
started, whose own time would drown what is measured. What a flow takes longer than the plain functions is
Prefect's, less what a run of a single document takes longer, which is paid once a run. The rounds take
turns; medians are printed, of the time that passes and of the processor time of this process and of Prefect's
server. That is the better figure on a busy machine, and it holds what the server does after the run.
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
from unittest import mock

from msgspec.structs import replace

os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

ROOT = Path(__file__).resolve().parents[1]
#: What a document may cost, in milliseconds.
AIM = 5.0

#: For each way and folder of files, what each round took by the two clocks.
Taken = dict[tuple[str, Path], list[tuple[float, ...]]]


class NoWorkers:
    """Stands in for the workers: every document is refused at once, with nothing to write of it."""

    def __init__(self, *_: Any) -> None: ...

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None: ...

    def process(self, path: Path, name: str, fault: Any = None) -> Any:
        """A document that was not read."""
        from jcfs_etl.contracts import load_contracts
        from jcfs_etl.interface import refused_document

        document = refused_document(path, name, "not_a_pdf", "not read — a benchmark", load_contracts())
        # Without the hash of its bytes it leaves nothing behind.
        return replace(document, record=replace(document.record, sha256=""))


def plain(order: Any, workers: int) -> None:
    """A run by the plain functions, batch after batch."""
    from flows.batches import in_batches, process_batch
    from flows.steps import Run, move_records
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.discover import discover
    from jcfs_etl.settings import load_settings

    contracts, settings = load_contracts(), load_settings()
    run = Run(order, contracts, settings)
    with run.root() as root:
        plan = run.plan(discover(order.paths), root.manifest)
        moved = move_records(plan, root)
        published = []
        for files in in_batches(plan.due, workers):
            for given, document in zip(files, process_batch(files, NoWorkers().process), strict=True):
                published.append(root.publish(document, place=given.place))
        run.settle(plan, root, published, moved)


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
    from flows.order import Order

    flows.ingest.Workers = NoWorkers
    carry_out = flow(name="cost", task_runner=flows.ingest.RUNNER, validate_parameters=False)(
        flows.ingest.carry_out
    )
    many, single = folder / "many", folder / "single"
    for raw, count in ((many, documents), (single, 1)):
        raw.mkdir()
        for number in range(count):
            (raw / f"{number:05}.pdf").write_bytes(b"%d" % number)

    def one_by_one(order: Order) -> object:
        with mock.patch("flows.batches.LARGEST", 1):
            return carry_out(order, workers=workers)

    ways: dict[str, Callable[[Order], object]] = {
        "plain functions": lambda order: plain(order, workers),
        "a task a document": one_by_one,
        f"batches of {LARGEST}": lambda order: carry_out(order, workers=workers),
    }
    taken: Taken = {}
    for turn in range(rounds + 1):
        for way, run in ways.items():
            for raw in (single, many):
                curated = tempfile.mkdtemp(dir=folder)
                began = clocks()
                run(Order((str(raw),), curated))
                ended = time.perf_counter()
                used = settled()
                # The first turn starts Prefect's server and fills caches.
                if turn:
                    taken.setdefault((way, raw), []).append((ended - began[0], used - began[1]))
    return report(taken, list(ways), many, single, documents)


def settled() -> float:
    """The processor time used when Prefect's server has worked off what the run has left it to do."""
    used = clocks()[1]
    for _ in range(60):
        time.sleep(1)
        before, used = used, clocks()[1]
        if used - before < 0.05:
            break
    return used


def clocks() -> tuple[float, float]:
    """Seconds that have passed, and processor seconds of this process and of those that it started."""
    used = time.process_time()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # It has ended meanwhile.
        if int(fields[1]) == os.getpid():
            used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return time.perf_counter(), used


def report(taken: Taken, ways: list[str], many: Path, single: Path, documents: int) -> int:
    """Print the table; 1 where the batches miss the aim."""
    print(f"{documents} documents; medians of {len(taken[ways[0], many])} rounds\n")
    print("| way | run of all, s | run of one, s | Prefect's cost a document, ms | of processor time, ms |")
    print("|---|---:|---:|---:|---:|")
    costs = []
    for way in ways:
        each = []
        for clock in (0, 1):
            middle = {
                (w, raw): median(t[clock] for t in taken[w, raw])
                for w in (way, ways[0])
                for raw in (many, single)
            }
            extra = [middle[way, raw] - middle[ways[0], raw] for raw in (many, single)]
            each.append((extra[0] - extra[1]) / max(documents - 1, 1) * 1000)
        times = [median(t[0] for t in taken[way, raw]) for raw in (many, single)]
        print(f"| {way} | {times[0]:.2f} | {times[1]:.2f} | {each[0]:.2f} | {each[1]:.2f} |")
        costs.append(max(each))
    print(f"\nAim: under {AIM:g} ms in batches, by both clocks; {'met' if costs[-1] < AIM else 'MISSED'}.")
    return 0 if costs[-1] < AIM else 1


if __name__ == "__main__":
    sys.exit(main())
