"""Printed figures and integers of 分 (0.01 元). No floats touch money."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

_FIGURE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_NEGATIVE_IN_BRACKETS = re.compile(r"\((\d[\d,]*(?:\.\d+)?)\)")
_DASHES = re.compile(r"[-‐‑‒–—―─━_]+")


class UnreadableFigureError(ValueError):
    """A cell that should hold a figure holds something else."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed cell, read.

    Attributes:
        kind: ``figure``, ``blank`` or ``dash`` (—— , which says: does not apply).
        value: the figure as printed; None unless it is one.
    """

    kind: Literal["figure", "blank", "dash"]
    value: Decimal | None = None

    @property
    def decimals(self) -> int:
        """Decimals that the figure is printed with."""
        return -int(self.value.as_tuple().exponent) if self.value is not None else 0


def read_figure(text: str) -> Printed:
    """Read the text of a cell that should hold a figure.

    A number that wraps inside its cell ("1452.7" over "5") is put together when only the whole is a
    well-formed amount with two decimals.

    Args:
        text: the cell's text as it stands, lines separated by a line feed.

    Raises:
        UnreadableFigureError: it is neither blank, a dash nor one figure.
    """
    lines = [unicodedata.normalize("NFKC", line).replace("−", "-").strip() for line in text.split("\n")]
    lines = [line for line in lines if line]
    if not lines:
        return Printed("blank")
    plain = lines[0]
    if len(lines) > 1:
        plain = "".join(lines)
        whole_alone = re.fullmatch(r"-?[\d,]+\.\d\d", lines[0])
        if whole_alone or not re.fullmatch(r"-?[\d,]+\.\d\d", plain):
            raise UnreadableFigureError(f"{text!r} is not one figure")
    if _DASHES.fullmatch(plain):
        return Printed("dash")
    if match := _NEGATIVE_IN_BRACKETS.fullmatch(plain):
        plain = "-" + match[1]
    if not _FIGURE.fullmatch(plain):
        raise UnreadableFigureError(f"{text!r} is not a figure")
    return Printed("figure", Decimal(plain.replace(",", "")))


def to_fen(value: Decimal, unit_fen: int) -> int:
    """A printed figure in integers of 分.

    Args:
        value: the figure as printed.
        unit_fen: 分 in one printed unit, such as 1,000,000 for 万元.

    Raises:
        UnreadableFigureError: it is finer than one 分.
    """
    fen = value * unit_fen
    if fen != fen.to_integral_value():
        raise UnreadableFigureError(f"{value} is finer than 0.01 元")
    return int(fen)


def half_unit(decimals: int, unit_fen: int) -> int:
    """Half a unit of the last printed decimal, in 分; zero where figures are exact to the 分.

    Args:
        decimals: decimals that the table prints.
        unit_fen: 分 in one printed unit.
    """
    return unit_fen // (2 * int(10**decimals))


def yuan(fen: int) -> Decimal:
    """An amount in 元 with two decimals."""
    return Decimal(fen).scaleb(-2).quantize(Decimal("0.01"))


def in_unit(fen: int, unit_fen: int, unit: str) -> str:
    """An amount as a person writes it in the printed unit, such as ``430.21 万元``."""
    value = Decimal(fen) / unit_fen
    return f"{value:,.2f} {unit}" if value == round(value, 2) else f"{value.normalize():,f} {unit}"
