"""Rows and columns of self-evaluation forms: which grids make up a form, and what stands under which head."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.performance import Block
from jcfs_etl.labels import squeezed
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell, Grid
from jcfs_etl.recognise.titles import CaptionedGrid

#: Edges of a continuation may lie this far (points) from those of the grid before.
_EDGE = 4.0


@dataclass(frozen=True)
class FormRow:
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
        return Box(
            self.grid.columns[0],
            self.grid.rows[self.index],
            self.grid.columns[-1],
            self.grid.rows[self.index + 1],
        )

    def starting(self) -> list[Cell]:
        """Cells with text that begin in this row."""
        return [c for c in self.cells if c.row == self.index and c.text.strip()]


class Words:
    """Compares printed labels with those of the contract."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts
        self.contract = contracts.performance
        self._suffix = re.compile(self.contract.label_suffix_pattern)
        # Few texts and few lists of labels, each looked at many times.
        self._forms: dict[str, tuple[str, ...]] = {}
        self._known: dict[tuple[str, ...], frozenset[str]] = {}
        self._lists: dict[int, tuple[Mapping[str, Sequence[str]], dict[str, tuple[int, str]]]] = {}
        self._columns: dict[int, tuple[Block, dict[str, tuple[int, str]]]] = {}

    def of(self, text: str) -> tuple[str, ...]:
        """The forms in which a label may be known: as it stands, and without what follows in brackets."""
        if text not in self._forms:
            whole = bare = self._contracts.label(text)
            while (match := self._suffix.search(bare)) and match.start():
                bare = bare[: match.start()]
            self._forms[text] = (whole, bare)
        return self._forms[text]

    def is_one(self, text: str, labels: Sequence[str]) -> bool:
        """Whether the text is one of the labels."""
        these = tuple(labels)
        if these not in self._known:
            self._known[these] = frozenset(self._contracts.label(label) for label in these)
        return not self._known[these].isdisjoint(self.of(text))

    def find(self, text: str, labels: Mapping[str, Sequence[str]]) -> str | None:
        """The id under which the contract lists the text: the first of several."""
        known = self._lists.get(id(labels))
        if known is None or known[0] is not labels:
            # The list is kept with it, so that no other can have its place in memory.
            known = self._lists[id(labels)] = (labels, self._ids(labels))
        return self._first(text, known[1])

    def column(self, text: str, block: Block) -> str | None:
        """The column of a block that a head names."""
        known = self._columns.get(id(block))
        if known is None or known[0] is not block:
            ids = self._ids({name: column.labels for name, column in block.columns.items()})
            known = self._columns[id(block)] = (block, ids)
        return self._first(text, known[1])

    def _ids(self, labels: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, str]]:
        """Place and id by label, the first that lists it."""
        found: dict[str, tuple[int, str]] = {}
        for place, (name, these) in enumerate(labels.items()):
            for label in these:
                found.setdefault(self._contracts.label(label), (place, name))
        return found

    def _first(self, text: str, ids: Mapping[str, tuple[int, str]]) -> str | None:
        found = [ids[form] for form in self.of(text) if form in ids]
        return min(found)[1] if found else None

    def title(self, text: str) -> bool:
        """Whether a line titles a form."""
        plain = squeezed(text)
        other = any(re.search(p, plain) for p in self.contract.other_title_patterns)
        return not other and any(re.search(p, plain) for p in self.contract.title_patterns)

    def other_title(self, text: str) -> bool:
        """Whether a line titles a form of another kind."""
        plain = squeezed(text)
        return "绩效" in plain and any(re.search(p, plain) for p in self.contract.other_title_patterns)


