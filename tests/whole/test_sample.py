"""The sample, from its PDF to audited tables: every figure of the ten tables, and nothing else."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from at_hand import Truth, as_printed

from jcfs_etl import AuditedPublication
from jcfs_etl.read.model import Page


def test_every_cell_is_exactly_what_the_page_prints(sample: AuditedPublication, sample_truth: Truth) -> None:
    assert as_printed(sample) == sample_truth
    assert len(sample_truth) == 518


def test_unit_year_scope_and_money_unit_come_from_the_document(sample: AuditedPublication) -> None:
    publication = sample.publication
    assert publication.unit == "晋城市人力资源和社会保障综合服务中心"
    assert (publication.year, publication.scope, publication.money_unit) == (2023, "unit", "万元")
    assert publication.decimals == -2


def test_tables_without_data_are_there_and_declared_empty(sample: AuditedPublication) -> None:
    tables = sample.publication.tables
    declared = {d for d, t in tables.items() if t.declared_empty}
    assert declared == {"government_fund", "state_capital", "three_public"}
    assert all(tables[d].state == "empty" and len(sample.tables[d]) == 0 for d in declared)
    assert sample.publication.missing == ()


def test_no_identity_is_violated_and_29_hold_by_rounding_only(sample: AuditedPublication) -> None:
    checks = sample.checks
    verdicts = Counter(checks[~checks["check"].str.startswith("performance.")]["verdict"])
    assert verdicts["violated"] == 0
    assert verdicts["rounding"] == 29
    assert verdicts["exact"] > 100


def test_the_difference_that_rounding_leaves_is_in_the_checks(sample: AuditedPublication) -> None:
    checks = sample.checks
    row = checks[(checks["check"] == "income.columns") & (checks["row"] == "20801")].iloc[0]
    # 362.08 = 362.07 + 0.01 exactly; the classes of 合计 miss by 0.01.
    assert row["verdict"] == "exact"
    total = checks[(checks["check"] == "income.columns") & (checks["row"] == "total")].iloc[0]
    assert total["verdict"] == "rounding"
    assert total["residual"] == Decimal("-100.00")
    assert [t["column"] for t in total["terms"]][:3] == ["total", "fiscal_appropriation", "superior_subsidy"]


def test_amounts_are_exact_decimals_in_yuan(sample: AuditedPublication) -> None:
    frame = sample.tables["expenditure"].set_index("code")
    assert frame.loc["20801", "basic"] == Decimal("2205500.00")
    assert frame.loc["20801", "total"] == Decimal("3620700.00")
    assert frame["total"].isna().sum() == 0
    assert list(frame.index[frame["basic"].isna()]) == ["2080108"], "blank is null, not zero"


def test_dashes_are_null_and_kept_as_printed(sample: AuditedPublication) -> None:
    cells = sample.cells
    dashes = cells[cells["printed"] == "——"]
    assert len(dashes) == 16
    assert dashes["amount"].isna().all()
    assert set(dashes["row"]) >= {"309", "30901", "311"}


def test_every_figure_can_be_shown_on_its_page(sample: AuditedPublication) -> None:
    page = sample.cells[(sample.cells["dataset"] == "income_expenditure_summary")]
    by_row = page.set_index("row")
    assert by_row.loc["208", "page"] == 4
    assert by_row.loc["231", "page"] == 4
    assert by_row.loc["232", "page"] == 5, "公开01表 goes on on the next page after line 55"
    box = by_row.loc["208"]
    grid = sample.pdf.pages[3].grids[0]
    assert grid.box.x0 <= box["x0"] < box["x1"] <= grid.box.x1 + 0.01
    assert grid.box.y0 <= box["y0"] < box["y1"] <= grid.box.y1 + 0.01


def test_line_numbers_sides_and_roles(sample: AuditedPublication) -> None:
    frame = sample.tables["income_expenditure_summary"].set_index("line")
    assert frame.loc["208", "line_no"] == 39
    assert frame.loc["208", "side"] == "expenditure"
    assert frame.loc["income_total", "role"] == "subtotal"
    assert frame.loc["income_grand_total", "role"] == "total"
    appropriation = sample.tables["appropriation_summary"].set_index("line")
    assert appropriation.loc["general_budget_income", "line_no"] == 1
    assert appropriation.loc["opening_general_budget", "line_no"] == 29


def test_levels_and_leaves_of_code_tables(sample: AuditedPublication) -> None:
    frame = sample.tables["general_budget_expenditure"].set_index("code")
    assert list(frame.loc[["total", "208", "20801", "2080108"], "level"]) == [0, 1, 2, 3]
    assert list(frame.loc[["total", "208", "20801", "2080108"], "is_leaf"]) == [False, False, False, True]
    economic = sample.tables["basic_expenditure"].set_index("code")
    assert economic.loc["personnel_total", "group"] == "personnel"
    assert economic.loc["31011", "group"] == "public"


def test_counts_are_not_money(sample: AuditedPublication) -> None:
    frame = sample.tables["disclosure_statistics"].set_index("line")
    assert frame.loc["procurement_total", "amount"] == Decimal("17300.00")
    assert frame["count"].isna().all(), "the sample leaves every count blank"
    assert frame.loc["equipment_over_1m", "line_no"] == 17


def test_the_watermark_is_set_aside_and_recorded_on_every_page(sample: AuditedPublication) -> None:
    def watermarks(page: Page) -> list[str]:
        return [s.text for s in page.set_aside if s.reason == "oblique"]

    assert [watermarks(page) for page in sample.pdf.pages] == [["仅供内部审核"]] * len(sample.pdf.pages)


def test_the_publishers_own_slips_are_found_and_nothing_else(sample: AuditedPublication) -> None:
    assert sample.status == "published"
    found = {f.code: f for f in sample.all_findings}
    assert len(found) == len(sample.all_findings)
    assert set(found) == {
        "conflicting_unit_code",
        "execution_rate_contradicted",
        "self_evaluation_disagrees",
        "line_number_skipped",
    }
    assert "144001 on page 21" in found["conflicting_unit_code"].message
    assert "144004 on page 23, 24" in found["conflicting_unit_code"].message
    assert "69% (page 22) against 100.00 (page 21)" in found["execution_rate_contradicted"].message
    assert "139.8 万元" in found["self_evaluation_disagrees"].message
    assert "141.525 万元" in found["self_evaluation_disagrees"].message
    assert "skip 16" in found["line_number_skipped"].message


def test_it_is_consistent_as_a_whole_and_every_figure_of_its_narrative_is_understood(
    sample: AuditedPublication,
) -> None:
    assert sample.result.consistency == "consistent"
    assert not sample.interpretation.narrative.unread
    assert {c.verdict for c in sample.result.claims} == {"exact", "rounding", "not_applicable"}


def test_an_amount_given_to_the_fen_pins_the_rounded_one_down(sample: AuditedPublication) -> None:
    cells = sample.cells.set_index(["dataset", "row", "column"])
    cell = cells.loc[("general_budget_expenditure", "208", "total")]
    assert cell["amount"] == Decimal("3898100.00")
    assert cell["low"] == cell["high"] == Decimal("3898065.04")
