"""Known slips: one step of the publisher's that changes a cell, or a whole row, column or table.

Figures entered in 元 where the table is in 万元, a sign left out, neighbours exchanged, a row or column
shifted by one place. Each is tried as a whole: what the figures would be without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from msgspec import Struct

from jcfs_etl.audit.edits import BELOW_ZERO
from jcfs_etl.audit.linear import FREE, Interval
from jcfs_etl.audit.model import Figures
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import PublishedTable

#: Costs, by what the slip takes in. A column is copied from another source as a whole, a row hardly is.
_UNIT = {"cell": 30, "row": 10, "column": 2, "table": 2}
_SIGN = {"cell": 1, "row": 20, "column": 20, "table": 20}
_EXCHANGE = 4
_SHIFT = 4


class Slip(Struct, frozen=True):
    """A known slip, and the figures without it.

    Attributes:
        meant: intervals of the amounts that were meant, by figure; figures that it leaves as they are
            are left out.
        reason: in words.
        cost: how unlikely it is, on the scale of :mod:`jcfs_etl.audit.edits`.
        is_scaling: whether it multiplies its figures by one factor. That leaves what they say of each
            other alone as it was, and mends nothing between them.
    """

    meant: Mapping[Key, Interval]
    reason: str
    cost: int
    is_scaling: bool = False


def known_slips(
    table: PublishedTable, figures: Figures, suspects: frozenset[Key], money_units: Mapping[str, int]
) -> Iterator[Slip]:
    """Every known slip of a table that would change a suspect figure.

    Args:
        table: as published.
        figures: the document's, for precision and counts.
        suspects: figures in violated identities.
        money_units: 分 in one of each money unit.

    Yields:
        Slips of single cells first, then of rows and columns in printed order, then of the table.
    """
    for line, places in _lines(table):
        keys = [key for key in places if key in figures.values]
        if suspects.isdisjoint(keys):
            continue
        yield from _factors(keys, line, table, figures, money_units)
        yield from _signs(keys, line, figures)
        if len(keys) > 1 and line != "table":
            yield from _exchanges(keys, suspects, figures)
        if len(keys) > 2 and line != "table":
            yield from _shifts(keys, line, figures)


def _lines(table: PublishedTable) -> Iterator[tuple[str, tuple[Key, ...]]]:
    """Figures that stand alone, in a row or a column, and all of a table; in printed order."""
    rows: dict[str, list[Key]] = {}
    # A column of each side of a form, and of both sides where they share it.
    columns: dict[tuple[str | None, str], list[Key]] = {}
    sides = {row.row: row.side for row in table.rows}
    order = {column: n for n, column in enumerate(table.columns)}
    every = tuple(fact.key for fact in table.facts)
    for key in every:
        yield "cell", (key,)
        rows.setdefault(key.row, []).append(key)
        for side in (sides.get(key.row, ""), None):
            columns.setdefault((side, key.column), []).append(key)
    for keys in rows.values():
        if len(keys) > 1:
            yield "row", tuple(sorted(keys, key=lambda k: order.get(k.column, len(order))))
    for column in dict.fromkeys(map(tuple, columns.values())):
        if len(column) > 1:
            yield "column", column
    yield "table", every


def in_other_units(
    keys: Sequence[Key], table: PublishedTable, figures: Figures, money_units: Mapping[str, int]
) -> Iterator[tuple[dict[Key, Interval], str]]:
    """What was meant if figures were printed in the smallest unit; of a table in that, in a greater one.

    Args:
        keys: figures of one table.
        table: as published.
        figures: the document's, for precision and counts.
        money_units: 分 in one of each money unit.

    Yields:
        Intervals of what was meant, with the unit that is printed.
    """
    if table.money_unit is None or table.money_unit not in money_units:
        return
    ours, smallest = money_units[table.money_unit], min(money_units.values())
    for unit, fen in money_units.items():
        if fen == ours or smallest not in (fen, ours):
            continue
        times, parts = (fen // ours, 1) if fen > ours else (1, ours // fen)
        meant = {}
        is_seen = False
        for key in keys:
            value = figures.values[key]
            if value and not figures.is_count(key):
                # Decimals are those of the other unit, so the last one stands for as many times more.
                half = max(2 * figures.tolerance(key), 1) * times // 2
                amount = value * times
                meant[key] = Interval(amount // parts - half, -(-amount // parts) + half)
                is_seen |= abs(amount) > figures.tolerance(key) * parts
        # What would have rounded to nothing was not meant.
        if is_seen:
            yield meant, unit


def _factors(
    keys: list[Key], line: str, table: PublishedTable, figures: Figures, money_units: Mapping[str, int]
) -> Iterator[Slip]:
    """The line printed in another money unit."""
    whole = "" if line == "cell" else f"the {line} "
    for meant, unit in in_other_units(keys, table, figures, money_units):
        yield Slip(meant, f"{whole}printed in {unit} where {table.money_unit} is meant", _UNIT[line], True)


def _signs(keys: list[Key], line: str, figures: Figures) -> Iterator[Slip]:
    meant = {key: figures.around(key, -value) for key in keys if (value := figures.values[key])}
    if meant and (line == "cell" or len(meant) > 1):
        reason = "sign" if line == "cell" else f"signs of the {line}"
        is_negative = any((figures.values[key] or 0) > 0 for key in meant)
        yield Slip(meant, reason, _SIGN[line] * (BELOW_ZERO if is_negative else 1))


def _exchanges(keys: list[Key], suspects: frozenset[Key], figures: Figures) -> Iterator[Slip]:
    printed = [key for key in keys if figures.values[key] is not None]
    for a, b in dict.fromkeys((*pairwise(keys), *pairwise(printed))):
        if a not in suspects and b not in suspects:
            continue
        if (figures.values[a] or 0) != (figures.values[b] or 0) and figures.is_count(a) == figures.is_count(
            b
        ):
            meant = {to: figures.around(of, figures.values[of]) for to, of in ((a, b), (b, a))}
            yield Slip(meant, "neighbouring cells exchanged", _EXCHANGE)


def _shifts(keys: list[Key], line: str, figures: Figures) -> Iterator[Slip]:
    """A run of figures that belongs one place back, or on, where the line is blank.

    The place that the run has left behind may hold anything: what stood there is lost.
    """
    for direction in (keys, keys[::-1]):
        place = {key: n for n, key in enumerate(direction)}
        for filled, run in groupby(direction, key=lambda key: bool(figures.values[key])):
            moved = list(run)
            start = place[moved[0]]
            if not filled or len(moved) < 2 or start == 0:
                continue
            pairs = list(zip(direction[start - 1 :], moved, strict=False))
            # Money does not become a count, nor a count money.
            if all(figures.is_count(a) == figures.is_count(b) for a, b in pairs):
                values = figures.values
                meant = {a: figures.around(b, values[b]) for a, b in pairs if values[a] != values[b]}
                yield Slip(meant | {moved[-1]: FREE}, f"the {line} shifted by one", _SHIFT)
