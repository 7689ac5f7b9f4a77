"""What the narrative's claims bind: linear constraints for the joint consistency of a publication.

An amount given to the fen narrows its cell; a share bounds two cells against each other; a change and
its percentage bring last year's amount in as one more unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jcfs_etl.audit.linear import FREE, Constraint, Interval, System, Variable
from jcfs_etl.audit.statements import WHOLE, Cells, JudgedClaim, stated
from jcfs_etl.interpret.model import Claim, Quantity

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
        if claim.is_approximate:
            continue
        name = f"claim/{claim.claim}/{number}"
        known = {claim.quantity: item.cells}
        if claim.base is not None:
            known[claim.base] = item.base_cells
        for constraint in _constraints(name, claim, known, half):
            constraints[constraint.name] = constraint
            for _, variable in constraint.terms:
                if isinstance(variable, Quantity):
                    unknowns[variable] = FREE
    return System(unknowns, tuple(constraints.values()))


def _constraints(name: str, claim: Claim, known: Mapping[Quantity, Cells], half: int) -> Iterable[Constraint]:
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
    yield Constraint(f"{name}/at least", _sum((WHOLE, now), (-(one + low), before)), 0, None)
    yield Constraint(f"{name}/at most", _sum((WHOLE, now), (-(one + high), before)), None, 0)


def _terms(quantity: Quantity, known: Mapping[Quantity, Cells]) -> Terms:
    cells = known.get(quantity, ())
    return tuple((weight, key) for weight, key in cells) if cells else ((1, quantity),)


def _sum(*parts: tuple[int, Terms]) -> Terms:
    total: dict[Variable, int] = {}
    for factor, terms in parts:
        for weight, variable in terms:
            total[variable] = total.get(variable, 0) + factor * weight
    return tuple((c, v) for v, c in total.items() if c)
