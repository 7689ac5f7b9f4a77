"""What is reached for each program and trait, beside camelot's default settings and pdfplumber.

    python benchmarks/producers.py --documents 2 --output docs/layouts.md

Documents are those of benchmarks/office.py: the first ones that together have each trait of each program.
camelot and pdfplumber give grids without names, so they are asked for less: a line counts as read when one
row of a grid of theirs holds its texts, label and figures, in order and nothing else. From this project a
cell counts only under the right table, line and column, in a publication that was published. Writes the part
of ``docs/layouts.md`` that begins at its heading; benchmarks/layouts.py writes what stands above it.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import camelot
import pdfplumber
from layouts import BELOW as HEADING
from layouts import Reading, camelot_default, plumber
from office import KEEP, Job, jobs, pdf_of, print_all, read, version
from rich.console import Console

if TYPE_CHECKING:
    from factory.model import Document

_INTRODUCTION = f"""{HEADING}
Made-up publications as Word, Excel and HTML files, printed by LibreOffice or Chromium, with the traits of
each program; a document with several traits counts in the row of each. `jcfs_etl` is the share of cells that
stand in published data under the right table, line and column. camelot and pdfplumber give grids without
names, so they are asked for less: the share of figures whose line stands whole in one row of a grid, label
and figures in order. What is not published was kept back with a finding that says why. Of {{documents}}
documents, {{wrong}} had anything wrong in published data. Made by
`python benchmarks/producers.py --documents {{each}} --output docs/layouts.md`,
with camelot {{camelot}} and pdfplumber {{pdfplumber}} at their default settings.

| program | trait | documents | published | jcfs_etl | camelot default | pdfplumber |
|---|---|--:|--:|--:|--:|--:|
"""
_FIGURE = re.compile(r"[-(]?\d[\d,]*(?:\.\d+)?\)?")
_AMOUNT = re.compile(r"\d\.\d")


@dataclass(frozen=True)
class Reached:
    """One document: how many figures it has, and how many each reader has."""

    job: Job
    published: bool
    wrong: bool
    cells: int
    ours: int
    figures: int
    camelot: int
    pdfplumber: int


def chosen(each: int) -> list[Job]:
    """Documents so that each program has some with each trait, and some without any."""
    from factory.printing import PROGRAMS
    from factory.traits import COMMON, HARD

    found: dict[str, Job] = {}
    for program in PROGRAMS:
        # The rarer ones first: their documents have common ones as well.
        for trait in (*HARD[program], *COMMON[program]):
            have = sum(job.program == program and trait in job.traits for job in found.values())
            others = (job for job in jobs(0, program, trait) if job.name not in found)
            found |= {job.name: job for job in islice(others, max(0, each - have))}
        plain = (job for job in jobs(0, program, None) if not job.traits)
        found |= {job.name: job for job in islice(plain, each)}
    return list(found.values())


def reached(job: Job, folder: Path) -> Reached:
    """Read one document with all three."""
    from factory.publication import draw_document
    from factory.traits import with_traits

    document = with_traits(draw_document(job.form, job.seed), job.traits, job.seed)
    outcome = read(job, folder)
    lines = Counter(_lines(document))
    path = pdf_of(job, folder)
    return Reached(
        job,
        outcome.published,
        bool(outcome.wrong),
        outcome.cells,
        outcome.exact if outcome.published else 0,
        sum(count * _figures(line) for line, count in lines.items()),
        _found(camelot_default(path), lines),
        _found(plumber(path), lines),
    )


def _lines(document: Document) -> Iterator[tuple[str, ...]]:
    """Texts of the lines that hold amounts, below the heads of all tables."""
    from factory.model import Grid

    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Grid):
                for row in block.rows[block.head_rows :]:
                    line = _texts([cell.text for cell in row if cell is not None])
                    if any(_AMOUNT.search(text) for text in line):
                        yield line


def _texts(row: Sequence[str]) -> tuple[str, ...]:
    plain = ("".join(unicodedata.normalize("NFKC", text).split()) for text in row)
    return tuple(text for text in plain if text)


def _figures(line: Sequence[str]) -> int:
    return sum(1 for text in line if _FIGURE.fullmatch(text))


def _found(reading: Reading, lines: Counter[tuple[str, ...]]) -> int:
    """Figures of the lines that a reading has whole, each line as often as it is printed."""
    rows = Counter(_texts(row) for page in reading for table in page for row in table)
    return sum(_figures(line) * min(count, rows[line]) for line, count in lines.items())


def table(results: Sequence[Reached], each: int) -> str:
    """The part of docs/layouts.md."""
    text = _INTRODUCTION.format(
        wrong=sum(r.wrong for r in results),
        documents=len(results),
        each=each,
        camelot=camelot.__version__,
        pdfplumber=pdfplumber.__version__,
    )
    for program in dict.fromkeys(r.job.program for r in results):
        mine = [r for r in results if r.job.program == program]
        for trait in ("none", *sorted({t for r in mine for t in r.job.traits})):
            group = [r for r in mine if trait in (r.job.traits or {"none"})]
            text += _row(program, trait, group)
    return text + _row("**all**", "", results)


def _row(program: str, trait: str, group: Sequence[Reached]) -> str:
    shares = (
        sum(r.ours for r in group) / sum(r.cells for r in group),
        sum(r.camelot for r in group) / sum(r.figures for r in group),
        sum(r.pdfplumber for r in group) / sum(r.figures for r in group),
    )
    counts = f"{len(group)} | {sum(r.published for r in group)}"
    return f"| {program} | {trait} | {counts} | {' | '.join(f'{share:.1%}' for share in shares)} |\n"


def main() -> int:
    """Print, read and write; 1 when anything published is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=2, help="for each program and trait")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, default=KEEP, help=f"where files are kept (default: {KEEP})")
    parser.add_argument("--output", type=Path, help="docs/layouts.md; by default the terminal")
    options = parser.parse_args()
    folder = options.keep / version()
    folder.mkdir(parents=True, exist_ok=True)
    todo = chosen(options.documents)
    print_all(todo, folder, Console(stderr=True))
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(reached, todo, [folder] * len(todo)))
    text = table(results, options.documents)
    if options.output:
        above = options.output.read_text(encoding="utf-8").partition(HEADING)[0].rstrip("\n")
        options.output.write_text(f"{above}\n\n{text}", encoding="utf-8")
    else:
        print(text)
    return 1 if any(r.wrong for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())
