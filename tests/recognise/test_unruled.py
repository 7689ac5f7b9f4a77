"""Tables without drawn rules: told by one sentence where they cannot be read, empty where they say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid

from jcfs_etl import AuditedPublication, read_publication

ROWS = [
    ("栏次", "1"),
    ("一、一般公共预算财政拨款收入", "12.00"),
    ("八、其他收入", "3.00"),
    ("本年收入合计", "15.00"),
]


def drawn(path: Path, rules: str) -> AuditedPublication:
    """A cover and a page with one table: its rows, ruled or not."""
    drawing = canvas(path)
    drawing.drawString(60, 700, "甲市财政局2023年度部门决算")
    drawing.showPage()
    drawing.setFont("STSong-Light", 9)
    drawing.drawString(60, 780, "收入支出决算总表")
    drawing.drawString(60, 765, "单位：万元")
    for index, row in enumerate(ROWS):
        for x, text in zip((60, 300), row, strict=True):
            drawing.drawString(x + 3, 735 - 20 * index, text)
    if rules == "horizontal":
        for index in range(len(ROWS) + 1):
            drawing.line(60, 750 - 20 * index, 420, 750 - 20 * index)
    drawing.save()
    return read_publication(path)


@pytest.mark.parametrize("rules", ["no", "horizontal"])
def test_a_table_without_rules_is_kept_back_in_one_sentence(tmp_path: Path, rules: str) -> None:
    read = drawn(tmp_path / "a.pdf", rules)
    assert read.status == "quarantined"
    assert (read.record.unit, read.record.year) == ("甲市财政局", 2023)
    told = [f for f in read.all_findings if "income_expenditure_summary" in (f.dataset or "")]
    assert [f.code for f in told] == ["unruled_table"]
    assert "收入支出决算总表 (page 2)" in told[0].message
    assert len(read.cells) == 0


def test_a_list_of_titles_over_prose_with_figures_is_no_table(tmp_path: Path) -> None:
    """Two amounts in running text under a title are not a table's; the table is simply missing."""
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 700, "甲市财政局2023年度部门决算")
    drawing.showPage()
    drawing.setFont("STSong-Light", 9)
    drawing.drawString(60, 780, "收入支出决算总表")
    drawing.drawString(60, 760, "本年收入12.00万元，本年支出12.00万元。")
    draw_grid(drawing, [["事项", "天数"], ["培训", "3"]], top=500)
    drawing.save()
    read = read_publication(tmp_path / "a.pdf")
    assert "unruled_table" not in {f.code for f in read.all_findings}
    assert "missing_table" in {f.code for f in read.all_findings}


#: The head of an empty table as a spreadsheet prints it without rules: x of the words of each line.
EMPTY = [
    [(140, "项目"), (400, "本年支出")],
    [(115, "科目代码"), (262, "年初结转和结余"), (324, "本年收入"), (478, "年末结转和结余")],
    [(217, "科目名称"), (362, "小计"), (391, "基本支出"), (433, "项目支出")],
    [(94, "类"), (157, "款"), (187, "项")],
    [(142, "栏次"), (280, "1"), (333, "2"), (367, "3"), (401, "4"), (442, "5"), (495, "6")],
    [(142, "合计")],
]
NOTE = "注：本单位没有相关收支，故本表无数据。"


def with_empty_table(path: Path, *more: tuple[int, str], note: str = NOTE) -> AuditedPublication:
    """A table without rules and with amounts, and below it 政府性基金… without any, but for ``more``."""
    drawing = canvas(path)
    drawing.drawString(60, 800, "甲市财政局2024年度部门决算")
    drawing.drawString(60, 780, "收入支出决算总表")
    for index in range(4):
        drawing.drawString(60, 750 - 14 * index, "教育支出")
        drawing.drawString(200, 750 - 14 * index, f"{index}2.00")
    drawing.showPage()
    drawing.setFont("STSong-Light", 14)
    drawing.drawString(150, 800, "政府性基金预算财政拨款收入支出决算表")
    drawing.setFont("STSong-Light", 7)
    drawing.drawString(60, 780, "附表8")
    drawing.drawString(60, 766, "编制单位:甲市财政局   2024年度   单位:万元")
    for index, line in enumerate([*EMPTY, [*more]]):
        for x, text in line:
            drawing.drawString(x, 740 - 14 * index, text)
    drawing.drawString(60, 630, note)
    drawing.drawString(280, 30, "- 19 -")
    drawing.save()
    return read_publication(path)


def test_a_table_without_rules_and_figures_that_says_it_is_empty_is_empty(tmp_path: Path) -> None:
    read = with_empty_table(tmp_path / "a.pdf")
    table = read.publication.tables["government_fund"]
    assert (table.state, table.declared_empty, table.pages) == ("empty", True, (2,))
    told = [f.message for f in read.all_findings if f.code == "unruled_table"]
    assert len(told) == 1 and "政府性基金" not in told[0]


@pytest.mark.parametrize(
    ("more", "note"),
    [
        (((280, "12.00"),), NOTE),  # a figure stands in it
        (((60, "2120804"), (217, "农村基础设施建设支出")), NOTE),  # a code: a row may have lost its figures
        ((), "注：本表反映部门本年度相关收支情况。"),  # nothing says that it is empty
    ],
)
def test_one_that_may_hold_a_figure_is_not(
    tmp_path: Path, more: tuple[tuple[int, str], ...], note: str
) -> None:
    read = with_empty_table(tmp_path / "a.pdf", *more, note=note)
    assert "government_fund" not in read.publication.tables
    assert any(f.blocks and "政府性基金" in f.message for f in read.all_findings if f.code == "unruled_table")


def test_a_title_and_a_caption_that_are_wrapped_stand_above_their_table(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 800, "甲市财政局2016年度部门决算")
    drawing.showPage()
    drawing.setFont("STSong-Light", 15)
    drawing.drawString(52, 770, "一般公共预算财政拨款“三公”经费支")
    drawing.drawString(149.5, 750, "出决算表")
    drawing.setFont("STSong-Light", 9)
    drawing.drawString(48, 730, "公开表七")
    drawing.drawString(48, 714, "编制单位:甲市财政局")
    drawing.drawString(226, 714, "2016年度")
    drawing.drawString(281, 714, "单位")
    drawing.drawString(48, 702, ":元")
    rows = [
        ("项  目", "行次", "预算数", "决算数"),
        ("栏次", "", "1", "2"),
        ("合  计", "1", "3162.02", "528.90"),
        ("1.因公出国(境)费", "2", "0.00", "0.00"),
        ("2.公务接待费", "3", "0.00", "0.00"),
        ("3.公务用车购置及运行费", "4", "3,162.02", "528.90"),
        ("其中：公务用车运行维护费", "5", "2,345.32", "74.04"),
        ("公务用车购置费", "6", "816.70", "454.86"),
    ]
    for index, (label, *others) in enumerate(rows):
        y = 680 - 18 * index
        drawing.drawString(48, y, label)
        for x, text in zip((190, 256, 300), others, strict=True):
            drawing.drawRightString(x, y, text)
    drawing.save()
    read = read_publication(tmp_path / "a.pdf")
    table = read.publication.tables["three_public"]
    printed = {f.printed for f in table.facts}
    assert {"3162.02", "528.90", "2,345.32", "74.04", "816.70", "454.86"} <= printed
    assert table.money_unit == "元"
