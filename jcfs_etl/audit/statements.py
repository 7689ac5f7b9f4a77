"""Judges what the narrative states against the tables, and against what it states elsewhere.

Every quantity is known as an interval: from the cells it speaks of, else from an amount that the
narrative gives, else from this year's amount less the stated change. A claim holds when the interval
that follows for it meets the interval that its printed decimals stand for, touching ends included.
Exact in integers and fractions throughout.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.audit.model import HOLDS, Figures, Verdict
from jcfs_etl.audit.readings import as_reckoned, is_slip_of_the_pen, quantities, read_as, settled
from jcfs_etl.audit.spans import Span, quotient
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.interpret.cells import figures_of
from jcfs_etl.interpret.model import PERCENT, Claim, Quantity, Reading
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Publication

#: Whole of a ratio, in the unit of claims.
WHOLE = 100 * PERCENT
#: The cells that a quantity is the sum of, with their weights; None where it has none on this form.
Cells = tuple[tuple[int, Key], ...]


class JudgedClaim(Struct, frozen=True):
    """A claim with what the figures say to it.

    Attributes:
        verdict: ``exact`` (the printed value is the computed one, rounded), ``rounding``, ``violated`` or
            ``not_applicable``; ``note`` then says why, and else what it rests on.
        cells, base_cells: cells of its quantity and of its base; empty where it has none.
        computed: what the figures give, in the unit of the claim's value; None when not applicable.
        candidates: its readings, each with what the figures give, where none of several explains it.
    """

    claim: Claim
    verdict: Verdict
    cells: Cells = ()
    base_cells: Cells = ()
    computed: Span | None = None
    note: str | None = None
    candidates: tuple[JudgedClaim, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the figures bear it out."""
        return self.verdict in HOLDS

    @property
    def is_wrong(self) -> bool:
        """Whether nothing that it may be of bears it out."""
        return self.verdict == "violated" or bool(self.candidates)

    @property
    def keys(self) -> list[Key]:
        """The cells of its quantity and its base."""
        return [key for _, key in (*self.cells, *self.base_cells)]


def judge_narrative(
    claims: Sequence[Claim], publication: Publication, contracts: Contracts, without: Quantity | None = None
) -> tuple[JudgedClaim, ...]:
    """Try every claim of a narrative on the tables of its publication, as :func:`judge_claims` does.

    ``without`` is a quantity that is taken from the narrative itself, not from the tables.
    """
    found = ((q, figures_of(q, publication, contracts)) for q in quantities(claims) if q != without)
    cells = {quantity: of for quantity, of in found if of is not None}
    figures = Figures.of_tables(publication.tables, contracts)
    return judge_claims(claims, cells, figures, publication.half)


def judge_claims(
    claims: Sequence[Claim], cells_of: Mapping[Quantity, Cells], figures: Figures, half: int
) -> tuple[JudgedClaim, ...]:
    """Try every claim of a narrative.

    Args:
        claims: in printed order.
        cells_of: the cells of the quantities that have some on this form.
        figures: the document's figures.
        half: half a unit of the last decimal that the document's tables print, in 分.

    Returns:
        The claims in the same order, each with its verdict.
    """
    spans = {quantity: span_of(cells, figures) for quantity, cells in cells_of.items()}
    known = _Known(claims, cells_of, spans, half)

    def verdict(claim: Claim) -> Verdict:
        return known.judged(claim).verdict if claim.quantity in cells_of else "not_applicable"

    claims = as_reckoned(settled(claims, verdict, spans))
    known = _Known(claims, cells_of, spans, half)
    rounded = [known.as_rounded(claim) for claim in claims]
    if any(new is not old for new, old in zip(rounded, claims, strict=True)):
        claims, known = rounded, _Known(rounded, cells_of, spans, half)
    return _of_one_whole(claims, [_ranked(claim, known) for claim in claims], known)


