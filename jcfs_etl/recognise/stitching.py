"""Joins the grids of a table that runs over several pages into one sequence of rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell, Grid
from jcfs_etl.recognise.heads import Head, HeadReader
from jcfs_etl.recognise.titles import CaptionedGrid

#: Column edges of a continuation may lie this far (points) from those of the first page.
_EDGE = 4.0


@dataclass(frozen=True)
class BodyRow:
    """A row below the head: for each column of the first grid, the cell that covers it."""

    page: int
    cells: tuple[Cell, ...]
    index: int

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in the row."""
        return not any(cell.text for cell in self.cells)


@dataclass(frozen=True)
class StitchedTable:
    """A table's head and the rows of all its pages.

    Attributes:
        dataset: which table.
        first: the grid that carries the title.
        head: the head of the first grid.
        rows: rows below the head, repeated heads left out, in order.
        head_cells: cells of the head and of its repetitions.
        parts: every grid of the table with its caption lines.
    """

    dataset: str
    first: CaptionedGrid
    head: Head
    rows: tuple[BodyRow, ...]
    head_cells: tuple[Cell, ...]
    parts: tuple[CaptionedGrid, ...]


@dataclass(frozen=True)
class OtherGrid:
    """A grid that belongs to no known table.

    ``after`` is the known table that it follows with nothing but page numbers between: it may well be
    a part of that table which could not be joined.
    """

    item: CaptionedGrid
    after: str | None = None


def stitch(
    captioned: Sequence[CaptionedGrid], contracts: Contracts
) -> tuple[list[StitchedTable], list[OtherGrid]]:
    """Join grids into tables.

    A grid continues a table when it is the first on its page, carries no title (or the same one),
    follows the table's last grid, and has its column edges, or some of them where cells are merged.

    Returns:
        The tables in reading order, and the grids that belong to none, blank ones left out.
    """
    tables: list[StitchedTable] = []
    others: list[OtherGrid] = []
    running: list[CaptionedGrid] = []

    def close() -> None:
        if running:
            table = _assemble(running, contracts)
            if table is None:
                others.extend(OtherGrid(part) for part in running)
            else:
                tables.append(table)
            running.clear()

    for item in captioned:
        if running and _continues(item, running):
            running.append(item)
            continue
        after = running[0].dataset if running and _follows_closely(item, running[-1]) else None
        close()
        if item.dataset is not None:
            running.append(item)
        elif not item.grid.is_blank:
            others.append(OtherGrid(item, after))
    close()
    return tables, others


def _continues(item: CaptionedGrid, running: Sequence[CaptionedGrid]) -> bool:
    first, last = running[0], running[-1]
    if item.title and item.dataset != first.dataset:
        return False
    follows = item.first_on_page and item.grid.page == last.grid.page + 1
    # Text between the grids, other than notes already below the last one, would part them.
    return follows and _columns_match(first.grid, item.grid) is not None


def _follows_closely(item: CaptionedGrid, last: CaptionedGrid) -> bool:
    """Whether nothing but page numbers stands between a grid and the one before it."""
    near = item.grid.page == last.grid.page or (item.first_on_page and item.grid.page == last.grid.page + 1)
    return near and not item.title and not any(_is_text(line) for line in item.above)


def _is_text(line: str) -> bool:
    return len(line) > 1 and not line.strip("-—·/第页共").isdigit()


def _columns_match(first: Grid, grid: Grid) -> tuple[int, ...] | None:
    """For each column of the first grid, the column of this grid; None when edges disagree.

    A page on which every row has merged cells lacks some of the edges, and a blank spill row may lack all
    inner ones: the outline must agree, and every edge there is must be one of the first grid's.
    """
    shift = grid.columns[0] - first.columns[0]
    mine = [x - shift for x in grid.columns]
    if abs(mine[-1] - first.columns[-1]) > 3 * _EDGE:
        return None
    if all(min(abs(x - edge) for edge in first.columns) <= _EDGE for x in mine):
        middles = [(a + b) / 2 for a, b in pairwise(first.columns)]
        return tuple(min(bisect_right(mine, x) - 1, grid.column_count - 1) for x in middles)
    if grid.is_blank:
        return tuple(0 for _ in range(first.column_count))
    return None


def _assemble(parts: Sequence[CaptionedGrid], contracts: Contracts) -> StitchedTable | None:
    first = parts[0]
    assert first.dataset is not None
    reader = HeadReader(contracts.tables[first.dataset], contracts)
    head = reader.read(first.grid)
    if not head.names_columns:
        return None
    head_texts = {_row_text(first.grid, r) for r in range(head.row_count)}
    head_cells = [c for c in first.grid.cells if c.row < head.row_count]
    rows = [_body_row(first.grid, r, None) for r in range(head.row_count, first.grid.row_count)]
    for part in parts[1:]:
        columns = _columns_match(first.grid, part.grid)
        repeating = True
        for r in range(part.grid.row_count):
            if repeating and _row_text(part.grid, r) in head_texts:
                head_cells += [c for c in part.grid.cells if c.row == r]
                continue
            repeating = False
            rows.append(_body_row(part.grid, r, columns))
    return StitchedTable(first.dataset, first, head, tuple(rows), tuple(head_cells), tuple(parts))


def _body_row(grid: Grid, row: int, columns: tuple[int, ...] | None) -> BodyRow:
    at: Iterator[int] = iter(columns) if columns is not None else iter(range(grid.column_count))
    return BodyRow(grid.page, tuple(grid.by_position[row, c] for c in at), row)


def _row_text(grid: Grid, row: int) -> tuple[str, ...]:
    return tuple(squeezed(grid.by_position[row, c].text) for c in range(grid.column_count))
