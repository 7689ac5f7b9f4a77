"""Joins the grids of a table that runs over several pages into one sequence of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import CLASS_DIGITS, CODE
from jcfs_etl.labels import squeezed
from jcfs_etl.money import UnreadableFigureError, read_figure
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell, Grid
from jcfs_etl.recognise.breaks import BodyRow, Pieces, RowJoiner, cut_head, lattice
from jcfs_etl.recognise.halves import EDGE, Halves, columns_match, finer, halves, parts_of, rows_of_both
from jcfs_etl.recognise.head import Head
from jcfs_etl.recognise.heads import HeadReader
from jcfs_etl.recognise.titles import CaptionedGrid

#: A line that stands first on so many pages with tables is their running head; a row cut by page breaks may
#: go on so many pages below.
_PAGES = 3
#: Fewer columns two tables may have alike by chance.
_COLUMNS = 4


class StitchedTable(Struct, frozen=True):
    """A table's head and the rows of all its pages.

    Attributes:
        first: the grid that carries the title.
        rows: rows below the head, repeated heads left out, in order.
        head_cells: cells of the head and of its repetitions.
        parts: every grid of the table with its caption lines.
        pieces: what cells that a page break had cut were put together of.
    """

    dataset: str
    first: CaptionedGrid
    head: Head
    rows: tuple[BodyRow, ...]
    head_cells: tuple[Cell, ...]
    parts: tuple[CaptionedGrid, ...]
    pieces: Pieces


class OtherGrid(Struct, frozen=True):
    """A grid that belongs to no known table.

    ``after`` is the known table that it follows with nothing but page numbers between: it may well be
    a part of that table which could not be joined. ``goes_on`` is the title of the unknown table that it
    goes on with, at the top of the page below. ``page_of`` is the table whose lines stand in it, in its
    columns: it is a page of that table which stands elsewhere.
    """

    item: CaptionedGrid
    after: str | None = None
    goes_on: str = ""
    page_of: str | None = None


def stitch(
    captioned: Sequence[CaptionedGrid], contracts: Contracts
) -> tuple[list[StitchedTable], list[OtherGrid]]:
    """Join grids into tables.

    A grid continues a table when it is the first on its page, carries no title (or the same one),
    follows the table's last grid, and has its column edges, or some of them where cells are merged.

    Returns:
        The tables in reading order, and the grids that belong to none, blank ones left out.
    """
    stitcher = _Stitcher(captioned, contracts)
    stitcher.run()
    return stitcher.tables, stitcher.out_of_order()


class _Stitcher:
    """Joins grids, one after the other, to the table so far or to none."""

    def __init__(self, captioned: Sequence[CaptionedGrid], contracts: Contracts) -> None:
        self.tables: list[StitchedTable] = []
        self.others: list[OtherGrid] = []
        self._contracts = contracts
        self._heads = _running_heads(captioned)
        self._captioned, self._right = halves(captioned, contracts)
        self._running: list[CaptionedGrid] = []

    def run(self) -> None:
        for part in self._captioned:
            item = self._with_open_cell(part)
            if self._running and self._continues(item):
                self._running.append(item)
                continue
            after = self._running[0].dataset if self._running and self._may_belong(item) else None
            self._close()
            if item.dataset is not None:
                self._running.append(item)
            elif not item.grid.is_blank:
                self.others.append(OtherGrid(item, after, self._unknown_before(item)))
        self._close()

    def out_of_order(self) -> list[OtherGrid]:
        """The other grids; one that holds lines of a table in its columns is a page of it that was moved."""
        return [
            replace(other, page_of=next((t.dataset for t in self.tables if self._is_page_of(t, other)), None))
            for other in self.others
        ]

    def _is_page_of(self, table: StitchedTable, other: OtherGrid) -> bool:
        item, widest = other.item, _widest(table.parts)
        if item.title or other.goes_on or item.dataset or item.grid.column_count != widest.column_count:
            return False
        if widest.column_count < _COLUMNS or columns_match(widest, item.grid) is None:
            return False
        contract = self._contracts.tables[table.dataset]
        lines = {self._contracts.label(word) for row in contract.all_rows.values() for word in row.labels}
        classes = self._contracts.codes_of(contract)
        texts = {squeezed(cell.text) for cell in item.grid.cells}
        coded = any(CODE.fullmatch(text) and text[:CLASS_DIGITS] in classes for text in texts)
        return coded or any(self._contracts.label(text) in lines for text in texts)

    def _close(self) -> None:
        """End the table so far."""
        table = _assemble(self._running, self._right, self._contracts) if self._running else None
        if table is not None:
            self.tables.append(table)
        elif self._running:
            first, *rest = parts_of(self._running, self._right)
            self.others += (OtherGrid(first), *(OtherGrid(part, first.dataset) for part in rest))
        self._running = []

    def _unknown_before(self, item: CaptionedGrid) -> str:
        """The title of the unknown table that a grid goes on with: the last, of its columns, just above."""
        if not self.others or item.title:
            return ""
        before = self.others[-1]
        title = before.goes_on or (before.item.title if before.item.dataset is None else "")
        last = before.item.grid
        is_below = item.first_on_page and item.grid.page == last.page + 1
        same = item.grid.column_count == last.column_count and columns_match(last, item.grid) is not None
        return title if is_below and same and self._follows_closely(item, before.item) else ""

    def _may_belong(self, item: CaptionedGrid) -> bool:
        """Whether a grid may be a part of the table so far that could not be joined."""
        return self._follows_closely(item, self._last()) or self._may_go_on(item)

    def _last(self) -> CaptionedGrid:
        """The grid that stands last on the pages of the table so far."""
        return max(parts_of(self._running, self._right), key=lambda part: part.grid.page)

    def _continues(self, item: CaptionedGrid) -> bool:
        first, last = self._running[0], self._running[-1]
        if item.title and (item.dataset != first.dataset or self._is_of_other_money(item, first)):
            return False
        # Text between the grids, other than notes already below the last one, would part them, unless the
        # title says that the table goes on.
        after = (last.grid.page + 1, self._last().grid.page + 1)
        says_so = regex(self._contracts.publication.continued_pattern).search(item.title) is not None
        is_near = item.grid.page in after or (says_so and item.grid.page == last.grid.page)
        if not (is_near and (item.first_on_page or says_so)):
            return False
        widest = _widest(self._running)
        if columns_match(widest, item.grid) is not None:
            return True
        if says_so and self._says_the_head_again(first, item):
            return True
        if not item.title and item.grid.column_count == last.grid.column_count == widest.column_count:
            # Below a part that is set in other widths than the first.
            return columns_match(last.grid, item.grid) is not None
        # The head may be cut: what stands of it on its first page lacks the columns of the rest.
        return (
            len(self._running) == 1
            and not item.title
            and columns_match(item.grid, first.grid) is not None
            and _is_cut(_reader(first, self._contracts), first.grid)
        )

    def _with_open_cell(self, item: CaptionedGrid) -> CaptionedGrid:
        """A grid with the blank cell before all its rows of which no rule is drawn above and below.

        It goes on from the page before, where its text stands, to the page after: a group's name.
        """
        if not self._running or item.title or not item.first_on_page:
            return item
        wide, grid = _widest(self._running), item.grid
        # Where each cell has a frame of its own, the second edge lies beside the first.
        begins = min(wide.columns, key=lambda x: abs(x - grid.columns[0]))
        inner = begins not in (wide.columns[0], wide.columns[-1])
        is_rest = all(min(abs(x - edge) for edge in wide.columns) <= EDGE for x in grid.columns)
        if not inner or not is_rest or abs(grid.columns[-1] - wide.columns[-1]) > EDGE:
            return item
        box = Box(wide.columns[0], grid.rows[0], grid.columns[0], grid.rows[-1])
        cells = (
            Cell(0, 0, grid.row_count, 1, "", box),
            *(replace(c, column=c.column + 1) for c in grid.cells),
        )
        return replace(item, grid=Grid(grid.page, (wide.columns[0], *grid.columns), grid.rows, cells))

    def _says_the_head_again(self, first: CaptionedGrid, item: CaptionedGrid) -> bool:
        """Whether a grid has the head of the first word for word: its columns are the same, however wide."""
        one, other = first.grid, item.grid
        height = _reader(first, self._contracts).read(one).row_count
        if one.column_count != other.column_count or not 0 < height < other.row_count:
            return False
        places = [(row, column) for row in range(height) for column in range(one.column_count)]
        return all(
            squeezed(one.by_position[at].text) == squeezed(other.by_position[at].text) for at in places
        )

    def _is_of_other_money(self, item: CaptionedGrid, first: CaptionedGrid) -> bool:
        """Whether of two titles of one dataset the one alone says that it is of more or less money."""
        table = self._contracts.tables[first.dataset or ""]
        return table.gives_way(item.title, first.title) or table.gives_way(first.title, item.title)

    def _follows_closely(self, item: CaptionedGrid, last: CaptionedGrid) -> bool:
        """Whether nothing but page numbers and running heads stands between a grid and the one before it."""
        is_next = item.first_on_page and item.grid.page == last.grid.page + 1
        lines = [line for line in item.above if line not in self._heads]
        if not (is_next or item.grid.page == last.grid.page) or item.title:
            return False
        return not any(self._contracts.publication.is_text(line) for line in lines)

    def _may_go_on(self, item: CaptionedGrid) -> bool:
        """Whether a grid without a title has all columns of the table before it, a page or two above it.

        The rules of the page between may not be drawn, so that it holds no grid.
        """
        apart = item.grid.page - self._last().grid.page
        widest = _widest(self._running)
        return (
            item.first_on_page
            and not item.title
            and 1 < apart <= _PAGES
            and item.grid.column_count == widest.column_count
            and columns_match(widest, item.grid) is not None
        )


def _widest(parts: Sequence[CaptionedGrid]) -> Grid:
    """The grid that has the column edges of all parts: the first one but where its head is cut."""
    return max(parts, key=lambda part: part.grid.column_count).grid


def _is_cut(reader: HeadReader, grid: Grid) -> bool:
    """Whether nothing but a head stands in a grid, or a part of one that names no column."""
    head = reader.read(grid)
    return head.row_count == grid.row_count or not head.names_columns


def _reader(item: CaptionedGrid, contracts: Contracts) -> HeadReader:
    assert item.dataset is not None
    return HeadReader(contracts.tables[item.dataset], contracts)


def _running_heads(captioned: Sequence[CaptionedGrid]) -> frozenset[str]:
    """Lines that stand first on so many pages that they are no table's; one that states a unit is none."""
    first = Counter(item.above[0] for item in captioned if item.first_on_page and item.above)
    return frozenset(line for line, count in first.items() if count >= _PAGES and ":" not in line)


