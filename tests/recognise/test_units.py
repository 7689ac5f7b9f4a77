"""Units of money beside those above a table: in its cells, in the notes around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid
from one_table import errors, one_table

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.contracts import Contracts
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.units import units_in

TITLE = "“三公”经费支出决算表"
ITEMS = ["因公出国（境）费", "公务用车购置及运行费", "公务接待费"]


def _rows(*heads: str, label: str = "合计") -> list[list[str]]:
    return [
        ["项目", *heads],
        [label, "1.00", "1.00"],
        *([item, "", ""] for item in ITEMS[:2]),
        [ITEMS[2], "1.00", "1.00"],
    ]


@pytest.mark.parametrize(
    "label", ["合计（元）", "合计(元)", "合计：元", "合计（单位：元）", "合计/元", "合计【元】"]
)
def test_another_unit_in_a_label_is_never_passed_over(label: str, tmp_path: Path) -> None:
    """The lines above say 万元."""
    rows = _rows("预算数", "决算数", label=label)
    assert "mixed_money_units" in errors(one_table(tmp_path, TITLE, rows))
    rows = _rows("预算数", label.replace("合计", "决算数"))
    assert "mixed_money_units" in errors(one_table(tmp_path, TITLE, rows))


def test_a_unit_in_a_line_of_its_own_is_one(contracts: Contracts) -> None:
    texts = ["决算数\n元", "单价100万元（含）以上设备", "其中：千元", "支出（单位：亿\n元）"]
    cells = [Cell(0, at, 1, 1, text, Box(0, 0, 1, 1)) for at, text in enumerate(texts)]
    assert units_in(cells, contracts) == {"元", "千元", "亿元"}


@pytest.mark.parametrize("label", ["合计", "合计（万元）", "单价100万元（含）以上", "合计（人）"])
def test_the_own_unit_and_other_words_are_no_other(label: str, tmp_path: Path) -> None:
    found = errors(one_table(tmp_path, TITLE, _rows("预算数", "决算数", label=label)))
    assert "mixed_money_units" not in found


@pytest.mark.parametrize(
    ("above", "note", "mixed"),
    [
        ("", "注：本表以元为金额单位。", True),
        ("", "注：本表金额单位：元", True),
        ("", "（金额单位：元）", True),
        ("", "本表以“万元”为金额单位（保留两位小数）。", False),
        ("", "注：本表金额单位转换时可能存在尾数误差。", False),
        ("单位：万元", "注：本表以元为金额单位。", False),
    ],
)
def test_a_note_below_says_the_unit_where_nothing_above_does(
    above: str, note: str, mixed: bool, tmp_path: Path
) -> None:
    assert ("mixed_money_units" in errors(_captioned(tmp_path, above, note))) is mixed


def test_the_unit_nearest_to_a_table_is_its_own(tmp_path: Path) -> None:
    """What a note of the table before says of its unit is not said of the next."""
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 800, "甲市财政局2021年度部门决算")
    draw_grid(drawing, [["甲", "乙"], ["丙", "1.00"]], top=780)
    drawing.drawString(60, 730, "注：上表金额单位：元")
    drawing.drawString(60, 712, TITLE)
    drawing.drawString(60, 700, "单位：万元")
    draw_grid(drawing, _rows("预算数", "决算数"), widths=[150, 90, 90], top=690)
    drawing.save()
    cells = read_publication(tmp_path / "a.pdf").cells
    assert set(cells["amount"].dropna().astype(str)) == {"10000.00"}


def _captioned(folder: Path, caption: str, note: str = "") -> AuditedPublication:
    """A table in 万元, and one with a caption of its own and a note below."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 800, "甲市财政局2021年度部门决算")
    drawing.drawString(60, 780, "政府性基金预算财政拨款收入支出决算表")
    drawing.drawString(60, 765, "单位：万元")
    draw_grid(drawing, [["项目", "本年收入"], ["合计", "1.00"]], top=760)
    drawing.showPage()
    drawing.setFont("STSong-Light", 9)
    drawing.drawString(60, 740, TITLE)
    for at, line in enumerate(caption.split("\n")):
        drawing.drawString(60, 722 - 12 * at, line)
    draw_grid(drawing, _rows("预算数", "决算数"), widths=[150, 90, 90], top=700)
    drawing.drawString(60, 560, note)
    drawing.save()
    return read_publication(folder / "a.pdf")


@pytest.mark.parametrize(
    "caption",
    ["单位：万美元", "金额单位：百万元", "单位：万", "单位：万元（美元）", "单位（美元）", "单位：十万元"],
)
def test_a_unit_that_is_not_known_is_not_taken_for_that_of_other_tables(caption: str, tmp_path: Path) -> None:
    assert "no_money_unit" in errors(_captioned(tmp_path, caption))


@pytest.mark.parametrize("caption", ["单位：人", "单位：%", "金额单位：个", "单位（％）", "单位：辆、台"])
def test_a_unit_that_is_none_of_money_is_no_other_tables(caption: str, tmp_path: Path) -> None:
    document = _captioned(tmp_path, caption)
    assert "no_money_unit" in errors(document)
    (said,) = (f.message for f in document.all_findings if f.code == "no_money_unit")
    assert "is printed in" in said


@pytest.mark.parametrize(
    "caption", ["单位：万元 数量单位：辆", "单位：万元、人", "单位：万元、%", "单位：人民币万元"]
)
def test_a_unit_of_counts_beside_that_of_money_is_no_other(caption: str, tmp_path: Path) -> None:
    assert errors(_captioned(tmp_path, caption)) == set()


@pytest.mark.parametrize("between", ["", "尔根卓街道办事\n"])
def test_a_unit_of_which_the_last_word_stands_below_is_one(between: str, tmp_path: Path) -> None:
    document = _captioned(tmp_path, f"2021年度 金额单位：万\n{between}元")
    assert {f.code for f in document.all_findings} & {"no_money_unit", "conflicting_money_unit"} == set()


@pytest.mark.parametrize(
    "caption", ["单位：人民币万元", "单位：万元/人", "单位：万元（人民币）", "单位：人民币万元整"]
)
def test_a_unit_of_money_is_no_name_of_a_body(caption: str, tmp_path: Path) -> None:
    document = _captioned(tmp_path, caption)
    assert (document.record.unit, errors(document)) == ("甲市财政局", set())


def test_a_head_in_a_currency_is_refused(tmp_path: Path) -> None:
    rows = _rows("预算数", "决算数（美元）")
    assert "mixed_money_units" in errors(one_table(tmp_path, TITLE, rows))
