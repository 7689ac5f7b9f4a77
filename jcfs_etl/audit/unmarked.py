"""Figures of the narrative that have lost their sign or have no unit, or hardly theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from jcfs_etl.audit.statements import JudgedClaim, stated
from jcfs_etl.audit.words import Words, claim_finding
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.interpret.model import Claim
from jcfs_etl.wording import listed

#: How many times a budget or last year's amount is not this year's, and how many times it may well be.
_FAR, _NEAR = Fraction(1000), Fraction(10)


def unmarked_figures(
    judged: Sequence[JudgedClaim], slips: Sequence[Finding], words: Words
) -> Iterator[Finding]:
    """Rates without their per cent sign and amounts without their unit.

    Args:
        judged: all claims of a narrative, judged.
        slips: slips of wording; what they tell is not told again.
        words: knows the unit of an amount without one, and those that are cut short.

    Yields:
        One finding for each rate, and for the amounts of a sentence, unless the figure is wrong besides: its
        contradiction then tells.
    """
    told = {(f.page, f.values.get("printed")) for f in slips}
    without_unit: dict[tuple[int, str], list[tuple[Claim, str, str]]] = {}
    for one in judged:
        claim = one.claim
        if not claim.value or not any(c.isdigit() for c in claim.printed):
            continue
        if claim.lacks_unit:
            fits = one.computed is None or stated(claim, 0).meets(one.computed)
            if fits and (claim.page, claim.printed) not in told:
                yield _finding("percent_sign_missing", [(claim, claim.printed, f"{claim.printed}%")])
        elif claim.kind in ("amount", "change") and one.verdict != "violated":
            printed = f"{claim.printed}{claim.unit}"
            short = words.contracts.narrative.short_units
            whole = short.get(claim.unit) or words.unit_of(claim)
            is_cut = claim.unit in short or (not claim.unit and _is_lone(claim, judged))
            if is_cut and (claim.page, printed) not in told:
                found = (claim, printed, f"{claim.printed}{whole}")
                without_unit.setdefault((claim.page, claim.sentence), []).append(found)
    for sentence in without_unit.values():
        yield _finding("unit_missing", sentence)
    yield from _in_another_unit(judged, words.contracts)


def _in_another_unit(judged: Sequence[JudgedClaim], contracts: Contracts) -> Iterator[Finding]:
    """Amounts that nothing else states, in 元 where the same of another period in their sentence is in 万元.

    Only where the two are of a size in one unit, and further apart than years and budgets are in two.
    """
    units = contracts.publication.money_units
    levels = [j for j in judged if j.claim.form == "level" and j.claim.unit in units and j.claim.value > 0]
    for one in levels:
        claim = one.claim
        if one.computed is not None or one.cells:
            continue
        for other in (j.claim for j in levels if j.claim.sentence == claim.sentence):
            step = Fraction(units[other.unit], units[claim.unit])
            is_same = other.quantity.subject == claim.quantity.subject and other.page == claim.page
            apart, mended = Fraction(claim.value, other.value), claim.value * step / other.value
            is_far = step > 1 and apart < 1 / _FAR
            if is_same and is_far and 1 / _NEAR <= mended <= _NEAR:
                printed = f"{claim.printed}{claim.unit}"
                yield _finding("unit_unlikely", [(claim, printed, f"{claim.printed}{other.unit}")])
                break


def _is_lone(claim: Claim, judged: Sequence[JudgedClaim]) -> bool:
    """Whether no other amount of its sentence lacks its unit, or none before it has one.

    In a list the unit may be said once, with the first: 5.00元,…6.00,…7.00.
    """
    beside = [j.claim for j in judged if j.claim.sentence == claim.sentence and j.claim.page == claim.page]
    amounts = [c for c in beside if c.kind in ("amount", "change") and c.value]
    before = amounts[: amounts.index(claim)]
    return sum(not c.unit for c in amounts) == 1 or not any(c.unit for c in before)


def _finding(code: str, found: Sequence[tuple[Claim, str, str]]) -> Finding:
    """One finding for the figures of a sentence, each as printed and as it should be."""
    if len(found) == 1:
        return claim_finding(code, found[0][0], printed=found[0][1], right=found[0][2])
    printed, right = listed(one for _, one, _ in found), listed(one for _, _, one in found)
    return claim_finding(code, found[0][0], printed=printed, right=right)
