"""Rows and columns of a publication's tables moved, taken out and put in; see relabelling.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from msgspec.structs import replace
from relabelling import CHANGES, Relabelled

from jcfs_etl.contracts import Contracts
from jcfs_etl.places import Box, Key
from jcfs_etl.read.model import Cell, Grid, PdfDocument
from jcfs_etl.recognise.model import Publication
from jcfs_etl.recognise.publication import recognise

#: Labels of lines that a publisher may put in.
_PUT_IN = [
    "其中：专项资金",
    "专项资金",
    "小计",
    "调整数",
    "上年结转资金",
    "其他",
    "",
    "其他项目",
    "（二）项目结余",
]

#: A changed grid, what was done, and the cells that were taken out, by identity.
Changed = tuple[Grid, str, frozenset[int]]


def _plain_rows(grid: Grid) -> list[int]:
    """Rows whose cells all stand in this one row."""
    tall = {r for c in grid.cells if c.row_span > 1 for r in range(c.row, c.row + c.row_span)}
    return [r for r in range(grid.row_count) if r not in tall]


def _body(grid: Grid) -> list[int]:
    """Plain rows below the first row that holds a figure with a fraction, it among them."""
    first = min((c.row for c in grid.cells if "." in c.text and c.text.strip()[-1:].isdigit()), default=None)
    return [] if first is None else [r for r in _plain_rows(grid) if r >= first]


def _with_rows(grid: Grid, order: Sequence[tuple[int, Sequence[Cell]]]) -> Grid:
    """A grid of these rows from the top down: each with where it stood and its cells."""
    heights = [grid.rows[at + 1] - grid.rows[at] for at, _ in order]
    edges = [grid.rows[0]]
    for height in heights:
        edges.append(edges[-1] + height)
    cells = [
        replace(c, row=n, box=Box(c.box.x0, edges[n], c.box.x1, edges[n + c.row_span]))
        for n, (_, row) in enumerate(order)
        for c in row
    ]
    return Grid(grid.page, grid.columns, tuple(edges), tuple(cells))


def _rows(grid: Grid) -> list[tuple[int, Sequence[Cell]]]:
    return [(r, [c for c in grid.cells if c.row == r]) for r in range(grid.row_count)]


def row_moved(grid: Grid, random: Random) -> Changed | None:
    """A row of the body stands elsewhere in it."""
    body = _body(grid)
    if len(body) < 2 or body != list(range(body[0], body[-1] + 1)):
        return None
    rows = _rows(grid)
    at, to = random.sample(body, 2)
    moved = rows.pop(at)
    rows.insert(to, moved)
    return _with_rows(grid, rows), f"row {at} to {to}", frozenset()


def row_taken_out(grid: Grid, random: Random) -> Changed | None:
    """A row of the body is not there."""
    body = _body(grid)
    if len(body) < 2:
        return None
    rows = _rows(grid)
    at = random.choice(body)
    _, cells = rows.pop(at)
    return _with_rows(grid, rows), f"row {at}", frozenset(map(id, cells))


def row_put_in(grid: Grid, random: Random) -> Changed | None:
    """A row more: figures of another under a label of its own, or figures of its own."""
    body = _body(grid)
    if not body:
        return None
    rows = _rows(grid)
    of, at = random.choice(body), random.choice(body)
    label, own = random.choice(_PUT_IN), random.random() < 0.5
    made, labelled = [], False
    for cell in rows[of][1]:
        text = cell.text
        if any("一" <= ch <= "鿿" for ch in text):
            text, labelled = ("" if labelled and random.random() < 0.3 else label), True
        elif "." in text and own:
            text = f"{random.randint(1, 99999) / 100:.2f}"
        elif text.strip().isdigit():
            text = ""
        made.append(replace(cell, text=text))
    rows.insert(at, (of, made))
    return _with_rows(grid, rows), f"row {of} as {label} at {at}", frozenset()


def row_twice_renamed(grid: Grid, random: Random) -> Changed | None:
    """Two neighbouring rows exchange their labels' place: one is moved and one is printed otherwise."""
    moved = row_moved(grid, random)
    if moved is None:
        return None
    found = [c for c in moved[0].cells if any("一" <= ch <= "鿿" for ch in c.text)]
    cell = random.choice(found)
    change = random.choice(list(CHANGES))
    text = CHANGES[change](cell.text, random)
    cells = tuple(replace(c, text=text) if c is cell else c for c in moved[0].cells)
    return (
        Grid(grid.page, grid.columns, moved[0].rows, cells),
        f"{moved[1]}, {cell.text} as {text}",
        frozenset(),
    )


