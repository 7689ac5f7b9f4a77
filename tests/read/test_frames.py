"""A frame around a page or a table without rules is no table."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid
from reportlab.pdfgen.canvas import Canvas

from jcfs_etl.read import read_pdf

_TABLE = [["项目", "合计", "基本支出"], ["教育支出", "3.00", "1.00"], ["文化支出", "2.00", "1.00"]]


def test_a_double_frame_around_a_page_leaves_its_table_and_title_as_they_are(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.rect(22, 32, 551, 784)
    drawing.rect(20, 20, 555, 802)
    drawing.drawString(200, 760, "支出决算表")
    draw_grid(drawing, _TABLE, left=60, top=740)
    drawing.save()
    page = read_pdf(tmp_path / "a.pdf").pages[0]
    assert [(grid.row_count, grid.column_count) for grid in page.grids] == [(3, 3)]
    assert [line.text for line in page.lines] == ["支出决算表"]


@pytest.mark.parametrize(
    ("rows", "is_frame"),
    [
        (_TABLE, True),
        ([["教育支出3.00万元", "其中1.00万元"], ["文化支出2.00万元", "其中1.00万元"]], False),
        ([["一、部门职责"], ["二、机构设置"], ["教育支出3.00万元，其中1.00万元"]], False),
        ([_TABLE[0], ["二、机构设置"], ["教育支出3.00万元，其中1.00万元"]], False),
    ],
)
def test_a_frame_around_columns_without_rules_is_no_cell(
    tmp_path: Path, rows: list[list[str]], is_frame: bool
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.rect(60, 600, 400, 120)
    drawing.line(60, 695, 460, 695)
    for at, row in enumerate(rows):
        for n, text in enumerate(row):
            drawing.drawString(70 + 130 * n, 700 - 16 * at, text)
    drawing.save()
    page = read_pdf(tmp_path / "a.pdf").pages[0]
    assert len(page.grids) == (0 if is_frame else 1)
    assert bool(page.words) == is_frame


@pytest.mark.parametrize(
    ("rows", "rules", "is_kept"),
    [(2, (60, 190, 320, 450), False), (1, (60, 190, 320, 450), True), (2, (60, 450, 500), False)],
)
def test_rows_between_upright_rules_alone_are_no_cell(
    tmp_path: Path, rows: int, rules: tuple[int, ...], is_kept: bool
) -> None:
    """No cell holds two amounts, or three columns."""
    drawing = canvas(tmp_path / "a.pdf")
    for x in rules:
        drawing.line(x, 600, x, 720)
    for y in (600, 720):
        drawing.line(60, y, rules[-1], y)
    for at in range(rows):
        for n, text in enumerate(("教育支出", "3.00", "1.00")):
            drawing.drawString(70 + 130 * n, 700 - 16 * at, text)
    drawing.save()
    page = read_pdf(tmp_path / "a.pdf").pages[0]
    assert (len(page.grids), bool(page.words)) == (is_kept, not is_kept)


@pytest.mark.parametrize(("rows", "is_kept"), [(2, False), (1, True)])
def test_rows_that_no_rule_parts_below_a_ruled_head_are_no_cells(
    tmp_path: Path, rows: int, is_kept: bool
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, [["项目", "合计", "基本支出"], ["", "", ""]], left=60, top=700, widths=(130, 130, 130))
    drawing.rect(60, 560, 390, 100)
    for x in (190, 320):
        drawing.line(x, 560, x, 660)
    for at in range(rows):
        for n, text in enumerate(("教育支出", "3.00", "1.00")):
            drawing.drawString(70 + 130 * n, 640 - 16 * at, text)
    drawing.save()
    page = read_pdf(tmp_path / "a.pdf").pages[0]
    assert (len(page.grids), bool(page.words)) == (is_kept, not is_kept)


@pytest.mark.parametrize("gap", [0.75, 1.5])
def test_where_each_cell_has_a_frame_of_its_own_two_edges_are_one(tmp_path: Path, gap: float) -> None:
    """As browsers print tables: the cells of a row stand apart, and a merged one reaches over the gaps."""
    drawing = canvas(tmp_path / "a.pdf")
    _frame(drawing, 60 - gap, 640 - gap, 3 * 100 + gap, 3 * 20 + gap)
    rows = [["支出科目", "本年支出"], ["教育支出", "3.00", "1.00"], ["文化支出", "2.00", "1.00"]]
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            width = (200 if len(texts) == 2 and column else 100) - gap
            _frame(drawing, 60 + 100 * column, 680 - 20 * row, width, 20 - gap)
            drawing.drawString(64 + 100 * column, 685 - 20 * row, text)
    drawing.save()
    [grid] = read_pdf(tmp_path / "a.pdf").pages[0].grids
    assert (grid.row_count, grid.column_count) == (3, 3)
    assert [(c.text, c.column_span) for c in grid.cells if c.row == 0] == [("支出科目", 1), ("本年支出", 2)]


def test_boxes_that_are_strips_themselves_stay_a_grid(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    for x in (60, 160, 260):
        drawing.rect(x, 745, 100, 2.6)
    drawing.save()
    [grid] = read_pdf(tmp_path / "a.pdf").pages[0].grids
    assert (grid.row_count, grid.column_count) == (1, 3)


def _frame(drawing: Canvas, x: float, y: float, width: float, height: float) -> None:
    """A frame of filled strips, as browsers draw it."""
    for strip in (
        (x, y, width, 0.75),
        (x, y + height - 0.75, width, 0.75),
        (x, y, 0.75, height),
        (x + width - 0.75, y, 0.75, height),
    ):
        drawing.rect(*strip, stroke=0, fill=1)
