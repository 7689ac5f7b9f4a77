"""Puts together what a page break has cut: rows of a table, and its head.

Word, WPS and LibreOffice let a row break over a page: the rest of a label, or the last digits of a figure,
stand on the next page as a row of their own. Such a row has no name by itself, and together with the last row
of the page before it has one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from msgspec import Struct, field
from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import Table
from jcfs_etl.labels import squeezed
from jcfs_etl.money import UnreadableFigureError, read_figure
from jcfs_etl.read.model import Cell, Grid, distinct
from jcfs_etl.recognise.head import Block, Head
from jcfs_etl.recognise.heads import HeadReader
from jcfs_etl.recognise.rows import is_cut_code, row_namer

#: How sure it is that a figure below a page break belongs to the row above it, before any identity is tried.
JOINED = 0.98


class BodyRow(Struct, frozen=True):
    """A row below the head: for each column of the head, the cell that covers it.

    It begins on a page; ``lower`` are pages of the cells that stand below a page break, by identity.
    """

    page: int
    cells: tuple[Cell, ...]
    lower: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in the row."""
        return not any(cell.text for cell in self.cells)

    def page_of(self, cell: Cell) -> int:
        """The page that a cell of the row stands on."""
        return self.lower.get(id(cell), self.page)


class Pieces(Struct):
    """Cells that were made of others, and of which: each cell of a page is accounted for."""

    made_of: dict[int, tuple[Cell, ...]] = field(default_factory=dict)
    kept: list[Cell] = field(default_factory=list)

    def of(self, cell: Cell) -> tuple[Cell, ...]:
        """The cells of the pages that a cell stands for."""
        return self.made_of.get(id(cell), (cell,))

    def note(self, made: Cell, *cells: Cell) -> Cell:
        """Note what a cell was made of; it is kept, so that its identity stays its own."""
        self.made_of[id(made)] = tuple(origin for cell in cells for origin in self.of(cell))
        self.kept.append(made)
        return made


class _Everything:
    """Rows that a line may follow: whether they came is asked when the rows are named."""

    def __contains__(self, _: object) -> bool:
        return True


