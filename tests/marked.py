"""Sentences in which every figure is marked with the reading that it is to have, and what they are read as.

A file holds excerpts: a line ``# province year kind``, lines ``## heading``, and text in which a figure
stands as ``[12.30|SUBJECT MEASURE]``. SUBJECT is an id of contracts/narrative.yaml, or several with commas
where either is right; without it the figure is of the subject of the mark before. MEASURE is one of

    (nothing)                an amount of this year
    =budget =last =this …    an amount of that period
    #                        a count
    +last -last +budget …    a change in money or, before %, in per cent: up or down, and against what
    /budget                  the completion of a budget
    /SUBJECT                 a share of that

and ``[12.30|?]`` is a figure that has no reading, so that any that it is given is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from excerpts import read_excerpt

from jcfs_etl.contracts import Contracts
from jcfs_etl.interpret.model import Claim
from jcfs_etl.labels import squeezed

_MARK = re.compile(r"\[(?P<printed>[^\]|]*)\|(?P<reading>[^\]]*)\]")
_PERIODS = frozenset({"this", "last", "budget", "adjusted_budget"})


@dataclass(frozen=True)
class Mark:
    """A figure with the reading that it is to have.

    Attributes:
        line, column: where it stands in the excerpt, counted as it is compared.
        printed: as printed.
        before: what stands before it.
        unit: the character after it.
        subjects: ids of what it may be of; empty for a figure without a reading.
        form: ``level``, ``ratio``, ``difference`` or ``growth``.
        periods: of a level its periods, else those of what it is compared with.
        wholes: of a share what it is of.
        is_down: whether a change is a decrease.
        is_count: whether things are counted.
        may_be_left: whether it may also be left unread.
    """

    line: int
    column: int
    printed: str
    before: str
    unit: str
    subjects: frozenset[str]
    form: str = "level"
    periods: frozenset[str] = frozenset({"this"})
    wholes: frozenset[str] = frozenset()
    is_down: bool = False
    is_count: bool = False
    may_be_left: bool = False

    @property
    def measure(self) -> str:
        """What it states, in a word."""
        if self.form == "level":
            return "count" if self.is_count else "amount"
        return {"difference": "change", "ratio": "share" if self.wholes else "completion"}.get(
            self.form, "growth"
        )


@dataclass(frozen=True)
class Excerpt:
    """An excerpt without its marks, and the marks."""

    lines: tuple[str, ...]
    marks: tuple[Mark, ...]


def read_marked(text: str) -> Iterator[Excerpt]:
    """The excerpts of a marked text.

    Raises:
        ValueError: a mark says no measure that there is, or the first of an excerpt no subject.
    """
    for part in re.split(r"(?m)^(?=# )", text):
        if part.strip():
            yield _excerpt(part.strip().split("\n"))


def _excerpt(lines: list[str]) -> Excerpt:
    plain: list[str] = []
    marks: list[Mark] = []
    subjects: frozenset[str] = frozenset()
    for number, line in enumerate(lines):
        text, at = "", 0
        for match in _MARK.finditer(line):
            text += line[at : match.start()]
            at = match.end()
            mark = _mark(match, number, text, line[at : at + 1], subjects)
            if mark.subjects:
                subjects = mark.subjects | ({"?"} if mark.may_be_left else set())
            marks.append(mark)
            text += match["printed"]
        plain.append(text + line[at:])
    return Excerpt(tuple(plain), tuple(marks))


def _mark(match: re.Match[str], line: int, before: str, unit: str, last: frozenset[str]) -> Mark:
    words = match["reading"].split()
    measure = words.pop() if words and words[-1][0] in "=#+-/" else ""
    named = frozenset(words[0].split(",")) if words else last
    place = (line, len(squeezed(before)), match["printed"], before[-12:], unit)
    if named == {"?"}:
        return Mark(*place, frozenset())
    if not named or (measure and measure != "#" and not measure[1:]):
        raise ValueError(f"{match[0]!r} says no reading")
    subjects, left = named - {"?"}, "?" in named
    of = frozenset(measure[1:].split(","))
    if measure == "#":
        return Mark(*place, subjects, is_count=True, may_be_left=left)
    if measure[:1] == "/" and not of <= _PERIODS:
        return Mark(*place, subjects, "ratio", frozenset(), of, may_be_left=left)
    form = {"": "level", "=": "level", "/": "ratio"}.get(
        measure[:1], "growth" if unit in "%％" else "difference"
    )
    periods = of if measure else frozenset({"this"})
    if not periods <= _PERIODS:
        raise ValueError(f"{match[0]!r} says no period")
    return Mark(*place, subjects, form, periods, is_down=measure[:1] == "-", may_be_left=left)


def judged(mark: Mark, claims: list[Claim]) -> str | None:
    """What the reading of a figure is worth; None for one without a reading that has been given none."""
    if not claims:
        return None if not mark.subjects or mark.may_be_left else "unread"
    return "understood" if mark.subjects and all(_is_right(mark, c) for c in claims) else "misunderstood"


def _is_right(mark: Mark, claim: Claim) -> bool:
    printed = abs(Decimal(mark.printed.replace(",", "")))
    return (
        claim.quantity.subject.replace("functional_of_all/", "functional/") in mark.subjects
        and claim.form == mark.form
        and (claim.kind == "count") == mark.is_count
        and abs(Decimal(claim.printed.replace(",", ""))) == printed
        and (
            mark.form not in ("difference", "growth") or not claim.value or (claim.value < 0) == mark.is_down
        )
        and _is_of(mark, claim)
    )


def _is_of(mark: Mark, claim: Claim) -> bool:
    """Whether the period, or what it is compared with, is as expected."""
    if mark.form == "level":
        return claim.quantity.period in mark.periods
    if claim.base is None or claim.quantity.period != "this":
        return False
    if mark.wholes:
        return claim.kind == "share" and claim.base.subject in mark.wholes
    return claim.base == claim.quantity._replace(period=claim.base.period) and (
        claim.base.period in mark.periods
    )


def score(path: Path, contracts: Contracts) -> Iterator[tuple[Excerpt, Mark, str, list[Claim]]]:
    """Every figure of a file with what its reading is worth and the claims that it was read as."""
    for excerpt in read_marked(path.read_text(encoding="utf-8")):
        claims = read_excerpt(excerpt.lines, contracts)
        for mark in excerpt.marks:
            found = claims.get((mark.line, mark.column), [])
            verdict = judged(mark, found)
            if verdict is not None:
                yield excerpt, mark, verdict, found
