"""Finds tables printed over several pages in width: what has no room goes on, to the right, on another page.

The right half has at most the rest of a title that the page's edge has cut. It is known by its rows, which
are those of the left half to the point: a sheet has one height for each of its lines. It may begin with
columns that are printed on each page, as 科目编码 and 科目名称; then there may be more than two.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts, PublicationContract
from jcfs_etl.money import is_figure
from jcfs_etl.read.model import Cell, Grid
from jcfs_etl.recognise.breaks import BodyRow, Pieces
from jcfs_etl.recognise.known_titles import match_title
from jcfs_etl.recognise.titles import CaptionedGrid

#: Edges of rows on two pages lie this near each other (points) where they are the same rows.
_NEAR = 1.0
#: Column edges of a continuation may lie this far (points) from those of the first page.
EDGE = 4.0
#: So many edges of rows may coincide by chance, where no page of a table has more.
_ROWS = 4
#: Pages from one part of a table to the next that holds a grid.
_PAGES = 2
#: So few characters may be what is left of a line that the edge of a page has cut.
_CUT = 3


class RightHalf(NamedTuple):
    """What goes on to the right, and how many of its columns are those that each page begins with."""

    item: CaptionedGrid
    keys: int = 0


#: For the left half of a page's table, by the identity of its grid, what goes on to the right, in order.
Halves = Mapping[int, tuple[RightHalf, ...]]


def halves(captioned: Sequence[CaptionedGrid], contracts: Contracts) -> tuple[list[CaptionedGrid], Halves]:
    """Tell right halves of tables from tables.

    Args:
        captioned: every grid of a document, in reading order.
        contracts: titles of tables, and what may stand above a table beside them.

    Returns:
        The grids without those that are right halves, left ones first where a table goes on below; and the
        right halves of each left one.
    """
    rest: list[CaptionedGrid] = []
    right: dict[int, tuple[RightHalf, ...]] = {}
    captioned, publication = _with_cut_titles(captioned, contracts), contracts.publication
    at = 0
    while at < len(captioned):
        if keyed := _keyed(captioned, at, publication):
            for left, others in keyed:
                rest.append(left)
                right[id(left.grid)] = tuple(_untitled(other) for other in others)
                at += 1 + len(others)
            continue
        pairs = _pairs(captioned, at, publication)
        if not pairs:
            rest.append(captioned[at])
            at += 1
        below = at + 2 * len(pairs)
        if pairs and below < len(captioned):
            captioned[below] = _titled(captioned[below], pairs)
        for left, other in pairs:
            rest.append(left)
            right[id(left.grid)] = (_untitled(RightHalf(other)),)
            at += 2
    return rest, right


def _with_cut_titles(captioned: Sequence[CaptionedGrid], contracts: Contracts) -> list[CaptionedGrid]:
    """Left halves with the title that the edge of the page has cut, whose rest stands on the right half."""
    found = list(captioned)
    for at, (left, right) in enumerate(pairwise(captioned)):
        if left.title or not _follows(left, right) or not same_rows(left.grid, right.grid):
            continue
        titles = (_cut_title(a, b, contracts) for a in left.above for b in right.above)
        dataset, title = next(filter(None, titles), (None, ""))
        found[at] = replace(left, dataset=dataset, title=title)
    return found


def _cut_title(left: str, right: str, contracts: Contracts) -> tuple[str, str] | None:
    """Dataset and title that are cut into two lines; what it is cut within may stand on both halves.

    A title as a whole on the right half is that of another table.
    """
    for both in range(min(len(left), len(right)), -1, -1):
        whole = left + right[both:]
        if not left.endswith(right[:both]) or (dataset := match_title(whole, contracts)) is None:
            continue
        if both or match_title(right, contracts) != dataset:
            return dataset, whole
    return None


def _untitled(half: RightHalf) -> RightHalf:
    """A right half without what is left of a title on it, which may read as another table's."""
    return half._replace(item=replace(half.item, dataset=None, title=""))