def _of_one_whole(
    claims: Sequence[Claim], judged: Sequence[JudgedClaim], known: _Known
) -> tuple[JudgedClaim, ...]:
    """The claims, judged, the shares that a sentence states together held to one whole.

    Of the wholes that they may be of, it is the one that explains most of them, else the likeliest: a share
    that fits another alone is wrong.
    """
    found = list(judged)
    groups: dict[tuple[str, Quantity], list[int]] = {}
    for at, claim in enumerate(claims):
        for likeliest in _wholes(claim)[:1]:
            groups.setdefault((claim.sentence, likeliest), []).append(at)
    for group in groups.values():
        wholes = tuple(dict.fromkeys(whole for at in group for whole in _wholes(claims[at])))
        agreed = len({(found[at].claim.base, found[at].holds) for at in group}) == 1
        if len(group) < 2 or len(wholes) < 2 or agreed:
            continue
        tried = {w: [_of_whole(claims[at], w, known) for at in group] for w in wholes}
        whole = max(wholes, key=lambda w: sum(j is not None and j.holds for j in tried[w]))
        for at, one in zip(group, tried[whole], strict=True):
            if one is not None and one.verdict == "violated" and found[at].holds:
                found[at] = one
    return tuple(found)


def _wholes(claim: Claim) -> tuple[Quantity, ...]:
    """What a share may be of, the likeliest first; nothing for other claims."""
    if claim.kind != "share" or claim.base is None:
        return ()
    others = (r.base for r in claim.readings if r.quantity == claim.quantity and r.base is not None)
    return tuple(dict.fromkeys((claim.base, *others)))


def _of_whole(claim: Claim, whole: Quantity, known: _Known) -> JudgedClaim | None:
    """A share held against a whole; None where it cannot be of that."""
    return known.judged(read_as(claim, Reading(claim.quantity, whole))) if whole in _wholes(claim) else None


def _ranked(claim: Claim, known: _Known) -> JudgedClaim:
    """A claim in the first of its readings that holds, else what speaks against the likeliest.

    Where several were possible and neither holds, nor would with a slip of the pen mended, it is not judged.
    """
    first = known.judged(claim)
    if first.verdict != "violated" or not claim.readings:
        return first
    tried = [first, *(known.judged(read_as(claim, reading)) for reading in claim.readings)]
    holds = next((j for j in tried if j.holds), None)
    if holds is not None:
        return replace(holds, note=f"it may be of {claim.quantity.subject}, and holds of what is named here")
    tried = [j for j in tried if j.verdict == "violated"]
    mended = next((j for j in tried if _is_mended(j)), None)
    if mended is not None or len({_right(j) for j in tried}) == 1:
        return mended or first
    return replace(
        first, verdict="not_applicable", computed=None, note="no reading explains it", candidates=tuple(tried)
    )


def _is_mended(judged: JudgedClaim) -> bool:
    claim, computed = judged.claim, judged.computed
    assert computed is not None
    if claim.lacks_unit or not any(c.isdigit() for c in claim.printed):
        return True
    # What the figures give, in the unit and to the decimals that the claim prints.
    printed = Decimal(claim.printed.replace(",", ""))
    if not printed or not claim.value:
        return False
    scale = abs(Fraction(claim.value) / Fraction(printed))
    decimals = max(0, -int(printed.as_tuple().exponent))
    right = round(abs(computed.value) / scale * 10**decimals)
    return is_slip_of_the_pen(claim, f"{Decimal(right).scaleb(-decimals):.{decimals}f}")


def _right(judged: JudgedClaim) -> int:
    """What the figures give, in steps of the last decimal that the claim prints."""
    assert judged.computed is not None
    return round(judged.computed.value / max(2 * judged.claim.half, 1))


def stated(claim: Claim, half: int) -> Span:
    """The interval that a claim's printed value stands for.

    Publishers cut trailing zeros, so a bare 0 is a zero of the document's precision and not anything
    below half a 万元; 0.00 has its zeros.
    """
    is_bare = claim.value == 0 and "." not in claim.printed
    trimmed = is_bare and claim.kind in ("amount", "change")
    return Span.around(claim.value, min(claim.half, half) if trimmed else claim.half)


def is_money(claim: Claim, contracts: Contracts) -> bool:
    """Whether a claim's value is an amount in 分; an amount printed without a unit is in 元."""
    units = contracts.publication.money_units
    return claim.kind in ("amount", "change") and (not claim.unit or claim.unit in units)


