"""Comparing printed labels: one form for 行 政 单 位, ⾏政单位 and 行政单位."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: Marks that publishers use for one another; the second form is compared.
_MARKS = {"“": '"', "”": '"', "„": '"', "〃": '"', "‘": "'", "’": "'"} | dict.fromkeys("‐‑‒–—―−﹣─━", "-")
#: Radicals that some programs write for characters and that NFKC leaves alone.
_RADICALS = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
#: Characters without width, which stand between others unseen.
_UNSEEN = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "")
_SAME = str.maketrans(_MARKS | _RADICALS | _UNSEEN)


#: Labels come again on every page and in every document; prose is bounded by the size.
@lru_cache(maxsize=1 << 14)
def squeezed(text: str) -> str:
    """The text after NFKC (full width to half, Kangxi radicals to characters) without white space.

    Quotation marks and dashes of different shapes become one.
    """
    return "".join(unicodedata.normalize("NFKC", text).translate(_SAME).split())
