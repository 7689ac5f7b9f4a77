"""The small language in which contracts state identities: ``[row, total] = [row, parts of total]``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_TERM = re.compile(r"\s*(?P<sign>[+-])?\s*(?P<dataset>[a-z_]+)?\[(?P<row>[^,\]]+),(?P<column>[^,\]]+)\]\s*")
_VARIABLES = ("row", "column", "class", "parent")


@dataclass(frozen=True, slots=True)
class Selector:
    """Which rows or columns a term names.

    ``id`` one of that name; ``each`` the one that the identity ranges over; ``parts`` those whose
    contract says ``part_of`` the name; ``children`` the codes one level below the named variable.
    """

    kind: Literal["id", "each", "parts", "children"]
    name: str


@dataclass(frozen=True, slots=True)
class TermPattern:
    """A weighted figure, or a sum of figures, before it is bound to a document."""

    weight: int
    dataset: str | None
    row: Selector
    column: Selector


@dataclass(frozen=True, slots=True)
class Equation:
    """Both sides of an identity and the relation between them."""

    left: tuple[TermPattern, ...]
    right: tuple[TermPattern, ...]
    relation: Literal["=", "<="]

    @classmethod
    def parse(cls, text: str) -> Equation:
        """Take an equation apart.

        Raises:
            ValueError: with what was expected and where.
        """
        relation: Literal["=", "<="] = "<=" if "<=" in text else "="
        sides = text.split(relation)
        if len(sides) != 2:
            raise ValueError(f"an equation has one '=' or '<=': {text!r}")
        return cls(_side(sides[0]), _side(sides[1]), relation)

    @property
    def terms(self) -> tuple[TermPattern, ...]:
        """Terms of both sides."""
        return self.left + self.right


def parse_term(text: str) -> TermPattern:
    """A single term, such as ``expenditure[total, basic]``.

    Raises:
        ValueError: it is none, or there are several.
    """
    terms = _side(text)
    if len(terms) != 1:
        raise ValueError(f"expected one term: {text!r}")
    return terms[0]


def parse_sum(text: str) -> tuple[TermPattern, ...]:
    """Take a sum of terms apart, as one side of an equation is; raises ValueError as well."""
    return _side(text)


def _side(text: str) -> tuple[TermPattern, ...]:
    terms: list[TermPattern] = []
    at = 0
    while at < len(text):
        match = _TERM.match(text, at)
        if match is None or (terms and match["sign"] is None):
            raise ValueError(f"expected a term such as [row, column] at {text[at:].strip()!r}")
        terms.append(
            TermPattern(
                -1 if match["sign"] == "-" else 1,
                match["dataset"],
                _selector(match["row"]),
                _selector(match["column"]),
            )
        )
        at = match.end()
    if not terms:
        raise ValueError("a side of the equation is empty")
    return tuple(terms)


def _selector(text: str) -> Selector:
    words = text.split()
    match words:
        case [name] if name in _VARIABLES:
            return Selector("each", name)
        case ["parts", "of", name]:
            return Selector("parts", name)
        case ["children", "of", name]:
            return Selector("children", name)
        case [name]:
            return Selector("id", name)
        case _:
            raise ValueError(f"not a row or column: {text.strip()!r}")
