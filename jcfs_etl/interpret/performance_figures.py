"""Reads one figure of a self-evaluation form: money in 分, rates in millionths, scores in thousandths."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec.structs import replace

from jcfs_etl.contracts.performance import PerformanceContract
from jcfs_etl.findings import Both
from jcfs_etl.interpret.performance_model import POINT, WHOLE, FormFigure
from jcfs_etl.labels import squeezed
from jcfs_etl.money import Printed, UnreadableFigureError, half_unit, printed_fen, read_figure
from jcfs_etl.read.model import Cell

#: A rate without a percent sign up to here may be a share as well as a percentage; 0 is 0 in both.
_DOUBTFUL_RATE = Decimal("1.5")
_POINT = "."
_HALVES = 2
_NO_PERCENT = str.maketrans("", "", "%％")


def read_form_figure(
    cell: Cell,
    page: int,
    measure: Literal["money", "rate", "score"],
    fen: int | None,
    contract: PerformanceContract,
) -> tuple[FormFigure, Both | None]:
    """Read the figure in a cell.

    Args:
        cell: the cell.
        page: its page.
        measure: what it should hold.
        fen: 分 in one unit of the block's money; None where nothing says.
        contract: the words around figures.

    Returns:
        The figure, and why it could not be read; None when it could.
    """
    unread = FormFigure(cell.text, None, 0, False, page, cell.box, cell.source)
    if cell.doubt:
        return unread, Both(f"is in doubt ({cell.doubt})", "字迹不清，无法确定")
    try:
        printed, has_sign = _printed(cell.text, measure, contract)
        if printed.value is None:
            return replace(unread, is_readable=True), None
        if measure == "money":
            if fen is None:
                return unread, Both("is in a money unit that nothing names", "未写明金额单位")
            value, half = printed_fen(printed, fen), half_unit(printed.decimals, fen)
        elif measure == "rate":
            if not has_sign and 0 < printed.value <= _DOUBTFUL_RATE:
                why = "未标百分号，可能是比值，也可能是百分数"
                return unread, Both("prints no % and may be a share or a percentage", why)
            value, half = _scaled(printed, WHOLE // 100)
        else:
            value, half = _scaled(printed, POINT)
    except UnreadableFigureError:
        return unread, Both("is not one figure", "不是一个数字")
    return replace(unread, value=value, half=half, is_readable=True), None


def _printed(text: str, measure: str, contract: PerformanceContract) -> tuple[Printed, bool]:
    """The figure without its sign of per cent or its word for points, and whether it has that of per cent.

    Raises:
        UnreadableFigureError: it is no figure, or an amount where none is.
    """
    printed, has_sign = _without_sign(text, measure, contract)
    if printed.is_in_yuan and measure != "money":
        raise UnreadableFigureError("an amount where none is")
    return printed, has_sign


def _without_sign(text: str, measure: str, contract: PerformanceContract) -> tuple[Printed, bool]:
    plain = squeezed(text)
    if measure == "rate" and plain.endswith("%"):
        return read_figure(_unwrapped(text.translate(_NO_PERCENT))), True
    if measure == "score":
        for suffix in contract.score_suffixes:
            if plain.endswith(suffix):
                return read_figure(plain.removesuffix(suffix)), False
    return read_figure(_unwrapped(text)), False


def _unwrapped(text: str) -> str:
    """The text of a cell, on one line where it wraps and one of its halves alone is no figure.

    None is one that ends or begins with the point, or, below decimals, begins with a zero: 387.51 over 00.
    """
    lines = [squeezed(line) for line in text.split("\n") if line.strip()]
    if len(lines) != _HALVES:
        return text
    upper, lower = lines
    decimals = _POINT in upper and lower.startswith("0") and lower.isdigit() and len(lower) > 1
    return upper + lower if decimals or upper.endswith(_POINT) or lower.startswith(_POINT) else text


def _scaled(printed: Printed, unit: int) -> tuple[int, int]:
    assert printed.value is not None
    value = printed.value * unit
    if value != int(value):
        raise UnreadableFigureError(f"{printed.value} has more decimals than are kept")
    return int(value), -(-unit // (2 * int(10**printed.decimals)))
