"""Where a subject stands in the section of the narrative that is read, and whether it is meant there."""

from __future__ import annotations

import re
from typing import NamedTuple

from msgspec.structs import replace

from jcfs_etl.interpret.grammar import Grammar
from jcfs_etl.interpret.topics import Label, Topic

#: A 款 or 项 of a longer path.
_DEEPER = re.compile(r"(?:[^,。;:、()\n0-9]|\([^()类款项]{1,8}\)){2,40}\((?:[0-9]{2})?(?:款|项)\)")
#: A class's own code behind its name.
_CODED = re.compile(r"\(2[0-9]{2}类\)")
#: Characters of the label of a whole at most, and marks that stand in none.
_LONGEST_LABEL, _PARTING = 24, ",。;:、\n"
#: Words that make another label of the one before them.
_SIDES = re.compile("收入|支出")
#: Characters of a label after unknown words at least.
_KNOWN_WITHIN = 4


class Named(NamedTuple):
    """A topic that stands in the text; None for one that is known to be none of the accounts."""

    topic: Topic | None
    end: int


class Names:
    """Looks for names in the text of a section, whose sections and contexts are open."""

    _text: str
    _grammar: Grammar
    #: Sections and the context that are open.
    _active: frozenset[str]
    #: How deep each section lies within others.
    _depth: dict[str, int]

    def _labels_here(self, at: int, whole: Topic | None = None) -> list[Label]:
        """Labels that stand at a position, the longest first, of these the one of the innermost section.

        Parts of a whole are meant as in its own section: “三公”经费5万元,其中:公务接待费3万元.
        """

        def inner(label: Label) -> int:
            return max((self._depth.get(name, -1) for name in label.topic.within), default=-1)

        active = self._active if whole is None else self._active | whole.within
        known = self._grammar.vocabulary.at(self._text, at, active)
        found = [self._with_code(label, at) for label in known]
        if len(found) < 2:
            return found
        return sorted(found, key=lambda label: (-len(label.text), -inner(label)))

    def _with_code(self, label: Label, at: int) -> Label:
        """A class with the code printed behind its name, which says as much as (类): 教育支出(205类)."""
        coded = _CODED.match(self._text, at + len(label.text)) if "/" in label.topic.subject else None
        return label if coded is None else replace(label, text=label.text + coded[0], complete=True)

    def _is_known_within(self, label: Label, clause: int, at: int) -> bool:
        """Whether a label is its subject's after words that the contract does not list."""
        return (
            (
                len(label.text) >= _KNOWN_WITHIN
                or self._grammar.book.short_labels.search(label.text) is not None
            )
            and label.topic.subject in self._grammar.vocabulary.topics
            and self._grammar.leaves_subject(label.text, self._text, clause, at, self._active)
        )

    def _whole_before(self, end: int) -> tuple[str, ...]:
        """Subjects that a label which ends at a position may mean, the likeliest first: 收入总计|中,….

        决算 may stand behind it: in “三公”经费支出决算|中 not 支出决算 is named.
        """
        for at in range(max(end - _LONGEST_LABEL, 0), end):
            if any(c in _PARTING for c in self._text[at:end]):
                continue
            for label in self._labels_here(at):
                rest = self._text[at + len(label.text) : end]
                if not rest or (_SIDES.search(rest) is None and self._grammar.links.fullmatch(rest)):
                    return (label.topic.subject, *label.topic.also)
        return ()

    def _heading_end(self, at: int, end: int) -> int | None:
        """Where a paragraph ends that names a subject and nothing else: the next is of it."""
        begins = self._text.rfind("\n", 0, at) + 1
        ordinal = self._grammar.book.item.match(self._text, begins)
        after = self._grammar.book.after_heading.match(self._text, end)
        if after is None or at != (ordinal.end() if ordinal is not None else begins):
            return None
        return after.end() - (1 if self._text[after.end() - 1] in "。:" else 0)

    def _unknown_below(self, end: int) -> int | None:
        """Where a 款 or 项 ends that follows a label and that no label names; None where none does."""
        match = _DEEPER.match(self._text, end)
        if match is None:
            return None
        known = self._grammar.vocabulary.at(self._text, end, self._active)
        return None if any(end + len(label.text) == match.end() for label in known) else match.end()

    def _item_alone(self, at: int) -> Named | None:
        """A 款 or 项 that stands without its 类 and that no label names; None where none stands here."""
        match, opener = _DEEPER.match(self._text, at), self._grammar.openers.match(self._text, at)
        if match is None or (opener is not None and opener.end() > at):
            # 其中|某某(款): the name begins further on.
            return None
        for family in self._grammar.vocabulary.families.values():
            if family.is_meant(self._active) and (found := self._item_at(family, at, match.end())).topic:
                return found
        return None

    def _item_at(self, above: Topic, at: int, end: int) -> Named:
        """A 款 or 项 that no label names: the one of the table that is meant, else none."""
        family = above.subject.partition("/")[0]
        codes = self._grammar.vocabulary.codes.get(family)
        after = self._text[end:].partition("\n")[0]
        path = codes.at(self._text, at, self._grammar.book.amounts_in(after)) if codes is not None else None
        if path is None or path.code is None:
            return Named(None, end)
        return Named(replace(above, subject=f"{family}/{path.code}"), path.end)
