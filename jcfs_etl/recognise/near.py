"""Names that are nearly a label, or by their place on the form; only the audit makes them certain."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import squeezed
from jcfs_etl.recognise.details import Cells
from jcfs_etl.recognise.head import Block
from jcfs_etl.recognise.model import TableRow

#: What a word must have in common with a label, 0 to 1, and by how much more than with the next name's.
_ALIKE, _MARGIN = 0.8, 0.1
#: A label that is cut off: at least so many of its characters, and at least this share of them.
_LEAST, _SHARE = 4, 0.5
_CUT = 0.95
#: A name has so many ideographs at least.
_NAME = re.compile(r"(?:[^㐀-鿿]*[㐀-鿿]){2}")
#: The place of the codes of a table, all of them together.
CODES = "codes"


def nearest(word: str, names: Mapping[str, str]) -> str | None:
    """The one name whose label a word nearly is: misspelt, or cut off at one end.

    Args:
        word: as compared, without ordinals and white space.
        names: what may be meant, by its labels as compared; several labels may stand for one name.

    Returns:
        The name; None where no label is near, or where another name's label is nearly as near.
    """
    best: dict[str, float] = {}
    for label, name in names.items():
        best[name] = max(best.get(name, 0.0), _likeness(word, label))
    ranked = sorted(best.items(), key=lambda pair: -pair[1])
    if not ranked or ranked[0][1] < _ALIKE:
        return None
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _MARGIN:
        return None
    return ranked[0][0]


@lru_cache(maxsize=1 << 14)
def _likeness(word: str, label: str) -> float:
    cut = label.startswith(word) or label.endswith(word)
    if cut and len(word) >= max(_LEAST, _SHARE * len(label)):
        return _CUT
    matcher = SequenceMatcher(None, word, label, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE - _MARGIN else 0.0


def contradicts(printed: str, name: str, contracts: Contracts) -> bool:
    """Whether a printed label says that it is something else than what stands in its place on the form.

    Args:
        printed: the label.
        name: id of the row or column.
        contracts: what labels mean; one that names anything else in some table is never overruled.
    """
    text = squeezed(printed)
    if not _NAME.match(text) or re.search(contracts.publication.no_line_pattern, text):
        return True
    meanings = contracts.meanings_of_label.get(contracts.label(text))
    return meanings is not None and meanings != {name}


class Line(NamedTuple):
    """A printed line or column: its name, None where it has none, and its 行次 where one is printed."""

    name: str | None
    number: int | None = None


def in_order(printed: Sequence[Line], form: Sequence[str]) -> dict[int, str]:
    """Names of printed lines without one, by what the form has in their place.

    Lines are named only in a gap between known ones where the gap is as long on the form as on the page, or
    where 行次 tell how far they stand from the known ones. Where the known ones stand in another order than
    on the form, or 行次 contradict the order, nothing is named.

    Args:
        printed: the lines from the top down.
        form: what the form has, in its order.

    Returns:
        Names by place among the printed lines.
    """
    places = {name: at for at, name in enumerate(form)}
    known = [(at, places[line.name]) for at, line in enumerate(printed) if line.name in places]
    if any(a >= b for (_, a), (_, b) in pairwise(known)):
        return {}
    found: dict[int, str] = {}
    for (above, first), (below, last) in pairwise([(-1, -1), *known, (len(printed), len(form))]):
        gap, names = range(above + 1, below), form[first + 1 : last]
        numbers = [printed[at].number if 0 <= at < len(printed) else None for at in range(above, below + 1)]
        if len(gap) == len(names) and _is_consecutive(numbers):
            found |= zip(gap, names, strict=True)
        elif numbers[0] is not None and numbers[-1] is not None and numbers[-1] - numbers[0] == last - first:
            # Some lines of the form are left out, and 行次 tell which.
            for at, number in zip(gap, numbers[1:-1], strict=True):
                if number is not None and numbers[0] < number < numbers[-1]:
                    found[at] = form[first + number - numbers[0]]
    return {at: name for at, name in found.items() if printed[at].name is None}


def _is_consecutive(numbers: Sequence[int | None]) -> bool:
    """Whether line numbers count the lines one by one, as far as they are printed."""
    return len({number - at for at, number in enumerate(numbers) if number is not None}) <= 1


class PrintedLines:
    """The lines of a table as they come, each with the cell of its first figure, by which it is known."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, Block, Line]] = []

    def note(self, values: Cells, block: Block, row: TableRow | None, number: int | None) -> None:
        """Keep a line with its block, its row, where it has one that did not come before, and its 行次."""
        if not values:
            return
        name = f"{row.side}/{row.row}" if row else None
        if row is not None and not row.side and row.row.isdigit():
            name = CODES
            if self._lines and self._lines[-1][2].name == CODES:
                return
        self._lines.append((id(values[0][1]), block, Line(name, number)))

    def places(self, forms: Callable[[Block], Sequence[Sequence[str]]], by_blocks: bool) -> dict[int, str]:
        """What the form has in the place of lines without a name, by their first figures' cells.

        Args:
            forms: what forms may have in a block of columns, in their order, the likeliest first.
            by_blocks: whether each block has an order of its own.
        """
        found: dict[int, str] = {}
        for block in {id(block): block for _, block, _ in self._lines}.values():
            for form in forms(block):
                lines = [
                    (key, line)
                    for key, b, line in self._lines
                    if (b is block or not by_blocks) and (line.name != CODES or CODES in form)
                ]
                named = in_order([line for _, line in lines], form)
                found = {lines[at][0]: name for at, name in named.items() if name != CODES} | found
        return found
