"""Tells where something of a table may be lost: lines cut off, pages left out, what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile
from statistics import median

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import CODE
from jcfs_etl.findings import Finding, finding
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure, is_nothing
from jcfs_etl.places import Box
from jcfs_etl.read.model import Grid, Page, PdfDocument, TextLine
from jcfs_etl.recognise.draft import DraftTable
from jcfs_etl.recognise.model import PublishedTable
from jcfs_etl.recognise.pictures import unread_pictures
from jcfs_etl.recognise.unruled import lone_amounts

#: Shares of a page's height at its head and foot in which its number stands.
_HEAD, _FOOT = 0.1, 0.12
#: More numbers left out than these are another way to count, and no pages that are missing.
_MOST = 8
#: A row without rules begins within so many heights of a row above or below the table's outline, and a column
#: within so many points beside it.
_ROWS, _BESIDE = 1.5, 40.0
#: A line of a code, a name and an amount.
_CODED = re.compile(r"\d{3}(?:\d\d){0,2}[^\d。:.,][^。:]*\d\.\d+")
#: A picture of rows is as wide as its table but for this share.
_WIDTH = 0.1


def cut_off_notes(tables: Iterable[PublishedTable], contracts: Contracts) -> Iterator[Finding]:
    """A finding for each page of a table that ends with such a code: no identity misses what is lost.

    Args:
        tables: the tables of a publication.
        contracts: for which of them have codes of the functional classification.
    """
    for table in tables:
        if contracts.tables[table.dataset].kind == "functional":
            yield from _of_table(table)


def _of_table(table: PublishedTable) -> Iterator[Finding]:
    codes = [row for row in table.rows if CODE.fullmatch(row.row)]
    broken_down = {len(row.row) for row in codes if not row.is_leaf}
    places = {fact.key.row: fact for fact in reversed(table.facts)}
    for row, below in pairwise((*codes, None)):
        place = places.get(row.row) if row is not None else None
        if row is None or place is None or not row.is_leaf or len(row.row) not in broken_down:
            continue
        next_place = places.get(below.row) if below is not None else None
        if below is None or (next_place is not None and next_place.page != place.page):
            at = place.page, place.box
            yield table.finding("lines_cut_off", "error", *at, code=row.row, label=row.label)


def skipped_pages(document: PdfDocument, contracts: Contracts) -> Iterator[Finding]:
    """A finding for each place where the numbers of the pages leave some out.

    On both sides of it at least two pages must count on from each other, and the numbers next to the gap
    must stand nowhere else: parts that count by themselves are put between others.
    """
    pattern = regex(contracts.publication.page_number_pattern)
    numbers = {page.number: n for page in document.pages if (n := _number(page, pattern)) is not None}
    borne = set(numbers.values())
    ahead = {at: number - at for at, number in numbers.items()}
    for before, here in pairwise(numbers):
        count = ahead[here] - ahead[before]
        goes_on = any(ahead[at] == ahead[before] for at in numbers if at < before) and any(
            ahead[at] == ahead[here] for at in numbers if at > here
        )
        if 0 < count <= _MOST and goes_on and not borne & {numbers[before] + 1, numbers[here] - 1}:
            values = {"number": numbers[here], "before": before, "last": numbers[before], "count": count}
            yield finding("pages_skipped", "warning", here, **values)


def _number(page: Page, pattern: re.Pattern[str]) -> int | None:
    """The number that a page bears at its head or foot; None where none or several do."""
    edges = [
        squeezed(line.text)
        for line in page.lines
        if line.box.y1 < _HEAD * page.height or line.box.y0 > (1 - _FOOT) * page.height
    ]
    texts = filter(pattern.fullmatch, edges)
    found = {int(digits) for text in texts for digits in re.findall("[0-9]+", text)[:1]}
    return found.pop() if len(found) == 1 else None


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
    """Amounts that stand right beside a grid, and lines of its page that read as rows of figures."""
    yield from (line for line in page.lines if _is_row(line.text))
    box, apart = grid.box, _ROWS * _row_height(grid)
    for line in lone_amounts(page):
        x, y = (line.box.x0 + line.box.x1) / 2, (line.box.y0 + line.box.y1) / 2
        over = box.x0 <= x <= box.x1 and box.y0 - apart <= y <= box.y1 + apart
        along = box.y0 <= y <= box.y1 and box.x0 - _BESIDE <= x <= box.x1 + _BESIDE
        if over or along:
            yield line


def _is_row(text: str) -> bool:
    """Whether a line of text ends as a row of a table does: with figures, or with one behind a code."""
    words = [squeezed(word) for word in text.split()]
    ends = list(takewhile(lambda word: is_figure(word) or is_nothing(word), reversed(words)))
    are_figures = 1 < len(ends) < len(words) and any("." in word for word in ends)
    return are_figures or _CODED.fullmatch(squeezed(text)) is not None


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
