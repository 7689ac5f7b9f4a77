"""Slips of whole blocks of figures: what would be meant, if figures stand in the wrong place or unit.

Figures some rows away from their labels, two columns exchanged, a row, column or table in another unit of
money, figures copied over others. Each is a hypothesis of what was meant; :mod:`jcfs_etl.audit.block_search`
tries it on everything that the publication states.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import Literal

from msgspec import Struct, field

from jcfs_etl.audit.linear import FREE, Interval
from jcfs_etl.audit.model import Figures
from jcfs_etl.audit.slips import in_other_units
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import PublishedTable

Kind = Literal["shifted", "repeated", "exchanged", "unit", "taken_over"]

#: Rows by which figures may stand away from their labels.
MOST_ROWS = 6
#: Points between the middles of columns that stand side by side.
_APART = 25.0
#: Figures that a displaced block must change, fewer are slips of single cells; different amounts of a shift.
_DISPLACED, _DIFFERENT = 4, 2


class Stack(Struct, frozen=True, dict=True):
    """Rows of a table that stand one below the other, with their columns, in printed order.

    ``values`` is what is printed, by row and column; None where blank or a dash.
    """

    table: PublishedTable
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[int | None, ...], ...]

    @property
    def dataset(self) -> str:
        """Of the table."""
        return self.table.dataset

    def key(self, row: int, column: int) -> Key:
        """The figure at a place."""
        return self._keys[row][column]

    @cached_property
    def _keys(self) -> tuple[tuple[Key, ...], ...]:
        dataset = self.dataset
        return tuple(tuple(Key(dataset, row, column) for column in self.columns) for row in self.rows)

    @cached_property
    def place(self) -> dict[Key, tuple[int, int]]:
        """Row and column by key."""
        return {self.key(i, j): (i, j) for i in range(len(self.rows)) for j in range(len(self.columns))}

    def is_blank(self, row: int, columns: Collection[int]) -> bool:
        """Whether nothing, or nothing but zeros, stands in some columns of a row."""
        return not any(self.values[row][j] for j in columns)


class BlockSlip(Struct, frozen=True, dict=True):
    """A block of figures that is not what was meant.

    Attributes:
        kind: what happened to it.
        dataset: its table.
        rows, columns: ids of the rows whose figures are not theirs, in printed order, and of the columns.
        meant: intervals of what was meant where that is not what is printed; FREE where it is lost.
        distance: of ``shifted``, how many rows the figures stand above their labels; below, where negative.
        source: of ``repeated`` and ``taken_over``, the figures that it repeats, row by row; of
            ``exchanged``, nothing.
        units: of ``unit``, the money unit that is printed and that of the table.
        first: of ``shifted``, the first row at which it may begin where that is not certain.
        last: of ``shifted``, the last row to which it may reach.
        turned: of ``shifted``, how many figures come from the other end of the block.
        origins: of ``shifted``, where the figures stand that belong to each place of the block.
        is_scaling: whether it multiplies its figures by one factor.
        is_partial: of ``shifted``, whether the other columns of its rows stand where they belong.
        is_striking: of ``repeated``, whether no two blocks have so many figures alike by chance.
        nothing: of ``unit``, what may have been meant where nothing is printed.
        is_either: of ``repeated``, whether the source may as well repeat the block.
    """

    kind: Kind
    dataset: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    meant: Mapping[Key, Interval]
    distance: int = 0
    source: tuple[Key, ...] = ()
    units: tuple[str, str] = ("", "")
    first: str = ""
    last: str = ""
    turned: int = 0
    origins: Mapping[Key, Key] = field(default_factory=dict)
    is_scaling: bool = False
    is_partial: bool = False
    is_striking: bool = False
    nothing: Mapping[Key, Interval] = field(default_factory=dict)
    is_either: bool = False

    @property
    def undone(self) -> Mapping[Key, Interval]:
        """What was meant, with what is printed as nothing."""
        return {**self.nothing, **self.meant}

    @cached_property
    def lost(self) -> int:
        """How many figures it leaves open."""
        return sum(box == FREE for box in self.meant.values())

    @property
    def is_firm(self) -> bool:
        """Whether it moves figures enough to be told from slips of single figures."""
        if self.kind == "unit":
            return True
        amounts = {middle for box in self.meant.values() if (middle := box.middle)}
        moved = self.kind != "shifted" or (len(self.rows) >= 2 and len(amounts) >= _DIFFERENT)
        return moved and len(self.meant) >= _DISPLACED

    @cached_property
    def repair(self) -> frozenset[tuple[Key, Interval]]:
        """What it changes; slips of the same repair are one."""
        return frozenset(self.meant.items())


def stacks(table: PublishedTable, figures: Figures) -> Iterator[Stack]:
    """The rows of a table as they stand one below the other: sides of a form, and its blocks in width."""
    facts = {
        row.row: [f for c in table.columns if (f := table.by_key.get(Key(table.dataset, row.row, c)))]
        for row in table.rows
    }
    sides: dict[str, list[tuple[float, str]]] = {}
    for row in table.rows:
        cells = facts[row.row]
        if cells:
            middle = min((f.box.x0 + f.box.x1) / 2 for f in cells)
            sides.setdefault(row.side, []).append((middle, row.row))
    for placed in sides.values():
        groups = list(_columns_of_rows(placed))
        if all(len(group) == 1 for group in groups):
            # Rows side by side are printed columns, as the bases of 三公 are.
            groups = [{row for _, row in placed}]
        for members in groups:
            rows = tuple(row.row for row in table.rows if row.row in members)
            columns = tuple(
                c for c in table.columns if any(Key(table.dataset, r, c) in figures.values for r in rows)
            )
            values = tuple(tuple(figures.values.get(Key(table.dataset, r, c)) for c in columns) for r in rows)
            yield Stack(table, rows, columns, values)


def _columns_of_rows(placed: list[tuple[float, str]]) -> Iterator[set[str]]:
    """Rows by where their first figure stands in the width of the page."""
    group: set[str] = set()
    before = None
    for middle, row in sorted(placed):
        if before is not None and middle - before > _APART:
            yield group
            group = set()
        group.add(row)
        before = middle
    if group:
        yield group


class Shift(Struct, frozen=True):
    """A shift by its numbers.

    Attributes:
        stack: where.
        columns: places of the columns that are shifted.
        start, end: first row of the block and the row behind its last, by place.
        distance: rows that figures stand above their labels; below, where negative.
        fill: what belongs to the labels that are left over: ``blank``, the figures at the other end
            (``turned``), or ``lost``.
    """

    stack: Stack
    columns: tuple[int, ...]
    start: int
    end: int
    distance: int
    fill: Literal["blank", "turned", "lost"]

    def origin(self, row: int) -> int | None:
        """The row in which the figures of a row of the block stand; None where they are not printed."""
        at = row - self.distance
        if self.start <= at < self.end:
            return at
        if self.fill != "turned":
            return None
        return at + (self.end - self.start) * (1 if at < self.start else -1)

    def slip(self, figures: Figures) -> BlockSlip | None:
        """As a hypothesis; None where a count would become money."""
        meant: dict[Key, Interval] = {}
        origins: dict[Key, Key] = {}
        for i in range(self.start, self.end):
            at = self.origin(i)
            for j in self.columns:
                key = self.stack.key(i, j)
                if key not in figures.values:
                    continue
                printed = self.stack.values[i][j] or 0
                if at is None:
                    if self.fill == "lost":
                        meant[key] = FREE
                    elif printed:
                        meant[key] = figures.around(key, 0)
                    continue
                if (origin := self.stack.key(at, j)) in figures.values:
                    origins[key] = origin
                value = self.stack.values[at][j] or 0
                if value != printed:
                    if figures.is_count(key):
                        return None
                    meant[key] = figures.around(key, value)
        moved = [i for i in range(self.start, self.end) if self._is_moved(i)]
        if not moved:
            return None
        rows = tuple(self.stack.rows[i] for i in range(moved[0], moved[-1] + 1))
        columns = tuple(self.stack.columns[j] for j in self.columns)
        turned = abs(self.distance) * len(columns) if self.fill == "turned" else 0
        return BlockSlip(
            "shifted",
            self.stack.dataset,
            rows,
            columns,
            meant,
            self.distance,
            turned=turned,
            origins=origins,
            is_partial=len(columns) < len(self.stack.columns),
        )

    def _is_moved(self, row: int) -> bool:
        at = row - self.distance
        return self.start <= at < self.end and not self.stack.is_blank(at, self.columns)


def shifts(stack: Stack, columns: Collection[tuple[int, ...]]) -> Iterator[Shift]:
    """Every shift of some columns of a stack, the nearest first.

    The figures of a block stand some rows away from their labels up to the end of the stack, to its last row,
    or to where as many rows are blank as they are away.
    """
    n = len(stack.rows)
    for chosen in columns:
        blank = [stack.is_blank(i, chosen) for i in range(n)]
        for away in range(1, min(MOST_ROWS, n // 2) + 1):
            for distance in (away, -away):
                for start in range(n - away - 1):
                    yield from _shifts_from(stack, chosen, start, distance, blank)


def _shifts_from(
    stack: Stack, columns: tuple[int, ...], start: int, distance: int, blank: list[bool]
) -> Iterator[Shift]:
    n, away = len(blank), abs(distance)
    for end in range(start + away + 2, n + 1):
        # The rows that the figures have left, or in front of which they were pushed down.
        left = blank[end - away : end] if distance > 0 else blank[start : start + away]
        is_end = end >= n - 1
        if distance > 0 and all(left):
            yield Shift(stack, columns, start, end, distance, "blank")
            yield Shift(stack, columns, start, end, distance, "lost")
        elif distance < 0 and all(left) and (is_end or all(blank[end - away : end])):
            yield Shift(stack, columns, start, end, distance, "lost")
        elif is_end:
            if distance < 0:
                yield Shift(stack, columns, start, end, distance, "lost")
            yield Shift(stack, columns, start, end, distance, "turned")


def exchanges(stack: Stack, figures: Figures) -> Iterator[BlockSlip]:
    """Two columns of a stack with each other's figures; of a table of bases, also two of its rows."""
    n, m = len(stack.rows), len(stack.columns)
    for a, b in combinations(range(m), 2):
        # Two figures of one row are no block, but may explain as much.
        for rows in (range(n), range(1, n), range(n - 1), *([i] for i in range(n))):
            pairs = [(stack.key(i, a), stack.key(i, b)) for i in rows]
            columns = (stack.columns[a], stack.columns[b])
            yield from _exchanged(stack, tuple(stack.rows[i] for i in rows), columns, pairs, figures)
    if n == 2 and m > 1:
        pairs = [(stack.key(0, j), stack.key(1, j)) for j in range(m)]
        yield from _exchanged(stack, stack.rows, stack.columns, pairs, figures)


