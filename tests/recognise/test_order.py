"""A column without a known label is named by the order of the form where identities certify it."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_table import one_table
from small_accounts import INCOME, SUMMARY, codes, published, with_label

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.contracts import load_contracts
from jcfs_etl.recognise.near import in_order
from jcfs_etl.report.suggest import suggestions

FORM = ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("printed", "named"),
    [
        ("a?c", {1: "b"}),
        ("?bcde", {0: "a"}),
        ("a??de", {1: "b", 2: "c"}),
        ("abcd?", {4: "e"}),
        ("a?d", {}),  # b or c
        ("a??c", {}),  # one more than the form has
        ("ca?de", {}),  # another order than the form's
        ("?????", {0: "a", 1: "b", 2: "c", 3: "d", 4: "e"}),
    ],
)
def test_a_column_is_named_where_its_gap_is_as_long_as_on_the_form(
    printed: str, named: dict[int, str]
) -> None:
    assert in_order([None if ch == "?" else ch for ch in printed], FORM) == named


def figures(document: AuditedPublication) -> dict[tuple[str, str, str], str]:
    return {tuple(f.key): f.printed for f in document.publication.facts if f.printed}  # type: ignore[misc]


def test_nothing_is_wrong_with_the_form_as_it_stands(tmp_path: Path) -> None:
    document = published(tmp_path, SUMMARY, INCOME)
    assert codes(document) == set()
    assert {f.named_by for f in document.publication.facts} == {"label"}


@pytest.mark.parametrize("label", ["本年收入合计", "事业收入", "教育支出"])
def test_a_line_is_never_named_by_its_place(tmp_path: Path, label: str) -> None:
    document = published(tmp_path, with_label(SUMMARY, label, "各项资金汇总"), INCOME)
    assert codes(document) == {"unknown_row"}


def test_what_is_suggested_for_a_name_by_order_mends_it(tmp_path: Path) -> None:
    document = published(tmp_path, SUMMARY[:6] + SUMMARY[7:], with_label(INCOME, "事业收入", "各项活动所得"))
    text = suggestions(document.publication, document.all_findings, document.contracts)
    (tmp_path / "more" / "tables").mkdir(parents=True)
    (tmp_path / "more" / "tables" / "income.yaml").write_text(text, encoding="utf-8")
    contracts = load_contracts(extra=[tmp_path / "more"])
    mended = read_publication(tmp_path / "a.pdf", contracts=contracts)
    assert codes(mended) == set()


@pytest.mark.parametrize("other", ["年末结转和结余", "其中：专项资金", "上年资金", "工资福利支出", "增减额"])
def test_a_label_that_says_otherwise_is_never_overruled(tmp_path: Path, other: str) -> None:
    document = published(tmp_path, SUMMARY, with_label(INCOME, "事业收入", other))
    assert not any(f.named_by == "order" for f in document.publication.facts)
    assert codes(document)


def test_a_figure_that_breaks_an_identity_is_not_certain(tmp_path: Path) -> None:
    rows = with_label(with_label(INCOME, "本年收入合计", "各项资金汇总"), "460.00", "461.00")
    assert codes(published(tmp_path, SUMMARY, rows)) == {"uncertain_name"}


@pytest.mark.parametrize(("label", "column"), [("本年收入合计", "total"), ("事业收入", "institutional")])
def test_a_column_is_named_by_its_place_where_another_table_has_its_figure(
    tmp_path: Path, label: str, column: str
) -> None:
    plain = figures(published(tmp_path, SUMMARY, INCOME))
    document = published(tmp_path, SUMMARY, with_label(INCOME, label, "各项活动所得"))
    assert codes(document) == set()
    assert figures(document) == plain
    assert {f.key.column for f in document.publication.facts if f.named_by == "order"} == {column}


def test_a_column_that_is_tied_to_nothing_is_not_certain(tmp_path: Path) -> None:
    document = published(tmp_path, SUMMARY[:6] + SUMMARY[7:], with_label(INCOME, "事业收入", "各项活动所得"))
    assert codes(document) == {"uncertain_name"}


def test_the_one_column_of_a_side_is_named_by_its_place(tmp_path: Path) -> None:
    plain = figures(published(tmp_path, SUMMARY, INCOME))
    heads = [SUMMARY[0], ["项目", "全年实绩", "项目", "金额"], *SUMMARY[2:]]
    document = published(tmp_path, heads, INCOME)
    assert codes(document) == set()
    assert figures(document) == plain


def test_a_column_of_the_other_side_proves_nothing(tmp_path: Path) -> None:
    """支出 has its own 金额, tied to nothing here; 收入 is tied to 收入决算表."""
    heads = [SUMMARY[0], ["项目", "金额", "项目", "全年实绩"], *SUMMARY[2:-1], ["", "", "总计", "465.00"]]
    document = published(tmp_path, heads, INCOME)
    assert "uncertain_name" in codes(document)


def test_a_label_that_gives_way_is_the_line_where_no_other_label_of_it_stands(tmp_path: Path) -> None:
    alone = published(tmp_path, with_label(SUMMARY, "使用非财政拨款结余", "使用专用结余"), INCOME)
    table = alone.publication.tables["income_expenditure_summary"]
    assert "nonfiscal_balance_used" in {row.row for row in table.rows}
    assert not codes(alone) & {"unknown_row", "ordered_name", "near_name"}


@pytest.mark.parametrize(("amount", "severity"), [("", "info"), ("2.00", "error")])
def test_below_another_label_of_the_line_it_is_an_item_of_its_own(
    tmp_path: Path, amount: str, severity: str
) -> None:
    at = next(n for n, row in enumerate(SUMMARY) if row[0] == "使用非财政拨款结余") + 1
    both = published(tmp_path, [*SUMMARY[:at], ["使用专用结余", amount, "", ""], *SUMMARY[at:]], INCOME)
    (unknown,) = (f for f in both.all_findings if f.code == "unknown_row")
    assert unknown.severity == severity
    assert "duplicate_row" not in codes(both)


def test_line_numbers_of_rows_that_no_rule_parts_are_no_number(tmp_path: Path) -> None:
    rows = [
        ["项目", "行次", "金额"],
        ["一、财政拨款收入", "1", "1.00"],
        ["总计", "3132333", "1.00"],
    ]
    read = one_table(tmp_path, "收入支出决算总表", rows)
    assert "line_number_skipped" not in {f.code for f in read.all_findings}
    assert [n.number for t in read.publication.tables.values() for n in t.line_numbers] == [1]
