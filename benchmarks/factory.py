"""Draws made-up publications by the hundred, reads them, and says how many figures came back right.

    python benchmarks/factory.py --documents 500
    python benchmarks/factory.py --form before_2019 --producer typst --seed 7

Documents go round over forms and producers; seeds begin where the tests' end, unless one is named.
What failed is kept: PDF, expected and read cells, and the command that draws it again. Camelot's vector
engine reads the same files in the same processes, so that the ratio travels between machines.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import islice, product
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

#: The tests draw the seeds below.
FIRST_SEED = 1000
KEEP = Path(tempfile.gettempdir()) / "jcfs-factory"


@dataclass(frozen=True)
class Job:
    """One document to draw."""

    form: str
    producer: str
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What came of one document; ``problem`` says what is wrong, empty when nothing is."""

    job: Job
    pages: int = 0
    cells: int = 0
    exact: int = 0
    invented: int = 0
    violated: int = 0
    errors: int = 0
    reading: float = 0.0
    plain: float = 0.0
    problem: str = ""


def read(job: Job, keep: Path) -> Outcome:
    """Draw one document, read it with ours and with camelot's vector engine, and compare."""
    from factory.comparison import compare_read
    from factory.producers import PRODUCERS
    from factory.publication import draw_document

    from jcfs_etl import read_publication

    name = f"{job.form}.{job.producer}.{job.seed}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.pdf"
        try:
            document = draw_document(job.form, job.seed)
            path.write_bytes(PRODUCERS[job.producer](document))
            began = time.perf_counter()
            publication = read_publication(path)
            reading = time.perf_counter() - began
            result = compare_read(document, publication)
        except Exception as error:  # whatever breaks is a failure of this document, not of the run
            _keep(keep, name, path, f"{type(error).__name__}: {error}")
            return Outcome(job, problem=f"{type(error).__name__}: {error}")
        began = time.perf_counter()
        _plain_reader(path)
        plain = time.perf_counter() - began
        if not result.is_right:
            _keep(keep, name, path, str(result))
    return Outcome(
        job,
        pages=result.pages,
        cells=result.cells,
        exact=result.cells - len(result.differing),
        invented=len(result.invented),
        violated=len(result.violated),
        errors=len(result.errors),
        reading=reading,
        plain=plain,
        problem="" if result.is_right else str(result),
    )


def _plain_reader(path: Path) -> None:
    """Camelot's vector engine without layout analysis, as a plain reader."""
    from camelot.io import read_pdf

    layout = {"boxes_flow": None, "detect_vertical": False}
    read_pdf(str(path), pages="all", engine="vector", split_text=True, layout_kwargs=layout)


def _keep(folder: Path, name: str, path: Path, problem: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if path.exists():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / f"{name}.txt").write_text(problem + "\n", encoding="utf-8")


def jobs(form: str | None, producer: str | None, seed: int | None) -> Iterator[Job]:
    """Documents without end, or one seed's, round over forms and producers."""
    from factory.forms import forms
    from factory.producers import PRODUCERS

    at = FIRST_SEED if seed is None else seed
    while True:
        for each_form, each_producer in product(forms(), PRODUCERS):
            if form in (None, each_form) and producer in (None, each_producer):
                yield Job(each_form, each_producer, at)
        if seed is not None:
            return
        at += 1


def print_results(outcomes: Sequence[Outcome], keep: Path, console: Console) -> None:
    """A row for each form and producer, a total, the seconds a page, and what failed."""
    table = Table("form", "producer")
    for word in ("documents", "right", "cells", "exact", "invented", "violated", "errors"):
        table.add_column(word, justify="right")
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in sorted(outcomes, key=lambda o: (o.job.form, o.job.producer, o.job.seed)):
        groups.setdefault((outcome.job.form, outcome.job.producer), []).append(outcome)
    for (form, producer), group in groups.items():
        table.add_row(form, producer, *_counts(group))
    table.add_section()
    table.add_row("all", "", *_counts(outcomes))
    console.print(table)
    pages = sum(o.pages for o in outcomes) or 1
    ours, plain = (sum(o.reading for o in outcomes), sum(o.plain for o in outcomes))
    console.print(
        f"{pages} pages; seconds a page: {ours / pages:.4f} read, recognised and audited; "
        f"{plain / pages:.4f} camelot vector alone ({ours / (plain or 1):.2f} times)"
    )
    failed = [o for o in outcomes if o.problem]
    for outcome in failed[:20]:
        job = outcome.job
        console.print(
            f"--form {job.form} --producer {job.producer} --seed {job.seed}: {outcome.problem[:300]}",
            markup=False,
            highlight=False,
        )
    if failed:
        console.print(f"{len(failed)} documents failed; they are kept in {keep}", highlight=False)


def _counts(group: Sequence[Outcome]) -> list[str]:
    count: list[Callable[[Outcome], int]] = [
        lambda o: 1,
        lambda o: not o.problem,
        lambda o: o.cells,
        lambda o: o.exact,
        lambda o: o.invented,
        lambda o: o.violated,
        lambda o: o.errors,
    ]
    return [f"{sum(of(o) for o in group):,}" for of in count]


def main() -> int:
    """Draw and read; 1 when anything failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=54)
    parser.add_argument("--form")
    parser.add_argument("--producer")
    parser.add_argument("--seed", type=int, help="only this seed")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, default=KEEP, help=f"where failures are kept (default: {KEEP})")
    options = parser.parse_args()
    console = Console()
    todo = list(islice(jobs(options.form, options.producer, options.seed), options.documents))
    if not todo:
        parser.error("there is no such form or producer")
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(read, job, options.keep) for job in todo]
        outcomes = [
            future.result()
            for future in track(as_completed(running), "drawing and reading", len(todo), console=console)
        ]
    print_results(outcomes, options.keep, console)
    return 1 if any(outcome.problem for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
