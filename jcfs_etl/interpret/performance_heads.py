"""Rows of self-evaluation forms, and what stands under which head."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

from msgspec import Struct

from jcfs_etl.contracts.performance import Block
from jcfs_etl.interpret.performance_words import TIED, Words, named_by_letters, named_by_order, rate_says
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell, Grid, distinct

#: A cell stands under a head where they share so many points in width.
_EDGE = 4.0
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
#: Columns of points, and the levels above that of the indicators.
_POINTS, _ABOVE = ("weight", "score"), ("level1", "level2")
#: Heads of a block that must be known by their words for others to be told by evidence.
_KNOWN = 2


class FormRow(Struct, frozen=True, dict=True):
    """A row of a form's grids.

    Attributes:
        grid: its grid.
        index: its place there.
        cells: the cells that cover it from left to right, each once.
        shift: how far its grid lies right of the form's first, in points.
        is_first, is_last: whether it is the first or last row of its grid.
        part: place of its grid in the form, from 0.
    """

    grid: Grid
    index: int
    cells: tuple[Cell, ...]
    shift: float
    part: int

    @property
    def page(self) -> int:
        """Its page."""
        return self.grid.page

    @property
    def is_first(self) -> bool:
        """Whether it is the first row of its grid."""
        return self.index == 0

    @property
    def is_last(self) -> bool:
        """Whether it is the last row of its grid."""
        return self.index == self.grid.row_count - 1

    @property
    def box(self) -> Box:
        """The row from edge to edge."""
        columns, rows = self.grid.columns, self.grid.rows
        return Box(columns[0], rows[self.index], columns[-1], rows[self.index + 1])

    @cached_property
    def starting(self) -> tuple[Cell, ...]:
        """Cells with text that begin in this row."""
        return tuple(c for c in self.cells if c.row == self.index and c.text.strip())


class Heads(Struct, frozen=True):
    """The heads of a block and where their columns lie.

    Attributes:
        columns: left and right edge in points of each column, by id; ``ignored`` ones are numbered.
        left: where the first head begins, known or not.
        last: index of the last row of the head in its grid.
        cells: the cells of the head.
        strangers: those of ``cells`` that no column is known for.
        sides: cells at their left that go on below them: headings of the whole block.
        taken: heads whose words the contract does not know, with the columns that they are taken for.
    """

    columns: Mapping[str, tuple[float, float]]
    left: float
    last: int
    cells: tuple[Cell, ...]
    strangers: tuple[Cell, ...]
    sides: tuple[Cell, ...] = ()
    taken: tuple[tuple[Cell, str], ...] = ()

    def under(self, cell: Cell, shift: float) -> list[str]:
        """The columns that a cell stands under."""
        x0, x1 = cell.box.x0 - shift, cell.box.x1 - shift
        return [
            name
            for name, (left, right) in self.columns.items()
            if (right if right < x1 else x1) - (left if left > x0 else x0) > _EDGE
        ]


def shift_of(grid: Grid, first: Grid) -> float:
    """How far a form's further grid lies right of its first: none where it has the same right edge alone.

    Merged cells that go on over a whole page have no level rules there, and the grid begins right of them.
    """
    left, right = (grid.columns[end] - first.columns[end] for end in (0, -1))
    begins_inside = any(abs(grid.columns[0] - x) <= _EDGE for x in first.columns[1:])
    return 0.0 if abs(right) <= _EDGE and begins_inside else left


def rows_of(parts: Sequence[Grid]) -> Iterator[FormRow]:
    """The rows of a form's grids in order."""
    for number, grid in enumerate(parts):
        shift = shift_of(grid, parts[0])
        for index in range(grid.row_count):
            cells = distinct(grid.by_position[index, c] for c in range(grid.column_count))
            yield FormRow(grid, index, tuple(cells), shift, number)


def heads_of(row: FormRow, block: Block, words: Words) -> Heads | None:
    """The heads of a block that begin in a row; None unless all that the block needs are there.

    A column is named by its lowest head; a head that stands over others only groups them. Two columns
    under one head of the contract are not named at all: what stands under them is left over. Heads that the
    contract does not list are told by evidence (:mod:`jcfs_etl.interpret.performance_words`), where two
    others are known.
    """
    known = [(c, name) for c in row.starting if (name := words.column(c.text, block))]
    named = {name for _, name in known}
    if len(named) < _KNOWN and not named.issuperset(block.needs):
        return None
    tops = [c for c, _ in known]
    band, sides, last = _band(row, tops, block, words)
    printed = [c for c in band if c.text.strip()]
    leaves = sorted((c for c in printed if not _below(c, band)), key=lambda c: c.column)
    found, taken = _columns(leaves, row, last, block, words)
    names = Counter(found[id(c)] for c in band if id(c) in found)
    of_levels = [c for c in _of_levels(leaves, found) if names[found[id(c)]] > 1]
    names.subtract(found.pop(id(c)) for c in of_levels)
    once = {name for name, count in names.items() if count == 1}
    if not set(block.needs) <= once:
        return None
    strangers = [c for c in printed if id(c) not in found and not _only_groups(c, band, block, words)]
    strangers = [c for c in strangers if not any(c is own for own in of_levels)]
    strangers += [c for c in leaves if id(c) in found and found[id(c)] not in once]
    named_heads = {found[id(c)]: c for c in band if found.get(id(c)) in once}
    left_out = [*of_levels, *(c for c in band if words.is_one(c.text, block.ignored))]
    both = named_heads | {f"ignored {i}": c for i, c in enumerate(left_out)}
    columns = {name: (c.box.x0 - row.shift, c.box.x1 - row.shift) for name, c in both.items()}
    heads = [c for c in band if c not in strangers]
    edge = min(c.box.x0 for c in band) - row.shift
    return Heads(columns, edge, last, tuple(heads), tuple(strangers), tuple(sides), tuple(taken))


