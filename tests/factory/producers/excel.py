"""openpyxl: the document as a workbook, each section a sheet, which LibreOffice prints as Excel would."""

from __future__ import annotations

import io
import re
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break, ColBreak

from factory.model import MARGIN, Block, CaptionLine, Cell, Document, FootTitle, Grid, Section, Text
from factory.sizes import text_width
from factory.traits import Traits, alignment, beside, caption

_SIZES = {"cover": 24.0, "part": 16.0, "title": 15.0, "body": 12.0, "note": 9.0, "entry": 12.0}
_ALIGNMENTS = {"l": "left", "c": "center", "r": "right"}
#: Points of a column's width to one unit of Excel's, which is a digit of its standard font.
_UNIT = 5.6
#: Columns of a sheet of text.
_TEXT_COLUMNS = 8
_FIGURE = re.compile(r"(-?)(\(?)(\d[\d,]*)(\.\d\d)?\)?")


def xlsx_file(document: Document, family: str, traits: Traits) -> bytes:
    """The document as .xlsx.

    Args:
        document: what to write.
        family: name of the installed font.
        traits: what this publisher does; see :mod:`factory.traits`.
    """
    book = Workbook()
    book.remove(book.active)
    sections, number = document.sections, 0
    while number < len(sections):
        sheet = _Sheet(book, f"{number + 1}", document, family, traits)
        section = sections[number]
        pair = sections[number + 1] if number + 1 < len(sections) else None
        if "side by side" in traits and pair is not None and beside(section, pair):
            sheet.write(section)
            sheet.write(pair, beside=True)
            number += 1
        else:
            sheet.write(section)
        sheet.finish(section.landscape)
        number += 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Sheet:
    def __init__(self, book: Workbook, name: str, document: Document, family: str, traits: Traits) -> None:
        self._sheet = book.create_sheet(name)
        self._document, self._family, self._traits = document, family, traits
        self._row, self._left = 1, 1
        self._heights: dict[int, float] = {}
        self._widths: dict[int, float] = {}
        self._repeated: tuple[int, int] | None = None

    def write(self, section: Section, *, beside: bool = False) -> None:
        grids = [b for b in section.blocks if isinstance(b, Grid)]
        if beside:
            self._left, self._row = self._sheet.max_column + 2, 1
            self._widths[self._left - 1] = 20.0
        widest = max((len(g.widths) for g in grids), default=_TEXT_COLUMNS)
        # All tables of a sheet share its columns.
        for c in range(widest):
            wished = [g.widths[c] for g in grids if c < len(g.widths)]
            self._widths[self._left + c] = max(wished, default=60.0)
        for block in section.blocks:
            if isinstance(block, Grid):
                self._grid(block, widest)
            else:
                self._line(block, widest)

    def finish(self, landscape: bool) -> None:
        sheet = self._sheet
        for c, width in self._widths.items():
            sheet.column_dimensions[get_column_letter(c)].width = width / _UNIT
        for r, height in self._heights.items():
            sheet.row_dimensions[r].height = height
        setup = sheet.page_setup
        setup.paperSize = sheet.PAPERSIZE_A4
        setup.orientation = "landscape" if landscape else "portrait"
        margins = sheet.page_margins
        margins.left = margins.right = margins.top = margins.bottom = MARGIN / 72
        margins.header = margins.footer = 24 / 72
        wide = "two pages in width" in self._traits and len(self._widths) > 6 and self._repeated is not None
        if wide:
            half = (len(self._widths) + 1) // 2
            sheet.col_breaks = ColBreak()
            sheet.col_breaks.append(Break(id=half))
            setup.pageOrder = "overThenDown"
        else:
            sheet.sheet_properties.pageSetUpPr.fitToPage = True
            setup.fitToWidth, setup.fitToHeight = 1, 0
        if self._repeated is not None:
            sheet.print_title_rows = f"{self._repeated[0]}:{self._repeated[1]}"
        if "running head" in self._traits:
            sheet.oddHeader.center.text = f"{self._document.unit}部门决算公开文本"
        if self._document.look.page_number:
            sheet.oddFooter.center.text = self._document.look.page_number.format("&P")

    def _line(self, block: Block, columns: int) -> None:
        match block:
            case Text(text, style):
                size = _SIZES[style]
            case CaptionLine():
                text, size = caption(block), 9.0
            case FootTitle(text):
                size = _SIZES["title"]
            case _:
                raise TypeError(block)
        room = sum(self._widths[self._left + c] for c in range(columns))
        lines = -(-text_width(text, size) // max(1.0, room - 8))
        place = self._sheet.cell(self._row, self._left, text)
        place.font = Font(name=self._family, size=size)
        align = "c" if isinstance(block, FootTitle) else alignment(block)
        place.alignment = Alignment(horizontal=_ALIGNMENTS[align], vertical="center", wrap_text=True)
        last = self._left + columns - 1
        self._sheet.merge_cells(
            start_row=self._row, end_row=self._row, start_column=self._left, end_column=last
        )
        self._heights[self._row] = max(self._heights.get(self._row, 0.0), (lines or 1) * size * 1.5 + 4)
        self._row += 1
        if "title apart" in self._traits and isinstance(block, Text) and block.style == "title":
            self._row += 1  # a blank row below the title

    def _grid(self, grid: Grid, columns: int) -> None:
        top = self._row
        for r, line in enumerate(grid.rows):
            row = top + r
            height = grid.row_height
            for c, cell in enumerate(line):
                place = self._sheet.cell(row, self._left + c)
                place.border = _border(self._traits)
                if cell is None:
                    continue
                width = sum(self._widths[self._left + i] for i in range(c, c + cell.column_span))
                self._fill(place, cell, grid, r)
                if not self._runs_over(cell, grid, r):
                    lines = sum(
                        -(-text_width(part, grid.font_size) // (width - 7)) or 1
                        for part in cell.text.split("\n")
                    )
                    height = max(height, (lines * grid.font_size * 1.35 + 3) / cell.row_span)
            self._heights[row] = max(self._heights.get(row, 0.0), height)
        for r, line in enumerate(grid.rows):
            for c, cell in enumerate(line):
                if cell is not None and cell.row_span * cell.column_span > 1:
                    self._sheet.merge_cells(
                        start_row=top + r,
                        end_row=top + r + cell.row_span - 1,
                        start_column=self._left + c,
                        end_column=self._left + c + cell.column_span - 1,
                    )
        if grid.repeat_head and grid.head_rows and self._repeated is None:
            self._repeated = (top, top + grid.head_rows - 1)
        self._row = top + len(grid.rows)
        if "hidden rows" in self._traits:
            # A sum that its maker keeps for himself.
            self._sheet.cell(self._row, self._left, "校验")
            self._sheet.cell(self._row, self._left + columns - 1, 12345.67)
            self._sheet.row_dimensions[self._row].hidden = True
            self._row += 1

    def _runs_over(self, cell: Cell, grid: Grid, row: int) -> bool:
        return "text runs over" in self._traits and row >= grid.head_rows and cell.align == "l"

    def _fill(self, place: Any, cell: Cell, grid: Grid, row: int) -> None:
        place.font = Font(name=self._family, size=grid.font_size)
        place.alignment = Alignment(
            horizontal=_ALIGNMENTS[cell.align],
            vertical="center",
            wrap_text=(not self._runs_over(cell, grid, row) and cell.align != "r") or "\n" in cell.text,
        )
        value = _number(cell) if "number formats" in self._traits and row >= grid.head_rows else None
        if value is None:
            place.value = cell.text or None
            place.number_format = "@"
            return
        place.value, place.number_format = value
        if value[0] < 0:
            place.font = Font(name=self._family, size=grid.font_size, color="FFFF0000")


def _number(cell: Cell) -> tuple[float, str] | None:
    """The value of a cell and the number format that prints it as it is printed; None for text."""
    if cell.align != "r":
        return None
    zero = {"": ";;", "——": '0.00;-0.00;"——"'}.get(cell.text)
    if zero is not None:
        return 0, zero
    match = _FIGURE.fullmatch(cell.text)
    if match is None:
        return None
    sign, bracket, whole, decimals = match.groups()
    number = "#,##0" if "," in whole else "0"
    shown = number + (".00" if decimals else "")
    value = float(whole.replace(",", "") + (decimals or ""))
    negative = f"({shown})" if bracket else f"-{shown}"
    return -value if sign or bracket else value, f"{shown};{negative}"


def _border(traits: Traits) -> Border:
    thin = Side(style="thin", color="FF000000")
    if "no rules" in traits:
        return Border()
    if "horizontal rules" in traits:
        return Border(top=thin, bottom=thin)
    return Border(top=thin, bottom=thin, left=thin, right=thin)