def _keyed(
    captioned: Sequence[CaptionedGrid], at: int, publication: PublicationContract
) -> list[tuple[CaptionedGrid, list[RightHalf]]]:
    """The pages of the table that begins here with those to the right that begin with the same columns.

    Pages go over, then down, or the other way; those columns tell which stand side by side.
    """
    first = captioned[at]
    if first.dataset is None:
        return []
    found: list[tuple[CaptionedGrid, list[RightHalf]]] = [(first, [])]
    for before, item in pairwise(captioned[at:]):
        if not (_follows(before, item) and _is_rest(item, first, publication)):
            break
        # A last page may have few rows, once the first ones tell.
        beside = ((r, _keys(left.grid, item.grid, 1 if at else _ROWS)) for at, (left, r) in enumerate(found))
        others, keys = next((pair for pair in beside if pair[1]), (None, 0))
        if others is not None:
            others.append(RightHalf(item, keys))
        elif columns_match(first.grid, item.grid) is not None:
            found.append((item, []))
        else:
            break
    if len({len(others) for _, others in found}) != 1:
        return []
    for across in zip(*(others for _, others in found), strict=True):
        one = across[0]
        if any(h.keys != one.keys or columns_match(one.item.grid, h.item.grid) is None for h in across):
            return []
    return found if found[0][1] else []


def _keys(left: Grid, right: Grid, least: int) -> int:
    """How many columns both begin with that have the same texts, so many at least, in the same rows.

    None where these are all that the right one has, or one of its columns has the words of one of the left.
    """
    if not same_rows(left, right):
        return 0
    shift = right.columns[0] - left.columns[0]
    middles = [(y0 + y1) / 2 for y0, y1 in pairwise(finer(left.rows, right.rows))]
    shown, keys = set[str](), 0
    for column in range(min(left.column_count, right.column_count)):
        pairs = [
            tuple(grid.by_position[_row_at(grid.rows, y), column] for grid in (left, right)) for y in middles
        ]
        apart = abs(right.columns[column + 1] - left.columns[column + 1] - shift)
        # Of a cell of the head that reaches beyond these columns, the text may be left out on the right.
        if apart > _NEAR or any(a.text != b.text and (b.text or a.column_span == 1) for a, b in pairs):
            break
        shown |= {b.text for _, b in pairs if b.text}
        keys += 1
    if keys == right.column_count or len(shown) < least:
        return 0
    one, other = (
        {
            tuple(t for t in _texts_at(grid, column, middles) if t and not is_figure(t))
            for column in range(keys, grid.column_count)
        }
        for grid in (left, right)
    )
    return keys if (one & other) <= {()} else 0


def _texts_at(grid: Grid, column: int, middles: Sequence[float]) -> list[str]:
    return [grid.by_position[_row_at(grid.rows, y), column].text for y in middles]


def _pairs(
    captioned: Sequence[CaptionedGrid], at: int, publication: PublicationContract
) -> list[tuple[CaptionedGrid, CaptionedGrid]]:
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
        is_rest = _is_rest(item, first, publication) or (rights and item.from_foot)
        if not (_follows(before, item) and is_rest):
            break
        is_right = bool(rights) or _has_another_head(first.grid, item.grid)
        if not is_right and columns_match(first.grid, item.grid) is not None:
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
    return pairs if all(same_rows(a.grid, b.grid) for a, b in pairs) else []


def _follows(before: CaptionedGrid, item: CaptionedGrid) -> bool:
    """Whether a grid is the next page's; a page between may hold no more than the note below a left half."""
    return item.first_on_page and 0 < item.grid.page - before.grid.page <= _PAGES


def _has_another_head(left: Grid, right: Grid) -> bool:
    """Whether two halves of one form have the same words of the head under another one: 收入 and 支出."""
    ends, others = ([_texts_in(grid, row) for row in (0, 1)] for grid in (left, right))
    return same_rows(left, right) and ends[1] == others[1] != [] and ends[0] != others[0] != []


def _texts_in(grid: Grid, row: int) -> list[str]:
    """The words that begin in a row of a grid; none where a figure does."""
    texts = [cell.text for cell in grid.cells if cell.row == row and cell.text]
    return [] if any(map(is_figure, texts)) else texts


def _is_rest(item: CaptionedGrid, first: CaptionedGrid, publication: PublicationContract) -> bool:
    """Whether a grid has no title but the first one's, or what a page's edge has left of it.

    A line of other words above it heads a table of its own, whose rows are as high by chance.
    """
    patterns = (publication.caption_pattern, publication.page_number_pattern, *publication.unit_patterns)
    return first.title.endswith(item.title) and all(
        line in first.above
        or len(line) <= _CUT
        or _begins_within(line, first.title)
        or any(regex(pattern).fullmatch(line) for pattern in patterns)
        for line in item.above
    )


def _begins_within(line: str, title: str) -> bool:
    """Whether a line goes on with a title from some place in it, or from where it ends."""
    return any(line.startswith(title[at:]) for at in range(len(title) - _CUT + 1))


