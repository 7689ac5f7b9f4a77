"""A frame around a page or a table without rules is no table."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid

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
