"""Places glyphs into the cells of grids, and the rest into lines of text."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from jcfs_etl.read.content import Glyph
from jcfs_etl.read.model import Box, Cell, Grid, TextLine, enclosing

if TYPE_CHECKING:
    from camelot.core import Table

#: A gap of this many em inside a line is a space.
_SPACE = 0.3
#: A gap of this many em parts two lines of text that share a baseline.
_PARTING = 2.0

Region = tuple[int, int, int, int]  # row, column, row span, column span


class Lattice:
    """A grid's edges and merged regions, ready to take glyphs.

    Args:
        table: camelot's table, its cells' edges set.
        page: page number.
        height: height of the page in points, to turn camelot's y axis over.
    """

    def __init__(self, table: Table, page: int, height: float) -> None:
        self.page = page
        self.columns = tuple([c[0] for c in table.cols] + [table.cols[-1][1]])
        self.rows = tuple([height - r[0] for r in table.rows] + [height - table.rows[-1][1]])
        self.regions, self.irregular = _regions(table)
        self._region_at = {
            (r, c): region
            for region in self.regions
            for r in range(region[0], region[0] + region[2])
            for c in range(region[1], region[1] + region[3])
        }
        self._glyphs: dict[Region, list[Glyph]] = defaultdict(list)

    @property
    def box(self) -> Box:
        """The grid's outline."""
        return Box(self.columns[0], self.rows[0], self.columns[-1], self.rows[-1])

    def take(self, glyph: Glyph) -> bool:
        """Take a glyph whose centre lies inside the grid; say whether it did."""
        x, y = (glyph.x0 + glyph.x1) / 2, glyph.y - 0.35 * glyph.size
        if not self.box.holds(x, y):
            return False
        row = min(bisect_right(self.rows, y) - 1, len(self.rows) - 2)
        column = min(bisect_right(self.columns, x) - 1, len(self.columns) - 2)
        self._glyphs[self._region_at[row, column]].append(glyph)
        return True

    def grid(self) -> Grid:
        """The finished grid."""
        cells = []
        for region in sorted(self.regions):
            row, column, row_span, column_span = region
            box = Box(
                self.columns[column],
                self.rows[row],
                self.columns[column + column_span],
                self.rows[row + row_span],
            )
            text = "\n".join(_joined(line) for line in _baselines(self._glyphs.get(region, [])))
            cells.append(Cell(row, column, row_span, column_span, text, box))
        return Grid(self.page, self.columns, self.rows, tuple(cells), self.irregular)


def place(
    glyphs: Iterable[Glyph], tables: list[Table], page: int, height: float
) -> tuple[tuple[Grid, ...], tuple[TextLine, ...]]:
    """Give each glyph to the smallest grid that holds it, or to the lines around the grids.

    Args:
        glyphs: the page's content.
        tables: camelot's tables of this page.
        page: page number.
        height: height of the page in points.

    Returns:
        The grids from the top down, and the lines of text outside them from the top down.
    """
    lattices = sorted((Lattice(t, page, height) for t in tables), key=lambda g: g.box.area)
    outside = [g for g in glyphs if not any(lattice.take(g) for lattice in lattices)]
    lattices.sort(key=lambda g: (g.box.y0, g.box.x0))
    return tuple(lattice.grid() for lattice in lattices), tuple(_text_lines(outside))


def _text_lines(glyphs: list[Glyph]) -> Iterable[TextLine]:
    for baseline in _baselines(glyphs):
        part = [baseline[0]]
        for glyph in baseline[1:]:
            if glyph.x0 - part[-1].x1 > _PARTING * glyph.size:
                yield _text_line(part)
                part = []
            part.append(glyph)
        yield _text_line(part)


def _text_line(glyphs: list[Glyph]) -> TextLine:
    return TextLine(_joined(glyphs), enclosing([g.box for g in glyphs]), max(g.size for g in glyphs))


def _baselines(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Glyphs sorted into lines from the top down, each from left to right."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.y):
        if lines and glyph.y - lines[-1][0].y <= 0.5 * max(glyph.size, lines[-1][0].size):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    for line in lines:
        line.sort(key=lambda g: (g.x0, g.run))
    return lines


def _joined(line: list[Glyph]) -> str:
    parts = [line[0].text]
    for before, glyph in pairwise(line):
        if glyph.x0 - before.x1 > _SPACE * min(glyph.size, before.size):
            parts.append(" ")
        parts.append(glyph.text)
    return "".join(parts)


def _regions(table: Table) -> tuple[list[Region], bool]:
    """Rectangles of cells that no rule parts, and whether some were not rectangles."""
    cells = table.cells
    n_rows, n_columns = len(cells), len(cells[0])
    parent = {(r, c): (r, c) for r in range(n_rows) for c in range(n_columns)}

    def root(at: tuple[int, int]) -> tuple[int, int]:
        while parent[at] != at:
            parent[at] = at = parent[parent[at]]
        return at

    for r in range(n_rows):
        for c in range(n_columns):
            if c + 1 < n_columns and not cells[r][c].right and not cells[r][c + 1].left:
                parent[root((r, c + 1))] = root((r, c))
            if r + 1 < n_rows and not cells[r][c].bottom and not cells[r + 1][c].top:
                parent[root((r + 1, c))] = root((r, c))
    members: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for at in parent:
        members[root(at)].append(at)
    regions: list[Region] = []
    irregular = False
    for group in members.values():
        r0, c0 = min(r for r, _ in group), min(c for _, c in group)
        height = max(r for r, _ in group) - r0 + 1
        width = max(c for _, c in group) - c0 + 1
        if height * width == len(group):
            regions.append((r0, c0, height, width))
        else:
            irregular = True
            regions += _stretches(sorted(group))
    return regions, irregular


def _stretches(group: list[tuple[int, int]]) -> list[Region]:
    """A region that is no rectangle, cut into stretches of one row each."""
    stretches: list[Region] = []
    for row, column in group:
        if stretches:
            r, c, _, span = stretches[-1]
            if r == row and c + span == column:
                stretches[-1] = (r, c, 1, span + 1)
                continue
        stretches.append((row, column, 1, 1))
    return stretches
