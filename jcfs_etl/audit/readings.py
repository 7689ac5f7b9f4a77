"""Which of its readings a statement has: the first that the figures bear out.

A label such as 总收入 may mean the year's income or the grand total, and a bare share may be of either. What
is said further of the same subject is read as its amount was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from msgspec.structs import replace

from jcfs_etl.audit.edits import distance
from jcfs_etl.audit.model import Verdict
from jcfs_etl.audit.spans import Span, quotient
from jcfs_etl.interpret.model import PERCENT, Claim, Quantity, Reading

#: How far a figure may be from what is right, of which it is a part, for the statement to be of that.
_NEAR = Decimal("0.01")


def settled(
    claims: Sequence[Claim], verdict: Callable[[Claim], Verdict], amounts: Mapping[Quantity, Span]
) -> tuple[Claim, ...]:
    """The claims with the subjects that their amounts show to be meant.

    Args:
        claims: in printed order.
        verdict: what the figures say to a claim.
        amounts: what the figures say of each quantity.
    """
    found, meant = list[Claim](), dict[str, str]()
    for at, claim in enumerate(claims):
        subject = claim.quantity.subject
        if claim.form == "level" and claim.quantity.period == "this":
            meant.pop(subject, None)
            said = verdict(claim) if claim.readings else "not_applicable"
            if said in ("violated", "rounding"):
                others = [read_as(claim, reading) for reading in claim.readings]
                # What fits to the last digit is likelier than what rounding alone lets pass.
                worth = ("exact", "rounding") if said == "violated" else ("exact",)
                other = next((one for one in others if verdict(one) in worth), None)
                if said == "violated" and other and _is_of_first(claim, claims[at + 1 :], amounts):
                    found.append(replace(claim, readings=()))
                    continue
                if other is not None:
                    meant[subject] = other.quantity.subject
        elif claim.form == "level" and claim.readings and claim.quantity not in amounts:
            # An amount of last year has no cell: the change that follows tells whose it is.
            meant.pop(subject, None)
            fitting = _fitting(claim, claims[at + 1 :], amounts)
            if fitting is not None:
                meant[subject] = fitting
        elif claim.form == "difference" and subject not in meant:
            fitting = _borne_by(
                claim, claims[at + 1 :], amounts, _is_stated_otherwise(claim, claims, amounts)
            )
            if fitting is not None:
                meant[subject] = fitting
        found.append(_of(claim, meant[subject]) if subject in meant else claim)
    return tuple(found)


def _is_of_first(claim: Claim, after: Sequence[Claim], amounts: Mapping[Quantity, Span]) -> bool:
    """Whether the change and growth that follow are of the likeliest reading and not of the amount as stated.

    The amount is then one that was copied from elsewhere, not that of another reading.
    """
    said: dict[str, Claim] = {}
    for one in after:
        if one.sentence != claim.sentence or one.quantity.subject != claim.quantity.subject:
            break
        if one.form in ("level", "difference", "growth") and one.unit:
            said.setdefault(one.form, one)
    change, right = said.get("difference"), amounts.get(claim.quantity)
    if change is None or right is None or change.quantity != claim.quantity:
        return False
    as_stated, before = Span.around(claim.value, claim.half), said.get("level")
    if before is not None and before.quantity == change.base:
        # 支出总计5万元,较上年20万元,减少8万元: the three say themselves whose they are.
        is_of = partial(_changes, before=before, change=change)
    else:
        is_of = partial(_bears, change=change, growth=said.get("growth"))
    return is_of(right) and not is_of(as_stated)


def _changes(amount: Span, before: Claim, change: Claim) -> bool:
    """Whether an amount is last year's, changed as stated."""
    says = Span.around(change.value, change.half)
    return amount.less(Span.around(before.value, before.half)).meets(says)


def _fitting(claim: Claim, after: Sequence[Claim], amounts: Mapping[Quantity, Span]) -> str | None:
    """The subject of the first reading of last year's amount that the change after it is right of."""
    change = next((c for c in after[:1] if c.form == "difference" and c.base == claim.quantity), None)
    if change is None or change.sentence != claim.sentence:
        return None
    for subject in (claim.quantity.subject, *(r.quantity.subject for r in claim.readings)):
        now = amounts.get(change.quantity._replace(subject=subject))
        if now is not None and _changes(now, claim, change):
            return subject
    return None


