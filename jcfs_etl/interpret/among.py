"""Wholes and their parts in a sentence: 年初预算100万元,其中:基本支出80万元; which amounts it has stated."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field

from jcfs_etl.contracts.base import regex
from jcfs_etl.interpret.model import Period
from jcfs_etl.interpret.stating import Stated
from jcfs_etl.interpret.topics import Topic

#: So many characters before a clause 其中 and the number of its part are looked for.
_AMONG_REACH = 8
_BUDGETS = ("budget", "adjusted_budget")


@dataclass
class Amounts:
    """What a sentence has stated of its subjects, and whose parts it goes on to speak of.

    Attributes:
        levels: of the current topic the periods of its amounts in this sentence.
        totals: subjects that are no part of another whose amount the sentence has stated, the last first.
        parts_of: what amounts of the parts after 其中 are levels of; None where that is not certain.
        whole: what the parts are parts of; None before 其中.
        parts: how many parts were spoken of.
        reference: what the whole is compared with, and its parts with it.
        recent: subjects of which the sentence has stated something, in order.
        among: subjects that bare shares are of, by words such as 收入总计中.
        stated: by subject the periods whose amounts the sentence has stated.
        is_sure: whether every figure of the sentence was read.
    """

    levels: list[Period] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)
    parts_of: Period | None = "this"
    whole: Topic | None = None
    parts: int = 0
    reference: Period | None = None
    recent: list[Topic] = field(default_factory=list)
    among: tuple[str, ...] = ()
    stated: dict[str, set[Period]] = field(default_factory=dict)
    is_sure: bool = True

    @property
    def beside(self) -> Period | None:
        """The one period whose level the sentence states beside this year's."""
        if len(set(self.levels)) != 2 or "this" not in self.levels:
            return None
        return next(p for p in reversed(self.levels) if p != "this")

    def end_sentence(self, *, parts_follow: bool) -> Topic | None:
        """Forget the sentence, unless the next one speaks of its parts.

        Returns:
            What the next sentence speaks of where it names no subject: after a list of parts the whole; else
            None.
        """
        whole = self.whole if self.parts > 1 and not parts_follow else None
        if not parts_follow:
            self.parts, self.is_sure = 0, True
            self.parts_of, self.whole = "this", None
            self.levels, self.recent, self.totals, self.among = [], [], [], ()
            self.stated = {}
        return whole

    def divide(self, whole: Topic | None, reference: Period | None) -> None:
        """其中: the parts of a budget are budgets, unless the sentence also says what was spent."""
        budgets = [p for p in self.levels if p in _BUDGETS]
        only_budget = budgets[-1] if budgets and len(set(self.levels)) == 1 else None
        self.parts_of = "this" if only_budget is None else only_budget if self.is_sure else None
        self.whole, self.reference, self.parts = whole, reference, 0
        if self.levels:
            # The parts of a part are of that.
            self.among = ()

    def take_up(self, topic: Topic | None, before: Topic | None) -> None:
        """Another topic after the one before it."""
        if topic is None or before is None or topic.subject != before.subject:
            self.levels = []
            self.parts += 1
        if topic is None or topic == self.whole:
            self.parts_of, self.whole = "this", None

    def state(self, one: Stated, totals: Container[str]) -> None:
        """Take an amount of the current topic."""
        self.levels.append(one.quantity.period)
        self.stated.setdefault(one.quantity.subject, set()).add(one.quantity.period)
        if one.quantity.period == "this" and one.quantity.subject in totals:
            self.totals.insert(0, one.quantity.subject)


def is_part(text: str, clause: int, at: int, among: str) -> bool:
    """Whether 其中 (``among``) stands right before a clause, or in it before a position."""
    start = max(clause, 0)
    before = regex(rf"(?:{re.escape(among)}[,:]?(?:\(?[0-9一二三四五]{{1,2}}[.、)])?|\()$")
    return among in text[start:at] or before.search(text[max(start - _AMONG_REACH, 0) : start]) is not None
