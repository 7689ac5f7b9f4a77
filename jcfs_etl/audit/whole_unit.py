"""Tells from the narrative that all tables may be in another unit of money than their captions say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import permutations

from jcfs_etl.audit.spans import Span
from jcfs_etl.audit.statements import JudgedClaim
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding, Value, finding
from jcfs_etl.interpret.model import Claim
from jcfs_etl.recognise.model import Publication

#: So many different amounts are off by one unit of money before it is no slip of a sentence.
_AMOUNTS = 3
#: So many digits an amount has before it meets a figure in another unit by no chance.
_DIGITS = 4
_LEAST = 10 ** (_DIGITS - 1)


def contradicted_unit(
    publication: Publication, claims: Iterable[JudgedClaim], contracts: Contracts
) -> Iterator[Finding]:
    """A finding where most amounts of the narrative are the tables' figures in another unit of money.

    Either the captions or the narrative name the wrong one, and no identity tells: it holds in any.

    Args:
        publication: as recognised.
        claims: the claims of its narrative, judged.
        contracts: for the units of money.

    Yields:
        One error at most: all amounts would be published with too many or too few noughts.
    """
    amounts = [judged for judged in claims if judged.claim.kind == "amount" and judged.claim.form == "level"]
    held = {judged.claim.value for judged in amounts if judged.holds and judged.claim.value}
    for unit, other in permutations(contracts.publication.money_units.values(), 2):
        told: dict[int, Claim] = {}
        for judged in amounts:
            if _is_off_by(judged, Fraction(unit, other)):
                told.setdefault(judged.claim.value, judged.claim)
        if len(told) >= max(_AMOUNTS, len(held) + 1):
            first = next(iter(told.values()))
            values: dict[str, Value] = {"count": len(told), "unit": publication.money_unit or ""}
            stated = first.printed + first.unit
            yield finding("money_unit_contradicted", "error", first.page, stated=stated, **values)
            return


def _is_off_by(judged: JudgedClaim, ratio: Fraction) -> bool:
    """Whether an amount that does not hold would so many times as large."""
    claim = judged.claim
    if not judged.is_wrong or len(str(claim.value).strip("-0")) < _DIGITS:
        return False
    scaled = Span.around(claim.value * ratio, claim.half * ratio)
    told = [one.computed for one in (judged, *judged.candidates) if one.computed is not None]
    return any(scaled.meets(figure) for figure in told if _is_telling(figure))


def _is_telling(figure: Span) -> bool:
    """Whether a figure has digits enough: anything small enough is a zero in larger units."""
    return bool(abs(figure.value) >= _LEAST * (figure.high - figure.low))
