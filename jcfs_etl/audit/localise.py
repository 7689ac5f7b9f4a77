"""Where the error is: the figures that would explain what does not add up, best first.

Violated identities are gathered into clusters that share figures. For each cluster every smallest set
of up to three figures is found that makes the rest consistent when set aside, and beside them the known
slips of a row, column or table. Explanations are ranked: known slips, then fewer cells, then the
smaller slip of the finger, then doubt about the reading, then page order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.audit.hitting import Candidate, Explanation, Place, Search, Work
from jcfs_etl.audit.linear import FREE, Interval, Variable
from jcfs_etl.audit.problem import Problem
from jcfs_etl.audit.program import Program, irreducible
from jcfs_etl.audit.slips import Slip, known_slips
from jcfs_etl.audit.suspects import SuspectCell, SuspectSet, Telling
from jcfs_etl.places import Key

__all__ = ["Conflict", "SuspectCell", "SuspectSet", "localise"]

#: Explanations that a conflict lists.
_LISTED = 10
#: Trials for all conflicts of a document together.
_CHEAP_TRIALS = 20_000
_PROGRAMMES = 800
#: Contradictions looked for that no identity shows alone.
_JOINT_CONFLICTS = 12
#: Contradictions that a known slip must mend to come before all else.
_EVIDENCE = 2


class Conflict(Struct, frozen=True):
    """Constraints that contradict each other or the figures, and what would explain it.

    Attributes:
        constraints: names of the violated ones, and of those that only together cannot hold.
        sets: explanations, best first, at most ten; none where it takes more than three figures.
        complete: whether every set of up to three figures was tried that could still be listed; False when
            the bound on trials was met.
    """

    constraints: tuple[str, ...]
    sets: tuple[SuspectSet, ...]
    complete: bool


def localise(problem: Problem) -> tuple[Conflict, ...]:
    """Explain why a system has no solution.

    Args:
        problem: the system, and the tables that its figures stand in.

    Returns:
        Conflicts in page order; none when the system has a solution.
    """
    return _Localiser(problem).conflicts()


class _Cluster(Struct, frozen=True):
    """Sets of rows, none of which can hold together as printed, connected through figures."""

    conflicts: tuple[tuple[int, ...], ...]

    @property
    def rows(self) -> frozenset[int]:
        return frozenset(k for rows in self.conflicts for k in rows)


class _Localiser:
    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._matrix = problem.matrix
        self._program = Program(problem.system)
        self._told = Telling(problem.figures, problem.tables, problem.money_units)
        self._work = Work(_CHEAP_TRIALS, _PROGRAMMES)

    def conflicts(self) -> tuple[Conflict, ...]:
        clusters = self._clusters()
        slipped = self._slipped(clusters)
        explained = []
        for cluster, slips in slipped:
            others = frozenset(k for c in clusters for k in c.rows) - cluster.rows
            # An even share of what the known slips have left.
            work = replace(
                self._work,
                cheap=self._work.cheap // len(slipped),
                programmes=self._work.programmes // len(slipped),
            )
            explained.append((self._page_order(cluster), self._explain(cluster, others, slips, work)))
        return tuple(conflict for _, conflict in sorted(explained, key=lambda pair: pair[0]))

    # What contradicts itself

    def _clusters(self) -> list[_Cluster]:
        alone = sorted(self._problem.violated)
        conflicts: list[tuple[int, ...]] = [(k,) for k in alone]
        dropped = set(alone)
        for _ in range(_JOINT_CONFLICTS):
            if self._program.feasible(dropped=dropped):
                break
            names = [self._matrix.rows[k].name for k in self._program.conflict()]
            rows = tuple(self._matrix.row[name] for name in irreducible(self._problem.system, names))
            conflicts.append(rows)
            dropped |= set(rows)
        else:
            self._work.complete = False
        return self._connected(conflicts)

    def _connected(self, conflicts: list[tuple[int, ...]]) -> list[_Cluster]:
        """Conflicts that share a figure belong together."""
        groups: list[tuple[list[tuple[int, ...]], set[Candidate]]] = []
        for rows in conflicts:
            candidates = {i for k in rows for _, i in self._matrix.terms[k] if self._is_suspect(i)}
            joined = [g for g in groups if not g[1].isdisjoint(candidates)]
            groups = [g for g in groups if g[1].isdisjoint(candidates)]
            members = [r for g in joined for r in g[0]] + [rows]
            groups.append((members, candidates.union(*(g[1] for g in joined))))
        return [_Cluster(tuple(sorted(members))) for members, _ in groups]

    def _is_suspect(self, candidate: Candidate) -> bool:
        """Whether it is a figure, or a statement that may be wrong by itself."""
        if candidate < 0:
            return self._matrix.rows[-1 - candidate].name in self._problem.statements
        variable = self._matrix.names[candidate]
        return variable in self._told.facts or variable in self._problem.statements

    def _order(self, candidate: Candidate) -> Place:
        variable = self._matrix.names[candidate] if candidate >= 0 else None
        place = self._told.places.get(variable) if isinstance(variable, Key) else None
        # What is no figure comes after all pages.
        return place or (1 << 30, 0.0, 0.0, candidate)

    def _page_order(self, cluster: _Cluster) -> tuple[Place, list[int]]:
        suspects = {i for k in cluster.rows for _, i in self._matrix.terms[k]}
        return min((self._order(i) for i in suspects), default=(0, 0.0, 0.0, 0)), sorted(cluster.rows)

    # Known slips

    def _slipped(self, clusters: list[_Cluster]) -> list[tuple[_Cluster, list[Slip]]]:
        """The clusters with the known slips that explain them; one slip may join several clusters."""
        found: list[tuple[frozenset[int], Slip]] = []
        for slip in self._slips(clusters):
            mended = self._mended(slip, clusters)
            if mended:
                found.append((mended, slip))
        found.sort(key=lambda pair: -len(pair[0]))
        joined: list[frozenset[int]] = []
        for mended, _ in found:
            if all(mended.isdisjoint(j) for j in joined):
                joined.append(mended)
        taken = frozenset[int]().union(*joined)
        joined += [frozenset((n,)) for n in range(len(clusters)) if n not in taken]
        return [
            (
                _Cluster(tuple(sorted(c for n in numbers for c in clusters[n].conflicts))),
                [slip for mended, slip in found if mended == numbers],
            )
            for numbers in joined
        ]

    def _slips(self, clusters: list[_Cluster]) -> Iterable[Slip]:
        suspects = self._problem.suspects(frozenset(k for c in clusters for k in c.rows))
        for table in self._problem.tables.values():
            yield from known_slips(table, self._problem.figures, suspects, self._problem.money_units)

    def _mended(self, slip: Slip, clusters: list[_Cluster]) -> frozenset[int]:
        """Numbers of the clusters that a slip explains; none when it breaks anything else."""
        matrix = self._matrix
        boxes = {matrix.column[key]: box for key, box in slip.meant.items()}
        touched = {k for i in boxes for k in matrix.touching[i]}
        reached = [
            n for n, c in enumerate(clusters) if all(not touched.isdisjoint(rows) for rows in c.conflicts)
        ]
        if not reached or not self._work.takes_cheap():
            return frozenset()
        bad = {k for k in touched if matrix.is_violated(k, boxes)}
        mended = frozenset(n for n in reached if clusters[n].rows.isdisjoint(bad))
        left = {k for n, c in enumerate(clusters) if n not in mended for k in c.rows}
        if not mended or not bad <= left:
            return frozenset()
        violated = {k for n in mended for rows in clusters[n].conflicts for k in rows}
        # A factor makes every difference between its own figures small; that is no evidence.
        if slip.is_scaling and all(self._problem.is_within(k, slip.meant) for k in violated):
            return frozenset()
        # A figure that is left open mends whatever it stands in; that is no evidence.
        opened = {k for i, box in boxes.items() if box == FREE for k in matrix.touching[i]}
        if opened and len(violated - opened) < _EVIDENCE:
            return frozenset()
        if not self._work.takes_programme() or not self._program.feasible(boxes, left):
            return frozenset()
        return mended

    # Explanations

    def _explain(self, cluster: _Cluster, others: frozenset[int], slips: list[Slip], work: Work) -> Conflict:
        firm = len(cluster.conflicts) >= _EVIDENCE
        sets = [self._told.slipped(slip, firm) for slip in slips]
        search = Search(self._matrix, self._program, others, self._is_suspect, self._order, work)
        found = search.explanations(cluster.conflicts, _LISTED)
        rough = sorted(found, key=lambda e: self._told.rank(self._suspect_set(e, e.implied)))
        for explanation in rough[:_LISTED]:
            sets.append(self._suspect_set(explanation, self._narrowed(explanation, others)))
        unique: dict[object, SuspectSet] = {}
        for suspects in sorted(sets, key=self._told.rank):
            unique.setdefault((frozenset(c.key for c in suspects.cells), suspects.aside), suspects)
        return Conflict(
            tuple(self._matrix.rows[k].name for k in sorted(cluster.rows)),
            tuple(unique.values())[:_LISTED],
            work.complete,
        )

    def _narrowed(self, explanation: Explanation, others: frozenset[int]) -> dict[int, Interval]:
        """Intervals as narrow as the whole system makes them."""
        dropped = others | {-1 - c for c in explanation.aside if c < 0}
        if not self._program.feasible(explanation.implied, dropped):
            return explanation.implied
        return {i: _both(box, self._program.extent(i)) for i, box in explanation.implied.items()}

    def _suspect_set(self, explanation: Explanation, implied: Mapping[int, Interval]) -> SuspectSet:
        cells: dict[Key, Interval] = {}
        aside: list[Variable] = []
        for candidate in sorted(explanation.aside, key=self._order):
            name = self._matrix.names[candidate] if candidate >= 0 else self._matrix.rows[-1 - candidate].name
            if isinstance(name, Key) and name in self._told.facts:
                cells[name] = implied[candidate]
            else:
                aside.append(name)
        return self._told.set_aside(cells, aside)


def _both(a: Interval, b: Interval) -> Interval:
    lows = [x for x in (a.low, b.low) if x is not None]
    highs = [x for x in (a.high, b.high) if x is not None]
    return Interval(max(lows, default=None), min(highs, default=None))
