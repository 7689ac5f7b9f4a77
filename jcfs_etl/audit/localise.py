"""Where the error is: the figures that would explain what does not add up, best first.

Violated identities are gathered into clusters that share figures. For each cluster every smallest set
of up to three figures is found that makes the rest consistent when set aside, and beside them the known
slips of a row, column or table. Explanations are ranked: known slips, then fewer cells, then the
smaller slip of the finger, then doubt about the reading, then page order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jcfs_etl.audit.edits import Scale, smallest_edit
from jcfs_etl.audit.hitting import Candidate, Explanation, Search, Work
from jcfs_etl.audit.linear import FREE, Interval, System, Variable
from jcfs_etl.audit.model import Figures
from jcfs_etl.audit.program import Program, irreducible
from jcfs_etl.audit.slips import Slip, known_slips
from jcfs_etl.recognise.model import Fact, Key, PublishedTable

#: Explanations that a conflict lists.
_LISTED = 10
#: Trials for all conflicts of a document together.
_CHEAP_TRIALS = 12_000
_PROGRAMMES = 400
#: Contradictions looked for that no identity shows alone.
_JOINT_CONFLICTS = 12
#: Contradictions that a known slip must mend to come before all else.
_EVIDENCE = 2
#: Cost of holding a statement of the narrative for wrong: somewhat more than a slip in one digit.
_STATEMENT = 200


@dataclass(frozen=True, slots=True)
class SuspectCell:
    """A figure that may be wrong.

    Attributes:
        key: dataset, row and column.
        printed: as printed.
        page: where it stands.
        low, high: where its true amount must lie if it is the one, in 分 (or pieces); None where unbounded.
        reason: what slip it would be.
    """

    key: Key
    printed: str
    page: int
    low: int | None
    high: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class SuspectSet:
    """Figures that together explain a conflict.

    Attributes:
        cells: in page order.
        aside: statements beside the tables that would be wrong instead or as well: names of
            constraints, and quantities.
        cost: how unlikely the slips are (see :mod:`jcfs_etl.audit.edits`); compares sets of one size.
        reason: what slip it would be.
        known_slip: whether one known slip explains all of it.
        firm: whether that slip mends more than one contradiction; one alone may be chance.
    """

    cells: tuple[SuspectCell, ...]
    aside: tuple[Variable, ...]
    cost: int
    reason: str
    known_slip: bool = False
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Constraints that contradict each other or the figures, and what would explain it.

    Attributes:
        constraints: names of the violated ones, and of those that only together cannot hold.
        sets: explanations, best first, at most ten; none where it takes more than three figures.
        complete: whether everything was tried; False when the bound on trials was met.
    """

    constraints: tuple[str, ...]
    sets: tuple[SuspectSet, ...]
    complete: bool


def localise(
    system: System,
    figures: Figures,
    tables: Mapping[str, PublishedTable],
    money_units: Mapping[str, int],
    statements: frozenset[Variable] = frozenset(),
) -> tuple[Conflict, ...]:
    """Explain why a system has no solution.

    Args:
        system: figures, identities and statements, as :func:`jcfs_etl.audit.joint.system_of` makes it.
        figures: the document's.
        tables: by dataset, as recognised.
        money_units: 分 in one of each money unit.
        statements: names of constraints, and quantities, that are no part of the tables; each may be
            wrong by itself.

    Returns:
        Conflicts in page order; none when the system has a solution.
    """
    return _Localiser(system, figures, tables, money_units, statements).conflicts()


@dataclass(frozen=True)
class _Cluster:
    """Sets of rows, none of which can hold together as printed, connected through figures."""

    conflicts: tuple[tuple[int, ...], ...]

    @property
    def rows(self) -> frozenset[int]:
        return frozenset(k for rows in self.conflicts for k in rows)


