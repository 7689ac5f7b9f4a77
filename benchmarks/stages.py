"""Processor time of each stage, of this version and of another, and PDFium's own time for the same pages.

    python benchmarks/stages.py --against 385a4b8 --pdf ../shared/real
    python benchmarks/stages.py --growth

Both versions run as a worker does and take turns on each document, round after round; of each document the
round counts in which it took least. PDFium opens a page, interprets its drawing and finds its text, without a
single call from Python for what it holds: what is read cannot be had for less. ``--growth`` draws pages and
says how reading grows with pages, rules and characters. Times are of one processor; the load is stated.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw
from same import ROOT, Version, checked_out

from flows.workers import settle
from jcfs_etl.memory import BETWEEN_COLLECTIONS

STAGES = ("read", "recognise", "interpret", "audit", "write", "whole")
#: Upright rules of a drawn grid: ten columns.
_UPRIGHT = 11
#: Objects between two collections in Python by itself, as workers of early versions had it.
USUAL_OBJECTS = 700


def pdfium_seconds(path: Path) -> tuple[int, float]:
    """Pages of a PDF, and what PDFium takes to interpret them and to find their text."""
    began = time.process_time()
    document = pdfium.PdfDocument(path)
    count = len(document)
    for index in range(count):
        page = raw.FPDF_LoadPage(document, index)
        text = raw.FPDFText_LoadPage(page)
        raw.FPDFText_ClosePage(text)
        raw.FPDF_ClosePage(page)
    document.close()
    return count, time.process_time() - began


def compare(against: str, paths: list[Path], rounds: int) -> None:
    """Print a table of milliseconds a page and a document, by stage."""
    with (
        tempfile.TemporaryDirectory(prefix="jcfs-stages-") as place,
        checked_out(against, Path(place) / "other") as other,
    ):
        seldom = (other / "jcfs_etl" / "memory.py").exists()
        versions = {
            "before": Version(other, BETWEEN_COLLECTIONS if seldom else USUAL_OBJECTS),
            "after": Version(ROOT, BETWEEN_COLLECTIONS),
        }
        best: dict[tuple[str, Path], dict[str, float]] = {}
        limit: dict[Path, tuple[int, float]] = {}
        for number in range(rounds + 1):
            for path in paths:
                for name in sorted(versions, reverse=bool(number % 2)):
                    versions[name].read(path)
                    last = dict(versions[name].last)
                    known = best.get((name, path))
                    # The first round warms up.
                    if number and (known is None or last["whole"] < known["whole"]):
                        best[name, path] = last
                taken = pdfium_seconds(path)
                if number and (path not in limit or taken < limit[path]):
                    limit[path] = taken
        for version in versions.values():
            version.close()
    pages = sum(count for count, _ in limit.values())
    print(f"{len(paths)} documents, {pages} pages; best of {rounds} rounds; load {os.getloadavg()[0]:.1f}\n")
    print("| stage | before, ms a page | after | before, ms a document | after | after ÷ before |")
    print("|---|---:|---:|---:|---:|---:|")
    for stage in STAGES:
        before, after = (
            1000 * sum(best[name, path].get(stage, 0.0) for path in paths) for name in ("before", "after")
        )
        per = [f"{value / count:.1f}" for count in (pages, len(paths)) for value in (before, after)]
        print(f"| {stage} | {' | '.join(per)} | {after / before:.2f} |")
    seconds = 1000 * sum(seconds for _, seconds in limit.values())
    print(f"| PDFium's own time | | {seconds / pages:.1f} | | {seconds / len(paths):.1f} | |")


def drawn(path: Path, pages: int, rules: int, characters: int) -> Path:
    """A PDF of so many pages, each with a grid of so many rules and so many characters."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), invariant=1)
    for _ in range(pages):
        canvas.setFont("Helvetica", 4)
        level = rules - _UPRIGHT
        for index in range(level):
            canvas.line(40, 60 + index * 700 / (level - 1), 550, 60 + index * 700 / (level - 1))
        for index in range(_UPRIGHT):
            canvas.line(40 + index * 510 / (_UPRIGHT - 1), 60, 40 + index * 510 / (_UPRIGHT - 1), 760)
        for index in range(characters // 8):
            canvas.drawString(42 + 16 * (index % 30), 62 + 7 * (index // 30), "1,234.56")
        canvas.showPage()
    canvas.save()
    return path


def growth(rounds: int) -> None:
    """Print how reading grows with pages, rules and characters."""
    from jcfs_etl.read import read_pdf

    kinds: dict[str, Callable[[int], tuple[int, int, int]]] = {
        "pages": lambda count: (count, 60, 1000),
        "rules a page": lambda count: (4, count, 1000),
        "characters a page": lambda count: (4, 60, count),
    }
    steps = {"pages": (10, 20, 40, 80), "rules a page": (30, 60, 110, 210)}
    with tempfile.TemporaryDirectory(prefix="jcfs-growth-") as place:
        for what, sizes in kinds.items():
            print(f"\n| {what} | ms a page |\n|---:|---:|")
            for count in steps.get(what, (500, 1000, 2000, 4000)):
                pages, rules, characters = sizes(count)
                path = drawn(Path(place) / "drawn.pdf", pages, rules, characters)
                taken = []
                for _ in range(rounds + 1):
                    began = time.process_time()
                    read_pdf(path)
                    taken.append(time.process_time() - began)
                print(f"| {count:,} | {1000 * min(taken[1:]) / pages:.1f} |")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--against", default="HEAD", help="revision to compare with (default: HEAD)")
    parser.add_argument("--pdf", type=Path, nargs="*", help="PDFs and folders of PDFs; by default the sample")
    parser.add_argument("--rounds", type=int, default=3, help="rounds after one to warm up (default: 3)")
    parser.add_argument("--growth", action="store_true", help="how reading grows, instead")
    chosen = parser.parse_args()
    settle()
    if chosen.growth:
        growth(chosen.rounds)
        return
    paths = []
    for place in chosen.pdf or [ROOT / "data" / "raw"]:
        paths += sorted(place.resolve().rglob("*.pdf")) if place.is_dir() else [place.resolve()]
    compare(chosen.against, paths, chosen.rounds)


if __name__ == "__main__":
    main()
