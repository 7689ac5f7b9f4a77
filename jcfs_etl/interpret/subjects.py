"""Takes up the subjects that labels name, while a section of the narrative is read."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from jcfs_etl.interpret.memory import SPOILT
from jcfs_etl.interpret.model import Period
from jcfs_etl.interpret.parts import Parts
from jcfs_etl.interpret.topics import Label, Topic

#: Characters of unknown words before a subject at most.
_LONGEST_PREFIX = 40
#: Characters of a year and its word at most.
_LONGEST_YEAR = 6


class _Place(NamedTuple):
    """Where a label stands: its clause, and what the words before it there say.

    Attributes:
        at: where it begins.
        clause: where its clause begins.
        opens: whether only words that open a clause stand before it.
        is_last: whether they name last year.
        is_part: whether they say that a part follows.
        counts: whether only counts are taken after it.
    """

    at: int
    clause: int
    opens: bool
    is_last: bool
    is_part: bool
    counts: bool


class Subjects(Parts):
    """What is taken where a label stands."""

    def _label(self, at: int, counts: bool = False) -> int | None:
        """A subject that begins its clause and that a phrase follows."""
        clause = self._clause
        if clause == SPOILT:
            if not (self._is_in_row and self._text[at - 1] == self._grammar.contract.and_so_on):
                return None
            clause = at
        if not self._grammar.vocabulary.may_begin(self._text, at):
            return None
        whole, topic = self._amounts.whole, self._topic
        if topic is not None and not topic.within <= self._active and self._begins_part(clause, at):
            whole = topic
        labels = self._labels_here(at, whole)
        opens = self._grammar.openers.fullmatch(self._text, clause, at) is not None
        if not labels:
            alone = self._item_alone(at) if opens else None
            if alone is None:
                return None
            if self._begins_part(clause, at):
                self._amounts.divide(self._topic, self._compared.reference)
            self._take_up(alone.topic, alone.end, None)
            return alone.end
        if not opens and at - clause > _LONGEST_PREFIX:
            return None
        is_last = self._grammar.book.last_years.fullmatch(self._text, clause, at) is not None
        among = self._begins_part(clause, at)
        here = _Place(at, clause, opens, is_last, among, counts)
        return next((end for label in labels if (end := self._take_label(label, here)) is not None), None)

    def _take_label(self, label: Label, here: _Place) -> int | None:
        """A label that stands at a place, where it is meant there and something is said of it."""
        at, end = here.at, here.at + len(label.text)
        if not self._may_be_meant(label, here):
            return None
        topic, reference = self._named_by(label, here)
        if topic.part_of is not None and not self._is_within(topic.part_of):
            return None
        if here.is_last:
            self._period, self._is_of_clause = "last", True
        elif not self._year_precedes(here.clause) and self._grammar.book.this_year.search(
            self._text, here.clause, end
        ):
            self._name_period("this")
        if here.counts and (not topic.counts or self._period != "this"):
            return None
        followed = self._followed_at(topic, end, reference, here.counts)
        if here.counts and followed is None:
            return None
        if followed is not None and self._grammar.turns_aside(topic, self._text[end:followed]):
            return None
        if label.complete and (deeper := self._unknown_below(end)) is not None:
            # What is said is of a 款 or 项 that no label names, and never of what it belongs to.
            item, end = self._item_at(label.topic, at, deeper)
            self._take_up(item, end, reference if item is not None else None)
            return end
        if followed is None and (heads := self._heading_end(at, end)) is not None:
            self._take_up(topic, heads, None)
            return heads
        if followed is None and not (label.complete and here.opens):
            if here.opens and self._is_fresh and topic.subject != getattr(self._topic, "subject", None):
                # 公务接待费从严控制,比上年减少5万元: not of what was spoken of before.
                self._topic, self._topic_end = None, -1
            return None
        self._speak_of(label, topic, reference, end if followed is None else followed, here)
        return end if followed is None else followed

    def _may_be_meant(self, label: Label, here: _Place) -> bool:
        """Whether the words before a label leave it its meaning."""
        words = self._text[here.clause : here.at]
        is_known = here.opens or here.is_last or self._is_spent_on(label, words)
        if not is_known and not self._is_known_within(label, here.clause, here.at):
            return False
        if self._goes_with_topic(label) or self._is_final_of_budget(label):
            return False
        if self._amounts.whole is None and self._grammar.is_of_one_kind(label, self._amounts.recent[-1:]):
            return False
        is_vague = self._grammar.vocabulary.is_bare(label) or label.text in self._grammar.book.relative
        return self._amounts.is_sure or not is_vague

    def _named_by(self, label: Label, here: _Place) -> tuple[Topic, Period | None]:
        """What a label names, and what its figures are compared with."""
        end = here.at + len(label.text)
        reference = self._compared.of_label(here.clause, is_part=here.is_part)
        if reference is None and self._amounts.whole is not None:
            reference = self._amounts.reference
        topic = self._grammar.meant(label, self._text, end)
        if self._amounts.whole is None:
            topic = self._grammar.of_same_money(label, self._amounts.recent) or topic
        named = self._total_named(label)
        # 收入总计5万元(上年4万元),…,收入增加1万元: both years were stated of what changed.
        has_both = named is not None and self._amounts.stated.get(named.subject) == {"this", "last"}
        if named is not None and (has_both or self._grammar.compares_at(self._text, end)):
            return named, "last" if has_both and reference is None else reference
        return topic, self._compared_as_other_side(label) if reference is None else reference

    def _speak_of(self, label: Label, topic: Topic, reference: Period | None, end: int, here: _Place) -> None:
        """Take up what a label names, as the words before it have it."""
        if self._text[end : end + 1] == "," and self._grammar.book.all_of.search(
            self._text[here.clause : here.at]
        ):
            # 全部为运行维护费,比上年减少…: of the whole.
            return
        if self._is_of_other_whole(label, topic, here.clause, is_part=here.is_part, opens=here.opens):
            self._leave_part(end, is_part=here.is_part)
            return
        is_compared_with = here.clause == self._compared.ends
        if self._is_narrower or self._grammar.is_narrower(self._text, here.clause, here.at):
            self._is_narrower = True
            self._take_up(None, end, None)
            return
        if here.is_part:
            self._amounts.divide(self._topic, self._compared.reference)
        self._take_up(topic, end, reference)
        self._compared.level_at = end if is_compared_with else -1

    def _year_precedes(self, clause: int) -> bool:
        """Whether nothing stands between a year and a clause, so that 本年 in it is that year."""
        year = self._grammar.book.year_ends.search(
            self._text, max(self._taken - _LONGEST_YEAR, 0), max(self._taken, 0)
        )
        return year is not None and self._text[self._taken : clause] in ("", ",")

    def _followed_at(
        self, topic: Topic, end: int, reference: Period | None, counts: bool = False
    ) -> int | None:
        """Where linking words after a label end, if a phrase or a comparison with one comes there."""
        for linked, start, compared_with, is_compared in self._grammar.after_label(self._text, end):
            around = self._around(start, compared_with if is_compared else reference)
            if is_compared:
                around = replace(around, level=compared_with)
            for phrase, match in self._grammar.phrases_at(self._text, start, self._active):
                found = self._stated(phrase, match, topic, around)
                if found is not None and (not counts or all(one.kind == "count" for one in found)):
                    return linked
        return None