def _of_levels(leaves: Sequence[Cell], found: Mapping[int, str]) -> list[Cell]:
    """Heads of the points of 一级 and 二级指标, right of these: those of the indicators add up to them."""
    columns = [found.get(id(c), "") for c in leaves]
    return [c for c, own, left in zip(leaves[1:], columns[1:], columns, strict=False)
            if own in _POINTS and left in _ABOVE]  # fmt: skip


def _band(
    row: FormRow, tops: Sequence[Cell], block: Block, words: Words
) -> tuple[list[Cell], list[Cell], int]:
    """The cells of a head that begins in a row, headings of the whole block at their left, and its last row.

    Args:
        row: where it begins.
        tops: heads in it that are known.
        block: what they are of.
        words: the words of the forms.
    """
    last, first = max(c.row + c.row_span - 1 for c in tops), min(c.column for c in tops)
    while last + 1 < row.grid.row_count and _names_only(row.grid, last + 1, first, block, words):
        last += 1
    at_left = [c for c in row.starting if c.column < first]
    sides = [c for c in at_left if c.row + c.row_span - 1 > last]
    # Heads that are not listed may stand at the left of the first that is.
    heads_at_left = (c for c in at_left if c not in sides and not words.is_one(c.text, block.sides))
    # So may those of a lower row, below a heading of the block that stands over them alone.
    lower = (row.grid.by_position[i, c] for i in range(row.index + 1, last + 1) for c in range(first))
    below = (c for c in lower if c.row > row.index and words.column(c.text, block))
    left = min([first, *(c.column for c in heads_at_left), *(c.column for c in below)])
    places = product(range(row.index, last + 1), range(left, row.grid.column_count))
    cells = (c for c in distinct(row.grid.by_position[place] for place in places) if c.row >= row.index)
    known = (*block.sides, *block.groups)
    return [c for c in cells if c.column >= first or not words.is_one(c.text, known)], sides, last


def _only_groups(cell: Cell, band: Sequence[Cell], block: Block, words: Words) -> bool:
    """Whether a head without a column groups others, or is known and left out."""
    if words.is_one(cell.text, (*block.groups, *block.ignored)):
        return True
    # What stands at their left is a heading of the block, unless it heads a column of its own.
    return _below(cell, band) and words.column(cell.text, block) is not None


def _columns(
    leaves: Sequence[Cell], row: FormRow, last: int, block: Block, words: Words
) -> tuple[dict[int, str], list[tuple[Cell, str]]]:
    """The columns of the lowest heads by their ids, and those of them that are told by evidence."""
    known = {id(c): name for c in leaves if (name := words.column(c.text, block))}
    free = [c for c in leaves if id(c) not in known and not words.is_one(c.text, block.ignored)]
    near = {id(c): name for c in free if (name := words.near_column(c.text, block))}
    counts = [*known.values(), *near.values()]
    found = known | {head: name for head, name in near.items() if counts.count(name) == 1}
    unnamed = {id(c) for c in free} - found.keys()
    by_letters = named_by_letters(leaves, found, words.naming)
    found |= {head: name for head, name in by_letters.items() if head in unnamed}
    by_order = named_by_order(leaves, found, block, words.naming)
    found |= {head: name for head, name in by_order.items() if head in unnamed}
    by_evidence = [(c, found[id(c)]) for c in free if id(c) in found]
    tied = {name for _, name in by_evidence} & TIED
    if tied:
        by_place = {name for head, name in by_order.items() if head in unnamed}
        says = rate_says(_texts_below(row, last, leaves, found))
        # Words alone need no proof, a place does; neither stands against the rate.
        refused = tied if says == "contradicts" else set() if says == "proves" else tied & by_place
        found = {head: name for head, name in found.items() if name not in refused or head in known}
        by_evidence = [(c, name) for c, name in by_evidence if name not in refused]
    return found, by_evidence


def _texts_below(
    row: FormRow, last: int, leaves: Sequence[Cell], found: Mapping[int, str]
) -> list[dict[str, str]]:
    """What stands under the heads of a block in the rows below them, by column, as far as figures go."""
    columns = {found[id(c)]: c.column for c in leaves if found.get(id(c)) in TIED}
    rows = []
    for index in range(last + 1, row.grid.row_count):
        texts = {name: row.grid.by_position[index, column].text for name, column in columns.items()}
        if any(_IDEOGRAPH.search(text) for text in texts.values()):
            break
        rows.append(texts)
    return rows


def _below(cell: Cell, band: Sequence[Cell]) -> bool:
    """Whether a head stands over others."""
    return any(c.row > cell.row and _over(cell, c) and c.text.strip() for c in band)


def _names_only(grid: Grid, index: int, left: int, block: Block, words: Words) -> bool:
    """Whether a row holds nothing but heads of the block, as where heads of one row are not merged down."""
    row = distinct(grid.by_position[index, c] for c in range(left, grid.column_count))
    texts = [c.text for c in row if c.row == index and c.text.strip()]
    return bool(texts) and all(words.column(t, block) for t in texts)


def _over(upper: Cell, lower: Cell) -> bool:
    ends = lower.column + lower.column_span <= upper.column + upper.column_span
    return upper.column <= lower.column and ends
