"""Prints made-up publications with office programs and browsers, reads them, and says what was reached.

    python benchmarks/office.py --documents 60 --seed 0
    python benchmarks/office.py --program excel --trait "side by side" --documents 20

The seeds go round over programs (Word files by python-docx, Excel files by openpyxl and HTML, all printed
by LibreOffice; HTML printed by Chromium) and forms; the traits of a document come from its seed, see
tests/factory/traits.py. It needs LibreOffice and Chromium: apt-get install libreoffice-writer
libreoffice-calc chromium.

Sources and PDFs are kept in a folder of their own for each version of the factory, so that a run that was
broken off, or one with more documents, prints only what is not there yet. Reading is always done anew.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

KEEP = Path(tempfile.gettempdir()) / "jcfs-office"
#: Files that one LibreOffice is given; what it printed before it was ended is not printed again.
_BATCH = 12
#: What a document without any trait is counted under.
_PLAIN = "none"


@dataclass(frozen=True)
class Job:
    """One document to print."""

    program: str
    form: str
    seed: int
    traits: frozenset[str]

    @property
    def name(self) -> str:
        """Stem of its files."""
        return f"{self.seed:05d}.{self.form}.{self.program}"

    def described(self) -> str:
        """What it is, and how to draw it again."""
        return f"--seed {self.seed} ({self.program}, {self.form}; {', '.join(sorted(self.traits)) or _PLAIN})"


@dataclass(frozen=True)
class Outcome:
    """What came of one document; ``refused`` says why it was not published, ``wrong`` what is wrong in it."""

    job: Job
    published: bool = False
    unit_and_year: bool = False
    cells: int = 0
    exact: int = 0
    invented: int = 0
    false_findings: int = 0
    refused: str = ""
    wrong: str = ""


def jobs(seed: int, program: str | None, trait: str | None) -> Iterator[Job]:
    """Documents without end: each seed is one program, one form and its traits."""
    from factory.forms import forms
    from factory.printing import PROGRAMS
    from factory.traits import draw_traits

    programs, names = list(PROGRAMS), list(forms())
    while True:
        # Programs change with every seed, forms with every round, so that all meet all.
        mine = programs[seed % len(programs)]
        form = names[(seed // len(programs) + seed) % len(names)]
        traits = draw_traits(mine, seed)
        if program in (None, mine) and (trait is None or trait in traits):
            yield Job(mine, form, seed, traits)
        seed += 1


def print_all(todo: Sequence[Job], folder: Path, console: Console) -> None:
    """Make the PDFs that are not there yet."""
    from factory.printing import PROGRAMS, by_chromium, by_libreoffice, source
    from factory.publication import draw_document
    from factory.traits import with_traits

    waiting: dict[str, list[Path]] = {program: [] for program in PROGRAMS}
    for job in todo:
        path = folder / f"{job.name}.{PROGRAMS[job.program].rpartition('.')[2]}"
        if pdf_of(job, folder).exists():
            continue
        document = with_traits(draw_document(job.form, job.seed), job.traits, job.seed)
        path.write_bytes(source(document, job.program, job.traits))
        waiting[job.program].append(path)
    for program, paths in waiting.items():
        size = 1 if program == "chromium" else _BATCH
        for batch in (paths[at : at + size] for at in range(0, len(paths), size)):
            if program == "chromium":
                by_chromium(batch[0], folder / "home")
            else:
                by_libreoffice(batch, folder / "home")
        if paths:
            console.print(f"{program}: {len(paths)} printed", highlight=False)


def pdf_of(job: Job, folder: Path) -> Path:
    """Where a document's PDF lies."""
    return folder / f"{job.name}.pdf"


