"""Screens shifts before they are tried in full: whether what is violated in a stack could hold without."""

from __future__ import annotations

from collections.abc import Sequence

from jcfs_etl.audit.blocks import Shift, Stack
from jcfs_etl.audit.linear import Matrix
from jcfs_etl.places import Key


class StackForm:
    """A violated constraint as a stack sees it: its own figures by place, and the rest as an interval."""

    def __init__(self, matrix: Matrix, k: int, stack: Stack) -> None:
        inside = {i for _, i in matrix.terms[k] if matrix.names[i] in stack.place}
        least, greatest = matrix.activity(k, without=inside)
        row = matrix.rows[k]
        slack = 0
        self.terms: list[tuple[int, int, int]] = []
        for c, i in matrix.terms[k]:
            if i in inside:
                name = matrix.names[i]
                assert isinstance(name, Key)
                self.terms.append((c, *stack.place[name]))
                low, high = matrix.low[i], matrix.high[i]
                slack += 0 if low is None or high is None else abs(c) * -(-(high - low) // 2)
        self.first = min(i for _, i, _ in self.terms)
        self.last = max(i for _, i, _ in self.terms)
        self.low = None if row.low is None or greatest is None else row.low - greatest - slack
        self.high = None if row.high is None or least is None else row.high - least + slack

    def holds(self, shift: Shift) -> bool:
        """Whether it could hold with a shift undone."""
        total = 0
        values = shift.stack.values
        for c, i, j in self.terms:
            at: int | None = i
            if j in shift.columns and shift.start <= i < shift.end:
                at = shift.origin(i)
                if at is None:
                    if shift.fill == "lost":
                        return True
                    continue
            assert at is not None
            total += c * (values[at][j] or 0)
        return (self.low is None or self.low <= total) and (self.high is None or total <= self.high)


def mends(shift: Shift, forms: Sequence[StackForm], allowed: int) -> bool:
    """Whether a shift undone mends all violated constraints of its stack but so many."""
    failed = 0
    for form in forms:
        if not form.holds(shift):
            failed += 1
            if failed > allowed:
                return False
    return True
