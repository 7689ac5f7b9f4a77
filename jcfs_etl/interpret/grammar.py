"""The narrative's contract made ready for one publication: vocabulary and compiled patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.narrative import Aside, Phrase
from jcfs_etl.contracts.patterns import NEVER, repeated
from jcfs_etl.interpret.model import Period
from jcfs_etl.interpret.phrasebook import phrasebook
from jcfs_etl.interpret.topics import Label, Topic
from jcfs_etl.interpret.vocabulary import Vocabulary
from jcfs_etl.labels import squeezed
from jcfs_etl.recognise.model import Publication

#: Characters of a subject that words before it are told by.
_BEGINS = 2
#: Marks that part clauses, and what numbers begin with.
PARTING, BEGINS_NUMBER = frozenset('。\n;,:、()\t"'), frozenset("-0123456789")
MARKS = PARTING | BEGINS_NUMBER
#: Characters that belong to no word.
_NO_WORDS = re.compile("[^\u4e00-\u9fff]")


class Grammar:
    """How figures are said in one publication's narrative.

    Args:
        contracts: the contracts.
        publication: its unit, year and printed rows.

    Attributes:
        contract: the words of the narrative's contract.
        book: its patterns.
    """

    def __init__(self, contracts: Contracts, publication: Publication) -> None:
        contract = contracts.narrative
        self.contract, self.book = contract, phrasebook(contracts)
        self.year = publication.year
        self.vocabulary = Vocabulary(contracts, publication)
        words = contract.words
        known = {
            "unit": re.escape(publication.unit) if publication.unit else NEVER,
            "this_year": f"{publication.year}年度?" if publication.year else NEVER,
        }
        self.openers = repeated(contract.openers, words, known)
        self.links = repeated(contract.links, words, known)
        self.carriers = repeated(contract.carriers, words, known)
        turns = "|".join(map(re.escape, (*contract.directions.up, *contract.directions.down)))
        self._hollow = repeated((*contract.links, *contract.carriers, turns), words, known)
        self.plain_sections = frozenset(contract.plain_headings)
        #: Where something may begin that is not tried at every character.
        firsts = "".join(sorted(self.book.firsts | self.vocabulary.firsts() | MARKS))
        self.begins = re.compile(f"[{re.escape(firsts)}]")
        self._phrases: dict[tuple[str, int], list[tuple[Phrase, re.Match[str]]]] = {}
        self._unit = squeezed(publication.unit or "")
        self._plain_unit = self._unit.replace("(", "").replace(")", "")
        self._of_all_money = frozenset(contract.of_all_money)
        same, likely = contract.same_money, contract.likely_same_money
        self._kinds = {*same, *same.values(), *likely, *likely.values()}

    def relative_at(self, text: str, at: int) -> str | None:
        """The longest word at a position that goes with the subject before it."""
        return max((word for word in self.book.relative if text.startswith(word, at)), key=len, default=None)

    def says_nothing_else(self, words: str) -> bool:
        """Whether words name no subject and nothing that might be one."""
        return self._hollow.fullmatch(_NO_WORDS.sub("", words)) is not None

    def is_of_money(self, words: str) -> bool:
        """Whether some words name money or what it is spent on."""
        return self.book.money_words.search(words) is not None

    def leaves_subject(self, label: str, text: str, start: int, end: int, active: frozenset[str]) -> bool:
        """Whether words before a subject's label name no other one and do not make it another."""
        start = max((m.end() for m in self.book.anew.finditer(text, start, end)), default=start)
        if self.book.restricting.search(text[start:end]) is not None:
            return False
        if self.book.ends.match(label) is not None and self.book.ended.search(text[start:end]) is not None:
            return False
        return not any(True for at in range(start, end) for _ in self.vocabulary.at(text, at, active))

    def is_narrower(self, text: str, start: int, end: int) -> bool:
        """Whether words before a subject are of a part of what the accounts are of, and not of the unit."""
        words = text[start : end + _BEGINS]
        if self._unit:
            words = words.replace(self._unit, self._unit[-1])
        found = self.book.narrower.search(words)
        return found is not None and found[0] not in self._plain_unit

    def meant(self, label: Label, text: str, end: int) -> Topic:
        """The topic of a label that stands before a position, with regard to the words after it."""
        for labels, words, subject in self.book.otherwise:
            if label.text in labels and words.match(text, end) is not None:
                return self.vocabulary.topics[subject]
        return label.topic

    def on_side(self, topic: Topic, words: str, recent: Sequence[Topic]) -> Topic | None:
        """The topic that words of comparison are of which name a side.

        Args:
            topic: the current one.
            words: the words of comparison.
            recent: topics of which the sentence has stated something, in order.

        Returns:
            The topic where they name no other side; else the last one of that side, None where there is none.
        """
        named = [side for side in self.contract.sides if side in words]
        sides = self.vocabulary.sides
        if len(named) != 1 or sides.get(topic.subject, named[0]) == named[0]:
            return topic
        return next((one for one in reversed(recent) if sides.get(one.subject) == named[0]), None)

    def of_same_money(self, label: Label, before: Sequence[Topic]) -> Topic | None:
        """The topic of a bare side after the other side of one kind of money; None where of all money."""
        last, sides = before[-1].subject if before else "", self.vocabulary.sides
        if sides.get(label.topic.subject) in (None, sides.get(last)):
            return None
        other = self.contract.same_money.get(last)
        if other is not None and self.vocabulary.is_generic(label):
            return self.vocabulary.topics[other]
        likely = self.contract.likely_same_money.get(last) if len(before) == 1 else None
        if likely is not None and self.vocabulary.is_bare(label):
            also = (label.topic.subject, *label.topic.also)
            return replace(self.vocabulary.topics[likely], also=also)
        return None

    def is_kind_of_money(self, topic: Topic) -> bool:
        """Whether a topic is of one kind of money, such as 财政拨款 or 政府性基金."""
        return topic.subject in self._kinds

    def is_of_one_kind(self, label: Label, before: Sequence[Topic]) -> bool:
        """Whether a label of all money stands after one kind of it: 政府性基金收入5万元,年末结转和结余0元."""
        return label.topic.subject in self._of_all_money and any(map(self.is_kind_of_money, before))

    def turns_aside(self, topic: Topic, words: str) -> bool:
        """Whether words after a label name the other side, so that the topic is not meant: …财政拨款|支出."""
        side = self.vocabulary.sides.get(topic.subject)
        return side is not None and any(one in words for one in self.contract.sides if one != side)

    def phrases_at(self, text: str, at: int, active: frozenset[str]) -> list[tuple[Phrase, re.Match[str]]]:
        """Phrases that stand at a position and are understood there, the longest first."""
        # What stands at a position is asked for after each label before it, and again at the position itself.
        found = self._phrases.get((text, at))
        if found is None:
            found = self.book.phrases.matching(text, at)
            self._phrases[text, at] = found = sorted(found, key=lambda pair: -pair[1].end())
        return [pair for pair in found if not pair[0].within or active.intersection(pair[0].within)]

    def may_begin(self, text: str, at: int) -> bool:
        """Whether a subject, a figure or a comparison may stand at a position, by the characters there."""
        return self.book.anything.may_match(text, at) or self.vocabulary.may_begin(text, at)

    def own_patterns_at(
        self, text: str, at: int, active: frozenset[str]
    ) -> Iterator[tuple[Topic, Phrase, re.Match[str]]]:
        """Topics whose own phrase stands at a position and is meant there."""
        for (name, phrase), match in self.book.own_patterns.matching(text, at):
            topic = self.vocabulary.topics[name]
            if not topic.is_meant(active | self.contexts_in(text, at, match.end())):
                continue
            # The number of a subject's own phrase is the subject's, whatever it counts.
            counts = {self.book.count_units[match["count_unit"]]: name} if "count" in phrase.states else {}
            yield Topic(name, topic.within, topic.share_of, counts), phrase, match

    def contexts_in(self, text: str, start: int, end: int) -> frozenset[str]:
        """Contexts that a stretch of text opens."""
        if self.book.any_context.search(text, start, end) is None:
            return frozenset()
        return frozenset(
            n for n, pattern in self.book.contexts.patterns if pattern.search(text, start, end) is not None
        )

    def context_ends(self, text: str, at: int) -> int | None:
        """Where the longest words end that open a context at a position."""
        opened = self.book.contexts.longest(text, at)
        return opened[1].end() if opened is not None else None

    def reference_at(self, text: str, at: int) -> tuple[Period | None, int] | None:
        """What figures are compared with from here, and where the words end.

        The period is None where the words name another year than the last.
        """
        found = self.book.references.longest(text, at)
        if found is None:
            return None
        period, match = found
        if period == "budget":
            return self.budget_of(match.groupdict()), match.end()
        return (period if self.is_last_year(match.groupdict()) else None), match.end()

    def aside_at(self, text: str, at: int, *, of_numbers: bool = False) -> tuple[Aside, re.Match[str]] | None:
        """The longest aside that stands at a position; that holds no figures, where of numbers alone."""
        return (self.book.number_asides if of_numbers else self.book.asides).longest(text, at)

    def after_label(self, text: str, end: int) -> Iterator[tuple[int, int, Period | None, bool]]:
        """Where a phrase may begin after a label: after linking words, or words of comparison too.

        Yields:
            Where linking words end, where a phrase may begin, what the words between compare with, and
            whether there are such words.
        """
        for start in self.linked(text, end):
            yield start, start, None, False
            if self.book.after_comma.match(text, start) is not None:
                for further in self.linked(text, start + 1):
                    yield further, further, None, False
            after = start + 1 if text[start : start + 1] == "," else start
            reference = self.reference_at(text, after)
            if reference is None:
                continue
            for further in self.linked(text, reference[1]):
                yield start, further, reference[0], True
                if text[further : further + 1] == ",":
                    yield start, further + 1, reference[0], True

    def compares_at(self, text: str, end: int) -> bool:
        """Whether words of comparison and no amount of this year follow a label."""
        return any(self.reference_at(text, start) is not None for start in self.linked(text, end))

    def linked(self, text: str, start: int) -> list[int]:
        """Every position up to which only linking words stand, the farthest first."""
        match = self.links.match(text, start)
        end = match.end() if match is not None else start
        if end == start:
            return [start]
        return [at for at in range(end, start - 1, -1) if self.links.fullmatch(text, start, at)]

    def period_of(self, match: re.Match[str]) -> Period | None:
        """The period of the year that a match names: this one, the last, or None for another."""
        year = int(match["year"])
        if self.year is None or year == self.year:
            return "this"
        return "last" if year == self.year - 1 else None

    def budget_of(self, groups: Mapping[str, str | None]) -> Period | None:
        """Which budget the groups of a match speak of; None for that of another year."""
        year = groups.get("of_year")
        if year is not None and self.year is not None and int(year) != self.year:
            return None
        return "adjusted_budget" if groups.get("adjusted") else "budget"

    def level_below(self, heading: str) -> Period | None:
        """What amounts below a heading are of that say no more; None under a budget of another year."""
        match = self.book.of_budgets.search(heading)
        if match is None:
            return "this"
        years = {int(year) for year in self.book.years.findall(heading)}
        return "budget" if self.year is None or years <= {self.year} else None

    def is_last_year(self, groups: Mapping[str, str | None]) -> bool:
        """Whether the groups of a match that may name a year name the last one, or none at all."""
        named = groups.get("year")
        return named is None or self.year is None or int(named) == self.year - 1
