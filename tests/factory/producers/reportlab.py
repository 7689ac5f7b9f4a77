"""ReportLab: platypus flowables, a table in one piece with its own splitting over pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from reportlab.lib.colors import black, lightgrey
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Table,
)

from factory.model import MARGIN, PAGE, CaptionLine, Cell, Document, FootTitle, Grid, Look, Text
from factory.producers.fonts import font_bytes
from factory.sizes import PADDING, text_width

_GOOD, _BAD = "FactoryKai", "STSong-Light"
_SIZES = {"cover": 24.0, "part": 16.0, "title": 15.0, "body": 12.0, "note": 9.0, "entry": 12.0}
_CENTRED = ("cover", "part", "title")
_ALIGNMENTS = {"l": "LEFT", "c": "CENTER", "r": "RIGHT"}


def draw(document: Document) -> bytes:
    """The document as ReportLab draws it."""
    if _GOOD not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(_GOOD, io.BytesIO(font_bytes(True))))
        # Not embedded, and without metrics of its own: the reader's viewer supplies it.
        pdfmetrics.registerFont(UnicodeCIDFont(_BAD))
    font = _GOOD if document.look.good_font else _BAD
    out = io.BytesIO()
    template = BaseDocTemplate(out, pagesize=PAGE, title=document.title, invariant=1)

    def on_page(canvas: Canvas, _: BaseDocTemplate) -> None:
        _watermark(canvas, document, font)
        if document.look.page_number:
            canvas.setFont(font, 10)
            number = document.look.page_number.format(canvas.getPageNumber())
            width = canvas._pagesize[0]  # type: ignore[attr-defined]
            canvas.drawCentredString(width / 2, MARGIN / 2, number)

    for name, (width, height) in (("portrait", PAGE), ("landscape", PAGE[::-1])):
        frame = Frame(MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN, 0, 0, 0, 0)
        template.addPageTemplates(PageTemplate(name, [frame], onPage=on_page, pagesize=(width, height)))
    template.build(list(_story(document, font)))
    return out.getvalue()


def _story(document: Document, font: str) -> Iterator[Flowable]:
    for number, section in enumerate(document.sections):
        if number:
            yield NextPageTemplate("landscape" if section.landscape else "portrait")
            yield PageBreak()
        for block in section.blocks:
            match block:
                case Grid():
                    yield _table(block, font, document.look)
                case Text(text, style):
                    yield _paragraph(text, style, font)
                case CaptionLine():
                    yield _Line(block, font)
                case FootTitle(text):
                    yield _Foot(text, font)


def _paragraph(text: str, style: str, font: str) -> Paragraph:
    size = _SIZES[style]
    look = ParagraphStyle(
        style,
        fontName=font,
        fontSize=size,
        leading=size * 1.5,
        wordWrap="CJK",
        alignment=TA_CENTER if style in _CENTRED else 0,
        spaceAfter=4,
    )
    return Paragraph(text, look)


def _table(grid: Grid, font: str, look: Look) -> Table:
    size, leading = grid.font_size, grid.font_size * 1.2
    commands: list[Any] = [
        ("GRID", (0, 0), (-1, -1), look.rule, black),
        ("FONT", (0, 0), (-1, -1), font, size, leading),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ]
    if look.shaded and grid.head_rows:
        commands.append(("BACKGROUND", (0, 0), (-1, grid.head_rows - 1), lightgrey))
    data: list[list[str]] = []
    heights: list[float] = []
    for r, row in enumerate(grid.rows):
        texts, height = [], grid.row_height
        for c, cell in enumerate(row):
            lines = _wrapped(cell, sum(grid.widths[c : c + cell.column_span]), size) if cell else []
            texts.append("\n".join(lines))
            if cell is None:
                continue
            commands.append(("ALIGN", (c, r), (c, r), _ALIGNMENTS[cell.align]))
            if cell.row_span * cell.column_span > 1:
                commands.append(("SPAN", (c, r), (c + cell.column_span - 1, r + cell.row_span - 1)))
            height = max(height, (len(lines) * leading + 4) / cell.row_span)
        data.append(texts)
        heights.append(height)
    repeated = grid.head_rows if grid.repeat_head else 0
    return Table(data, colWidths=list(grid.widths), rowHeights=heights, style=commands, repeatRows=repeated)


def _wrapped(cell: Cell, width: float, size: float) -> list[str]:
    """Lines that fit; words of Chinese break anywhere, numbers only where the cell says so."""
    lines: list[str] = []
    for part in cell.text.split("\n"):
        line = ""
        for character in part:
            if line and cell.align != "r" and text_width(line + character, size) > width - 2 * PADDING:
                lines.append(line)
                line = ""
            line += character
        lines.append(line)
    return lines


class _Line(Flowable):
    """Small print at left, middle and right above a grid."""

    def __init__(self, line: CaptionLine, font: str) -> None:
        super().__init__()
        self._line, self._font = line, font

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        return width, 15.0

    def draw(self) -> None:
        self.canv.setFont(self._font, 9)
        self.canv.drawString(0, 4, self._line.left)
        self.canv.drawCentredString(self.width * 0.55, 4, self._line.middle)
        self.canv.drawRightString(self.width, 4, self._line.right)


class _Foot(Flowable):
    """A title that takes what is left of the page and stands at its foot."""

    def __init__(self, text: str, font: str) -> None:
        super().__init__()
        self._text, self._font = text, font

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        return width, max(24.0, height - 1)

    def draw(self) -> None:
        self.canv.setFont(self._font, _SIZES["title"])
        self.canv.drawCentredString(self.width / 2, 4, self._text)


def _watermark(canvas: Canvas, document: Document, font: str) -> None:
    mark = document.look.watermark
    if mark is None:
        return
    width, height = canvas._pagesize  # type: ignore[attr-defined]
    canvas.saveState()
    canvas.setFillGray(mark.grey)
    if mark.tiled:
        canvas.setFont(font, 14)
        for x in range(60, int(width), 150):
            for y in range(60, int(height), 120):
                _oblique(canvas, x, y, 25, mark.text)
    else:
        canvas.setFont(font, 70)
        _oblique(canvas, width / 2, height / 2, 45, mark.text)
    canvas.restoreState()


def _oblique(canvas: Canvas, x: float, y: float, angle: float, text: str) -> None:
    canvas.saveState()
    canvas.translate(x, y)
    canvas.rotate(angle)
    canvas.drawCentredString(0, 0, text)
    canvas.restoreState()
