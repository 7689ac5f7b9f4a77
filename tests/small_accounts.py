"""Two small tables that add up, drawn and read: for what is told by labels and by the order of lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drawing import canvas, draw_grid

from jcfs_etl import AuditedPublication, read_publication

#: Rows of printed cells.
Grid = Sequence[Sequence[str]]

SUMMARY = [
    ["收入", "", "支出", ""],
    ["项目", "金额", "项目", "金额"],
    ["一般公共预算财政拨款收入", "400.00", "一般公共服务支出", ""],
    ["政府性基金预算财政拨款收入", "", "外交支出", ""],
    ["国有资本经营预算财政拨款收入", "", "国防支出", ""],
    ["上级补助收入", "30.00", "公共安全支出", "60.00"],
    ["事业收入", "20.00", "教育支出", "390.00"],
    ["经营收入", "", "科学技术支出", ""],
    ["附属单位上缴收入", "", "", ""],
    ["其他收入", "10.00", "", ""],
    ["本年收入合计", "460.00", "本年支出合计", "450.00"],
    ["使用非财政拨款结余", "", "结余分配", ""],
    ["年初结转和结余", "5.00", "年末结转和结余", "15.00"],
    ["总计", "465.00", "总计", "465.00"],
]


INCOME = [
    [
        "科目编码",
        "科目名称",
        "本年收入合计",
        "财政拨款收入",
        "上级补助收入",
        "事业收入",
        "经营收入",
        "其他收入",
    ],
    ["合计", "", "460.00", "400.00", "30.00", "20.00", "", "10.00"],
    ["205", "教育支出", "460.00", "400.00", "30.00", "20.00", "", "10.00"],
]


def published(folder: Path, summary: Grid, income: Grid = ()) -> AuditedPublication:
    """收入支出决算总表 with both sides beside each other, and 收入决算表 where given."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(60, 740, "收入支出决算总表")
    drawing.drawString(60, 720, "公开01表  单位：万元")
    draw_grid(drawing, summary, widths=[160, 70, 160, 70])
    if income:
        drawing.showPage()
        drawing.setFont("STSong-Light", 9)
        drawing.drawString(60, 740, "收入决算表")
        drawing.drawString(60, 720, "公开02表  单位：万元")
        draw_grid(drawing, income, left=20, widths=[50, 90, *[68] * 6])
    drawing.save()
    return read_publication(folder / "a.pdf")


def with_label(rows: Grid, label: str, other: str) -> list[list[str]]:
    assert any(label in row for row in rows)
    return [[other if text == label else text for text in row] for row in rows]


def codes(document: AuditedPublication) -> set[str]:
    return {f.code for f in document.all_findings if f.blocks} - {"missing_table"}
