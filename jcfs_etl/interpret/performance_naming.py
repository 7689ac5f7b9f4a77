"""Names for the heads and labels of self-evaluation forms that no contract lists, by evidence.

A head is taken for a column where its words are nearly one of its labels, or where it stands in the
column's place among known heads and has its key word. Words that make another quantity of it (上年, 累计,
追加) rule it out whatever else is alike. What the execution rate of the rows contradicts is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Literal

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
