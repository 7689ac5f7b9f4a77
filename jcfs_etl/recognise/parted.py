"""Joins the sides of a table that a narrow blank column parts: 收入 and 支出, ruled each by itself.

They are grids of their own, or one where a note or title below or above is ruled over both; then the
column is left out, as it is on the other pages. What stands on either side has the same rows, to the
point, and one title. Two tables that stand beside each other have two.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import squeezed
from jcfs_etl.places import Box, enclosing
from jcfs_etl.read.model import Cell, Grid, Page, PdfDocument
from jcfs_etl.recognise.halves import finer, same_rows
from jcfs_etl.recognise.known_titles import match_title

#: A blank column is at most so wide, in points.
_WIDTH = 40.0
#: Points by which a place may differ from page to page.
_NEAR = 1.0
#: So few rows may be as high by chance.
_ROWS = 4

#: Where a blank column begins and ends.
_Aisle = tuple[float, float]


def with_sides_joined(document: PdfDocument, contracts: Contracts) -> PdfDocument:
    """The document with one grid for each table whose sides a blank column parts.

    Args:
        document: the PDF, read.
        contracts: what titles look like.
    """
    pages, aisles = list[Page](), list[_Aisle]()
    for page in document.pages:
        joined, aisles = _page(page, aisles, contracts)
        pages.append(joined)
    return document.with_pages(pages)


def _page(page: Page, before: Sequence[_Aisle], contracts: Contracts) -> tuple[Page, list[_Aisle]]:
    """A page with sides joined, and where they were parted; the last of several pages may have few rows."""
    joined: list[Grid] = []
    aisles: list[_Aisle] = []
    for grid in map(_without_aisle, sorted(page.grids, key=lambda grid: grid.columns[0])):
        for at, left in enumerate(joined):
            aisle = (left.columns[-1], grid.columns[0])
            known = any(abs(aisle[0] - x0) <= _NEAR and abs(aisle[1] - x1) <= _NEAR for x0, x1 in before)
            if _are_sides(left, grid, page, contracts, least=1 if known else _ROWS):
                joined[at] = _joined(left, grid)
                aisles.append(aisle)
                break
        else:
            joined.append(grid)
    return page.with_grids(sorted(joined, key=lambda grid: (grid.rows[0], grid.columns[0]))), aisles


def _without_aisle(grid: Grid) -> Grid:
    """A grid without a narrow blank column between others in which no rule parts the rows."""
    for at in range(1, grid.column_count - 1):
        inside = [cell for cell in grid.cells if cell.column <= at < cell.column + cell.column_span]
        own = [cell for cell in inside if cell.column_span == 1]
        is_blank = not any(cell.text for cell in own)
        is_aisle = is_blank and max((cell.row_span for cell in own), default=0) >= _ROWS
        if is_aisle and grid.columns[at + 1] - grid.columns[at] <= _WIDTH:
            columns = grid.columns[:at] + grid.columns[at + 1 :]
            kept = [_narrower(cell, at) for cell in grid.cells if cell not in own]
            return _without_aisle(Grid(grid.page, columns, grid.rows, tuple(kept)))
    return grid


def _narrower(cell: Cell, at: int) -> Cell:
    """A cell where a column is left out."""
    if cell.column > at:
        return replace(cell, column=cell.column - 1)
    return replace(cell, column_span=cell.column_span - 1) if at < cell.column + cell.column_span else cell


def _are_sides(left: Grid, right: Grid, page: Page, contracts: Contracts, least: int) -> bool:
    """Whether two grids are sides of one table."""
    is_near = left.box.is_left_of(right.box) and right.box.x0 - left.box.x1 <= _WIDTH
    if not is_near or min(left.row_count, right.row_count) < least or not same_rows(left, right):
        return False
    gap = Box(left.box.x1, left.box.y0, right.box.x0, left.box.y1)
    if any(gap.holds((line.box.x0 + line.box.x1) / 2, line.box.y1) for line in page.lines):
        return False
    return _titles(enclosing([left.box, right.box]), page, contracts) <= 1


def _titles(box: Box, page: Page, contracts: Contracts) -> int:
    """How many lines between a place and the grid above it are titles, known or not."""
    publication = contracts.publication
    top = max((g.box.y1 for g in page.grids if g.box.y1 <= box.y0), default=0.0)
    texts = [squeezed(line.text) for line in page.lines if top <= line.box.y1 <= box.y0 + 1]
    others = (publication.caption_pattern, publication.part_pattern)
    is_title = regex(publication.any_title_pattern)
    return sum(
        match_title(text, contracts) is not None
        or (bool(is_title.search(text)) and not any(regex(pattern).match(text) for pattern in others))
        for text in texts
    )


def _joined(left: Grid, right: Grid) -> Grid:
    """One grid of both; the last column of the left one reaches as far as the right one begins."""
    rows = tuple(finer(left.rows, right.rows))
    columns = left.columns[:-1] + right.columns
    cells = [*_laid(left, rows, 0), *_laid(right, rows, left.column_count)]
    return Grid(left.page, columns, rows, tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))


def _laid(grid: Grid, rows: Sequence[float], at: int) -> list[Cell]:
    """The cells of a grid in given rows, from a column on."""
    laid = [min(range(len(rows)), key=lambda n: abs(rows[n] - edge)) for edge in grid.rows]
    return [
        replace(
            cell,
            row=laid[cell.row],
            row_span=laid[cell.row + cell.row_span] - laid[cell.row],
            column=cell.column + at,
        )
        for cell in grid.cells
    ]
