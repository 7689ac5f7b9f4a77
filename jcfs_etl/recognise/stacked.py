"""Parts tables that were pasted one below the other into one grid: a title within it begins another table.

Each is then a grid of its own, as wide as its title, with the columns that its own cells have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell, Grid, PdfDocument
from jcfs_etl.recognise.known_titles import match_title

#: Rows of several texts that a table has at least before another may begin: one of its head, one of its body.
_LEAST_ROWS = 2


def with_stacked_parted(document: PdfDocument, contracts: Contracts) -> PdfDocument:
    """The document with a grid for each of the tables that one grid holds.

    Args:
        document: the PDF, read.
        contracts: what titles look like.
    """
    pages = []
    for page in document.pages:
        grids = tuple(part for grid in page.grids for part in _parts(grid, contracts))
        pages.append(page if len(grids) == len(page.grids) else replace(page, grids=grids))
    if all(new is old for new, old in zip(pages, document.pages, strict=True)):
        return document
    return replace(document, pages=tuple(pages))


def _parts(grid: Grid, contracts: Contracts) -> Iterator[Grid]:
    begins = [0, *_beginnings(grid, contracts), grid.row_count]
    if len(begins) == 2:
        yield grid
        return
    for top, bottom in pairwise(begins):
        yield _part(grid, top, bottom, contracts)


def _beginnings(grid: Grid, contracts: Contracts) -> list[int]:
    """Rows within a grid at which another table begins: with its title, or with a label above that.

    None where no title in it is of a known table: a row of a form may end like one.
    """
    if not any(cell.text and match_title(squeezed(cell.text), contracts) for cell in grid.cells):
        return []
    found: list[int] = []
    several, label = 0, None
    for row in range(grid.row_count):
        cells = [cell for cell in grid.cells if cell.row == row and cell.text]
        is_label = len(cells) == 1 and _is_label(cells[0], contracts)
        is_title = len(cells) == 1 and not is_label and _is_title(cells[0], grid, contracts)
        at = row if label is None else label
        if (
            is_title
            and several >= _LEAST_ROWS
            and not any(c.row < at < c.row + c.row_span for c in grid.cells)
        ):
            found.append(at)
            several = 0
        several += len(cells) > 1
        label = at if is_label else None
    return found


def _is_label(cell: Cell, contracts: Contracts) -> bool:
    return regex(contracts.publication.caption_pattern).match(squeezed(cell.text)) is not None


def _is_title(cell: Cell, grid: Grid, contracts: Contracts) -> bool:
    """Whether a cell, the only one of its row with a text, is the title of a table, known or not.

    Forms of self-evaluation are told apart where they are interpreted.
    """
    text = squeezed(cell.text)
    if 2 * cell.column_span < grid.column_count or grid.column_count == 1:
        return False
    forms = (*contracts.performance.title_patterns, *contracts.performance.other_title_patterns)
    if any(regex(pattern).search(text) for pattern in forms):
        return False
    return (
        match_title(text, contracts) or regex(contracts.publication.any_title_pattern).search(text)
    ) is not None


def _part(grid: Grid, top: int, bottom: int, contracts: Contracts) -> Grid:
    """Some rows of a grid, without blank columns beside its title and without edges where no cell ends."""
    cells = [cell for cell in grid.cells if top <= cell.row < bottom]
    title = next((cell for cell in cells if cell.text and _is_title(cell, grid, contracts)), None)
    if title is not None:
        left, right = title.column, title.column + title.column_span
        inside = [c for c in cells if left <= c.column and c.column + c.column_span <= right]
        if sum(bool(cell.text) for cell in inside) == sum(bool(cell.text) for cell in cells):
            cells = inside
    edges = sorted({edge for c in cells for edge in (c.column, c.column + c.column_span)})
    return Grid(
        grid.page,
        tuple(grid.columns[edge] for edge in edges),
        grid.rows[top : bottom + 1],
        tuple(_placed(cell, top, edges) for cell in cells),
    )


def _placed(cell: Cell, top: int, edges: Sequence[int]) -> Cell:
    column = edges.index(cell.column)
    span = edges.index(cell.column + cell.column_span) - column
    return replace(cell, row=cell.row - top, column=column, column_span=span)
