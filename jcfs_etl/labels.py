"""Comparing printed labels: one form for 行 政 单 位, ⾏政单位 and 行政单位."""

from __future__ import annotations

import unicodedata

#: Marks that publishers use for one another; the second form is compared.
_SAME = str.maketrans({"“": '"', "”": '"', "„": '"', "〃": '"', "‘": "'", "’": "'", "–": "-", "﹣": "-"})


def squeezed(text: str) -> str:
    """The text after NFKC (full width to half, Kangxi radicals to characters) without white space.

    Quotation marks and dashes of different shapes become one.
    """
    return "".join(unicodedata.normalize("NFKC", text).translate(_SAME).split())