def _borne_by(
    change: Claim, after: Sequence[Claim], amounts: Mapping[Quantity, Span], otherwise: bool
) -> str | None:
    """The subject of the reading whose amount bears a change and its growth, as the likeliest does not.

    Where a sentence states no amount, as 与上年相比,今年收入减少…,下降… after the parts of 收入总计. Totals
    that are nearly one bear the same change; it is not of the one whose change is stated ``otherwise``.
    """
    growth = _growth_of(change, after)
    likeliest = amounts.get(change.quantity)
    if growth is None or likeliest is None or (_bears(likeliest, change, growth) and not otherwise):
        return None
    spans = ((r.quantity.subject, amounts.get(r.quantity)) for r in change.readings)
    return next((s for s, span in spans if span is not None and _bears(span, change, growth)), None)


def _growth_of(change: Claim, after: Sequence[Claim]) -> Claim | None:
    """The growth that a sentence states right after a change, of the same."""
    growth = next((c for c in after[:1] if c.form == "growth" and c.sentence == change.sentence), None)
    same = growth is not None and (growth.quantity, growth.base) == (change.quantity, change.base)
    return growth if same else None


def _is_stated_otherwise(change: Claim, claims: Sequence[Claim], amounts: Mapping[Quantity, Span]) -> bool:
    """Whether words that mean nothing else state another change of the likeliest, with its growth."""
    amount = amounts.get(change.quantity)
    if amount is None or not change.readings:
        return False
    for at, other in enumerate(claims):
        of_one = (other.form, other.quantity, other.base) == (change.form, change.quantity, change.base)
        named = not other.readings or (at > 0 and _is_of_amount(other, claims[at - 1]))
        if not of_one or not named or not other.unit:
            continue
        growth = _growth_of(other, claims[at + 1 :])
        if abs(other.value - change.value) > other.half + change.half and growth is not None:
            return _bears(amount, other, growth)
    return False


def _is_of_amount(change: Claim, level: Claim) -> bool:
    """Whether a change follows the amount that it is of, where that is stated by name."""
    same = (change.sentence, change.quantity) == (level.sentence, level.quantity)
    return level.form == "level" and same and not level.readings


def _bears(amount: Span, change: Claim, growth: Claim | None) -> bool:
    """Whether a change and a growth can both be of an amount."""
    says = Span.around(change.value, change.half)
    rate = quotient(says, amount, lambda d, a: (d * 100 * PERCENT, a - d))
    if rate is None or growth is None:
        return rate is not None
    return rate.meets(Span.around(growth.value, growth.half))


def as_reckoned(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims, a change as exact as a difference of amounts as they are printed.

    Who writes 51.29 万元 and 8,048.92 万元 takes the one from the other, not what the tables have to the 分:
    each of the three is off by half a unit at most.
    """
    levels = {c.quantity: c for c in claims if c.form == "level" and c.unit and not c.is_approximate}

    def of(claim: Claim) -> Claim:
        now = levels.get(claim.quantity)
        before = levels.get(claim.base) if claim.base is not None else None
        if claim.form != "difference" or not claim.unit or now is None or before is None:
            return claim
        is_difference = abs(claim.value) == abs(now.value - before.value)
        return replace(claim, half=claim.half + now.half + before.half) if is_difference else claim

    return tuple(map(of, claims))


def read_as(claim: Claim, reading: Reading) -> Claim:
    """A claim in another of its readings."""
    return replace(claim, quantity=reading.quantity, base=reading.base, readings=())


def _of(claim: Claim, subject: str) -> Claim:
    reading = next((r for r in claim.readings if r.quantity.subject == subject), None)
    return claim if reading is None else read_as(claim, reading)


def is_slip_of_the_pen(claim: Claim, right: str) -> bool:
    """Whether a figure is what should stand there but for one digit, a point, a sign, or a hundredth part.

    Args:
        claim: as printed.
        right: what should stand there, to as many decimals.
    """
    printed = claim.printed.replace(",", "").lstrip("-")
    right = right.lstrip("-")
    if distance(printed, right) <= 1 or sorted(printed) == sorted(right):
        return True
    if printed.replace(".", "").strip("0") == right.replace(".", "").strip("0"):
        return True
    return abs(Decimal(printed) - Decimal(right)) <= _NEAR * abs(Decimal(right))


def quantities(claims: Iterable[Claim]) -> tuple[Quantity, ...]:
    """All quantities that claims speak of in any reading, in printed order."""
    found: list[Quantity] = []
    for claim in claims:
        for quantity, base in ((claim.quantity, claim.base), *claim.readings):
            found += [one for one in (quantity, base) if one is not None]
    return tuple(dict.fromkeys(found))
