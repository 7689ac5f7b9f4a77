"""Reads the sections of a narrative into claims, left to right.

A subject counts only where a clause begins with it and a phrase follows; figures attach to it until
another one comes. Every number ends in a claim, in an aside that holds no figures, or as unread.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from jcfs_etl.contracts.narrative import Phrase
from jcfs_etl.contracts.patterns import NUMBER
from jcfs_etl.interpret.grammar import BEGINS_NUMBER, PARTING, Grammar
from jcfs_etl.interpret.memory import SPOILT, STOPS
from jcfs_etl.interpret.passage import begin_of
from jcfs_etl.interpret.prose import ProseSection
from jcfs_etl.interpret.reading import Reading
from jcfs_etl.interpret.shared import is_shared
from jcfs_etl.interpret.stating import StatedAt, Surroundings
from jcfs_etl.interpret.subjects import Subjects
from jcfs_etl.interpret.topics import Topic

_NUMBER = re.compile(NUMBER)


def read_section(section: ProseSection, grammar: Grammar) -> Reading:
    """Read one section of the narrative."""
    return _Scanner(section, grammar).run()


class _Scanner(Subjects):
    """What is taken at each position of a section."""

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
        if self._text[at] in PARTING:
            self._pass_mark(at)
            return at + 1
        number = _NUMBER.match(self._text, at) if self._text[at] in BEGINS_NUMBER else None
        if number is not None:
            self._reading.leave(*number.span())
            clause, self._clause = self._clause, SPOILT
            if at >= self._muted_until:
                if self._topic is not None and clause != SPOILT and self._begins_part(clause, at):
                    # The parts after this one are still of the same whole.
                    self._amounts.divide(self._topic, self._compared.reference)
                # What it is of is not known, and what follows may be of the same.
                self._amounts.is_sure = False
                self._topic, self._topic_end = None, -1
            self._taken = number.end()
            return number.end()
        begins = self._grammar.begins.search(self._text, at + 1)
        return begins.start() if begins is not None else len(self._text)

    def _take(self, at: int) -> int | None:
        """Take what stands here; the position after it, or None."""
        if at < self._muted_until:
            # Reasons and uses count no subject: 主要用于接待…,公务接待2批次 goes on with the figures.
            before = self._text[max(self._clause - 8, 0) : max(self._clause, 0)]
            counts = not self._may_unmute and self._grammar.book.next_clause.search(before) is not None
            taken = (
                self._share_out(at, counts) or self._label(at, counts) if self._may_unmute or counts else None
            )
            return taken or self._go_on(at) or (counts and self._count_on(at)) or self._number_aside(at)
        if at not in self._shared_out and not self._grammar.may_begin(self._text, at):
            return self._aside(at)
        return (
            self._own_pattern(at)
            or self._share_out(at)
            or self._label(at)
            or self._phrase(at)
            or self._phrase_of_another(at)
            or self._refer(at)
            or self._open_context(at)
            or self._aside(at)
        )

    def _go_on(self, at: int) -> int | None:
        """Figures of the topic after a reason and its mark: …;较上年减少5万元."""
        if self._topic is None or self._text[at - 1] not in ",;":
            return None
        compared = self._grammar.reference_at(self._text, at)
        if not (self._may_unmute if self._text[at - 1] == ";" else compared and self._is_plain_aside(at)):
            return None
        reference, start = compared if compared is not None else (self._compared.reference, at)
        start += self._text.startswith(",", start)
        for phrase, match in self._grammar.phrases_at(self._text, start, self._active):
            around = self._around(start, reference)
            if not phrase.direct and self._stated(phrase, match, self._topic, around):
                self._muted_until = 0
                return self._refer(at) or self._phrase(at)
        named = next(self._grammar.vocabulary.at(self._text, start, self._active), None)
        if compared is not None and self._text[at - 1] == ";" and named is not None:
            # …,变动原因:追加项目;与上年相比,收、支总计各增加5万元
            self._muted_until = 0
            return self._refer(at)
        return None

    def _count_on(self, at: int) -> int | None:
        """Counts of the topic after what was spent on it: 主要用于…,累计接待2批次."""
        found = self._grammar.phrases_at(self._text, at, self._active)
        if self._names_subjects or not any("count" in phrase.states for phrase, _ in found):
            return None
        until, self._muted_until = self._muted_until, 0
        end = self._phrase(at)
        if end is None:
            self._muted_until = until
        return end

    def _is_plain_aside(self, at: int) -> bool:
        """Whether a reason before a position states no figure and names no money but the topic's."""
        words = self._text[self._muted_from : at]
        reason = words.partition(self._grammar.contract.reason)[2] or words
        is_of_others = self._names_subjects and self._grammar.is_of_money(reason)
        return self._until_subject and not any(c.isdigit() for c in words) and not is_of_others

    def _own_pattern(self, at: int) -> int | None:
        """A subject whose own phrase names it and its number at once."""
        for topic, phrase, match in self._grammar.own_patterns_at(self._text, at, self._active):
            found = self._stated(phrase, match, topic, self._around(at, None))
            if found is not None:
                self._take_up(self._grammar.vocabulary.topics[topic.subject], match.end(), None)
                self._state(found)
                return match.end()
        return None

    def _phrase(self, at: int) -> int | None:
        """A phrase with nothing but linking words before it in its clause."""
        if self._topic is None or self._clause == SPOILT or self._is_unclear:
            return None
        if not self._joints.fullmatch(self._text, self._clause, at):
            return None
        phrases = self._grammar.phrases_at(self._text, at, self._active)
        if phrases and is_shared(self._text, at):
            # 预算数、决算数分别为5万元、4万元: both numbers are of the topic.
            phrases = [(phrase, match) for phrase, match in phrases if len(phrase.states) > 1]
        if not phrases or self._names_another(at):
            return None
        for phrase, match in phrases:
            around = self._around_phrase(phrase, at)
            if around is None:
                continue
            if phrase.after and self._last_kind not in phrase.after:
                continue
            if not phrase.direct and "amount" in phrase.states.values() and self._is_implied_budget():
                continue
            if self._amounts.beside == "last" and not phrase.direct and around.period == "last":
                # 2023年5万元,2022年4万元,增加1万元: both years were stated of what changed.
                around = replace(around, period="this")
            if self._amounts.is_only_budget and self._may_be_of_budget(phrase, around):
                continue
            found = self._stated(phrase, match, self._topic, around)
            if found is not None:
                self._say(found, self._topic, match.end())
                return match.end()
        return None

    def _around_phrase(self, phrase: Phrase, at: int) -> Surroundings | None:
        """What is said before a phrase of the topic; None where an amount here may be of something else."""
        around = self._around(at, self._compared.reference)
        if self._clause == self._compared.level_at and "amount" in phrase.states.values():
            return replace(around, level=self._compared.reference)
        if not phrase.direct:
            return around
        # After a paragraph's heading some word must say that the amount is of it: 1、 is none.
        between = self._text[self._topic_end : self._clause] if self._topic_end >= 0 else "?"
        is_far = between and (between.strip("。:\n") or at == self._clause)
        if is_far and not self._is_of_another_year(at):
            return None
        level = self._amounts.parts_of
        if level == "this":
            return around
        final = self._text.find(self._grammar.contract.final, self._clause - 2, at) >= 0
        # A final figure among the parts of a budget is of neither for certain.
        return None if level is None or final else replace(around, level=level)

    def _say(self, found: Sequence[StatedAt], topic: Topic, end: int) -> None:
        """State what a phrase says of a topic."""
        if topic not in self._amounts.recent:
            self._amounts.recent.append(topic)
        self._state([self._without_per_cent(one, end) for one in found])
        if topic.costs is not None and found[-1].quantity.subject == topic.costs:
            # After what was counted its cost is spoken of.
            self._topic = self._grammar.vocabulary.topics[topic.costs]
        self._clause, self._joints = end, self._grammar.carriers

    def _is_of_another_year(self, at: int) -> bool:
        """Whether an amount stands right after a year, as that of another did: 2022年6万元,2023年5万元."""
        names_year = self._taken == at and self._grammar.book.year_ends.search(self._text, max(at - 6, 0), at)
        levels = self._amounts.levels
        return bool(names_year and levels) and self._period is not None and self._period not in levels

    def _may_be_of_budget(self, phrase: Phrase, around: Surroundings) -> bool:
        """Whether after a budget alone a phrase may be of that: 预算5万元,比上年减少1万元,占10%."""
        bases = {self._grammar.contract.statements[name].base for name in phrase.states.values()}
        compared = around.reference or around.beside if "reference" in bases else None
        return "whole" in bases or "last" in (around.level, compared)

    def _phrase_of_another(self, at: int) -> int | None:
        """Figures compared with what no figure is of: they stay unread, and what follows is of the topic."""
        if not self._compared.is_of_another or self._topic is None or self._clause == SPOILT:
            return None
        if not self._joints.fullmatch(self._text, self._clause, at) or is_shared(self._text, at):
            return None
        for phrase, match in self._grammar.phrases_at(self._text, at, self._active):
            slots = [slot for slot in phrase.states if slot in match.groupdict()]
            if slots and all(
                self._grammar.contract.statements[phrase.states[s]].base == "reference" for s in slots
            ):
                for slot in slots:
                    self._reading.leave(match.start(slot), match.end(slot))
                self._clause, self._joints = match.end(), self._grammar.carriers
                return match.end()
        return None

    def _names_another(self, at: int) -> bool:
        """Whether the words before a phrase are the label of a subject that is not the topic."""
        if self._clause in (at, self._topic_end):
            return False
        labels = self._labels_here(self._clause)
        return any(
            self._clause + len(label.text) <= at
            and label.topic.subject != getattr(self._topic, "subject", None)
            and not self._goes_with_topic(label)
            for label in labels
        )

    def _refer(self, at: int) -> int | None:
        """Words of comparison; after a noun that is no subject what follows is not of the topic."""
        found = self._grammar.reference_at(self._text, at)
        if found is None:
            return None
        reference, end = found
        is_clear = (
            self._clause != SPOILT
            and not self._is_unclear
            and any(
                words.fullmatch(self._text, self._clause, at)
                for words in (self._joints, self._grammar.openers)
            )
        )
        # 三公经费决算数比上年三公经费决算数: what is compared is named twice.
        start = begin_of(self._text, at, ",;。:\n")
        is_clear = is_clear or any(
            self._text.find(label.text, start, at) >= 0 for label in self._labels_here(end)
        )
        is_of_topic = not self._is_fresh and self._text[end : end + 1] != ","
        self._compared.begin(reference, end, is_of_topic=is_of_topic)
        if self._topic is not None:
            # 支出5万元,比上年收入增加…: what is compared is the other side.
            sided = self._grammar.on_side(self._topic, self._text[at:end], self._amounts.recent)
            if self._is_fresh:
                sided = self._total_or_part(self._text[at:end]) or sided
            if sided != self._topic:
                self._topic, self._topic_end = sided, -1
        self._clause, self._joints = (end if is_clear else SPOILT), self._grammar.links
        self._is_unclear = False
        return end

    def _open_context(self, at: int) -> int | None:
        end = self._grammar.context_ends(self._text, at)
        if end is not None:
            self._clause, self._joints = end, self._grammar.carriers
        return end

    def _aside(self, at: int) -> int | None:
        found = self._grammar.aside_at(self._text, at)
        if found is None:
            return None
        aside, match = found
        if not aside.figures:
            return self._number_aside(at)
        # Its figures are left unread: step into it, and take nothing else before its end.
        self._muted_until, self._until_subject, self._may_unmute = match.end(), aside.until_subject, False
        self._muted_from, self._names_subjects = at, not aside.names_money
        return self._number_aside(at)

    def _number_aside(self, at: int) -> int | None:
        """Numbers that are no figures: dates, ordinals, thresholds."""
        found = self._grammar.aside_at(self._text, at, of_numbers=True)
        if found is None:
            return None
        _, match = found
        if self._clause != SPOILT:
            self._is_unclear = self._is_unclear or not self._says_nothing(self._text[self._clause : at])
            self._is_narrower = self._is_narrower or self._grammar.is_narrower(self._text, self._clause, at)
        if match.groupdict().get("day") is not None:
            self._name_period(None)
        if (year := match.groupdict().get("year")) is not None:
            begins = at == 0 or self._text[at - 1] in STOPS
            is_later = begins and self._grammar.year is not None and int(year) > self._grammar.year
            if at < self._muted_until and not self._is_of_later:
                # The year of a reason is none of what follows its sentence.
                self._before_reason = self._before_reason or (self._period,)
            self._name_period(self._grammar.period_of(match), is_later=is_later)
        self._clause, self._joints = match.end(), self._grammar.carriers
        return match.end()
