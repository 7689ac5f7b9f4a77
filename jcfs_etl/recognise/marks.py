"""What to say of footnote marks beside figures."""

from __future__ import annotations

from collections.abc import Iterator

from jcfs_etl.findings import Finding
from jcfs_etl.read.marks import MARK
from jcfs_etl.read.model import Page, PdfDocument


def mark_notes(document: PdfDocument) -> Iterator[Finding]:
    """A finding for each footnote mark beside a figure: what it says is not in the data."""
    for page in document.pages:
        for aside in page.set_aside:
            if aside.reason == MARK:
                figure = _figure(page, aside.box.x0, aside.box.y1)
                yield Finding(
                    "footnote_mark",
                    "info",
                    "document",
                    f"page {page.number}: {aside.text} beside {figure} is a footnote mark and no digit of "
                    "it; look for what the note says",
                    page=page.number,
                    box=aside.box,
                )


def _figure(page: Page, x: float, y: float) -> str:
    """The figure of the smallest cell that holds a place."""
    cells = [c for grid in page.grids for c in grid.cells if c.box.holds(x, y)]
    return min(cells, key=lambda c: c.box.area).text if cells else "a figure"
