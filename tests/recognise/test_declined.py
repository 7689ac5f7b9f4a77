"""What is not a unit's final accounts is declined with the reason that a person would give."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from drawing import canvas, draw_grid

from jcfs_etl import AuditedPublication, read_publication

GRID = [["项目", "金额"], ["一、事业收入", "1.00"], ["二、经营收入", "2.00"]]


def document(
    folder: Path, lines: Sequence[str], grid: Sequence[Sequence[str]] | None = None
) -> AuditedPublication:
    drawing = canvas(folder / "a.pdf")
    for index, line in enumerate(lines):
        drawing.drawString(60, 780 - 20 * index, line)
    if grid:
        draw_grid(drawing, grid, top=780 - 20 * len(lines))
    drawing.save()
    return read_publication(folder / "a.pdf")


@pytest.mark.parametrize(
    ("lines", "grid", "words"),
    [
        (["甲市财政局2024年部门预算"], GRID, "a budget (预算), not final accounts"),
        (["甲市财政局", "2024年度部门预算公开"], GRID, "a budget (预算)"),
        (["公开01表", "收支预算总表", "单位：万元"], GRID, "a budget (预算)"),
        (["关于2024年全市和市本级决算草案的报告"], None, "a government's accounts (政府决算)"),
        (["甲市2024年市本级一般公共预算收入决算表"], GRID, "a government's accounts (政府决算)"),
        (["甲市XX局", "2024年度部门决算"], GRID, "a blank template (模板)"),
        (["信息系统运行维护费项目支出绩效自评表", "（2023年度）"], GRID, "performance self-evaluation alone"),
        (["办公用品采购合同", "甲方：甲市财政局", "金额：3898065.04元"], GRID, "none of their tables"),
        (
            ["第一回 甄士隐梦幻识通灵", "此开卷第一回也。作者自云：因曾历过一番梦幻之后"],
            None,
            "none of their tables",
        ),
    ],
)
def test_it_is_declined_and_holds_no_figure(
    tmp_path: Path, lines: list[str], grid: list[list[str]] | None, words: str
) -> None:
    declined = document(tmp_path, lines, grid)
    assert declined.status == "declined"
    assert words in (declined.reason or "")
    assert len(declined.cells) == 0 and declined.tables == {}
    assert (declined.record.unit, declined.record.year) == (None, None)


INCOME = [
    ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "其他收入"],
    ["", "合计", "{0}", "{0}", ""],
    ["205", "教育支出", "{0}", "{0}", ""],
]
EXPENDITURE = [["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"], *INCOME[1:]]
GENERAL = [["科目编码", "科目名称", "小计", "基本支出", "项目支出"], *INCOME[1:]]
TABLES = {"收入决算表": INCOME, "支出决算表": EXPENDITURE, "一般公共预算财政拨款支出决算表": GENERAL}


def two_units(folder: Path, second: str) -> AuditedPublication:
    """Three tables of one unit and those of another after them."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市教育局2023年度部门决算")
    for unit, amount in (("甲市教育局", "12.00"), (second, "7.50")):
        for title, rows in TABLES.items():
            drawing.showPage()
            drawing.setFont("STSong-Light", 9)
            drawing.drawString(60, 780, title)
            drawing.drawString(60, 760, f"部门：{unit}")
            drawing.drawString(400, 760, "单位：万元")
            draw_grid(drawing, [[cell.format(amount) for cell in row] for row in rows], top=740)
    drawing.save()
    return read_publication(folder / "a.pdf")


def test_the_tables_of_several_units_in_one_file_are_named(tmp_path: Path) -> None:
    declined = two_units(tmp_path, "甲市教育局本级")
    assert declined.status == "declined"
    assert "2 units (甲市教育局 from page 2, 甲市教育局本级 from page 5)" in (declined.reason or "")
    assert not declined.all_findings


def test_tables_that_stand_twice_under_one_name_are_one_units(tmp_path: Path) -> None:
    twice = two_units(tmp_path, "甲市教育局")
    assert twice.status == "quarantined"
    assert sum(f.code == "duplicate_table" for f in twice.all_findings) == 3


def test_a_page_without_text_and_without_pictures_is_not_called_a_scan(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.showPage()
    drawing.save()
    assert "none of their tables" in (read_publication(tmp_path / "a.pdf").reason or "")


def test_final_accounts_may_speak_of_budgets(tmp_path: Path) -> None:
    lines = ["甲市财政局2024年度部门决算", "2024年部门预算为3.00万元", "收入支出决算总表", "单位：万元"]
    rows = [["项目", "金额", "项目", "金额"], ["一、事业收入", "3.00", "一、一般公共服务支出", "3.00"]]
    found = document(tmp_path, lines, rows)
    assert found.status == "quarantined", "eight tables are missing"
    assert set(found.tables) == {"income_expenditure_summary"}
    assert "income" in found.publication.missing


def test_final_accounts_of_an_unknown_form_are_quarantined_not_declined(tmp_path: Path) -> None:
    found = document(tmp_path, ["甲市财政局2024年度部门决算", "收支一览表"], GRID)
    assert found.status == "quarantined"
    assert found.record.tables_unknown == ("page 1: 收支一览表, 3 rows × 2 columns",)
    assert len(found.publication.missing) == 9
