"""Tables without drawn rules are not read, and said to be there in one sentence."""

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
