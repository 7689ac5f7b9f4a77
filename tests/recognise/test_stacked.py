"""Tables that were pasted one below the other into one grid are read apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid

from jcfs_etl.contracts import load_contracts
from jcfs_etl.read import read_pdf
from jcfs_etl.recognise.captions import with_stacked_parted

_FIRST = [["项目", "合计", "基本支出", "项目支出"], ["支出", "3.00", "1.00", "2.00"]]
_SECOND = [["项目", "本年数", "上年数"], ["会议费", "1.00", "2.00"]]


@pytest.mark.parametrize(
    ("first", "between", "over", "shapes"),
    [
        (
            "政府性基金预算财政拨款收入支出决算表",
            ["公开10表", "会议费、培训费支出情况表"],
            3,
            [(3, 4), (4, 3)],
        ),
        ("培训情况表", ["国有资本经营预算财政拨款支出决算表", "公开10表"], 3, [(3, 4), (4, 3)]),
        ("支出决算表", ["注：本表无数据"], 3, [(6, 4)]),
        ("支出决算表", ["项目支出绩效自评表"], 3, [(6, 4)]),
        ("支出决算表", ["会议费、培训费支出情况表"], 1, [(6, 4)]),
        ("培训情况表", ["会议费、培训费支出情况表"], 3, [(6, 4)]),
    ],
)
def test_a_title_within_a_grid_begins_another_table(
    tmp_path: Path, first: str, between: list[str], over: int, shapes: list[tuple[int, int]]
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, [[first]], left=60, top=720, widths=[300])
    draw_grid(drawing, _FIRST, left=60, top=700, widths=[120, 60, 60, 60])
    wide = 240 if over == 3 else 120
    top = 660
    for text in between:
        draw_grid(drawing, [[text]], left=60, top=top, widths=[wide], size=7)
        draw_grid(drawing, [[""]], left=60 + wide, top=top, widths=[300 - wide])
        top -= 20
    draw_grid(drawing, [[*row, ""] for row in _SECOND], left=60, top=top, widths=[120, 60, 60, 60])
    drawing.save()
    grids = with_stacked_parted(read_pdf(tmp_path / "a.pdf"), load_contracts()).pages[0].grids
    assert [(grid.row_count, grid.column_count) for grid in grids] == shapes
    if len(shapes) == 2:
        assert [grids[1].by_position[3, c].text for c in range(3)] == _SECOND[1]
