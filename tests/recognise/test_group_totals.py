"""合计 of 人员经费 and of 公用经费 beside each other in one row, which name neither."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas
from factory.performance import draw_lattice
from one_table import errors, one_table

from jcfs_etl import read_publication

TITLE = "一般公共预算财政拨款基本支出决算表"
HEAD = [["人员经费", "", "", "公用经费", "", ""], ["科目编码", "科目名称", "金额"] * 2]
BODY = [
    ["301", "工资福利支出", "80.00", "302", "商品和服务支出", "30.00"],
    ["30101", "基本工资", "80.00", "30201", "办公费", "30.00"],
    ["303", "对个人和家庭的补助", "5.00", "310", "资本性支出", "2.00"],
    ["30302", "退休费", "5.00", "31002", "办公设备购置", "2.00"],
]


def totals(rows: list[list[str]], folder: Path) -> tuple[dict[str, str], set[str]]:
    document = one_table(folder, TITLE, rows)
    facts = document.publication.tables["basic_expenditure"].facts
    return {f.key.row: f.printed for f in facts if not f.key.row.isdigit()}, errors(document)


@pytest.mark.parametrize("at_top", [False, True])
def test_each_is_of_the_group_of_its_codes(at_top: bool, tmp_path: Path) -> None:
    own = [["合计", "", "85.00", "合计", "", "32.00"]]
    rows = HEAD + (own + BODY if at_top else BODY + own)
    assert totals(rows, tmp_path) == ({"personnel_total": "85.00", "public_total": "32.00"}, set())


def test_a_label_may_be_merged_over_the_blocks_of_its_group(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    for at, line in enumerate(("甲市财政局2021年度部门决算", TITLE, "单位：万元")):
        drawing.drawString(60, 780 - 15 * at, line)
    rows = [
        "人员经费|<|<|公用经费|<|<|<|<|<",
        "科目编码|科目名称|金额|科目编码|科目名称|金额|科目编码|科目名称|金额",
        "301|工资福利支出|80.00|302|商品和服务支出|30.00|310|资本性支出|2.00",
        "30101|基本工资|80.00|30201|办公费|30.00|31002|办公设备|2.00",
        "合计|<|80.00|合计|<|<|<|<|32.00",
    ]
    lattice = [row.split("|") for row in rows]
    draw_lattice(drawing, lattice, [45, 75, 45] * 3, [], top=740)
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    facts = document.publication.tables["basic_expenditure"].facts
    found = {f.key.row: f.printed for f in facts if not f.key.row.isdigit()}
    assert found == {"personnel_total": "80.00", "public_total": "32.00"} and not errors(document)


@pytest.mark.parametrize("own", ["{group}合计", "小计"])
def test_the_name_of_a_group_may_be_merged_over_its_lines(own: str, tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    for at, line in enumerate(("甲市财政局2021年度部门决算", TITLE, "单位：万元")):
        drawing.drawString(60, 780 - 15 * at, line)
    rows = [
        "经费类别|科目编码|科目名称|金额",
        "人员经费|301|工资福利支出|80.00",
        "^|30101|基本工资|80.00",
        f"^|{own.format(group='人员经费')}|<|80.00",
        "公用经费|302|商品和服务支出|30.00",
        "^|30201|办公费|30.00",
        f"^|{own.format(group='公用经费')}|<|30.00",
    ]
    draw_lattice(drawing, [row.split("|") for row in rows], [60, 60, 120, 60], [], top=740)
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert not errors(document)
    assert "unfamiliar_name" not in {f.code for f in document.all_findings}
    printed = {f.key.row: f.printed for f in document.publication.tables["basic_expenditure"].facts}
    personnel, public = dict.fromkeys(("301", "30101"), "80.00"), dict.fromkeys(("302", "30201"), "30.00")
    assert printed == {**personnel, "personnel_total": "80.00", **public, "public_total": "30.00"}


def test_one_alone_is_of_all_classes(tmp_path: Path) -> None:
    rows = [*HEAD, *BODY, ["合计", "", "117.00", "", "", ""]]
    assert totals(rows, tmp_path) == ({"total": "117.00"}, set())


def test_what_does_not_add_up_is_kept_back(tmp_path: Path) -> None:
    rows = [*HEAD, *BODY, ["合计", "", "86.00", "合计", "", "32.00"]]
    assert totals(rows, tmp_path)[1] == {"uncertain_name"}


def test_groups_that_share_a_block_are_not_told_apart(tmp_path: Path) -> None:
    rows = [*HEAD, *BODY, ["", "", "", "30305", "生活补助", ""], ["合计", "", "85.00", "合计", "", "32.00"]]
    assert totals(rows, tmp_path)[1] == {"duplicate_row"}


def test_the_cell_of_a_groups_name_may_go_on_over_pages_without_it(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    for at, line in enumerate(("甲市财政局2021年度部门决算", TITLE, "单位：万元")):
        drawing.drawString(60, 780 - 15 * at, line)
    pages = [
        ["经费类别|科目编码|科目名称|金额", "人员经费|301|工资福利支出|80.00", "^|30101|基本工资|50.00"],
        ["30102|津贴补贴|20.00", "30103|奖金|10.00"],
        ["|303|对个人和家庭的补助|5.00", "^|30302|退休费|5.00", "^|小计|<|85.00", "合计|<|<|85.00"],
    ]
    for rows in pages:
        lattice = [row.split("|") for row in rows]
        drawing.translate(0 if len(lattice[0]) == 4 else 60, 0)
        draw_lattice(drawing, lattice, [60, 60, 120, 60][-len(lattice[0]) :], [], top=735)
        drawing.showPage()
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert not errors(document)
    printed = {f.key.row: f.printed for f in document.publication.tables["basic_expenditure"].facts}
    assert printed["personnel_total"] == printed["total"] == "85.00"
    assert (printed["30103"], printed["30302"]) == ("10.00", "5.00")


def test_a_narrow_column_at_the_outline_is_no_cell_that_goes_on(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    for at, line in enumerate(("甲市财政局2021年度部门决算", TITLE, "单位：万元")):
        drawing.drawString(60, 780 - 15 * at, line)
    pages = [
        ["|科目编码|科目名称|金额", "|301|工资福利支出|60.00", "|30101|基本工资|50.00"],
        ["|30102|津贴补贴|10.00", "|合计|<|60.00"],
    ]
    for rows in pages:
        draw_lattice(drawing, [row.split("|") for row in rows], [3.6, 60, 120, 60], [], top=735)
        drawing.showPage()
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert not errors(document)
    printed = {f.key.row: f.printed for f in document.publication.tables["basic_expenditure"].facts}
    assert (printed["30102"], printed["total"]) == ("10.00", "60.00")