@dataclass(frozen=True)
class Heads:
    """The heads of a block and where their columns lie.

    Attributes:
        columns: left and right edge in points of each column, by id; ``ignored`` ones are numbered.
        left: where the first head begins, known or not.
        last: index of the last row of the head in its grid.
        cells: the cells of the head.
        strangers: those of ``cells`` whose words the contract does not know.
    """

    columns: Mapping[str, tuple[float, float]]
    left: float
    last: int
    cells: tuple[Cell, ...]
    strangers: tuple[Cell, ...]

    def under(self, cell: Cell, shift: float) -> list[str]:
        """The columns that a cell stands under."""
        return [
            name
            for name, (left, right) in self.columns.items()
            if min(right, cell.box.x1 - shift) - max(left, cell.box.x0 - shift) > _EDGE
        ]


def rows_of(parts: Sequence[Grid]) -> Iterator[FormRow]:
    """The rows of a form's grids in order."""
    for number, grid in enumerate(parts):
        shift = grid.columns[0] - parts[0].columns[0]
        for index in range(grid.row_count):
            cells = dict.fromkeys(grid.by_position[index, c] for c in range(grid.column_count))
            yield FormRow(grid, index, tuple(cells), shift, number)


def heads_of(row: FormRow, block: Block, words: Words) -> Heads | None:
    """The heads of a block that begin in a row; None unless all that the block needs are there.

    A column is named by its lowest head; a head that stands over others only groups them. Two columns
    under one head of the contract are not named at all: what stands under them is left over.
    """
    named = {words.column(c.text, block) for c in row.starting()}
    if not set(block.needs) <= named:
        return None
    tops = [c for c in row.starting() if words.column(c.text, block)]
    last = max(c.row + c.row_span - 1 for c in tops)
    left = min(c.column for c in tops)
    while last + 1 < row.grid.row_count and _names_only(row.grid, last + 1, left, block, words):
        last += 1
    band = [
        c
        for c in dict.fromkeys(
            row.grid.by_position[r, k]
            for r in range(row.index, last + 1)
            for k in range(left, row.grid.column_count)
        )
        if c.row >= row.index
    ]
    columns: dict[str, tuple[float, float]] = {}
    twice = set()
    strangers = []
    for cell in band:
        below = [c for c in band if c.row > cell.row and _over(cell, c) and c.text.strip()]
        if not cell.text.strip():
            continue
        name = None if below else words.column(cell.text, block)
        if name is not None:
            if name in columns:
                twice.add(name)
            columns[name] = (cell.box.x0 - row.shift, cell.box.x1 - row.shift)
        elif not words.is_one(cell.text, (*block.groups, *block.ignored)) and not (
            below and words.column(cell.text, block)
        ):
            strangers.append(cell)
    strangers += [c for c in band if words.column(c.text, block) in twice]
    columns = {name: edges for name, edges in columns.items() if name not in twice}
    if not set(block.needs) <= set(columns):
        return None
    ignored = [c for c in band if words.is_one(c.text, block.ignored)]
    columns |= {f"ignored {i}": (c.box.x0 - row.shift, c.box.x1 - row.shift) for i, c in enumerate(ignored)}
    # What stands at their left is a heading of the block, unless it heads a column of its own.
    strangers += [
        c
        for c in row.starting()
        if c.column < left and c.row + c.row_span - 1 <= last and not words.is_one(c.text, block.sides)
    ]
    edge = min(c.box.x0 for c in (*band, *strangers)) - row.shift
    return Heads(columns, edge, last, tuple(c for c in band if c not in strangers), tuple(strangers))


def _names_only(grid: Grid, index: int, left: int, block: Block, words: Words) -> bool:
    """Whether a row holds nothing but heads of the block, as where heads of one row are not merged down."""
    row = {grid.by_position[index, c] for c in range(left, grid.column_count)}
    texts = [c.text for c in row if c.row == index and c.text.strip()]
    return bool(texts) and all(words.column(t, block) for t in texts)


def _over(upper: Cell, lower: Cell) -> bool:
    return (
        upper.column <= lower.column and lower.column + lower.column_span <= upper.column + upper.column_span
    )


