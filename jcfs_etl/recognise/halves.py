"""Finds tables printed over two pages in width: what has no room goes on, to the right, on another page.

The right half has at most the rest of a title that the page's edge has cut. It is known by its rows, which
are those of the left half to the point: a sheet has one height for each of its lines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from jcfs_etl.read.model import Cell, Grid
from jcfs_etl.recognise.breaks import BodyRow, Pieces
from jcfs_etl.recognise.titles import CaptionedGrid

#: Edges of rows on two pages lie this near each other (points) where they are the same rows.
_NEAR = 1.0
#: Column edges of a continuation may lie this far (points) from those of the first page.
_EDGE = 4.0
#: So many edges of rows may coincide by chance, where no page of a table has more.
_ROWS = 4

#: For the left half of a page's table, by the identity of its grid, the right half.
Halves = Mapping[int, CaptionedGrid]


def halves(captioned: Sequence[CaptionedGrid]) -> tuple[list[CaptionedGrid], Halves]:
    """Tell right halves of tables from tables.

    Args:
        captioned: every grid of a document, in reading order.

    Returns:
        The grids without those that are right halves, left ones first where a table goes on below; and the
        right half of each left one.
    """
    rest: list[CaptionedGrid] = []
    right: dict[int, CaptionedGrid] = {}
    captioned = list(captioned)
    at = 0
    while at < len(captioned):
        pairs = _pairs(captioned, at)
        if not pairs:
            rest.append(captioned[at])
            at += 1
        below = at + 2 * len(pairs)
        if pairs and below < len(captioned):
            captioned[below] = _titled(captioned[below], pairs)
        for left, other in pairs:
            # What is left of a title on the right half may read as another table's.
            rest.append(left)
            right[id(left.grid)] = replace(other, dataset=None, title="")
            at += 2
    return rest, right


def _pairs(captioned: Sequence[CaptionedGrid], at: int) -> list[tuple[CaptionedGrid, CaptionedGrid]]:
    """Left and right halves of the table that begins here; its pages go over, then down, or the other way.

    Where a right half came before, a title at the foot of a left one is the next table's, not that of the
    right half which is printed after it; two tables of the same rows may follow each other with their titles
    there.
    """
    first = captioned[at]
    if first.dataset is None:
        return []
    lefts, rights = [first], list[CaptionedGrid]()
    for before, item in pairwise(captioned[at:]):
        follows = item.first_on_page and item.grid.page == before.grid.page + 1
        if not follows or not (_is_rest(item, first) or (rights and item.from_foot)):
            break
        if not rights and columns_match(first.grid, item.grid) is not None:
            lefts.append(item)
        elif not rights or columns_match(rights[0].grid, item.grid) is not None:
            rights.append(item)
        elif columns_match(first.grid, item.grid) is not None:
            lefts.append(item)
        else:
            break
        if len(lefts) == len(rights) and any(other.from_foot for other in rights):
            break  # below the last left half the next table has begun
    pairs = list(zip(lefts, rights, strict=False))
    if len(lefts) != len(rights) or all(min(len(a.grid.rows), len(b.grid.rows)) <= _ROWS for a, b in pairs):
        return []
    return pairs if all(_same_rows(a.grid, b.grid) for a, b in pairs) else []


def _is_rest(item: CaptionedGrid, first: CaptionedGrid) -> bool:
    """Whether a grid has no title but the first one's, or what a page's edge has left of it."""
    return first.title.endswith(item.title)


def _titled(item: CaptionedGrid, pairs: Sequence[tuple[CaptionedGrid, CaptionedGrid]]) -> CaptionedGrid:
    """The grid after both halves, with the title at the foot of the last left one where it has none."""
    title = next((other for _, other in pairs if other.from_foot), None)
    if title is None or item.title or not item.first_on_page:
        return item
    return replace(item, dataset=title.dataset, title=title.title, from_foot=True)


def _same_rows(left: Grid, right: Grid) -> bool:
    """Whether both have the same rows; where cells are merged over rows, one lacks some of the edges."""
    few, many = sorted((left.rows, right.rows), key=len)
    if abs(few[0] - many[0]) > _NEAR or abs(few[-1] - many[-1]) > _NEAR:
        return False
    return all(min(abs(y - edge) for edge in many) <= _NEAR for y in few)


def rows_of_both(
    left: Sequence[BodyRow], a: Grid, right: Sequence[BodyRow], b: Grid, pieces: Pieces
) -> list[BodyRow]:
    """The rows of a table of two halves: for each column of the left half, then of the right one, its cell.

    A cell of the head that is merged over both halves is one cell; its text stands on either page or on both.

    Args:
        left: the rows of the left half, in the columns that all its pages share.
        a: its grid.
        right: the rows of the right half, in the columns that all its pages share.
        b: its grid.
        pieces: where to note what was joined.
    """
    edges = max(a.rows, b.rows, key=len)
    made: dict[tuple[int, int], Cell] = {}
    rows = []
    for y in ((y0 + y1) / 2 for y0, y1 in pairwise(edges)):
        upper, other = left[_row_at(a, y)], right[_row_at(b, y)]
        cells = [*upper.cells, *other.cells]
        pages = {id(cell): other.page for cell in other.cells}
        end, start = upper.cells[-1], other.cells[0]
        if (id(end), id(start)) not in made:
            joined = _merged(end, start)
            if joined is not None:
                made[id(end), id(start)] = pieces.note(joined, end, start)
        whole = made.get((id(end), id(start)))
        if whole is not None:
            cells = [whole if cell is end or cell is start else cell for cell in cells]
        rows.append(BodyRow(upper.page, tuple(cells), pages))
    return rows


def _row_at(grid: Grid, y: float) -> int:
    return bisect_right(grid.rows, y) - 1


def _merged(end: Cell, start: Cell) -> Cell | None:
    """One cell for two that the edge of the page parts; None where they are two.

    Only heads are merged over columns and hold words; a figure is never given to columns not its own.
    """
    texts = {cell.text for cell in (end, start) if cell.text}
    if max(end.column_span, start.column_span) == 1 or len(texts) != 1:
        return None
    (text,) = texts
    if any(character.isdigit() for character in text):
        return None
    return replace(end, text=text, doubt=end.doubt or start.doubt)


def columns_match(first: Grid, grid: Grid) -> tuple[int, ...] | None:
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


def parts_of(parts: Sequence[CaptionedGrid], right: Halves) -> Iterator[CaptionedGrid]:
    """The pages of a table, each left half followed by its right one."""
    for part in parts:
        yield part
        if id(part.grid) in right:
            yield right[id(part.grid)]
