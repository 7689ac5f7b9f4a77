"""Forms of other years and provinces: lines of details, columns of older forms, one total for all classes."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas
from factory.performance import draw_lattice
from one_table import Rows, errors, one_table
from small_accounts import SUMMARY

from jcfs_etl import AuditedPublication, read_publication

#: 一般公共预算财政拨款基本支出决算表 with columns of its parts.
BASIC_TITLE = "一般公共预算财政拨款基本支出决算表"
BASIC_HEAD = ["经济分类科目编码", "科目名称", "合计", "人员经费", "公用经费"]


def amounts(document: AuditedPublication, dataset: str) -> dict[tuple[str, str], int]:
    facts = document.publication.tables[dataset].facts
    return {(f.key.row, f.key.column): f.amount // 1_000_000 for f in facts if f.amount}


def summary(*lines: tuple[str, str]) -> Rows:
    """收入支出决算总表 with lines of details below 结余分配 and 年末结转和结余."""
    income = [
        ("一、财政拨款收入", "90"),
        ("二、事业收入", "10"),
        ("本年收入合计", "100"),
        ("年初结转和结余", "20"),
    ]
    spent = [("一、一般公共服务支出", "105"), ("本年支出合计", "105"), *lines]
    length = max(len(income), len(spent))
    income += [("", "")] * (length - len(income))
    spent += [("", "")] * (length - len(spent))
    body = [[a, _money(b), c, _money(d)] for (a, b), (c, d) in zip(income, spent, strict=True)]
    return [
        ["收入", "收入", "支出", "支出"],
        ["项目", "决算数", "项目", "决算数"],
        *body,
        ["总计", "120.00", "总计", "120.00"],
    ]


def _money(whole: str) -> str:
    return f"{whole}.00" if whole else ""


def test_details_of_a_line_are_left_out_where_the_line_holds_them(tmp_path: Path) -> None:
    rows = summary(
        ("结余分配", "5"),
        ("其中：提取职工福利基金", "2"),
        ("转入事业基金", "3"),
        ("年末结转和结余", "10"),
        ("其中：项目支出结转和结余", "7"),
    )
    document = one_table(tmp_path, "收入支出决算总表", rows)
    assert errors(document) == set()
    read = amounts(document, "income_expenditure_summary")
    assert read["surplus_distribution", "amount"] == 5
    assert read["closing_balance", "amount"] == 10
    notes = [f for f in document.all_findings if f.code == "detail_left_out"]
    assert len(notes) == 3
    assert document.publication.account.left_over == 0


@pytest.mark.parametrize("parts", [("4", "3"), ("6", "")])
def test_details_that_exceed_their_line_are_refused(tmp_path: Path, parts: tuple[str, str]) -> None:
    first, second = parts
    rows = summary(
        ("结余分配", "5"),
        ("其中：提取职工福利基金", first),
        ("转入事业基金", second),
        ("年末结转和结余", "10"),
    )
    assert "unknown_row" in errors(one_table(tmp_path, "收入支出决算总表", rows))


def test_a_detail_before_its_line_is_refused(tmp_path: Path) -> None:
    rows = summary(("提取职工福利基金", "2"), ("结余分配", "5"), ("年末结转和结余", "10"))
    assert "unknown_row" in errors(one_table(tmp_path, "收入支出决算总表", rows))


def test_basic_expenditure_with_one_total_and_columns_of_its_parts(tmp_path: Path) -> None:
    rows = [
        BASIC_HEAD,
        ["", "合计", "30.00", "21.00", "9.00"],
        ["301", "工资福利支出", "21.00", "21.00", ""],
        ["30101", "基本工资", "21.00", "21.00", ""],
        ["302", "商品和服务支出", "9.00", "", "9.00"],
        ["30201", "办公费", "9.00", "", "9.00"],
    ]
    document = one_table(tmp_path, "一般公共预算财政拨款基本支出决算表", rows)
    assert errors(document) == set()
    read = amounts(document, "basic_expenditure")
    assert read == {
        ("total", "amount"): 30,
        ("301", "amount"): 21,
        ("30101", "amount"): 21,
        ("302", "amount"): 9,
        ("30201", "amount"): 9,
        ("personnel_total", "amount"): 21,
        ("public_total", "amount"): 9,
    }
    totals = document.checks.query("check.str.fullmatch('basic.(total|personnel_total|public_total)')")
    assert list(totals["verdict"]) == ["exact"] * 3
    assert document.publication.account.left_over == 0


def test_columns_of_a_total_may_part_thousands_by_blanks(tmp_path: Path) -> None:
    rows = [
        BASIC_HEAD,
        ["", "合计", "3 000.00", "2 100.00", "900.00"],
        ["301", "工资福利支出", "2 100.00", "2 100.00", ""],
        ["302", "商品和服务支出", "900.00", "", "900.00"],
    ]
    document = one_table(tmp_path, "一般公共预算财政拨款基本支出决算表", rows)
    assert errors(document) == set()
    assert amounts(document, "basic_expenditure")["personnel_total", "amount"] == 2100


def test_a_misprint_in_a_total_beside_the_total_of_all_is_found(tmp_path: Path) -> None:
    rows = [
        BASIC_HEAD,
        ["", "合计", "30.00", "20.00", "9.00"],
        ["301", "工资福利支出", "21.00", "21.00", ""],
        ["302", "商品和服务支出", "9.00", "", "9.00"],
    ]
    document = one_table(tmp_path, "一般公共预算财政拨款基本支出决算表", rows)
    found = document.checks.query("verdict == 'violated'")
    assert "basic.personnel_total" in set(found["check"])


def test_a_line_of_its_own_goes_before_a_total_beside_the_total_of_all(tmp_path: Path) -> None:
    rows = [
        BASIC_HEAD,
        ["", "合计", "30.00", "21.00", "9.00"],
        ["", "人员经费合计", "21.00", "21.00", ""],
        ["301", "工资福利支出", "21.00", "21.00", ""],
        ["", "公用经费合计", "9.00", "", "9.00"],
        ["302", "商品和服务支出", "9.00", "", "9.00"],
    ]
    document = one_table(tmp_path, "一般公共预算财政拨款基本支出决算表", rows)
    assert errors(document) == set()
    read = amounts(document, "basic_expenditure")
    assert read["personnel_total", "amount"] == 21
    assert read["public_total", "amount"] == 9


@pytest.mark.parametrize(
    ("head", "between"),
    [
        ("功能分类科目", ""),
        ("支出功能分类科目", " "),
        ("科目编码及名称", "-"),
        ("科目代码和名称", "\u3000"),
        ("科目名称（编码）", ""),
        ("功能分类科目编码及名称", ""),
        ("支出功能分类科目名称及编码", "-"),
    ],
)
def test_a_column_of_codes_with_their_names_is_known_by_many_heads(
    tmp_path: Path, head: str, between: str
) -> None:
    rows = [
        [head, "本年支出合计", "基本支出", "项目支出"],
        ["合计", "30.00", "21.00", "9.00"],
        [f"205{between}教育支出", "30.00", "21.00", "9.00"],
        [f"20502{between}普通教育", "30.00", "21.00", "9.00"],
        [f"2050202{between}小学教育", "30.00", "21.00", "9.00"],
    ]
    document = one_table(tmp_path, "支出决算表", rows)
    assert errors(document) == set()
    assert amounts(document, "expenditure")["2050202", "basic"] == 21


@pytest.mark.parametrize("head", ["政府预算支出经济分类", "按政府经济分类科目"])
def test_the_classification_of_the_government_budget_beside_ones_own_is_set_aside(
    tmp_path: Path, head: str
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    for at, line in enumerate(("甲市财政局2021年度部门决算", BASIC_TITLE, "单位：万元")):
        drawing.drawString(60, 780 - 15 * at, line)
    rows = [
        f"部门预算支出经济分类|<|<|{head}|<|<",
        "科目编码|科目名称|金额|科目编码|科目名称|金额",
        "301|工资福利支出|80.00|501|机关工资福利支出|70.00",
        "30101|基本工资|80.00|50101|工资奖金津补贴|70.00",
        "302|商品和服务支出|30.00|505|对事业单位经常性补助|40.00",
        "30201|办公费|30.00|50501|工资福利支出|10.00",
        "|||50502|商品和服务支出|30.00",
        "合计|<|110.00|合计|<|110.00",
    ]
    draw_lattice(drawing, [row.split("|") for row in rows], [60, 130, 60] * 2, [], top=740)
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    own = {"301": 80, "30101": 80, "302": 30, "30201": 30, "total": 110}
    assert amounts(document, "basic_expenditure") == {(row, "amount"): v for row, v in own.items()}


def test_lines_of_both_sides_below_each_other_may_end_in_the_same_words(tmp_path: Path) -> None:
    both = [(row[0], row[1]) for row in SUMMARY[2:]] + [(row[2], row[3]) for row in SUMMARY[2:]]
    rows = [
        ["项目", "行次", "决算数"],
        *([label, str(n), v] for n, (label, v) in enumerate(both, 1) if label),
    ]
    document = one_table(tmp_path, "收入支出决算总表", rows)
    assert errors(document) == set()
    read = amounts(document, "income_expenditure_summary")
    assert read["income_grand_total", "amount"] == read["expenditure_grand_total", "amount"] == 465


def test_names_of_the_sides_merged_over_their_lines(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    for at, line in enumerate(("甲市财政局2024年度部门决算", "收入支出决算总表", "单位：万元")):
        drawing.drawString(60, 780 - 15 * at, line)
    lines = [[("收入" if not at else "^"), *row[:2], ("支出" if not at else "^"), *row[2:]]
             for at, row in enumerate(SUMMARY[2:])]  # fmt: skip
    rows = [["收支", "项目", "金额"] * 2, *lines]
    draw_lattice(drawing, rows, [40, 150, 60] * 2, [], top=740)
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    assert "unknown_column" not in {f.code for f in document.all_findings}
    read = amounts(document, "income_expenditure_summary")
    assert read["income_grand_total", "amount"] == read["expenditure_grand_total", "amount"] == 465


def test_columns_of_the_forms_up_to_2014_are_set_aside(tmp_path: Path) -> None:
    rows = [
        [
            "科目编码",
            "科目名称",
            "年初结转和结余",
            "本年收入",
            "本年支出合计",
            "基本支出",
            "项目支出",
            "年末结转和结余",
        ],
        ["", "合计", "1.00", "30.00", "29.00", "20.00", "9.00", "2.00"],
        ["201", "一般公共服务", "1.00", "30.00", "29.00", "20.00", "9.00", "2.00"],
    ]
    document = one_table(tmp_path, "公共预算财政拨款收入支出决算表", rows)
    assert errors(document) == set()
    assert amounts(document, "general_budget_expenditure") == {
        (row, column): amount
        for row in ("total", "201")
        for column, amount in (("total", 29), ("basic", 20), ("project", 9))
    }


UNIT = "甲市财政局"
OF_CODES = [["合计", "", "9.00", "7.00", "2.00"], ["201", "一般公共服务支出", "9.00", "7.00", "2.00"]]


@pytest.mark.parametrize("leading", [{"单位名称": UNIT}, {"预算单位代码": "105001", "单位名称": UNIT}])
def test_the_name_of_the_unit_may_stand_before_each_line(tmp_path: Path, leading: dict[str, str]) -> None:
    head = [*leading, "科目编码", "科目名称", "合计", "基本支出", "项目支出"]
    rows = [head, *([*leading.values(), *row] for row in OF_CODES)]
    document = one_table(tmp_path, "一般公共预算财政拨款支出决算表", rows)
    assert not {f.code for f in document.all_findings if f.severity != "info"} - {"missing_table"}
    assert amounts(document, "general_budget_expenditure") == {
        (row, column): amount
        for row in ("total", "201")
        for column, amount in (("total", 9), ("basic", 7), ("project", 2))
    }


def test_lines_that_the_name_of_a_unit_alone_names_are_none_of_the_form(tmp_path: Path) -> None:
    rows = [
        ["单位名称", "合计", "基本支出", "项目支出"],
        ["合计", *OF_CODES[0][2:]],
        [UNIT, *OF_CODES[1][2:]],
    ]
    assert errors(one_table(tmp_path, "一般公共预算财政拨款支出决算表", rows))


def test_budgets_beside_a_whole_without_its_parts_are_set_aside(tmp_path: Path) -> None:
    rows = [
        ["科目编码", "科目名称", "年初预算数", "决算数"],
        ["", "合计", "31.00", "30.00"],
        ["205", "教育支出", "31.00", "30.00"],
    ]
    document = one_table(tmp_path, "一般公共预算财政拨款支出决算表", rows)
    assert errors(document) == set()
    read = amounts(document, "general_budget_expenditure")
    assert read == {("total", "total"): 30, ("205", "total"): 30}
