"""Reads the sections of a narrative into claims, left to right.

A subject counts only where a clause begins with it and a phrase follows; figures attach to it until
another one comes. Every number ends in a claim, in an aside that holds no figures, or as unread.
"""

from __future__ import annotations

import re
from dataclasses import replace

from jcfs_etl.interpret.among import AMONG, Amounts, is_part
from jcfs_etl.interpret.comparing import Comparison
from jcfs_etl.interpret.grammar import Grammar
from jcfs_etl.interpret.model import Period
from jcfs_etl.interpret.naming import heading_end, is_known_within, item_at, labels_here, unknown_below
from jcfs_etl.interpret.patterns import NUMBER
from jcfs_etl.interpret.prose import ProseSection
from jcfs_etl.interpret.reading import Reading
from jcfs_etl.interpret.shared import is_shared, labels_at, shared_at, shares_follow
from jcfs_etl.interpret.stating import Stated, Surroundings, as_growth, stated
from jcfs_etl.interpret.vocabulary import Label, Topic

_NUMBER = re.compile(NUMBER)
_STOPS = "。\n"
_MARKS = frozenset('。\n;,:、()\t"')
#: Characters of unknown words before a subject at most.
_LONGEST_PREFIX = 40
#: Words that have nothing to do with what is read stand in this clause.
_SPOILT = -1
#: The start of a clause, with the year where one stands there.
_NEXT_CLAUSE = re.compile(r",(?:20[0-9]{2}年度?)?$")
#: Words between the members of a list and what they are members of: 交通费、用餐费等公务接待费.
_AND_SO_ON = "等"


def read_section(section: ProseSection, grammar: Grammar) -> Reading:
    """Read one section of the narrative."""
    return _Scanner(section, grammar).run()