def _exchanged(
    stack: Stack,
    rows: tuple[str, ...],
    columns: tuple[str, ...],
    pairs: list[tuple[Key, Key]],
    figures: Figures,
) -> Iterator[BlockSlip]:
    meant: dict[Key, Interval] = {}
    for pair in pairs:
        if any(key not in figures.values or figures.is_count(key) for key in pair):
            continue
        for key, other in (pair, pair[::-1]):
            if (figures.values[other] or 0) != (figures.values[key] or 0):
                meant[key] = figures.around(key, figures.values[other])
    if meant:
        yield BlockSlip("exchanged", stack.dataset, rows, columns, meant)


def units(
    stack: Stack, figures: Figures, suspects: frozenset[Key], money_units: Mapping[str, int]
) -> Iterator[BlockSlip]:
    """A row, a column or the whole of a stack in another unit of money."""
    n, m = range(len(stack.rows)), range(len(stack.columns))
    for rows, columns in (*(([i], m) for i in n), *((n, [j]) for j in m), (n, m)):
        yield from _in_units(stack, rows, columns, figures, suspects, money_units)


def table_units(
    table: PublishedTable, figures: Figures, suspects: frozenset[Key], money_units: Mapping[str, int]
) -> Iterator[BlockSlip]:
    """A table of several stacks, or a column of them, in another unit of money."""
    every = list(stacks(table, figures))
    if len(every) < 2:
        return
    for columns in (*((c,) for c in table.columns), table.columns):
        rows = tuple(row.row for row in table.rows)
        values = tuple(tuple(figures.values.get(Key(table.dataset, r, c)) for c in columns) for r in rows)
        whole = Stack(table, rows, columns, values)
        places = range(len(rows)), range(len(columns))
        yield from _in_units(whole, *places, figures, suspects, money_units)


def _in_units(
    stack: Stack,
    rows: Sequence[int],
    columns: Sequence[int],
    figures: Figures,
    suspects: frozenset[Key],
    money_units: Mapping[str, int],
) -> Iterator[BlockSlip]:
    keys = [key for i in rows for j in columns if (key := stack.key(i, j)) in figures.values]
    if suspects.isdisjoint(keys):
        return
    names = tuple(stack.rows[i] for i in rows), tuple(stack.columns[j] for j in columns)
    for meant, unit in in_other_units(keys, stack.table, figures, money_units):
        least = max(box.width or 0 for box in meant.values())
        # What is less than half of the last decimal of the other unit is printed as nothing.
        nothing = {key: Interval(-least // 2, -(-least // 2)) for key in keys if not figures.values[key]}
        both = unit, stack.table.money_unit or ""
        yield BlockSlip("unit", stack.dataset, *names, meant, units=both, nothing=nothing, is_scaling=True)
