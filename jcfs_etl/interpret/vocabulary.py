"""What the narrative of one publication can speak of: the contract's subjects and the codes it prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.narrative import NarrativeContract
from jcfs_etl.contracts.once import once
from jcfs_etl.interpret.code_labels import FamilyLabels
from jcfs_etl.interpret.paths import Codes
from jcfs_etl.interpret.topics import Label, Topic
from jcfs_etl.labels import squeezed
from jcfs_etl.recognise.model import Publication

#: Characters of a label that says without its section what it means.
_SAYS_ENOUGH = 5


class Lexicon:
    """The labels of the contract's subjects and classifications, which are the same for every publication.

    Args:
        contracts: subjects and families.
    """

    def __init__(self, contracts: Contracts) -> None:
        #: Where a label is meant of a project and not of the unit.
        self.narrow = frozenset({"performance", *contracts.narrative.contexts})
        self.generic = re.compile(contracts.narrative.generic)
        self.bare = re.compile(contracts.narrative.bare)
        self.elsewhere = frozenset(contracts.narrative.known_elsewhere)
        self.unknown_in = {
            section: frozenset(sections) for section, sections in contracts.narrative.unknown_in.items()
        }
        self.by_text: dict[str, list[Label]] = {}
        self.topics: dict[str, Topic] = {}
        self._add_subjects(contracts)
        narrative = contracts.narrative
        self.around_wholes = re.compile(narrative.around_wholes)
        self.loose_total = re.compile(narrative.loose_total)
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
        for name, classes in narrative.families.items():
            # A class is of the side of what it is a share of.
            if classes.share_of and classes.share_of[0] in self.sides:
                self.sides[name] = self.sides[classes.share_of[0]]
        self._add_labels(contracts.narrative)
        self._add_writings(contracts)
        self.families = {name: FamilyLabels(name, contracts) for name in narrative.families}
        #: All labels by their text, before those that a publication prints.
        self.bearing: dict[str, list[Label]] = {text: list(labels) for text, labels in self.by_text.items()}
        for family in self.families.values():
            for text, label in family.by_text.items():
                self.bearing.setdefault(text, []).append(label)
        self.lengths = _lengths(self.bearing)

    def _add_subjects(self, contracts: Contracts) -> None:
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

    def _add_labels(self, narrative: NarrativeContract) -> None:
        """Labels that are a subject's in some sections, or among the parts of some whole, only."""
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

    def _add_writings(self, contracts: Contracts) -> None:
        """Other ways to write labels, where they mean nothing else there."""
        narrative = contracts.narrative
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

    def _ambiguous(self, topic: Topic, text: str, contracts: Contracts) -> Topic:
        """The topic of a label, with what else the label may mean."""
        entry = contracts.narrative.ambiguous.get(topic.subject)
        return replace(topic, also=entry.also) if entry is not None and text in entry.labels else topic

    def _add(self, label: Label) -> None:
        self.by_text.setdefault(label.text, []).append(label)


def _lengths(texts: Iterable[str]) -> dict[str, list[int]]:
    """How long texts are that begin with two characters, or are one, the longest first."""
    lengths: dict[str, set[int]] = {}
    for text in texts:
        lengths.setdefault(text[:2], set()).add(len(text))
    return {first: sorted(found, reverse=True) for first, found in lengths.items()}


#: The labels of the contracts, made once.
lexicon = once(Lexicon)


