"""Figures in columns that are too narrow for them are read, or told; never lost and never cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.read import read_pdf
from jcfs_etl.read.model import Cell, Grid


def drawn(path: Path, x: float, text: str, last: str = "") -> Grid:
    """A grid that ends at x = 240, with one text drawn over it in its second row."""
    drawing = canvas(path)
    rows = [["科目", "合计"], ["教育支出", last], ["合计", "3.00"]]
    draw_grid(drawing, rows, widths=[90, 90], left=60, top=700)
    drawing.drawString(x, 666, text)
    drawing.drawString(60, 600, "注：本表反映本年度支出")
    drawing.save()
    (grid,) = read_pdf(path).pages[0].grids
    return grid


def cell(grid: Grid) -> Cell:
    return grid.by_position[1, 1]


def test_a_figure_that_runs_past_the_outline_is_its_cells(tmp_path: Path) -> None:
    grid = drawn(tmp_path / "a.pdf", 215, "6,715.82")
    assert (cell(grid).text, cell(grid).doubt) == ("6,715.82", "")


@pytest.mark.parametrize("x", [238.5, 241, 246])
def test_a_figure_just_past_the_outline_of_a_blank_cell_is_in_doubt(tmp_path: Path, x: float) -> None:
    grid = drawn(tmp_path / "a.pdf", x, "0.00")
    assert cell(grid).text == "0.00"
    assert cell(grid).doubt


@pytest.mark.parametrize(("end", "is_sure"), [(245, True), (247, False)])
def test_a_figure_just_past_the_outline_is_its_columns_where_others_end_there(
    tmp_path: Path, end: float, is_sure: bool
) -> None:
    """6,715.82 runs over the outline; 0 below it stands beyond, and ends where it does or not."""
    drawing = canvas(tmp_path / "a.pdf")
    rows = [["科目", "合计"], ["教育支出", ""], ["卫生支出", ""], ["农林支出", ""]]
    draw_grid(drawing, rows, widths=[90, 90], left=60, top=700)
    drawing.drawRightString(245, 666, "6,715.82")
    for y in (646, 626):
        drawing.drawRightString(end, y, "0")
    drawing.save()
    (grid,) = read_pdf(tmp_path / "a.pdf").pages[0].grids
    found = [grid.by_position[row, 1] for row in (1, 2, 3)]
    assert [c.text for c in found] == ["6,715.82", "0", "0"]
    assert [not c.doubt for c in found] == [True, is_sure, is_sure]


@pytest.mark.parametrize(("x", "is_sure"), [(63, True), (65, False)])
def test_a_label_that_nearly_fills_two_cells_is_that_of_the_column_where_others_begin(
    tmp_path: Path, x: float, is_sure: bool
) -> None:
    """It begins and ends within one em of an edge; the labels of its column begin at 63."""
    drawing = canvas(tmp_path / "a.pdf")
    rows = [["科目", "合计"], ["", ""], ["教育支出", "3.00"]]
    draw_grid(drawing, rows, widths=[60, 60], left=60, top=700)
    drawing.drawString(x, 666, "国有土地使用权出让收入安")
    drawing.save()
    (grid,) = read_pdf(tmp_path / "a.pdf").pages[0].grids
    texts = [grid.by_position[1, c].text for c in (0, 1)]
    assert (texts == ["国有土地使用权出让收入安", ""]) == is_sure
    assert (cell(grid).doubt == "") == is_sure


@pytest.mark.parametrize(("x", "text", "last"), [(270, "0.00", ""), (241, "0.00", "5.00"), (241, "元", "")])
def test_what_stands_farther_or_beside_a_filled_cell_is_no_part_of_it(
    tmp_path: Path, x: float, text: str, last: str
) -> None:
    grid = drawn(tmp_path / "a.pdf", x, text, last)
    assert (cell(grid).text, cell(grid).doubt) == (last, "")


@pytest.mark.parametrize("x", [149.8, 150.4])
def test_a_figure_that_begins_at_its_cells_edge_may_be_cut(tmp_path: Path, x: float) -> None:
    """A spreadsheet left out the first digits, which it had no room for; what is left fills the cell."""
    grid = drawn(tmp_path / "a.pdf", x, "51,251,251,251,595.74")
    assert cell(grid).text == "51,251,251,251,595.74"
    assert cell(grid).confidence < 1, "an identity has to bind it"


@pytest.mark.parametrize(
    ("x", "text"),
    [(153, "51,595.74"), (150.4, "51,595.74"), (150.4, "0"), (150.4, "教育支出"), (150.4, "2080505")],
)
def test_a_figure_with_room_around_it_and_a_code_at_an_edge_are_certain(
    tmp_path: Path, x: float, text: str
) -> None:
    found = cell(drawn(tmp_path / "a.pdf", x, text))
    assert (found.doubt, found.confidence) == ("", 1)


def test_a_label_drawn_in_pieces_runs_over_a_blank_cell(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, [["科目", "合计"], ["", ""], ["合计", "3.00"]], widths=[60, 120], left=60, top=700)
    drawing.drawString(63, 666, "对民间非营利组织")
    drawing.drawString(63 + 8 * 9, 666, "和群众性自治组织补贴")
    drawing.save()
    (grid,) = read_pdf(tmp_path / "a.pdf").pages[0].grids
    assert grid.by_position[1, 0].text == "对民间非营利组织和群众性自治组织补贴"
    assert (cell(grid).text, cell(grid).doubt) == ("", "")


def test_figures_of_two_cells_that_touch_are_in_doubt(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, [["科目", "合计"], ["", ""], ["合计", "3.00"]], widths=[60, 120], left=60, top=700)
    drawing.drawString(105, 666, "12.50")
    drawing.drawString(105 + drawing.stringWidth("12.50", "STSong-Light", 9), 666, "7.00")
    drawing.save()
    (grid,) = read_pdf(tmp_path / "a.pdf").pages[0].grids
    assert cell(grid).doubt


def expenditure(path: Path, total: str, basic: str, shift: float) -> AuditedPublication:
    """支出决算表 of which the column 基本支出 begins ``shift`` points right of its rule."""
    drawing = canvas(path)
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(60, 740, "支出决算表")
    drawing.drawString(60, 720, "单位：万元")
    rows = [["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"]]
    rows += [["合计", "", total, "", "7.00"], ["208", "社会保障", total, "", "7.00"]]
    draw_grid(drawing, rows, widths=[60, 60, 90, 45, 90], left=60, top=700)
    for y in (666, 646):
        drawing.drawString(270 + shift, y, basic)
    drawing.save()
    return read_publication(path)


def uncertain(document: AuditedPublication) -> set[str | None]:
    return {f.column for f in document.all_findings if f.code == "uncertain_figure"}


def test_a_figure_at_its_cells_edge_is_certain_where_another_column_binds_it(tmp_path: Path) -> None:
    assert not uncertain(expenditure(tmp_path / "a.pdf", "51,602.74", "51,595.74", 0.4))


def test_a_column_that_is_cut_as_a_whole_is_not_certain_though_it_adds_up(tmp_path: Path) -> None:
    assert uncertain(expenditure(tmp_path / "a.pdf", "251,602.74", "51,595.74", 0.4)) == {"basic"}
    assert not uncertain(expenditure(tmp_path / "b.pdf", "251,602.74", "51,595.74", 5))


def test_strokes_within_cells_part_nothing(tmp_path: Path) -> None:
    """Strokes of a stamp that is drawn with lines, and a line under a word, beside the rules of the grid."""
    drawing = canvas(tmp_path / "a.pdf")
    rows = [["科目", "合计"], ["教育支出", "6,715.82"], ["合计", "6,715.82"]]
    draw_grid(drawing, rows, widths=[90, 90], left=60, top=700)
    drawing.line(200, 652, 200, 668)
    drawing.line(142, 650, 158, 650)
    drawing.line(63, 664, 100, 664)
    drawing.save()
    (grid,) = read_pdf(tmp_path / "a.pdf").pages[0].grids
    assert (grid.row_count, grid.column_count) == (3, 2)
    assert [[grid.by_position[r, c].text for c in (0, 1)] for r in (0, 1, 2)] == rows
    assert all((c.row_span, c.column_span) == (1, 1) for c in grid.cells)
