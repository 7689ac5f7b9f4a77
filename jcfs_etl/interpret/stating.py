"""What a phrase states of a topic: numbers with their unit, sign, precision and base."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.contracts.narrative import Phrase, Statement
from jcfs_etl.contracts.patterns import NUMBER
from jcfs_etl.interpret.grammar import Grammar
from jcfs_etl.interpret.model import PERCENT, POINT, Period, Quantity, Reading, Stated
from jcfs_etl.interpret.passage import begin_of, end_of
from jcfs_etl.interpret.topics import Topic
from jcfs_etl.money import UnreadableFigureError, half_unit, to_fen

#: How many times larger or smaller than the largest amount of its sentence an amount without unit may be.
_LARGER, _SMALLER = 100, 10_000


class StatedAt(Stated, frozen=True, kw_only=True):
    """What a phrase states, by the name of the statement, and where in its section the number stands."""

    name: str
    start: int
    end: int


class Surroundings(Struct, frozen=True):
    """What the text says before a phrase.

    Attributes:
        reference: what figures are compared with; None when nothing is said.
        period: the year that the sentence names; None for one that is neither this nor the last.
        sections: sections that are open.
        text, at: the text and where in it the phrase begins.
        level: what an amount here is the level of, where words of comparison stand before it; ``this``
            where none do.
        totals: subjects whose amounts the sentence has stated and that are no part of another.
        whole: subject that the topic is said to be a part of.
        among: subjects that words such as 收入总计中 say that bare shares are of; empty where none do.
        beside: period of the one level that the sentence states beside this year's; a change that says
            nothing of what it is from is from that.
    """

    reference: Period | None
    period: Period | None
    sections: frozenset[str]
    text: str
    at: int
    level: Period | None = "this"
    beside: Period | None = None
    totals: tuple[str, ...] = ()
    whole: str | None = None
    among: tuple[str, ...] = ()


def stated(
    phrase: Phrase, match: re.Match[str], topic: Topic, around: Surroundings, grammar: Grammar
) -> list[StatedAt] | None:
    """The claims that a phrase makes of a topic.

    Returns:
        None when one of its numbers cannot be understood: then nothing of it is taken.
    """
    groups = match.groupdict()
    if not grammar.is_last_year(groups):
        return None
    side = groups.get("side")
    if side is not None and grammar.vocabulary.sides.get(topic.subject) != side:
        return None
    if len(phrase.states) > 1:
        periods = {grammar.contract.statements[name].period for name in phrase.states.values()}
        if not periods.isdisjoint(("last", "reference")):
            # 由5万元增加到6万元 says of both amounts whose they are.
            around = replace(around, level="this")
    said, found = _Said(phrase, match, groups, topic, around, grammar), []
    for slot, name in phrase.states.items():
        one = said.by(slot, name)
        if one is None:
            return None
        found.append(one)
    return found


def as_growth(change: StatedAt) -> StatedAt:
    """A number that was taken for a change as the growth in per cent that it must be."""
    value = Decimal(change.printed.replace(",", ""))
    growth = to_fen(abs(value), PERCENT) * (-1 if change.value < 0 else 1)
    half = half_unit(max(0, -int(value.as_tuple().exponent)), PERCENT) or 1
    return replace(
        change, name="growth", kind="rate", form="growth", value=growth, half=half, lacks_unit=True
    )


class _Number(Struct, frozen=True):
    value: int
    half: int
    unit: str


class _Said:
    """What a phrase says of a topic, number by number."""

    def __init__(
        self,
        phrase: Phrase,
        match: re.Match[str],
        groups: Mapping[str, str | Any],
        topic: Topic,
        around: Surroundings,
        grammar: Grammar,
    ) -> None:
        self._phrase, self._match, self._groups = phrase, match, groups
        self._topic, self._around, self._grammar = topic, around, grammar

    def by(self, slot: str, name: str) -> StatedAt | None:
        """The statement of a name that the number in a slot makes; None where it cannot be understood."""
        statement, match, groups = self._grammar.contract.statements[name], self._match, self._groups
        subject, number = self._subject(slot, statement), self._number(slot, statement)
        period = self._period(statement)
        if subject is None or number is None or period is None:
            return None
        if statement.base == "reference" and self._around.reference is None:
            self._around = replace(self._around, reference=self._around.beside)
        bases = self._bases(statement, subject)
        base = bases[0] if bases else None
        if statement.base is not None and base is None:
            return None
        start, end = match.span(slot) if slot != "implied" else match.span()
        about = [groups.get(f"{slot}_{word}") for word in ("about", "more", "after")]
        return StatedAt(
            statement.kind,
            statement.form,
            Quantity(subject, period),
            base,
            number.value,
            number.half,
            match[0][start - match.start() : end - match.start()],
            number.unit,
            self._phrase.approximate or any(about),
            groups.get("direction") in self._grammar.contract.directions.unsigned,
            slot == "rate" and bool(number.value),
            self._others(Quantity(subject, period), base, bases),
            name=name,
            start=start,
            end=end,
        )

    def _subject(self, slot: str, statement: Statement) -> str | None:
        topic, grammar = self._topic, self._grammar
        subject: str | None = topic.subject
        if slot in ("count", "score"):
            unit = grammar.book.count_units[self._groups[f"{slot}_unit"]]
            subject = topic.counts.get(unit) or topic.counted_in(unit, grammar.book.any_thing)
        elif topic.is_count and (statement.kind == "amount" or slot in ("money", "amount")):
            subject = topic.costs
        if topic.is_count and self._is_of_budget(statement):
            # A budget is money: what is said against it is of what the things cost.
            subject = topic.costs
        if subject is None or statement.of != "whole":
            return subject
        return next(iter(self._wholes(subject)), None)

    def _is_of_budget(self, statement: Statement) -> bool:
        """Whether a number is compared with a budget."""
        if statement.base == "reference":
            return self._around.reference in ("budget", "adjusted_budget")
        return statement.base == "budget"

    def _period(self, statement: Statement) -> Period | None:
        around = self._around
        if statement.period == "reference":
            return around.reference
        if statement.period == "budget":
            budget = self._grammar.budget_of(self._groups)
            # 2022年公务接待费预算5万元 under the accounts of 2023 is of neither budget.
            return budget if around.level in ("this", budget) and around.period == "this" else None
        if around.level != "this" and statement.form == "level" and statement.kind == "amount":
            return around.level if statement.period in ("this", around.level) else None
        if statement.period != "this" or around.period == "this":
            return statement.period
        return around.period if statement.form == "level" else None

    def _bases(self, statement: Statement, subject: str) -> list[Quantity]:
        """What a number may be compared with, the likeliest first; nothing where the words do not say."""
        if statement.base == "whole":
            return [Quantity(one) for one in self._wholes(subject)]
        period = self._around.reference if statement.base == "reference" else None
        if statement.base == "budget":
            period = self._grammar.budget_of(self._groups)
        return [Quantity(subject, period)] if period is not None else []

    def _wholes(self, subject: str) -> list[str]:
        """What a share may be of, the likeliest first; nothing where the words do not say."""
        topic, around, grammar = self._topic, self._around, self._grammar
        whole = self._groups.get("whole")
        if whole and not grammar.book.pointing_back.fullmatch(whole):
            wholes = grammar.vocabulary.wholes(whole, around.sections, topic.share_of, around.totals)
        elif around.among:
            wholes = list(around.among)
        elif topic.share_of:
            named = [one for one in around.totals if one != subject]
            wholes = [one for one in named if one in topic.share_of]
            if around.whole is not None and "/" in around.whole and subject.startswith(around.whole):
                # The 款 of a 类 after 其中 are likely of that.
                wholes.insert(0, around.whole)
            elif not wholes and around.whole in topic.share_of:
                wholes = [around.whole]
            wholes += [one for one in (*topic.share_of, *named) if one not in wholes]
        else:
            # 其中 alone says what it is of.
            wholes = [around.whole] if around.whole in grammar.vocabulary.totals else []
        return [one for one in dict.fromkeys(wholes) if one != subject]

    def _others(
        self, quantity: Quantity, base: Quantity | None, bases: Sequence[Quantity]
    ) -> tuple[Reading, ...]:
        """The readings of a statement beside the likeliest."""
        others, whole = [Reading(quantity, other) for other in bases[1:]], self._around.whole
        if quantity.subject == self._topic.subject:
            of_itself = base is not None and base.subject == quantity.subject
            # A comparison after the last of the parts may be of the whole again.
            again = (whole,) if whole is not None and of_itself and whole != quantity.subject else ()
            for subject in (*self._topic.also, *again):
                compared = base._replace(subject=subject) if base is not None and of_itself else base
                others.append(Reading(quantity._replace(subject=subject), compared))
        return tuple(others)

    def _number(self, slot: str, statement: Statement) -> _Number | None:
        if statement.value is not None:
            return _Number(statement.value, 0, "")
        value = Decimal(self._match[slot].replace(",", ""))
        decimals = max(0, -int(value.as_tuple().exponent))
        unit = self._match[f"{slot}_unit"]
        goes_down = self._groups.get("direction") in self._grammar.contract.directions.down
        if statement.form in ("difference", "growth") and goes_down:
            # The words decide; a minus beside them only repeats a decline.
            value = -abs(value)
        if slot == "count":
            return _Number(int(value), 0, unit) if decimals == 0 else None
        if slot in ("money", "amount"):
            counted_in = unit or ("元" if not value else "")
            counted_in = counted_in or _unit_of_siblings(value, decimals, self._around, self._grammar)
            if not counted_in:
                return None
            one = self._grammar.book.money_units[counted_in]
        else:
            one = POINT if slot == "score" else PERCENT
        try:
            exact = to_fen(value, one)
        except UnreadableFigureError:
            return None
        half = half_unit(decimals, one)
        # Four decimals of a per cent are half a millionth, which integers round up.
        return _Number(exact, half or (1 if slot in ("percent", "rate") else 0), unit)


def _unit_of_siblings(value: Decimal, decimals: int, around: Surroundings, grammar: Grammar) -> str:
    """The unit of an amount that has lost it, by the other amounts of its sentence, else its paragraph.

    Only where those are all of one unit and of a size with it; 元 has at most two decimals.
    """
    units = sorted(grammar.book.money_units, key=len, reverse=True)
    pattern = re.compile(rf"({NUMBER})({'|'.join(units)})(?!{grammar.contract.limits})")
    for stops in ("。\n", "\n"):
        start, end = (of(around.text, around.at, stops) for of in (begin_of, end_of))
        siblings = pattern.findall(around.text, start, end)
        if not siblings or (value and not any(Decimal(n.replace(",", "")) for n, _ in siblings)):
            # Beside nothing but 0.00万元 the paragraph tells of what size amounts are.
            continue
        unit = siblings[0][1]
        largest = max(abs(Decimal(number.replace(",", ""))) for number, _ in siblings)
        alike = not value or largest / _SMALLER <= abs(value) <= largest * _LARGER
        fits = decimals <= 2 or unit != "元"
        return unit if alike and fits and {u for _, u in siblings} == {unit} else ""
    return ""