def _titled(item: CaptionedGrid, pairs: Sequence[tuple[CaptionedGrid, CaptionedGrid]]) -> CaptionedGrid:
    """The grid after both halves, with the title at the foot of the last left one where it has none."""
    title = next((other for _, other in pairs if other.from_foot), None)
    if title is None or item.title or not item.first_on_page:
        return item
    return replace(item, dataset=title.dataset, title=title.title, from_foot=True)


def same_rows(left: Grid, right: Grid) -> bool:
    """Whether both have the same rows; where cells are merged over rows, one lacks some of the edges.

    Args:
        left: a grid.
        right: another.
    """
    few, many = sorted((left.rows, right.rows), key=len)
    if abs(few[0] - many[0]) > _NEAR or abs(few[-1] - many[-1]) > _NEAR:
        return False
    return all(min(abs(y - edge) for edge in many) <= _NEAR for y in few)


def rows_of_both(
    left: Sequence[BodyRow],
    a: Sequence[float],
    right: Sequence[BodyRow],
    b: Sequence[float],
    keys: int,
    pieces: Pieces,
) -> list[BodyRow]:
    """The rows of a table of two halves: for each column of the left half, then of the right one, its cell.

    A cell of the head that is merged over both halves is one cell; its text stands on either page or on both.

    Args:
        left: the rows of the left half, in the columns that all its pages share.
        a: edges of its rows.
        right: the rows of the right half, in the columns that all its pages share.
        b: edges of its rows.
        keys: columns that the right half begins with as the left one does.
        pieces: where to note what was joined.
    """
    made: dict[tuple[int, int], Cell] = {}
    rows = []
    for y in ((y0 + y1) / 2 for y0, y1 in pairwise(finer(a, b))):
        upper, other = left[_row_at(a, y)], right[_row_at(b, y)]
        keyed = list(upper.cells)
        for twice in zip(upper.cells, other.cells[:keys], strict=False):
            both = (id(twice[0]), id(twice[1]))
            one = made.get(both) or made.setdefault(both, pieces.note(replace(twice[0]), *twice))
            keyed = [one if cell is twice[0] else cell for cell in keyed]
        cells = [*keyed, *other.cells[keys:]]
        pages = dict(upper.lower) | {id(cell): other.page for cell in other.cells[keys:]}
        end, start = keyed[-1], other.cells[keys]
        if (id(end), id(start)) not in made and (joined := _merged(end, start)) is not None:
            made[id(end), id(start)] = pieces.note(joined, end, start)
        whole = made.get((id(end), id(start)))
        if whole is not None:
            cells = [whole if cell is end or cell is start else cell for cell in cells]
        rows.append(BodyRow(upper.page, tuple(cells), pages))
    return rows


def finer(a: Sequence[float], b: Sequence[float]) -> Sequence[float]:
    """The edges of the rows of both halves: those of the one that lacks none."""
    return b if len(b) > len(a) else a


def _row_at(edges: Sequence[float], y: float) -> int:
    return bisect_right(edges, y) - 1


def _merged(end: Cell, start: Cell) -> Cell | None:
    """One cell for two that the edge of the page parts; None where they are two.

    Only heads are merged over columns and hold words; a figure is never given to columns not its own.
    """
    texts = {cell.text for cell in (end, start) if cell.text}
    if max(end.column_span, start.column_span) == 1 or len(texts) != 1:
        return None
    (text,) = texts
    if is_figure(text):
        return None
    return replace(end, text=text, doubt=end.doubt or start.doubt)


def columns_match(first: Grid, grid: Grid) -> tuple[int, ...] | None:
    """For each column of the first grid, the column of this grid; None when edges disagree.

    A page on which every row has merged cells lacks some of the edges, and a blank spill row may lack all
    inner ones: the outline must agree, and every edge there is must be one of the first grid's.
    """
    shift = grid.columns[0] - first.columns[0]
    mine = [x - shift for x in grid.columns]
    if abs(mine[-1] - first.columns[-1]) > 3 * EDGE:
        return None
    if all(min(abs(x - edge) for edge in first.columns) <= EDGE for x in mine):
        middles = [(a + b) / 2 for a, b in pairwise(first.columns)]
        return tuple(min(bisect_right(mine, x) - 1, grid.column_count - 1) for x in middles)
    if grid.is_blank:
        return tuple(0 for _ in range(first.column_count))
    return None


def parts_of(parts: Sequence[CaptionedGrid], right: Halves) -> Iterator[CaptionedGrid]:
    """The pages of a table, each left half followed by its right ones."""
    for part in parts:
        yield part
        yield from (half.item for half in right.get(id(part.grid), ()))
