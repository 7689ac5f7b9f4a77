"""What does not add up, as those need it who look for the reason."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.audit.linear import Interval, Matrix, System, Variable
from jcfs_etl.audit.model import Figures
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import PublishedTable


class Problem(Struct, frozen=True, dict=True):
    """All that a publication states, with the tables that it states it in and the 分 in each money unit.

    ``statements`` are names of constraints, and quantities, that are no part of the tables; each may be wrong
    by itself.
    """

    system: System
    figures: Figures
    tables: Mapping[str, PublishedTable]
    money_units: Mapping[str, int]
    statements: frozenset[Variable] = frozenset()

    @property
    def matrix(self) -> Matrix:
        """The system by number."""
        return self.system.matrix

    @cached_property
    def violated(self) -> frozenset[int]:
        """Rows that cannot hold as printed."""
        return frozenset(k for k in range(len(self.matrix.rows)) if self.matrix.is_violated(k))

    def suspects(self, rows: Iterable[int]) -> frozenset[Key]:
        """The figures that stand in some rows."""
        names = (self.matrix.names[i] for k in rows for _, i in self.matrix.terms[k])
        return frozenset(name for name in names if isinstance(name, Key))

    def is_within(self, k: int, keys: Container[object]) -> bool:
        """Whether every term of a row is among some figures, but for figures that are zero or blank."""
        names = (self.matrix.names[i] for _, i in self.matrix.terms[k])
        return all(
            name in keys or (isinstance(name, Key) and not self.figures.values[name]) for name in names
        )

    def with_meant(self, meant: Mapping[Key, Interval]) -> Problem:
        """The same with what was meant in the place of what is printed."""
        return replace(self, system=self.system.with_intervals(meant))
