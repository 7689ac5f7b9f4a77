"""Two tables side by side on a page: each has the title and the caption above it, and no other's."""

from __future__ import annotations

from pathlib import Path

from drawing import canvas, draw_grid

from jcfs_etl.contracts import load_contracts
from jcfs_etl.read import read_pdf
from jcfs_etl.recognise.titles import captioned_grids


def test_each_of_two_tables_side_by_side_has_its_own_title(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    # The two titles come so near each other that they read as one line.
    drawing.drawRightString(295, 760, "政府性基金预算财政拨款收入支出决算表")
    drawing.drawString(302, 760, "国有资本经营预算财政拨款支出决算表")
    for left, money in ((60, "万元"), (302, "元")):
        drawing.drawString(left, 745, f"单位：{money}")
    draw_grid(drawing, [["项目", "合计"], ["合计", "1.00"]], left=60, top=740, widths=[115, 120])
    draw_grid(drawing, [["项目", "合计"], ["合计", "2.00"]], left=302, top=735, widths=[115, 120])
    drawing.drawString(302, 680, "注：本表无数据")
    drawing.save()
    found = captioned_grids(read_pdf(tmp_path / "a.pdf"), load_contracts())
    by_left = sorted(found, key=lambda item: item.grid.box.x0)
    assert [item.dataset for item in by_left] == ["government_fund", "state_capital"]
    assert [item.above[-1] for item in by_left] == ["单位:万元", "单位:元"]
    assert [item.below for item in by_left] == [(), ("注:本表无数据",)]


def test_a_line_over_two_tables_side_by_side_stays_whole(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawCentredString(298, 780, "第二部分2023年度部门决算表")
    for left in (60, 302):
        draw_grid(drawing, [["项目", "合计"], ["合计", "1.00"]], left=left, top=740, widths=[115, 120])
    drawing.save()
    lines = read_pdf(tmp_path / "a.pdf").pages[0].lines
    assert [line.text for line in lines] == ["第二部分2023年度部门决算表"]


#: Left end and height of four titles, the size of their second line, and how far below it stands.
PLACES = ((60, 760, 12, 16), (302, 760, 12, 40), (60, 560, 9, 16), (302, 560, 12, 16))


def test_an_unknown_title_in_two_lines_is_one(tmp_path: Path) -> None:
    """Its last line, 细表, is no title; a line of another size, or apart, is none of its own."""
    drawing = canvas(tmp_path / "a.pdf")
    for left, top, size, apart in (
        (60, 760, 12, 16),
        (302, 760, 12, 40),
        (60, 560, 9, 16),
        (302, 560, 12, 16),
    ):
        drawing.setFont("STSong-Light", 12)
        drawing.drawCentredString(left + 117, top, "一般公共预算财政拨款项目支出明")
        drawing.setFont("STSong-Light", size)
        drawing.drawCentredString(left + 117, top - apart, "细表")
        draw_grid(drawing, [["项目", "合计"]], left=left, top=top - 50, widths=[115, 120])
    drawing.save()
    found = captioned_grids(read_pdf(tmp_path / "a.pdf"), load_contracts())
    titles = {(item.grid.box.x0 < 200, item.grid.box.y0 < 200): item.title for item in found}
    whole = "一般公共预算财政拨款项目支出明细表"
    assert titles == {(True, True): whole, (False, True): "", (True, False): "", (False, False): whole}
    assert {item.dataset for item in found} == {None}
