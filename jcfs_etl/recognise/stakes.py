"""Whether a figure is at stake in a cell: what decides between a note and keeping a document back."""

from __future__ import annotations

from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure, is_nothing, read_figure
from jcfs_etl.read.model import Cell


def is_certain_nought(cell: Cell) -> bool:
    """Whether nothing but a nought stands in a cell, as the page says for certain."""
    certain = cell.source == "text" and not cell.doubt
    return certain and is_figure(cell.text) and not read_figure(cell.text).value


def may_hold_figure(cell: Cell) -> bool:
    """Whether a figure stands in a cell, or may stand there unseen.

    Words and dashes that the page says for certain are none. Where a text was read by OCR or is in doubt, a
    figure may have been taken for a word.

    Args:
        cell: of a table's body or head.
    """
    text = squeezed(cell.text)
    if not text or is_nothing(text):
        return False
    return cell.source == "ocr" or bool(cell.doubt) or any(ch.isdigit() for ch in text)