def _assemble(parts: Sequence[CaptionedGrid], right: Halves, contracts: Contracts) -> StitchedTable | None:
    first = parts[0]
    assert first.dataset is not None
    reader, pieces = _reader(first, contracts), Pieces()
    base = _widest(parts)
    pages = [_body_rows(part.grid, base) for part in parts]
    head_grid = first.grid
    if id(first.grid) in right:
        pages = _widened(parts, pages, right, pieces)
        head_grid = lattice(pages[0], pieces)
    head = reader.read(head_grid)
    if len(parts) > 1 and id(first.grid) not in right and _is_cut(reader, first.grid):
        whole = cut_head(reader, pages[0], pages[1], pieces)
        if whole is not None:
            head, head_grid, both = whole
            pages[:2] = [both]
    if not head.names_columns:
        return None
    head_cells = [c for c in head_grid.cells if c.row < head.row_count]
    table = contracts.tables[first.dataset]
    joiner = RowJoiner(table, contracts, head.blocks, _decimals(pages, head), pieces)
    numbered = [c for block in head.blocks for c in block.line_nos]
    rows, repeated = _joined(pages, head.row_count, numbered, joiner)
    grids = tuple(parts_of(parts, right))
    return StitchedTable(first.dataset, first, head, tuple(rows), (*head_cells, *repeated), grids, pieces)


