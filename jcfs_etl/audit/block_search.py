"""Finds the slip of a whole block that explains what does not add up, if there is one.

Every hypothesis (:mod:`jcfs_etl.audit.blocks`) is tried on all that the publication states: identities,
statements of the narrative, forms. It is accepted when what it touches holds that did not, nothing breaks
that held, the whole has a solution, no single figure would explain as much, and no other hypothesis that is
as simple explains it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.audit.block_copies import copies, taken_over
from jcfs_etl.audit.block_trials import NEARLY, Trial, Trials
from jcfs_etl.audit.blocks import BlockSlip, Shift, Stack, exchanges, shifts, stacks, table_units, units
from jcfs_etl.audit.hitting import implied_by
from jcfs_etl.audit.linear import FREE, Interval, Matrix
from jcfs_etl.audit.problem import Problem
from jcfs_etl.audit.program import Program
from jcfs_etl.places import Key

#: Figures that a block must change.
_FIGURES = 2
#: A shift by other rows that leaves open so many times as many figures may be what happened.
_TWICE = 2
#: Extents of one block that are tried with the programme.
_EXTENTS = 24
#: Rows of a table taken over from another one that must be wrong.
_ROWS = 3
#: Hypotheses that are tried in full, and blocks of one document.
_TRIALS = 4_000
_BLOCKS = 3
#: Shifts of one document that are looked at.
_LOOKED_AT = 100_000


class Block(Struct, frozen=True):
    """A slip of a whole block that is accepted.

    ``explained`` names the constraints that do not hold as printed, and do without it; ``implied`` is what
    the rest implies for the figures that it leaves open.
    """

    slip: BlockSlip
    explained: frozenset[str]
    implied: Mapping[Key, Interval]


def find_blocks(problem: Problem) -> tuple[Block, ...]:
    """The slips of whole blocks of a publication.

    Args:
        problem: figures, identities and all statements, and the tables.

    Returns:
        Accepted ones, the one that explains most first; usually none.
    """
    found: list[Block] = []
    for _ in range(_BLOCKS):
        block = _Finder(problem).best()
        if block is None:
            break
        found.append(block)
        problem = problem.with_meant(block.slip.undone)
    return tuple(found)


class _Finder:
    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._matrix: Matrix = problem.matrix
        self._figures = problem.figures
        self._violated = problem.violated
        self._trials = Trials(problem)
        filled = [t for t in problem.tables.values() if t.state == "filled"]
        self._stacks = [s for t in filled for s in stacks(t, problem.figures)]
        self._suspects = problem.suspects(problem.violated)
        self._left = _TRIALS
        self._looked = 0

    def best(self) -> Block | None:
        """The one block that explains most; None where there is none, or more than one."""
        if not self._violated:
            return None
        families: dict[tuple[object, ...], list[Trial]] = {}
        trials = sorted(self._accepted(), key=lambda trial: trial.rank)
        for trial in trials:
            family = families.setdefault(trial.family, [trial])
            # How much a copy has overwritten says nothing against it.
            is_copy = trial.slip.kind == "repeated"
            if family[0] is not trial and (is_copy or family[0].rank == trial.rank):
                family.append(trial)
        first: list[Trial] = []
        for family in sorted(families.values(), key=lambda f: f[0].rank):
            if first and family[0].rank != first[0].rank:
                break
            possible = [t for t in family[:_EXTENTS] if self._is_feasible(t)]
            if not all(self._is_needed(t) for t in possible):
                # What is alike in both tables hides what happened.
                return None
            # In one of several units the figures may be of the right size, and in the others of none.
            if possible and possible[0].slip.kind == "unit" and not self._is_told(possible):
                continue
            if possible and (first or not _is_one_block(possible)):
                return None
            first = first or possible
        if not first or not self._is_told(first):
            return None
        if self._is_taken_over(first[0], families.values()) or self._is_doubtful(first[0], trials):
            return None
        if not any(t.slip.is_firm for t in first) or not self._is_most(first[0]):
            return None
        return self._block(self._as_one(first))

    def _is_told(self, family: Iterable[Trial]) -> bool:
        return any(self._trials.is_told(trial, self._looked) for trial in family)

    def _is_most(self, trial: Trial) -> bool:
        """Whether a block explains at least half of what is violated in its table."""
        dataset, problem = trial.slip.dataset, self._problem
        mine = {k for k in self._violated if any(key.dataset == dataset for key in problem.suspects((k,)))}
        return 2 * len(mine & trial.mended) >= len(mine)

    def _is_taken_over(self, best: Trial, families: Iterable[list[Trial]]) -> bool:
        """Whether the table of a shift that loses figures may as well be taken over from another one."""
        if best.slip.kind != "shifted" or not best.slip.lost:
            return False
        return any(
            t.slip.kind == "taken_over"
            and t.mended == best.mended
            and self._is_feasible(t)
            and self._is_needed(t)
            for family in families
            for t in family
        )

    def _is_doubtful(self, best: Trial, trials: Iterable[Trial]) -> bool:
        """Whether a shift that guesses at figures may be one by other rows that guesses not twice as much."""
        if best.slip.kind != "shifted" or not best.guessed:
            return False
        return any(
            t.slip.kind == "shifted"
            and (t.slip.dataset, t.mended) == (best.slip.dataset, best.mended)
            and t.slip.distance != best.slip.distance
            and t.guessed <= _TWICE * best.guessed
            and self._is_feasible(t)
            for t in trials
        )

    # Hypotheses

    def _accepted(self) -> Iterator[Trial]:
        seen: set[object] = set()
        slips = self._slips()
        if self._trials.is_explained_by_one(self._violated):
            repeated = copies(self._stacks, self._suspects, self._figures)
            slips = (slip for slip in repeated if slip.is_striking)
        for slip in slips:
            if slip.repair in seen or len(slip.meant) < _FIGURES:
                continue
            seen.add(slip.repair)
            self._left -= 1
            if self._left < 0:
                return
            trial = self._trials.tried(slip)
            if trial is not None:
                yield trial

    def _slips(self) -> Iterator[BlockSlip]:
        suspects = self._suspects
        for table in self._problem.tables.values():
            yield from table_units(table, self._figures, suspects, self._problem.money_units)
        for stack in self._stacks:
            yield from units(stack, self._figures, suspects, self._problem.money_units)
            if not suspects.isdisjoint(stack.place):
                yield from exchanges(stack, self._figures)
                yield from self._shifts(stack, suspects)
        yield from taken_over(self._stacks, suspects, self._figures)
        yield from copies(self._stacks, suspects, self._figures)

    def _shifts(self, stack: Stack, suspects: frozenset[Key]) -> Iterator[BlockSlip]:
        """Shifts that mend nearly all that is violated in a stack."""
        every = tuple(range(len(stack.columns)))
        bad = tuple(sorted({stack.place[key][1] for key in suspects if key in stack.place}))
        choices = dict.fromkeys((every, bad, *((j,) for j in bad)))
        names = self._matrix.names
        violated = sorted(self._violated)
        rows = [k for k in violated if any(names[i] in stack.place for _, i in self._matrix.terms[k])]
        forms = [_StackForm(self._matrix, k, stack) for k in rows]
        if not forms:
            return
        # A shift leaves violated what lies before or behind it.
        allowed = sum(self._trials.is_statement(k) for k in rows) + len(rows) // NEARLY
        if allowed >= len(forms):
            return
        latest = sorted(form.last for form in forms)[allowed]
        earliest = sorted((form.first for form in forms), reverse=True)[allowed]
        looked = 0
        for shift in shifts(stack, choices):
            if shift.start > latest or shift.end <= earliest:
                continue
            looked += 1
            self._looked += 1
            if looked > _LOOKED_AT:
                return
            if _mends(shift, forms, allowed) and (slip := shift.slip(self._figures)) is not None:
                yield slip

    def _is_feasible(self, trial: Trial) -> bool:
        program = Program(self._problem.system)
        if program.feasible(trial.boxes, (self._violated - trial.mended) | trial.left):
            return True
        # Where the rest contradicts itself anyway, it says nothing of the block.
        return not program.feasible(dropped=self._violated)

    def _is_needed(self, trial: Trial) -> bool:
        """Whether a table taken over must be wrong in more than a few of the rows that it has from the other.

        A unit with one budget has the figures of one table in another one, too; what is wrong then are those
        that differ. So these are put back first, as far as they may be right.
        """
        if trial.slip.kind != "taken_over":
            return True
        program = Program(self._problem.system)
        dropped = (self._violated - trial.mended) | trial.left
        boxes = dict(trial.boxes)
        needed: list[str] = []
        taken = self._taken(trial.slip)
        for row in sorted(trial.slip.rows, key=taken.__contains__):
            mine = {i for i in boxes if isinstance(n := self._matrix.names[i], Key) and n.row == row}
            fewer = {i: box for i, box in boxes.items() if i not in mine}
            if mine and program.feasible(fewer, dropped):
                boxes = fewer
            elif mine:
                needed.append(row)
                if len(needed) >= _ROWS and row in taken:
                    return True
        return False

    def _taken(self, slip: BlockSlip) -> frozenset[str]:
        """Rows of a table taken over that print nothing but figures of the other table."""
        values = self._figures.values
        theirs: dict[str, set[int | None]] = {}
        for key in slip.source:
            theirs.setdefault(key.row, set()).add(values.get(key))
        mine = {
            row: {v for c in slip.columns if (v := values.get(Key(slip.dataset, row, c)))}
            for row in slip.rows
        }
        return frozenset(row for row, own in mine.items() if own and own <= theirs.get(row, set()))

    # The one that is meant

    def _as_one(self, family: list[Trial]) -> Trial:
        """The trial of what all of a family agree on, with how much further the block may reach."""
        if family[0].slip.kind == "repeated":
            return _as_one_copy(family)
        names = [row.row for row in self._problem.tables[family[0].slip.dataset].rows]
        order = {row: n for n, row in enumerate(names)}
        spans = [(order[t.slip.rows[0]], order[t.slip.rows[-1]]) for t in family]
        earliest, begin, end = min(spans)[0], max(spans)[0], max(last for _, last in spans)
        certain = [t for t, (first, _) in zip(family, spans, strict=True) if first == begin]
        shortest = min(certain, key=lambda t: (order[t.slip.rows[-1]], len(t.slip.meant)))
        first = names[earliest] if earliest < begin else ""
        last = names[end] if end > order[shortest.slip.rows[-1]] else ""
        return replace(shortest, slip=replace(shortest.slip, first=first, last=last))

    def _block(self, trial: Trial) -> Block:
        matrix = self._matrix
        lost = [i for i, box in trial.boxes.items() if box == FREE]
        implied: dict[Key, Interval] = {}
        if lost:
            mended = self._problem.system.with_intervals(trial.slip.meant).matrix
            dropped = {mended.row[matrix.rows[k].name] for k in (self._violated - trial.mended) | trial.left}
            found = implied_by(mended, lost, dropped)
            if not isinstance(found, frozenset):
                implied = {name: box for i, box in found.items() if isinstance(name := matrix.names[i], Key)}
        return Block(trial.slip, frozenset(matrix.rows[k].name for k in trial.mended), implied)


def _is_one_block(family: list[Trial]) -> bool:
    """Whether the copies of a family are parts of the greatest of them, or of what that repeats."""
    greatest = max((t.slip for t in family), key=lambda slip: len(slip.meant))
    both = greatest.meant.keys() | set(greatest.source)
    return all(
        t.slip.kind != "repeated"
        or t.slip.meant.keys() <= greatest.meant.keys()
        or (t.slip.is_striking and t.slip.meant.keys() <= both)
        for t in family
    )


def _as_one_copy(family: list[Trial]) -> Trial:
    """The greatest of some copies; where either of two blocks may be the copy, with the figures of both."""
    greatest = max(family, key=lambda t: len(t.slip.meant))
    others = [t for t in family if not t.slip.meant.keys() <= greatest.slip.meant.keys()]
    if not others:
        return greatest
    slip = greatest.slip
    meant = {key: box for t in (greatest, *others) for key, box in t.slip.meant.items()}
    boxes = {i: box for t in (greatest, *others) for i, box in t.boxes.items()}
    return replace(greatest, slip=replace(slip, meant=meant, is_either=True), boxes=boxes)


class _StackForm:
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


def _mends(shift: Shift, forms: Sequence[_StackForm], allowed: int) -> bool:
    """Whether a shift undone mends all violated constraints of its stack but so many."""
    failed = 0
    for form in forms:
        if not form.holds(shift):
            failed += 1
            if failed > allowed:
                return False
    return True