def exchangeable(grid: Grid) -> list[tuple[int, int]]:
    """Pairs of columns of figures, each under words of its own alone, without labels between them."""
    body = _body(grid)
    if not body:
        return []
    wide = {c for x in grid.cells if x.column_span > 1 for c in range(x.column, x.column + x.column_span)}
    words = {
        c.column
        for c in grid.cells
        if c.row >= body[0] and any("一" <= ch <= "鿿" for ch in c.text) and "." not in c.text
    }
    headed = {
        c.column
        for c in grid.cells
        if c.row < body[0] and c.column_span == 1 and any("一" <= ch <= "鿿" for ch in c.text)
    }
    return [
        (one, other)
        for one in range(grid.column_count)
        for other in range(one + 1, grid.column_count)
        if {one, other} <= headed - wide and not words & set(range(one, other + 1))
    ]


def _with_columns(grid: Grid, one: int, other: int) -> Grid:
    """A grid with two columns exchanged."""
    to = {one: other, other: one}
    x = grid.columns
    cells = [
        replace(c, column=n, box=Box(x[n], c.box.y0, x[n + c.column_span], c.box.y1))
        for c in grid.cells
        for n in [to.get(c.column, c.column)]
    ]
    ordered = tuple(sorted(cells, key=lambda c: (c.row, c.column)))
    return Grid(grid.page, grid.columns, grid.rows, ordered)


ROWS: dict[str, Callable[[Grid, Random], Changed | None]] = {
    "row moved": row_moved,
    "row taken out": row_taken_out,
    "row put in": row_put_in,
    "row moved and a label changed": row_twice_renamed,
}


def rearranged(
    document: PdfDocument, publication: Publication, contracts: Contracts, count: int, seed: int
) -> Iterator[Relabelled]:
    """The document with one table rearranged, again and again.

    Args:
        document: as read.
        publication: as recognised from it.
        contracts: for recognising it anew, and auditing it where that is asked.
        count: how often.
        seed: of the random choices.
    """
    random = Random(seed)
    keys = {(f.page, f.box): f.key for f in publication.facts}
    done = 0
    while done < count:
        table = random.choice(list(publication.tables.values()))
        places = [(n, at) for n in table.pages for at in range(len(document.pages[n - 1].grids))]
        change = random.choice([*ROWS, "columns moved"])
        grids = {(n, at): document.pages[n - 1].grids[at] for n, at in places}
        number, at = random.choice(places)
        old = grids[number, at]
        if change == "columns moved":
            pairs = exchangeable(grids[places[0]])
            if not pairs or len({g.column_count for g in grids.values()}) > 1:
                continue
            one, other = random.choice(pairs)
            what, gone = f"columns {one} and {other}", frozenset[int]()
            grids = {place: _with_columns(g, one, other) for place, g in grids.items()}
        elif (changed := ROWS[change](old, random)) is None:
            continue
        else:
            grids[number, at], what, gone = changed
        done += 1
        taken: frozenset[Key] = frozenset(
            keys[number, c.box] for c in old.cells if id(c) in gone and (number, c.box) in keys
        )
        recognised = recognise(_with_grids(document, grids), contracts)
        yield Relabelled(change, what, "", number, recognised, contracts, taken)


def _with_grids(document: PdfDocument, grids: Mapping[tuple[int, int], Grid]) -> PdfDocument:
    """The document with other grids: by page, and by number on it."""
    pages = [
        replace(p, grids=tuple(grids.get((p.number, at), g) for at, g in enumerate(p.grids)))
        for p in document.pages
    ]
    return replace(document, pages=tuple(pages))
