"""Whether a figure is at stake in a cell: what decides between a note and keeping a document back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure, is_misprint, is_nothing, read_figure
from jcfs_etl.read.model import Cell

_YEAR = re.compile(r"20\d\d")
_IN_MONEY = re.compile(r"[-(]?(?:¥|约)?\d[\d,.]*[万千亿]*元\)?|[-(]?¥\d[\d,.]*\)?")
#: Numbers of columns have so many digits at most.
_NUMBER = 3


def is_certain_nought(cell: Cell) -> bool:
    """Whether nothing but a nought stands in a cell, as the page says for certain."""
    certain = cell.source == "text" and not cell.doubt
    return certain and is_figure(cell.text) and not read_figure(cell.text).value


def hold_amounts(words: Sequence[str]) -> bool:
    """Whether some text of a row can only be an amount, well printed or not, and no number of a column.

    2022 beside 2023 or beside words is a year.

    Args:
        words: the texts of a row, squeezed.
    """
    years = sorted({int(word) for word in words if _YEAR.fullmatch(word)})
    has_words = any("\u4e00" <= ch <= "\u9fff" for word in words for ch in word)
    of_years = has_words or (len(years) > 1 and all(b == a + 1 for a, b in pairwise(years)))
    return any(_is_amount(word) and not (of_years and _YEAR.fullmatch(word)) for word in words)


def _is_amount(word: str) -> bool:
    if _IN_MONEY.fullmatch(word):
        return True
    long = sum(ch.isdigit() for ch in word) > _NUMBER or "." in word or "," in word
    return long and (is_figure(word) or is_misprint(word))


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
