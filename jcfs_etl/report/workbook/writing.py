"""Puts values into cells so that text stays text and figures stay what is printed."""

from __future__ import annotations

import re
from decimal import Decimal

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

#: Spreadsheets calculate in binary floating point, which is exact for so many digits.
DIGITS = 15
#: Characters that a cell, and a comment of ours, holds at most.
_CELL, _COMMENT = 32_000, 2_000
#: Characters that a column has room for.
_LEAST, _MOST = 9, 48
#: What a spreadsheet would take for the beginning of a formula or of a command.
_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NO_TITLE = re.compile(r"[\[\]:*?/\\']")

THIN = Side(style="thin", color="999999")
BORDER = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
_FACE = "Calibri"
TITLE, BOLD = Font(name=_FACE, bold=True, size=14), Font(name=_FACE, bold=True)
LINK = Font(name=_FACE, color="0563C1", underline="single")
HEAD = PatternFill("solid", fgColor="DDE6F0")
#: Figures that take part in a finding, by the worst severity; words in the comment say it as well.
FILLS = {
    "error": PatternFill("solid", fgColor="F4B183"),
    "inconsistent": PatternFill("solid", fgColor="FFD966"),
    "warning": PatternFill("solid", fgColor="FFF2CC"),
    "info": PatternFill("solid", fgColor="EDEDED"),
}


def put_text(cell: Cell, text: str, *, wrap: bool = False) -> None:
    """A text that is shown as it is and never calculated, whatever it begins with.

    What no spreadsheet can hold is replaced by �.
    """
    shown = ILLEGAL_CHARACTERS_RE.sub("�", text)
    shown = shown if len(shown) <= _CELL else shown[:_CELL] + "…"
    # A part such as _x0041_ would be read as a character.
    cell.value = _ESCAPE.sub("_x005F_", shown)
    # The library takes what begins with = for a formula, and words such as #N/A for an error.
    cell.data_type = "s"
    cell.quotePrefix = shown.startswith(_BEGINS)
    cell.alignment = Alignment(wrap_text=wrap, vertical="top" if wrap else "center")


def put_number(cell: Cell, value: Decimal, *, grouped: bool = True) -> bool:
    """A number with as many decimals as it is printed with, and commas between thousands where ``grouped``.

    Returns:
        Whether it could be; one of more digits than a spreadsheet keeps is put as text.
    """
    decimals = max(-int(value.as_tuple().exponent), 0)
    if len(value.normalize().as_tuple().digits) > DIGITS:
        put_text(cell, f"{value:f}")
        cell.alignment = Alignment(horizontal="right", vertical="center")
        return False
    cell.value = value
    whole = "#,##0" if grouped else "0"
    cell.number_format = whole + ("." + "0" * decimals if decimals else "")
    cell.alignment = Alignment(horizontal="right", vertical="center")
    return True


def put_head(cell: Cell, text: str) -> None:
    """A cell of a head."""
    put_text(cell, text)
    cell.font, cell.fill, cell.border = BOLD, HEAD, BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def put_comment(cell: Cell, text: str) -> None:
    """A comment on a cell."""
    shown = ILLEGAL_CHARACTERS_RE.sub("�", text)[:_COMMENT]
    comment = Comment(shown, "jcfs")
    comment.width, comment.height = 320, 22 * (shown.count("\n") + 1 + len(shown) // 40)
    cell.comment = comment


def sheet_title(text: str, taken: set[str]) -> str:
    """A title that a sheet can have and that is not among those ``taken``, to which it is added.

    It has at most 31 characters, none of them with a meaning.
    """
    plain = _NO_TITLE.sub("", ILLEGAL_CHARACTERS_RE.sub("", text)).strip() or "-"
    title, number = plain[:31], 1
    while title.casefold() in taken:
        number += 1
        title = f"{plain[: 31 - len(str(number)) - 1]} {number}"
    taken.add(title.casefold())
    return title


def set_widths(sheet: Worksheet, first_row: int) -> None:
    """Widths of columns by what stands in them, merged cells left out; a Chinese character is two wide."""
    merged = {at for area in sheet.merged_cells.ranges for at in area.cells}
    for number, column in enumerate(sheet.iter_cols(min_row=first_row), 1):
        alone = [cell for cell in column if (cell.row, cell.column) not in merged]
        widest = max((cell_len(line) for cell in alone for line in _shown(cell).split("\n")), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(_LEAST, widest) + 2, _MOST)


def _shown(cell: Cell) -> str:
    """Roughly what a cell shows."""
    if cell.value is None or cell.data_type == "f":
        return ""
    if isinstance(cell.value, Decimal):
        return f"{cell.value:,}"
    return str(cell.value)
