"""A table whose sides a blank column parts is one; two tables beside each other are two."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid

from jcfs_etl.contracts import load_contracts
from jcfs_etl.read import read_pdf
from jcfs_etl.recognise.parted import with_sides_joined

_ROWS = [[f"{n}、支出", f"{n}.00"] for n in range(1, 6)]


def second_rows(
    path: Path, titles: list[tuple[float, str]], *, gap: float = 14, lower: float = 0
) -> list[list[str]]:
    """Texts of the second row of each grid, of two that stand so far apart."""
    drawing = canvas(path)
    for x, title in titles:
        drawing.drawString(x, 760, title)
    draw_grid(drawing, _ROWS, left=60, top=740, widths=[115, 100])
    draw_grid(drawing, _ROWS, left=275 + gap, top=740 - lower, widths=[115, 100])
    drawing.save()
    grids = with_sides_joined(read_pdf(path), load_contracts()).pages[0].grids
    return [[grid.by_position[1, c].text for c in range(grid.column_count)] for grid in grids]


@pytest.mark.parametrize("titles", [[(200, "收入支出决算总表"), (420, "公开01表")], []])
def test_sides_under_one_title_or_on_a_page_without_are_one_grid(
    tmp_path: Path, titles: list[tuple[float, str]]
) -> None:
    assert second_rows(tmp_path / "a.pdf", titles) == [_ROWS[1] * 2]


@pytest.mark.parametrize(
    ("titles", "gap", "lower"),
    [
        ([(60, "政府性基金预算财政拨款收入支出决算表"), (300, "国有资本经营预算财政拨款支出决算表")], 14, 0),
        ([(60, "收入支出决算总表"), (300, "政府采购情况表")], 14, 0),
        ([(200, "收入支出决算总表")], 60, 0),
        ([(200, "收入支出决算总表")], 14, 4),
    ],
)
def test_grids_with_titles_of_their_own_far_apart_or_of_other_rows_stay_two(
    tmp_path: Path, titles: list[tuple[float, str]], gap: float, lower: float
) -> None:
    assert len(second_rows(tmp_path / "a.pdf", titles, gap=gap, lower=lower)) == 2


@pytest.mark.parametrize(("width", "text", "count"), [(14, "", 4), (60, "", 5), (14, "1.00", 5)])
def test_a_blank_column_between_sides_with_a_note_over_both_is_left_out(
    tmp_path: Path, width: float, text: str, count: int
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, _ROWS, left=60, top=740, widths=[115, 100])
    draw_grid(drawing, _ROWS, left=275 + width, top=740, widths=[115, 100])
    draw_grid(drawing, [["注：本表无数据"]], left=60, top=640, widths=[430 + width])
    drawing.line(275, 740, 275 + width, 740)
    drawing.drawString(277, 700, text)
    drawing.save()
    (grid,) = with_sides_joined(read_pdf(tmp_path / "a.pdf"), load_contracts()).pages[0].grids
    assert (grid.row_count, grid.column_count) == (6, count)
    assert grid.by_position[5, 0].column_span == count
    assert [grid.by_position[1, c].text for c in (0, 1)] == _ROWS[1]
    assert [grid.by_position[1, c].text for c in (count - 2, count - 1)] == _ROWS[1]


@pytest.mark.parametrize(("shift", "count"), [(0, 1), (30, 2)])
def test_few_rows_go_on_below_the_sides_of_the_page_before(tmp_path: Path, shift: float, count: int) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    for rows, left in ((_ROWS, 60), (_ROWS[:1], 60 + shift)):
        draw_grid(drawing, rows, left=left, top=740, widths=[115, 100])
        draw_grid(drawing, rows, left=left + 229, top=740, widths=[115, 100])
        drawing.showPage()
        drawing.setFont("STSong-Light", 9)
    drawing.save()
    pages = with_sides_joined(read_pdf(tmp_path / "a.pdf"), load_contracts()).pages
    assert [len(page.grids) for page in pages[:2]] == [1, count]
