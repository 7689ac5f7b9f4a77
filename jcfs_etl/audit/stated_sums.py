"""Totals that the narrative states with their parts and no table has: they add up, and nothing is below zero.

What stands in a table is held against it claim by claim. Procurement and vehicles often stand in no table,
and last year's figures in none at all: only the changes from them are told, and those of the parts make up
that of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from jcfs_etl.audit.spans import Span
from jcfs_etl.audit.statements import JudgedClaim, stated
from jcfs_etl.audit.words import added_up, as_printed, claim_finding
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.interpret.model import Claim, Form, Period
from jcfs_etl.money import in_unit

#: What is added up: amounts and counts of a period, or changes from one.
_Kind = tuple[Form, Period]
_Stated = Mapping[tuple[_Kind, str], Claim]


def stated_sums(judged: Sequence[JudgedClaim], contracts: Contracts) -> Iterator[Finding]:
    """Totals of the narrative that are not their parts together, and rises by more than there is.

    Args:
        judged: all claims of a narrative, judged.
        contracts: ``divided`` of contracts/narrative.yaml says which parts make up what.

    Yields:
        One finding for each total, and for each rise.
    """
    known = _stated(judged)
    for whole, parts in contracts.narrative.divided.items():
        for kind in dict.fromkeys(kind for kind, subject in known if subject == whole):
            found = [known[kind, part] for part in parts if (kind, part) in known]
            yield from _off_total(kind, known[kind, whole], found, parts, contracts)
    yield from _rises(judged, contracts)


def _stated(judged: Sequence[JudgedClaim]) -> _Stated:
    """What each subject is stated at, where it is stated exactly, in one way, and by the narrative alone."""
    found: dict[tuple[_Kind, str], Claim] = {}
    unclear = set()
    for one in judged:
        claim = one.claim
        kind = _kind(claim)
        if kind is None:
            continue
        key = (kind, claim.quantity.subject)
        before = found.setdefault(key, claim)
        is_other = before.value != claim.value
        if is_other or one.is_wrong or claim.is_approximate or claim.is_unsigned or _in_a_table(one):
            unclear.add(key)
    return {key: claim for key, claim in found.items() if key not in unclear}


def _kind(claim: Claim) -> _Kind | None:
    if claim.form == "level" and claim.kind in ("amount", "count"):
        return claim.form, claim.quantity.period
    if claim.form == "difference" and claim.base is not None and claim.quantity.period == "this":
        return claim.form, claim.base.period
    return None


def _in_a_table(judged: JudgedClaim) -> bool:
    """Whether a claim is held against cells that say all of it."""
    return bool(judged.cells and (judged.claim.base is None or judged.base_cells))


def _off_total(
    kind: _Kind, total: Claim, parts: Sequence[Claim], names: Sequence[str], contracts: Contracts
) -> Iterator[Finding]:
    """A total that is not its parts, where these are all that there are or already more than it."""
    if not parts:
        return
    sum_, said = _together(parts), stated(total, total.half)
    is_whole = len(parts) == len(names) or _names_the_rest(total, parts, contracts)
    is_more = kind[0] == "level" and sum_.low > said.high
    if said.meets(sum_) or not (is_whole or is_more):
        return
    unit = next((c.unit for c in (total, *parts) if c.unit), "")
    terms = [(-1 if p.value < 0 else 1, _in(unit, abs(p.value), contracts)) for p in parts]
    value = f"{_in(unit, int(sum_.value), contracts)} {unit}".strip()
    added = f"{added_up(terms)} = {value}" if len(terms) > 1 else value
    yield claim_finding("parts_off_total", total, "inconsistent", printed=as_printed(total), parts=added)


def _together(parts: Sequence[Claim]) -> Span:
    low, value, high = zip(*(stated(part, part.half) for part in parts), strict=True)
    return Span(sum(low), sum(value), sum(high))


def _names_the_rest(total: Claim, parts: Sequence[Claim], contracts: Contracts) -> bool:
    """Whether one of the parts is all that the others are not, and its sentence counts nothing else."""
    rest = next((p for p in parts if p.quantity.subject in contracts.narrative.rests), None)
    if rest is None:
        return False
    named = [c for c in (total, *parts) if (c.page, c.sentence) == (rest.page, rest.sentence)]
    return len(re.findall(rf"[0-9]{re.escape(rest.unit)}", rest.sentence)) == len(named)


def _in(unit: str, value: int, contracts: Contracts) -> str:
    """A value in a unit of money, or a count, without its unit."""
    fen = contracts.publication.money_units.get(contracts.narrative.short_units.get(unit, unit))
    return str(value) if fen is None else in_unit(value, fen, "").strip()


def _rises(judged: Sequence[JudgedClaim], contracts: Contracts) -> Iterator[Finding]:
    """Increases on last year, of what is never below zero, by more than it has come to."""
    right = [one.claim for one in judged if not (one.is_wrong or one.claim.is_approximate)]
    now = {claim.quantity: claim for claim in right if claim.form == "level"}
    divided = contracts.narrative.divided
    never_below = {*divided, *(part for parts in divided.values() for part in parts)}
    for claim in right:
        level = now.get(claim.quantity)
        if level is None or claim.is_unsigned or _kind(claim) != ("difference", "last"):
            continue
        is_more = stated(claim, claim.half).low > stated(level, level.half).high
        if is_more and claim.quantity.subject in never_below:
            printed, amount = as_printed(claim), as_printed(level)
            yield claim_finding(
                "rise_above_amount", claim, "inconsistent", printed=printed, amount=amount, where=level.page
            )
