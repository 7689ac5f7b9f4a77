"""Finds the slip of a whole block that explains what does not add up, if there is one.

Every hypothesis (:mod:`jcfs_etl.audit.blocks`) is tried on all that the publication states: identities,
statements of the narrative, forms. It is accepted when what it touches holds that did not, nothing breaks
that held, the whole has a solution, no single figure would explain as much, and no other hypothesis that is
as simple explains it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from jcfs_etl.audit.block_copies import copies, taken_over
from jcfs_etl.audit.block_evidence import claim_of, is_firm
from jcfs_etl.audit.block_screen import StackForm, mends
from jcfs_etl.audit.blocks import BlockSlip, Stack, exchanges, shifts, stacks, table_units, units
from jcfs_etl.audit.hitting import implied_by
from jcfs_etl.audit.linear import FREE, Interval, Matrix, System, Variable
from jcfs_etl.audit.model import Figures
from jcfs_etl.audit.program import Program
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import PublishedTable

#: Constraints that a block must mend, none of which it only leaves open; and figures that it must change.
_EVIDENCE = 2
_FIGURES = 2
#: Figures that a displaced block must change; fewer are slips of single cells.
_DISPLACED = 4
#: Contradictions without a figure in common that figures copied over others must explain: their own are
#: lost, and what is lost fits everywhere.
_APART = 3
#: Of the contradictions that it touches, one in so many may have another cause.
_NEARLY = 10
#: Statements may be wrong by themselves: one in so many of what is touched.
_STATED = 2
#: Extents of one block that are tried with the programme.
_EXTENTS = 24
#: Rows of a table taken over from another one that must be wrong.
_ROWS = 3
#: Hypotheses that are tried in full, and blocks of one document.
_TRIALS = 4_000
_BLOCKS = 3
#: Shifts of one document that are looked at.
_LOOKED_AT = 100_000


@dataclass(frozen=True)
class Block:
    """A slip of a whole block that is accepted.

    Attributes:
        slip: what happened.
        explained: names of the constraints that do not hold as printed, and do without it.
        implied: what the rest implies for the figures that it leaves open.
    """

    slip: BlockSlip
    explained: frozenset[str]
    implied: Mapping[Key, Interval]


@dataclass(frozen=True)
class _Trial:
    slip: BlockSlip
    boxes: Mapping[int, Interval]
    mended: frozenset[int]
    left: frozenset[int]
    firm: int

    @property
    def rank(self) -> tuple[int, ...]:
        """The less is left, the more is mended, and the less is lost or turned, the better; rows go whole."""
        slip = self.slip
        lost = (slip.lost + slip.turned) // (len(slip.columns) if slip.kind == "shifted" else 1)
        return len(self.left), -len(self.mended), lost, slip.is_partial

    @property
    def family(self) -> tuple[object, ...]:
        """Trials of one family may differ in no more than where the block begins and ends."""
        slip = self.slip
        if slip.kind == "shifted":
            return slip.kind, slip.dataset, slip.columns, slip.distance, self.mended
        if slip.kind == "repeated":
            return slip.kind, slip.dataset, self.mended
        return slip.kind, slip.repair


def find_blocks(
    system: System,
    figures: Figures,
    tables: Mapping[str, PublishedTable],
    money_units: Mapping[str, int],
    statements: frozenset[Variable],
) -> tuple[Block, ...]:
    """The slips of whole blocks of a publication.

    Args:
        system: figures, identities and all statements.
        figures: the document's.
        tables: by dataset, as recognised.
        money_units: 分 in one of each money unit.
        statements: names of constraints that are no part of the tables; each may be wrong by itself.

    Returns:
        Accepted ones, the one that explains most first; usually none.
    """
    found: list[Block] = []
    for _ in range(_BLOCKS):
        block = _Finder(system, figures, tables, money_units, statements).best()
        if block is None:
            break
        found.append(block)
        system = repaired(system, block)
    return tuple(found)


def repaired(system: System, block: Block) -> System:
    """The system with what was meant in the place of what is printed."""
    return system.with_intervals(block.slip.meant)


class _Finder:
    def __init__(
        self,
        system: System,
        figures: Figures,
        tables: Mapping[str, PublishedTable],
        money_units: Mapping[str, int],
        statements: frozenset[Variable],
    ) -> None:
        self._system = system
        self._matrix: Matrix = system.matrix
        self._figures = figures
        self._tables = tables
        self._money_units = money_units
        self._statements = statements
        self._violated = frozenset(k for k in range(len(self._matrix.rows)) if self._matrix.is_violated(k))
        # A share that is too small as printed may be too great then; it is wrong either way.
        self._wrong = {claim_of(self._matrix.rows[k].name) for k in self._violated if self._is_statement(k)}
        self._stacks = [s for t in tables.values() if t.state == "filled" for s in stacks(t, figures)]
        self._left = _TRIALS

    def best(self) -> Block | None:
        """The one block that explains most; None where there is none, or more than one."""
        if len(self._violated) < _EVIDENCE or self._is_explained_by_one(self._violated):
            return None
        families: dict[tuple[object, ...], list[_Trial]] = {}
        for trial in sorted(self._accepted(), key=lambda trial: trial.rank):
            family = families.setdefault(trial.family, [trial])
            # How much a copy has overwritten says nothing against it.
            is_copy = trial.slip.kind == "repeated"
            if family[0] is not trial and (is_copy or family[0].rank == trial.rank):
                family.append(trial)
        first: list[_Trial] = []
        for family in sorted(families.values(), key=lambda f: f[0].rank):
            if first and family[0].rank != first[0].rank:
                break
            possible = [t for t in family[:_EXTENTS] if self._is_feasible(t) and self._is_needed(t)]
            if possible and (first or not _is_one_block(possible)):
                return None
            first = first or possible
        if not first or self._is_taken_over(first[0], families.values()):
            return None
        if first[0].slip.kind != "unit" and min(len(t.slip.meant) for t in first) < _DISPLACED:
            return None
        if not self._is_most(first[0]):
            return None
        return self._block(self._as_one(first))

    def _is_most(self, trial: _Trial) -> bool:
        """Whether a block explains at least half of what is violated in its table."""
        mine = {k for k in self._violated if trial.slip.dataset in self._datasets(k)}
        return 2 * len(mine & trial.mended) >= len(mine)

    def _datasets(self, k: int) -> set[str]:
        names = (self._matrix.names[i] for _, i in self._matrix.terms[k])
        return {name.dataset for name in names if isinstance(name, Key)}

    def _is_taken_over(self, best: _Trial, families: Iterable[list[_Trial]]) -> bool:
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

    # Hypotheses

    def _accepted(self) -> Iterator[_Trial]:
        seen: set[object] = set()
        for slip in self._slips():
            if slip.repair in seen or len(slip.meant) < _FIGURES:
                continue
            seen.add(slip.repair)
            self._left -= 1
            if self._left < 0:
                return
            trial = self._tried(slip)
            if trial is not None:
                yield trial

    def _slips(self) -> Iterator[BlockSlip]:
        suspects = frozenset(
            name
            for k in self._violated
            for _, i in self._matrix.terms[k]
            if isinstance(name := self._matrix.names[i], Key)
        )
        for table in self._tables.values():
            yield from table_units(table, self._figures, suspects, self._money_units)
        for stack in self._stacks:
            yield from units(stack, self._figures, suspects, self._money_units)
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
        rows = [
            k for k in sorted(self._violated) if any(self._in(stack, i) for _, i in self._matrix.terms[k])
        ]
        forms = [StackForm(self._matrix, k, stack) for k in rows]
        if not forms:
            return
        # A shift leaves violated what lies before or behind it.
        allowed = sum(self._is_statement(k) for k in rows) + len(rows) // _NEARLY
        if allowed >= len(forms):
            return
        latest = sorted(form.last for form in forms)[allowed]
        earliest = sorted((form.first for form in forms), reverse=True)[allowed]
        looked = 0
        for shift in shifts(stack, choices):
            if shift.start > latest or shift.end <= earliest:
                continue
            looked += 1
            if looked > _LOOKED_AT:
                return
            if mends(shift, forms, allowed):
                slip = shift.slip(self._figures)
                if slip is not None:
                    yield slip

    def _in(self, stack: Stack, column: int) -> bool:
        return self._matrix.names[column] in stack.place

    # Trials

    def _tried(self, slip: BlockSlip) -> _Trial | None:
        matrix = self._matrix
        boxes = {matrix.column[key]: box for key, box in slip.meant.items()}
        touched = {k for i in boxes for k in matrix.touching[i]}
        before = touched & self._violated
        if len(before) < _EVIDENCE:
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
        opened = {k for i, box in boxes.items() if box == FREE for k in matrix.touching[i]}
        firm = {k for k in mended - opened if not (slip.is_scaling and self._is_within(k, slip))}
        if slip.kind in ("repeated", "taken_over"):
            if self._apart(mended) < _APART:
                return None
        elif len(firm) < _EVIDENCE or not is_firm(slip, len(firm), len(mended)):
            return None
        # What it leaves must have nothing to do with what it mends.
        missed = self._connected(mended) - mended
        if not self._is_nearly_all(missed, mended | missed) or self._is_explained_by_one(mended):
            return None
        return _Trial(slip, boxes, mended, frozenset(left | broken), len(firm))

    def _is_nearly_all(self, left: Collection[int], rows: Collection[int]) -> bool:
        """Whether what is left violated is little of some rows; a statement may be wrong by itself."""
        stated = sum(self._is_statement(k) for k in left)
        every = sum(self._is_statement(k) for k in rows)
        return len(left) - stated <= (len(rows) - every) // _NEARLY and _STATED * stated <= len(rows)

    def _is_statement(self, k: int) -> bool:
        return self._matrix.rows[k].name in self._statements

    def _is_within(self, k: int, slip: BlockSlip) -> bool:
        """Whether a slip takes in every figure of a row that is not zero or blank."""
        names = [self._matrix.names[i] for _, i in self._matrix.terms[k]]
        return all(
            name in slip.meant for name in names if not isinstance(name, Key) or self._figures.values[name]
        )

    def _apart(self, rows: Iterable[int]) -> int:
        """How many figures or statements it takes at least to explain some contradictions one by one."""
        used: set[int] = set()
        count = 0
        for k in sorted(rows, key=lambda k: len(self._matrix.terms[k])):
            columns = {i for _, i in self._matrix.terms[k]}
            if used.isdisjoint(columns):
                used |= columns
                count += 1
        return count

    def _connected(self, rows: frozenset[int]) -> frozenset[int]:
        """Violated rows that share figures with some of these, directly or through others."""
        found, columns = set(rows), {i for k in rows for _, i in self._matrix.terms[k]}
        waiting = set(self._violated) - found
        while joined := {k for k in waiting if any(i in columns for _, i in self._matrix.terms[k])}:
            found |= joined
            waiting -= joined
            columns |= {i for k in joined for _, i in self._matrix.terms[k]}
        return frozenset(found)

    def _is_explained_by_one(self, rows: frozenset[int]) -> bool:
        """Whether one figure, or one statement, in the place of what is printed would mend them all."""
        matrix = self._matrix
        if len(rows) == 1 and matrix.rows[next(iter(rows))].name in self._statements:
            return True
        shared = frozenset.intersection(*(frozenset(i for _, i in matrix.terms[k]) for k in rows))
        dropped = self._violated - rows
        return any(not isinstance(implied_by(matrix, [i], dropped), frozenset) for i in sorted(shared))

    def _is_feasible(self, trial: _Trial) -> bool:
        program = Program(self._system)
        if program.feasible(trial.boxes, (self._violated - trial.mended) | trial.left):
            return True
        # Where the rest contradicts itself anyway, it says nothing of the block.
        return not program.feasible(dropped=self._violated)

    def _is_needed(self, trial: _Trial) -> bool:
        """Whether a table taken over must be wrong in more than a few of its rows.

        A unit with one budget has the figures of one table in another one, too.
        """
        if trial.slip.kind != "taken_over":
            return True
        program = Program(self._system)
        dropped = (self._violated - trial.mended) | trial.left
        boxes = dict(trial.boxes)
        needed = 0
        for row in trial.slip.rows:
            mine = {i for i in boxes if isinstance(n := self._matrix.names[i], Key) and n.row == row}
            fewer = {i: box for i, box in boxes.items() if i not in mine}
            if mine and program.feasible(fewer, dropped):
                boxes = fewer
            else:
                needed += bool(mine)
                if needed >= _ROWS:
                    return True
        return False

    # The one that is meant

    def _as_one(self, family: list[_Trial]) -> _Trial:
        """The trial of what all of a family agree on, with how much further the block may reach."""
        if family[0].slip.kind == "repeated":
            return max(family, key=lambda t: len(t.slip.meant))
        table = self._tables[family[0].slip.dataset]
        names = [row.row for row in table.rows]
        order = {row: n for n, row in enumerate(names)}
        begins = [order[t.slip.rows[0]] for t in family]
        ends = [order[t.slip.rows[-1]] for t in family]
        certain = [t for t in family if order[t.slip.rows[0]] == max(begins)]
        shortest = min(certain, key=lambda t: (order[t.slip.rows[-1]], len(t.slip.meant)))
        first = names[min(begins)] if min(begins) < max(begins) else ""
        last = names[max(ends)] if max(ends) > order[shortest.slip.rows[-1]] else ""
        return replace(shortest, slip=replace(shortest.slip, first=first, last=last))

    def _block(self, trial: _Trial) -> Block:
        matrix = self._matrix
        lost = [i for i, box in trial.boxes.items() if box == FREE]
        implied: dict[Key, Interval] = {}
        if lost:
            mended = self._system.with_intervals(trial.slip.meant).matrix
            dropped = {mended.row[matrix.rows[k].name] for k in (self._violated - trial.mended) | trial.left}
            found = implied_by(mended, lost, dropped)
            if not isinstance(found, frozenset):
                implied = {name: box for i, box in found.items() if isinstance(name := matrix.names[i], Key)}
        return Block(trial.slip, frozenset(matrix.rows[k].name for k in trial.mended), implied)


def _is_one_block(family: list[_Trial]) -> bool:
    """Whether the copies of a family are parts of the greatest of them."""
    greatest = max((t.slip.meant.keys() for t in family), key=len)
    return all(t.slip.kind != "repeated" or t.slip.meant.keys() <= greatest for t in family)
