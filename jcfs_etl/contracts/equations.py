"""The one language in which contracts state identities: ``[row, total] = [row, parts of total]``.

Tables, self-evaluation forms, two years and a department with its units: all are stated in it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, cast, get_args

from msgspec import Struct

#: Whose figure a term is where it is not this publication's, or not one form's: of last year's publication,
#: of a department's units together, of all forms together.
Whose = Literal["last", "units", "forms"]

_TERM = re.compile(
    r"\s*(?P<sign>[+-])?\s*(?:(?P<number>\d+)|(?:(?P<whose>[a-z]+)\.)?"
    r"(?P<dataset>[a-z_]+)?\[(?P<row>[^,\]]+),(?P<column>[^,\]]+)\])\s*"
)
_VARIABLES = ("row", "column", "class", "parent")


class Selector(Struct, frozen=True):
    """Which rows or columns a term names.

    ``id`` one of that name; ``each`` the one that the identity ranges over; ``parts`` those whose
    contract says ``part_of`` the name; ``children`` the codes one level below the named variable.
    """

    kind: Literal["id", "each", "parts", "children"]
    name: str

    def __str__(self) -> str:
        """As a contract writes it."""
        return f"{self.kind} of {self.name}" if self.kind in ("parts", "children") else self.name


class TermPattern(Struct, frozen=True):
    """A weighted figure, or a sum of figures, before it is bound to a document.

    Attributes:
        weight: 1 or -1.
        dataset: of which dataset; None for the table at hand.
        row, column: which of its figures.
        whose: of which other publication, or of all forms.
        number: a plain number instead of a figure.
    """

    weight: int
    dataset: str | None = None
    row: Selector = Selector("id", "")
    column: Selector = Selector("id", "")
    whose: Whose | None = None
    number: Decimal | None = None

    def __str__(self) -> str:
        """As a contract writes it, without its sign."""
        if self.number is not None:
            return f"{self.number}"
        whose = f"{self.whose}." if self.whose else ""
        return f"{whose}{self.dataset or ''}[{self.row}, {self.column}]"


class Equation(Struct, frozen=True):
    """Both sides of an identity and the relation between them.

    ``/`` says that the left is the share of the first figure of the right in its second.
    """

    left: tuple[TermPattern, ...]
    right: tuple[TermPattern, ...]
    relation: Literal["=", "<=", "/"]

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
        parts = sides[1].split("/")
        if len(parts) == 1:
            return cls(_side(sides[0]), _side(sides[1]), relation)
        share = tuple(term for part in parts for term in _side(part))
        if len(share) != 2 or relation != "=":
            raise ValueError(f"a share is one figure of another: {sides[1].strip()!r}")
        return cls(_side(sides[0]), share, "/")

    @property
    def terms(self) -> tuple[TermPattern, ...]:
        """Terms of both sides."""
        return self.left + self.right


def parse_term(text: str) -> TermPattern:
    """A single figure, such as ``expenditure[total, basic]``.

    Raises:
        ValueError: it is none, or there are several.
    """
    terms = parse_sum(text)
    if len(terms) != 1:
        raise ValueError(f"expected one term: {text!r}")
    return terms[0]


def parse_sum(text: str) -> tuple[TermPattern, ...]:
    """Take a sum of this publication's figures apart; raises ValueError as ``parse_term`` does."""
    terms = _side(text)
    for term in terms:
        if term.number is not None or term.whose is not None:
            raise ValueError(f"{term} is no figure of this publication")
    return terms


def _side(text: str) -> tuple[TermPattern, ...]:
    terms: list[TermPattern] = []
    at = 0
    while at < len(text):
        match = _TERM.match(text, at)
        if match is None or (terms and match["sign"] is None):
            raise ValueError(f"expected a term such as [row, column] at {text[at:].strip()!r}")
        weight = -1 if match["sign"] == "-" else 1
        if match["number"]:
            terms.append(TermPattern(weight, number=Decimal(match["number"])))
        elif match["whose"] is not None and match["whose"] not in get_args(Whose):
            raise ValueError(f"there is no {match['whose']}: {', '.join(get_args(Whose))}")
        else:
            row, column = _selector(match["row"]), _selector(match["column"])
            whose = cast(Whose | None, match["whose"])
            terms.append(TermPattern(weight, match["dataset"], row, column, whose))
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