class _Scanner:
    """Position and memory of one reading."""

    def __init__(self, section: ProseSection, grammar: Grammar) -> None:
        self._text = section.passage.text
        self._sections = frozenset(section.ids)
        if self._sections and self._sections <= grammar.plain_sections:
            # 收入 and 支出 are spoken of under each other's heading.
            self._sections |= grammar.plain_sections
        self._depth = {name: depth for depth, name in enumerate(section.ids)}
        self._grammar = grammar
        self._reading = Reading(section.passage)
        #: Sections and the context that are open.
        self._active = self._sections
        self._topic: Topic | None = None
        #: Where the topic's label ended, with linking words after it.
        self._topic_end = -1
        self._compared = Comparison()
        #: Topics outside the brackets that are open.
        self._outside: list[tuple[Topic | None, Comparison]] = []
        #: Subjects that share the numbers of 分别.
        self._sharing: list[Topic] = []
        self._amounts = Amounts()
        self._last_kind = ""
        #: Whether what is said is of a part of what the accounts are of, and whether it goes on below.
        self._is_narrower = self._stays_narrower = False
        #: Whether nothing has been read yet in the sentence.
        self._is_fresh = True
        #: The year that the sentence names; None where it is neither this one nor the last.
        self._period: Period | None = "this"
        #: Where the words began that stand before the next subject or phrase.
        self._clause = 0
        #: Which words may stand there: after a subject or a comparison others than in a new clause.
        self._joints = grammar.carriers
        #: Whether unknown words stand in the clause before a date, so that no phrase is of the topic.
        self._is_unclear = False
        #: Whether the clause is spoilt by a row of nouns.
        self._is_in_row = False
        #: Where the last thing that was taken ended.
        self._taken = 0
        #: End of an aside whose figures are left unread, and whether a subject may end it here.
        self._muted_until = 0
        self._until_subject = False
        self._may_unmute = False

    def run(self) -> Reading:
        """Read from the first character to the last."""
        at = 0
        while at < len(self._text):
            at = self._step(at)
        return self._reading

    def _step(self, at: int) -> int:
        end = self._take(at)
        if end is not None:
            for name in sorted(self._grammar.contexts_in(self._text, at, end)):
                self._active = self._sections | {name}
            self._taken = end
            return end
        if self._text[at] in _MARKS:
            self._pass_mark(at)
            return at + 1
        number = _NUMBER.match(self._text, at)
        if number is not None:
            self._reading.leave(number)
            self._clause = _SPOILT
            if at >= self._muted_until:
                # What it is of is not known, and what follows may be of the same.
                self._amounts.is_sure = False
                self._topic, self._topic_end = None, -1
            self._taken = number.end()
            return number.end()
        return at + 1

    def _take(self, at: int) -> int | None:
        """Take what stands here; the position after it, or None."""
        if at < self._muted_until:
            # Reasons and uses count no subject: 主要用于接待…,公务接待2批次 goes on with the figures.
            before = self._text[max(self._clause - 8, 0) : max(self._clause, 0)]
            counts = not self._may_unmute and _NEXT_CLAUSE.search(before) is not None
            taken = (
                self._share_out(at, counts) or self._label(at, counts) if self._may_unmute or counts else None
            )
            return taken or self._go_on(at) or self._number_aside(at)
        return (
            self._own_pattern(at)
            or self._share_out(at)
            or self._label(at)
            or self._phrase(at)
            or self._refer(at)
            or self._open_context(at)
            or self._aside(at)
        )

    def _go_on(self, at: int) -> int | None:
        """Figures of the topic after a reason and its semicolon: …;较上年减少5万元."""
        if not self._may_unmute or self._topic is None or not self._text.startswith(";", at - 1):
            return None
        compared = self._grammar.reference_at(self._text, at)
        reference, start = compared if compared is not None else (self._compared.reference, at)
        start += self._text.startswith(",", start)
        for phrase, match in self._grammar.phrases_at(self._text, start, self._active):
            around = self._around(start, reference)
            if not phrase.direct and stated(phrase, match, self._topic, around, self._grammar):
                self._muted_until = 0
                return self._refer(at) or self._phrase(at)
        return None

    def _around(self, at: int, reference: Period | None) -> Surroundings:
        amounts = self._amounts
        return Surroundings(
            reference,
            self._period,
            self._sections,
            self._text,
            at,
            beside=None if self._compared.is_of_another else amounts.beside,
            totals=tuple(amounts.totals),
            whole=amounts.whole.subject if amounts.whole is not None else None,
        )

    def _pass_mark(self, at: int) -> None:
        """A mark that parts clauses, sentences or paragraphs."""
        mark, clause = self._text[at], self._clause
        if mark != "、":
            self._clause, self._is_in_row, self._is_unclear = at + 1, False, False
        elif self._taken == at:
            self._clause = at + 1
        elif self._clause != _SPOILT and self._grammar.is_of_money(self._text[self._clause : at]):
            # Between nouns 、 parts no clauses: in "A、B共5万元" the amount is not of B.
            self._clause, self._is_in_row = _SPOILT, True
        self._joints = self._grammar.carriers
        goes_on = mark == ";" and self._grammar.goes_on.match(self._text, at + 1) is not None
        self._may_unmute = (
            self._until_subject and not goes_on and (mark == ";" or (self._may_unmute and mark in '"(:'))
        )
        if mark == ";" and self._amounts.whole is not None:
            # A clause without a subject is of the whole again.
            self._topic, self._topic_end = self._amounts.whole, -1
        if mark == "(":
            # Words before the brackets that nothing took may be of another subject.
            is_of_topic = clause != _SPOILT and self._grammar.says_nothing_else(self._text[clause:at])
            self._outside.append((self._topic if is_of_topic else None, replace(self._compared)))
        elif mark == ")" and self._outside:
            # What follows the brackets is of what stands before them.
            self._topic, compared = self._outside.pop()
            self._topic_end = -1
            self._compared.resume(compared)
        if mark in _STOPS:
            self._end_sentence(at, mark)

    def _end_sentence(self, at: int, mark: str) -> None:
        before, parts_follow = self._text[at - 1 : at], self._text.startswith(AMONG, at + 1)
        self._outside.clear()
        self._is_fresh = True
        if not parts_follow:
            self._period = "this"
        whole = self._amounts.end_sentence(parts_follow=parts_follow)
        if whole is not None:
            self._topic, self._topic_end = whole, -1
        self._compared.end_sentence(before, mark, parts_follow=parts_follow)
        if mark != "\n":
            return
        self._sharing = []
        self._stays_narrower = self._stays_narrower or (self._is_narrower and before == ":")
        self._is_narrower = self._stays_narrower
        item_follows = self._grammar.item.match(self._text, at + 1) is not None
        self._compared.end_paragraph(before, item_follows=item_follows)
        # A paragraph that names a topic and nothing else is a heading of the next.
        if self._topic_end < 0 or self._text[self._topic_end : at] not in ("", "。", ":"):
            self._topic, self._topic_end = None, -1

    def _label(self, at: int, counts: bool = False) -> int | None:
        """A subject that begins its clause and that a phrase follows."""
        clause = self._clause
        if clause == _SPOILT:
            if not (self._is_in_row and self._text[at - 1] == _AND_SO_ON):
                return None
            clause = at
        labels = labels_here(self._text, at, self._active, self._depth, self._grammar)
        if not labels:
            return None
        opens = self._grammar.openers.fullmatch(self._text, clause, at) is not None
        if not opens and at - clause > _LONGEST_PREFIX:
            return None
        among = is_part(self._text, clause, at)
        reference = self._compared.of_label(clause, is_part=among)
        if reference is None and self._amounts.whole is not None:
            reference = self._amounts.reference
        for label in labels:
            end = at + len(label.text)
            if not opens and not is_known_within(label, self._text, clause, at, self._active, self._grammar):
                continue
            if self._goes_with_topic(label) or self._is_final_of_budget(label):
                continue
            if not self._amounts.is_sure and self._grammar.vocabulary.is_bare(label):
                continue
            topic = self._grammar.meant(label, self._text, end)
            if topic.part_of is not None and not self._is_within(topic.part_of):
                continue
            if self._grammar.this_year.search(self._text, clause, end) is not None:
                self._period = "this"
            if counts and not topic.counts:
                continue
            followed = self._followed_at(topic, end, reference, counts)
            if counts and followed is None:
                continue
            if followed is not None and self._grammar.turns_aside(topic, self._text[end:followed]):
                continue
            if label.complete and (deeper := self._unknown_below(end)) is not None:
                # What is said is of a 款 or 项 that no label names, and never of what it belongs to.
                item, end = item_at(label.topic, self._text, at, deeper, self._grammar)
                self._take_up(item, end, reference if item is not None else None)
                return end
            if followed is None and (heads := heading_end(self._text, at, end, self._grammar)) is not None:
                self._take_up(topic, heads, None)
                return heads
            if followed is not None or (label.complete and opens):
                end = end if followed is None else followed
                is_compared_with = clause == self._compared.ends
                if self._is_narrower or self._grammar.is_narrower(self._text, clause, at):
                    self._is_narrower = True
                    self._take_up(None, end, None)
                    return end
                if among:
                    self._amounts.divide(self._topic, self._compared.reference)
                self._take_up(topic, end, reference)
                self._compared.level_at = end if is_compared_with else -1
                return end
        return None

    def _is_final_of_budget(self, label: Label) -> bool:
        """Whether a label only says that the final figure follows the budget: 年初预算5万元,支出决算4万元."""
        sides = self._grammar.vocabulary.sides
        return (
            self._topic is not None
            and self._last_kind == "budget"
            and self._grammar.vocabulary.is_generic(label)
            and sides.get(self._topic.subject) == sides.get(label.topic.subject)
        )

    def _is_within(self, subject: str) -> bool:
        """Whether a subject, or a part of it, is the current topic."""
        return any(
            one is not None and subject in (one.subject, one.part_of)
            for one in (self._topic, self._amounts.whole)
        )

    def _unknown_below(self, end: int) -> int | None:
        return unknown_below(self._text, end, self._active, self._grammar)

    def _goes_with_topic(self, label: Label) -> bool:
        """Whether a label is one of the current topic's counts and names no topic of its own."""
        if self._topic is None or label.text not in self._grammar.relative:
            return False
        return set(label.topic.counts) <= set(self._topic.counts)

    def _share_out(self, at: int, counts: bool = False) -> int | None:
        """Numbers that several subjects share, or that were named before."""
        if self._clause == _SPOILT or self._is_narrower or not shares_follow(self._text, at):
            return None
        around = self._around(at, self._compared.reference)
        if self._joints.fullmatch(self._text, self._clause, at):
            for topics in (self._sharing, self._amounts.recent):
                if topics and (taken := self._state_shared(topics, at, around)) is not None:
                    return taken
        if not self._grammar.openers.fullmatch(self._text, self._clause, at):
            return None
        topics, end = labels_at(self._text, at, self._active, self._grammar)
        if len(topics) == 1:
            both = self._grammar.both.get(topics[0].subject, ())
            topics = [self._grammar.vocabulary.topics[name] for name in both]
        if len(topics) < 2 or (counts and not all(topic.counts for topic in topics)):
            return None
        for _, start, compared_with, is_compared in self._grammar.after_label(self._text, end):
            around = self._around(start, compared_with if is_compared else self._compared.reference)
            if (taken := self._state_shared(topics, start, around)) is not None:
                return taken
        return None

    def _state_shared(self, topics: list[Topic], at: int, around: Surroundings) -> int | None:
        found = shared_at(topics, at, around, self._active, self._grammar)
        if found is None:
            return None
        claims, end, reference = found
        self._take_up(None, end, reference)
        self._sharing, self._joints = topics, self._grammar.carriers
        self._state(claims)
        return end

    def _take_up(self, topic: Topic | None, end: int, reference: Period | None) -> None:
        self._amounts.take_up(topic, self._topic)
        self._sharing = []
        self._topic, self._topic_end, self._clause = topic, end, end
        self._compared.take_up(reference)
        self._joints = self._grammar.links
        self._is_fresh = self._is_in_row = self._is_unclear = False
        self._muted_until = 0

    def _followed_at(
        self, topic: Topic, end: int, reference: Period | None, counts: bool = False
    ) -> int | None:
        """Where linking words after a label end, if a phrase or a comparison with one comes there."""
        for linked, start, compared_with, is_compared in self._grammar.after_label(self._text, end):
            around = self._around(start, compared_with if is_compared else reference)
            if is_compared:
                around = replace(around, level=compared_with)
            for phrase, match in self._grammar.phrases_at(self._text, start, self._active):
                found = stated(phrase, match, topic, around, self._grammar)
                if found is not None and (not counts or all(one.kind == "count" for one in found)):
                    return linked
        return None

    def _own_pattern(self, at: int) -> int | None:
        """A subject whose own phrase names it and its number at once."""
        for topic, phrase, match in self._grammar.own_patterns_at(self._text, at, self._active):
            found = stated(phrase, match, topic, self._around(at, None), self._grammar)
            if found is not None:
                self._take_up(self._grammar.vocabulary.topics[topic.subject], match.end(), None)
                self._state(found)
                return match.end()
        return None

    def _phrase(self, at: int) -> int | None:
        """A phrase with nothing but linking words before it in its clause."""
        if self._topic is None or self._clause == _SPOILT or self._is_unclear:
            return None
        if not self._joints.fullmatch(self._text, self._clause, at) or is_shared(self._text, at):
            return None
        if self._names_another(at):
            return None
        for phrase, match in self._grammar.phrases_at(self._text, at, self._active):
            around = self._around(at, self._compared.reference)
            if self._clause == self._compared.level_at and "amount" in phrase.states.values():
                around = replace(around, level=self._compared.reference)
            elif phrase.direct:
                if self._clause != self._topic_end:
                    continue
                if self._amounts.parts_of != "this":
                    if self._amounts.parts_of is None or "决算" in self._text[self._clause - 2 : at]:
                        # A final figure among the parts of a budget is of neither for certain.
                        continue
                    around = replace(around, level=self._amounts.parts_of)
            if phrase.after and self._last_kind not in phrase.after:
                continue
            found = stated(phrase, match, self._topic, around, self._grammar)
            if found is not None:
                if self._topic not in self._amounts.recent:
                    self._amounts.recent.append(self._topic)
                self._state([self._without_per_cent(one) for one in found])
                self._clause, self._joints = match.end(), self._grammar.carriers
                return match.end()
        return None

    def _names_another(self, at: int) -> bool:
        """Whether the words before a phrase are the label of a subject that is not the topic."""
        if self._clause in (at, self._topic_end):
            return False
        labels = labels_here(self._text, self._clause, self._active, self._depth, self._grammar)
        return any(
            self._clause + len(label.text) <= at
            and label.topic.subject != getattr(self._topic, "subject", None)
            and not self._goes_with_topic(label)
            for label in labels
        )

    def _without_per_cent(self, one: Stated) -> Stated:
        """A change without unit that follows the same with its unit is a growth without its per cent sign."""
        last = self._reading.last
        is_second = last is not None and (last.form, last.quantity, last.base) == (
            "difference",
            one.quantity,
            one.base,
        )
        return as_growth(one) if is_second and not one.unit and one.value else one

    def _refer(self, at: int) -> int | None:
        """Words of comparison; after a noun that is no subject what follows is not of the topic."""
        found = self._grammar.reference_at(self._text, at)
        if found is None:
            return None
        reference, end = found
        is_clear = (
            self._clause != _SPOILT
            and not self._is_unclear
            and any(
                words.fullmatch(self._text, self._clause, at)
                for words in (self._joints, self._grammar.openers)
            )
        )
        # 三公经费决算数比上年三公经费决算数: what is compared is named twice.
        start = max(self._text.rfind(mark, 0, at) for mark in ",;。:\n") + 1
        is_clear = is_clear or any(
            self._text.find(label.text, start, at) >= 0
            for label in labels_here(self._text, end, self._active, self._depth, self._grammar)
        )
        is_of_topic = not self._is_fresh and self._text[end : end + 1] != ","
        self._compared.begin(reference, end, is_of_topic=is_of_topic)
        if self._topic is not None:
            # 支出5万元,比上年收入增加…: what is compared is the other side.
            sided = self._grammar.on_side(self._topic, self._text[at:end], self._amounts.recent)
            if sided != self._topic:
                self._topic, self._topic_end = sided, -1
        self._clause, self._joints = (end if is_clear else _SPOILT), self._grammar.links
        self._is_unclear = False
        return end

    def _open_context(self, at: int) -> int | None:
        ends = [m.end() for _, pattern in self._grammar.contexts if (m := pattern.match(self._text, at))]
        if not ends:
            return None
        self._clause, self._joints = max(ends), self._grammar.carriers
        return self._clause

    def _aside(self, at: int) -> int | None:
        found = self._grammar.aside_at(self._text, at)
        if found is None:
            return None
        aside, match = found
        if not aside.figures:
            return self._number_aside(at)
        # Its figures are left unread: step into it, and take nothing else before its end.
        self._muted_until, self._until_subject, self._may_unmute = match.end(), aside.until_subject, False
        return self._number_aside(at)

    def _number_aside(self, at: int) -> int | None:
        """Numbers that are no figures: dates, ordinals, thresholds."""
        found = self._grammar.aside_at(self._text, at, figures=False)
        if found is None:
            return None
        _, match = found
        if self._clause != _SPOILT:
            words = self._text[self._clause : at]
            opens = self._grammar.openers.fullmatch(words) is not None
            self._is_unclear = self._is_unclear or not (opens or self._grammar.says_nothing_else(words))
        if match.groupdict().get("year") is not None:
            self._period = self._grammar.period_of(match)
        self._clause, self._joints = match.end(), self._grammar.carriers
        return match.end()

    def _state(self, found: list[Stated]) -> None:
        for one in found:
            subject = one.quantity.subject
            is_budget = one.kind == "amount" and one.quantity.period in ("budget", "adjusted_budget")
            self._last_kind = "budget" if is_budget else one.kind
            if one.kind == "amount":
                self._amounts.state(one, self._grammar.vocabulary.totals)
            elif one.base is not None and one.base.subject == subject:
                self._compared.reference = one.base.period
            self._reading.add(one)
