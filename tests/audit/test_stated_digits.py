"""A figure in parts that no identity binds is certain where the narrative states the same digits."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid

from jcfs_etl import read_publication

_ROWS = [
    ["项目", "行次", "统计数"],
    ["一、政府采购情况", "", ""],
    ["合计", "1", "0.00"],
    ["二、机关运行经费", "", ""],
    ["（一）行政单位", "5", "3 453.22"],
    ["（二）参照公务员法管理事业单位", "6", "0.00"],
]


@pytest.mark.parametrize(
    ("printed", "is_certain"),
    [
        ("3453.22万元", True),
        ("3,453.22万元", True),
        ("34532200元", False),
        ("3453.2万元", False),
        ("3453.23万元", False),
        ("约3453.22万元", False),
        ("453.22万元", False),
    ],
)
def test_digits_that_the_narrative_states_are_certain(tmp_path: Path, printed: str, is_certain: bool) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2021年度部门决算")
    drawing.drawString(60, 740, "部门决算公开相关信息统计表")
    drawing.drawString(60, 720, "单位：万元")
    draw_grid(drawing, _ROWS, widths=[250, 60, 100])
    drawing.showPage()
    drawing.setFont("STSong-Light", 12)
    drawing.drawString(60, 780, "第三部分 2021年度部门决算情况说明")
    drawing.drawString(60, 750, "十、其他重要事项的情况说明")
    drawing.drawString(60, 720, f"2021年度机关运行经费支出{printed}。")
    drawing.save()
    codes = [f.code for f in read_publication(tmp_path / "a.pdf").all_findings]
    assert ("uncertain_figure" not in codes) == is_certain
