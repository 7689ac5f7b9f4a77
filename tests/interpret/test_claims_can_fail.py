"""Every subject of the narrative that has a figure can be stated rightly and wrongly, and is told apart."""

from __future__ import annotations

import pytest
from figures import CONTRACTS, HALF, accounts, publication
from msgspec.structs import replace
from stated import claim

from jcfs_etl import AuditedPublication
from jcfs_etl.audit.model import Figures
from jcfs_etl.audit.statements import judge_claims, span_of
from jcfs_etl.interpret.cells import figures_of
from jcfs_etl.interpret.model import PERCENT, Claim, Quantity

FORM = publication(accounts())
OLD_FORM = publication(accounts(before_2019=True))
NARRATIVE = CONTRACTS.narrative


def quantities() -> list[Quantity]:
    """Every subject with its figure, every budget, and a code of each family."""
    found = [Quantity(name) for name, s in NARRATIVE.subjects.items() if s.figure]
    found += [Quantity(name, "budget") for name, s in NARRATIVE.subjects.items() if s.budget_figure]
    for name, family in NARRATIVE.families.items():
        code = next(row.row for row in FORM.tables[family.rows_of].rows if row.row.isdigit())
        found.append(Quantity(f"{name}/{code}"))
    return found


def share_of(quantity: Quantity) -> Quantity | None:
    name = quantity.subject.partition("/")[0]
    whole = (NARRATIVE.subjects.get(name) or NARRATIVE.families[name]).share_of
    return Quantity(whole[0]) if whole and quantity.period == "this" else None


def verdict(claim: Claim) -> str:
    for form in (FORM, OLD_FORM):
        cells = {q: c for q in (claim.quantity, claim.base) if q and (c := figures_of(q, form, CONTRACTS))}
        if claim.quantity in cells:
            figures = Figures.of_tables(form.tables, CONTRACTS)
            return judge_claims([claim], cells, figures, HALF)[0].verdict
    return "no figure"


def known(quantity: Quantity) -> tuple[int, int]:
    """Value and tolerance of a quantity on the made-up accounts."""
    for form in (FORM, OLD_FORM):
        cells = figures_of(quantity, form, CONTRACTS)
        if cells:
            span = span_of(cells, Figures.of_tables(form.tables, CONTRACTS))
            return int(span.value), int(span.high - span.value)
    raise AssertionError(f"{quantity} has no figure on any form")


@pytest.mark.parametrize("quantity", quantities(), ids=lambda q: f"{q.subject}-{q.period}")
def test_an_amount_holds_and_beyond_rounding_it_does_not(quantity: Quantity) -> None:
    value, tolerance = known(quantity)
    assert verdict(claim("level", quantity, value, HALF)) == "exact"
    for sign in (1, -1):
        assert verdict(claim("level", quantity, value + sign * (tolerance + HALF), HALF)) in (
            "exact",
            "rounding",
        )
        assert verdict(claim("level", quantity, value + sign * (tolerance + HALF + 1), HALF)) == "violated"


@pytest.mark.parametrize("quantity", [q for q in quantities() if share_of(q)], ids=lambda q: q.subject)
def test_a_share_holds_and_beyond_rounding_it_does_not(quantity: Quantity) -> None:
    base = share_of(quantity)
    assert base is not None
    (part, slack), (whole, slack_of_whole) = known(quantity), known(base)
    ratio = round(part * 100 * PERCENT / whole / 100) * 100
    assert verdict(claim("ratio", quantity, ratio, 50, base)) in ("exact", "rounding")
    beyond = 200 + 3 * 100 * PERCENT * (slack + slack_of_whole) // whole
    assert verdict(claim("ratio", quantity, ratio + beyond, 50, base)) == "violated"
    assert verdict(claim("ratio", quantity, ratio - beyond, 50, base)) == "violated"


def test_every_claim_of_the_sample_that_was_judged_can_fail(sample: AuditedPublication) -> None:
    """Each in turn is stated otherwise, by more than what rounding can hide."""
    claims = list(sample.interpretation.narrative.claims)
    figures = Figures.of_tables(sample.publication.tables, sample.contracts)
    cells = {
        q: c
        for claim_ in claims
        for q in (claim_.quantity, claim_.base)
        if q and (c := figures_of(q, sample.publication, sample.contracts))
    }
    judged = judge_claims(claims, cells, figures, sample.publication.half)
    held = []
    for number, one in enumerate(judged):
        if one.verdict not in ("exact", "rounding") or one.computed is None:
            continue
        width = int(one.computed.high - one.computed.low) + 1
        wrong = replace(one.claim, value=one.claim.value + width + 2 * one.claim.half + 1)
        again = judge_claims(
            [*claims[:number], wrong, *claims[number + 1 :]], cells, figures, sample.publication.half
        )
        if again[number].verdict != "violated":
            held.append(one.claim.claim)
    assert held == []


def test_every_phrase_of_the_contract_is_stated_by_some_publication_or_wording() -> None:
    """A phrase that nothing reads is an error of the contract."""
    from test_narrative import WORDINGS  # the wordings are its data

    said = " ".join(claim_ for _, _, claims in WORDINGS for claim_ in claims)
    kinds = {statement for phrase in NARRATIVE.phrases.values() for statement in phrase.states.values()}
    assert {k for k in kinds if f" {k} " not in f" {said} " and k not in _ELSEWHERE} == set()


#: Counts and scores are stated by publications rather than by a made-up wording; an amount of last year is
#: written as an amount there.
_ELSEWHERE = {"count", "score", "last_year"}
