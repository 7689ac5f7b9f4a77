"""Tables under titles that no contract knows, told by what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from drawing import FONT, canvas, draw_grid

from jcfs_etl import AuditedPublication, read_publication

INCOME = [
    "本年收入合计",
    "财政拨款收入",
    "上级补助收入",
    "事业收入",
    "经营收入",
    "附属单位上缴收入",
    "其他收入",
]
SPENT = ["本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"]
SUMMARY = [
    ["项目", "金额", "项目", "金额"],
    ["一、财政拨款收入", "8.00", "一、教育支出", "9.00"],
    ["二、其他收入", "2.00", "", ""],
    ["本年收入合计", "10.00", "本年支出合计", "9.00"],
    ["用事业基金弥补收支差额", "0.00", "结余分配", "0.00"],
    ["年初结转和结余", "1.00", "年末结转和结余", "2.00"],
    ["总计", "11.00", "总计", "11.00"],
]
BUDGETS = [
    ["收入", "", "支出", "", "", ""],
    ["项目", "金额", "项目", "合计", "一般公共预算", "政府性基金"],
    ["一、一般公共预算", "8.00", "一、教育支出", "8.00", "8.00", "0.00"],
    ["本年收入合计", "8.00", "本年支出合计", "8.00", "8.00", "0.00"],
    ["年初结转和结余", "0.00", "年末结转和结余", "0.00", "0.00", "0.00"],
    ["总计", "8.00", "总计", "8.00", "8.00", "0.00"],
]
Rows = Sequence[Sequence[str]]


def coded(words: Sequence[str]) -> Rows:
    figures = ["9.00", "7.00", "2.00", *["0.00"] * (len(words) - 3)]
    return [["科目编码", "科目名称", *words], ["合计", "", *figures], ["205", "教育支出", *figures]]


def tables(folder: Path, *drawn: tuple[str, Rows]) -> AuditedPublication:
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2017年度部门决算")
    for title, rows in drawn:
        drawing.showPage()
        drawing.setFont(FONT, 9)
        if title:
            drawing.drawString(60, 740, title)
            drawing.drawString(60, 720, "单位：万元")
        draw_grid(drawing, rows, left=20, widths=[555 / len(rows[0])] * len(rows[0]), size=5)
    drawing.save()
    return read_publication(folder / "a.pdf")


@pytest.mark.parametrize(
    ("dataset", "title", "rows"),
    [
        ("income", "收入来源决算表", coded(INCOME)),
        ("income", "表2 部门（单位）收入决算表", coded(INCOME)),
        ("expenditure", "支出预算执行情况表", coded(SPENT)),
        ("income_expenditure_summary", "甲市财政局2017年度收入与支出决算总表", SUMMARY),
        ("appropriation_summary", "财政拨款收入与支出总体决算表", BUDGETS),
    ],
)
def test_a_table_of_a_form_of_its_own_is_known_under_any_plain_title(
    tmp_path: Path, dataset: str, title: str, rows: Rows
) -> None:
    found = tables(tmp_path, (title, rows))
    assert set(found.tables) == {dataset}
    assert not {f.code for f in found.all_findings if f.severity == "error"} - {"missing_table"}


@pytest.mark.parametrize(
    "title",
    ["非税收入来源决算表", "工会收入决算情况一览表", "收入来源决算表（分单位）", "收入来源预算表"],
)  # fmt: skip
def test_a_title_that_says_of_something_else_is_believed(tmp_path: Path, title: str) -> None:
    assert not tables(tmp_path, (title, coded(INCOME))).tables


def test_a_form_that_others_have_says_nothing(tmp_path: Path) -> None:
    rows = coded(["合计", "基本支出", "项目支出"])
    assert not tables(tmp_path, ("支出来源决算表", rows)).tables


def test_a_table_with_its_own_title_is_no_other(tmp_path: Path) -> None:
    found = tables(tmp_path, ("收入来源决算表", coded(INCOME)), ("收入决算表", coded(INCOME)))
    assert found.publication.tables["income"].pages == (3,)


def test_a_form_may_go_on_on_the_next_page(tmp_path: Path) -> None:
    found = tables(tmp_path, ("收入支出总体决算表", SUMMARY[:3]), ("", SUMMARY[3:]))
    assert found.publication.tables["income_expenditure_summary"].pages == (2, 3)


def test_two_grids_of_one_form_are_neither_it(tmp_path: Path) -> None:
    found = tables(tmp_path, ("收入来源决算表", coded(INCOME)), ("收入决算一览表", coded(INCOME)))
    assert not found.tables
