"""Tells that all tables may be in another unit of money than their captions say: no identity does.

The narrative tells where it names its own. So do the sums: figures in 元 are exact, and add up to the last
digit; figures rounded to 万元 one by one do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import permutations

from jcfs_etl.audit.model import Check
from jcfs_etl.audit.spans import Span
from jcfs_etl.audit.statements import JudgedClaim
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding, Value
from jcfs_etl.interpret.model import Claim
from jcfs_etl.money import in_unit
from jcfs_etl.recognise.model import Publication

#: So many different amounts are off by one unit of money before it is no slip of a sentence.
_AMOUNTS = 3
#: So many digits an amount has before it meets a figure in another unit by no chance.
_DIGITS = 4
_LEAST = 10 ** (_DIGITS - 1)
#: Of so many sums none adds up to the last digit by chance where each figure was rounded: a third are off.
_SUMS = 20
#: So many sums, and this share of all, are off by what rounding leaves before it is no slip of some.
_OFF, _OFF_SHARE = 3, 0.05


def contradicted_unit(
    publication: Publication, checks: Iterable[Check], claims: Iterable[JudgedClaim], contracts: Contracts
) -> Iterator[Finding]:
    """A finding where the tables seem to be in another unit of money than their captions say.

    So it is where most amounts of the narrative are the tables' figures in another one, whichever of both is
    wrong; and where the largest amount is out of the ordinary, and the sums are not as those in its unit.

    Args:
        publication: as recognised.
        checks: every identity tried on it.
        claims: the claims of its narrative, judged.
        contracts: for the units of money.

    Yields:
        One error at most: all amounts would be published with too many or too few noughts.
    """
    why = _by_narrative(claims, contracts) or _by_sums(publication, checks, contracts)
    if why is not None:
        values: dict[str, Value] = {"why": why, "unit": publication.money_unit or ""}
        first = publication.facts[0]
        yield Finding("money_unit_contradicted", "error", "extraction", values=values, page=first.page)


def _by_narrative(claims: Iterable[JudgedClaim], contracts: Contracts) -> Both | None:
    """What the narrative tells of the unit, where most of its amounts are figures in another one."""
    amounts = [judged for judged in claims if judged.claim.kind == "amount" and judged.claim.form == "level"]
    held = {judged.claim.value for judged in amounts if judged.holds and judged.claim.value}
    for unit, other in permutations(contracts.publication.money_units.values(), 2):
        told: dict[int, Claim] = {}
        for judged in amounts:
            if _is_off_by(judged, Fraction(unit, other)):
                told.setdefault(judged.claim.value, judged.claim)
        if len(told) >= max(_AMOUNTS, len(held) + 1):
            first, count = next(iter(told.values())), len(told)
            stated = first.printed + first.unit
            return Both(
                f"{count} amounts of the narrative are theirs in another (page {first.page}: {stated})",
                f"情况说明有{count}个金额（如第{first.page}页{stated}）只有在另一单位下才与各表一致",
            )
    return None


def _by_sums(publication: Publication, checks: Iterable[Check], contracts: Contracts) -> Both | None:
    """What sums tell of the unit of tables whose largest amount is out of the ordinary."""
    units, unit = contracts.publication.money_units, publication.money_unit
    if unit is None or any(table.money_unit != unit for table in publication.filled):
        return None
    largest = max((abs(fact.amount or 0) for fact in publication.facts), default=0)
    least, most = (bound * units["元"] for bound in contracts.publication.largest_amount)
    # Figures are told from exact ones where they have two decimals.
    step = units[unit] // 100
    sums = [check for check in checks if _is_telling_sum(check, step)]
    off, size, count = (
        sum(1 for check in sums if check.residual),
        in_unit(largest, units[unit], unit),
        len(sums),
    )
    if unit == "元" and largest < least and off >= max(_OFF, _OFF_SHARE * count):
        return Both(
            f"the largest amount is {size}, and {off} of {count} sums are off by what rounding leaves",
            f"最大金额为{size}，而{count}项合计中有{off}项存在四舍五入尾差",
        )
    if unit != "元" and largest > most and not off and count >= _SUMS:
        return Both(
            f"the largest amount is {size}, and all of {count} sums add up to the last digit",
            f"最大金额为{size}，而{count}项合计均分毫不差，不似四舍五入后的数字",
        )
    return None


def _is_telling_sum(check: Check, step: int) -> bool:
    """Whether an identity would tell rounded figures from exact ones: it adds up several with decimals.

    One that is off by more than rounding leaves tells of a slip.
    """
    equation = check.equation
    if equation is None or equation.relation != "=" or check.residual is None:
        return False
    parts = [term for term in equation.right if term.value and term.value // step % 100]
    return len(parts) > 1 and 2 * abs(check.residual) <= step * (len(equation.terms) + 1)


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