class RowJoiner:
    """Joins rows of one table that a page break has cut.

    Args:
        table: the table's contract.
        contracts: all contracts.
        blocks: the blocks of columns under its head.
        decimals: decimals that its figures are printed with.
        pieces: where to note what was joined.
    """

    def __init__(
        self, table: Table, contracts: Contracts, blocks: Sequence[Block], decimals: int, pieces: Pieces
    ) -> None:
        self._namer = row_namer(table, contracts)
        self._reader = HeadReader(table, contracts)
        self._blocks, self._decimals, self._pieces = blocks, decimals, pieces

    def join(self, upper: BodyRow, *lower: BodyRow) -> BodyRow | None:
        """The row that rows on both sides of a page break are; None where they are rows of their own.

        They are one where the lower ones have neither 行次 nor a code nor a name of their own, all together
        have a name, and wherever several hold something of a figure the pieces make one of the table's form,
        which the upper ones are not without the last.

        Args:
            upper: the last row above the break.
            lower: the row below it; several where all that pages between hold is a piece of the row.
        """
        below = [block for block in self._blocks if any(self._texts(piece, block) for piece in lower)]
        if not below or any(self._apart(upper, piece, b) for piece in lower for b in self._blocks):
            return None
        row = upper
        for piece in lower:
            row = self._over(row, piece)
        pieces = (upper, *lower)
        if not all(self._is_named(row, block) and self._is_whole(pieces, block) for block in below):
            return None
        return row

    def _over(self, upper: BodyRow, lower: BodyRow) -> BodyRow:
        """Two rows as one."""
        pages = dict(upper.lower)
        made: dict[tuple[int, int], Cell] = {}
        for above, under in zip(upper.cells, lower.cells, strict=True):
            if (id(above), id(under)) in made:
                continue
            joined = made[id(above), id(under)] = self._cell(above, under)
            if not above.text and under.text:
                pages[id(joined)] = lower.page
            elif id(above) in upper.lower:
                pages[id(joined)] = upper.lower[id(above)]
        cells = tuple(made[id(a), id(b)] for a, b in zip(upper.cells, lower.cells, strict=True))
        return BodyRow(upper.page, cells, pages)

    def _apart(self, upper: BodyRow, lower: BodyRow, block: Block) -> bool:
        """Whether a block of the lower row has something that only a row of its own would have."""
        if any(lower.cells[c].text for c in block.line_nos):
            return True
        # A head that is printed again where the first one was cut is no piece, either.
        if any(self._reader.is_head_word(lower.cells[value.index].text) for value in block.values):
            return True
        above, under = ([squeezed(row.cells[c].text) for c in block.codes] for row in (upper, lower))
        if any(under) and not (is_cut_code(above, under) if len(under) > 1 else above[0].isdigit()):
            return True
        # What has a name by itself is a row, unless the row above it has none: 2210 over 201 is 2210201. The
        # rest of a name may be one, too (本年收入 over 合计); a row of its own has a figure then.
        has_begun = self._texts(upper, block) and not self._is_named(upper, block)
        has_figure = any(lower.cells[value.index].text for value in block.values)
        return has_figure and self._is_named(lower, block) and not has_begun

    def _cell(self, above: Cell, under: Cell) -> Cell:
        if above is under or not under.text:
            return above
        parts = (above, under) if above.text else (under,)
        text, sure = "\n".join(cell.text for cell in parts), min(JOINED, *(c.confidence for c in parts))
        joined = replace(parts[0], text=text, confidence=sure, doubt=above.doubt or under.doubt)
        return self._pieces.note(joined, *parts)

    def _is_whole(self, pieces: Sequence[BodyRow], block: Block) -> bool:
        """Whether the pieces of each figure make one, and those above the last do not."""
        for value in block.values:
            cells = distinct(row.cells[value.index] for row in pieces)
            texts = [cell.text for cell in cells if cell.text]
            if len(texts) < 2:
                continue
            *before, whole = accumulate(texts)
            if any(map(self._is_figure, before)) or not self._is_figure(whole):
                return False
        return True

    def _is_figure(self, text: str) -> bool:
        try:
            return read_figure(squeezed(text)).decimals == self._decimals
        except UnreadableFigureError:
            return False

    def _texts(self, row: BodyRow, block: Block) -> bool:
        return any(row.cells[c].text for c in (*block.codes, *block.names, *(v.index for v in block.values)))

    def _is_named(self, row: BodyRow, block: Block) -> bool:
        keys = distinct(row.cells[c] for c in (*block.codes, *block.names))
        texts = [squeezed(cell.text) for cell in keys if cell.text]
        words = [t for t in texts if not (len(t) == 1 and self._reader.is_head_word(t))]
        return self._namer.name(words, block, None, _Everything()) is not None


def cut_head(
    reader: HeadReader, upper: Sequence[BodyRow], lower: Sequence[BodyRow], pieces: Pieces
) -> tuple[Head, Grid, list[BodyRow]] | None:
    """The head of a table that a page break has cut between its rows, with the rows of both pages together.

    Args:
        reader: reads heads of the table.
        upper: the rows of the first page, in the columns of both.
        lower: the rows of the second page.
        pieces: where to note what was joined.

    Returns:
        The head, the grid that it was read from, and all rows, those of the head first. None where they name
        no column, as where a page break has cut words of the head.
    """
    rows = [*upper, *lower]
    grid = lattice(rows, pieces)
    head = reader.read(grid)
    return (head, grid, rows) if head.names_columns and head.row_count >= len(upper) else None


def lattice(rows: Sequence[BodyRow], pieces: Pieces) -> Grid:
    """Rows as one grid: each cell once, over the rows and columns that it covers."""
    covered: dict[int, list[tuple[int, int]]] = {}
    cells: dict[int, Cell] = {}
    for r, row in enumerate(rows):
        for c, cell in enumerate(row.cells):
            covered.setdefault(id(cell), []).append((r, c))
            cells[id(cell)] = cell
    placed = []
    for key, places in covered.items():
        top, left = places[0]
        height, width = places[-1][0] - top + 1, max(c for _, c in places) - left + 1
        made = replace(cells[key], row=top, column=left, row_span=height, column_span=width)
        placed.append(pieces.note(made, cells[key]))
    columns, edges = (tuple(map(float, range(n + 1))) for n in (len(rows[0].cells), len(rows)))
    return Grid(rows[0].page, columns, edges, tuple(placed))
