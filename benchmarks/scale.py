"""Runs over thousands of made-up publications: cost per document, memory, workers, and a Dask cluster.

    python benchmarks/scale.py --documents 1000
    python benchmarks/scale.py --documents 10000 --folder /data/scale --sizes 100 1000 10000

Draws so many different publications, of all forms and each of a unit of its own (by two processes, about
0.1 s each), and runs `jcfs ingest` on the first hundred, the first thousand and so on, as a person would:
each time into a new folder, then once more unchanged. Then the smallest of these sets with one worker and
with two, in turns, and on a Dask cluster of two workers, whose files are compared byte by byte. What files
and queries cost with many unit-years is measured without PDFs by `readers.py`.
"""

from __future__ import annotations

import argparse
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from statistics import median

from measured import Run, load, run

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests")]
JCFS = Path(sysconfig.get_path("scripts")) / "jcfs"
#: MiB of a worker, seconds of an unchanged run, and how many times as fast two workers should be as one.
AIM_MEMORY, AIM_RERUN, AIM_TWO = 400.0, 10.0, 1.8


def draw(folder: Path, numbers: Iterable[int]) -> None:
    """Draw publications that are not there yet: forms take turns, every one is another unit's."""
    from factory.accounts import Accounts
    from factory.forms import forms
    from factory.producers import PRODUCERS
    from factory.publication import draw_document

    names = list(forms())
    for number in numbers:
        path = folder / f"{number // 1000:03d}" / f"{number:07d}.pdf"
        if path.exists():
            continue

        def named(accounts: Accounts, number: int = number) -> Accounts:
            return replace(accounts, unit=f"{accounts.unit[:2]}第{number}{accounts.unit[-2:]}")

        document = draw_document(names[number % len(names)], number, named)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".part").write_bytes(PRODUCERS["reportlab"](document))
        path.with_suffix(".part").rename(path)


