"""fpdf2: its own tables, one text operation a line, text wrapped by the library."""

from __future__ import annotations

import datetime

from fpdf import FPDF
from fpdf.enums import TableHeadingsDisplay, WrapMode
from fpdf.fonts import FontFace

from factory.model import MARGIN, CaptionLine, Document, FootTitle, Grid, Text
from factory.producers.fonts import font_path

_SIZES = {"cover": 26.0, "part": 18.0, "title": 16.0, "body": 12.0, "note": 9.0, "entry": 12.0}
_CENTRED = ("cover", "part", "title")
_ALIGNMENTS = {"l": "LEFT", "c": "CENTER", "r": "RIGHT"}
_FONT = "kai"


class _Pdf(FPDF):
    """A document with its watermark under every page."""

    made_of: Document

    def header(self) -> None:
        mark = self.made_of.look.watermark
        if mark is None:
            return
        self.set_text_color(round(mark.grey * 255))
        width, height = self.w, self.h
        if mark.tiled:
            self.set_font(_FONT, size=13)
            for x in range(50, int(width), 160):
                for y in range(70, int(height), 110):
                    with self.rotation(30, x, y):
                        self.text(x, y, mark.text)
        else:
            self.set_font(_FONT, size=64)
            with self.rotation(40, width / 2, height / 2):
                self.text(width / 2 - 128, height / 2, mark.text)
        self.set_text_color(0)
        self.set_xy(MARGIN, MARGIN)

    def footer(self) -> None:
        if self.made_of.look.page_number:
            self.set_font(_FONT, size=10)
            self.set_y(-30)
            self.cell(0, 12, self.made_of.look.page_number.format(self.page_no()), align="C")


def draw(document: Document) -> bytes:
    """The document as fpdf2 draws it."""
    pdf = _Pdf(unit="pt", format="A4")
    pdf.made_of = document
    pdf.set_creation_date(datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))
    pdf.set_title(document.title)
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(True, MARGIN)
    pdf.add_font(_FONT, fname=font_path(document.look.good_font))
    for section in document.sections:
        pdf.add_page("landscape" if section.landscape else "portrait")
        for block in section.blocks:
            match block:
                case Grid():
                    _table(pdf, block)
                case Text(text, style):
                    pdf.set_font(_FONT, size=_SIZES[style])
                    align = "C" if style in _CENTRED else "L"
                    pdf.multi_cell(
                        0, _SIZES[style] * 1.5, text, align=align, new_x="LMARGIN", new_y="NEXT",
                        wrapmode=WrapMode.CHAR,
                    )  # fmt: skip
                case CaptionLine():
                    _line(pdf, block)
                case FootTitle(text):
                    _foot(pdf, text)
    return bytes(pdf.output())


def _line(pdf: _Pdf, line: CaptionLine) -> None:
    pdf.set_font(_FONT, size=9)
    for text, align in ((line.left, "L"), (line.middle, "C"), (line.right, "R")):
        pdf.set_x(MARGIN)
        pdf.cell(0, 15, text, align=align)
    pdf.ln(15)


def _foot(pdf: _Pdf, text: str) -> None:
    pdf.set_font(_FONT, size=_SIZES["title"])
    pdf.set_auto_page_break(False)
    if pdf.get_y() > pdf.h - MARGIN - 30:
        pdf.add_page(same=True)
    pdf.set_xy(MARGIN, pdf.h - MARGIN - 22)
    pdf.cell(0, 20, text, align="C")
    pdf.set_auto_page_break(True, MARGIN)


def _table(pdf: _Pdf, grid: Grid) -> None:
    pdf.set_font(_FONT, size=grid.font_size)
    display = TableHeadingsDisplay.ON_TOP_OF_EVERY_PAGE if grid.repeat_head else TableHeadingsDisplay.NONE
    if not pdf.get_y():
        pdf.set_y(MARGIN)
    pdf.set_line_width(pdf.made_of.look.rule)
    shade = FontFace(fill_color=220) if pdf.made_of.look.shaded else FontFace()
    with pdf.table(
        col_widths=list(grid.widths),
        width=sum(grid.widths),
        align="LEFT",
        line_height=grid.font_size * 1.25,
        num_heading_rows=grid.head_rows,
        repeat_headings=display,
        headings_style=shade,
        first_row_as_headings=grid.head_rows > 0,
        padding=1,
        wrapmode=WrapMode.CHAR,
        min_row_height=grid.row_height,
    ) as table:
        for cells in grid.rows:
            row = table.row()
            for cell in cells:
                if cell is not None:
                    row.cell(
                        cell.text,
                        align=_ALIGNMENTS[cell.align],
                        colspan=cell.column_span,
                        rowspan=cell.row_span,
                    )
