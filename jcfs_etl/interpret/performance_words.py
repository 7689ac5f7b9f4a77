"""Compares what is printed on self-evaluation forms with the words of the contract."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.performance import Block
from jcfs_etl.interpret.performance_naming import Naming
from jcfs_etl.interpret.phrasebook import once
from jcfs_etl.labels import squeezed

#: Characters of the longest label that is told by its words.
_LONGEST = 12
#: Texts of which it is remembered what they say.
_REMEMBERED = 1 << 12
#: Ids of the headings of the goals.
GOALS, COMPLETION = "goals", "completion"


class Words:
    """Compares printed labels with those of the contract.

    Attributes:
        contract: the contract.
        naming: tells labels that it does not list.
        fields: labels of the fields, by id.
        goals: headings of the goals and of what came of them, by id.
        sides: headings at the left of the blocks.
    """

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts
        self.contract = contracts.performance
        self.naming = Naming(contracts.performance)
        self.fields: Mapping[str, Sequence[str]] = {
            name: field.labels for name, field in self.contract.fields.items()
        }
        goals = self.contract.goals
        self.goals: Mapping[str, Sequence[str]] = {GOALS: goals.goals, COMPLETION: goals.completion}
        parts = (self.contract.money, goals, self.contract.indicators, self.contract.analysis)
        self.sides = tuple(side for part in parts for side in part.sides)
        self._suffix = re.compile(self.contract.label_suffix_pattern)
        # Few texts and few lists of labels, each looked at many times.
        self.of = lru_cache(maxsize=_REMEMBERED)(self._forms)
        self._is_one = lru_cache(maxsize=_REMEMBERED)(self._is_among)
        self._known: dict[tuple[str, ...], frozenset[str]] = {}
        blocks = (self.contract.money, self.contract.indicators)
        columns = {id(b): {name: column.labels for name, column in b.columns.items()} for b in blocks}
        others = {id(labels): labels for labels in (self.fields, self.goals, self.contract.analysis.columns)}
        #: What finds a text in a part of the contract, by the part's id as an object.
        self._named = {
            part: lru_cache(maxsize=_REMEMBERED)(partial(self._first, self._ids(labels)))
            for part, labels in (columns | others).items()
        }
        self._near = {
            part: lru_cache(maxsize=_REMEMBERED)(partial(self._nearest, self._names(labels)))
            for part, labels in (columns | {id(self.fields): self.fields}).items()
        }

    def _forms(self, text: str) -> tuple[str, ...]:
        """The forms in which a label may be known: as it stands, and without what follows in brackets."""
        whole = bare = self._contracts.label(text)
        while (match := self._suffix.search(bare)) and match.start():
            bare = bare[: match.start()]
        return (whole, bare)

    def is_text(self, line: str) -> bool:
        """Whether a line above a grid is more than the number of its page."""
        return self._contracts.publication.is_text(line)

    def is_signature(self, text: str) -> bool:
        """Whether a cell says who answers for the form: 项目负责人：李明."""
        plain = squeezed(text)
        return ":" in plain and regex(self._contracts.publication.signature_pattern).match(plain) is not None

    def is_one(self, text: str, labels: Sequence[str]) -> bool:
        """Whether the text is one of the labels."""
        return self._is_one(text, tuple(labels))

    def _is_among(self, text: str, labels: tuple[str, ...]) -> bool:
        if labels not in self._known:
            self._known[labels] = frozenset(self._contracts.label(label) for label in labels)
        return not self._known[labels].isdisjoint(self.of(text))

    def find(self, text: str, labels: Mapping[str, Sequence[str]]) -> str | None:
        """The id under which fields, goals or analysis have the text: the first of several."""
        return self._named[id(labels)](text)

    def column(self, text: str, block: Block) -> str | None:
        """The column of a block that a head names."""
        return self._named[id(block)](text)

    def near_column(self, text: str, block: Block) -> str | None:
        """The column of a block that the words of a head nearly name."""
        return self._near[id(block)](text)

    def near_field(self, text: str) -> str | None:
        """The field whose label a short text nearly is, or whose key words it has alone."""
        plain, fields = squeezed(text), self.contract.fields
        if len(plain) > _LONGEST:
            return None
        keys = [name for name, field in fields.items() if field.key and re.search(field.key, plain)]
        near = self._near[id(self.fields)](text)
        return near or (keys[0] if len(keys) == 1 else None)

    def coded(self, name: str, text: str, says_code: bool) -> re.Match[str] | None:
        """The code and the name in a field's text; None where it has no code.

        Args:
            name: of the field.
            text: what stands in it.
            says_code: whether its label says that there is a code.
        """
        contract = self.contract
        if contract.fields[name].kind != "coded":
            return None
        return re.match(contract.labelled_coded_pattern if says_code else contract.coded_pattern, text)

    def _names(self, labels: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Ids by label, the last that lists it."""
        return {self._contracts.label(label): name for name, these in labels.items() for label in these}

    def _ids(self, labels: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, str]]:
        """Place and id by label, the first that lists it."""
        found: dict[str, tuple[int, str]] = {}
        for place, (name, these) in enumerate(labels.items()):
            for label in these:
                found.setdefault(self._contracts.label(label), (place, name))
        return found

    def _first(self, ids: Mapping[str, tuple[int, str]], text: str) -> str | None:
        found = [ids[form] for form in self.of(text) if form in ids]
        return min(found)[1] if found else None

    def _nearest(self, names: Mapping[str, str], text: str) -> str | None:
        return self.naming.near(self.of(text), names)

    def title(self, text: str) -> bool:
        """Whether a line titles a form."""
        plain = squeezed(text)
        other = any(re.search(p, plain) for p in self.contract.other_title_patterns)
        return not other and any(re.search(p, plain) for p in self.contract.title_patterns)

    def other_title(self, text: str) -> bool:
        """Whether a line titles a form of another kind."""
        plain = squeezed(text)
        return any(re.search(p, plain) for p in self.contract.other_title_patterns)


#: The words of the contracts, made once.
words_of = once(Words)
