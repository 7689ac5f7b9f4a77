"""How well and how fast scans are read: makes scans of PDFs whose figures are known, reads them, and counts.

    python benchmarks/scans.py --documents 20                   # made-up publications, at 300 dpi
    python benchmarks/scans.py --documents 20 --dpi 200
    python benchmarks/scans.py --documents 4 --processes 1 --threads 2
    python benchmarks/scans.py                                  # the sample, as `make test` knows it
    python benchmarks/scans.py report.pdf --truth truth.csv     # another PDF and its figures
    python benchmarks/scans.py --noise 25 --dpi 200 --quality 40

Without --truth the figures of the PDF's own text layer count as true. Wrong figures that are published or
not marked must be none: then it ends with 1. Made-up publications lie askew each by another angle.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from unicodedata import normalize

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

if TYPE_CHECKING:
    from jcfs_etl import AuditedPublication

Cells = dict[tuple[str, str, str], str]
#: Made-up publications lie askew by at most this (degrees) either way.
_ASKEW = 0.8
#: Seed of the first made-up publication; the tests draw those below.
_FIRST_SEED = 4000
#: Cells named for each document.
_NAMED = 6


@dataclass(frozen=True)
class Scan:
    """How a scan is made."""

    degrees: float
    noise: float
    dpi: int
    quality: int


@dataclass(frozen=True)
class Outcome:
    """What came of one document: its figures, those read exactly, and the cells that are wrong.

    Attributes:
        silent: wrong cells that no finding marks.
        story: what there is to say about it, in lines.
    """

    name: str
    status: str
    pages: int
    figures: int
    exact: int
    marked: int
    wrong: int
    silent: int
    seconds: float
    cpu: float
    story: tuple[str, ...]


def main() -> int:
    """Scan, read, count, print; 1 where a wrong figure was published or not marked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pdf", nargs="?", type=Path)
    parser.add_argument("--truth", type=Path, help="cells as table,row,column,printed")
    parser.add_argument("--documents", type=int, default=0, help="read so many made-up publications")
    parser.add_argument("--seed", type=int, default=_FIRST_SEED, help="of the first of them")
    parser.add_argument("--degrees", type=float, default=0.5)
    parser.add_argument("--noise", type=float, default=8.0, help="standard deviation, of 255")
    parser.add_argument("--dpi", type=int, default=300)
    parser.add_argument("--quality", type=int, default=85, help="of the JPEG")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--threads", type=int, default=1, help="of the recogniser in each process")
    parser.add_argument("--keep", type=Path, help="folder that scans are kept in")
    args = parser.parse_args()
    how = Scan(args.degrees, args.noise, args.dpi, args.quality)
    if not args.documents:
        outcome = read_scan(args.pdf, args.truth, how)
        print("\n".join(outcome.story))
        print_totals([outcome], outcome.seconds)
        return int(outcome.silent > 0)
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(
            args.processes, get_context("spawn"), initializer=_start, initargs=[args.threads]
        ) as pool,
    ):
        into = args.keep or Path(folder)
        into.mkdir(parents=True, exist_ok=True)
        todo = drawn(args.documents, args.seed)
        made = list(pool.map(make, todo, [how] * len(todo), [into] * len(todo)))
        began = time.perf_counter()
        outcomes = []
        for outcome in pool.map(read_made, todo, made):
            outcomes.append(outcome)
            print("\n".join(outcome.story), flush=True)
        seconds = time.perf_counter() - began
    print_totals(outcomes, seconds)
    print(f"{args.processes} processes of {args.threads} threads, {args.dpi} dpi")
    return int(any((o.wrong and o.status == "published") or o.silent for o in outcomes))


def drawn(documents: int, seed: int) -> list[tuple[str, str, int]]:
    """Forms, producers and seeds, each document another."""
    from factory.forms import forms
    from factory.producers import PRODUCERS

    kinds = list(product(PRODUCERS, forms()))
    return [(*kinds[n % len(kinds)][::-1], seed + n) for n in range(documents)]


def make(job: tuple[str, str, int], how: Scan, folder: Path) -> Path:
    """Scan a made-up publication."""
    from factory.producers import PRODUCERS
    from factory.publication import draw_document
    from scanning import scan

    form, producer, seed = job
    name = f"{form}.{producer}.{seed}.{how.dpi}"
    source, target = folder / f"{name}.source.pdf", folder / f"{name}.pdf"
    if not target.exists():
        source.write_bytes(PRODUCERS[producer](draw_document(form, seed)))
        degrees = Random(name).uniform(-_ASKEW, _ASKEW)
        scan(source, target, degrees=degrees, noise=how.noise, dpi=how.dpi, quality=how.quality)
    return target