def forms_grids(captioned: Sequence[CaptionedGrid], words: Words) -> list[list[CaptionedGrid]]:
    """The grids that hold forms, those of one form together in order.

    A form begins with a grid that has a form's title or both its heads. The next grid goes on with it when
    it has no title, follows closely, and has the same edges or words of a form. Where a page ends above the
    heads, the title and 项目名称 begin it, and the heads come with a further grid.
    """
    forms: list[list[CaptionedGrid]] = []
    running: list[CaptionedGrid] = []
    for item in captioned:
        if item.dataset is not None or item.grid.is_blank:
            running = []
        elif running and _lacks_heads(running, words) and _goes_on(item, running, words):
            running.append(item)
        elif _begins(item, words):
            running = [item]
            forms.append(running)
        elif running and _goes_on(item, running, words):
            running.append(item)
        else:
            running = []
    return [form for form in forms if not _lacks_heads(form, words)]


def _lacks_heads(running: Sequence[CaptionedGrid], words: Words) -> bool:
    """Whether a form has but begun: heads that follow closely are its own."""
    return not any(any(_has_heads(item.grid, words)) for item in running)


def _has_heads(grid: Grid, words: Words) -> tuple[bool, bool]:
    """Whether a grid has the heads of the money block, and those of the indicators."""
    rows = list(rows_of([grid]))
    blocks = (words.contract.money, words.contract.indicators)
    funds, indicators = (any(heads_of(row, block, words) for row in rows) for block in blocks)
    return funds, indicators


def _begins(item: CaptionedGrid, words: Words) -> bool:
    funds, indicators = _has_heads(item.grid, words)
    titles = (form_title(item, words), _inner_title(item.grid, words))
    if any(title is not None and words.other_title(title) for title in titles):
        return False
    project = words.contract.fields["project"].labels
    named = any(words.is_one(c.text, project) for row in rows_of([item.grid]) for c in row.starting()[:1])
    return (funds and indicators) or ((funds or indicators or named) and any(titles))


def form_title(item: CaptionedGrid, words: Words) -> str | None:
    """The nearest line, or pair of lines, above a grid that titles a form of some kind."""
    lines = item.above

    def is_title(text: str) -> bool:
        return words.title(text) or words.other_title(text)

    for index in range(len(lines) - 1, -1, -1):
        if is_title(lines[index]):
            return lines[index]
        if index and not is_title(lines[index - 1]) and is_title(lines[index - 1] + lines[index]):
            return lines[index - 1] + lines[index]
    return None


def _inner_title(grid: Grid, words: Words) -> str | None:
    texts = [c.text for c in grid.cells if c.row < 2 and c.column_span == grid.column_count]
    return next((t for t in texts if words.title(t) or words.other_title(t)), None)


def _goes_on(item: CaptionedGrid, running: Sequence[CaptionedGrid], words: Words) -> bool:
    first, last = running[0].grid, running[-1].grid
    grid = item.grid
    follows = grid.page == last.page or (item.first_on_page and grid.page == last.page + 1)
    if not follows or item.title or any(words.title(line) or words.other_title(line) for line in item.above):
        return False
    shift = grid.columns[0] - first.columns[0]
    if abs(grid.columns[-1] - shift - first.columns[-1]) > 3 * _EDGE:
        return False
    if any(_is_of_form(c.text, words) for c in grid.cells):
        return True
    if any(heads_of(row, words.contract.indicators, words) for row in rows_of([grid])):
        return True
    parted = any(len(line) > 1 and not line.strip("-—·/第页共").isdigit() for line in item.above)
    # No page need have every edge: where cells are merged in all its rows some are missing.
    edges = [x - part.grid.columns[0] for part in running for x in part.grid.columns]
    mine = [x - grid.columns[0] for x in grid.columns]
    return not parted and all(min(abs(x - edge) for edge in edges) <= _EDGE for x in mine)


def _is_of_form(text: str, words: Words) -> bool:
    contract = words.contract
    labels = [*contract.analysis.sides, *contract.indicators.sides, *contract.goals.sides]
    labels += [*contract.goals.goals, *contract.goals.completion, *contract.total.labels[:1]]
    labels += [label for these in contract.analysis.columns.values() for label in these]
    return words.is_one(text, labels)
