"""The linear programme: a system handed to HiGHS, in deviations from exact centres.

HiGHS computes in floating point, and amounts of 10^12 分 leave it no room for single ones. So it is
never shown an amount: each variable is its deviation from a centre (the printed figure), in half-units
of the last printed decimal, and every constant is worked out in integers first. Where a variable is
far from its centre, the centre is moved to it and the programme solved again.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from jcfs_etl.audit.linear import Interval, System, tightened

#: Feasibility, in half-units. One 分 is 2e-4 half-units where 0.01 万元 is the last decimal.
_TOLERANCE = 1e-9
#: Deviations, in half-units, beyond which a float is no longer exact enough.
_FAR = 1e6
#: Deviations are rounded to whole 分 from within this many half-units.
_WHOLE = 1e-6
_RECENTRINGS = 4


class NoVerdictError(RuntimeError):
    """HiGHS could not say whether a programme is feasible."""


class Program:
    """A system in HiGHS, tried with other intervals for some variables and without some constraints.

    Columns and rows are those of ``system.matrix``. Every trial starts from the basis that the one
    before ended in, which is quick; the same trials in the same order give the same answers.
    """

    def __init__(self, system: System) -> None:
        import highspy

        self.matrix = system.matrix
        self._hs: Any = highspy
        # The class below highspy.Highs: that one prints a banner before it can be silenced.
        self._highs: Any = self._hs._Highs()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("parallel", "off"),
            ("random_seed", 0),
            ("solver", "simplex"),
            ("presolve", "off"),
            ("simplex_scale_strategy", 0),
            ("primal_feasibility_tolerance", _TOLERANCE),
            ("dual_feasibility_tolerance", _TOLERANCE),
            ("small_matrix_value", 1e-12),
        ):
            self._highs.setOptionValue(option, value)
        matrix = self.matrix
        boxes = [Interval(low, high) for low, high in zip(matrix.low, matrix.high, strict=True)]
        self._centres = [_centre(box, 0) for box in boxes]
        # Without an interval of its own, a variable is told in the half-units of the others.
        known = [_scale(box) for box in boxes]
        usual = max((scale for scale in known if scale is not None), default=1)
        self._scales = [usual if scale is None else scale for scale in known]
        self._constants = [sum(c * self._centres[i] for c, i in terms) for terms in matrix.terms]
        self._units = [max((abs(c) * self._scales[i] for c, i in t), default=1) for t in matrix.terms]
        self._moved: dict[int, int] = {}
        self._loose = {i for i, box in enumerate(boxes) if box.low is None or box.high is None}
        self._columns_set: set[int] = set()
        self._rows_set: set[int] = set()
        self._pass_model(boxes)

    def _pass_model(self, boxes: list[Interval]) -> None:
        matrix = self.matrix
        lp = self._hs.HighsLp()
        lp.num_col_, lp.num_row_ = len(boxes), len(matrix.rows)
        lp.col_cost_ = np.zeros(len(boxes))
        lower, upper = zip(*(self._column_bounds(i, box) for i, box in enumerate(boxes)), strict=True)
        lp.col_lower_, lp.col_upper_ = np.array(lower), np.array(upper)
        bounds = [self._row_bounds(k) for k in range(len(matrix.rows))]
        lp.row_lower_, lp.row_upper_ = (np.array([b[e] for b in bounds]) for e in (0, 1))
        counts = [len(terms) for terms in matrix.terms]
        lp.a_matrix_.format_ = self._hs.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(counts, dtype=np.int32))).astype(np.int32)
        lp.a_matrix_.index_ = np.array([i for t in matrix.terms for _, i in t], dtype=np.int32)
        lp.a_matrix_.value_ = np.array(
            [c * self._scales[i] / u for t, u in zip(matrix.terms, self._units, strict=True) for c, i in t],
            dtype=np.float64,
        )
        self._highs.passModel(lp)

    def feasible(self, boxes: Mapping[int, Interval] | None = None, dropped: Collection[int] = ()) -> bool:
        """Whether the system has a solution.

        Args:
            boxes: intervals in place of their own for some columns.
            dropped: rows left out.

        Raises:
            NoVerdictError: HiGHS could not say.
        """
        self._moved = {i: _centre(box, self._centres[i]) for i, box in (boxes or {}).items()}
        for _ in range(_RECENTRINGS):
            self._apply(boxes or {}, dropped)
            if not self._run():
                return False
            values = self._highs.getSolution().col_value
            far = {i: values[i] for i in self._columns_set | self._loose if abs(values[i]) > _FAR}
            if not far:
                break
            for i, value in far.items():
                self._moved[i] = self._moved.get(i, self._centres[i]) + round(value) * self._scales[i]
        return True

    def conflict(self) -> list[int]:
        """Rows that cannot hold together, after a trial that was not feasible (from Farkas' lemma)."""
        _, there, ray = self._highs.getDualRay()
        if not there:
            raise NoVerdictError("HiGHS found a programme infeasible and cannot say why")
        return [k for k, y in enumerate(ray) if abs(y) > _TOLERANCE]

    def extent(self, i: int) -> Interval:
        """The least and the greatest value of a column, in 分, under the last feasible trial."""
        return Interval(self._end(i, 1), self._end(i, -1))

    def _end(self, i: int, sign: int) -> int | None:
        column = np.array([i], dtype=np.int32)
        self._highs.changeColsCost(1, column, np.array([float(sign)]))
        try:
            status = self._status()
            if status == self._hs.HighsModelStatus.kUnbounded:
                return None
            if status != self._hs.HighsModelStatus.kOptimal:
                raise NoVerdictError(f"HiGHS stopped with {status} at the end of an interval")
            deviation = float(self._highs.getSolution().col_value[i])
        finally:
            self._highs.changeColsCost(1, column, np.array([0.0]))
        scale = self._scales[i]
        centre = self._moved.get(i, self._centres[i])
        if sign > 0:
            return centre + math.floor((deviation + _WHOLE) * scale)
        return centre + math.ceil((deviation - _WHOLE) * scale)

    def _run(self) -> bool:
        status = self._status()
        if status == self._hs.HighsModelStatus.kOptimal:
            return True
        if status == self._hs.HighsModelStatus.kInfeasible:
            return False
        raise NoVerdictError(f"HiGHS stopped with {status}")

    def _status(self) -> Any:
        known = self._hs.HighsModelStatus
        for _ in range(2):
            self._highs.run()
            status = self._highs.getModelStatus()
            if status in (known.kOptimal, known.kInfeasible, known.kUnbounded):
                break
            # Once more from the beginning, not from where the last trial ended.
            self._highs.clearSolver()
        return status

    def _apply(self, boxes: Mapping[int, Interval], dropped: Collection[int]) -> None:
        """Set the bounds of this trial, and those of the last one back."""
        matrix = self.matrix
        now = set(boxes) | set(self._moved)
        columns = sorted(self._columns_set | now)
        moved_rows = {k for i in self._moved for k in matrix.touching[i]}
        rows = sorted(self._rows_set | moved_rows | set(dropped))
        if columns:
            bounds = [
                self._column_bounds(i, boxes.get(i, Interval(matrix.low[i], matrix.high[i]))) for i in columns
            ]
            self._highs.changeColsBounds(len(columns), *_arrays(columns, bounds))
        if rows:
            infinite = (-self._hs.kHighsInf, self._hs.kHighsInf)
            left_out = set(dropped)
            bounds = [infinite if k in left_out else self._row_bounds(k) for k in rows]
            self._highs.changeRowsBounds(len(rows), *_arrays(rows, bounds))
        self._columns_set = now
        self._rows_set = moved_rows | set(dropped)

    def _column_bounds(self, i: int, box: Interval) -> tuple[float, float]:
        centre = self._moved.get(i, self._centres[i])
        return self._scaled(box.low, centre, self._scales[i], -1), self._scaled(
            box.high, centre, self._scales[i], 1
        )

    def _row_bounds(self, k: int) -> tuple[float, float]:
        row = self.matrix.rows[k]
        constant = self._constants[k]
        if self._moved:
            for c, i in self.matrix.terms[k]:
                if i in self._moved:
                    constant += c * (self._moved[i] - self._centres[i])
        unit = self._units[k]
        return self._scaled(row.low, constant, unit, -1), self._scaled(row.high, constant, unit, 1)

    def _scaled(self, bound: int | None, origin: int, unit: int, sign: int) -> float:
        return sign * float(self._hs.kHighsInf) if bound is None else (bound - origin) / unit


def irreducible(system: System, names: list[str]) -> tuple[str, ...]:
    """The same contradiction with every constraint left out that it does not need."""
    needed = sorted(names)
    for name in list(needed):
        fewer = [n for n in needed if n != name]
        if fewer:
            rest = system.only(fewer)
            if tightened(rest) is None or not Program(rest).feasible():
                needed = fewer
    return tuple(needed)


def _centre(box: Interval, otherwise: int) -> int:
    """The middle of an interval, or its only end; else what it was."""
    if box.low is not None and box.high is not None:
        return (box.low + box.high) // 2
    if box.low is not None:
        return box.low
    return otherwise if box.high is None else box.high


def _scale(box: Interval) -> int | None:
    """The half-unit of a column in 分: half its width, at least one; None where it is unbounded."""
    if box.low is None or box.high is None:
        return None
    return max(1, (box.high - box.low) // 2)


def _arrays(indices: list[int], bounds: list[tuple[float, float]]) -> tuple[Any, Any, Any]:
    return (
        np.array(indices, dtype=np.int32),
        np.array([b[0] for b in bounds], dtype=np.float64),
        np.array([b[1] for b in bounds], dtype=np.float64),
    )