def read_made(job: tuple[str, str, int], path: Path) -> Outcome:
    """Read the scan of a made-up publication."""
    from factory.publication import draw_document

    form, _, seed = job
    drawn = draw_document(form, seed)
    return _read(path, dict(drawn.truth), (normalize("NFKC", drawn.unit), drawn.year))


def read_scan(pdf: Path | None, truth_file: Path | None, how: Scan) -> Outcome:
    """Scan a PDF and read it."""
    from at_hand import DATA, SAMPLE, read_truth
    from scanning import scan

    from jcfs_etl import read_publication

    if pdf is None:
        pdf, truth_file = SAMPLE, truth_file or DATA / "sample.truth.csv"
    truth = read_truth(truth_file) if truth_file else cells_of(read_publication(pdf))
    with tempfile.TemporaryDirectory() as folder:
        made = scan(
            pdf,
            Path(folder) / "scan.pdf",
            degrees=how.degrees,
            noise=how.noise,
            dpi=how.dpi,
            quality=how.quality,
        )
        return _read(made, truth, None)


def cells_of(document: AuditedPublication) -> Cells:
    """Every cell of a document as printed."""
    return {tuple(f.key): f.printed for f in document.publication.facts}


def _start(threads: int) -> None:
    from jcfs_etl.read.document import use_threads

    use_threads(threads)


def _read(path: Path, truth: Cells, named: tuple[str, int] | None) -> Outcome:
    from jcfs_etl import read_publication

    began, spent = time.perf_counter(), time.process_time()
    document = read_publication(path)
    seconds, cpu = time.perf_counter() - began, time.process_time() - spent
    return compare(document, truth, named, path.stem, seconds, cpu)


def compare(
    document: AuditedPublication,
    truth: Cells,
    named: tuple[str, int] | None,
    name: str,
    seconds: float,
    cpu: float,
) -> Outcome:
    """How many figures are exact, how many are wrong, and how many of those are not marked."""
    read = cells_of(document)
    blocking = [f for f in document.all_findings if f.blocks]
    marked = {(f.dataset, f.row, f.column) for f in blocking}
    # A table or row that was not recognised is reported as a whole.
    lost = {f.dataset for f in blocking if f.row is None} | set(document.publication.missing)
    wrong = [k for k in truth if read.get(k) != truth[k]] + [k for k in read if k not in truth]
    figures = [k for k in truth if truth[k]]
    bad = [k for k in wrong if truth.get(k) or read.get(k)]
    silent = [k for k in bad if k not in marked and not (k not in read and k[0] in lost)]
    story = [f"{name}: {document.status}: {document.reason or 'every figure is certain'}"]
    if named is not None and (document.unit, document.year) != named:
        story.append(f"   unit and year {document.unit} {document.year}, not {named[0]} {named[1]}")
    for key in bad[:_NAMED]:
        mark = "NOT MARKED" if key in silent else ""
        story.append(f"   {'/'.join(key)}: {truth.get(key)!r} read {read.get(key)!r} {mark}")
    if document.status != "published":
        story += [f"   {f.code}: {f.message[:160]}" for f in blocking[1:_NAMED]]
    return Outcome(
        name,
        document.status,
        len(document.pdf.pages),
        len(figures),
        len(figures) - sum(bool(truth.get(k)) for k in bad),
        len(marked),
        len(bad),
        len(silent),
        seconds,
        cpu,
        tuple(story),
    )


def print_totals(outcomes: Sequence[Outcome], seconds: float) -> None:
    """Documents published, figures right and wrong, and pages a second."""
    pages, figures = sum(o.pages for o in outcomes), sum(o.figures for o in outcomes)
    published = [o for o in outcomes if o.status == "published"]
    print(f"{len(published)} of {len(outcomes)} documents published")
    print(f"figures {figures:,}, exact {sum(o.exact for o in outcomes):,}")
    print(
        f"wrong {sum(o.wrong for o in outcomes)}, of these published {sum(o.wrong for o in published)}, "
        f"not marked {sum(o.silent for o in outcomes)}"
    )
    print(
        f"{pages} pages in {seconds:.0f} s: {pages / seconds:.2f} pages a second; "
        f"{sum(o.seconds for o in outcomes) / pages:.2f} s a page, "
        f"{sum(o.cpu for o in outcomes) / pages:.2f} s of processor"
    )


if __name__ == "__main__":
    sys.exit(main())