class _Known:
    """What is known of each quantity, and from where."""

    def __init__(
        self,
        claims: Sequence[Claim],
        cells_of: Mapping[Quantity, Cells],
        spans: Mapping[Quantity, Span],
        half: int,
    ) -> None:
        self._half = half
        self._cells = cells_of
        self._spans = dict(spans)
        #: Claims that a quantity is known from; they have nothing else to be held against.
        self._sources: set[int] = set()
        self._changes: dict[tuple[Quantity, Quantity], Span] = {}
        judged = [c for c in claims if not c.is_approximate]
        #: Units of the last decimal in which the narrative states amounts.
        self._steps = {c.quantity: 2 * c.half for c in judged if c.form == "level" and c.kind == "amount"}
        for claim in judged:
            if claim.form == "level" and claim.quantity not in self._spans:
                self._spans[claim.quantity] = stated(claim, half)
                self._sources.add(id(claim))
        for claim in judged:
            now, base = self._spans.get(claim.quantity), claim.base
            if claim.form != "difference" or claim.is_unsigned or base is None or now is None:
                continue
            if base not in self._spans:
                change = self._changes[claim.quantity, base] = stated(claim, half)
                self._spans[base] = now.less(change)
                self._sources.add(id(claim))

    def judged(self, claim: Claim) -> JudgedClaim:
        cells = self._cells.get(claim.quantity, ())
        base_cells = self._cells.get(claim.base, ()) if claim.base is not None else ()

        def outcome(verdict: Verdict, computed: Span | None = None, note: str | None = None) -> JudgedClaim:
            return JudgedClaim(claim, verdict, cells, base_cells, computed, note)

        if claim.is_approximate:
            return outcome("not_applicable", note="the words say that it is not exact")
        if id(claim) in self._sources:
            return outcome("not_applicable", note="nothing else states it")
        computed = self._computed(claim)
        if computed is None:
            return outcome("not_applicable", note="what it is compared with is not known, or can be zero")
        says = stated(claim, self._half)
        if claim.is_unsigned and computed.value < 0:
            computed = Span(-computed.high, -computed.value, -computed.low)
        if claim.lacks_unit or not says.meets(computed):
            return outcome("violated", computed)
        step = max(2 * claim.half, 1)
        nearest = math.floor(computed.value / step + Fraction(1, 2)) * step
        return outcome("exact" if claim.value in (computed.value, nearest) else "rounding", computed)

    def as_rounded(self, claim: Claim) -> Claim:
        """A claim, no more exact than it is where it is reckoned from amounts that were rounded before."""
        computed = self._computed(claim)
        if computed is None or stated(claim, self._half).meets(computed) or not self._is_of_rounded(claim):
            return claim
        return replace(claim, half=math.ceil(abs(claim.value - computed.value)))

    def _is_of_rounded(self, claim: Claim) -> bool:
        """Whether a change or a rate follows exactly from the amounts as the narrative rounds them."""
        now, before = self._spans.get(claim.quantity), self._spans.get(claim.base or claim.quantity)
        if claim.form == "level" or claim.is_unsigned or now is None or before is None:
            return False
        step = 2 * claim.half if claim.form == "difference" else self._steps.get(claim.quantity, 0)
        if not step or not claim.half:
            return False
        a, b = (math.floor(one.value / step + Fraction(1, 2)) * step for one in (now, before))
        if claim.form == "difference":
            return a - b == claim.value
        if b <= 0:
            return False
        rate = Fraction((a - (b if claim.form == "growth" else 0)) * WHOLE, b)
        return math.floor(rate / (2 * claim.half) + Fraction(1, 2)) * 2 * claim.half == claim.value

    def _computed(self, claim: Claim) -> Span | None:
        now = self._spans.get(claim.quantity)
        if now is None:
            return None
        if claim.form == "level":
            return now
        before = self._spans.get(claim.base) if claim.base is not None else None
        if before is None:
            return None
        if claim.form == "difference":
            return now.less(before)
        change = self._changes.get((claim.quantity, claim.base)) if claim.base is not None else None
        if claim.form == "growth" and change is not None:
            # The base is known from this very change: both vary together. After one that is more than the
            # amount itself it was below zero, and the rate is of what it was without its sign.
            sign = -1 if now.less(change).high < 0 else 1
            return quotient(change, now, lambda d, q: (WHOLE * d, sign * (q - d)))
        whole = 0 if claim.form == "ratio" else 1
        return quotient(now, before, lambda q, b: (WHOLE * (q - whole * b), b))


def span_of(cells: Cells, figures: Figures) -> Span:
    """A sum of cells; a blank is zero that may hide what rounds to nothing."""
    value = sum(weight * (figures.values[key] or 0) for weight, key in cells)
    return Span.around(value, sum(abs(weight) * figures.tolerance(key) for weight, key in cells))
