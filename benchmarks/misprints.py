"""Misprints on the pages of made-up publications: what is found, published, and refused.

    python benchmarks/misprints.py --documents 200

Each document is drawn with one misprint: slips that break an identity, texts that are no figure, footnote
marks, figures with a decimal too many, figures that slipped onto those of the row below; every third one is
letter-spaced. Counted are the documents in which the misprinted cell is named by a finding, those published,
those that the second reading refused, and figures other than those printed. Exit code 1 unless every one
is found and published.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests")]

if TYPE_CHECKING:
    from factory.model import Document

    from jcfs_etl import AuditedPublication
    from jcfs_etl.places import Key
    from jcfs_etl.recognise.model import Fact, Publication

#: The tests draw the seeds below.
FIRST_SEED = 40_000
MARKS = {"a raised mark": (0.6, 0.35), "a small mark": (0.6, 0.0), "a raised mark in its size": (1.0, 0.4)}
#: Em that a mark is wide.
WIDE = 0.56
SIGN, FINER, SLIPPED = "a sign in its size", "a decimal too many", "0.00 slipped onto another"


@dataclass(frozen=True)
class Outcome:
    """One misprinted document, read.

    Attributes:
        number, kind: which one.
        found: whether a finding names the cell.
        published: whether it is.
        refused: whether the second reading kept it back.
        other: figures that are not those printed.
        story: for people.
    """

    number: int
    kind: str
    found: bool
    published: bool
    refused: bool
    other: int
    story: str


def kinds() -> list[str]:
    """Every kind of misprint that is drawn."""
    from misprinted import NO_FIGURES
    from misprints import EXCHANGED, OF_ONE_CELL

    return [*OF_ONE_CELL, EXCHANGED, *NO_FIGURES, *MARKS, SIGN, FINER, SLIPPED]


def tried(number: int, kind: str) -> Outcome | None:
    """Draw a document with a misprint and read it; None where it has no place for one of this kind."""
    from factory.forms import forms
    from factory.producers import PRODUCERS
    from factory.publication import draw_document
    from made_up import recognised
    from misprinted import letter_spaced, pdf_of, printed_anew

    from jcfs_etl import read_publication
    from jcfs_etl.contracts import load_contracts

    random = Random(f"{number}/{kind}")
    contracts = load_contracts()
    document = draw_document(list(forms())[number % len(forms())], FIRST_SEED + number)
    publication = recognised(document, contracts)
    changes = _changes(kind, publication, contracts, random)
    if changes is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        producer = list(PRODUCERS)[number // len(forms()) % len(PRODUCERS)]
        printed = {key: text for key, text in changes.items() if kind not in MARKS}
        changed = printed_anew(document, publication, printed) if printed else document
        path = pdf_of(changed, producer, Path(folder) / "misprinted.pdf")
        if kind in MARKS:
            (key,) = changes
            _mark(path, next(f for f in read_publication(path).publication.facts if f.key == key), kind)
        if kind == SLIPPED:
            upper, lower = (
                next(f for f in read_publication(path).publication.facts if f.key == key) for key in changes
            )
            if upper.page != lower.page:
                return None
            _slip(path, lower)
        if number % 3 == 0 and kind not in MARKS and kind != SLIPPED:
            letter_spaced(path)
        return _outcome(number, kind, changed, changes, read_publication(path))


def _changes(kind: str, publication: Publication, contracts: object, random: Random) -> dict[Key, str] | None:
    """New texts by cell."""
    from misprinted import NO_FIGURES
    from misprints import EXCHANGED, OF_ONE_CELL, Target

    if kind in OF_ONE_CELL or kind == EXCHANGED:
        misprint = Target(publication, contracts).misprint(kind, random)  # type: ignore[arg-type]
        return None if misprint is None else misprint.changes
    facts = publication.facts
    if kind == SLIPPED:
        return _pair_of_zeros(facts, random)
    plain = [f for f in facts if f.amount and f.printed[-3:-2] == "." and "\n" not in f.printed]
    fact = random.choice(plain)
    text = fact.printed.replace(",", "")
    if kind in NO_FIGURES:
        return {fact.key: NO_FIGURES[kind](text)}
    return {fact.key: fact.printed + {SIGN: "[1]", FINER: "1"}.get(kind, "")}


def _pair_of_zeros(facts: Sequence[Fact], random: Random) -> dict[Key, str] | None:
    """A cell to be blank, and the one below it in which 0.00 is to stand twice."""
    zeros = {
        (f.page, f.box.x0, round(f.box.y0, 1)): f for f in facts if f.amount == 0 and f.printed == "0.00"
    }
    pairs = [
        (f, zeros[page, x, round(f.box.y1, 1)])
        for (page, x, _), f in zeros.items()
        if (page, x, round(f.box.y1, 1)) in zeros
    ]
    if not pairs:
        return None
    upper, lower = random.choice(pairs)
    return {upper.key: "", lower.key: "0.00"}


def _mark(path: Path, fact: Fact, kind: str) -> None:
    from misprinted import digits, with_text

    size, rise = MARKS[kind]
    first, *_, last = digits(path, fact)
    # In the cell: before the figure where there is no room behind it.
    width = WIDE * size * last.size
    x = last.right if last.right + width < fact.box.x1 else first.left - width
    with_text(path, fact.page, [(x, last.y + rise * last.size, size * last.size, "1")])


def _slip(path: Path, fact: Fact) -> None:
    """Print a figure a second time over itself."""
    from misprinted import digits, with_text

    with_text(path, fact.page, [(d.left, d.y, d.size, d.text) for d in digits(path, fact)])


def _outcome(
    number: int, kind: str, document: Document, changes: dict[Key, str], read: AuditedPublication
) -> Outcome:
    truth = dict(document.truth)
    if kind == SIGN:
        truth = {k: text.removesuffix("[1]") for k, text in truth.items()}
    cells = {(r["dataset"], r["row"], r["column"]): r["printed"] for r in read.cells.to_dict("records")}
    other = [f"{'/'.join(k)}: {truth.get(k)!r} read {t!r}" for k, t in cells.items() if truth.get(k) != t]
    lost = [k for k in truth if k not in cells]
    wrong = [*other, *(f"{'/'.join(k)} lost" for k in lost)] if read.status == "published" else other
    refusals = {"misread_suspect", "unreadable_figure"}
    blocking = [f"{f.code}: {f.message[:160]}" for f in read.all_findings if f.blocks]
    return Outcome(
        number,
        kind,
        _is_named(kind, changes, read),
        read.status == "published",
        any(f.code in refusals for f in read.all_findings if f.blocks),
        len(wrong),
        "; ".join([str(changes), *wrong[:3], *blocking[:3]]),
    )


def _is_named(kind: str, changes: dict[Key, str], read: AuditedPublication) -> bool:
    """Whether findings name every cell that changed: as their place, or among their suspects."""
    codes = {f.code for f in read.all_findings}
    if kind in MARKS or kind == SIGN:
        return "footnote_mark" in codes
    if kind == SLIPPED:
        return "figure_printed_twice" in codes
    named = {(f.dataset, f.row, f.column) for f in read.all_findings if f.severity == "inconsistent"}
    named |= {(s.dataset, s.row, s.column) for f in read.all_findings for s in f.suspects}
    return all(tuple(key) in named for key in changes)


def print_results(outcomes: Sequence[Outcome], console: Console) -> bool:
    """A row for each kind and a total, and what went otherwise than it should; whether nothing did."""
    columns = ("documents", "found", "published", "refused by the second reading", "other figures")
    table = Table("misprint", *columns)
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.kind].append(outcome)
    for kind, group in [*groups.items(), ("all", list(outcomes))]:
        if kind == "all":
            table.add_section()
        counts = (
            len(group),
            sum(o.found for o in group),
            sum(o.published for o in group),
            sum(o.refused for o in group),
            sum(o.other for o in group),
        )
        table.add_row(kind, *map(str, counts))
    console.print(table)
    failed = [o for o in outcomes if not (o.found and o.published) or o.other]
    for o in failed:
        said = "" if o.found else "not found; "
        said += "" if o.published else "not published; "
        console.print(f"{o.number} {o.kind}: {said}{o.story}", markup=False, highlight=False)
    return not failed


def main() -> int:
    """Draw, misprint and read; 1 when anything was not found, not published, or read otherwise."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--kind", choices=kinds())
    parser.add_argument("--first", type=int, default=0, help="number of the first document")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    drawn = [options.kind] if options.kind else kinds()
    todo = [(n, drawn[n % len(drawn)]) for n in range(options.first, options.first + options.documents)]
    console = Console(width=160)
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(tried, number, kind) for number, kind in todo]
        results = [f.result() for f in track(running, "drawing and reading", len(todo), console=console)]
    outcomes = [outcome for outcome in results if outcome is not None]
    if len(outcomes) < len(todo):
        console.print(f"{len(todo) - len(outcomes)} documents had no place for their kind of misprint")
    return 0 if print_results(outcomes, console) else 1


if __name__ == "__main__":
    sys.exit(main())
