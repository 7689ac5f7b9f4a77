"""Numbers that several subjects share out among them: 收、支总计分别为 A、B 万元, 分别增长 C %、D %."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from jcfs_etl.contracts.patterns import NUMBER
from jcfs_etl.interpret.grammar import Grammar
from jcfs_etl.interpret.model import Period
from jcfs_etl.interpret.passage import begin_of
from jcfs_etl.interpret.stating import StatedAt, Surroundings, stated
from jcfs_etl.interpret.topics import Topic

_UNIT = r"[^0-9,。;:、()和及与\n]{0,4}"
_AND = r"(?:、|,|和|及|与|以及)"
#: A word of direction before a further number: 分别增长5%、下降3%.
_TURN = r"(?:、|和|及|与|以及)(?P<{}>[^,。;:、()分各0-9\n]{{1,4}})"
_NUMBERS = (
    rf"(?P<verb>[^,。;:、0-9\n]{{0,16}})"
    rf"(?P<numbers>{NUMBER}{_UNIT}(?:(?:{_AND}|{_TURN.format('turned')}){NUMBER}{_UNIT})+)"
)
_SHARED = re.compile(rf"(?P<noun>[^,。;:、()0-9\n]{{0,24}}?)(?:分别|各自?|依次){_NUMBERS}")
#: The next row of numbers needs no such word: 分别增长5万元、6万元,增长2%、3%.
_AGAIN = re.compile(rf"(?P<noun>){_NUMBERS}")
_SHARES = re.compile("分别|各|依次")
#: How far ahead of a subject they may stand, and what may not stand before them.
_FARTHEST, _STOPS = 80, "。;:\n"
_ONE = re.compile(rf"(?:{_TURN.format('turn')})?(?P<number>{NUMBER})(?P<unit>{_UNIT})")
_BETWEEN = re.compile(r"(?:、|,)?(?:和|及|与|以及)?")


def shared_out(text: str) -> frozenset[int]:
    """Places of a text with a word near ahead, in the same clauses, by which numbers are shared out."""
    places: set[int] = set()
    for word in _SHARES.finditer(text):
        begins = begin_of(text, word.start(), _STOPS)
        places.update(range(max(begins, word.start() - _FARTHEST), word.start() + 1))
    return frozenset(places)


def is_shared(text: str, at: int) -> bool:
    """Whether several numbers with 分别 stand here, so that none is of one subject alone."""
    return _shared(text, at) is not None


def _shared(text: str, at: int, *, again: bool = False) -> re.Match[str] | None:
    """Numbers with 分别 that stand here: of one unit where each has its own direction."""
    match = (_AGAIN if again else _SHARED).match(text, at)
    if match is None:
        return None
    numbers = list(_ONE.finditer(text, match.start("numbers"), match.end()))
    units = {number["unit"] for number in numbers if number["unit"]}
    return None if len(units) > 1 and any(number["turn"] for number in numbers) else match


def labels_at(text: str, at: int, active: frozenset[str], grammar: Grammar) -> tuple[list[Topic], int]:
    """Subjects that stand in a row, parted by 、 or 和, and where the last of them ends."""
    topics: list[Topic] = []
    end = at
    while True:
        label = next(grammar.vocabulary.at(text, at, active), None) if at < len(text) else None
        also = grammar.relative_at(text, at) if topics else None
        if label is None and also is None:
            return topics, end
        # 团组数及人数分别为…: the second is counted of the first.
        topics.append(label.topic if label is not None else topics[-1])
        end = at + len(label.text if label is not None else also or "")
        between = _BETWEEN.match(text, end)
        at = between.end() if between is not None and between.end() > end else len(text)


def shared_at(
    topics: Sequence[Topic],
    at: int,
    around: Surroundings,
    active: frozenset[str],
    grammar: Grammar,
    *,
    again: bool = False,
) -> tuple[list[StatedAt], int, Period | None] | None:
    """What the numbers at a position say of each subject in turn.

    Args:
        topics: the subjects, in printed order.
        at: where 分别 stands.
        around: what the text says before.
        active: sections and contexts that are open.
        grammar: the contract's.
        again: whether a row of numbers right before was shared out, so that this needs no 分别.

    Returns:
        The claims, where they end and what they compare with; None unless there are as many numbers as
        subjects and each is understood.
    """
    match = _shared(around.text, at, again=again)
    if match is None:
        return None
    verb, first = match["verb"], match.start("numbers")
    numbers = list(_ONE.finditer(around.text, first, match.end()))
    if len(numbers) != len(topics):
        return None
    reference = grammar.reference_at(verb, 0)
    if reference is not None:
        around, verb = replace(around, reference=reference[0]), verb[reference[1] :]
    found: list[StatedAt] = []
    for topic, number in zip(topics, numbers, strict=True):
        unit = number["unit"] or numbers[-1]["unit"]
        said = match["noun"] + (number["turn"] or verb) + number["number"] + unit
        one = _of_one(said, topic, around, active, grammar)
        if one is None:
            return None
        found.append(replace(one, start=number.start("number"), end=number.end("number")))
    return found, match.end(), around.reference


def _of_one(
    said: str, topic: Topic, around: Surroundings, active: frozenset[str], grammar: Grammar
) -> StatedAt | None:
    """What a phrase put together says of one subject, where it is a whole one."""
    for start in grammar.linked(said, 0):
        for phrase, whole in grammar.phrases_at(said, start, active):
            if whole.end() == len(said) and len(phrase.states) == 1:
                one = stated(phrase, whole, topic, around, grammar)
                if one is not None:
                    return one[0] if one else None
    return None
