"""Tries what may have happened to a block on everything that the publication states.

A hypothesis passes when what it touches holds that did not, nothing breaks that held, and no single figure
would explain as much. What speaks for it is counted: the figures that it would take to explain the same one
by one, less those that it leaves open and that cannot be blank.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from math import prod

from msgspec import Struct

from jcfs_etl.audit.blocks import BlockSlip
from jcfs_etl.audit.bounds import claim_of
from jcfs_etl.audit.hitting import Candidate, Place, Search, Work, apart, implied_by
from jcfs_etl.audit.linear import FREE, Interval
from jcfs_etl.audit.problem import Problem
from jcfs_etl.audit.program import Program
from jcfs_etl.places import Key

#: Contradictions that a block must mend.
EVIDENCE = 2
#: Contradictions without a figure in common that figures copied over others must explain: their own are
#: lost, and what is lost fits everywhere.
_APART = 3
#: Of the contradictions that it touches, one in so many may have another cause.
NEARLY = 10
#: Statements may be wrong by themselves: one in so many of what is touched.
_STATED = 2
#: Single figures that it takes at least to explain what a block explains; how many more than it leaves open.
_SINGLES, _MORE = 3, 2
#: How likely one of all the shifts that are looked at may mend as much by chance.
_CHANCE = 0.01
#: And how likely two figures may be wrong by the same factor.
_FACTOR = 0.05
#: Rows, columns and tables beside the contradictions that may be in another unit, about.
_UNITS = 10
#: Trials with single figures, and linear programmes for them.
_CHEAP, _PROGRAMMES = 4_000, 100


class Trial(Struct, frozen=True):
    """A hypothesis that passed.

    Attributes:
        boxes: what was meant, by column of the matrix.
        mended: rows that do not hold as printed and do with it.
        left: rows that it touches and that do not hold even so.
        open: columns that it leaves open and that cannot all be blank.
    """

    slip: BlockSlip
    boxes: Mapping[int, Interval]
    mended: frozenset[int]
    left: frozenset[int]
    open: frozenset[int]

    @property
    def rank(self) -> tuple[int, ...]:
        """The more is mended and the less is left, lost or turned, the better; rows go whole."""
        slip = self.slip
        if slip.kind == "shifted":
            width = len(slip.columns)
            lost = (self.guessed, slip.is_partial, slip.lost // width)
        elif slip.is_striking:
            # That so many figures are those of others, a shift would have to leave to chance.
            lost = (0, False, slip.lost)
        else:
            lost = (slip.lost, slip.is_partial, 0)
        return len(self.left) - len(self.mended), len(self.left), *lost

    @property
    def guessed(self) -> int:
        """How many figures it leaves open, and how many rows it takes from the other end."""
        return len(self.open) + self.slip.turned // len(self.slip.columns)

    @property
    def family(self) -> tuple[object, ...]:
        """Trials of one family may differ in no more than where the block begins and ends."""
        slip = self.slip
        if slip.kind == "shifted":
            return slip.kind, slip.dataset, slip.columns, slip.distance, self.mended
        if slip.kind == "repeated":
            return slip.kind, slip.dataset, self.mended
        return slip.kind, slip.repair


class Trials:
    """Tries hypotheses on one problem."""

    def __init__(self, problem: Problem) -> None:
        """Takes what does not add up."""
        self._problem = problem
        self._matrix = problem.matrix
        self._violated = problem.violated
        # A share that is too small as printed may be too great then; it is wrong either way.
        self._wrong = {claim_of(self._matrix.rows[k].name) for k in self._violated if self.is_statement(k)}

    def tried(self, slip: BlockSlip) -> Trial | None:
        """The trial of a hypothesis; None where it does not pass."""
        matrix = self._matrix
        boxes = {matrix.column[key]: box for key, box in slip.undone.items()}
        touched = {k for i in boxes for k in matrix.touching[i]}
        before = touched & self._violated
        if len(before) < self._least(slip):
            return None
        left: set[int] = set()
        for k in before:
            if matrix.is_violated(k, boxes):
                left.add(k)
                if not self._is_nearly_all(left, before):
                    return None
        broken = {k for k in touched - before if matrix.is_violated(k, boxes)}
        if any(claim_of(matrix.rows[k].name) not in self._wrong for k in broken):
            return None
        mended = frozenset(before - left)
        opened = self._open(slip, boxes)
        if not self._is_borne_out(slip, mended, opened):
            return None
        # What it leaves must have nothing to do with what it mends.
        missed = self._connected(mended) - mended
        if not self._is_nearly_all(missed, mended | missed):
            return None
        if not slip.is_striking and self.is_explained_by_one(mended):
            return None
        return Trial(slip, boxes, mended, frozenset(left | broken), opened)

    def is_statement(self, k: int) -> bool:
        """Whether a row is a statement, which may be wrong by itself."""
        return self._matrix.rows[k].name in self._problem.statements

    def is_explained_by_one(self, rows: frozenset[int]) -> bool:
        """Whether one figure, or one statement, in the place of what is printed would mend them all."""
        matrix = self._matrix
        if len(rows) == 1 and self.is_statement(next(iter(rows))):
            return True
        shared = frozenset.intersection(*(frozenset(i for _, i in matrix.terms[k]) for k in rows))
        dropped = self._violated - rows
        return any(not isinstance(implied_by(matrix, [i], dropped), frozenset) for i in sorted(shared))

    def is_told(self, trial: Trial, looked: int) -> bool:
        """Whether it is no chance, and takes more single figures to explain than the block leaves open.

        Args:
            trial: that mends most.
            looked: how many shifts were looked at.
        """
        if trial.slip.kind in ("repeated", "taken_over"):
            return True
        if trial.slip.kind == "unit":
            # That several figures are wrong by the same factor is hardly chance.
            several = len(self._firm(trial.slip, trial.mended, trial.open)) >= EVIDENCE
            if several or self._chance(trial) > _CHANCE / _UNITS:
                return several and self._chance(trial) <= _FACTOR
        if trial.slip.kind == "shifted" and self._chance(trial) * looked > _CHANCE:
            return False
        least = max(_SINGLES, len(trial.open) + _MORE)
        return self._apart(trial.mended) >= least or self._singles(trial) >= least

    @cached_property
    def program(self) -> Program:
        """The linear programme of the problem."""
        return Program(self._problem.system)

    def _singles(self, trial: Trial) -> int:
        """How many single figures explain what a trial mends; one more than are tried where none do."""
        work = Work(_CHEAP, _PROGRAMMES)
        dropped = frozenset((self._violated - trial.mended) | trial.left)
        search = Search(self._matrix, self.program, dropped, self._is_single, _in_order, work)
        found = search.explanations([(k,) for k in sorted(trial.mended)], 1)
        if found:
            return min(len(e.aside) for e in found)
        return _SINGLES + 1 if work.complete else 0

    def _is_single(self, candidate: Candidate) -> bool:
        if candidate < 0:
            return self.is_statement(-1 - candidate)
        name = self._matrix.names[candidate]
        return isinstance(name, Key) or name in self._problem.statements

    def _is_borne_out(self, slip: BlockSlip, mended: frozenset[int], opened: frozenset[int]) -> bool:
        """Whether what is mended rests on what is printed."""
        if slip.kind in ("repeated", "taken_over"):
            return slip.is_striking or self._apart(mended) >= _APART
        return len(self._firm(slip, mended, opened)) >= self._least(slip)

    def _firm(self, slip: BlockSlip, mended: frozenset[int], opened: frozenset[int]) -> list[int]:
        """The rows that are mended by what is printed, and not by what is left open or alike in any unit."""
        loose = {k for i in opened for k in self._matrix.touching[i]}
        within = self._problem.is_within
        return [k for k in sorted(mended - loose) if not (slip.is_scaling and within(k, slip.meant))]

    def _chance(self, trial: Trial) -> float:
        """How likely figures in any other order would mend by chance what a trial mends by what is printed.

        A sum falls into what rounding leaves of it as often as that is small beside its difference.
        """
        loose = {k for i in trial.open for k in self._matrix.touching[i]}
        touched = {k for i in trial.boxes for k in self._matrix.touching[i]} - loose - trial.left
        gaps: dict[int, int] = {}
        for k in sorted(touched):
            # Groups of one build hold in each other's place; that they do says nothing.
            if trial.slip.origins and self._figures_of(k, trial.slip.origins) in self._held:
                continue
            if k in self._violated:
                least, greatest = self._matrix.activity(k)
                low, high = self._matrix.rows[k].low, self._matrix.rows[k].high
                outside = (low - greatest) if low is not None and greatest is not None else 0
                gap = max(outside, least - high if high is not None and least is not None else 0)
            elif self._is_between_rows(k):
                # What held before holds again with other figures.
                gap = self._change(k, trial.boxes)
            else:
                continue
            # The same difference twice is the same figure in two columns.
            gaps[gap] = max(gaps.get(gap, 1), self._slack(k, {}), self._slack(k, trial.boxes))
        return prod(slack / (slack + gap) for gap, slack in gaps.items())

    def _least(self, slip: BlockSlip) -> int:
        """Contradictions that it must mend; of exchanges and units few are tried."""
        return 1 if slip.is_striking or slip.kind in ("exchanged", "unit") else EVIDENCE

    def _slack(self, k: int, boxes: Mapping[int, Interval]) -> int:
        """What rounding leaves open in a row."""
        least, greatest = self._matrix.activity(k, boxes)
        low, high = self._matrix.rows[k].low, self._matrix.rows[k].high
        width = 0 if least is None or greatest is None else greatest - least
        return width + (0 if low is None or high is None else high - low)

    def _change(self, k: int, boxes: Mapping[int, Interval]) -> int:
        """By how much the figures of a row change, without their signs; 0 where it says nothing then."""
        change = size = 0
        for c, i in self._matrix.terms[k]:
            low, high = self._matrix.low[i], self._matrix.high[i]
            box = boxes.get(i, Interval(low, high))
            if box.low is None or box.high is None:
                return 0
            size += abs(c) * abs(box.low + box.high) // 2
            if low is not None and high is not None:
                change += abs(c) * abs(box.low + box.high - low - high) // 2
        return min(change, size)

    @cached_property
    def _held(self) -> frozenset[frozenset[tuple[int, int]]]:
        """The figures of all rows that hold as printed."""
        rows = set(range(len(self._matrix.rows))) - self._violated
        return frozenset(self._figures_of(k, {}) for k in rows)

    def _figures_of(self, k: int, origins: Mapping[Key, Key]) -> frozenset[tuple[int, int]]:
        """The columns that a row adds up where they are printed, but for what is nothing."""
        figures: set[tuple[int, int]] = set()
        for c, i in self._matrix.terms[k]:
            name = self._matrix.names[i]
            at = self._matrix.column[origins.get(name, name)] if isinstance(name, Key) else i
            low, high = self._matrix.low[at], self._matrix.high[at]
            if low is None or high is None or low + high:
                figures.add((c, at))
        return frozenset(figures)

    def _is_between_rows(self, k: int) -> bool:
        """Whether it binds figures of several rows; those of one go together wherever they stand."""
        names = (self._matrix.names[i] for _, i in self._matrix.terms[k])
        return len({(n.dataset, n.row) if isinstance(n, Key) else n for n in names}) > 1

    def _open(self, slip: BlockSlip, boxes: Mapping[int, Interval]) -> frozenset[int]:
        """Columns that a slip leaves open and that cannot be blank: as few as seem to do."""
        if slip.kind != "shifted":
            return frozenset()
        matrix, names = self._matrix, self._matrix.names
        lost = [i for i, box in boxes.items() if box == FREE]
        around = self._problem.figures.around
        blank = dict(boxes) | {i: around(name, 0) for i in lost if isinstance(name := names[i], Key)}
        rows = {k for i in lost for k in matrix.touching[i]}
        wrong = {k for k in rows if matrix.is_violated(k, blank) and not matrix.is_violated(k, boxes)}
        opened: set[int] = set()
        while wrong:
            best = max(lost, key=lambda i: (sum(k in wrong for k in matrix.touching[i]), -i))
            opened.add(best)
            blank[best] = FREE
            wrong = {k for k in wrong if matrix.is_violated(k, blank)}
        return frozenset(opened)

    def _is_nearly_all(self, left: Collection[int], rows: Collection[int]) -> bool:
        """Whether what is left violated is little of some rows; a statement may be wrong by itself."""
        stated = sum(self.is_statement(k) for k in left)
        every = sum(self.is_statement(k) for k in rows)
        return len(left) - stated <= (len(rows) - every) // NEARLY and _STATED * stated <= len(rows)

    def _apart(self, rows: Iterable[int]) -> int:
        """How many figures or statements it takes at least to explain some contradictions one by one."""
        return apart(frozenset(i for _, i in self._matrix.terms[k]) for k in rows)

    def _connected(self, rows: frozenset[int]) -> frozenset[int]:
        """Violated rows that share figures with some of these, directly or through others."""
        found, columns = set(rows), {i for k in rows for _, i in self._matrix.terms[k]}
        waiting = set(self._violated) - found
        while joined := {k for k in waiting if any(i in columns for _, i in self._matrix.terms[k])}:
            found |= joined
            waiting -= joined
            columns |= {i for k in joined for _, i in self._matrix.terms[k]}
        return frozenset(found)


def _in_order(candidate: Candidate) -> Place:
    return 0, 0.0, 0.0, candidate
