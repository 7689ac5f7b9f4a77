"""Whom an audit suspects, and at which rank the true cell stands among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jcfs_etl.findings import Finding
from jcfs_etl.places import Key


@dataclass(frozen=True, slots=True, order=True)
class SuspectedSet:
    """Cells that would explain together what does not add up.

    Attributes:
        rank: its place among all sets, from 1.
        cells: in ascending order.
        reason: what kind of slip it would be, as the first cell says.
    """

    rank: int
    cells: tuple[Key, ...]
    reason: str


def suspected(findings: Iterable[Finding]) -> list[SuspectedSet]:
    """The sets that the findings of a document name, best first; cells that share a rank are one set."""
    sets: set[SuspectedSet] = set()
    for finding in findings:
        for rank in {s.rank for s in finding.suspects}:
            members = [s for s in finding.suspects if s.rank == rank]
            cells = {Key(s.dataset, s.row, s.column) for s in members}
            sets.add(SuspectedSet(rank, tuple(sorted(cells)), members[0].reason))
    return sorted(sets)


def rank_of(cells: frozenset[Key], sets: Iterable[SuspectedSet], around: frozenset[Key]) -> int | None:
    """The best rank of a set that holds the cells; None where there is none.

    Args:
        cells: one cell, or several that were misprinted in one go.
        sets: the sets, best first.
        around: where there are several, the set may hold these beside them and no more: to suspect
            everything is no answer.
    """
    for each in sets:
        if cells <= set(each.cells) and (len(cells) == 1 or set(each.cells) <= cells | around):
            return each.rank
    return None
