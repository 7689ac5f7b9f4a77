"""Tables whose heads and lines say the same in other words than the national form."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_table import errors, one_table

from jcfs_etl import AuditedPublication

THREE_PUBLIC = "财政拨款“三公”经费支出决算表"
SUMMARY = "收入支出决算总表"
GENERAL = "一般公共预算财政拨款支出决算表"
ITEMS = ["合计", "因公出国（境）费", "公务用车购置及运行维护费", "购置费", "运行费", "公务接待费"]
#: As words over columns, which are narrow.
HEAD = ["合计", "因公出国（境）费", "小计", *ITEMS[3:]]
COLUMNS = ["total", "abroad", "vehicles", "vehicle_purchase", "vehicle_operation", "hospitality"]
BUDGET, FINAL = (
    ["18.00", "3.00", "10.00", "6.00", "4.00", "5.00"],
    ["15.00", "2.00", "9.00", "5.00", "4.00", "4.00"],
)
INCOME = ["一般公共预算财政拨款收入", "其他收入", "本年收入合计", "年初结转和结余", "总计"]
SPENT = ["教育支出", "其他支出", "本年支出合计", "年末结转和结余", "总计"]
LINES = ["10.00", "2.00", "12.00", "3.00", "15.00"], ["9.00", "2.00", "11.00", "4.00", "15.00"]
CODED = [
    ("合计", "", 9),
    ("201", "一般公共服务支出", 9),
    ("20101", "人大事务", 9),
    ("2010101", "行政运行", 9),
]


def printed(document: AuditedPublication, dataset: str) -> dict[tuple[str, str], str]:
    cells = document.cells
    cells = cells[cells["dataset"] == dataset]
    return dict(zip(zip(cells["row"], cells["column"], strict=True), cells["printed"], strict=True))


def three_public(document: AuditedPublication) -> dict[str, list[str]]:
    found = printed(document, "three_public")
    rows = dict.fromkeys(row for row, _ in found)
    return {row: [found.get((row, column), "") for column in COLUMNS] for row in rows}


@pytest.mark.parametrize(
    "bases",
    [
        ("年初部门预算数", "年终决算数"),
        ("预算安排", "实际支出"),
        ("控制数", "全年支出"),
        ("预算金额", "实际完成"),
    ],
)
def test_bases_are_known_in_other_words(tmp_path: Path, bases: tuple[str, str]) -> None:
    columns = [["项目", *bases], *map(list, zip(ITEMS, BUDGET, FINAL, strict=True))]
    rows = [["项目", *HEAD], [bases[0], *BUDGET], [bases[1], *FINAL]]
    for number, table in enumerate((columns, rows)):
        folder = tmp_path / str(number)
        folder.mkdir()
        document = one_table(folder, THREE_PUBLIC, table)
        assert errors(document) == set()
        assert three_public(document) == {"budget": BUDGET, "final": FINAL}


@pytest.mark.parametrize(
    "words",
    [
        ["支出总计", "因公出国（境）费用支出", "公务用车购置及运维费", "购置经费", "运维经费", "接待费"],
        ["三公经费合计", "出国（境）费", "公车购置及运行费小计", "公车购置", "公车运维", "接待费（含外宾）"],
        ["合计", "因公出国（境）", "车辆购置及运行", "购置", "运行维护", "公务接待"],
    ],
)  # fmt: skip
def test_items_are_known_in_other_words(tmp_path: Path, words: list[str]) -> None:
    document = one_table(
        tmp_path, THREE_PUBLIC, [["项目", "决算数"], *map(list, zip(words, FINAL, strict=True))]
    )
    assert errors(document) == set()
    assert three_public(document) == {"final": FINAL}


@pytest.mark.parametrize("word", ["预算调整数", "上年预算数", "年中追加数"])
def test_what_is_no_budget_is_not_taken_for_it(tmp_path: Path, word: str) -> None:
    rows = [["项目", word, "决算数"], *map(list, zip(ITEMS, BUDGET, FINAL, strict=True))]
    assert "budget" not in three_public(one_table(tmp_path, THREE_PUBLIC, rows))


def test_three_public_by_budgets_and_with_rates(tmp_path: Path) -> None:
    rows = [["行政经费", "99.00", "99.00", "0.00", "0.00"]]
    rows += [[item, amount, amount, "0.00", "0.00"] for item, amount in zip(ITEMS, FINAL, strict=True)]
    head = ["项目", "合计", "一般公共预算", "政府性基金预算", "国有资本经营预算"]
    document = one_table(tmp_path, THREE_PUBLIC, [head, *rows])
    assert errors(document) == set()
    assert three_public(document) == {"final": FINAL}
    rows = [[*row, "0.00", "100.00"] for row in map(list, zip(ITEMS, BUDGET, FINAL, strict=True))]
    head = ["项目", "全年预算数", "全年决算数", "差额", "完成率（%）"]
    assert errors(one_table(tmp_path, THREE_PUBLIC, [head, *rows])) == set()


def test_three_public_beside_last_years(tmp_path: Path) -> None:
    head = ["项目", "上年决算数", "本年决算数", "增、减金额", "增、减幅度"]
    rows = [[item, "1.00", amount, "-2.00", "-5.5%"] for item, amount in zip(ITEMS, FINAL, strict=True)]
    document = one_table(tmp_path, THREE_PUBLIC, [head, *rows])
    assert errors(document) == set()
    assert three_public(document) == {"final": FINAL}
    # Without this year's own it may be this year's, misnamed.
    rows = [[row[0], row[1], row[3]] for row in rows]
    assert three_public(one_table(tmp_path, THREE_PUBLIC, [["项目", "上年决算数", "备注"], *rows])) != {
        "final": FINAL
    }


def test_three_public_of_one_budget_alone_is_not_left_out(tmp_path: Path) -> None:
    rows = [[item, amount] for item, amount in zip(ITEMS, FINAL, strict=True)]
    assert errors(one_table(tmp_path, THREE_PUBLIC, [["项目", "政府性基金预算"], *rows]))


LAST_YEAR = ["20.00", "4.00", "11.00", "6.00", "5.00", "5.00"]
OTHERS = [
    ["2020年度决算数", *LAST_YEAR],
    ["决算对比", *["1.00"] * 6],
    ["完成预算的百分比", *["83.33%"] * 6],
    ["上年决算数", *LAST_YEAR],
    ["比上年增、减金额", *LAST_YEAR],
]


@pytest.mark.parametrize("others", [*([row] for row in OTHERS), OTHERS[:3]])
@pytest.mark.parametrize("first", [True, False])
def test_rows_of_other_years_are_left_out(tmp_path: Path, others: list[list[str]], first: bool) -> None:
    own = [["2021年度预算数", *BUDGET], ["2021年度决算数", *FINAL]]
    rows = [*others, *own] if first else [*own, *others]
    document = one_table(tmp_path, THREE_PUBLIC, [["项目", *HEAD], *rows])
    assert errors(document) == set()
    assert three_public(document) == {"budget": BUDGET, "final": FINAL}


@pytest.mark.parametrize("numbers", [[], [["行次", "1", "2", "3", "4", "5", "6"]]])
@pytest.mark.parametrize("head", ["“三公”经费项目", "年度"])
def test_rows_may_stand_below_other_words_and_the_numbers_of_columns(
    tmp_path: Path, head: str, numbers: list[list[str]]
) -> None:
    rows = [[head, *HEAD], *numbers, ["2021年度预算数", *BUDGET], ["2021年度决算数", *FINAL], OTHERS[0]]
    document = one_table(tmp_path, THREE_PUBLIC, rows)
    assert errors(document) == set()
    assert three_public(document) == {"budget": BUDGET, "final": FINAL}


def test_a_row_may_be_named_by_its_year_alone(tmp_path: Path) -> None:
    rows = [["2020年", *LAST_YEAR], ["2021年", *FINAL], ["2021年比2020年增减%", *["1.00"] * 6]]
    document = one_table(tmp_path, THREE_PUBLIC, [["年度", *HEAD], *rows])
    assert errors(document) == set()
    assert three_public(document) == {"final": FINAL}


def test_a_row_of_last_year_alone_is_not_left_out(tmp_path: Path) -> None:
    document = one_table(tmp_path, THREE_PUBLIC, [["项目", *HEAD], ["预算数", *BUDGET], OTHERS[3]])
    assert "unknown_row" in errors(document)


@pytest.mark.parametrize("other", ["2019年度决算数", "2020年度预算数"])
def test_rows_of_years_none_of_which_is_its_own_keep_it_back(tmp_path: Path, other: str) -> None:
    rows = [["项目", *HEAD], ["2020年度决算数", *FINAL], [other, *LAST_YEAR]]
    assert errors(one_table(tmp_path, THREE_PUBLIC, rows)) == {"columns_of_another_year"}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("预算科目编码", "预算科目名称"),
        ("功能分类代码", "功能分类名称"),
        ("科目号", "科目名"),
        ("类款项", "事项"),
    ],
)
def test_columns_of_codes_and_names_are_known(tmp_path: Path, code: str, name: str) -> None:
    rows = [[label, text, f"{n}.00", f"{n - 2}.00", "2.00"] for label, text, n in CODED]
    document = one_table(tmp_path, GENERAL, [[code, name, "支出合计", "基本支出合计", "项目支出合计"], *rows])
    assert errors(document) == set()
    assert printed(document, "general_budget_expenditure")["2010101", "basic"] == "7.00"


@pytest.mark.parametrize("words", [("排名", "单位"), ("金额", "名次")])
def test_a_column_of_figures_is_none_of_labels(tmp_path: Path, words: tuple[str, str]) -> None:
    rows = [["3", text, f"{n}.00", f"{n - 2}.00", "2.00"] for _, text, n in CODED]
    document = one_table(tmp_path, GENERAL, [[*words, "支出合计", "基本支出", "项目支出"], *rows])
    assert errors(document)


@pytest.mark.parametrize(
    "head",
    [
        ["收入", "金额（万元）", "支出", "金额（万元）"],
        ["收入", "决算", "支出（按功能分类）", "决算"],
        ["收入类别", "本年决算", "支出类别", "本年决算"],
        ["项目名称", "2021年决算数", "项目（按功能分类）", "2021年决算数"],
    ],
)
@pytest.mark.parametrize("spent", [SPENT, ["205教育支出", "[229]其它支出", *SPENT[2:]]])
def test_a_summary_under_one_row_of_other_words(tmp_path: Path, head: list[str], spent: list[str]) -> None:
    rows = [list(row) for row in zip(INCOME, LINES[0], spent, LINES[1], strict=True)]
    document = one_table(tmp_path, SUMMARY, [head, *rows])
    assert errors(document) == set()
    found = printed(document, "income_expenditure_summary")
    assert [found["205", "amount"], found["229", "amount"]] == LINES[1][:2]
    assert found["other_income", "amount"] == "2.00"
    assert found["expenditure_grand_total", "amount"] == "15.00"


def test_income_over_figures_is_no_head_of_names(tmp_path: Path) -> None:
    rows = [["一、教育支出", "5.00", "9.00"], ["二、其他支出", "7.00", "2.00"], ["合计", "12.00", "11.00"]]
    document = one_table(tmp_path, SUMMARY, [["项目", "收入", "支出"], *rows])
    assert errors(document)


def test_a_code_before_a_name_that_is_another_ones_names_nothing(tmp_path: Path) -> None:
    spent = ["206教育支出", *SPENT[1:]]
    rows = [list(row) for row in zip(INCOME, LINES[0], spent, LINES[1], strict=True)]
    document = one_table(tmp_path, SUMMARY, [["收入", "金额", "支出", "金额"], *rows])
    assert "unknown_row" in errors(document)


@pytest.mark.parametrize(
    ("opening", "closing"), [("上年末累计结转结余", "年末滚存结余"), ("期初结转及结余资金", "结转下年使用")]
)
def test_balances_are_known_in_other_words(tmp_path: Path, opening: str, closing: str) -> None:
    income, spent = [*INCOME[:3], opening, INCOME[4]], [*SPENT[:3], closing, SPENT[4]]
    rows = [list(row) for row in zip(income, LINES[0], spent, LINES[1], strict=True)]
    document = one_table(tmp_path, SUMMARY, [["项目", "金额", "项目", "金额"], *rows])
    assert errors(document) == set()
    found = printed(document, "income_expenditure_summary")
    assert (found["opening_balance", "amount"], found["closing_balance", "amount"]) == ("3.00", "4.00")
