"""Printed figures and integers of 分 (0.01 元). No floats touch money."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from functools import lru_cache
from typing import Literal

from msgspec import Struct

_FIGURE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_NEGATIVE_IN_BRACKETS = re.compile(r"\((\d[\d,]*(?:\.\d+)?)\)")
_COMPLETE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d\d)?")
_TWO_DECIMALS = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d\d")
#: As above; a program that leaves closing zeros out prints one.
_DECIMALS = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d\d?")
#: The first of two lines of a wrapped figure, digits alone.
_WHOLE = re.compile(r"-?\d[\d,]{3,}")
#: A figure as fine as programs print them that round to 元 or to the 分 in 万元, cut behind its point.
_FINE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d+\n\d+")
_FINE_DECIMALS = (4, 6)
_TWO_LINES = 2
#: Thousands parted by blanks.
_GROUPED = re.compile(r"-?\d{1,3}(?:\s\d{3})+(?:\.\d\d?)?")
#: Characters that are narrower than a digit, with their width in digits.
_NARROW = {".": 0.5, ",": 0.5, " ": 0.5}
#: Full-width digits and punctuation. Not NFKC: it would turn a footnote mark such as ① into a digit.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0xA0: " ",
    0x2212: "-",
    0x2F46: "无",
}
#: 分 in one 元.
_YUAN = 100
#: A hundred trillion 元: what a department of ten billion prints in 元 under a caption of 万元 is below that,
#: so that the audit can tell. Any such amount fits the curated data with their four decimals.
_MOST_FEN = 10**16 - 1
#: Digits enough for every figure in 分.
_EXACT = Context(prec=60)
#: What misprints of one figure are made of: digits and what a finger hits beside them.
_MISPRINT = re.compile(
    r"[-\d.,，．。、；;:：'’`·/\\()（）OoQlIiBSZ]*\d[-\d.,，．。、；;:：'’`·/\\()（）OoQlIiBSZ]*"
)
#: The sign of 元, with the sign of a negative figure on either side of it.
_CURRENCY = re.compile(r"(-?)[￥¥]\s*(.+)")
_DASHES = re.compile(r"[-‐‑‒–—―─━⸺⸻﹣_]+")
#: Words and signs that say what a dash says, 一 as it is typed and read for a dash among them.
_NOTHING = re.compile(r"[/\\]|无|不涉及|不适用|一{1,3}")


class UnreadableFigureError(ValueError):
    """A cell that should hold a figure holds something else."""


class Printed(Struct, frozen=True):
    """A printed cell, read.

    Attributes:
        kind: ``figure``, ``blank``, ``dash`` (——, / or 无, which say: does not apply) or ``misprint``:
            something like one figure that is none.
        value: the figure as printed; None unless it is one.
        is_in_yuan: whether the sign of 元 stands before it.
    """

    kind: Literal["figure", "blank", "dash", "misprint"]
    value: Decimal | None = None
    is_in_yuan: bool = False

    @property
    def decimals(self) -> int:
        """Decimals that the figure is printed with."""
        return -int(self.value.as_tuple().exponent) if self.value is not None else 0


#: A cell's text is asked for several times, and zeros and dashes come again and again.
@lru_cache(maxsize=1 << 13)
def read_figure(text: str) -> Printed:
    """Read the text of a cell that should hold a figure.

    A number that wraps inside its cell ("1452.7" over "5") is put together when some line alone is
    no complete amount and the whole is one with two decimals.

    Args:
        text: the cell's text as it stands, lines separated by a line feed.

    Raises:
        UnreadableFigureError: it is neither blank, a dash nor one figure.
    """
    lines = [line.translate(_FULL_WIDTH).strip() for line in text.split("\n")]
    lines = [line for line in lines if line]
    if not lines:
        return Printed("blank")
    plain = lines[0]
    if len(lines) > 1:
        plain = "".join(lines)
        if is_nothing(plain):  # —— in a column too narrow for both
            return Printed("dash")
        stacked = all(_COMPLETE.fullmatch(line) for line in lines)
        if stacked or not _TWO_DECIMALS.fullmatch(plain):
            raise UnreadableFigureError(f"{text!r} is not one figure")
    if currency := _CURRENCY.fullmatch(plain):
        plain = currency[1] + currency[2]
    if is_nothing(plain):
        return Printed("dash")
    if match := _NEGATIVE_IN_BRACKETS.fullmatch(plain):
        plain = "-" + match[1]
    if not _FIGURE.fullmatch(plain):
        raise UnreadableFigureError(f"{text!r} is not a figure")
    return Printed("figure", Decimal(plain.replace(",", "")), currency is not None)


def read_wrapped_figure(text: str) -> Printed | None:
    """Read a number that a narrow column wraps so that each of its lines looks whole: 11071311 over 0.00.

    It may be two figures as well, so it is certain only where an identity binds it.

    Args:
        text: the cell's text as it stands, lines separated by a line feed.

    Returns:
        The figure; None unless the first line is full, and both make one with decimals: one or two where the
        first has no point, four or six where it is cut behind it.
    """
    lines = [line.translate(_FULL_WIDTH).strip() for line in text.strip().split("\n")]
    if len(lines) != _TWO_LINES or _width(lines[0] + "0") <= _width(lines[1]):
        return None
    plain = "".join(lines)
    found = Printed("figure", Decimal(plain.replace(",", ""))) if _FIGURE.fullmatch(plain) else None
    is_fine = found and found.decimals in _FINE_DECIMALS and _FINE.fullmatch("\n".join(lines))
    return found if is_fine or (_WHOLE.fullmatch(lines[0]) and _DECIMALS.fullmatch(plain)) else None


def _width(line: str) -> float:
    """How wide a line of a figure is, in digits."""
    return sum(_NARROW.get(character, 1.0) for character in line)


def read_grouped_figure(text: str) -> Printed | None:
    """Read a number whose thousands are parted by blanks: 32 536 036.67.

    It may be two figures as well (a line number before an amount), so it is certain only where an identity
    binds it.

    Args:
        text: the cell's text as it stands, lines separated by a line feed.

    Returns:
        The figure; None unless the text is such groups on one line, or on two of which the first has no room
        for the next part.
    """
    lines = [line.translate(_FULL_WIDTH).strip() for line in text.strip().split("\n")]
    if len(lines) > _TWO_LINES or " " not in lines[0]:
        return None
    for between in (" ", "")[: len(lines)]:
        plain = between.join(lines)
        next_part = between + lines[-1].split(" ")[0] if between else "0"
        if _GROUPED.fullmatch(plain) and (len(lines) == 1 or _width(lines[0] + next_part) > _width(lines[1])):
            return Printed("figure", Decimal(plain.replace(" ", "")))
    return None


def read_parted_figure(text: str) -> Printed | None:
    """Read a number whose first thousands alone stand on the first of two lines: 11 over 605.21.

    It is more often two figures than one of several groups is.

    Args:
        text: the cell's text as it stands, lines separated by a line feed.

    Returns:
        The figure; None where the text is none.
    """
    lines = [line.translate(_FULL_WIDTH).strip() for line in text.strip().split("\n")]
    if len(lines) != _TWO_LINES or not lines[0].isdigit() or not _GROUPED.fullmatch(" ".join(lines)):
        return None
    return Printed("figure", Decimal("".join(lines).replace(" ", "")))


def read_joined_figure(text: str) -> Printed | None:
    """Read a number in parts, wrapped or parted by blanks, which is certain only where an identity binds it.

    Args:
        text: the cell's text as it stands, lines separated by a line feed.

    Returns:
        The figure; None where the text is none.
    """
    return read_wrapped_figure(text) or read_grouped_figure(text) or read_parted_figure(text)


def read_whole_or_joined(text: str) -> Printed:
    """Read the text of a cell that should hold a figure, in parts as well.

    Args:
        text: the cell's text as it stands, lines separated by a line feed.

    Raises:
        UnreadableFigureError: it is neither blank, a dash nor one figure, and no figure in parts.
    """
    try:
        return read_figure(text)
    except UnreadableFigureError:
        if (joined := read_joined_figure(text)) is None:
            raise
        return joined


def is_figure(text: str) -> bool:
    """Whether a cell's text is one figure."""
    try:
        return read_figure(text).kind == "figure"
    except UnreadableFigureError:
        return False


