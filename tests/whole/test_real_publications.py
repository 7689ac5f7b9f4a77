"""Real PDFs as published. They stand beside the project, never in it; without them these are skipped."""

from __future__ import annotations

from collections import Counter

import pytest
from at_hand import PLANNING, PUTUO, as_printed, read_truth, shared

from jcfs_etl import AuditedPublication, read_publication


@pytest.fixture(scope="module")
def putuo() -> AuditedPublication:
    return read_publication(shared(PUTUO))


def test_every_cell_of_the_shanghai_form_is_exact(putuo: AuditedPublication) -> None:
    assert as_printed(putuo) == read_truth(shared(PUTUO.replace(".pdf", ".truth.csv")))


def test_a_row_that_is_head_and_body_at_once_keeps_no_publication_back() -> None:
    planning = read_publication(shared(PLANNING))
    assert as_printed(planning) == read_truth(shared(PLANNING.replace(".pdf", ".truth.csv")))
    assert (planning.status, planning.unit, planning.year) == (
        "published",
        "上海市普陀区规划和自然资源局",
        2024,
    )
    empty = planning.publication.tables
    assert (empty["government_fund"].state, empty["state_capital"].state) == ("empty", "empty")


def test_no_identity_of_the_shanghai_form_is_violated(putuo: AuditedPublication) -> None:
    assert Counter(putuo.checks["verdict"])["violated"] == 0
    assert putuo.status == "published"
    assert (putuo.unit, putuo.year, putuo.publication.scope) == ("上海市普陀区财政局", 2024, "department")


def test_tables_over_several_pages_and_an_empty_spill_row_are_joined(putuo: AuditedPublication) -> None:
    pages = {d: t.pages for d, t in putuo.publication.tables.items()}
    assert pages["income"] == (8, 9)
    assert pages["appropriation_summary"] == (12, 13, 14), "page 14 holds one empty row"
    assert pages["basic_expenditure"] == (16, 17)


def test_a_tampered_copy_is_reported_without_its_missing_table() -> None:
    tampered = read_publication(shared("real/24年普陀区财政局（测试问题版本）.pdf"))
    assert tampered.status == "quarantined"
    assert tampered.publication.missing == ("expenditure",)
    assert "支出决算表" in (tampered.reason or "")
    codes = set(tampered.findings["code"])
    assert {"missing_table", "conflicting_unit", "conflicting_year"} <= codes
    truth = read_truth(shared(PUTUO.replace(".pdf", ".truth.csv")))
    for fact in tampered.publication.facts:
        # The copy leaves some figures out; what it prints is what the original prints.
        if fact.printed:
            assert truth[tuple(fact.key)] == fact.printed  # type: ignore[index]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("附件2：部门决算模板.pdf", "template"),
        ("江苏省高级人民法院2019年度部门预算公开.pdf", "budget"),
        ("江苏省政协办公厅2019年预算公开表.pdf", "budget"),
        ("上海市财政局25年预算.pdf", "budget"),
        ("长沙市2024决算.pdf", "government_accounts"),
        ("济南市2021决算_扫描_28-33页.pdf", "scan"),
    ],
)
def test_what_is_no_units_final_accounts_is_declined_with_its_reason(
    file: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JCFS_OCR", "off")
    document = read_publication(shared(f"real/{file}"))
    assert document.status == "declined"
    assert document.publication.declined is not None
    assert document.publication.declined.id == reason
    assert document.publication.facts == []
    assert len(document.cells) == 0


def test_the_narratives_slips_are_found_with_their_true_values_and_nothing_else(
    putuo: AuditedPublication,
) -> None:
    narrative = putuo.interpretation.narrative
    assert len(narrative.unread) * 20 <= narrative.figures, "95 % of the figures are understood"
    total, share = putuo.all_findings
    assert (total.code, share.code) == ("claim_violated", "shares_off_whole")
    assert "0.3 万元" in total.message and "2,961.68 万元" in total.message and total.page == 21
    # 2106.66 of 2940.05 is 71.65 %; the shares that are stated come to 100.07 %.
    assert "71.73 %" in share.message and "71.65 %" in share.message and share.page == 21
    assert "The 4 shares stated come to 100.07 %." in share.message
    assert "所列4项占比合计 100.07 %" in share.message_zh
    assert putuo.result.consistency == "inconsistent"
    assert putuo.result.intervals, "the tables agree with all else that is stated"


def test_every_slip_that_was_judged_by_eye_is_told_with_what_would_be_right() -> None:
    """Rows of slips.csv: the page, what is printed, and the words of the message that put it right."""
    document = read_publication(shared("real/上海市普陀区规划和自然资源局2024年度部门决算.pdf"))
    told = {(f.code, f.page): f.message for f in document.all_findings if f.code not in ("claim_unread",)}
    expected = [
        ("claim_violated", 21, "95.45 %", "95.46 %"),
        ("percent_sign_missing", 21, "13.95", "13.95%"),
        ("claim_violated", 24, "4896.98 万元", "4,884.09 万元"),
        ("name_differs", 22, "机关事业单位退休人员活动费支出", "其他行政事业单位养老支出 (2080599)"),
        ("name_differs", 24, "住房保障支出", "住房改革支出 (22102)"),
        ("other_spelling", 26, "规划与自然资源局", "规划和自然资源局"),
    ]
    for code, page, printed, right in expected:
        assert printed in told[code, page] and right in told[code, page]
    messages = [f.message for f in document.all_findings]
    for printed, right in [
        ("99.86 %", "99.87 %"),
        ("5377.64 万元", "It is the figure of page 20"),
        ("其他国土资源事务支出", "其他自然资源事务支出 (2200199)"),
        ("下降(增长)", "减少 before it means 下降"),
        ("0.39万", "0.39万元"),
    ]:
        assert [m for m in messages if printed in m and right in m]
    kinds = {f.code for f in document.all_findings} - {"claim_unread"}
    assert kinds == {code for code, *_ in expected} | {
        "template_left",
        "unit_missing",
        "disclosure",
        "figure_copied",
    }
    # The title over the tables leaves the district out.
    [title] = [f for f in document.all_findings if f.code == "disclosure"]
    assert title.page == 7 and "A title names 上海市规划和自然资源局" in title.message
    assert len([f for f in document.all_findings if f.code in ("claim_violated", "figure_copied")]) == 4
