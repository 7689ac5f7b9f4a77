"""Titles that stand in ruled rows of their tables: such rows become the lines above the grid.

A workbook pasted into a text has its title, the unit's name and the unit of money in cells of the table,
ruled like the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell, Grid, Page, PdfDocument, TextLine
from jcfs_etl.recognise.titles import match_title

#: The least rows that a table has: one of its head and one of its body.
_LEAST_ROWS = 2
#: The height of letters, in parts of their row's, where nothing else tells it.
_SIZE = 0.6


def with_captions_above(document: PdfDocument, contracts: Contracts) -> PdfDocument:
    """The document with ruled rows that hold a table's title, and what goes with it, as lines above its grid.

    Args:
        document: the PDF, read.
        contracts: what publications look like.
    """
    pages = tuple(_page(page, contracts) for page in document.pages)
    return document if pages == document.pages else replace(document, pages=pages)


def _page(page: Page, contracts: Contracts) -> Page:
    counts = [_captions(grid, contracts) for grid in page.grids]
    if not any(counts):
        return page
    lines = list(page.lines)
    for grid, count in zip(page.grids, counts, strict=True):
        lines += (
            TextLine(cell.text, cell.box, _SIZE * (cell.box.y1 - cell.box.y0))
            for cell in grid.cells
            if cell.row < count and cell.text
        )
    turned = [line for line in lines if line.turned]
    upright = sorted((line for line in lines if not line.turned), key=lambda line: line.box.y0)
    grids = tuple(_without_rows(grid, count) for grid, count in zip(page.grids, counts, strict=True))
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


def _without_rows(grid: Grid, count: int) -> Grid:
    cells = tuple(_moved(cell, count) for cell in grid.cells if cell.row >= count)
    return replace(grid, rows=grid.rows[count:], cells=cells) if count else grid


def _moved(cell: Cell, rows: int) -> Cell:
    return replace(cell, row=cell.row - rows)
