"""类 and 款 in cells merged over their rows, which a page cuts."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas
from factory.performance import draw_lattice
from one_table import errors

from jcfs_etl import AuditedPublication, read_publication

HEAD = ["科目编码|<|<|科目名称|合计|基本支出|项目支出", "类|款|项|^|^|^|^", "合计|<|<|<|110.00|100.00|10.00"]
SCHOOLS = ["205|02|02|小学教育|60.00|50.00|10.00", "^|^|03|初中教育|40.00|40.00|"]


def drawn(folder: Path, *pages: list[str]) -> AuditedPublication:
    drawing = canvas(folder / "a.pdf")
    for at, line in enumerate(("甲市财政局2021年度部门决算", "一般公共预算财政拨款支出决算表", "单位：万元")):
        drawing.drawString(60, 780 - 15 * at, line)
    for number, rows in enumerate(pages):
        if number:
            drawing.showPage()
        lattice = [row.split("|") for row in rows]
        draw_lattice(drawing, lattice, [35, 35, 35, 150, 70, 70, 70], [], top=740)
    drawing.save()
    return read_publication(folder / "a.pdf")


def codes(document: AuditedPublication) -> list[str]:
    return [row.row for row in document.publication.tables["general_budget_expenditure"].rows]


@pytest.mark.parametrize("again", ["||", "205|02|"])
def test_rows_on_the_next_page_go_on_with_the_code_above(again: str, tmp_path: Path) -> None:
    document = drawn(tmp_path, [*HEAD, *SCHOOLS], [f"{again}04|高中教育|10.00|10.00|"])
    assert codes(document) == ["total", "2050202", "2050203", "2050204"]
    assert not errors(document)


@pytest.mark.parametrize(
    ("row", "below"),
    [
        ("||05|养老保险缴费|10.00|10.00|", "208|05|06|职业年金|0.00||"),
        ("|05|05|养老保险缴费|10.00|10.00|", "208|05|06|职业年金|0.00||"),
        ("||02|中等职业教育|10.00|10.00|", "205|03|04|高等职业教育|0.00||"),
    ],
)
def test_a_code_whose_beginning_is_on_the_next_page_is_not_that_of_the_row_above(
    row: str, below: str, tmp_path: Path
) -> None:
    document = drawn(tmp_path, [*HEAD, *SCHOOLS, row], [below])
    assert errors(document) == {"unknown_row"}


@pytest.mark.parametrize(
    ("upper", "lower", "is_one"),
    [
        ("2|0||高中|10|", "05|3||教育|.00|", True),
        ("20|||高中|10|", "5|03||教育|.00|", False),  # 款 stands below the break alone
        ("205|0||高中|10|", "205|3||教育|.00|", False),  # the lower row has a 类 of its own
    ],
)
def test_a_page_cuts_through_digits_that_stand_below_each_other(
    upper: str, lower: str, is_one: bool, tmp_path: Path
) -> None:
    above = [*HEAD, "205|||教育|110.00|100.00|10.00", "205|02||普通教育|100.00|90.00|10.00", *SCHOOLS]
    document = drawn(
        tmp_path, [*above, f"{upper}10.00|"], [f"{lower}|", "205|03|01|初等职业教育|10.00|10.00|"]
    )
    assert ("20503" in codes(document)) is is_one
    assert bool(errors(document)) is not is_one
