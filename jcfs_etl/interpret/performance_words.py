"""Compares what is printed on self-evaluation forms with the words of the contract."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.performance import Block
from jcfs_etl.interpret.performance_naming import Naming
from jcfs_etl.labels import squeezed

#: Characters of the longest label that is told by its words.
_LONGEST = 12


class Words:
    """Compares printed labels with those of the contract."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts
        self.contract = contracts.performance
        self.naming = Naming(contracts.performance)
        self._suffix = re.compile(self.contract.label_suffix_pattern)
        # Few texts and few lists of labels, each looked at many times.
        self._forms: dict[str, tuple[str, ...]] = {}
        self._known: dict[tuple[str, ...], frozenset[str]] = {}
        self._lists: dict[int, tuple[Mapping[str, Sequence[str]], dict[str, tuple[int, str]]]] = {}
        self._columns: dict[int, tuple[Block, dict[str, tuple[int, str]], dict[str, str | None]]] = {}
        self._near: dict[int, tuple[Block, dict[str, str]]] = {}

    def of(self, text: str) -> tuple[str, ...]:
        """The forms in which a label may be known: as it stands, and without what follows in brackets."""
        if text not in self._forms:
            whole = bare = self._contracts.label(text)
            while (match := self._suffix.search(bare)) and match.start():
                bare = bare[: match.start()]
            self._forms[text] = (whole, bare)
        return self._forms[text]

    def is_text(self, line: str) -> bool:
        """Whether a line above a grid is more than the number of its page."""
        return self._contracts.publication.is_text(line)

    def is_signature(self, text: str) -> bool:
        """Whether a cell says who answers for the form: 项目负责人：李明."""
        plain = squeezed(text)
        return ":" in plain and regex(self._contracts.publication.signature_pattern).match(plain) is not None

    def is_one(self, text: str, labels: Sequence[str]) -> bool:
        """Whether the text is one of the labels."""
        these = tuple(labels)
        if these not in self._known:
            self._known[these] = frozenset(self._contracts.label(label) for label in these)
        return not self._known[these].isdisjoint(self.of(text))

    def find(self, text: str, labels: Mapping[str, Sequence[str]]) -> str | None:
        """The id under which the contract lists the text: the first of several."""
        known = self._lists.get(id(labels))
        if known is None or known[0] is not labels:
            # The list is kept with it, so that no other can have its place in memory.
            known = self._lists[id(labels)] = (labels, self._ids(labels))
        return self._first(text, known[1])

    def column(self, text: str, block: Block) -> str | None:
        """The column of a block that a head names."""
        known = self._columns.get(id(block))
        if known is None or known[0] is not block:
            ids = self._ids({name: column.labels for name, column in block.columns.items()})
            known = self._columns[id(block)] = (block, ids, {})
        _, ids, named = known
        if text not in named:
            named[text] = self._first(text, ids)
        return named[text]

    def near_column(self, text: str, block: Block) -> str | None:
        """The column of a block that the words of a head nearly name."""
        known = self._near.get(id(block))
        if known is None or known[0] is not block:
            names = self._names({name: column.labels for name, column in block.columns.items()})
            known = self._near[id(block)] = (block, names)
        return self.naming.near(self.of(text), known[1])

    def near_field(self, text: str) -> str | None:
        """The field whose label a short text nearly is, or whose key words it has alone."""
        plain, fields = squeezed(text), self.contract.fields
        if len(plain) > _LONGEST:
            return None
        keys = [name for name, field in fields.items() if field.key and re.search(field.key, plain)]
        names = self._names({name: field.labels for name, field in fields.items()})
        near = self.naming.near(self.of(text), names)
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

    def _first(self, text: str, ids: Mapping[str, tuple[int, str]]) -> str | None:
        found = [ids[form] for form in self.of(text) if form in ids]
        return min(found)[1] if found else None

    def title(self, text: str) -> bool:
        """Whether a line titles a form."""
        plain = squeezed(text)
        other = any(re.search(p, plain) for p in self.contract.other_title_patterns)
        return not other and any(re.search(p, plain) for p in self.contract.title_patterns)

    def other_title(self, text: str) -> bool:
        """Whether a line titles a form of another kind."""
        plain = squeezed(text)
        return any(re.search(p, plain) for p in self.contract.other_title_patterns)
