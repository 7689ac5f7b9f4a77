"""The head of a table without rules: which columns there are, and over which of them each word stands.

A word of the lowest level heads one column; the figures that stand under it tell where the column ends. A
column that has only a head is one, too, and no figure may move into it: where more than one head could be
meant, the table is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, islice, pairwise, product

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.labels import squeezed
from jcfs_etl.places import Box, enclosing, in_runs
from jcfs_etl.read.model import Word
from jcfs_etl.recognise.aligned_columns import HeadCell, columns_under, edges_between, usual_alignment
from jcfs_etl.recognise.aligned_words import (
    Alignment,
    Cluster,
    Line,
    clusters_of,
    lettered,
    middle,
    pieces_of,
)

#: Lines of one cell of a head follow each other within this many em.
_PITCH = 2.3
#: Middles that differ by less than this many em are one.
_MIDDLE = 0.45
#: The middle of a word over several columns is theirs within so many points, or this share of their width.
_OFF, _OFF_SHARE = 5.0, 0.06
#: A word over several columns may stick out of them by so many points, their edges being estimated.
_OUT = 8.0
#: Another division of the columns must be worse by so many points.
_WORSE = 3.0
#: Rows of a head that differ in height move the middle of a cell merged over them by this share of it.
_TALLER = 0.25
#: Levels that a head has at most.
_LEVELS = 4
#: Ways to read the heights of a head that are tried.
_WAYS = 64


class HeadLayout(Struct, frozen=True):
    """Columns of a table and the cells of its head, each once.

    Attributes:
        edges: x of the column edges, one more than there are columns.
        levels: how many rows the head has.
        numeric: for each column, whether figures stand under its head.
        shown: how figures stand in their columns, where that can be seen.
    """

    edges: tuple[float, ...]
    levels: int
    cells: tuple[HeadCell, ...]
    numeric: tuple[bool, ...]
    shown: Alignment = "any"


def lay_out(
    head: Sequence[Line],
    body: Sequence[Word],
    levels: Sequence[Box],
    knows: Callable[[str], bool],
    usual: Alignment = "any",
) -> HeadLayout | None:
    """Find the columns of a table from its head and body.

    Args:
        head: lines of the head but for the numbers of its columns.
        body: words of the body that stand in one column each, and the numbers of the columns.
        levels: level rules of the head where rules part the rows, those above and below it included.
        knows: whether a text is a word of this table's head.
        usual: how figures stand in their columns in the other tables of the document.

    Returns:
        The columns and cells; None where they cannot be told for certain.
    """
    pieces = [piece for line in head for piece in lettered(pieces_of(line), knows)]
    clusters = clusters_of(body)
    if levels:
        cells = _ruled_cells(pieces, levels)
        return _laid_out(cells, clusters, usual) if cells else None
    # Rows of a head are of one height as a rule, and words under each other that are one word are it: 支出
    # over 合计 is 支出合计, unless the head makes sense with two words alone.
    for apart, taller in product((False, True), (0.0, _TALLER)):
        ways = _stacked_cells(pieces, knows, taller, apart)
        found = [layout for cells in ways if (layout := _laid_out(cells, clusters, usual)) is not None]
        if found:
            # Ways that name every column alike differ in nothing that counts.
            return found[0] if all(_paths(each) == _paths(found[0]) for each in found) else None
    return None


def _paths(layout: HeadLayout) -> list[list[str]]:
    """For each column, the texts above it from the top down."""
    ordered = sorted(layout.cells, key=lambda cell: cell.rows)
    return [
        [cell.text for cell in ordered if cell.columns[0] <= column <= cell.columns[1]]
        for column in range(len(layout.edges) - 1)
    ]


def _laid_out(cells: Sequence[HeadCell], clusters: Sequence[Cluster], usual: Alignment) -> HeadLayout | None:
    if not cells:
        return None
    rows = max(cell.rows[1] for cell in cells) + 1
    leaves = sorted((cell for cell in cells if cell.rows[1] == rows - 1), key=lambda cell: cell.x)
    if any(a.box.x1 > b.box.x0 for a, b in pairwise(leaves)):
        return None
    shown = usual_alignment(clusters, leaves)
    columns = columns_under(leaves, clusters, usual if shown == "any" else shown)
    if columns is None:
        return None
    edges = edges_between(columns)
    edges[0] = min(edges[0], *(cell.box.x0 - 1 for cell in cells))
    edges[-1] = max(edges[-1], *(cell.box.x1 + 1 for cell in cells))
    places: dict[int, list[int]] = {}
    for index, column in enumerate(columns):
        places.setdefault(id(column.head), []).append(index)
    placed = [_over(leaf, places[id(leaf)][0], places[id(leaf)][-1]) for leaf in leaves]
    parents = [cell for cell in cells if cell.rows[1] < rows - 1]
    for row in range(rows - 2, -1, -1):
        mine = sorted((cell for cell in parents if cell.rows[1] == row), key=lambda cell: cell.x)
        above = _parents(row, mine, placed, edges, [column.middle for column in columns])
        if above is None:
            return None
        placed += above
    numeric = tuple(bool(column.cluster and column.cluster.is_numeric) for column in columns)
    return HeadLayout(tuple(edges), rows, tuple(placed), numeric, shown)


def _over(cell: HeadCell, first: int, last: int) -> HeadCell:
    return HeadCell(cell.text, cell.box, cell.rows, (first, last))


def _ruled_cells(pieces: Sequence[Word], levels: Sequence[Box]) -> list[HeadCell] | None:
    """Cells of a head whose rows rules part: a word covers the rows that no rule over its middle parts."""
    ys = edges_of(levels)
    groups: dict[tuple[int, int], list[list[Word]]] = {}
    for piece in pieces:
        x, y = (piece.box.x0 + piece.box.x1) / 2, middle(piece)
        at = sum(edge < y for edge in ys) - 1
        if not 0 <= at < len(ys) - 1:
            return None
        first, last = at, at
        while first > 0 and not _is_ruled(levels, x, ys[first]):
            first -= 1
        while last < len(ys) - 2 and not _is_ruled(levels, x, ys[last + 1]):
            last += 1
        same = groups.setdefault((first, last), [])
        for group in same:
            box = enclosing([p.box for p in group])
            if piece.box.x0 < box.x1 and box.x0 < piece.box.x1:
                group.append(piece)
                break
        else:
            same.append([piece])
    return [_cell(group, rows) for rows, found in groups.items() for group in found]


def edges_of(levels: Sequence[Box]) -> list[float]:
    """The heights at which level rules stand."""
    return _distinct((box.y0 for box in levels), 1.5)


def _distinct(values: Iterable[float], near: float) -> list[float]:
    """Values from the least, without those that are near the one before."""
    return [run[0] for run in in_runs(sorted(values), lambda run, value: value - run[0] <= near)]


def _is_ruled(levels: Sequence[Box], x: float, y: float) -> bool:
    return any(abs(box.y0 - y) <= 1.5 and box.x0 - 1 <= x <= box.x1 + 1 for box in levels)


def _cell(pieces: Sequence[Word], rows: tuple[int, int]) -> HeadCell:
    ordered = sorted(pieces, key=middle)
    return HeadCell("\n".join(p.text for p in ordered), enclosing([p.box for p in ordered]), rows)


def _stacked_cells(
    pieces: Sequence[Word], knows: Callable[[str], bool], taller: float, apart: bool
) -> Iterator[list[HeadCell]]:
    """Cells of a head without rules: lines under each other that have one middle or left end are one text.

    Yields:
        The cells for each number of rows that their heights allow.
    """
    chains: list[list[Word]] = []
    for piece in pieces:
        above = next((chain for chain in chains if _is_under(piece, chain[-1])), None)
        if above is None:
            chains.append([piece])
        else:
            above.append(piece)
    groups = [group for chain in chains for group in _segments(chain, knows, apart)]
    if groups:
        cells = [_cell(group, (0, 0)) for group in groups]
        heights = [(middle(group[0]) + middle(group[-1])) / 2 for group in groups]
        size = min(piece.size for piece in pieces)
        for rows in _levels(cells, heights, size, taller):
            yield [replace(cell, rows=span) for cell, span in zip(cells, rows, strict=True)]


def _is_under(piece: Word, above: Word) -> bool:
    a, b = above.box, piece.box
    if not (b.x0 < a.x1 and a.x0 < b.x1 and 0 < middle(piece) - middle(above) <= _PITCH * piece.size):
        return False
    return abs(a.x0 + a.x1 - b.x0 - b.x1) <= 2 * _MIDDLE * piece.size or abs(a.x0 - b.x0) <= 1.0


def _segments(chain: Sequence[Word], knows: Callable[[str], bool], apart: bool) -> list[list[Word]]:
    """The texts that lines under each other make: the fewest, known ones before others.

    ``apart``: lines that are known each by itself are texts of their own, though they are one together, too.
    """
    best: list[tuple[int, list[list[Word]]]] = [(0, [])]
    for end in range(1, len(chain) + 1):
        ways = []
        for start in range(end):
            group = list(chain[start:end])
            known = knows(squeezed("".join(p.text for p in group)))
            if apart and len(group) > 1 and all(knows(squeezed(p.text)) for p in group):
                known = False
            cost, groups = best[start]
            ways.append((cost + (2 if known else 5), [*groups, group]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1][1]


def _levels(
    cells: Sequence[HeadCell], heights: Sequence[float], size: float, taller: float
) -> Iterator[list[tuple[int, int]]]:
    """The rows that each cell covers, told by its height: a merged one stands in the middle of its rows.

    A row's own height may be that of a cell merged over the rows around it, too, so there are several ways;
    only what other cells stand under is known not to be the last in its column.
    """
    near = _MIDDLE * size
    distinct = _distinct(heights, near)
    # Cells of one height are merged alike but for those that others stand right under.
    kinds = [
        (
            min(range(len(distinct)), key=lambda at: abs(distinct[at] - y)),
            _has_below(cell, y + near, cells, heights),
        )
        for cell, y in zip(cells, heights, strict=True)
    ]
    for count in range(1, min(_LEVELS, len(distinct)) + 1):
        for between in combinations(distinct[1:-1], max(0, count - 2)):
            ends = (distinct[0],) if count == 1 else (distinct[0], *between, distinct[-1])
            spans = {(a, b): (ends[a] + ends[b]) / 2 for a in range(count) for b in range(a, count)}
            options = {
                kind: [
                    span
                    for span, at in spans.items()
                    if abs(at - distinct[kind[0]]) <= max(near, taller * (ends[span[1]] - ends[span[0]]))
                    and not (kind[1] and span[1] == count - 1)
                ]
                for kind in set(kinds)
            }
            for choice in islice(product(*options.values()), _WAYS):
                chosen = dict(zip(options, choice, strict=True))
                # A row without a cell of its own is none.
                if not all((row, row) in choice for row in range(count)):
                    continue
                yield [chosen[kind] for kind in kinds]


def _has_below(cell: HeadCell, y: float, cells: Sequence[HeadCell], heights: Sequence[float]) -> bool:
    """Whether another cell stands right under one."""
    return any(
        other.box.x0 < cell.box.x1 and cell.box.x0 < other.box.x1 and at > y
        for other, at in zip(cells, heights, strict=True)
    )


def _parents(
    row: int,
    cells: Sequence[HeadCell],
    placed: Sequence[HeadCell],
    edges: Sequence[float],
    middles: Sequence[float],
) -> list[HeadCell] | None:
    """The cells of a row of the head that stand over others, with their columns; None where that is unclear.

    No place of a head is blank: what no cell from below reaches up to is theirs.
    """
    count = len(edges) - 1
    free = [True] * count
    for cell in placed:
        if cell.rows[0] <= row <= cell.rows[1]:
            free[cell.columns[0] : cell.columns[1] + 1] = [False] * (cell.columns[1] + 1 - cell.columns[0])
    cuts = {cell.columns[0] for cell in placed} - {
        c for cell in placed for c in range(cell.columns[0] + 1, cell.columns[1] + 1)
    }
    found: list[HeadCell] = []
    rest = list(cells)
    at = 0
    while at < count:
        if not free[at]:
            at += 1
            continue
        end = at
        while end < count and free[end]:
            end += 1
        mine = [cell for cell in rest if edges[at] - 1 <= cell.x <= edges[end] + 1]
        spans = _divided(mine, at, end, cuts, edges, middles)
        if spans is None:
            return None
        found += [_over(cell, a, b - 1) for cell, (a, b) in zip(mine, pairwise(spans), strict=True)]
        rest = [cell for cell in rest if cell not in mine]
        at = end
    return None if rest else found


def _divided(
    cells: Sequence[HeadCell],
    first: int,
    end: int,
    cuts: set[int],
    edges: Sequence[float],
    middles: Sequence[float],
) -> tuple[int, ...] | None:
    """Where a run of columns is divided among the words over it: each stands over the middle of its own."""
    if not cells:
        return None
    inner = [c for c in range(first + 1, end) if c in cuts]
    ways = []
    for between in combinations(inner, len(cells) - 1):
        spans = (first, *between, end)
        places = list(zip(cells, pairwise(spans), strict=True))
        if all(edges[a] - _OUT <= cell.box.x0 and cell.box.x1 <= edges[b] + _OUT for cell, (a, b) in places):
            # Edges are known less well than the middles of the columns, which tell where widths are alike.
            off = max(
                min(abs(cell.x - (edges[a] + edges[b]) / 2), abs(cell.x - (middles[a] + middles[b - 1]) / 2))
                for cell, (a, b) in places
            )
            ways.append((off, max(edges[b] - edges[a] for _, (a, b) in places), spans))
    if not ways:
        return None
    ways.sort(key=lambda way: way[0])
    off, width, spans = ways[0]
    # One word alone can only stand over all of them, or nowhere.
    most = max(_OFF, _OFF_SHARE * width) * (2 if len(cells) == 1 else 1)
    rivalled = len(ways) > 1 and ways[1][0] - off < _WORSE
    return None if off > most or rivalled else spans
