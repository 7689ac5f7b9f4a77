"""What the narrative of one publication can speak of: the contract's subjects and the codes it prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product

from jcfs_etl.contracts.equations import parse_sum
from jcfs_etl.contracts.model import Category, Contracts
from jcfs_etl.contracts.narrative import Family
from jcfs_etl.interpret.paths import Codes
from jcfs_etl.interpret.phrasebook import once
from jcfs_etl.labels import squeezed
from jcfs_etl.recognise.model import Publication

_SLOT = re.compile(r"\{([123])(~?)\}")


#: Characters of a label that says without its section what it means.
_SAYS_ENOUGH = 5


@dataclass(frozen=True)
class Topic:
    """A subject as the text is read: what figures that follow it speak of.

    Attributes:
        subject: id, ``<family>/<code>`` for a code.
        within: sections and contexts in which it is meant; everywhere when empty.
        share_of: subjects that its shares may be of, the likeliest first.
        also: subjects that the label may mean as well, the likeliest first.
        counts: subject of a count by its unit.
        costs: subject of an amount that is said of a count.
        part_of: subject after whose figures alone it is meant.
    """

    subject: str
    within: frozenset[str] = frozenset()
    share_of: tuple[str, ...] = ()
    counts: Mapping[str, str] = field(default_factory=dict)
    costs: str | None = None
    also: tuple[str, ...] = ()
    part_of: str | None = None

    @property
    def is_count(self) -> bool:
        """Whether it is itself counted and has no amount."""
        return self.subject in self.counts.values()

    def counted_in(self, unit: str, alike: frozenset[str]) -> str | None:
        """Its own subject where it is counted in one of some units that are alike, and this is another."""
        own = {name for name, subject in self.counts.items() if subject == self.subject}
        return self.subject if unit in alike and own & alike else None

    def is_meant(self, active: frozenset[str]) -> bool:
        """Whether it is meant where these sections and contexts are open."""
        return not self.within or bool(self.within & active)


@dataclass(frozen=True)
class Label:
    """A printed form of a topic.

    Attributes:
        text: the form.
        topic: what it means.
        complete: whether it needs no phrase right after it.
        only_there: whether it is never known outside the sections of its topic.
    """

    text: str
    topic: Topic
    complete: bool = False
    only_there: bool = False


class Lexicon:
    """The labels of the contract's subjects, which are the same for every publication.

    Args:
        contracts: subjects and families.
    """

    def __init__(self, contracts: Contracts) -> None:
        #: Where a label is meant of a project and not of the unit.
        self.narrow = frozenset({"performance", *contracts.narrative.contexts})
        self.generic = re.compile(contracts.narrative.generic)
        self.bare = re.compile(contracts.narrative.bare)
        self.elsewhere = frozenset(contracts.narrative.known_elsewhere)
        self.by_text: dict[str, list[Label]] = {}
        self.topics: dict[str, Topic] = {}
        for name, subject in contracts.narrative.subjects.items():
            topic = Topic(
                name,
                frozenset(subject.within),
                subject.share_of,
                subject.counts,
                subject.costs,
                part_of=subject.part_of,
            )
            self.topics[name] = topic
            for text in subject.names:
                self._add(Label(squeezed(text), self._ambiguous(topic, text, contracts)))
        narrative = contracts.narrative
        self.around_wholes = re.compile(narrative.around_wholes)
        #: Subjects that something is a share of.
        self.totals = frozenset(
            [whole for subject in narrative.subjects.values() for whole in subject.share_of]
            + [whole for family in narrative.families.values() for whole in family.share_of]
        )
        #: Side of a subject whose labels name only that one: 收入 or 支出.
        self.sides = {
            name: named[0]
            for name, subject in narrative.subjects.items()
            if len(named := [s for s in narrative.sides if any(s in label for label in subject.names)]) == 1
        }
        for name, places in narrative.labels_in.items():
            for place, forms in places.items():
                topic = replace(self.topics[name], within=frozenset({place}))
                for text in forms:
                    self._add(Label(squeezed(text), topic, only_there=True))
        for name, wholes in narrative.labels_among.items():
            for whole, forms in wholes.items():
                topic = replace(self.topics[name], part_of=whole)
                for text in forms:
                    self._add(Label(squeezed(text), topic, only_there=True))
        listed = {
            text: {p for one in labels for p in one.topic.within} for text, labels in self.by_text.items()
        }
        for name, subject in contracts.narrative.subjects.items():
            entry = narrative.ambiguous.get(name)
            labels, also = (entry.labels, entry.also) if entry is not None else ((), ())
            ambiguous = _written_otherwise(labels, contracts)
            for text in sorted(_written_otherwise(subject.names, contracts)):
                if text not in listed or (listed[text] and listed[text].isdisjoint(subject.within)):
                    topic = self.topics[name]
                    self._add(Label(text, replace(topic, also=also) if text in ambiguous else topic))
        self.lengths = _lengths(self.by_text)

    def _ambiguous(self, topic: Topic, text: str, contracts: Contracts) -> Topic:
        """The topic of a label, with what else the label may mean."""
        entry = contracts.narrative.ambiguous.get(topic.subject)
        return replace(topic, also=entry.also) if entry is not None and text in entry.labels else topic

    def _add(self, label: Label) -> None:
        self.by_text.setdefault(label.text, []).append(label)


def _lengths(texts: Iterable[str]) -> dict[str, list[int]]:
    """How long texts are that begin with a character, the longest first."""
    lengths: dict[str, set[int]] = {}
    for text in texts:
        lengths.setdefault(text[0], set()).add(len(text))
    return {first: sorted(found, reverse=True) for first, found in lengths.items()}


_lexicon = once(Lexicon)


class Vocabulary:
    """All labels of a publication's narrative.

    Args:
        contracts: subjects, families and classifications.
        publication: its printed rows name codes that no classification lists.
    """

    def __init__(self, contracts: Contracts, publication: Publication) -> None:
        lexicon = _lexicon(contracts)
        self._narrow, self._elsewhere = lexicon.narrow, lexicon.elsewhere
        self._generic, self._bare, self._around_wholes = lexicon.generic, lexicon.bare, lexicon.around_wholes
        self.topics, self.totals, self.sides = lexicon.topics, lexicon.totals, lexicon.sides
        self._of_contract = lexicon.by_text
        self._of_codes: dict[str, list[Label]] = {}
        self.codes: dict[str, Codes] = {}
        #: Of each family what goes for all of its codes.
        self.families: dict[str, Topic] = {}
        for name, family in contracts.narrative.families.items():
            self.codes[name] = _codes(family, contracts, publication)
            self.families[name] = Topic(name, frozenset(family.within), family.share_of)
            for text, code in _labels_of_codes(family, contracts, publication).items():
                topic = Topic(f"{name}/{code}", frozenset(family.within), family.share_of)
                complete = bool(family.complete) and re.search(family.complete, text) is not None
                label = Label(text, topic, complete)
                self._of_codes.setdefault(text, []).append(label)
        #: How long labels are that begin with a character, the longest first.
        self._lengths = dict(lexicon.lengths)
        for first, lengths in _lengths(self._of_codes).items():
            self._lengths[first] = sorted({*lengths, *self._lengths.get(first, ())}, reverse=True)

    def at(self, text: str, start: int, active: frozenset[str]) -> Iterator[Label]:
        """Labels that stand at a position and are meant there, the longest first."""
        for length in self._lengths.get(text[start], ()):
            for label in self._bearing(text[start : start + length]):
                if label.topic.is_meant(active) or self._is_meant_anywhere(label, active):
                    yield label

    def _bearing(self, text: str) -> Sequence[Label]:
        """The labels that read so."""
        known, codes = self._of_contract.get(text, ()), self._of_codes.get(text, ())
        return [*known, *codes] if known and codes else known or codes

    def _is_meant_anywhere(self, label: Label, active: frozenset[str]) -> bool:
        """Whether no other subject bears a label that says enough, so that no section is needed."""
        if label.only_there or len(label.text) < _SAYS_ENOUGH or not self._elsewhere & label.topic.within:
            return False
        if self.is_generic(label):
            return False
        return (
            not active & self._narrow and len({one.topic.subject for one in self._bearing(label.text)}) == 1
        )

    def is_generic(self, label: Label) -> bool:
        """Whether a label is of whatever is spoken of, outside its own sections: 支出决算."""
        return self._generic.fullmatch(label.text) is not None

    def is_bare(self, label: Label) -> bool:
        """Whether a label may be of anything that the sentence speaks of: 支出."""
        return self._bare.fullmatch(label.text) is not None

    def wholes(
        self, text: str, active: frozenset[str], usual: Sequence[str], stated: Sequence[str]
    ) -> list[str]:
        """The subjects that a label as a whole may name, the likeliest first.

        Args:
            text: the label.
            active: sections and contexts that are open.
            usual: subjects of which some are meant where they bear the label.
            stated: totals that the sentence has stated.

        Returns:
            Nothing where no subject bears the label, or several and none of them is likelier.
        """
        plain = self._around_wholes.sub("", text)
        labels = self._bearing(text) or self._bearing(plain) or self._bearing(_without_total(plain))
        topics = {label.topic.subject: label.topic for label in labels}
        likely = [one for one in (*usual, *stated) if one in topics]
        if not likely:
            found = [s for s, topic in topics.items() if topic.is_meant(active)] or list(topics)
            likely = found if len(found) == 1 else []
        return [other for one in likely for other in (one, *topics[one].also)]


def _without_total(whole: str) -> str:
    """A whole without the 总 of 总支出 and 总收入."""
    return re.sub("总(?=(?:支出|收入)$)", "", whole)


def _written_otherwise(labels: Iterable[str], contracts: Contracts) -> set[str]:
    """Labels with the synonyms and the ends that the contract knows."""
    narrative = contracts.narrative
    forms = {squeezed(label) for label in labels}
    for group in [[squeezed(word) for word in words] for words in narrative.synonyms]:
        longest = sorted(group, key=len, reverse=True)
        for form in list(forms):
            part = next((word for word in longest if word in form), None)
            if part is not None:
                forms |= {form.replace(part, word, 1) for word in group}
    ends = sorted(narrative.endings, key=len, reverse=True)
    for form in list(forms):
        end = next((end for end in ends if form.endswith(end)), None)
        if end is not None:
            forms |= {form.removesuffix(end) + other for other in ends}
    return forms


def _labels_of_codes(family: Family, contracts: Contracts, publication: Publication) -> dict[str, str]:
    """Code by label, without the labels that more than one code could bear.

    Where a classification uses a name twice, the code that the form prints an amount for is meant.
    """
    table = publication.tables.get(family.rows_of)
    rows = {row.row: row.label for row in table.rows if row.row.isdigit()} if table is not None else {}
    amounts = {fact.key.row for fact in table.facts if fact.amount} if table is not None else set()
    names = _names(_classification(family, contracts), rows, contracts)
    codes: dict[str, set[str]] = {}
    for form in family.labels:
        slots = [(int(level), bool(short)) for level, short in _SLOT.findall(form)]
        depth = max(level for level, _ in slots)
        for code in (c for c in names if len(c) == 1 + 2 * depth):
            for label in _forms(form, tuple(names.get(code[: 1 + 2 * lv], ()) for lv, _ in slots)):
                codes.setdefault(label, set()).add(code)
    found = {}
    for label, bearers in codes.items():
        likely = bearers if len(bearers) == 1 else bearers & amounts
        if len(likely) == 1 and label:
            found[label] = next(iter(likely))
    return found


@lru_cache(maxsize=1 << 14)
def _forms(form: str, parts: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """A form of a label with the names of its levels put in, every name of each level in turn."""
    slots = [bool(short) for _, short in _SLOT.findall(form)]
    found = []
    for values in product(*([_short(n) if s else n for n in p] for s, p in zip(slots, parts, strict=True))):
        queue = iter(values)
        found.append(_SLOT.sub(lambda _, queue=queue: next(queue), form))  # type: ignore[misc]
    return tuple(found)


def _codes(family: Family, contracts: Contracts, publication: Publication) -> Codes:
    """The codes of a family with their names and this year's amounts."""
    rows: dict[str, str] = {}
    amounts: dict[str, int] = {}
    table = publication.tables.get(family.rows_of)
    if table is not None:
        rows = {row.row: contracts.label(row.label) for row in table.rows if row.row.isdigit()}
        (term,) = parse_sum(family.figure)
        amounts = {
            f.key.row: f.amount
            for f in table.facts
            if f.key.column == term.column.name and f.key.row in rows and f.amount
        }
    return Codes(_names(_classification(family, contracts), rows, contracts), rows, amounts)


def _classification(family: Family, contracts: Contracts) -> Mapping[str, Category]:
    return contracts.functional if family.classification == "functional" else contracts.economic


def _names(
    classification: Mapping[str, Category], rows: Mapping[str, str], contracts: Contracts
) -> dict[str, tuple[str, ...]]:
    codes = dict.fromkeys([*rows, *classification])

    def of(code: str) -> Iterable[str]:
        if code in rows:
            yield contracts.label(rows[code])
        if code in classification:
            for name in sorted(classification[code].names):
                yield name
                # 对个人和家庭的补助 is also written without its 的.
                yield name.replace("的", "")

    return {code: tuple(dict.fromkeys(n for n in of(code) if n)) for code in codes}


def _short(name: str) -> str:
    return name.removesuffix("支出")