class _Localiser:
    def __init__(
        self,
        system: System,
        figures: Figures,
        tables: Mapping[str, PublishedTable],
        money_units: Mapping[str, int],
        statements: frozenset[Variable],
    ) -> None:
        self._system = system
        self._matrix = system.matrix
        self._program = Program(system)
        self._figures = figures
        self._tables = tables
        self._money_units = money_units
        self._statements = statements
        self._facts: dict[Key, Fact] = {f.key: f for t in tables.values() for f in t.facts}
        self._place = {key: (f.page, f.box.y0, f.box.x0, n) for n, (key, f) in enumerate(self._facts.items())}
        self._work = Work(_CHEAP_TRIALS, _PROGRAMMES)

    def conflicts(self) -> tuple[Conflict, ...]:
        clusters = self._clusters()
        explained = []
        for cluster, slips in self._slipped(clusters):
            others = frozenset(k for c in clusters for k in c.rows) - cluster.rows
            explained.append((self._page_order(cluster), self._explain(cluster, others, slips)))
        return tuple(conflict for _, conflict in sorted(explained, key=lambda pair: pair[0]))

    # What contradicts itself

    def _clusters(self) -> list[_Cluster]:
        alone = [k for k in range(len(self._matrix.rows)) if self._matrix.is_violated(k)]
        conflicts = [(k,) for k in alone]
        dropped = set(alone)
        for _ in range(_JOINT_CONFLICTS):
            if self._program.feasible(dropped=dropped):
                break
            names = [self._matrix.rows[k].name for k in self._program.conflict()]
            rows = tuple(self._matrix.row[name] for name in irreducible(self._system, names))
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
            return self._matrix.rows[-1 - candidate].name in self._statements
        variable = self._matrix.names[candidate]
        return variable in self._facts or variable in self._statements

    def _order(self, candidate: Candidate) -> tuple[int, float, float, int]:
        variable = self._matrix.names[candidate] if candidate >= 0 else None
        if variable in self._place:
            return self._place[variable]  # type: ignore[index]
        return (1 << 30, 0.0, 0.0, candidate)

    def _page_order(self, cluster: _Cluster) -> object:
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
        rows = {k for c in clusters for k in c.rows}
        suspects = frozenset(
            name
            for k in rows
            for _, i in self._matrix.terms[k]
            if isinstance(name := self._matrix.names[i], Key)
        )
        for table in self._tables.values():
            yield from known_slips(table, self._figures, suspects, self._money_units)

    def _mended(self, slip: Slip, clusters: list[_Cluster]) -> frozenset[int]:
        """Numbers of the clusters that a slip explains; none when it breaks anything else."""
        matrix = self._matrix
        boxes = {matrix.column[key]: box for key, box in slip.meant.items()}
        touched = {k for i in boxes for k in matrix.touching[i]}
        mended = frozenset(
            n for n, c in enumerate(clusters) if all(not touched.isdisjoint(rows) for rows in c.conflicts)
        )
        if not mended or not self._work.takes_cheap():
            return frozenset()
        if any(matrix.is_violated(k, boxes) for k in sorted(touched)):
            return frozenset()
        violated = {k for n in mended for rows in clusters[n].conflicts for k in rows}
        # A factor makes every difference between its own figures small; that is no evidence.
        if slip.is_scaling and all(self._is_within(k, slip) for k in violated):
            return frozenset()
        # A figure that is left open mends whatever it stands in; that is no evidence.
        opened = {k for i, box in boxes.items() if box == FREE for k in matrix.touching[i]}
        if opened and len(violated - opened) < _EVIDENCE:
            return frozenset()
        others = {k for n, c in enumerate(clusters) if n not in mended for k in c.rows}
        if not self._work.takes_programme() or not self._program.feasible(boxes, others):
            return frozenset()
        return mended

    def _is_within(self, k: int, slip: Slip) -> bool:
        """Whether a slip takes in every figure of a row that is not zero or blank."""
        return all(
            name in slip.meant
            for _, i in self._matrix.terms[k]
            if self._figures.values.get(name := self._matrix.names[i])  # type: ignore[call-overload]
        )

    # Explanations

    def _explain(self, cluster: _Cluster, others: frozenset[int], slips: list[Slip]) -> Conflict:
        firm = len(cluster.conflicts) >= _EVIDENCE
        sets = [self._slip_set(slip, firm) for slip in slips]
        search = Search(self._matrix, self._program, others, self._is_suspect, self._order, self._work)
        found = search.explanations(cluster.conflicts, _LISTED)
        rough = sorted(found, key=lambda e: self._rank(self._suspect_set(e, e.implied)))
        for explanation in rough[:_LISTED]:
            sets.append(self._suspect_set(explanation, self._narrowed(explanation, others)))
        unique: dict[object, SuspectSet] = {}
        for suspects in sorted(sets, key=self._rank):
            unique.setdefault((frozenset(c.key for c in suspects.cells), suspects.aside), suspects)
        return Conflict(
            tuple(self._matrix.rows[k].name for k in sorted(cluster.rows)),
            tuple(unique.values())[:_LISTED],
            self._work.complete,
        )

    def _narrowed(self, explanation: Explanation, others: frozenset[int]) -> dict[int, Interval]:
        """Intervals as narrow as the whole system makes them."""
        dropped = others | {-1 - c for c in explanation.aside if c < 0}
        if not self._program.feasible(explanation.implied, dropped):
            return explanation.implied
        return {i: _both(box, self._program.extent(i)) for i, box in explanation.implied.items()}

    def _suspect_set(self, explanation: Explanation, implied: Mapping[int, Interval]) -> SuspectSet:
        cells = []
        aside: list[Variable] = []
        cost = 1
        for candidate in sorted(explanation.aside, key=self._order):
            if candidate < 0:
                aside.append(self._matrix.rows[-1 - candidate].name)
                cost *= _STATEMENT
                continue
            key = self._matrix.names[candidate]
            if not isinstance(key, Key) or key not in self._facts:
                aside.append(key)
                cost *= _STATEMENT
                continue
            box = implied[candidate]
            scale = self._scale(key)
            edit = smallest_edit(self._facts[key].printed, self._figures.values[key], box, scale)
            cost *= edit.cost
            meant = "" if edit.meant is None else f"{_shown(self._facts[key])} for {scale.text(edit.meant)}"
            cells.append(self._cell(key, box, f"{edit.kind}: {meant}" if meant else edit.kind))
        reason = "; ".join([c.reason for c in cells] + [f"{name} is wrong" for name in aside])
        return SuspectSet(tuple(cells), tuple(aside), cost, reason)

    def _slip_set(self, slip: Slip, firm: bool) -> SuspectSet:
        keys = sorted(slip.meant, key=lambda key: self._place[key])
        cells = tuple(self._cell(key, slip.meant[key], slip.reason) for key in keys)
        return SuspectSet(cells, (), slip.cost, slip.reason, True, firm)

    def _cell(self, key: Key, box: Interval, reason: str) -> SuspectCell:
        fact = self._facts[key]
        return SuspectCell(key, fact.printed, fact.page, box.low, box.high, reason)

    def _scale(self, key: Key) -> Scale:
        half = self._figures.tolerance(key)
        step = max(1, 2 * half)
        if (key.dataset, key.column) in self._figures.counts:
            return Scale(1, 0)
        unit = self._money_units.get(self._tables[key.dataset].money_unit or "", 100)
        return Scale(step, max(0, len(str(unit)) - len(str(step))))

    def _rank(self, suspects: SuspectSet) -> object:
        """Firm known slips, fewer cells, smaller slips, doubtful readings, page order."""
        cells = len(suspects.cells) + len(suspects.aside)
        surety = min((_surety(self._facts[c.key]) for c in suspects.cells), default=1.0)
        places = [self._place[c.key] for c in suspects.cells]
        names = [str(a) for a in suspects.aside]
        return (
            not suspects.firm,
            1 if suspects.known_slip else cells,
            suspects.cost,
            cells,
            surety,
            places,
            names,
        )


def _surety(fact: Fact) -> float:
    """How sure the reading is: 1 for a text layer, less where OCR was in doubt."""
    return fact.confidence if fact.source == "ocr" else 1.0


def _shown(fact: Fact) -> str:
    return fact.printed.replace("\n", "").strip() or "blank"


def _both(a: Interval, b: Interval) -> Interval:
    lows = [x for x in (a.low, b.low) if x is not None]
    highs = [x for x in (a.high, b.high) if x is not None]
    return Interval(max(lows, default=None), min(highs, default=None))
