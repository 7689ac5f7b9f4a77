"""What the narrative's claims and the self-evaluation forms bind, beside the tables: linear constraints.

An amount given to the fen narrows its cell; a share bounds two cells against each other; a change and
its percentage bring last year's amount in as one more unknown.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

from jcfs_etl.audit.joint import constraint_of
from jcfs_etl.audit.linear import FREE, Constraint, Interval, System, Variable
from jcfs_etl.audit.model import Check
from jcfs_etl.audit.performance_figures import half_of_line
from jcfs_etl.audit.statements import WHOLE, Cells, JudgedClaim, stated
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.interpret.model import Claim, Quantity
from jcfs_etl.interpret.performance_model import Performance
from jcfs_etl.places import Key

#: Begins the names of constraints that come from the narrative.
CLAIM = "claim/"
_NUMBER = re.compile(rf"{CLAIM}.*?/(\d+)(?:/at (?:least|most))?$")

Terms = tuple[tuple[int, Variable], ...]


def bounds_of_claims(judged: Iterable[JudgedClaim], half: int) -> System:
    """Constraints of the claims, and the unknowns that they speak of beside the cells.

    Args:
        judged: claims with the cells of their quantities. Those that are not exact by their own words
            bind nothing.
        half: half a unit of the last decimal that the document's tables print, in 分.

    Returns:
        A system whose variables are only the quantities without cells; its constraints also speak of
        cells, which are variables of the tables' system.
    """
    unknowns: dict[Variable, Interval] = {}
    constraints: dict[str, Constraint] = {}
    for number, item in enumerate(judged):
        claim = item.claim
        if claim.is_approximate or claim.is_unsigned:
            continue
        name = f"{CLAIM}{claim.claim}/{number}"
        known = {claim.quantity: item.cells}
        if claim.base is not None:
            known[claim.base] = item.base_cells
        # Who states a share takes the figures as they are printed, not the true amounts.
        slack = half if item.cells and item.base_cells and item.holds else 0
        for constraint in _constraints(name, claim, known, half, slack):
            constraints[constraint.name] = constraint
            for _, variable in constraint.terms:
                if isinstance(variable, Quantity):
                    unknowns[variable] = FREE
    return System(unknowns, tuple(constraints.values()))


def claim_of(constraint: str) -> str:
    """The statement that a constraint comes from, of which there may be two: at least, and at most."""
    return constraint.removesuffix("/at least").removesuffix("/at most")


def claim_number(name: Variable) -> int | None:
    """Which of the binding claims a constraint comes from, by its name; None where it is no claim's."""
    found = _NUMBER.match(name) if isinstance(name, str) else None
    return int(found[1]) if found else None


def bounds_of_forms(
    performance: Performance, checks: Iterable[Check], figures: Container[Key], contracts: Contracts
) -> System:
    """The money of the self-evaluation forms and the identities that bind it, among itself and to the tables.

    Args:
        performance: the forms.
        checks: identities tried on them; those that are violated are findings already and bind nothing here.
        figures: figures of the tables, which are variables of their own system.
        contracts: contracts/performance.yaml says which columns hold money.
    """
    columns = contracts.performance.money.columns
    money: dict[Variable, Interval] = {}
    for form in performance.forms:
        for line in form.funds:
            half = half_of_line(line, contracts.performance)
            for name, figure in line.figures.items():
                key = Key("performance_funds", f"{form.number}/{line.number}", name)
                if columns[name].measure == "money" and figure.is_readable:
                    value = figure.value or 0
                    money[key] = Interval(value - half, value + half)
    constraints: dict[str, Constraint] = {}
    for check in checks:
        if check.equation and check.holds and all(key in money or key in figures for key in check.keys):
            constraint = constraint_of(check.equation)
            constraints[constraint.name] = constraint
    return System(money, tuple(constraints.values()))


def together(*systems: System) -> System:
    """Several systems as one; what two of them speak of is the same."""
    variables: dict[Variable, Interval] = {}
    for system in systems:
        variables |= dict(system.variables)
    return System(variables, tuple(c for system in systems for c in system.constraints))


def _constraints(
    name: str, claim: Claim, known: Mapping[Quantity, Cells], half: int, slack: int
) -> Iterable[Constraint]:
    """``slack`` is by how much each figure of a ratio may be off, in 分."""
    says = stated(claim, half)
    low, high = int(says.low), int(says.high)
    now = _terms(claim.quantity, known)
    if claim.base is None:
        yield Constraint(name, now, low, high)
        return
    before = _terms(claim.base, known)
    if claim.form == "difference":
        yield Constraint(name, _sum((1, now), (-1, before)), low, high)
        return
    # A ratio p of the base b is q = p b; a growth g is q = (1 + g) b. The base of either is positive.
    one = WHOLE if claim.form == "growth" else 0
    for end, factor in (("at least", one + low), ("at most", one + high)):
        terms = _sum((WHOLE, now), (-factor, before))
        off = slack * sum(abs(weight) for weight, _ in terms)
        bounds = (-off, None) if end == "at least" else (None, off)
        yield Constraint(f"{name}/{end}", terms, *bounds)


def _terms(quantity: Quantity, known: Mapping[Quantity, Cells]) -> Terms:
    cells = known.get(quantity, ())
    return tuple((weight, key) for weight, key in cells) if cells else ((1, quantity),)


def _sum(*parts: tuple[int, Terms]) -> Terms:
    total: dict[Variable, int] = {}
    for factor, terms in parts:
        for weight, variable in terms:
            total[variable] = total.get(variable, 0) + factor * weight
    return tuple((c, v) for v, c in total.items() if c)
