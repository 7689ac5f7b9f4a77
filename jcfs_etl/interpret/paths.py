"""Paths of a classification in the text: 社会保障和就业支出（类）行政事业单位养老支出（款）…（项）.

Whoever writes 项 means an item: it is looked for among the items of its 款, by its name, by a near name, by
the amount that is stated of it; never is its 款 taken in its place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property

from msgspec import Struct

from jcfs_etl.interpret.passage import begin_of

_NAME = r"[^,。;:、\n0-9]{1,40}?"
#: What stands before the mark of a level, with the level's own code where that is printed: (221类), (02款).
_CODE = r"\((?:[0-9]{2,3})?"
_PATH = re.compile(
    rf"(?:(?P<l1>{_NAME}){_CODE}类\)(?:支出)?-?)?(?:(?P<l2>{_NAME}){_CODE}款\)(?:支出)?-?)?(?:(?P<l3>{_NAME}){_CODE}项\)(?:支出)?)?"
)
#: The mark of a level; no path without one.
_LEVEL = re.compile(rf"{_CODE}[类款项]\)")
#: The mark of the first level, and what may stand before its name.
_FIRST, _BEFORE = re.compile(rf"{_CODE}类\)"), ",。;:、.()\n0123456789"
#: Characters of a name that is told by its beginning.
_LONG = 4
#: How alike two names must be to be one, and how much more than any other's.
_NEAR, _APART = 0.75, 0.05


class Path(Struct, frozen=True):
    """A path that stands in the text, by its deepest level; None where nothing on the form can be meant."""

    code: str | None
    end: int


class Codes(Struct, frozen=True, dict=True):
    """The codes of one family as a publication prints them.

    ``listed`` are names by code in the classification, ``labels`` those that the table prints, and
    ``amounts`` those of each row that has one, in 分.
    """

    listed: Mapping[str, Sequence[str]]
    labels: Mapping[str, str]
    amounts: Mapping[str, int]

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """Names by code: the one that the table prints, then those of the classification."""
        return {
            code: tuple(dict.fromkeys(n for n in (self.labels.get(code), *self.listed.get(code, ())) if n))
            for code in dict.fromkeys([*self.labels, *self.listed])
        }

    def paths_in(self, text: str) -> Iterator[re.Match[str]]:
        """The paths from 类 to 项 that stand in a text: groups ``l1`` to ``l3`` with their names."""
        for level in _FIRST.finditer(text):
            match = _PATH.match(text, begin_of(text, level.start(), _BEFORE))
            if match is not None and match["l1"] and match["l2"] and match["l3"]:
                yield match

    def called_otherwise(self, path: re.Match[str], stated: Collection[int]) -> Iterator[tuple[str, str]]:
        """Groups of a path whose name is none of those of the code that is meant, each with that code."""
        code = self.resolved(path.groupdict(), stated)
        for level in (1, 2, 3) if code is not None else ():
            own, name = (code or "")[: 1 + 2 * level], path[f"l{level}"]
            names = self.names.get(own, ())
            if own in self.labels and not any(_is_part(without_end(name), without_end(n)) for n in names):
                yield f"l{level}", own

    def at(self, text: str, start: int, stated: Collection[int]) -> Path | None:
        """The path that stands at a position.

        Args:
            text: the text.
            start: the position.
            stated: amounts in 分 that the text states of it.
        """
        if (level := _LEVEL.search(text, start, start + 60)) is None or "\n" in text[start : level.start()]:
            return None
        match = _PATH.match(text, start)
        if match is None or match.end() == start:
            return None
        return Path(self.resolved(match.groupdict(), stated), match.end())

    def resolved(self, levels: Mapping[str, str | None], stated: Collection[int]) -> str | None:
        """The code that the names of a path mean, by its deepest level; None where it is not certain."""
        given = [(int(key[1]), name) for key, name in levels.items() if name]
        parent = ""
        for level, name in given[:-1]:
            # A 款 of another name is passed over: the 项 is looked for in the whole 类.
            parent = self._named(name, self._below(parent, level)) or parent
        level, name = given[-1]
        below = self._below(parent, level)
        code = self._named(name, below)
        if code is None:
            printed = {c: self.labels[c] for c in below if c in self.labels}
            code = nearest(name, printed) or _only(c for c in printed if self.amounts.get(c) in stated)
        return code

    def _below(self, parent: str, level: int) -> list[str]:
        return [c for c in self.names if len(c) == 1 + 2 * level and c.startswith(parent)]

    def _named(self, name: str, codes: Iterable[str]) -> str | None:
        """The code that bears a name: the printed one where several do."""
        plain = without_end(name)
        bearers = [c for c in codes if any(plain == without_end(n) for n in self.names[c])]
        if not bearers:
            return None
        return _only(bearers) or _only(c for c in bearers if self.amounts.get(c))


def nearest(name: str, labels: Mapping[str, str]) -> str | None:
    """The code whose label is nearly a name and more so than any other; None where there is none such.

    Args:
        name: as it is written.
        labels: the labels of the codes that it may be.
    """
    ranked = sorted(
        (
            (SequenceMatcher(None, without_end(name), without_end(label)).ratio(), code)
            for code, label in labels.items()
        ),
        reverse=True,
    )
    if not ranked or ranked[0][0] < _NEAR:
        return None
    return ranked[0][1] if len(ranked) == 1 or ranked[0][0] - ranked[1][0] > _APART else None


def _is_part(one: str, other: str) -> bool:
    """Whether of two names one begins with the other."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= _LONG and long.startswith(short))


def without_end(name: str) -> str:
    """A name of a classification without 支出, which is said or not."""
    return name.removesuffix("支出")


def _only(codes: Iterable[str]) -> str | None:
    found = list(codes)
    return found[0] if len(found) == 1 else None
