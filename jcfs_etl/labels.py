"""Comparing printed labels: one form for 行 政 单 位, ⾏政单位 and 行政单位."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Marks that publishers use for one another; the second form is compared.
_MARKS = {"“": '"', "”": '"', "„": '"', "〃": '"', "‘": "'", "’": "'"} | dict.fromkeys("‐‑‒–—―−﹣─━", "-")
#: Radicals and other forms that some programs write for characters of one glyph, and that NFKC leaves alone.
_RADICALS = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⻧⺒⺎戶㬵",
        "母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟卤巳兀户胶",
        strict=True,
    )
)
#: Radicals that some programs write for the characters of their shape, which NFKC knows.
_KANGXI = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
#: Characters without width, which stand between others unseen.
_UNSEEN = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "")
#: A fiscal year in characters, in a title: 二〇二一年度. In a date (二〇二二年九月) it stays.
_YEAR = re.compile("二[〇○零ΟO0][〇○零ΟO0一二三四五六七八九]{2}(?=年度|年(?:部门|单位|决算))")
_DIGITS = str.maketrans("〇○零ΟO一二三四五六七八九", "00000123456789")
_SAME = str.maketrans(_MARKS | _RADICALS | _UNSEEN)
_CHARACTERS = str.maketrans(_KANGXI | _RADICALS)


#: Labels come again on every page and in every document; prose is bounded by the size.
@lru_cache(maxsize=1 << 14)
def squeezed(text: str) -> str:
    """The text after NFKC (full width to half, Kangxi radicals to characters) without white space.

    Quotation marks and dashes of different shapes become one.
    """
    return "".join(unicodedata.normalize("NFKC", text).translate(_SAME).split())


def in_characters(text: str) -> str:
    """A text as it stands, with the characters that radicals of their shape stand for: 行食 for ⾏⻝."""
    return text.translate(_CHARACTERS)


#: The same lines are held against several patterns.
@lru_cache(maxsize=1 << 12)
def with_year_in_figures(text: str) -> str:
    """A squeezed text whose fiscal year in characters stands in figures: 2021年度 for 二〇二一年度."""
    return _YEAR.sub(lambda year: year[0].replace("二", "2").translate(_DIGITS), text)
