"""Compares labels of self-evaluation forms with those of the contract, and names others by evidence.

A head is taken for a column where its words are nearly one of its labels, or where it stands in the
column's place among known heads and has its key word. Words that make another quantity of it (上年, 累计,
追加) rule it out whatever else is alike. What the execution rate of the rows contradicts is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache, partial
from typing import Literal

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.once import once
from jcfs_etl.contracts.performance import Block, PerformanceContract
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.near import nearest

#: Columns that the execution rate ties together: the part, the whole and the rate.
_PART, _WHOLE, _RATE = "executed", "annual_budget", "execution_rate"
TIED = frozenset((_PART, _WHOLE, _RATE))
_LETTER = re.compile(r"[(（]?([A-Z])[)）]?$")
_RATIO = re.compile(r"([A-Z])[/÷]([A-Z])")
#: Characters that must be left of a label without its neutral words.
_LEAST = 2
#: Characters of the longest label that is told by its words.
_LONGEST = 12
#: Texts of which it is remembered what they say.
_REMEMBERED = 1 << 12
#: Ids of the headings of the goals.
GOALS, COMPLETION = "goals", "completion"


class Naming:
    """Compares labels of one contract by what is left of them without words that add nothing."""

    def __init__(self, contract: PerformanceContract) -> None:
        self._telling = re.compile(contract.telling_pattern)
        self._other = re.compile(contract.other_column_pattern)
        self._neutral = re.compile("|".join(sorted(map(re.escape, contract.neutral_words), key=len)[::-1]))

    def near(self, words: Sequence[str], names: Mapping[str, str]) -> str | None:
        """The one name whose labels a text nearly is.

        Args:
            words: the text in the forms in which it may be known.
            names: what may be meant, by label as compared.

        Returns:
            The name; None where nothing is near, where two are, or where a telling word is in one alone.
        """
        word = words[-1]
        if self.is_other(word):
            return None
        telling = self._told(word)
        alike = {label: name for label, name in names.items() if self._told(label) == telling}
        core = self._core(word)
        same = {name for label, name in alike.items() if self._core(label) == core}
        if len(same) == 1:
            return same.pop()
        found = nearest(word, names)
        return found if found is not None and found == nearest(word, alike) else None

    def is_other(self, text: str) -> bool:
        """Whether a word says that a column is none of a form's own."""
        return self._other.search(text) is not None

    @lru_cache(maxsize=4096)  # noqa: B019 - as many as a contract and its forms have labels
    def _core(self, text: str) -> str:
        core = self._neutral.sub("", text)
        return core if len(core) >= _LEAST else text

    @lru_cache(maxsize=4096)  # noqa: B019 - as many as a contract and its forms have labels
    def _told(self, text: str) -> frozenset[str]:
        return frozenset(self._telling.findall(text))


def named_by_order(
    leaves: Sequence[Cell], known: Mapping[int, str], block: Block, naming: Naming
) -> dict[int, str]:
    """Columns of heads without a name, by their place among the known ones and their key words.

    Args:
        leaves: the lowest heads of a block, from left to right.
        known: columns of those that are named, by the heads' ids as objects.
        block: whose order of columns is that of the form.
        naming: words that rule a head out.

    Returns:
        Columns by ids of heads; none where known heads stand in another order, and none for a head that two
        columns may be meant by.
    """
    order = list(block.columns)
    places = [order.index(known[id(c)]) if id(c) in known else None for c in leaves]
    printed = [p for p in places if p is not None]
    if printed != sorted(printed):
        return {}
    found: dict[int, str] = {}
    for at, cell in enumerate(leaves):
        if places[at] is not None:
            continue
        before = max((p for p in places[:at] if p is not None), default=-1)
        after = min((p for p in places[at + 1 :] if p is not None), default=len(order))
        free = [name for name in order[before + 1 : after] if name not in known.values()]
        names = [name for name in free if _is_key(cell.text, block, name)]
        if len(names) == 1 and not naming.is_other(squeezed(cell.text)):
            found[id(cell)] = names[0]
    return _each_once(found)


def _each_once(found: Mapping[int, str], known: Collection[str] = ()) -> dict[int, str]:
    """Columns of heads, but for two heads of one column: neither is certain."""
    taken = [*known, *found.values()]
    return {head: name for head, name in found.items() if taken.count(name) == 1}


def named_by_letters(leaves: Sequence[Cell], known: Mapping[int, str], naming: Naming) -> dict[int, str]:
    """全年预算数 and 全年执行数 by the letters that the head of the execution rate puts in a ratio (B/A)."""
    ratios = [m for c in leaves if known.get(id(c)) == _RATE and (m := _RATIO.search(squeezed(c.text)))]
    if len(ratios) != 1 or ratios[0][1] == ratios[0][2]:
        return {}
    meant = {ratios[0][1]: _PART, ratios[0][2]: _WHOLE}
    found: dict[int, str] = {}
    for cell in leaves:
        letter = _LETTER.search(squeezed(cell.text))
        if letter is None or id(cell) in known or letter[1] not in meant or naming.is_other(cell.text):
            continue
        found[id(cell)] = meant[letter[1]]
    return _each_once(found, known.values())


def rate_says(rows: Sequence[Mapping[str, str]]) -> Literal["proves", "contradicts", "nothing"]:
    """Whether the execution rate that is printed is that of the other two columns.

    Args:
        rows: texts by column, of the rows below the heads.

    Returns:
        ``proves`` where one is that is not 0, and none is not.
    """
    said = [_says(row) for row in rows]
    if False in said:
        return "contradicts"
    return "proves" if True in said else "nothing"


def _says(row: Mapping[str, str]) -> bool | None:
    """Whether the rate of a row is that of its figures; None where that shows nothing."""
    part, whole, rate = (_figure(row.get(name, "")) for name in (_PART, _WHOLE, _RATE))
    if part is None or whole is None or rate is None or whole[0] <= whole[1]:
        return None
    low, high = (100 * (part[0] + sign * part[1]) / (whole[0] - sign * whole[1]) for sign in (-1, 1))
    if low > rate[0] + rate[1] or high < rate[0] - rate[1]:
        return False
    if rate[0] == 100:
        # Whichever column it is that has the same figure: it is the right one.
        return True if part[0] == whole[0] else None
    return True if rate[0] else None


def _figure(text: str) -> tuple[Fraction, Fraction] | None:
    """A figure with half a unit of its last decimal."""
    try:
        number = Decimal(squeezed(text).replace(",", "").rstrip("%％"))
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        return None
    return Fraction(number), Fraction(10) ** exponent / 2


def _is_key(text: str, block: Block, name: str) -> bool:
    key = block.columns[name].key
    return bool(key) and re.search(key, squeezed(text)) is not None


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
            part: lru_cache(maxsize=_REMEMBERED)(partial(self._nearest, self._ids(labels)))
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

    def _nearest(self, ids: Mapping[str, tuple[int, str]], text: str) -> str | None:
        return self.naming.near(self.of(text), {label: name for label, (_, name) in ids.items()})

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
