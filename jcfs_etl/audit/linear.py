"""Amounts as intervals and identities as linear constraints, in integers of 分.

Bounds are propagated exactly: from what a constraint leaves to each of its variables, again and again,
until nothing changes. What is narrowed that way holds for every solution, but not every contradiction
shows so; a linear programme has the last word (:mod:`jcfs_etl.audit.program`).
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

Variable = Hashable

#: Rounds of propagation; sums of printed figures settle within a handful.
_ROUNDS = 12


class Interval(Struct, frozen=True):
    """Closed interval of an amount in 分 (or of a count); None where unbounded."""

    low: int | None
    high: int | None

    @property
    def middle(self) -> int | None:
        """Half way between its ends; None where it is unbounded."""
        return None if self.low is None or self.high is None else (self.low + self.high) // 2

    @property
    def width(self) -> int | None:
        """From end to end; None where it is unbounded."""
        return None if self.low is None or self.high is None else self.high - self.low

    def holds(self, value: int) -> bool:
        """Whether a value lies in it."""
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)


#: Anything at all.
FREE = Interval(None, None)


class Constraint(Struct, frozen=True):
    """``low <= sum of coefficient times variable <= high``, all integers; None where unbounded.

    A share between p and q millionths of a base is two of them, ``1_000_000 x - p b >= 0`` and
    ``1_000_000 x - q b <= 0``. Names are unique within a system, and each variable stands once.
    """

    name: str
    terms: tuple[tuple[int, Variable], ...]
    low: int | None
    high: int | None


class System(Struct, frozen=True, dict=True):
    """Variables with their intervals, and what binds them."""

    variables: Mapping[Variable, Interval]
    constraints: tuple[Constraint, ...] = ()

    @cached_property
    def matrix(self) -> Matrix:
        """The system by number, in an order that does not depend on how it was put together."""
        return Matrix(self)

    def with_intervals(self, intervals: Mapping[Any, Interval]) -> System:
        """The same with other intervals for some variables."""
        return System(dict(self.variables) | dict(intervals), self.constraints)

    def only(self, names: Iterable[str]) -> System:
        """These constraints alone, with the variables that they speak of."""
        wanted = set(names)
        kept = tuple(c for c in self.constraints if c.name in wanted)
        spoken = {variable for c in kept for _, variable in c.terms}
        return System({v: i for v, i in self.variables.items() if v in spoken}, kept)


class Matrix:
    """A system by number: row k is a constraint, column i a variable.

    Attributes:
        names: variables by column.
        rows: constraints by row.
        terms: coefficients with their columns, by row.
        touching: rows by column.
        low, high: intervals by column.

    Raises:
        ValueError: two constraints of one name, or a term that is no variable of the system.
    """

    def __init__(self, system: System) -> None:
        self.names: list[Variable] = sorted(system.variables, key=_order)
        self.rows: list[Constraint] = sorted(system.constraints, key=lambda c: c.name)
        self.column = {name: i for i, name in enumerate(self.names)}
        self.row = {c.name: k for k, c in enumerate(self.rows)}
        if len(self.row) < len(self.rows):
            raise ValueError("two constraints of one name")
        self.low = [system.variables[v].low for v in self.names]
        self.high = [system.variables[v].high for v in self.names]
        self.terms: list[list[tuple[int, int]]] = []
        self.touching: list[list[int]] = [[] for _ in self.names]
        for k, constraint in enumerate(self.rows):
            merged: dict[int, int] = {}
            for coefficient, variable in constraint.terms:
                if variable not in self.column:
                    raise ValueError(f"{constraint.name} speaks of {variable!r}, which is no variable")
                i = self.column[variable]
                merged[i] = merged.get(i, 0) + coefficient
            self.terms.append([(c, i) for i, c in sorted(merged.items()) if c])
            for _, i in self.terms[-1]:
                self.touching[i].append(k)

    def activity(
        self, k: int, boxes: Mapping[int, Interval] | None = None, without: Container[int] = ()
    ) -> tuple[int | None, int | None]:
        """The least and the greatest sum that a row can have.

        Args:
            k: the row.
            boxes: intervals in place of their own for some columns.
            without: columns that do not count.

        Returns:
            Both ends; None where unbounded.
        """
        least: int | None = 0
        greatest: int | None = 0
        for c, i in self.terms[k]:
            if i in without:
                continue
            low, high = self.low[i], self.high[i]
            if boxes is not None and i in boxes:
                low, high = boxes[i].low, boxes[i].high
            if c < 0:
                low, high = high, low
            least = None if least is None or low is None else least + c * low
            greatest = None if greatest is None or high is None else greatest + c * high
        return least, greatest

    def is_violated(self, k: int, boxes: Mapping[int, Interval] | None = None) -> bool:
        """Whether a row cannot hold, whatever its variables are within their intervals."""
        least, greatest = self.activity(k, boxes)
        row = self.rows[k]
        return (row.high is not None and least is not None and least > row.high) or (
            row.low is not None and greatest is not None and greatest < row.low
        )


def _order(variable: Variable) -> tuple[str, tuple[str, ...]]:
    parts = variable if isinstance(variable, tuple) else (variable,)
    return type(variable).__name__, tuple(map(str, parts))


def tightened(system: System) -> Mapping[Variable, Interval] | None:
    """Narrow every interval as far as the constraints, one at a time, allow.

    Args:
        system: variables and constraints.

    Returns:
        Intervals that hold every solution, in 分, rounded outwards where a coefficient is not 1; None where
        a constraint left a variable nothing, or its own interval is empty.
    """
    matrix = system.matrix
    low, high = list(matrix.low), list(matrix.high)
    if any(a is not None and b is not None and a > b for a, b in zip(low, high, strict=True)):
        return None
    waiting: Iterable[int] = range(len(matrix.rows))
    for _ in range(_ROUNDS):
        changed: set[int] = set()
        for k in waiting:
            if not _narrow(matrix.rows[k], matrix.terms[k], low, high, changed):
                return None
        if not changed:
            break
        waiting = sorted({k for i in changed for k in matrix.touching[i]})
    return {name: Interval(low[i], high[i]) for i, name in enumerate(matrix.names)}


def _narrow(
    row: Constraint,
    terms: list[tuple[int, int]],
    low: list[int | None],
    high: list[int | None],
    changed: set[int],
) -> bool:
    """Narrow the intervals of one row's columns, in place; whether each of them is left something.

    ``changed`` receives the columns that were narrowed.
    """
    ends: list[tuple[int | None, int | None]] = []
    for c, i in terms:
        bottom, top = (low[i], high[i]) if c > 0 else (high[i], low[i])
        ends.append((None if bottom is None else c * bottom, None if top is None else c * top))
    downs, ups = [down for down, _ in ends if down is not None], [up for _, up in ends if up is not None]
    least, greatest = sum(downs), sum(ups)
    unbounded_below, unbounded_above = len(ends) - len(downs), len(ends) - len(ups)
    for (c, i), (down, up) in zip(terms, ends, strict=True):
        # What the other terms leave to this one.
        most = rest = None
        if row.high is not None and unbounded_below == (down is None):
            most = row.high - least + (down or 0)
        if row.low is not None and unbounded_above == (up is None):
            rest = row.low - greatest + (up or 0)
        if c < 0:
            most, rest = rest, most
        # Outwards: the ceiling of the upper, the floor of the lower bound.
        new_high = None if most is None else -(-most // c)
        new_low = None if rest is None else rest // c
        bottom, top = low[i], high[i]
        if new_high is not None and (top is None or new_high < top):
            high[i] = top = new_high
            changed.add(i)
        if new_low is not None and (bottom is None or new_low > bottom):
            low[i] = bottom = new_low
            changed.add(i)
        if bottom is not None and top is not None and bottom > top:
            return False
    return True
