"""Draws small PDFs for tests: ruled grids, text at a place, watermarks. ReportLab, no Chinese font needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

#: A standard CJK font that PDF viewers supply; its widths are known without embedding it.
FONT = "STSong-Light"


def canvas(path: Path) -> Canvas:
    """A canvas for an A4 page with the Chinese font set."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    drawing = Canvas(str(path), pagesize=A4, invariant=1)
    drawing.setFont(FONT, 9)
    return drawing


def draw_grid(
    drawing: Canvas,
    rows: Sequence[Sequence[str]],
    *,
    left: float = 60,
    top: float = 700,
    widths: Sequence[float] | None = None,
    height: float = 20,
    size: float = 9,
) -> None:
    """Draw a fully ruled grid from its upper left corner (points from the page's lower left)."""
    widths = widths or [90.0] * len(rows[0])
    edges = [left + sum(widths[:i]) for i in range(len(widths) + 1)]
    bottom = top - height * len(rows)
    for x in edges:
        drawing.line(x, top, x, bottom)
    for index in range(len(rows) + 1):
        drawing.line(left, top - index * height, edges[-1], top - index * height)
    drawing.setFont(FONT, size)
    for r, row in enumerate(rows):
        for x, text in zip(edges, row, strict=False):
            drawing.drawString(x + 3, top - (r + 1) * height + 6, text)
