"""Where a subject of the narrative stands, and whether it is meant there."""

from __future__ import annotations

import re
from collections.abc import Mapping
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


def labels_here(
    text: str, at: int, active: frozenset[str], depth: Mapping[str, int], grammar: Grammar
) -> list[Label]:
    """Labels that stand at a position, the longest first, of these the one of the innermost section."""

    def inner(label: Label) -> int:
        return max((depth.get(name, -1) for name in label.topic.within), default=-1)

    found = [_with_code(label, text, at) for label in grammar.vocabulary.at(text, at, active)]
    if len(found) < 2:
        return found
    return sorted(found, key=lambda label: (-len(label.text), -inner(label)))


def _with_code(label: Label, text: str, at: int) -> Label:
    """A class with the code that is printed behind its name, which says as much as (类): 教育支出(205类)."""
    coded = _CODED.match(text, at + len(label.text)) if "/" in label.topic.subject else None
    return label if coded is None else replace(label, text=label.text + coded[0], complete=True)


def is_known_within(
    label: Label, text: str, clause: int, at: int, active: frozenset[str], grammar: Grammar
) -> bool:
    """Whether a label is its subject's after words that the contract does not list."""
    return (
        (len(label.text) >= _KNOWN_WITHIN or grammar.says_what_for(label.text))
        and label.topic.subject in grammar.vocabulary.topics
        and grammar.leaves_subject(label.text, text, clause, at, active)
    )


def whole_before(
    text: str, end: int, active: frozenset[str], depth: Mapping[str, int], grammar: Grammar
) -> tuple[str, ...]:
    """Subjects that a label which ends at a position may mean, the likeliest first: 收入总计|中,….

    决算 may stand behind it: in “三公”经费支出决算|中 not 支出决算 is named.
    """
    for at in range(max(end - _LONGEST_LABEL, 0), end):
        if any(c in _PARTING for c in text[at:end]):
            continue
        for label in labels_here(text, at, active, depth, grammar):
            rest = text[at + len(label.text) : end]
            if not rest or (_SIDES.search(rest) is None and grammar.links.fullmatch(rest)):
                return (label.topic.subject, *label.topic.also)
    return ()


def heading_end(text: str, at: int, end: int, grammar: Grammar) -> int | None:
    """Where a paragraph ends that names a subject and nothing else: the next is of it."""
    begins = text.rfind("\n", 0, at) + 1
    ordinal = grammar.item.match(text, begins)
    after = grammar.after_heading.match(text, end)
    if after is None or at != (ordinal.end() if ordinal is not None else begins):
        return None
    return after.end() - (1 if text[after.end() - 1] in "。:" else 0)


def unknown_below(text: str, end: int, active: frozenset[str], grammar: Grammar) -> int | None:
    """Where a 款 or 项 ends that follows a label and that no label names; None where none does."""
    match = _DEEPER.match(text, end)
    if match is None:
        return None
    known = grammar.vocabulary.at(text, end, active)
    return None if any(end + len(label.text) == match.end() for label in known) else match.end()


def item_alone(text: str, at: int, active: frozenset[str], grammar: Grammar) -> Named | None:
    """A 款 or 项 that stands without its 类 and that no label names; None where none stands here."""
    match, opener = _DEEPER.match(text, at), grammar.openers.match(text, at)
    if match is None or (opener is not None and opener.end() > at):
        # 其中|某某(款): the name begins further on.
        return None
    for family in grammar.vocabulary.families.values():
        if family.is_meant(active) and (found := item_at(family, text, at, match.end(), grammar)).topic:
            return found
    return None


def item_at(above: Topic, text: str, at: int, end: int, grammar: Grammar) -> Named:
    """A 款 or 项 that no label names: the one of the table that is meant, else none."""
    family = above.subject.partition("/")[0]
    codes = grammar.vocabulary.codes.get(family)
    paragraph_ends = text.find("\n", end)
    after = text[end : paragraph_ends if paragraph_ends >= 0 else len(text)]
    path = codes.at(text, at, grammar.amounts_in(after)) if codes is not None else None
    if path is None or path.code is None:
        return Named(None, end)
    return Named(replace(above, subject=f"{family}/{path.code}"), path.end)