def drawn(folder: Path, documents: int) -> list[Path]:
    """So many publications, in the order of their names."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        parts = [range(start, documents, 8) for start in range(8)]
        for done in [processes.submit(draw, folder, part) for part in parts]:
            done.result()
    return sorted(folder.rglob("*.pdf"))[:documents]


def linked(files: Sequence[Path], folder: Path) -> Path:
    """A folder that holds just these files."""
    folder.mkdir(exist_ok=True)
    for file in files:
        if not (folder / file.name).exists():
            (folder / file.name).hardlink_to(file)
    return folder


def ingest(raw: Path, curated: Path, *more: str) -> Run:
    """A run of the command."""
    return run([JCFS, "ingest", raw, "--curated", curated, *more])


def sizes_table(folder: Path, files: Sequence[Path], sizes: Sequence[int]) -> None:
    """Cost of a document in runs of several sizes, and of the same runs unchanged."""
    print(f"\n{'documents':>10}{'seconds':>9}{'/s':>7}{'ms each':>9}{'CPU ms':>8}{'worker':>8}{'main':>6}"
          f"{'server':>8}{'again s':>9}   MiB at most; load", flush=True)  # fmt: skip
    for size in sizes:
        raw, curated = linked(files[:size], folder / f"raw-{size}"), folder / f"curated-{size}"
        rmtree(curated, ignore_errors=True)
        first = ingest(raw, curated, "--workers", "2")
        again = ingest(raw, curated, "--workers", "2")
        print(f"{size:>10}{first.wall:>9.1f}{size / first.wall:>7.2f}{first.wall / size * 1000:>9.0f}"
              f"{first.processor / size * 1000:>8.0f}{first.peak('worker'):>8.0f}{first.peak('main'):>6.0f}"
              f"{first.peak('server'):>8.0f}{again.wall:>9.1f}   {load()}")  # fmt: skip
        print(f"  first: {said(first)}\n  again: {said(again)}", flush=True)
        print(f"  aim: workers of at most {AIM_MEMORY:g} MiB: {met(first.peak('worker') <= AIM_MEMORY)}; "
              f"again in under {AIM_RERUN:g} s: {met(again.wall < AIM_RERUN)}", flush=True)  # fmt: skip


def two_workers(folder: Path, raw: Path, size: int, rounds: int) -> None:
    """One worker and two in turns."""
    taken: dict[str, list[float]] = {"1": [], "2": []}
    for _ in range(rounds):
        for workers, seconds in taken.items():
            rmtree(folder / "turns", ignore_errors=True)
            seconds.append(ingest(raw, folder / "turns", "--workers", workers).wall)
    one, two = median(taken["1"]), median(taken["2"])
    print(f"\n{size} documents: one worker {one:.1f} s, two {two:.1f} s, {one / two:.2f} times as fast; "
          f"aim {AIM_TWO:g}: {met(one / two >= AIM_TWO)}; {load()}", flush=True)  # fmt: skip


def on_dask(folder: Path, raw: Path, size: int) -> None:
    """A cluster of two workers on this machine, and whether it gives the same bytes as the local run."""
    rmtree(folder / "dask", ignore_errors=True)
    with cluster() as address:
        done = ingest(raw, folder / "dask", "--runner", "dask", "--address", address, "--batch", "16")
    there, here = tree(folder / "dask"), tree(folder / f"curated-{size}")
    differing = [key for key in here.keys() | there.keys() if here.get(key) != there.get(key)]
    print(f"\n{size} documents on a Dask cluster of two workers: {done.wall:.1f} s, {said(done)}; {load()}")
    print(f"  {len(here)} files, {len(differing)} differ from the local run's", flush=True)


@contextmanager
def cluster() -> Iterator[str]:
    """A scheduler and two workers on this machine."""
    import dask
    import distributed

    with (
        dask.config.set({"distributed.worker.daemon": False}),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as running,
    ):
        yield running.scheduler_address


def tree(root: Path) -> dict[str, bytes]:
    """Every file but the lock."""
    files = (p for p in root.rglob("*") if p.is_file() and p.name != "lock")
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in files}


def said(done: Run) -> str:
    """The last sentence of what a run printed."""
    text = " ".join(done.output.split())
    return text[text.rfind("│") + 1 :].strip(" └─┴┘")[-200:]


def met(reached: bool) -> str:
    """Whether an aim is reached."""
    return "reached" if reached else "not reached"


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000, help="publications to draw (default 1000)")
    parser.add_argument("--sizes", type=int, nargs="+", help="sets to run on (default 100, 1000, … all)")
    parser.add_argument("--folder", type=Path, help="where to work; publications there are not drawn again")
    parser.add_argument("--rounds", type=int, default=1, help="of one worker against two (default 1)")
    parser.add_argument("--parts", nargs="+", default=["sizes", "workers", "dask"], help="what to measure")
    options = parser.parse_args(arguments)
    sizes = options.sizes or [s for s in (100, 1000, 10_000) if s < options.documents] + [options.documents]
    # Each measured run starts a Prefect server with a database of its own.
    with tempfile.TemporaryDirectory() as home:
        os.environ["PREFECT_HOME"] = home
        folder = (options.folder or Path(home) / "scale").absolute()
        folder.mkdir(parents=True, exist_ok=True)
        files = drawn(folder / "drawn", options.documents)
        print(f"{len(files)} publications, {sum(f.stat().st_size for f in files) / 1e6:.0f} MB; {load()}")
        # Prefect makes its database in its first run; that is not part of any other.
        rmtree(folder / "warm", ignore_errors=True)
        ingest(files[0], folder / "warm")
        raw = linked(files[: sizes[0]], folder / f"raw-{sizes[0]}")
        if "sizes" in options.parts:
            sizes_table(folder, files, sizes)
        if "workers" in options.parts:
            two_workers(folder, raw, sizes[0], options.rounds)
        if "dask" in options.parts:
            on_dask(folder, raw, sizes[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
