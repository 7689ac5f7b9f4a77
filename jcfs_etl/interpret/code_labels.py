"""Labels of the codes that a narrative can name: those of the classifications, and what a form prints beside.

A form prints few codes that no classification lists, and few names that differ: what the classifications say
is worked out once, and for a publication only what its form adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product

from jcfs_etl.contracts.equations import parse_sum
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.narrative import Family
from jcfs_etl.contracts.patterns import NEVER
from jcfs_etl.interpret.paths import Codes, without_end
from jcfs_etl.interpret.topics import Label, Topic
from jcfs_etl.recognise.model import Publication

#: Labels of which it is remembered what they are of.
_REMEMBERED = 1 << 14
_SLOT = re.compile(r"\{([123])(~?)\}")


class FamilyLabels:
    """The labels of one family.

    Args:
        name: of the family.
        contracts: the family and its classification.

    Attributes:
        by_text: labels that one code alone of the classification bears.
    """

    def __init__(self, name: str, contracts: Contracts) -> None:
        self._name, self._contracts = name, contracts
        self._family: Family = contracts.narrative.families[name]
        is_functional = self._family.classification == "functional"
        classification = contracts.functional if is_functional else contracts.economic
        # 对个人和家庭的补助 is also written without its 的.
        self._complete = re.compile(self._family.complete or NEVER)
        # Many publications print the same codes.
        self._label = lru_cache(maxsize=_REMEMBERED)(self._made_label)
        self._names = {
            code: _each_once(n for name in sorted(category.names) for n in (name, name.replace("的", "")))
            for code, category in classification.items()
        }
        self._bearers = self._labels(self._names, self._names)
        self._several = [text for text, codes in self._bearers.items() if len(codes) > 1]
        self.by_text = {
            text: self._label(text, next(iter(codes)), False)
            for text, codes in self._bearers.items()
            if len(codes) == 1
        }

    def printed(self, publication: Publication) -> tuple[Codes, dict[str, Label | None]]:
        """The codes as a publication prints them, and the labels that are others for it than in ``by_text``.

        Where several codes bear a name, the one that the form prints an amount for is meant; a label is
        None where that does not tell.
        """
        codes, shown = self.codes(publication)
        rows = codes.labels
        added = {code for code, name in rows.items() if name and name not in self._names.get(code, ())}
        below = [c for c in {**self._names, **rows} if not added.isdisjoint((c[:3], c[:5], c))]
        bearers = self._labels(below, codes.names) if below else {}
        labels: dict[str, Label | None] = {}
        shared = self._shared(publication)
        of_shared = [text for text, codes_of in self._bearers.items() if not shared.isdisjoint(codes_of)]
        for text in dict.fromkeys((*self._several, *bearers, *of_shared)):
            likely = self._bearers.get(text, set()) | bearers.get(text, set())
            if len(likely) > 1:
                likely &= shown
            code = next(iter(likely)) if len(likely) == 1 else None
            labels[text] = self._label(text, code, code in shared) if code is not None else None
        return codes, labels

    def codes(self, publication: Publication) -> tuple[Codes, set[str]]:
        """The codes as a publication prints them, and those with an amount in any column."""
        rows: dict[str, str] = {}
        stated: dict[str, int] = {}
        shown: set[str] = set()
        table = publication.tables.get(self._family.rows_of)
        if table is not None:
            rows = {row.row: self._contracts.label(row.label) for row in table.rows if row.row.isdigit()}
            (term,) = parse_sum(self._family.figure)
            for fact in table.facts:
                if fact.amount:
                    shown.add(fact.key.row)
                    if fact.key.column == term.column.name and fact.key.row in rows:
                        stated[fact.key.row] = fact.amount
        return Codes(self._names, rows, stated), shown

    def _shared(self, publication: Publication) -> set[str]:
        """Codes of which other tables have amounts, so that a label may be of theirs as well."""
        tables = (publication.tables.get(dataset) for dataset in self._family.also_where)
        return {fact.key.row for table in tables if table for fact in table.facts if fact.amount}

    def _labels(self, codes: Iterable[str], names: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
        """Which of some codes bear each label."""
        codes = list(codes)
        found: dict[str, set[str]] = {}
        for form in self._family.labels:
            levels = [int(level) for level, _ in _SLOT.findall(form)]
            for code in (c for c in codes if len(c) == 1 + 2 * max(levels)):
                for text in _forms(form, tuple(tuple(names.get(code[: 1 + 2 * lv], ())) for lv in levels)):
                    if text:
                        found.setdefault(text, set()).add(code)
        return found

    def _made_label(self, text: str, code: str, is_shared: bool) -> Label:
        family = self._family
        also = tuple(f"{other}/{code}" for other in family.also) if is_shared else ()
        topic = Topic(f"{self._name}/{code}", frozenset(family.within), family.share_of, also=also)
        return Label(text, topic, self._complete.search(text) is not None)


@lru_cache(maxsize=_REMEMBERED)
def _forms(form: str, parts: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """A form of a label with the names of its levels put in, every name of each level in turn."""
    slots = [bool(short) for _, short in _SLOT.findall(form)]
    found = []
    for values in product(
        *([without_end(n) if s else n for n in p] for s, p in zip(slots, parts, strict=True))
    ):
        queue = iter(values)
        found.append(_SLOT.sub(lambda _, queue=queue: next(queue), form))  # type: ignore[misc]
    return tuple(found)


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
