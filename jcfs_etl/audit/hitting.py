"""Smallest sets of figures that explain a contradiction (Fellegi and Holt), found from conflicts.

A set is an explanation when the rest is consistent once its figures are set aside. A trial that fails
gives a conflict: constraints that cannot hold together even so, of which every explanation must set
another figure aside (Reiter's hitting sets). Trials are exact and cheap first; the linear programme
judges what passes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from msgspec import Struct, field

from jcfs_etl.audit.linear import Interval, Matrix
from jcfs_etl.audit.program import Program

#: Candidates are columns of the matrix (set aside: unbounded) or, as ``-1 - k``, row k (left out).
Candidate = int
#: Page, upper edge, left edge and number of a candidate.
Place = tuple[int, float, float, int]

#: Most cells of an explanation.
MOST = 3
#: Passes of exact propagation over the rows of the cells set aside.
_PASSES = 4


class Work(Struct):
    """Trials that may still be made; a count and not a clock, so that the answer is always the same."""

    cheap: int
    programmes: int
    complete: bool = True

    def takes_cheap(self) -> bool:
        """Take one cheap trial; False when none is left."""
        self.cheap -= 1
        self.complete = self.complete and self.cheap >= 0
        return self.cheap >= 0

    def takes_programme(self) -> bool:
        """Take one linear programme; False when none is left."""
        self.programmes -= 1
        self.complete = self.complete and self.programmes >= 0
        return self.programmes >= 0


class Explanation(Struct, frozen=True):
    """Candidates that explain a contradiction, with what the rest implies for each column of them."""

    aside: frozenset[Candidate]
    implied: dict[int, Interval]


class Search(Struct):
    """Looks for the explanations of one cluster of conflicts, in a system by number and in HiGHS.

    ``dropped`` are rows that are not this cluster's business; ``eligible`` says whether a candidate may be
    set aside at all, ``order`` where it stands, and ``work`` what may still be tried.
    """

    matrix: Matrix
    program: Program
    dropped: frozenset[int]
    eligible: Callable[[Candidate], bool]
    order: Callable[[Candidate], Place]
    work: Work
    _conflicts: list[frozenset[Candidate]] = field(default_factory=list)

    def explanations(self, conflicts: Iterable[Collection[int]], enough: int) -> list[Explanation]:
        """All smallest explanations of up to :data:`MOST` candidates, by number of candidates.

        Args:
            conflicts: sets of rows, each of which cannot hold together as printed.
            enough: sizes beyond the one at which so many have been found are not looked at.
        """
        self._conflicts = []
        for rows in conflicts:
            self._learn(frozenset(rows), frozenset())
        found: list[Explanation] = []
        layer: list[frozenset[Candidate]] = [frozenset()]
        for size in range(1, MOST + 1):
            layer = self._grown(layer, size, found)
            found += self._tried(layer)
            if len(found) >= enough or not self.work.complete:
                break
        return found

    def _learn(self, rows: frozenset[int], aside: frozenset[Candidate]) -> frozenset[Candidate]:
        """Remember that these rows contradict each other although ``aside`` is set aside."""
        hits = {i for k in rows for _, i in self.matrix.terms[k]} | {-1 - k for k in rows}
        conflict = frozenset(c for c in hits - aside if self.eligible(c))
        if conflict not in self._conflicts:
            self._conflicts.append(conflict)
        return conflict

    def _grown(
        self, layer: Sequence[frozenset[Candidate]], size: int, found: Sequence[Explanation]
    ) -> list[frozenset[Candidate]]:
        """Sets of one candidate more: each takes one of a conflict that it did not touch."""
        grown: dict[frozenset[Candidate], None] = {}
        for aside in layer:
            untouched = [c for c in self._conflicts if c.isdisjoint(aside)]
            if not untouched or apart(untouched) > MOST - size + 1:
                continue
            branch = min(untouched, key=len)
            for candidate in sorted(branch, key=self.order):
                larger = aside | {candidate}
                if size == MOST and any(c.isdisjoint(larger) for c in untouched):
                    continue
                if not any(e.aside <= larger for e in found):
                    grown.setdefault(larger)
        return list(grown)

    def _tried(self, layer: list[frozenset[Candidate]]) -> list[Explanation]:
        found: list[Explanation] = []
        for aside in layer:
            if any(c.isdisjoint(aside) for c in self._conflicts):
                continue
            if not self.work.takes_cheap():
                break
            columns = sorted(c for c in aside if c >= 0)
            dropped = self.dropped | {-1 - c for c in aside if c < 0}
            implied = implied_by(self.matrix, columns, dropped)
            if isinstance(implied, frozenset):
                self._learn(implied, aside)
                continue
            if not self.work.takes_programme():
                break
            if self.program.feasible(implied, dropped):
                found.append(Explanation(aside, implied))
            else:
                self._learn(frozenset(self.program.conflict()), aside)
        return found


def apart(conflicts: Iterable[frozenset[Candidate]]) -> int:
    """How many candidates it takes at least to touch them all: those that share none with each other."""
    count = 0
    used: set[Candidate] = set()
    for conflict in sorted(conflicts, key=len):
        if used.isdisjoint(conflict):
            used |= conflict
            count += 1
    return count


def implied_by(
    matrix: Matrix, columns: Collection[int], dropped: Collection[int]
) -> dict[int, Interval] | frozenset[int]:
    """What all other figures, as printed, imply for some columns; exact.

    Args:
        matrix: the system.
        columns: the columns that are set aside.
        dropped: rows left out.

    Returns:
        An interval for each column, which holds every amount that the whole system allows; or rows
        that exclude each other.
    """
    own = set(columns)
    needs = [
        _need(matrix, k, own) for k in sorted({k for i in columns for k in matrix.touching[i]} - set(dropped))
    ]
    bounds = {i: _Bounds() for i in columns}
    for _ in range(_PASSES):
        changed = False
        for need in needs:
            for c, i in need.terms:
                changed |= bounds[i].narrow(c, *_left(need, i, bounds))
                if bounds[i].empty:
                    return bounds[i].low_rows | bounds[i].high_rows
        if not changed or len(columns) == 1:
            break
    return {i: Interval(b.low, b.high) for i, b in bounds.items()}


class _Need(Struct, frozen=True):
    """What a row leaves to the sum of the columns that are set aside."""

    row: int
    terms: tuple[tuple[int, int], ...]
    low: int | None
    high: int | None


class _Bounds(Struct):
    """Bounds of a column, and the rows that they follow from."""

    low: int | None = None
    high: int | None = None
    low_rows: frozenset[int] = frozenset()
    high_rows: frozenset[int] = frozenset()

    @property
    def empty(self) -> bool:
        return self.low is not None and self.high is not None and self.low > self.high

    def narrow(
        self, c: int, low: int | None, high: int | None, low_rows: frozenset[int], high_rows: frozenset[int]
    ) -> bool:
        """Take in that ``low <= c x <= high``."""
        if c < 0:
            low, high, low_rows, high_rows = high, low, high_rows, low_rows
        before = self.low, self.high
        if low is not None and (self.low is None or low // c > self.low):
            self.low, self.low_rows = low // c, low_rows
        if high is not None and (self.high is None or -(-high // c) < self.high):
            self.high, self.high_rows = -(-high // c), high_rows
        return before != (self.low, self.high)


def _need(matrix: Matrix, k: int, own: set[int]) -> _Need:
    least, greatest = matrix.activity(k, without=own)
    row = matrix.rows[k]
    return _Need(
        k,
        tuple((c, i) for c, i in matrix.terms[k] if i in own),
        None if row.low is None or greatest is None else row.low - greatest,
        None if row.high is None or least is None else row.high - least,
    )


def _left(
    need: _Need, column: int, bounds: dict[int, _Bounds]
) -> tuple[int | None, int | None, frozenset[int], frozenset[int]]:
    """What a row leaves to one of its columns, and the rows that this follows from."""
    low, high = need.low, need.high
    low_rows = high_rows = frozenset((need.row,))
    for c, i in need.terms:
        if i == column:
            continue
        other = bounds[i]
        down, up, down_rows, up_rows = other.low, other.high, other.low_rows, other.high_rows
        if c < 0:
            down, up, down_rows, up_rows = up, down, up_rows, down_rows
        low = None if low is None or up is None else low - c * up
        high = None if high is None or down is None else high - c * down
        low_rows |= up_rows
        high_rows |= down_rows
    return low, high, low_rows, high_rows
