"""Finds patterns by the character that stands in the text, so that few are tried at each place in vain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Generic, TypeVar

#: Says what a pattern is made of. It is Python's own and not public: without it all are tried everywhere.
_parse = getattr(getattr(re, "_parser", None), "parse", None)
#: A set of more characters is taken for any.
_MANY = 200

Of = TypeVar("Of")


class ByBeginning(Generic[Of]):
    """Patterns, each with what it is of.

    Args:
        patterns: in the order in which they are found.

    Attributes:
        patterns: the same.
    """

    def __init__(self, patterns: Iterable[tuple[Of, re.Pattern[str]]]) -> None:
        self.patterns = tuple(patterns)
        known = [(pair, beginnings(pair[1])) for pair in self.patterns]
        self._anywhere = [pair for pair, begin in known if begin is None]
        self._by_first = {
            first: [pair for pair, begin in known if begin is None or first in begin]
            for first in frozenset().union(*(begin for _, begin in known if begin is not None))
        }

    @property
    def firsts(self) -> frozenset[str]:
        """The characters that those begin with which do not begin with any."""
        return frozenset(self._by_first)

    def may_match(self, text: str, at: int) -> bool:
        """Whether one of them may match at a position, by the character there."""
        return text[at : at + 1] in self._by_first or bool(self._anywhere)

    def matching(self, text: str, at: int) -> list[tuple[Of, re.Match[str]]]:
        """What those are of that match at a position, with their matches."""
        patterns = self._by_first.get(text[at : at + 1], self._anywhere)
        if not patterns:
            return []
        return [(of, match) for of, pattern in patterns if (match := pattern.match(text, at)) is not None]

    def longest(self, text: str, at: int) -> tuple[Of, re.Match[str]] | None:
        """The one of them that takes most at a position, the first of several."""
        found = self.matching(text, at)
        return max(found, key=lambda pair: pair[1].end()) if found else None


@lru_cache(maxsize=1 << 10)
def beginnings(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """The characters one of which stands wherever a pattern matches.

    Returns:
        None where any may, or the pattern may take nothing.
    """
    if _parse is None or pattern.flags != re.UNICODE:
        return None
    try:
        first, takes_nothing = _begin(_parse(pattern.pattern))
    except _AnyCharacterError:
        return None
    return None if takes_nothing else frozenset(first)


class _AnyCharacterError(Exception):
    """A pattern may begin with any character, or with what is not known here."""


def _begin(pieces: Iterable[tuple[object, Any]]) -> tuple[set[str], bool]:
    """The characters that pieces in a row may begin with, and whether they may take nothing."""
    first: set[str] = set()
    for kind, what in pieces:
        match str(kind):
            case "LITERAL":
                begin, is_optional = {chr(what)}, False
            case "IN":
                begin, is_optional = _members(what), False
            case "BRANCH":
                branches = [_begin(branch) for branch in what[1]]
                begin = set().union(*(one for one, _ in branches))
                is_optional = any(takes_nothing for _, takes_nothing in branches)
            case "SUBPATTERN" if not what[1]:  # no flags of its own
                begin, is_optional = _begin(what[-1])
            case "MAX_REPEAT" | "MIN_REPEAT":
                begin, is_optional = _begin(what[-1])
                is_optional = is_optional or what[0] == 0
            case "ASSERT" | "ASSERT_NOT" | "AT":
                continue
            case _:
                raise _AnyCharacterError
        first |= begin
        if not is_optional:
            return first, False
    return first, True


def _members(pieces: Iterable[tuple[object, Any]]) -> set[str]:
    """The characters of a set."""
    members: set[str] = set()
    for kind, what in pieces:
        match str(kind):
            case "LITERAL":
                members.add(chr(what))
            case "RANGE" if what[1] - what[0] < _MANY:
                members.update(map(chr, range(what[0], what[1] + 1)))
            case _:
                raise _AnyCharacterError
    return members
