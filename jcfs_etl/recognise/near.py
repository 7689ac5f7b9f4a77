"""Names that are nearly a label, or those of columns by their place; only the audit makes them certain."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import squeezed

#: What a word must have in common with a label, 0 to 1, and by how much more than with the next name's.
_ALIKE, _MARGIN = 0.8, 0.1
#: A label that is cut off: at least so many of its characters, and at least this share of them.
_LEAST, _SHARE = 4, 0.5
_CUT = 0.95
#: A name has so many ideographs at least.
_NAME = re.compile(r"(?:[^㐀-鿿]*[㐀-鿿]){2}")


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


def in_order(printed: Sequence[str | None], form: Sequence[str]) -> dict[int, str]:
    """Names of printed columns without one, by what the form has in their place.

    They are named only in a gap between known ones that is as long on the form as on the page. Where the
    known ones stand in another order than on the form, nothing is named.

    Args:
        printed: names of the columns from left to right; None for those without one.
        form: what the form has, in its order.

    Returns:
        Names by place among the printed columns.
    """
    places = {name: at for at, name in enumerate(form)}
    known = [(at, places[name]) for at, name in enumerate(printed) if name in places]
    if any(a >= b for (_, a), (_, b) in pairwise(known)):
        return {}
    found: dict[int, str] = {}
    for (above, first), (below, last) in pairwise([(-1, -1), *known, (len(printed), len(form))]):
        if below - above == last - first:
            found |= zip(range(above + 1, below), form[first + 1 : last], strict=True)
    return {at: name for at, name in found.items() if printed[at] is None}
