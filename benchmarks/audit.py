"""Misprints figures of publications that add up, and says whether the audit finds them and the cell.

    python benchmarks/audit.py --documents 300 --seed 0
    python benchmarks/audit.py --write docs/audit-benchmark.md

Made-up publications of all forms and sizes, every figure rounded on its own, and the PDFs of data/raw
and of --pdf suffer each kind of misprint, and two at a time. Each misprint breaks an identity by more
than rounding can hide; the narrative stays as it was. Exit code 1 when a misprint goes unfound, or an
unharmed document is found fault with.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import track

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

if TYPE_CHECKING:
    from misprints import Misprint
    from ranking import SuspectedSet

    from jcfs_etl.contracts import Contracts
    from jcfs_etl.findings import Finding
    from jcfs_etl.interpret import Interpretation
    from jcfs_etl.places import Key
    from jcfs_etl.recognise.model import Publication

#: Where the section of benchmarks/slips.py begins.
NARRATIVES = "<!-- narratives: begin -->"
#: How often each kind of misprint is done to a document that was read from a PDF.
PDF_ROUNDS = 10
#: Codes of findings that say that figures of the tables do not add up.
_OF_FIGURES = {
    "identity_violated",
    "figure_contradicted",
    "figures_contradicted",
    "identities_unexplained",
    "jointly_inconsistent",
}
#: An unharmed document is audited so often, and the best time counts: the first audit of a process loads
#: libraries.
CLEAN_ROUNDS = 3


@dataclass(frozen=True)
class Job:
    """A made-up document by number, or a PDF."""

    seed: int
    number: int = 0
    pdf: Path | None = None

    @property
    def name(self) -> str:
        """What reports call it."""
        return self.pdf.stem if self.pdf else f"made-up {self.seed}/{self.number}"


@dataclass(frozen=True)
class Trial:
    """One misprinted document, audited.

    Attributes:
        document: its name.
        kind: the kind of misprint.
        dataset: the table of the (first) misprinted cell.
        identities: how many equations the misprint breaks.
        found: whether the audit reports every one of them, with a finding.
        ranks: for each misprinted cell the best rank among the suspects; for a misprint of several
            cells in one go, the one rank of the set that holds them. None: not suspected.
        findings: what a person reads of it: findings that the unharmed document does not have, notes aside.
        seconds: time of the audit.
        story: what was misprinted and who was suspected first, for people.
    """

    document: str
    kind: str
    dataset: str
    identities: int
    found: bool
    ranks: tuple[int | None, ...]
    findings: int
    seconds: float
    story: str

    @property
    def is_pair(self) -> bool:
        """Whether two cells were misprinted, each by itself."""
        return len(self.ranks) > 1

    @property
    def rank(self) -> int | None:
        """The worst of the ranks; None where a cell is not suspected at all."""
        return None if None in self.ranks else max(r for r in self.ranks if r is not None)


@dataclass(frozen=True)
class Outcome:
    """What came of one document.

    Attributes:
        name: the document.
        cells: its figures.
        faults: findings of the audit on the unharmed document, in words.
        warnings: differences that rounding explains but hardly does, on the unharmed document.
        equations: equations tried on the unharmed document.
        seconds: time to audit it unharmed, the best of some.
        reading: time to read, recognise and interpret its PDF; None where there is none.
        trials: its misprints.
        shown: what became of misprints drawn blindly, by kind and outcome.
        evaluated: identities tried on it, with the number of equations.
    """

    name: str
    cells: int
    faults: tuple[str, ...]
    warnings: int
    equations: int
    seconds: float
    reading: float | None
    trials: tuple[Trial, ...]
    shown: Counter[tuple[str, str]] = field(default_factory=Counter)
    evaluated: Counter[str] = field(default_factory=Counter)


@cache
def _contracts() -> Contracts:
    from jcfs_etl.contracts import load_contracts

    return load_contracts()


def run(job: Job) -> Outcome:
    """Audit one document unharmed and with each misprint."""
    from corpus import evaluated
    from misprints import KINDS, OF_ONE_CELL, Target

    from jcfs_etl.audit import audit

    publication, interpretation, reading = _publication(job)
    contracts = _contracts()
    seconds = math.inf
    for _ in range(CLEAN_ROUNDS):
        began = time.perf_counter()
        result = audit(publication, contracts, interpretation)
        seconds = min(seconds, time.perf_counter() - began)
    target = Target(publication, contracts)
    random = Random(f"{job.name}/{job.seed}")
    trials, shown = [], Counter[tuple[str, str]]()
    for _ in range(PDF_ROUNDS if job.pdf else 1):
        drawn = [target.misprint(kind, random) for kind in KINDS]
        drawn.append(target.two_misprints(random))
        before = frozenset(f.message for f in result.findings)
        trials += [_trial(job.name, m, interpretation, contracts, before) for m in drawn if m is not None]
        for kind in OF_ONE_CELL:
            outcome = target.shown(kind, random)
            if outcome is not None:
                shown[kind, outcome] += 1
    return Outcome(
        name=job.name,
        cells=len(publication.facts),
        faults=tuple(f.message for f in result.findings if _is_fault(f, job)),
        warnings=sum(f.code == "unlikely_rounding" for f in result.findings),
        equations=sum(c.verdict != "not_applicable" for c in result.checks),
        seconds=seconds,
        reading=reading,
        trials=tuple(trials),
        shown=shown,
        evaluated=evaluated(result),
    )


def _is_fault(finding: Finding, job: Job) -> bool:
    """Whether a finding is wrong on a document that adds up.

    What real publishers slipped in their words and self-evaluation forms is true; of their PDFs only the
    figures of the tables are known to add up.
    """
    if job.pdf:
        return finding.code in _OF_FIGURES
    return finding.code != "unlikely_rounding"


def _publication(job: Job) -> tuple[Publication, Interpretation, float | None]:
    """The document, what it says beside its tables, and how long reading its PDF took."""
    from made_up import made_up, pages_of

    from jcfs_etl.interpret import interpret
    from jcfs_etl.read import read_pdf
    from jcfs_etl.recognise import recognise

    contracts = _contracts()
    if job.pdf is None:
        pages = pages_of(made_up(job.number, job.seed))
        return *interpret(pages, recognise(pages, contracts), contracts), None
    began = time.perf_counter()
    pages = read_pdf(job.pdf)
    publication, interpretation = interpret(pages, recognise(pages, contracts), contracts)
    return publication, interpretation, time.perf_counter() - began


def _trial(
    name: str,
    misprint: Misprint,
    interpretation: Interpretation,
    contracts: Contracts,
    before: frozenset[str],
) -> Trial:
    from misprints import TWO
    from ranking import rank_of, suspected

    from jcfs_etl.audit import audit

    began = time.perf_counter()
    result = audit(misprint.publication, contracts, interpretation)
    seconds = time.perf_counter() - began
    reported = {(c.check, c.key) for c in result.checks if c.verdict == "violated"}
    expected = {(e.check, e.left[0].key) for e in misprint.broken}
    named = [f for f in result.findings if f.severity in ("error", "inconsistent")]
    sets = suspected(result.findings)
    if misprint.kind == TWO:
        ranks = tuple(rank_of(frozenset({k}), sets, frozenset()) for k in sorted(misprint.keys))
    else:
        # What no broken identity touches (a column's lonely cells) nobody could suspect.
        touched = misprint.keys & {t.key for e in misprint.broken for t in e.terms}
        ranks = (rank_of(touched, sets, misprint.around | misprint.keys),)
    return Trial(
        document=name,
        kind=misprint.kind,
        dataset=next(iter(misprint.changes)).dataset,
        identities=len(misprint.broken),
        found=bool(named) and expected <= reported,
        ranks=ranks,
        findings=sum(f.severity != "info" and f.message not in before for f in result.findings),
        seconds=seconds,
        story=_story(misprint, sets),
    )


def _story(misprint: Misprint, sets: Sequence[SuspectedSet]) -> str:
    def cells(keys: Iterable[Key]) -> str:
        names = ["/".join(key) for key in sorted(keys)]
        return ", ".join(names[:3]) + (f" … ({len(names)} cells)" if len(names) > 3 else "")

    texts = "; ".join(f"{'/'.join(k)} reads {t}" for k, t in list(misprint.changes.items())[:3])
    first = [f"{s.rank}. {cells(s.cells)} ({s.reason})" for s in sets[:3]]
    broken = ", ".join(sorted({e.check for e in misprint.broken}))
    return f"{texts}; breaks {broken}; suspected: {' '.join(first) or 'nobody'} of {len(sets)}"


def main() -> int:
    """Draw, misprint, audit and report; 1 when a misprint is not found or a clean document is blamed."""
    from audit_report import failures, markdown

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=300, help="made-up documents (default: 300)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pdf", type=Path, action="append", default=[], help="another PDF that adds up")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--write", type=Path, help="write the tables to this Markdown file")
    parser.add_argument("--stories", type=int, default=10, help="misprints told that were not ranked first")
    options = parser.parse_args()
    console = Console()
    jobs = [
        Job(options.seed, pdf=path) for path in (*sorted((ROOT / "data" / "raw").glob("*.pdf")), *options.pdf)
    ]
    jobs += [Job(options.seed, number) for number in range(options.documents)]
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(run, job) for job in jobs]
        done = track(as_completed(running), "misprinting and auditing", len(jobs), console=console)
        outcomes = sorted((future.result() for future in done), key=lambda o: o.name)
    text = markdown(outcomes, _contracts(), f"--documents {options.documents} --seed {options.seed}")
    console.print(Markdown(text))
    trials = [t for o in outcomes for t in o.trials]
    missed = [t for t in trials if not t.is_pair and t.rank != 1]
    for trial in missed[: options.stories]:
        rank = f"ranked {trial.rank}" if trial.rank else "not suspected"
        line = f"{trial.document}, {trial.kind}, {rank}: {trial.story}"
        console.print(line, markup=False, highlight=False)
    if options.write:
        # What benchmarks/slips.py wrote there stays.
        before = options.write.read_text(encoding="utf-8") if options.write.exists() else ""
        slips = before[before.find(NARRATIVES) :] if NARRATIVES in before else ""
        options.write.write_text(f"{text.rstrip()}\n\n{slips}" if slips else text, encoding="utf-8")
    wrong = failures(outcomes)
    for line in wrong:
        console.print(line, markup=False, highlight=False)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
