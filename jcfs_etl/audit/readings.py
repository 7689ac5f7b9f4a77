"""Which of its readings a statement has: the first that the figures bear out.

A label such as 总收入 may mean the year's income or the grand total, and a bare share may be of either. What
is said further of the same subject is read as its amount was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from jcfs_etl.audit.edits import distance
from jcfs_etl.interpret.model import Claim, Quantity, Reading

#: How far a figure may be from what is right, of which it is a part, for the statement to be of that.
_NEAR = Decimal("0.01")


def settled(claims: Sequence[Claim], holds: Callable[[Claim], bool | None]) -> tuple[Claim, ...]:
    """The claims with the subjects that their amounts show to be meant.

    Args:
        claims: in printed order.
        holds: whether the figures bear a claim out; None where they do not say.
    """
    found: list[Claim] = []
    meant: dict[str, str] = {}
    for claim in claims:
        subject = claim.quantity.subject
        if claim.form == "level" and claim.quantity.period == "this":
            meant.pop(subject, None)
            if claim.readings and holds(claim) is False:
                others = (read_as(claim, reading) for reading in claim.readings)
                other = next((one for one in others if holds(one)), None)
                if other is not None:
                    meant[subject] = other.quantity.subject
        found.append(_of(claim, meant[subject]) if subject in meant else claim)
    return tuple(found)


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
