"""What to say of text that stands beside or over figures and is not in the data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from jcfs_etl.findings import Finding, finding
from jcfs_etl.money import is_figure
from jcfs_etl.read.marks import MARK
from jcfs_etl.read.model import PRINTED_TWICE, Cell, Grid, Page, PdfDocument, SetAside


def mark_notes(document: PdfDocument) -> Iterator[Finding]:
    """A finding for each footnote mark beside a figure: what it says is not in the data."""
    for page in document.pages:
        for aside in page.set_aside:
            if aside.reason == MARK:
                figure = _figure(page, aside.box.x0, aside.box.y1)
                at = page.number, aside.box
                yield finding("footnote_mark", "info", *at, mark=aside.text, figure=figure)


def overprint_notes(document: PdfDocument) -> Iterator[Finding]:
    """A finding for each figure that stands twice in one cell while the cell above or below it is blank.

    A figure that has slipped into the next row onto one like it would be lost without a word, and where it is
    0.00 no identity tells. Where a whole row is printed twice, it is printed in bold.
    """
    for page in document.pages:
        aside = [a for a in page.set_aside if a.reason == PRINTED_TWICE]
        for grid in page.grids if aside else ():
            rows: dict[int, dict[int, list[SetAside]]] = defaultdict(lambda: defaultdict(list))
            for each in aside:
                x, y = (each.box.x0 + each.box.x1) / 2, (each.box.y0 + each.box.y1) / 2
                cell = next((c for c in grid.cells if c.box.holds(x, y)), None)
                if cell is not None:
                    rows[cell.row][cell.column].append(each)
            for row, cells in rows.items():
                (column, pieces), *more = cells.items()
                cell = grid.by_position[row, column]
                text = "".join(p.text for p in sorted(pieces, key=lambda p: p.box.x0))
                beside = _blank_beside(grid, cell)
                if not more and beside is not None and is_figure(text):
                    at, rows_of = (page.number, cell.box), {"row": cell.row + 1, "beside": beside.row + 1}
                    yield finding("figure_printed_twice", "warning", *at, printed=text, **rows_of)


def _blank_beside(grid: Grid, cell: Cell) -> Cell | None:
    """The blank cell right above or below, in the same column."""
    for row in (cell.row - 1, cell.row + cell.row_span):
        other = grid.by_position.get((row, cell.column))
        if other is not None and not other.text and other.column_span == cell.column_span:
            return other
    return None


def _figure(page: Page, x: float, y: float) -> str:
    """The figure of the smallest cell that holds a place."""
    cells = [c for grid in page.grids for c in grid.cells if c.box.holds(x, y)]
    return min(cells, key=lambda c: c.box.area).text if cells else "a figure"
