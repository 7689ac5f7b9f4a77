"""A figure that does not add up: located, explained, and read again to tell whose slip it is."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from jcfs_etl import AuditedPublication
from jcfs_etl.audit import Audit, audit
from jcfs_etl.audit.suspicion import ReadAgain
from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.findings import Finding
from jcfs_etl.places import Box, Key
from jcfs_etl.recognise.model import Publication

CLASS_208 = Key("general_budget_expenditure", "208", "total")
WAN = 1_000_000


def misprinted(publication: Publication, key: Key, printed: str, source: str = "text") -> Publication:
    """The publication with one figure printed otherwise."""
    table = publication.tables[key.dataset]
    amount = round(float(printed) * 100) * WAN // 100
    facts = tuple(
        replace(f, printed=printed, amount=amount, source=source) if f.key == key else f for f in table.facts
    )
    return replace(publication, tables=publication.tables | {key.dataset: replace(table, facts=facts)})


def audited(
    sample: AuditedPublication, publication: Publication, read_again: ReadAgain | None = None
) -> Audit:
    return audit(publication, sample.contracts, sample.interpretation, read_again)


def of_code(result: Audit, code: str) -> list[Finding]:
    return [f for f in result.findings if f.code == code]


@pytest.fixture(scope="module")
def slipped(sample: AuditedPublication) -> Publication:
    """389.81 printed as 398.81."""
    return misprinted(sample.publication, CLASS_208, "398.81")


def test_one_wrong_figure_is_one_finding_with_what_it_must_be_and_all_that_does_not_hold(
    sample: AuditedPublication, slipped: Publication
) -> None:
    before = {f.message for f in audited(sample, sample.publication).findings}
    result = audited(sample, slipped)
    assert result.consistency == "inconsistent"
    [finding] = [f for f in result.findings if f.message not in before]
    assert finding.code == "figure_contradicted"
    assert (finding.dataset, finding.row, finding.column, finding.page) == (*CLASS_208, 10)
    assert finding.reported == 398_810_000
    assert finding.implied_low == finding.implied_high == 389_806_504, "the narrative gives it to the fen"
    best = finding.suspects[0]
    assert (best.dataset, best.row, best.column) == tuple(CLASS_208)
    assert (best.rank, best.printed, best.page) == (1, "398.81", 10)
    assert best.implied_low == best.implied_high == 389_806_504
    assert (
        "208 社会保障和就业支出 小计 prints 398.81 万元; the other figures imply 389.81 万元 "
        "(two digits exchanged). For it " in finding.message
    )
    assert "印作 398.81 万元，按其他数字推算应为 389.81 万元（两位数字互换）。" in finding.message_zh


def test_what_one_finding_tells_stays_violated_in_the_data(
    sample: AuditedPublication, slipped: Publication
) -> None:
    """Each identity and statement, with a note that says of which figure it is told."""
    clean, result = audited(sample, sample.publication), audited(sample, slipped)
    checks = [
        c for b, c in zip(clean.checks, result.checks, strict=True) if c.verdict == "violated" != b.verdict
    ]
    claims = [
        c for b, c in zip(clean.claims, result.claims, strict=True) if c.verdict == "violated" != b.verdict
    ]
    assert len(checks) > 1 and claims
    assert (
        {c.note for c in checks}
        == {c.note for c in claims}
        == {"told of general_budget_expenditure/208/total, which would explain it"}
    )
    [finding] = of_code(result, "figure_contradicted")
    assert f"For it {len(checks)} identities and {len(claims)} statement" in finding.message


def test_two_wrong_figures_are_two_findings(sample: AuditedPublication, slipped: Publication) -> None:
    before = {f.message for f in audited(sample, sample.publication).findings}
    other = Key("income", "208", "fiscal_appropriation")
    twice = misprinted(slipped, other, "381.89")
    found = [f for f in audited(sample, twice).findings if f.message not in before]
    assert {Key(f.dataset or "", f.row or "", f.column or "") for f in found} == {CLASS_208, other}


def test_what_the_page_really_prints_is_the_publishers_slip(
    sample: AuditedPublication, slipped: Publication
) -> None:
    def same(page: int, box: Box) -> tuple[str, ...]:
        facts = [f for f in slipped.facts if (f.page, f.box) == (page, box) and f.value is not None]
        return tuple(f.printed for f in facts)

    result = audited(sample, slipped, same)
    assert of_code(result, "figure_contradicted") and not of_code(result, "misread_suspect")
    assert not any(f.blocks for f in result.findings)


def test_what_reads_otherwise_the_second_time_is_ours_and_quarantines(
    sample: AuditedPublication, slipped: Publication
) -> None:
    result = audited(sample, slipped, lambda *_: ("389.81",))
    doubted = of_code(result, "misread_suspect")
    assert CLASS_208.row in {f.row for f in doubted}
    assert all(f.blocks and f.origin == "extraction" for f in doubted)


def test_a_page_that_the_second_engine_cannot_open_leaves_the_doubt(
    sample: AuditedPublication, slipped: Publication
) -> None:
    def broken(page: int, box: Box) -> tuple[str, ...]:
        raise UnreadableDocumentError("damaged", "it cannot be opened", "fetch it again")

    assert of_code(audited(sample, slipped, broken), "misread_suspect")


def test_a_suspect_read_by_ocr_is_never_taken_for_the_publishers_slip(sample: AuditedPublication) -> None:
    scanned = misprinted(sample.publication, CLASS_208, "398.81", source="ocr")
    assert of_code(audited(sample, scanned, lambda *_: ("398.81",)), "misread_suspect")


def test_the_real_pages_confirm_what_was_read(sample: AuditedPublication) -> None:
    """On the sample nothing is suspect, so nothing is read again."""

    def never(page: int, box: Box) -> tuple[str, ...]:
        raise AssertionError("nothing to read again")

    assert not any(f.suspects for f in audited(sample, sample.publication, never).findings)


def test_a_narrative_that_alone_is_wrong_leaves_the_tables_consistent(sample: AuditedPublication) -> None:
    said = sample.interpretation
    claims = tuple(
        replace(c, value=c.value + 5 * WAN) if c.claim == "general_budget.amount" else c
        for c in said.narrative.claims
    )
    wrong = replace(said, narrative=replace(said.narrative, claims=claims))
    result = audit(sample.publication, sample.contracts, wrong)
    assert result.consistency == "inconsistent"
    assert of_code(result, "claim_violated") and not of_code(result, "jointly_inconsistent")
    assert result.intervals, "the tables still agree"


def test_what_no_identity_alone_shows_names_all_that_contradict_each_other(
    sample: AuditedPublication,
) -> None:
    """389.81, 16.51 and 23.88 may be 430.21 in all, but not with what the narrative gives to the fen."""
    said = sample.interpretation
    claims = tuple(
        replace(c, value=389_805_004) if c.value == 389_806_504 else c for c in said.narrative.claims
    )
    assert claims != said.narrative.claims
    result = audit(
        sample.publication, sample.contracts, replace(said, narrative=replace(said.narrative, claims=claims))
    )
    assert not of_code(result, "claim_violated")
    assert not of_code(result, "figure_contradicted")
    assert result.consistency == "inconsistent"
    found = of_code(result, "jointly_inconsistent")
    assert found
    for finding in found:
        assert (
            "not all at once" in finding.message
            and "情况说明 page 18 states" in finding.message
            and "不能同时成立" in finding.message_zh
        )


def test_what_no_few_figures_explain_is_one_finding_with_every_identity_in_the_data(
    sample: AuditedPublication,
) -> None:
    """Seven figures of one table are other ones; nothing binds them to one slip."""
    table = sample.publication.tables["general_budget_expenditure"]
    keys = [f.key for f in table.facts if f.value and f.key.column in ("basic", "project")][:7]
    publication = sample.publication
    for n, key in enumerate(keys):
        publication = misprinted(publication, key, f"{1300 + 77 * n * n}.{31 + n}")
    result = audited(sample, publication)
    violated = [c for c in result.checks if c.verdict == "violated"]
    [finding] = of_code(result, "identities_unexplained")
    assert finding.dataset == "general_budget_expenditure" and not finding.suspects
    told = int(str(finding.values["count"]))
    others = sum(f.code in ("identity_violated", "figure_contradicted") for f in result.findings)
    assert told > 3 and told + others <= len(violated)
    assert f"{told} identities of {table.title}" in finding.message
    assert f"相互关联的{told}条勾稽关系不成立" in finding.message_zh