def is_nothing(text: str) -> bool:
    """Whether a text without white space says that there is nothing to report: ——, / or 无."""
    return bool(_DASHES.fullmatch(text) or _NOTHING.fullmatch(text))


def is_misprint(text: str) -> bool:
    """Whether a text that is no figure stands for one: ``1,23.45``, ``l2.50``, ``###``, or words (见附注).

    Two figures in one cell, and figures with words, are none: there, something of the page was
    misunderstood, and a figure could be lost.

    Args:
        text: the cell's text as it stands.
    """
    if not any(ch.isdigit() for ch in text):
        # Letters that a font gives no meaning may be digits; a lone point may be all that is left of one.
        return "\ufffd" not in text and (any(ch.isalpha() for ch in text) or "##" in text)
    if "\n" in text.strip():
        return False
    parts = text.translate(_FULL_WIDTH).split()
    if not _MISPRINT.fullmatch("".join(parts)):
        return False
    # "1 234.56" and "12. 34" are one figure with a blank in it; "12.34 56.78" are two, as "12 34" may be.
    return len(parts) == 1 or ("".join(parts).count(".") == 1 and all("." not in p[:-1] for p in parts[:-1]))


def same_characters(one: str, other: str) -> bool:
    """Whether two readings of a cell give the same characters, white space and the form of dashes aside."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return _DASHES.sub(lambda m: "-" * len(m[0]), "".join(text.translate(_FULL_WIDTH).split()))


def printed_fen(printed: Printed, unit_fen: int) -> int:
    """A printed figure in integers of 分, where its own sign and the unit around it say the same.

    Args:
        printed: the figure.
        unit_fen: 分 in one printed unit, such as 1,000,000 for 万元.

    Raises:
        UnreadableFigureError: it is no amount, or says 元 among figures in another unit.
    """
    assert printed.value is not None
    if printed.is_in_yuan and unit_fen != _YUAN:
        raise UnreadableFigureError(f"¥{printed.value} says 元 among figures in another unit")
    return to_fen(printed.value, unit_fen)


def to_fen(value: Decimal, unit_fen: int) -> int:
    """A printed figure in integers of 分.

    Args:
        value: the figure as printed.
        unit_fen: 分 in one printed unit, such as 1,000,000 for 万元.

    Raises:
        UnreadableFigureError: it is finer than one 分, or more than a hundred trillion 元.
    """
    fen = _EXACT.multiply(value, unit_fen)
    if fen != fen.to_integral_value():
        raise UnreadableFigureError(f"{value} is finer than 0.01 元")
    if abs(fen) > _MOST_FEN:
        raise UnreadableFigureError(f"{value} is more than any department has; its unit is another")
    return int(fen)


def half_unit(decimals: int, unit_fen: int) -> int:
    """Half a unit of the last printed decimal, in 分; zero where figures are exact to the 分.

    Args:
        decimals: decimals that the table prints.
        unit_fen: 分 in one printed unit.
    """
    return unit_fen // (2 * int(10**decimals))


@lru_cache(maxsize=1 << 13)
def yuan(fen: int) -> Decimal:
    """An amount in 元 with two decimals."""
    return Decimal(fen).scaleb(-2)


def in_unit(fen: int, unit_fen: int, unit: str) -> str:
    """An amount as a person writes it in the printed unit, such as ``430.21 万元``."""
    value = Decimal(fen) / unit_fen
    return f"{value:,.2f} {unit}" if value == round(value, 2) else f"{value.normalize():,f} {unit}"
