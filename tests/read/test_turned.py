"""A table turned by 90 degrees on an upright page has the title and caption that stand upright above it."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid

from jcfs_etl.contracts import load_contracts
from jcfs_etl.read import read_pdf
from jcfs_etl.recognise.titles import captioned_grids


@pytest.mark.parametrize("way", ["counter-clockwise", "clockwise"])
def test_a_turned_table_has_the_upright_title_over_it(tmp_path: Path, way: str) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 790, "附件2")
    drawing.drawCentredString(298, 770, "国有资本经营预算财政拨款支出决算表")
    drawing.drawString(60, 745, "单位：甲市财政局")
    drawing.drawRightString(535, 745, "金额单位：万元")
    rows = [["项目", "合计", "基本支出", "项目支出"]] + [["其他支出", "3.00", "1.00", "2.00"]] * 4
    drawing.saveState()
    if way == "clockwise":
        drawing.translate(120, 720)
        drawing.rotate(-90)
    else:
        drawing.translate(480, 220)
        drawing.rotate(90)
    draw_grid(drawing, rows, left=0, top=360, widths=[200, 90, 90, 90])
    drawing.restoreState()
    drawing.drawString(60, 150, "注：本表无数据")
    drawing.save()
    (found,) = captioned_grids(read_pdf(tmp_path / "a.pdf"), load_contracts())
    assert [cell.text for cell in found.grid.cells][:8] == [*rows[0], *rows[1]]
    assert found.dataset == "state_capital"
    assert found.above == ("附件2", "国有资本经营预算财政拨款支出决算表", "单位:甲市财政局", "金额单位:万元")
    assert found.below == ("注:本表无数据",)


def test_two_turned_tables_one_below_the_other_keep_their_titles(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    titles = ("政府性基金预算财政拨款收入支出决算表", "国有资本经营预算财政拨款支出决算表")
    for title, foot, amount in zip(titles, (470, 60), ("1.00", "2.00"), strict=True):
        drawing.drawString(60, foot + 330, title)
        drawing.saveState()
        drawing.translate(300, foot)
        drawing.rotate(90)
        draw_grid(drawing, [["项目", "合计"], *[["支出", amount]] * 5], left=0, top=220, widths=[200, 90])
        drawing.restoreState()
    drawing.save()
    found = captioned_grids(read_pdf(tmp_path / "a.pdf"), load_contracts())
    assert [(f.dataset, f.grid.cells[3].text) for f in found] == [
        ("government_fund", "1.00"),
        ("state_capital", "2.00"),
    ]


def test_an_upright_line_right_over_a_turned_table_is_none_of_its_figures(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 770, "国有资本经营预算财政拨款支出决算表")
    drawing.drawString(300, 722, "2016年度")
    rows = [["科目名称", "合计"], *[["支出", ""]] * 9]
    drawing.saveState()
    drawing.translate(480, 428)
    drawing.rotate(90)
    draw_grid(drawing, rows, left=0, top=240, widths=[200, 90])
    drawing.restoreState()
    drawing.save()
    (found,) = captioned_grids(read_pdf(tmp_path / "a.pdf"), load_contracts())
    assert {cell.text for cell in found.grid.cells} == {"科目名称", "合计", "支出", ""}
    assert found.above == ("国有资本经营预算财政拨款支出决算表", "2016年度")


@pytest.mark.parametrize("way", [1, -1])
def test_words_turned_in_cells_are_read_as_they_run(tmp_path: Path, way: int) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    rows = [["项目", "", ""], ["一般公共服务支出", "3.00", "1.00"], ["教育支出", "2.00", "1.00"]]
    draw_grid(drawing, rows, left=60, top=700, widths=[200, 60, 60], height=70)
    for left, lines in ((260, ["本年收入合计"]), (320, ["附属单位", "上缴收入"])):
        for i, line in enumerate(lines):
            drawing.saveState()
            x = left + 15 + 12 * i if way == -1 else left + 45 - 12 * i
            drawing.translate(x, 632 if way == -1 else 699)
            drawing.rotate(-90 * way)
            drawing.drawString(0, 0, line)
            drawing.restoreState()
    drawing.save()
    (grid,) = read_pdf(tmp_path / "a.pdf").pages[0].grids
    assert [c.text for c in grid.cells][:4] == ["项目", "本年收入合计", "附属单位\n上缴收入", rows[1][0]]


def test_upright_words_set_downwards_are_read_from_the_right(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    rows = [["项目", "", "合计"], ["一般公共服务支出", "3.00", "1.00"], ["教育支出", "2.00", "1.00"]]
    draw_grid(drawing, rows, left=60, top=700, widths=[200, 60, 60], height=70)
    for x, top, text in ((292, 690, "附属单位上"), (280, 676, "缴收入")):
        for at, character in enumerate(text):
            drawing.drawString(x, top - 10 * at, character)
    drawing.save()
    (grid,) = read_pdf(tmp_path / "a.pdf").pages[0].grids
    assert [c.text for c in grid.cells][:4] == ["项目", "附属单位上\n缴收入", "合计", rows[1][0]]
