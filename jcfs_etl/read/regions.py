"""The cells of a grid as regions of its lattice: rectangles between edges that part cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from camelot.core import Table

Region = tuple[int, int, int, int]  # row, column, row span, column span

#: No text has room in a row or column of this many points.
_STRIP = 3.2


def regions_of(table: Table) -> tuple[list[Region], set[Region]]:
    """Rectangles of cells that no rule parts, and those cut from what was no rectangle.

    Args:
        table: camelot's table, its cells' edges set.

    Returns:
        All regions, and those of them that rules around them are missing for.
    """
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
    cut: set[Region] = set()
    for group in members.values():
        r0, c0 = min(r for r, _ in group), min(c for _, c in group)
        height = max(r for r, _ in group) - r0 + 1
        width = max(c for _, c in group) - c0 + 1
        if height * width == len(group):
            regions.append((r0, c0, height, width))
        else:
            cut.update(_stretches(sorted(group)))
    return regions + sorted(cut), cut


def without_strips(
    regions: Sequence[Region], rows: Sequence[float], columns: Sequence[float]
) -> list[Region]:
    """Regions without the strips between cells that have a frame each, as browsers print tables.

    Args:
        regions: all of a grid.
        rows: its edges between rows.
        columns: its edges between columns.

    Returns:
        Those that remain, or all where none would; edges at which strips alone begin part nothing any more.
    """
    kept = list(regions)
    for axis, edges in enumerate((rows, columns)):
        for at in [n for n, (x0, x1) in enumerate(pairwise(edges)) if x1 - x0 <= _STRIP]:
            across = [region for region in kept if region[axis] <= at < region[axis] + region[axis + 2]]
            own = {region for region in across if region[axis + 2] == 1}
            # A cell that begins with the strip, and ends beyond it, needs that edge.
            if all(region in own or region[axis] < at for region in across):
                kept = [region for region in kept if region not in own]
    return kept or list(regions)


def parting(edges: tuple[float, ...], begun: set[int]) -> tuple[tuple[float, ...], list[int]]:
    """Edges at which cells begin, with the outline's.

    A stroke within a cell, as of a stamp or a line under a word, parts nothing.

    Args:
        edges: all that the lattice has.
        begun: indexes of those at which a cell begins.

    Returns:
        The edges, and for each given one how many of them come before it.
    """
    kept = [at in begun or at == len(edges) - 1 for at in range(len(edges))]
    return tuple(edge for edge, is_kept in zip(edges, kept, strict=True) if is_kept), [
        sum(kept[:at]) for at in range(len(edges))
    ]


def between(region: Region, across: Sequence[int], down: Sequence[int]) -> Region:
    """A region by the edges that part cells.

    Args:
        region: by all edges.
        across: how many parting edges come before each between rows.
        down: as many for those between columns.

    Returns:
        The same place.
    """
    row, column, row_span, column_span = region
    top, left = across[row], down[column]
    return top, left, across[row + row_span] - top, down[column + column_span] - left


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