class Vocabulary:
    """All labels of a publication's narrative.

    Args:
        contracts: subjects, families and classifications.
        publication: its printed rows name codes that no classification lists.
    """

    def __init__(self, contracts: Contracts, publication: Publication) -> None:
        self._lexicon = known = lexicon(contracts)
        self.topics, self.totals, self.sides = known.topics, known.totals, known.sides
        self.codes: dict[str, Codes] = {}
        #: Of each family what goes for all of its codes.
        self.families: dict[str, Topic] = {
            name: Topic(name, frozenset(family.within), family.share_of)
            for name, family in contracts.narrative.families.items()
        }
        printed: list[tuple[FamilyLabels, dict[str, Label | None]]] = []
        for name, family in known.families.items():
            self.codes[name], labels = family.printed(publication)
            printed.append((family, labels))
        #: The labels of texts that are codes' others for this publication than by the classifications alone.
        self._printed = {
            text: [
                *known.by_text.get(text, ()),
                *(
                    label
                    for family, labels in printed
                    if (label := labels[text] if text in labels else family.by_text.get(text)) is not None
                ),
            ]
            for text in dict.fromkeys(text for _, labels in printed for text in labels)
        }
        #: How long labels are that begin with two characters, or are one, the longest first.
        self._lengths: Mapping[str, Sequence[int]] = known.lengths | {
            first: sorted({*lengths, *known.lengths.get(first, ())}, reverse=True)
            for first, lengths in _lengths(self._printed).items()
        }

    def firsts(self) -> frozenset[str]:
        """The first characters of all labels."""
        return frozenset(begins[0] for begins in self._lengths)

    def at(self, text: str, start: int, active: frozenset[str]) -> Iterator[Label]:
        """Labels that stand at a position and are meant there, the longest first."""
        begins = text[start : start + 2]
        lengths = self._lengths.get(begins, ())
        if len(begins) == 2 and begins[0] in self._lengths:
            lengths = (*lengths, 1)
        for length in lengths:
            for label in self._bearing(text[start : start + length]):
                if label.topic.is_meant(active) or self._is_meant_anywhere(label, active):
                    yield label

    def may_begin(self, text: str, start: int) -> bool:
        """Whether any label has the characters that stand at a position for its first."""
        return text[start : start + 2] in self._lengths or text[start] in self._lengths

    def _bearing(self, text: str) -> Sequence[Label]:
        """The labels that read so."""
        if text in self._printed:
            return self._printed[text]
        return self._lexicon.bearing.get(text, ())

    def _is_meant_anywhere(self, label: Label, active: frozenset[str]) -> bool:
        """Whether no other subject bears a label that says enough, so that no section is needed."""
        lexicon, within = self._lexicon, label.topic.within
        if label.only_there or len(label.text) < _SAYS_ENOUGH or not lexicon.elsewhere & within:
            return False
        if self.is_generic(label) or active & lexicon.narrow:
            return False
        if any(lexicon.unknown_in[one] & within for one in active & lexicon.unknown_in.keys()):
            return False
        return len({one.topic.subject for one in self._bearing(label.text)}) == 1

    def is_unknown_beside(self, whole: Topic, topic: Topic) -> bool:
        """Whether a topic is never meant where the other is spoken of: what paid for 三公经费."""
        unknown_in = self._lexicon.unknown_in
        return any(unknown_in[one] & topic.within for one in whole.within & unknown_in.keys())

    def is_generic(self, label: Label) -> bool:
        """Whether a label is of whatever is spoken of, outside its own sections: 支出决算."""
        return self._lexicon.generic.fullmatch(label.text) is not None

    def is_bare(self, label: Label) -> bool:
        """Whether a label may be of anything that the sentence speaks of: 支出."""
        return self._lexicon.bare.fullmatch(label.text) is not None

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
        plain = self._lexicon.around_wholes.sub("", text)
        forms = (text, plain, self._lexicon.loose_total.sub("", plain))
        labels = next(filter(None, map(self._bearing, forms)), ())
        topics = {label.topic.subject: label.topic for label in labels}
        likely = [one for one in (*usual, *stated) if one in topics]
        if (
            not likely
            and self._lexicon.generic.fullmatch(plain)
            and not any(t.is_meant(active) for t in topics.values())
        ):
            # 占支出总额的…: of what the section speaks of.
            return list(usual)
        if not likely:
            found = [s for s, topic in topics.items() if topic.is_meant(active)] or list(topics)
            likely = found if len(found) == 1 else []
        return [other for one in likely for other in (one, *topics[one].also)]


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
