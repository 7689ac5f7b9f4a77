"""Reads the sections of a narrative into claims, left to right.

A subject counts only where a clause begins with it and a phrase follows; figures attach to it until
another one comes. Every number ends in a claim, in an aside that holds no figures, or as unread.
"""

from __future__ import annotations

import re
from dataclasses import replace

from jcfs_etl.interpret.grammar import Grammar
from jcfs_etl.interpret.model import Period
from jcfs_etl.interpret.patterns import NUMBER
from jcfs_etl.interpret.prose import ProseSection
from jcfs_etl.interpret.reading import Reading
from jcfs_etl.interpret.shared import is_shared, labels_at, shared_at, shares_follow
from jcfs_etl.interpret.stating import Stated, Surroundings, as_growth, stated
from jcfs_etl.interpret.vocabulary import Label, Topic

_NUMBER = re.compile(NUMBER)
_STOPS = "。\n"
_MARKS = frozenset('。\n;,:、()\t"')
#: A 款 or 项 of a longer path.
_DEEPER = re.compile(r"[^,。;:、()\n0-9]{2,40}\((?:款|项)\)")
#: Characters of unknown words before a subject at most, and of a label after such words at least.
_LONGEST_PREFIX, _KNOWN_WITHIN = 40, 4
#: Words that have nothing to do with what is read stand in this clause.
_SPOILT = -1
#: The start of a clause, with the year where one stands there.
_NEXT_CLAUSE = re.compile(r",(?:20[0-9]{2}年度?)?$")
#: Words before the parts of what was spoken of.
_AMONG = "其中"
_AMONG_BEFORE = re.compile(r"(?:其中[,:]?(?:\(?[0-9一二三四五]{1,2}[.、)])?|\()$")
_AMONG_REACH = 8


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
        self._context: str | None = None
        self._topic: Topic | None = None
        #: Where the topic's label ended, with linking words after it.
        self._topic_end = -1
        self._reference: Period | None = None
        #: What the items of a list are compared with.
        self._listed: Period | None = None
        #: Whether the words of comparison named what no figure here is of.
        self._is_of_another = False
        #: Where its words ended.
        self._referred = _SPOILT
        #: Where an amount would be the level that is compared with: 较上年1174万元减少….
        self._level_at = -1
        #: Topics outside the brackets that are open.
        self._outside: list[tuple[Topic | None, Period | None]] = []
        #: Subjects that share the numbers of 分别.
        self._sharing: list[Topic] = []
        #: Subjects of which the sentence has stated something, in order.
        self._recent: list[Topic] = []
        #: The kind of the last claim and, of levels of the current topic in this sentence, their periods.
        self._last_kind = ""
        self._levels: list[Period] = []
        #: Subjects that are no part of another whose amount the sentence has stated, the last first.
        self._totals: list[str] = []
        #: What amounts of the parts after 其中 are levels of.
        self._parts_of: Period = "this"
        self._whole: Topic | None = None
        #: What the whole is compared with, and its parts with it.
        self._parts_reference: Period | None = None
        #: Whether what is said is of a part of what the accounts are of, and whether it goes on below.
        self._is_narrower = self._stays_narrower = False
        #: Whether the comparison is of the current topic alone.
        self._is_of_topic = False
        #: Whether nothing has been read yet in the sentence.
        self._is_fresh = True
        #: The year that the sentence names; None where it is neither this one nor the last.
        self._period: Period | None = "this"
        #: Where the words began that stand before the next subject or phrase.
        self._clause = 0
        #: Which words may stand there: after a subject or a comparison others than in a new clause.
        self._joints = grammar.carriers
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
                self._context = name
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
            return taken or self._number_aside(at)
        return (
            self._own_pattern(at)
            or self._share_out(at)
            or self._label(at)
            or self._phrase(at)
            or self._refer(at)
            or self._open_context(at)
            or self._aside(at)
        )

    @property
    def _active(self) -> frozenset[str]:
        return self._sections if self._context is None else self._sections | {self._context}

    def _around(self, at: int, reference: Period | None) -> Surroundings:
        beside = next((p for p in reversed(self._levels) if p != "this"), None)
        is_plain = len(set(self._levels)) == 2 and "this" in self._levels and not self._is_of_another
        beside = beside if is_plain else None
        return Surroundings(
            reference,
            self._period,
            self._sections,
            self._text,
            at,
            beside=beside,
            totals=tuple(self._totals),
            whole=self._whole.subject if self._whole is not None else None,
        )

    def _pass_mark(self, at: int) -> None:
        """A mark that parts clauses, sentences or paragraphs."""
        mark = self._text[at]
        # Between nouns 、 parts no clauses: in "A、B共5万元" the amount is not of B.
        self._clause = _SPOILT if mark == "、" and self._taken != at else at + 1
        self._joints = self._grammar.carriers
        goes_on = mark == ";" and self._grammar.goes_on.match(self._text, at + 1) is not None
        self._may_unmute = (
            self._until_subject and not goes_on and (mark == ";" or (self._may_unmute and mark in '"(:'))
        )
        if mark == ";" and self._whole is not None:
            # A clause without a subject is of the whole again.
            self._topic, self._topic_end = self._whole, -1
        if mark == "(":
            self._outside.append((self._topic, self._reference))
        elif mark == ")" and self._outside:
            # What follows the brackets is of what stands before them.
            self._topic, self._reference = self._outside.pop()
            self._topic_end, self._is_of_topic = -1, True
        if mark not in _STOPS:
            return
        self._outside.clear()
        self._is_fresh = True
        self._is_of_another = False
        if not self._text.startswith(_AMONG, at + 1):
            self._period = self._parts_of = "this"
            self._whole, self._levels, self._recent = None, [], []
        before = self._text[at - 1 : at]
        if mark == "。" and self._text.startswith("其中", at + 1):
            self._is_of_topic = False
        elif mark == "。" or before not in (":", ";"):
            self._reference, self._is_of_topic = None, False
        if not self._text.startswith(_AMONG, at + 1):
            self._totals = []
        if mark == "\n":
            self._sharing = []
            self._stays_narrower = self._stays_narrower or (self._is_narrower and before == ":")
            self._is_narrower = self._stays_narrower
        if mark == "\n":
            # Items of a list are compared as the words before the list say.
            if before == ":":
                self._listed, self._is_of_topic = self._reference, False
            elif self._listed is not None and self._grammar.item.match(self._text, at + 1) is not None:
                self._reference = self._listed
            else:
                self._listed = None
        # A paragraph that names a topic and nothing else is a heading of the next.
        is_heading = self._topic_end >= 0 and self._text[self._topic_end : at] in ("", "。", ":")
        if mark == "\n" and not is_heading:
            self._topic, self._topic_end = None, -1

    def _label(self, at: int, counts: bool = False) -> int | None:
        """A subject that begins its clause and that a phrase follows."""
        if self._clause == _SPOILT:
            return None
        opens = self._grammar.openers.fullmatch(self._text, self._clause, at) is not None
        if not opens and at - self._clause > _LONGEST_PREFIX:
            return None
        # What one topic is compared with goes for its parts, and not for the next topic.
        is_its_own = self._clause == self._referred or self._is_part(at)
        reference = self._reference if is_its_own or not self._is_of_topic else None
        if reference is None and self._whole is not None:
            reference = self._parts_reference
        for label in self._labels_at(at):
            end = at + len(label.text)
            if not opens and not self._is_known_within(label, at):
                continue
            if self._goes_with_topic(label):
                continue
            topic = self._grammar.meant(label, self._text, end)
            if self._grammar.this_year.search(self._text, self._clause, end) is not None:
                self._period = "this"
            if counts and not topic.counts:
                continue
            followed = self._followed_at(topic, end, reference, counts)
            if counts and followed is None:
                continue
            if label.complete and (deeper := self._unknown_below(end)) is not None:
                # What is said is of a 款 or 项 that no label names, and never of what it belongs to.
                return self._take_up_item(label.topic, at, deeper, reference)
            if followed is None and (heads := self._heads_at(at, end)) is not None:
                self._take_up(topic, heads, None)
                return heads
            if followed is not None or (label.complete and opens):
                end = end if followed is None else followed
                is_compared_with = self._clause == self._referred
                if self._is_narrower or self._grammar.is_narrower(self._text, self._clause, at):
                    self._is_narrower = True
                    self._take_up(None, end, None)
                    return end
                self._count_parts(at)
                self._take_up(topic, end, reference)
                self._level_at = end if is_compared_with else -1
                return end
        return None

    def _heads_at(self, at: int, end: int) -> int | None:
        """Where a paragraph ends that names a subject and nothing else: the next is of it."""
        begins = self._text.rfind("\n", 0, at) + 1
        ordinal = self._grammar.item.match(self._text, begins)
        after = self._grammar.after_heading.match(self._text, end)
        if after is None or at != (ordinal.end() if ordinal is not None else begins):
            return None
        return after.end() - (1 if self._text[after.end() - 1] in "。:" else 0)

    def _labels_at(self, at: int) -> list[Label]:
        """Labels that stand here, the longest first, of these the one of the innermost section."""

        def depth(label: Label) -> int:
            return max((self._depth.get(name, -1) for name in label.topic.within), default=-1)

        found = self._grammar.vocabulary.at(self._text, at, self._active)
        return sorted(found, key=lambda label: (-len(label.text), -depth(label)))

    def _goes_with_topic(self, label: Label) -> bool:
        """Whether a label is one of the current topic's counts and names no topic of its own."""
        if self._topic is None or label.text not in self._grammar.relative:
            return False
        return set(label.topic.counts) <= set(self._topic.counts)

    def _count_parts(self, at: int) -> None:
        """After 其中 the parts of a budget are budgets, unless the sentence also says what was spent."""
        if self._is_part(at):
            budgets = [p for p in self._levels if p in ("budget", "adjusted_budget")]
            self._parts_of = budgets[-1] if budgets and len(set(self._levels)) == 1 else "this"
            self._whole, self._parts_reference = self._topic, self._reference

    def _is_part(self, at: int) -> bool:
        """Whether 其中 stands right before the clause, or in it before a position."""
        before = self._text[max(self._clause - _AMONG_REACH, 0) : max(self._clause, 0)]
        return _AMONG in self._text[max(self._clause, 0) : at] or _AMONG_BEFORE.search(before) is not None

    def _share_out(self, at: int, counts: bool = False) -> int | None:
        """Numbers that several subjects share, or that were named before."""
        if self._clause == _SPOILT or self._is_narrower or not shares_follow(self._text, at):
            return None
        around = self._around(at, self._reference)
        if self._joints.fullmatch(self._text, self._clause, at):
            for topics in (self._sharing, self._recent):
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
            around = self._around(start, compared_with if is_compared else self._reference)
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

    def _is_known_within(self, label: Label, at: int) -> bool:
        """Whether a label is its subject's after words that the contract does not list."""
        return (
            len(label.text) >= _KNOWN_WITHIN
            and label.topic.subject in self._grammar.vocabulary.topics
            and self._grammar.leaves_subject(self._text, self._clause, at, self._active)
        )

    def _take_up_item(self, above: Topic, at: int, end: int, reference: Period | None) -> int:
        """A 款 or 项 that no label names: the one of the table that is meant, else none."""
        family = above.subject.partition("/")[0]
        codes = self._grammar.vocabulary.codes.get(family)
        paragraph_ends = self._text.find("\n", end)
        after = self._text[end : paragraph_ends if paragraph_ends >= 0 else len(self._text)]
        path = codes.at(self._text, at, self._grammar.amounts_in(after)) if codes is not None else None
        if path is None or path.code is None:
            self._take_up(None, end, None)
            return end
        self._take_up(replace(above, subject=f"{family}/{path.code}"), path.end, reference)
        return path.end

    def _unknown_below(self, end: int) -> int | None:
        """Where a 款 or 项 ends that follows a label and that no label names; None where none does."""
        match = _DEEPER.match(self._text, end)
        if match is None:
            return None
        known = self._grammar.vocabulary.at(self._text, end, self._active)
        return None if any(end + len(label.text) == match.end() for label in known) else match.end()

    def _take_up(self, topic: Topic | None, end: int, reference: Period | None) -> None:
        if topic is None or self._topic is None or topic.subject != self._topic.subject:
            self._levels = []
        if topic is None or topic == self._whole:
            self._parts_of, self._whole = "this", None
        self._sharing = []
        self._topic, self._topic_end, self._clause = topic, end, end
        self._reference, self._is_of_topic, self._is_of_another = reference, False, False
        self._joints = self._grammar.links
        self._is_fresh = False
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
        if self._topic is None or self._clause == _SPOILT:
            return None
        if not self._joints.fullmatch(self._text, self._clause, at) or is_shared(self._text, at):
            return None
        for phrase, match in self._grammar.phrases_at(self._text, at, self._active):
            around = self._around(at, self._reference)
            if phrase.direct:
                if self._clause == self._level_at:
                    around = replace(around, level=self._reference)
                elif self._clause != self._topic_end:
                    continue
                elif self._parts_of != "this" and "决算" not in self._text[self._clause - 2 : at]:
                    around = replace(around, level=self._parts_of)
            if phrase.after and self._last_kind not in phrase.after:
                continue
            found = stated(phrase, match, self._topic, around, self._grammar)
            if found is not None:
                if self._topic not in self._recent:
                    self._recent.append(self._topic)
                self._state([self._without_per_cent(one) for one in found])
                self._clause, self._joints = match.end(), self._grammar.carriers
                return match.end()
        return None

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
        reference = self._grammar.reference_at(self._text, at)
        if reference is None:
            return None
        self._reference, end = reference
        self._is_of_another = self._reference is None
        self._is_of_topic = not self._is_fresh and self._text[end : end + 1] != ","
        is_clear = self._clause != _SPOILT and any(
            words.fullmatch(self._text, self._clause, at) for words in (self._joints, self._grammar.openers)
        )
        # 三公经费决算数比上年三公经费决算数: what is compared is named twice.
        start = max(self._text.rfind(mark, 0, at) for mark in ",;。:\n") + 1
        is_clear = is_clear or any(
            self._text.find(label.text, start, at) >= 0 for label in self._labels_at(end)
        )
        self._clause, self._joints = (end if is_clear else _SPOILT), self._grammar.links
        self._referred = self._level_at = end
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
                self._levels.append(one.quantity.period)
                if one.quantity.period == "this" and subject in self._grammar.vocabulary.totals:
                    self._totals.insert(0, subject)
            elif one.base is not None and one.base.subject == subject:
                self._reference = one.base.period
            self._reading.add(one)
