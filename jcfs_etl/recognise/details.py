"""Details: lines and columns that are a part of a known one and that no dataset promises.

They are passed over only where their whole is printed and not exceeded: were one of them the whole in truth,
or a line or column of its own, a figure would be lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from jcfs_etl.money import UnreadableFigureError, read_whole_or_joined
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.head import ValueColumn

Cells = Sequence[tuple[ValueColumn, Cell]]


def harmless_columns(values: Cells) -> set[int]:
    """Columns of details that can be passed over in a row, by their place in the grid.

    Args:
        values: the row's columns of figures with its cells.
    """
    divided = {v.detail_of for v, _ in values if v.detail_of is not None}
    wholes = {v.column: amount(c) for v, c in values if v.column in divided}
    harmless: set[int] = set()
    for whole, printed in wholes.items():
        mine = [(v, amount(c)) for v, c in values if v.detail_of == whole]
        if is_within([d for _, d in mine], printed):
            harmless |= {v.index for v, _ in mine}
    return harmless


class DetailRows:
    """The lines of details of one table, held against their wholes as they come."""

    def __init__(self) -> None:
        self._wholes: dict[str, dict[int, Decimal | None]] = {}
        self._parts: dict[tuple[str, int], list[Decimal | None]] = defaultdict(list)

    def note(self, row: str, values: Cells) -> None:
        """Keep the figures of a named row, which may be the whole of lines that follow."""
        self._wholes[row] = {v.index: amount(c) for v, c in values}

    def take(self, whole: str, values: Cells) -> bool:
        """Whether a line can be passed over as a detail of a row; it counts among its details then.

        Args:
            whole: id of the row that it is a part of.
            values: its columns of figures with its cells.
        """
        printed = self._wholes.get(whole)
        if printed is None:
            return False
        parts = {v.index: [*self._parts[whole, v.index], amount(c)] for v, c in values}
        if not all(is_within(amounts, printed.get(index)) for index, amounts in parts.items()):
            return False
        for index, amounts in parts.items():
            self._parts[whole, index] = amounts
        return True

    def holds(self, whole: str, values: Cells) -> bool:
        """Whether no figure of a line that breaks a row down exceeds the row's own.

        Args:
            whole: id of the row.
            values: the line's columns of figures with its cells.
        """
        printed = self._wholes.get(whole, {})
        return all(is_within([amount(c)], printed.get(v.index)) for v, c in values if c.text)


def is_within(parts: Sequence[Decimal | None], whole: Decimal | None) -> bool:
    """Whether amounts are parts of a whole: all of them are known, and their sum does not exceed it.

    Each is rounded by itself, so the sum of two may be one more in the last place; a single part never is.
    """
    known = [part for part in parts if part is not None]
    if whole is None or len(known) < len(parts):
        return False
    rounded = [part for part in known if part]
    places = min(int(amount.as_tuple().exponent) for amount in (*rounded, whole))
    last_place = Decimal(1).scaleb(places) if places < 0 else Decimal()
    return abs(sum(known, Decimal())) <= abs(whole) + len(rounded) // 2 * last_place


def amount(cell: Cell) -> Decimal | None:
    """The figure of a cell, zero where it is blank or a dash; None where it is none."""
    try:
        return read_whole_or_joined(cell.text).value or Decimal()
    except UnreadableFigureError:
        return None
