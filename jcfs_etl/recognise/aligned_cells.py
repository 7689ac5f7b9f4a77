"""Cells and edges of a grid that is made of aligned words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell, Grid, Word
from jcfs_etl.recognise.aligned_head import HeadLayout
from jcfs_etl.recognise.aligned_rows import AlignedRow, Columns, Span
from jcfs_etl.recognise.aligned_words import Line, lines_of

#: How sure it is that a figure belongs where it stands, before any identity is tried.
ALIGNED = 0.98
#: Points that a grid's outline keeps from its words.
MARGIN = 2.0


def open_edges(rows: Sequence[AlignedRow], head: Sequence[Line]) -> list[float]:
    """Heights of the edges between rows that no rules part; without rows, those of a blank one there."""
    if not rows:
        bottom = max(line.box.y1 for line in head)
        return [bottom + MARGIN, bottom + 2 * MARGIN]
    top = rows[0].top - MARGIN
    if head:
        top = (max(line.box.y1 for line in head) + rows[0].top) / 2
    between = [(a.bottom + b.top) / 2 for a, b in pairwise(rows)]
    return [top, *between, rows[-1].bottom + MARGIN]


def head_edges(
    layout: HeadLayout, head: Sequence[Line], numbering: Line | None, top: float, bottom: float
) -> list[float]:
    """Heights of the edges between the rows of a head."""
    proper = [line for line in head if line is not numbering]
    end = (max(line.box.y1 for line in proper) + numbering.box.y0) / 2 if numbering else bottom
    height = (end - top) / layout.levels
    edges = [top + height * level for level in range(layout.levels)]
    return [*edges, end, bottom] if numbering else [*edges, end]


def joined(words: Sequence[Word]) -> str:
    """Words of one line as a text."""
    return " ".join(word.text for word in words)


def _cell(
    text: str, edges: Sequence[float], ys: Sequence[float], rows: Span, columns: Span, confidence: float = 1.0
) -> Cell:
    """A cell over rows and columns, ends included; nothing is uncertain about a blank one."""
    box = Box(edges[columns[0]], ys[rows[0]], edges[columns[1] + 1], ys[rows[1] + 1])
    spans = rows[1] - rows[0] + 1, columns[1] - columns[0] + 1
    sure = confidence if text else 1.0
    return Cell(rows[0], columns[0], *spans, text, box, confidence=sure, is_aligned=True)


def row_cells(
    row: AlignedRow, at: int, ys: Sequence[float], columns: Columns, sure: int | None = None
) -> list[Cell]:
    """The cells of a row of the body, blank ones too.

    Args:
        row: the row.
        at: its index in the grid.
        ys: heights of the grid's row edges.
        columns: the columns.
        sure: a column whose figure is certain without an identity.
    """
    covered = {c for first, last in row.cells for c in range(first, last + 1)}
    spans = [*row.cells, *((c, c) for c in range(len(columns.edges) - 1) if c not in covered)]
    cells = []
    for span in sorted(spans):
        text = "\n".join(joined(line.words) for line in lines_of(row.cells.get(span, ())))
        confidence = 1.0 if span == (sure, sure) else ALIGNED
        cells.append(_cell(text, columns.edges, ys, (at, at), span, confidence))
    return cells


def head_cells(
    layout: HeadLayout, ys: Sequence[float], numbering: Line | None, columns: Columns
) -> list[Cell] | None:
    """The cells of a head and of the numbers below it; None where a number stands outside the columns."""
    heads = (head for head in layout.cells if head.rows[1] + 1 < len(ys))
    cells = [_cell(head.text, layout.edges, ys, head.rows, head.columns) for head in heads]
    if numbering is not None:
        row = AlignedRow(numbering.y)
        for span, piece in columns.pieces([numbering]):
            if span is None:
                return None
            row.cells.setdefault(span, []).append(piece)
        cells += row_cells(row, layout.levels, ys, columns)
    return cells


def head_alone(layout: HeadLayout) -> Grid:
    """A grid of the head and a blank row, for the head's reader."""
    ys = tuple(float(y) for y in range(layout.levels + 2))
    cells = head_cells(layout, ys, None, _NOTHING)
    blank = [Cell(layout.levels, c, 1, 1, "", Box(0, 0, 0, 0)) for c in range(len(layout.edges) - 1)]
    return Grid(0, layout.edges, ys, (*(cells or ()), *blank))


def _nothing(text: str) -> bool:
    """Knows no text."""
    return False


_NOTHING = Columns((), frozenset(), frozenset(), (), _nothing, _nothing, _nothing)