def read(job: Job, folder: Path) -> Outcome:
    """Read one PDF and compare with what was drawn."""
    from factory.comparison import compare_read
    from factory.publication import draw_document
    from factory.traits import with_traits

    from jcfs_etl import read_publication

    if not pdf_of(job, folder).exists():
        return Outcome(job, refused="the program printed no PDF")
    document = with_traits(draw_document(job.form, job.seed), job.traits, job.seed)
    try:
        publication = read_publication(pdf_of(job, folder))
        result = compare_read(document, publication, wraps=True)
    except Exception as error:  # whatever breaks is a failure of this document, not of the run
        return Outcome(job, cells=len(document.truth), refused=f"{type(error).__name__}: {error}")
    record = publication.record
    published = record.status == "published"
    false = [*result.errors, *(f"violated: {check}" for check in result.violated)]
    listed = "; ".join(dict.fromkeys(false)) or record.reason or record.status
    return Outcome(
        job,
        published=published,
        unit_and_year=not any(s.startswith(("unit ", "year ")) for s in result.stated),
        cells=result.cells,
        exact=result.cells - len(result.differing),
        invented=len(result.invented),
        false_findings=len(false),
        refused="" if published else f"{record.status}: {listed}",
        wrong=str(result) if published and not result.is_right else "",
    )


def print_results(outcomes: Sequence[Outcome], console: Console) -> None:
    """A row for each program and each trait, a total, and what failed one by one."""
    table = Table("program", "trait")
    for word in (
        "documents",
        "published",
        "unit+year",
        "cells",
        "exact",
        "of published",
        "invented",
        "false",
    ):
        table.add_column(word, justify="right")
    for program in dict.fromkeys(o.job.program for o in outcomes):
        mine = [o for o in outcomes if o.job.program == program]
        table.add_row(program, "", *_counts(mine))
        for trait in sorted({t for o in mine for t in o.job.traits} | {_PLAIN}):
            group = [o for o in mine if trait in o.job.traits or (trait == _PLAIN and not o.job.traits)]
            if group:
                table.add_row("", trait, *_counts(group))
        table.add_section()
    table.add_row("all", "", *_counts(outcomes))
    console.print(table)
    for outcome in outcomes:
        if outcome.refused:
            _tell(console, f"refused {outcome.job.described()}: {outcome.refused[:600]}")
        elif outcome.wrong:
            _tell(console, f"WRONG   {outcome.job.described()}: {outcome.wrong[:600]}")


def _tell(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _counts(group: Sequence[Outcome]) -> list[str]:
    published = [o for o in group if o.published]
    count: list[Callable[[Outcome], int]] = [
        lambda o: 1,
        lambda o: o.published,
        lambda o: o.unit_and_year,
        lambda o: o.cells,
        lambda o: o.exact,
    ]
    shown = [f"{sum(of(o) for o in group):,}" for of in count]
    # What counts is what users see: cells of what was published, and findings that nobody's truth knows.
    shown.append(f"{sum(o.exact for o in published):,}/{sum(o.cells for o in published):,}")
    shown.append(f"{sum(o.invented for o in published):,}")
    return [*shown, f"{sum(o.false_findings for o in published):,}"]


def version() -> str:
    """A word that changes with the factory, whose PDFs of before are then printed anew."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "tests" / "factory").rglob("*")):
        if path.suffix in (".py", ".yaml", ".tsv", ".ttf"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def main() -> int:
    """Print and read; 1 when anything published is wrong, 2 when a program is missing."""
    from factory.printing import PROGRAMS, NotInstalledError, need
    from factory.traits import COMMON, HARD

    traits = sorted({t for by in (COMMON, HARD) for of in by.values() for t in of})
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--program", choices=list(PROGRAMS))
    parser.add_argument("--trait", choices=traits)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, default=KEEP, help=f"where files are kept (default: {KEEP})")
    options = parser.parse_args()
    console = Console(width=150)
    programs = {options.program} if options.program else set(PROGRAMS)
    try:
        if programs - {"chromium"}:
            need("soffice")
        if "chromium" in programs:
            need("chromium")
    except NotInstalledError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if options.trait and not any(
        options.trait in COMMON[program] or options.trait in HARD[program] for program in programs
    ):
        parser.error(f"{options.program} has no trait {options.trait!r}")
    folder = options.keep / version()
    folder.mkdir(parents=True, exist_ok=True)
    todo = list(islice(jobs(options.seed, options.program, options.trait), options.documents))
    print_all(todo, folder, console)
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        outcomes = list(pool.map(read, todo, [folder] * len(todo)))
    print_results(sorted(outcomes, key=lambda o: (list(PROGRAMS).index(o.job.program), o.job.seed)), console)
    console.print(f"files are kept in {folder}", highlight=False, soft_wrap=True)
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
