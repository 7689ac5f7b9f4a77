r"""Ruled grids from text files: one row a line, cells between tabs, merged cells spelled out.

``<`` is part of the cell at its left and ``^`` of the cell above, a line ``---`` goes on to the
next page, and ``\n`` inside a cell is a line break that the publisher made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.colors import black
from reportlab.platypus import Table
from typeset import FONT, wrap

LEFT, ABOVE, NEXT_PAGE = "<", "^", "---"
RULE = 0.5
SIDE_PADDING = 3.0
_ALIGNMENTS = {"l": "LEFT", "c": "CENTER", "r": "RIGHT"}

Rows = list[list[str]]


@dataclass(frozen=True)
class Cell:
    """One cell of a grid and the rows and columns it covers, both ends included."""

    text: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def across(self) -> bool:
        """Whether the cell covers more than one column."""
        return self.right > self.left


@dataclass(frozen=True)
class Look:
    """How a grid is set.

    Attributes:
        widths: Column widths in points.
        align: One letter a column, ``l``, ``c`` or ``r``, for the rows below the head.
        head_rows: Rows at the top whose cells are centred.
        font_size: In points.
        min_row: Least height of a row in points.
        centred: Texts that are centred wherever they stand.
    """

    widths: Sequence[float]
    align: str
    head_rows: int
    font_size: float
    min_row: float
    centred: frozenset[str] = frozenset()

    @property
    def leading(self) -> float:
        """Distance of two baselines in points; reportlab's own rule for cells of plain text."""
        return self.font_size * 1.2


def read_grid(path: Path) -> list[Rows]:
    """Read a grid file into its pages.

    Args:
        path: The file; short rows are filled up with empty cells.

    Returns:
        One list of rows for each page the grid stands on.

    Raises:
        ValueError: A row has more cells than the first one.
    """
    pages: list[Rows] = [[]]
    count = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line == NEXT_PAGE:
            pages.append([])
            continue
        row = line.split("\t")
        count = count or len(row)
        if len(row) > count:
            raise ValueError(f"{path.name}, line {number}: {len(row)} cells instead of {count}")
        pages[-1].append(row + [""] * (count - len(row)))
    return pages


def cells_of(rows: Rows) -> list[Cell]:
    """Resolve the marks of merged cells.

    Raises:
        ValueError: The parts of a merged cell do not make a rectangle.
    """
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            before = (r, c - 1) if text == LEFT else (r - 1, c)
            owner[r, c] = owner[before] if text in (LEFT, ABOVE) else (r, c)
    cells = []
    for top, left in sorted(set(owner.values())):
        parts = [place for place, root in owner.items() if root == (top, left)]
        bottom, right = max(r for r, _ in parts), max(c for _, c in parts)
        if len(parts) != (bottom - top + 1) * (right - left + 1):
            raise ValueError(f"merged cell {rows[top][left]!r} is not a rectangle")
        cells.append(Cell(rows[top][left].replace("\\n", "\n"), top, left, bottom, right))
    return cells


def grid_table(rows: Rows, look: Look, head_rows: int) -> Table:
    """Set the rows of one page as a fully ruled table.

    Args:
        rows: Cells of the page, with the marks of merged cells.
        look: How the grid is set.
        head_rows: How many of these rows are head; 0 on a continuation page.
    """
    size, pad = look.font_size, (look.min_row - look.leading) / 2
    data: Rows = [[""] * len(row) for row in rows]
    heights = [look.min_row] * len(rows)
    commands: list[tuple[object, ...]] = [
        ("GRID", (0, 0), (-1, -1), RULE, black),
        ("FONT", (0, 0), (-1, -1), FONT, size, look.leading),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), SIDE_PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), SIDE_PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]
    # Cells of one row first, so that those spanning rows see how much room there is already.
    for cell in sorted(cells_of(rows), key=lambda cell: cell.bottom - cell.top):
        room = sum(look.widths[cell.left : cell.right + 1]) - 2 * SIDE_PADDING
        lines = wrap(cell.text, room, size)
        missing = len(lines) * look.leading + 2 * min(pad, 3.0)
        missing -= sum(heights[cell.top : cell.bottom + 1])
        heights[cell.bottom] += max(0.0, missing)
        data[cell.top][cell.left] = "\n".join(lines)

        start, end = (cell.left, cell.top), (cell.right, cell.bottom)
        if start != end:
            commands.append(("SPAN", start, end))
        letter = "l" if cell.across else look.align[cell.left]
        if cell.top < head_rows or cell.text in look.centred or (cell.across and len(lines) == 1):
            letter = "c"
        commands.append(("ALIGN", start, end, _ALIGNMENTS[letter]))
    return Table(data, colWidths=list(look.widths), rowHeights=heights, style=commands)