def _joined(
    pages: Sequence[list[BodyRow]], height: int, numbered: Sequence[int], joiner: RowJoiner
) -> tuple[list[BodyRow], list[Cell]]:
    """The rows of all pages with those put together that a page break cut, and cells of repeated heads.

    A spreadsheet may repeat a row too many: that with 行次 1 comes again right below the head, word for word.

    Args:
        pages: the rows of each page.
        height: rows of the head on the first page.
        numbered: columns of 行次.
        joiner: tells whether a row goes on.
    """
    texts = {_row_text(row) for row in pages[0][:height]}
    rows, repeated, held = pages[0][height:], list[Cell](), list[BodyRow]()
    for page in pages[1:]:
        body = list(page)
        while body and _row_text(body[0]) in texts:
            repeated += body.pop(0).cells
        if rows and body and len(body) < len(page) and _is_again(body[0], rows[0], numbered):
            repeated += body.pop(0).cells
        joined = joiner.join(rows[-1], *held, body[0]) if rows and body else None
        if joined is not None:
            rows[-1] = joined
            body.pop(0)
            held = []
        elif rows and len(body) == 1:
            # All that the page holds may be a piece of the row: the next page tells.
            held += body
            continue
        rows += held + body
        held = []
    return rows + held, repeated


def _widened(
    parts: Sequence[CaptionedGrid], pages: Sequence[list[BodyRow]], right: Halves, pieces: Pieces
) -> list[list[BodyRow]]:
    """The rows of each page with those of its right halves."""
    bases = [half.item.grid for half in right[id(parts[0].grid)]]
    widened = []
    for part, page in zip(parts, pages, strict=True):
        rows: list[BodyRow] = page
        edges: Sequence[float] = part.grid.rows
        for (item, keys), base in zip(right[id(part.grid)], bases, strict=True):
            other = item.grid.rows
            rows = rows_of_both(rows, edges, _body_rows(item.grid, base), other, keys, pieces)
            edges = finer(edges, other)
        widened.append(rows)
    return widened


