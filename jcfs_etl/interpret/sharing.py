"""Takes numbers that several subjects share out among them, while a section of the narrative is read."""

from __future__ import annotations

from jcfs_etl.interpret.memory import SPOILT, Memory
from jcfs_etl.interpret.shared import labels_at, shared_at
from jcfs_etl.interpret.stating import Surroundings
from jcfs_etl.interpret.topics import Topic


class Sharing(Memory):
    """What is taken where 分别 or 各 stands."""

    def _share_out(self, at: int, counts: bool = False) -> int | None:
        """Numbers that several subjects share, or that were named before."""
        if self._clause == SPOILT or self._is_narrower or at not in self._shared_out:
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
        after = list(self._grammar.after_label(self._text, end))
        if self._text[end : end + 1] == ",":
            # 人员经费和公用经费,支出分别为…: the comma parts them from the words that share out.
            after.append((end + 1, end + 1, None, False))
        for _, start, compared_with, is_compared in after:
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
