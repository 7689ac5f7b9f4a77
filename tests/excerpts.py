"""Excerpts of narratives as text: their claims by line and column."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from jcfs_etl.contracts import Contracts
from jcfs_etl.interpret.claims import read_section
from jcfs_etl.interpret.grammar import Grammar
from jcfs_etl.interpret.model import Claim
from jcfs_etl.interpret.passage import Passage, Run, Stretch, passage_of
from jcfs_etl.interpret.prose import sections_of
from jcfs_etl.places import Box
from jcfs_etl.read.model import TextLine
from jcfs_etl.recognise.model import Publication


def read_excerpt(lines: Sequence[str], contracts: Contracts) -> dict[tuple[int, int], list[Claim]]:
    """Claims of an excerpt by the line and column at which their number stands."""
    claims: dict[tuple[int, int], list[Claim]] = defaultdict(list)
    for claim in claims_of(lines, contracts, _no_tables(_year(lines))):
        if any(c.isdigit() for c in claim.printed):
            claims[claim.page, round(claim.box.x0)].append(claim)
    return claims


def claims_of(lines: Sequence[str], contracts: Contracts, publication: Publication) -> list[Claim]:
    """All claims of an excerpt of a publication, in printed order."""
    passages = [
        line_passage(line.removeprefix("## "), number)
        for number, line in enumerate(lines)
        if line.startswith("## ") or not line.startswith("#")
    ]
    sections = sections_of([p for p in passages if p.text], contracts, part="narrative")
    grammar = Grammar(contracts, publication)
    return [claim for section in sections for claim in read_section(section, grammar).claims]


def line_passage(line: str, number: int) -> Passage:
    """A line of which every character's box begins at its column in the compared text."""
    printed = TextLine(line, Box(0.0, 0.0, float(max(len(line), 1)), 1.0), 1.0)
    passage = passage_of(printed, number)
    length = len(passage.text)
    return Passage(passage.text, (Stretch(_Columns(number, printed), 0, length),) if length else ())


class _Columns(Run):
    """A run of which every character is as wide as another in the compared text."""

    def box(self, start: int, end: int) -> Box:
        return Box(float(start), 0.0, float(end), 1.0)


def _no_tables(year: int | None) -> Publication:
    return Publication(None, year, None, None, None, None, {}, (), None, ())


def _year(lines: Sequence[str]) -> int | None:
    """The fiscal year that the first remark names."""
    found = re.search(r"(?<!\d)20\d\d(?!\d)", lines[0]) if lines[0].startswith("#") else None
    return int(found[0]) if found else None
