"""Whose part a subject is, and numbers that several share, while a section of the narrative is read."""

from __future__ import annotations

from jcfs_etl.interpret.comparing import is_part
from jcfs_etl.interpret.grammar import PARTING
from jcfs_etl.interpret.memory import SPOILT, Memory
from jcfs_etl.interpret.passage import begin_of
from jcfs_etl.interpret.shared import labels_at, shared_at
from jcfs_etl.interpret.stating import Surroundings
from jcfs_etl.interpret.topics import Label, Topic


class Parts(Memory):
    """What is known of the whole that a part is of, and what is taken where 分别 or 各 stands."""

    def _share_out(self, at: int, counts: bool = False) -> int | None:
        """Numbers that several subjects share, or that were named before."""
        if self._clause == SPOILT or self._is_narrower:
            return None
        again = bool(self._sharing) and at == self._taken + 1 == self._clause
        if not again and at not in self._shared_out:
            return None
        around = self._around(at, self._compared.reference)
        if again and (taken := self._state_shared(self._sharing, at, around, again=True)) is not None:
            return taken
        if self._joints.fullmatch(self._text, self._clause, at):
            recent = self._amounts.recent
            # Of a whole and its parts all share, or the parts alone.
            has_parts = all(recent[0].subject in part.share_of for part in recent[1:])
            for topics in (self._sharing, recent, recent[1:] if has_parts else []):
                if topics and (taken := self._state_shared(topics, at, around)) is not None:
                    return taken
        if not self._grammar.openers.fullmatch(self._text, self._clause, at):
            return None
        topics, end = labels_at(self._text, at, self._active, self._grammar)
        if len(topics) == 1:
            both = self._grammar.contract.both.get(topics[0].subject, ())
            topics = [self._grammar.vocabulary.topics[name] for name in both]
        if len(topics) < 2 or (counts and not all(topic.counts for topic in topics)):
            return None
        after = list(self._grammar.after_label(self._text, end))
        if self._text[end : end + 1] == ",":
            # 人员经费和公用经费,支出分别为…: the comma parts them from the words that share out.
            after.append((end + 1, end + 1, None, False))
        for _, start, compared_with, is_compared in after:
            around = self._around(start, compared_with if is_compared else self._compared.reference)
            if (taken := self._state_shared(topics, start, around)) is not None:
                return taken
        return None

    def _state_shared(
        self, topics: list[Topic], at: int, around: Surroundings, *, again: bool = False
    ) -> int | None:
        found = shared_at(topics, at, around, self._active, self._grammar, again=again)
        if found is None:
            return None
        claims, end, reference = found
        self._take_up(None, end, reference)
        self._sharing, self._joints = topics, self._grammar.carriers
        self._state(claims)
        return end

    def _begins_part(self, clause: int, at: int) -> bool:
        """Whether 其中 before a position says that a part of what the text speaks of follows."""
        return is_part(self._text, clause, at, self._grammar)

    def _is_spent_on(self, label: Label, words: str) -> bool:
        """Whether a label is of a part of what the text speaks of: 本年支出…,其中,用于|基本支出的为…."""
        if not label.topic.share_of or not self._grammar.book.spent_on.fullmatch(words):
            return False
        of = self._amounts.whole or self._topic
        named = {of.subject, *of.share_of} if of is not None else set()
        return bool(set(label.topic.share_of) & (named | self._named_before(self._clause)))

    def _named_before(self, clause: int) -> set[str]:
        """Subjects of which the words before a clause say that it speaks of a part: 本年支出中,…."""
        end = clause - 2
        if clause < 2 or self._text[end] != self._grammar.contract.among_them:
            return set()
        start = begin_of(self._text, end, PARTING)
        return {
            label.topic.subject
            for at in range(start, end)
            for label in self._labels_here(at)
            if at + len(label.text) == end
        }

    def _is_of_other_whole(
        self, label: Label, topic: Topic, clause: int, *, is_part: bool, opens: bool
    ) -> bool:
        """Whether a label is of a part of a class, or of what no label names: 教育支出…,其中:基本支出…."""
        amounts = self._amounts
        divides = self._grammar.book.dividing.fullmatch(label.text) is not None
        whole = self._topic if is_part else amounts.whole
        if whole is not None and whole.subject == topic.subject and not opens and not topic.counts:
            # Nothing is a part of itself: 财政拨款收入5万元,其中:市级财政拨款4万元. It may be counted again.
            return True
        if whole is not None and self._grammar.vocabulary.is_unknown_beside(whole, topic):
            return True
        is_of_kind = whole is not None and self._grammar.is_kind_of_money(whole)
        if divides and is_of_kind and whole is not None and whole.subject not in topic.share_of:
            # 财政拨款支出5万元,其中:基本支出4万元 is no 基本支出 of all money.
            return True
        if whole is None and (amounts.is_of_unknown or (is_part and not amounts.is_sure)):
            return divides
        if whole is None and divides and not self._is_fresh and self._text[clause - 1] in ",、":
            # 教育支出5万元,基本支出4万元: without 其中 it is not certain whose it is.
            whole = self._topic
        family, _, code = whole.subject.partition("/") if whole is not None else ("", "", "")
        return bool(code) and topic.subject.partition("/")[0] != family

    def _leave_part(self, end: int, *, is_part: bool) -> None:
        """Leave what is said of a part unread; the parts after it are of the same whole."""
        amounts = self._amounts
        if is_part:
            amounts.divide(self._topic, self._compared.reference)
        whole, is_of_unknown = amounts.whole or self._topic, amounts.is_of_unknown
        self._take_up(None, end, None)
        amounts.whole, amounts.is_of_unknown = whole, is_of_unknown
