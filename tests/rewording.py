"""Other words for the same: rewritings of a narrative that leave what its figures state as it is.

Each takes and gives a text in which figures may be marked (tests/marked.py) or not. Marks go along with
their figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

#: A figure, marked or not, and what may follow a change: its per cent.
_N = r"(?:\[[^\]|]*\|[^\]]*\]|(?<![0-9.])[0-9][0-9,]*(?:\.[0-9]+)?)"
_MONEY = rf"{_N}(?:亿|万)?元"
_PERCENT = rf"{_N}[%％]"
_UP, _DOWN = "增加|增长|上升|提高", "减少|下降|降低|压减"
_LAST = (
    r"(?:与(?:20\d\d年度?|上年度?)(?:决算数?)?相比，?"
    r"|(?:较|比)(?:20\d\d年度?|上年度?)(?:决算数?|支出数|度决算数)?)"
)
_CHANGE = rf"(?=(?:{_UP}|{_DOWN}){_N})"

Rewriting = Callable[[str], str]


def _replaced(pattern: str, by: str) -> Rewriting:
    compiled = re.compile(pattern)
    return lambda text: compiled.sub(by, text)


def _other_words(words: Mapping[str, str]) -> Rewriting:
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
    return lambda text: pattern.sub(lambda m: words[m[0]], text)


#: By name. Every one is known to leave what the figures state alone.
REWRITINGS: dict[str, Rewriting] = {
    **{
        f"compared: {words}": _replaced(_LAST + _CHANGE, words)
        for words in (
            "较上年",
            "比上年决算数",
            "与上年相比，",
            "与上年同期相比",
            "同比",
            "相比上年",
            "较去年同期",
        )
    },
    **{
        f"compared with the budget: {words}": _replaced(
            r"(?:较|比|与)(?:年初)?预算数?(?:相比，?)?" + _CHANGE, words
        )
        for words in ("较年初预算", "比年初预算数", "与年初预算相比，", "较年初预算安排数")
    },
    **{
        f"up: {words}": _replaced(rf"增加(?={_MONEY})", words)
        for words in ("增长", "上升", "提高", "增加了", "增加额为", "净增加", "上涨", "多支出")
    },
    **{
        f"down: {words}": _replaced(rf"减少(?={_MONEY})", words)
        for words in ("下降", "降低", "压减", "减少了", "减少额为", "压缩", "少支出", "缩减")
    },
    **{
        f"growth: {words}": _replaced(rf"(?:增长|上升)(?={_PERCENT})", words)
        for words in ("增加", "上升", "增幅", "增幅为", "增长率为", "增长幅度为", "提高", "增长了")
    },
    **{
        f"decline: {words}": _replaced(rf"(?:下降|降低)(?={_PERCENT})", words)
        for words in ("减少", "下降", "降幅", "降幅为", "下降率为", "下降幅度为", "减少了", "下降比例为")
    },
    "and for a comma": _replaced(rf"({_MONEY})，((?:{_UP}|{_DOWN}){_PERCENT})", r"\1、\2"),
    "per cent in brackets": _replaced(rf"({_MONEY})，((?:{_UP}|{_DOWN}){_PERCENT})", r"\1（\2）"),
    "no comma": _replaced(rf"({_MONEY})，((?:{_UP}|{_DOWN}){_PERCENT})", r"\1\2"),
    # A mark with a subject of its own must come before those that share it.
    "growth first": _replaced(
        rf"((?:{_UP}|{_DOWN})(?!\[[^\]|]*\|[a-z]){_MONEY})，((?:{_UP}|{_DOWN}){_PERCENT})", r"\2，\1"
    ),
    "among: comma": _replaced("其中：", "其中，"),
    "among: nothing": _replaced("其中[：，]", "其中"),
    "among: includes": _replaced("，其中：", "，包括："),
    "full stops in a list": _replaced(rf"({_MONEY}|{_PERCENT})；", r"\1。"),
    "commas in a list": _replaced(rf"({_MONEY}|{_PERCENT})；", r"\1，"),
    **{
        f"final: {words}": _replaced(rf"支出决算(?:数)?为?(?={_MONEY})", words)
        for words in (
            "决算支出",
            "支出为",
            "决算数为",
            "支出决算数",
            "决算支出数为",
            "支出决算总额为",
            "决算支出共计",
        )
    },
    **{
        f"completed: {words}": _replaced(rf"完成(年初|全年|调整)?预算的?(?={_PERCENT})", words)
        for words in (r"为\1预算的", r"占\1预算的", r"完成\1预算数的", r"\1预算完成率", r"\1预算完成率为")
    },
    **{
        f"share: {words}": _replaced(rf"(?<=[，万元])占(?={_PERCENT})", words)
        for words in ("占比", "占比为", "占比达", "所占比例为", "比重为")
    },
    "cars: short": _other_words(
        {
            "公务用车购置及运行维护费": "公车购置及运行维护费",
            "公务用车运行维护费": "公车运行维护费",
            "公务用车购置费": "公车购置费",
        }
    ),
    "cars: and": _other_words(
        {
            "公务用车购置及运行维护费": "公务用车购置和运行维护费用",
            "公务用车运行维护费": "公务用车运行维护费用",
            "公务用车购置费": "公务用车购置费用",
        }
    ),
    "abroad": _other_words(
        {"因公出国（境）费用": "因公出国（境）费", "因公出国（境）费": "因公出国（境）经费"}
    ),
    "hospitality": _replaced("公务接待费(?!用)", "公务接待费用"),
    "three public": _replaced("“三公”经费", "三公经费"),
    "brackets": lambda text: text.replace("（", "(").replace("）", ")"),
    "marks": lambda text: text.replace("，", ",").replace("；", ";").replace("：", ":").replace("%", "％"),
    "yuan left out": _replaced(rf"({_N}万)元", r"\1"),
    "we": _replaced("本(?:部门|单位)", "我单位"),
    "a space after 万元": _replaced("万元", " 万元 "),
}
