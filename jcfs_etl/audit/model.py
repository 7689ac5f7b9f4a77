"""Checks: identities bound to a document's figures, and what came of trying them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from msgspec import Struct

from jcfs_etl.audit.linear import Interval
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import PublishedTable

Verdict = Literal["exact", "rounding", "violated", "not_applicable"]
#: Verdicts of what holds.
HOLDS: tuple[Verdict, ...] = ("exact", "rounding")


class Term(Struct, frozen=True):
    """A figure with its weight in an equation; ``value`` is None where the cell is blank."""

    weight: int
    key: Key
    value: int | None


class BoundEquation(Struct, frozen=True):
    """An identity bound to figures of one document, with its id, its sentence and its relation.

    The left side is the reported one; its first term is the figure that the check speaks of.
    """

    check: str
    statement: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    relation: Literal["=", "<="]

    @property
    def terms(self) -> tuple[Term, ...]:
        """Terms of both sides."""
        return self.left + self.right

    @property
    def name(self) -> str:
        """How it is named among the constraints: its identity's id and the figure that it speaks of."""
        return f"{self.check} {'/'.join(self.left[0].key)}"


class Check(Struct, frozen=True):
    """One identity tried. Amounts in 分 (or in pieces, where the figures are counts).

    ``equation`` is None when the identity is not applicable; ``note`` then says why. ``slack`` is what
    rounding can hide on the computed side alone: its true amount lies within it of ``computed``.
    """

    check: str
    statement: str
    verdict: Verdict
    equation: BoundEquation | None = None
    reported: int | None = None
    computed: int | None = None
    tolerance: int | None = None
    slack: int = 0
    note: str | None = None
    unlikely: bool = False

    @property
    def residual(self) -> int | None:
        """Reported less computed."""
        if self.reported is None or self.computed is None:
            return None
        return self.reported - self.computed

    @property
    def holds(self) -> bool:
        """Whether it was tried and is not violated."""
        return self.verdict in HOLDS

    @property
    def key(self) -> Key | None:
        """The figure that the check speaks of."""
        return self.equation.left[0].key if self.equation else None

    @property
    def keys(self) -> frozenset[Key]:
        """All figures of its equation."""
        return frozenset(t.key for t in self.equation.terms) if self.equation else frozenset()


class Figures(Struct, frozen=True, dict=True):
    """What an identity can be bound to: which rows and columns are on the form, and their values.

    Attributes:
        values: 分 (or counts) by key; None where the cell is on the form and blank.
        rows: row ids on the form, in printed order, by dataset.
        columns: amount columns on the form by dataset.
        half: half a unit of the last printed decimal, in 分, by dataset.
        counts: columns that hold counts, as (dataset, column).
    """

    values: Mapping[Key, int | None]
    rows: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, tuple[str, ...]]
    half: Mapping[str, int]
    counts: frozenset[tuple[str, str]]

    @classmethod
    def of_tables(cls, tables: Mapping[str, PublishedTable], contracts: Contracts) -> Figures:
        """The figures of recognised tables."""
        return cls(
            values={f.key: f.value for t in tables.values() for f in t.facts},
            rows={d: tuple(r.row for r in t.rows) for d, t in tables.items()},
            columns={d: t.columns for d, t in tables.items()},
            half={d: t.half for d, t in tables.items()},
            counts=contracts.counts,
        )

    @cached_property
    def children(self) -> dict[tuple[str, str], list[str]]:
        """Rows one level below a code, in printed order, by dataset and code."""
        children: dict[tuple[str, str], list[str]] = {}
        for dataset, rows in self.rows.items():
            for row in rows:
                if len(row) > 2 and row.isdigit():
                    children.setdefault((dataset, row[:-2]), []).append(row)
        return children

    def is_count(self, key: Key) -> bool:
        """Whether a figure counts pieces."""
        return (key.dataset, key.column) in self.counts

    def tolerance(self, key: Key) -> int:
        """How far the true amount may lie from the printed figure, in 分; counts are exact."""
        return 0 if self.is_count(key) else self.half[key.dataset]

    def around(self, key: Key, value: int | None) -> Interval:
        """What a value in the place of a figure stands for, a blank for nothing but what rounds to it."""
        half = self.tolerance(key)
        return Interval((value or 0) - half, (value or 0) + half)
