"""Ruled rows of a table that are its caption or its notes: they become the lines above and below its grid.

A workbook pasted into a text has its title, the unit's name and the unit of money in cells of the table,
ruled like the rest, and so are notes and who signs below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts, PublicationContract
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell, Grid, Page, PdfDocument, TextLine
from jcfs_etl.recognise.titles import captioned_grids, match_title

#: The least rows that a table has: one of its head and one of its body.
_LEAST_ROWS = 2
#: The height of letters, in parts of their row's, where nothing else tells it.
_SIZE = 0.6

#: Of a grid, how many rows at its top are taken off, and how many at its foot.
_Rows = Callable[[Grid], tuple[int, int]]


def with_captions_outside(document: PdfDocument, contracts: Contracts) -> PdfDocument:
    """The document with what is a table's caption or note in ruled rows of it as lines around its grid.

    Args:
        document: the PDF, read.
        contracts: what publications look like.
    """
    document = _with(document, lambda grid: (_captions(grid, contracts), 0))
    feet = {
        id(grid): count
        for page in document.pages
        for grid in page.grids
        if (count := _foot(grid, contracts.publication))
    }
    if not feet:
        return document
    ours = _of_known_tables(document, contracts)
    return _with(document, lambda grid: (0, feet.get(id(grid), 0) if id(grid) in ours else 0))


def _of_known_tables(document: PdfDocument, contracts: Contracts) -> set[int]:
    """Grids whose title names a known table, and those without a title that may go on with one."""
    ours: set[int] = set()
    before: Grid | None = None
    for item in captioned_grids(document, contracts):
        goes_on = (
            not item.title
            and before is not None
            and item.grid.page == before.page + 1
            and item.grid.column_count == before.column_count
        )
        before = item.grid if item.dataset is not None or goes_on else None
        if before is not None:
            ours.add(id(before))
    return ours


def _with(document: PdfDocument, rows: _Rows) -> PdfDocument:
    pages = [_page(page, rows) for page in document.pages]
    if all(new is old for new, old in zip(pages, document.pages, strict=True)):
        return document
    return replace(document, pages=tuple(pages))


def _page(page: Page, rows: _Rows) -> Page:
    taken = [rows(grid) for grid in page.grids]
    if not any(map(any, taken)):
        return page
    lines = list(page.lines)
    for grid, (top, foot) in zip(page.grids, taken, strict=True):
        lines += (
            TextLine(cell.text, cell.box, _SIZE * (cell.box.y1 - cell.box.y0))
            for cell in grid.cells
            if cell.text and not top <= cell.row < grid.row_count - foot
        )
    turned = [line for line in lines if line.turned]
    upright = sorted((line for line in lines if not line.turned), key=lambda line: line.box.y0)
    grids = tuple(_without(grid, *counts) for grid, counts in zip(page.grids, taken, strict=True))
    return replace(page, grids=grids, lines=(*turned, *upright))


def _captions(grid: Grid, contracts: Contracts) -> int:
    """How many rows at the top of a grid are its caption: none where none holds a known table's title."""
    titled = False
    for row in range(grid.row_count - _LEAST_ROWS):
        cells = [cell for cell in grid.cells if cell.row == row]
        texts = [squeezed(cell.text) for cell in cells if cell.text]
        is_title = len(texts) == 1 and match_title(texts[0], contracts) is not None
        if any(cell.row_span > 1 for cell in cells) or not (is_title or _is_caption(texts, contracts)):
            return row if titled else 0
        titled = titled or is_title
    return 0


def _is_caption(texts: Sequence[str], contracts: Contracts) -> bool:
    publication = contracts.publication
    patterns = (publication.caption_pattern, *publication.unit_patterns)
    return all(any(regex(pattern).search(text) for pattern in patterns) for text in texts)


def _foot(grid: Grid, publication: PublicationContract) -> int:
    """How many rows at the foot of a grid are notes and who signs, blank ones among and below them too."""
    count = 0
    for row in range(grid.row_count - 1, _LEAST_ROWS - 1, -1):
        cells = [cell for cell in grid.cells if cell.row <= row < cell.row + cell.row_span and cell.text]
        if any(cell.row_span > 1 for cell in cells):
            break
        if cells and not _is_foot(cells, grid, publication):
            break
        if cells:
            count = grid.row_count - row
    return count


def _is_foot(cells: Sequence[Cell], grid: Grid, publication: PublicationContract) -> bool:
    """Whether a row is a note over its whole width, or says in each of its cells who signs."""
    signs, below = regex(publication.signature_pattern), regex(publication.below_table_pattern)
    texts = [squeezed(cell.text) for cell in cells]
    is_note = 1 < grid.column_count == cells[0].column_span and below.search(texts[0]) is not None
    return is_note or all(signs.match(text) for text in texts)


def _without(grid: Grid, top: int, foot: int) -> Grid:
    if not top and not foot:
        return grid
    end = grid.row_count - foot
    cells = tuple(replace(cell, row=cell.row - top) for cell in grid.cells if top <= cell.row < end)
    return replace(grid, rows=grid.rows[top : end + 1], cells=cells)
