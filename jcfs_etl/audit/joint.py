"""Joint consistency: whether one set of true amounts satisfies the whole publication at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from jcfs_etl.audit.linear import FREE, Constraint, Interval, System, tightened
from jcfs_etl.audit.localise import Conflict, localise
from jcfs_etl.audit.model import BoundEquation, Check, Figures
from jcfs_etl.audit.problem import Problem
from jcfs_etl.audit.program import Program
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import PublishedTable

#: Nothing but the figures and the identities between them.
NOTHING_MORE = System({}, ())


class Joint(Struct, frozen=True):
    """What came of trying everything at once.

    Attributes:
        verdict: ``consistent`` when some true amounts satisfy everything, else ``inconsistent``.
        variables: figures, and quantities beside them.
        equations: constraints that bind them.
        intervals: what the rest of a consistent publication leaves each figure, in 分 (or pieces); no
            wider than rounding leaves it. Empty when inconsistent.
        conflicts: what contradicts itself, and which figures would explain it; in page order.
    """

    verdict: Literal["consistent", "inconsistent"]
    variables: int
    equations: int
    intervals: Mapping[Key, Interval]
    conflicts: tuple[Conflict, ...] = ()


def system_of(figures: Figures, checks: Iterable[Check], extra: System = NOTHING_MORE) -> System:
    """Everything that the true amounts of a publication must satisfy.

    A printed figure v with half-unit h stands for [v - h, v + h], a blank for [-h, h], as in the
    rounding rule (:mod:`jcfs_etl.audit.spans`); counts are exact.

    Args:
        figures: the document's.
        checks: every identity tried on it; those that are not applicable bind nothing.
        extra: quantities of the narrative with their intervals, and what it states of them and of
            figures.

    Returns:
        The system; its constraints are named by :func:`constraint_name`, or as in ``extra``.
    """
    variables: dict[object, Interval] = {k: figures.around(k, v) for k, v in figures.values.items()}
    constraints: dict[str, Constraint] = {}
    for check in checks:
        if check.equation is None:
            continue
        constraint = constraint_of(check.equation)
        stated = constraints.setdefault(constraint.name, constraint)
        if stated != constraint:
            raise ValueError(f"{constraint.name} states two equations")
    return System(variables | dict(extra.variables), (*constraints.values(), *extra.constraints))


def constraint_of(equation: BoundEquation) -> Constraint:
    """An identity as a constraint: its left side less its right is 0, or at most 0."""
    weights: dict[Key, int] = {}
    for sign, terms in ((1, equation.left), (-1, equation.right)):
        for term in terms:
            weights[term.key] = weights.get(term.key, 0) + sign * term.weight
    return Constraint(
        equation.name,
        tuple((weight, key) for key, weight in weights.items() if weight),
        None if equation.relation == "<=" else 0,
        0,
    )


def examine(
    figures: Figures,
    checks: Iterable[Check],
    tables: Mapping[str, PublishedTable],
    money_units: Mapping[str, int],
    extra: System = NOTHING_MORE,
    meant: Mapping[Key, Interval] | None = None,
) -> Joint:
    """Try everything that a publication states at once.

    Args:
        figures: the document's.
        checks: every identity tried on it.
        tables: by dataset, as recognised: where figures stand and how they are printed.
        money_units: 分 in one of each money unit, from the contracts.
        extra: quantities beside the tables, and what is stated of them and of figures.
        meant: intervals in the place of what is printed, where that is known to be wrong; the whole is
            inconsistent then.

    Returns:
        The verdict, with intervals when all is consistent, else with conflicts and suspects.
    """
    system = system_of(figures, checks, extra)
    if meant:
        system = system.with_intervals(meant)
    size = len(system.variables), len(system.constraints)
    narrowed = tightened(system)
    if narrowed is not None and (not system.constraints or Program(system).feasible()):
        if meant:
            return Joint("inconsistent", *size, {})
        intervals = {key: narrowed[key] for key in figures.values}
        return Joint("consistent", *size, intervals)
    statements = frozenset(c.name for c in extra.constraints) | frozenset(
        variable for variable, interval in extra.variables.items() if interval != FREE
    )
    conflicts = localise(Problem(system, figures, tables, money_units, statements))
    return Joint("inconsistent", *size, {}, conflicts)