def _decimals(pages: Sequence[Sequence[BodyRow]], head: Head) -> int:
    """The commonest number of decimals among the figures of a table; 0 where it has none with a fraction."""
    counts: Counter[int] = Counter()
    columns = [v.index for block in head.blocks for v in block.values]
    texts = Counter(row.cells[c].text for page in pages for row in page for c in columns)
    for text, count in texts.items():
        with suppress(UnreadableFigureError):
            if decimals := read_figure(text).decimals:
                counts[decimals] += count
    return counts.most_common(1)[0][0] if counts else 0


def _body_rows(grid: Grid, base: Grid) -> list[BodyRow]:
    """The rows of a grid, for each column of another the cell that covers it."""
    # Grids are joined only where their columns match, or are as many under the same head.
    columns = columns_match(base, grid) or range(grid.column_count)
    return [
        BodyRow(grid.page, tuple(grid.by_position[row, c] for c in columns)) for row in range(grid.row_count)
    ]


def _is_again(row: BodyRow, first: BodyRow, numbered: Sequence[int]) -> bool:
    """Whether a row is the first of its table once more, its 行次 with it."""
    return any(first.cells[c].text for c in numbered) and _row_text(row) == _row_text(first)


def _row_text(row: BodyRow) -> tuple[str, ...]:
    return tuple(squeezed(cell.text) for cell in row.cells)
