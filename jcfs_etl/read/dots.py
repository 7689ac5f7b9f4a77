"""Rules that browsers draw as rows of dots: small filled squares, each a path of its own.

The dots of a border are regular by construction, and its rows close a lattice. A row of dots that is missed
would join two columns, so all dots of a page are rules, each from one rule to another, or none is.
"""

from __future__ import annotations

from collections.abc import Sequence

from jcfs_etl.places import Box, in_runs
from jcfs_etl.read.glyphs import Rule

#: Dots that make a rule, at least.
_FEWEST = 6
#: How far one dot may lie from the next, in dots: one as a rule, more where it is moved to a whole pixel.
_MOST_GAP = 2.0
#: Points by which dots of one row may be off it.
_OFF = 0.2
#: Points from a rule's end within which it meets another.
_MEETS = 2.0


def dotted_rules(dots: Sequence[Box], rules: Sequence[Rule]) -> list[Rule]:
    """Put dots together to rules.

    Args:
        dots: small filled areas of a page, about as high as wide.
        rules: its rules that are drawn whole.

    Returns:
        Rules from the first to the last dot of each row and column; none where a dot belongs to none, or
        where one of them ends at no other rule.
    """
    rows, of_rows = _rows(dots)
    columns, of_columns = _rows([Box(dot.y0, dot.x0, dot.y1, dot.x1) for dot in dots])
    if len(of_rows | of_columns) < len(dots):
        return []
    levels = [Rule(row.x0, _middle(row), row.x1, _middle(row)) for row in rows]
    uprights = [Rule(_middle(column), column.x0, _middle(column), column.x1) for column in columns]
    every_upright = [*uprights, *(rule for rule in rules if rule.x0 == rule.x1)]
    every_level = [*levels, *(rule for rule in rules if rule.y0 == rule.y1)]
    is_closed = all(_meets(x, rule.y0, every_upright) for rule in levels for x in (rule.x0, rule.x1)) and all(
        _meets(rule.x0, y, every_level) for rule in uprights for y in (rule.y0, rule.y1)
    )
    return [*levels, *uprights] if is_closed else []


def _rows(dots: Sequence[Box]) -> tuple[list[Box], set[int]]:
    """The boxes of the level rows of dots, and which dots belong to them."""
    by_height = sorted(range(len(dots)), key=lambda i: dots[i].y0)
    rows: list[Box] = []
    used: set[int] = set()
    for level in in_runs(by_height, lambda row, i: dots[i].y0 - dots[row[0]].y0 <= _OFF):
        for row in in_runs(
            sorted(level, key=lambda i: dots[i].x0), lambda row, i: _goes_on(dots[row[-1]], dots[i])
        ):
            if len(row) >= _FEWEST:
                used.update(row)
                first, last = dots[row[0]], dots[row[-1]]
                rows.append(Box(first.x0, first.y0, last.x1, min(dots[i].y1 for i in row)))
    return rows, used


def _goes_on(dot: Box, other: Box) -> bool:
    side = min(dot.x1 - dot.x0, dot.y1 - dot.y0)
    return other.x0 - dot.x1 <= _MOST_GAP * side + _OFF


def _middle(row: Box) -> float:
    return (row.y0 + row.y1) / 2


def _meets(x: float, y: float, others: Sequence[Rule]) -> bool:
    """Whether a point lies on one of other rules, nearly."""
    return any(
        x0 - _MEETS <= x <= x1 + _MEETS and y0 - _MEETS <= y <= y1 + _MEETS for x0, y0, x1, y1 in others
    )
