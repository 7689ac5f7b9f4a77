"""Tells what stands right beside a table and may be a part of it: figures without rules, and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from jcfs_etl.findings import Finding, finding
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure
from jcfs_etl.places import Box
from jcfs_etl.read.model import Grid, Page, PdfDocument, TextLine
from jcfs_etl.recognise.draft import DraftTable
from jcfs_etl.recognise.pictures import unread_pictures

#: A row without rules begins within so many heights of a row above or below the table's outline, and a column
#: within so many points beside it.
_ROWS, _BESIDE = 1.5, 40.0
#: A picture of rows is as wide as its table but for this share.
_WIDTH = 0.1


def beside_notes(document: PdfDocument, drafts: Iterable[DraftTable]) -> Iterator[Finding]:
    """A finding for each table with figures or a picture right beside its outline, or unread pages between.

    Args:
        document: the PDF, read.
        drafts: its tables.
    """
    grids = [(part.grid, draft) for draft in drafts for part in draft.source.parts]
    for grid, draft in grids:
        page = document.pages[grid.page - 1]
        figure = next(_figures(grid, page), None)
        if figure is not None:
            at, printed = (grid.page, figure.box), squeezed(figure.text)
            yield draft.finding("figure_beside_table", "error", *at, printed=printed)
        picture = next((box for box in page.drawings if _goes_on(grid, box, page.grids)), None)
        if picture is not None:
            yield draft.finding("picture_beside_table", "error", grid.page, picture)
    pages = [grid.page for grid, _ in grids]
    for page in unread_pictures(document) if pages else ():
        if min(pages) < page.number < max(pages):
            yield finding("picture_among_tables", "error", page.number)


def _figures(grid: Grid, page: Page) -> Iterator[TextLine]:
    """Texts right beside a grid that are an amount and nothing else."""
    box, apart = grid.box, _ROWS * _row_height(grid)
    for line in page.lines:
        x, y = (line.box.x0 + line.box.x1) / 2, (line.box.y0 + line.box.y1) / 2
        over = box.x0 <= x <= box.x1 and box.y0 - apart <= y <= box.y1 + apart
        along = box.y0 <= y <= box.y1 and box.x0 - _BESIDE <= x <= box.x1 + _BESIDE
        if (over or along) and _is_amount(line.text):
            yield line


def _is_amount(text: str) -> bool:
    return "." in text and is_figure(text)


def _goes_on(grid: Grid, picture: Box, grids: Sequence[Grid]) -> bool:
    """Whether a picture as wide as a grid stands right above or below it and may be the rest of it."""
    box = grid.box
    near = _WIDTH * (box.x1 - box.x0)
    if max(abs(picture.x0 - box.x0), abs(picture.x1 - box.x1)) > near:
        return False
    height = _row_height(grid)
    below, above = picture.y0 - box.y1, box.y0 - picture.y1
    within = any(
        other.box.y0 < picture.y1 and picture.y0 < other.box.y1 for other in grids if other is not grid
    )
    return not within and (-height <= below <= height or -height <= above <= height)


def _row_height(grid: Grid) -> float:
    return median(lower - upper for upper, lower in pairwise(grid.rows))
