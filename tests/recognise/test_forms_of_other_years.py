"""Whole tables in the forms of other years and provinces: what is promised is read, the rest is left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from drawing import FONT, canvas, draw_grid
from reportlab.platypus import Table as PageTable

from jcfs_etl import AuditedPublication, read_publication

Rows = Sequence[Sequence[str]]

INCOME_SIDE = [
    ("一、财政拨款收入", "90.00"),
    ("其中：政府性基金预算财政拨款", "10.00"),
    ("二、事业收入", "5.00"),
    ("三、其他收入", "5.00"),
    ("本年收入合计", "100.00"),
    ("年初结转和结余", "2.00"),
    ("收入总计", "102.00"),
]
BY_CLASS = [
    ("一、一般公共服务支出", "60.00"),
    ("五、教育支出", "40.00"),
    ("", ""),
    ("", ""),
    ("本年支出合计", "100.00"),
    ("年末结转和结余", "2.00"),
    ("支出总计", "102.00"),
]
BY_NATURE = [
    ("一、基本支出", "70.00"),
    ("人员经费", "50.00"),
    ("日常公用经费", "20.00"),
    ("二、项目支出", "30.00"),
    ("本年支出合计", "100.00"),
    ("年末结转和结余", "2.00"),
    ("支出总计", "102.00"),
]


def side_by_side(*blocks: tuple[str, str, Sequence[tuple[str, str]]]) -> Rows:
    heads = [
        [side for side, _, _ in blocks for _ in range(2)],
        [w for _, name, _ in blocks for w in (name, "决算数")],
    ]
    return [
        *heads,
        *([text for pair in line for text in pair] for line in zip(*(b[2] for b in blocks), strict=True)),
    ]


def drawn(folder: Path, title: str, rows: Rows) -> AuditedPublication:
    path = folder / "a.pdf"
    drawing = canvas(path)
    drawing.setPageSize((1200, 842))
    drawing.setFont(FONT, 9)
    for y, text in ((800, "甲市财政局2018年度部门决算"), (740, title), (720, "单位：万元")):
        drawing.drawString(60, y, text)
    draw_grid(drawing, rows, left=20, widths=[1100 / len(rows[0])] * len(rows[0]), size=8)
    drawing.save()
    return read_publication(path)


def errors(document: AuditedPublication) -> set[str]:
    return {f.code for f in document.all_findings if f.blocks} - {"missing_table"}


def amounts(document: AuditedPublication, dataset: str) -> dict[tuple[str, str], float]:
    facts = document.publication.tables[dataset].facts
    return {(f.key.row, f.key.column): f.amount / 1_000_000 for f in facts if f.amount}


def notes(document: AuditedPublication, code: str) -> list[str]:
    return [f.message for f in document.all_findings if f.code == code]


SUMMARY = {
    ("income_total", "amount"): 100,
    ("opening_balance", "amount"): 2,
    ("income_grand_total", "amount"): 102,
    ("expenditure_total", "amount"): 100,
    ("closing_balance", "amount"): 2,
    ("expenditure_grand_total", "amount"): 102,
}


def test_a_block_that_breaks_the_spending_down_by_nature_is_set_aside_whole(tmp_path: Path) -> None:
    rows = side_by_side(
        ("收入", "项目", INCOME_SIDE),
        ("支出", "项目(按功能分类)", BY_CLASS),
        ("支出", "项目(按支出性质和经济分类)", BY_NATURE),
    )
    document = drawn(tmp_path, "收入支出决算总表", rows)
    assert errors(document) == set()
    read = amounts(document, "income_expenditure_summary")
    assert SUMMARY.items() <= read.items() and (read["201", "amount"], read["205", "amount"]) == (60, 40)
    assert len(notes(document, "column_set_aside")) == 1
    assert document.publication.account.left_over == 0


def test_sums_merged_over_the_block_by_nature_are_those_of_the_classes(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.setPageSize((1200, 842))
    drawing.setFont(FONT, 9)
    for y, text in ((800, "甲市财政局2018年度部门决算"), (740, "收入支出决算总表"), (720, "单位：万元")):
        drawing.drawString(60, y, text)
    ends = len(BY_CLASS) - 3
    rows = side_by_side(
        ("收入", "项目", INCOME_SIDE[:ends]),
        ("支出", "项目(按功能分类)", BY_CLASS[:ends]),
        ("支出", "项目(按支出性质和经济分类)", BY_NATURE[:ends]),
    )
    draw_grid(drawing, rows, widths=[180.0] * 6)
    below = [[*income, *spent] for income, spent in zip(INCOME_SIDE[ends:], BY_CLASS[ends:], strict=True)]
    draw_grid(drawing, below, top=700 - 20 * len(rows), widths=[180, 180, 540, 180])
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    read = amounts(document, "income_expenditure_summary")
    assert SUMMARY.items() <= read.items() and (read["201", "amount"], read["205", "amount"]) == (60, 40)
    assert len(notes(document, "column_set_aside")) == 1
    assert document.publication.account.left_over == 0


def test_other_spending_of_the_block_by_nature_is_never_a_class(tmp_path: Path) -> None:
    """其他支出 is an economic class there and a functional one to its left."""
    by_nature = [*BY_NATURE[:3], ("其他支出", "30.00"), *BY_NATURE[4:]]
    rows = side_by_side(
        ("收入", "项目", INCOME_SIDE),
        ("支出", "项目(按功能分类)", BY_CLASS),
        ("支出", "项目(按支出性质和经济分类)", by_nature),
    )
    read = amounts(drawn(tmp_path, "收入支出决算总表", rows), "income_expenditure_summary")
    assert ("229", "amount") not in read


def test_lines_by_nature_in_place_of_classes_are_left_out(tmp_path: Path) -> None:
    rows = side_by_side(("收入", "项目", INCOME_SIDE), ("支出", "项目", BY_NATURE))
    document = drawn(tmp_path, "收入支出决算总表", rows)
    assert errors(document) == set()
    assert amounts(document, "income_expenditure_summary").items() >= SUMMARY.items()
    assert len(notes(document, "detail_left_out")) == 4


def test_lines_by_nature_that_exceed_the_sum_are_refused(tmp_path: Path) -> None:
    by_nature = [("一、基本支出", "170.00"), *BY_NATURE[1:]]
    rows = side_by_side(("收入", "项目", INCOME_SIDE), ("支出", "项目", by_nature))
    assert errors(drawn(tmp_path, "收入支出决算总表", rows)) == {"unknown_row"}


def basic(*heads: Sequence[str]) -> Rows:
    return [
        *heads,
        ["", "合计", "30.00", "20.00", "10.00"],
        ["301", "工资福利支出", "20.00", "20.00", ""],
        ["30101", "基本工资", "20.00", "20.00", ""],
        ["302", "商品和服务支出", "10.00", "", "10.00"],
        ["30201", "办公费", "10.00", "", "10.00"],
    ]


@pytest.mark.parametrize(
    "heads",
    [
        [["科目编码", "科目名称", "合计", "人员经费", "公用经费"]],
        [
            ["经济分类科目", "经济分类科目", "决算数", "决算数", "决算数"],
            ["科目编码", "科目名称", "合计", "人员经费", "公用经费"],
        ],
    ],
)
def test_columns_of_personnel_and_public_are_details_that_hold_their_totals(
    tmp_path: Path, heads: Rows
) -> None:
    document = drawn(tmp_path, "一般公共预算财政拨款基本支出决算表", basic(*heads))
    assert errors(document) == set()
    assert amounts(document, "basic_expenditure") == {
        ("total", "amount"): 30,
        ("301", "amount"): 20,
        ("30101", "amount"): 20,
        ("302", "amount"): 10,
        ("30201", "amount"): 10,
        ("personnel_total", "amount"): 20,
        ("public_total", "amount"): 10,
    }


ITEMS = [
    ("因公出国（境）费", "", ""),
    ("公务用车购置及运行维护费", "5.00", "4.00"),
    ("公务接待费", "1.00", "0.50"),
]


@pytest.mark.parametrize(
    ("heads", "budget"),
    [
        (["项目", "年初预算数", "全年预算数", "决算数"], 6.5),
        (["项目", "全年预算数", "年初预算数", "决算数"], 6.0),
    ],
)
def test_the_whole_years_budget_is_taken_beside_the_first_one(
    tmp_path: Path, heads: list[str], budget: float
) -> None:
    body = [[name, first, first, final] for name, first, final in ITEMS]
    rows = [heads, *body, ["合计", "6.00", "6.50", "4.50"]]
    document = drawn(tmp_path, "“三公”经费支出决算表", rows)
    assert errors(document) == set()
    read = amounts(document, "three_public")
    assert (read["budget", "total"], read["final", "total"]) == (budget, 4.5)
    assert len(notes(document, "column_set_aside")) == 1


def test_a_form_that_names_no_basis_is_of_what_was_spent(tmp_path: Path) -> None:
    heads = ["合计", "因公出国（境）费用", "公务用车购置及运行费", "公务接待费"]
    document = drawn(tmp_path, "财政拨款“三公”经费支出决算表", [heads, ["4.50", "", "4.00", "0.50"]])
    assert errors(document) == set()
    assert amounts(document, "three_public") == {
        ("final", "total"): 4.5,
        ("final", "vehicles"): 4,
        ("final", "hospitality"): 0.5,
    }


def test_two_columns_of_one_item_without_a_basis_are_refused(tmp_path: Path) -> None:
    heads = ["合计", "公务接待费", "合计", "公务接待费"]
    document = drawn(tmp_path, "财政拨款“三公”经费支出决算表", [heads, ["6.00", "6.00", "4.50", "4.50"]])
    assert errors(document)


@pytest.mark.parametrize(("again", "codes"), [("4.50", set()), ("4.40", {"duplicate_row"})])
def test_the_one_unit_below_the_sum_of_units_repeats_it(tmp_path: Path, again: str, codes: set[str]) -> None:
    heads = ["部门", "合计", "因公出国（境）费", "公务接待费"]
    rows = [["", *["决算数"] * 3], heads, ["合计", "4.50", "", "4.50"], ["甲市财政局", again, "", "4.50"]]
    assert errors(drawn(tmp_path, "财政拨款“三公”经费支出决算表", rows)) == codes


@pytest.mark.parametrize(
    ("last", "codes"), [("1.50", set()), ("1.60", {"duplicate_row"}), ("", {"duplicate_row"})]
)
def test_units_below_the_sum_of_all_are_left_out_where_they_add_up(
    tmp_path: Path, last: str, codes: set[str]
) -> None:
    heads = ["单位名称", "合计", "因公出国（境）费", "公务接待费"]
    units = [["甲市财政局（本级）", "3.00", "", "3.00"], ["甲市会计中心", last, "", "1.50"]]
    rows = [["", *["决算数"] * 3], heads, ["合计", "4.50", "", "4.50"], *units]
    document = drawn(tmp_path, "财政拨款“三公”经费支出决算表", rows)
    assert errors(document) == codes
    assert len(notes(document, "row_set_aside")) == (0 if codes else 2)
    assert amounts(document, "three_public") == {("final", "total"): 4.5, ("final", "hospitality"): 4.5}


@pytest.mark.parametrize(("part", "codes"), [("0.30", set()), ("0.60", {"unknown_row"})])
def test_a_part_of_an_item_is_left_out_where_the_item_holds_it(
    tmp_path: Path, part: str, codes: set[str]
) -> None:
    rows = [["项目", "决算数"], ["合计", "0.50"], ["公务接待费", "0.50"], ["其中：国内接待费", part]]
    assert errors(drawn(tmp_path, "财政拨款“三公”经费支出决算表", rows)) == codes


def test_a_sum_below_the_years_own_is_the_grand_total(tmp_path: Path) -> None:
    income = [*INCOME_SIDE[:-1], ("收入合计", "102.00")]
    spent = [*BY_CLASS[:-1], ("合计", "102.00")]
    document = drawn(
        tmp_path, "收入支出决算总表", side_by_side(("收入", "项目", income), ("支出", "项目", spent))
    )
    assert errors(document) == set()
    assert amounts(document, "income_expenditure_summary").items() >= SUMMARY.items()


def spending(*body: Sequence[str]) -> Rows:
    head = ["类", "款", "项", "科目名称", "本年支出合计", "基本支出", "项目支出"]
    return [
        head,
        ["", "", "", "合计", "30.00", "20.00", "10.00"],
        *([*keys, "30.00", "20.00", "10.00"] for keys in body),
    ]


def test_codes_of_which_each_row_prints_its_own_part(tmp_path: Path) -> None:
    rows = spending(["205", "", "", "教育支出"], ["", "02", "", "普通教育"], ["", "", "01", "学前教育"])
    document = drawn(tmp_path, "一般公共预算财政拨款支出决算表", rows)
    assert errors(document) == set()
    table = document.publication.tables["general_budget_expenditure"]
    assert [(r.row, r.named_by) for r in table.rows[1:]] == [
        ("205", "code"),
        ("20502", "path"),
        ("2050201", "path"),
    ]


@pytest.mark.parametrize(
    "row", [["", "", "01", "学前教育"], ["", "2", "", "普通教育"], ["", "02", "1", "普通教育"]]
)
def test_a_part_of_a_code_that_follows_nothing_names_no_row(tmp_path: Path, row: list[str]) -> None:
    rows = spending(["205", "", "", "教育支出"], row)
    assert errors(drawn(tmp_path, "一般公共预算财政拨款支出决算表", rows)) == {"unknown_row"}


def test_a_sum_of_which_a_part_has_no_name_accuses_nobody(tmp_path: Path) -> None:
    unknown = [("不知何物", "1.00"), ("何以名之", "2.00")]
    income = [*INCOME_SIDE[:5], *unknown, ("年初结转和结余", "2.00"), ("总计", "105.00")]
    spent = [*BY_CLASS[:-1], ("", ""), ("", ""), ("总计", "105.00")]
    rows = side_by_side(("收入", "项目", income), ("支出", "项目", spent))
    document = drawn(tmp_path, "收入支出决算总表", rows)
    assert errors(document) == {"unknown_row"}
    assert not [c for c in document.result.checks if c.verdict == "violated"]
    untried = [c for c in document.result.checks if c.check == "summary.income_grand_total"]
    assert [(c.verdict, "no name" in (c.note or "")) for c in untried] == [("not_applicable", True)]


YEARS = [
    ["科目编码", "科目名称", "2017年决算数", "2018年合计", "2018年基本支出", "2018年项目支出"],
    ["", "合计", "25.00", "30.00", "20.00", "10.00"],
    ["205", "教育支出", "25.00", "30.00", "20.00", "10.00"],
]


def test_a_column_of_the_year_before_is_set_aside_beside_the_years_own(tmp_path: Path) -> None:
    document = drawn(tmp_path, "一般公共预算财政拨款支出决算表", YEARS)
    assert errors(document) == set()
    assert amounts(document, "general_budget_expenditure")["total", "total"] == 30
    assert len(notes(document, "column_set_aside")) == 1


def test_columns_of_the_year_after_are_never_the_publications_own(tmp_path: Path) -> None:
    later = [[text.replace("2018", "2019").replace("2017", "2018") for text in row] for row in YEARS]
    assert errors(drawn(tmp_path, "一般公共预算财政拨款支出决算表", later)) == {"columns_of_another_year"}


def test_marks_of_levels_that_reach_down_beside_the_sum_are_head_all_the_same(tmp_path: Path) -> None:
    """类, 款 and 项 are merged over the rows 栏次 and 合计 on the national form."""
    path = tmp_path / "a.pdf"
    drawing = canvas(path)
    for y, text in ((800, "甲市财政局2018年度部门决算"), (740, "支出决算表"), (720, "单位：万元")):
        drawing.drawString(60, y, text)
    rows = [
        ["类", "款", "项", "科目名称", "本年支出合计", "基本支出", "项目支出"],
        ["", "", "", "栏次", "1", "2", "3"],
        ["", "", "", "合计", "30.00", "20.00", "10.00"],
        ["205", "", "", "教育支出", "30.00", "20.00", "10.00"],
    ]
    table = PageTable(rows, colWidths=70, rowHeights=20)
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), FONT, 8)])
    table.setStyle([("SPAN", (column, 0), (column, 2)) for column in range(3)])
    table.wrapOn(drawing, 500, 700)
    table.drawOn(drawing, 20, 600)
    drawing.save()
    document = read_publication(path)
    assert errors(document) == set()
    assert amounts(document, "expenditure") == {
        (row, column): amount
        for row in ("total", "205")
        for column, amount in (("total", 30), ("basic", 20), ("project", 10))
    }
