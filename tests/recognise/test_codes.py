"""What the classifications say of a printed name."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_table import errors, one_table

from jcfs_etl.contracts import Contracts
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.codes import code_notes
from jcfs_etl.recognise.model import TableRow
from jcfs_etl.recognise.rows import code_parts, completed_code


@pytest.mark.parametrize(
    ("label", "severity"),
    [
        ("机关事业单位基本养老保", "info"),
        ("机关事业单位", "warning"),
        ("职业年金缴费", "warning"),
        ("机关事业单位基本养老保险缴费", None),
        ("机关事业单位基本养老保险缴费(款)", None),
        ("职业年金缴费(款)", "warning"),
    ],
)
def test_a_name_cut_off_by_its_cell_is_a_note(label: str, severity: str | None, contracts: Contracts) -> None:
    row = TableRow("30108", label)
    cell = Cell(0, 0, 1, 1, label, Box(0, 0, 10, 10))
    table = contracts.tables["basic_expenditure"]
    found = list(code_notes(row, table.title, 1, cell, table, contracts))
    assert [f.severity for f in found] == ([severity] if severity else [])
    assert all(f.code == "unfamiliar_name" for f in found)


@pytest.mark.parametrize(
    ("parts", "above", "code"),
    [
        (["205", "02", "01"], "", None),
        (["2050201", "", ""], "", None),
        (["", "02", ""], "205", "20502"),
        (["", "", "01"], "20502", "2050201"),
        (["", "", "01"], "205", ""),
        (["205", "", "01"], "205", ""),
        (["205", "2", "1"], "", ""),
        (["205", "2", ""], "", ""),
        (["", "2", ""], "205", ""),
        (["20502", "01"], "", None),
        (["301", "1"], "", ""),
        (["类", "款", "项"], "", None),
    ],
)
def test_a_code_in_parts_is_never_put_together_over_a_blank_level_or_without_its_noughts(
    parts: list[str], above: str, code: str | None
) -> None:
    assert completed_code(parts, above) == code


GENERAL = "一般公共预算财政拨款支出决算表"
HEAD = ["类", "款", "项", "科目名称", "合计", "基本支出", "项目支出"]


def _rows(folder: Path, *rows: list[str]) -> tuple[set[str], set[str]]:
    """Codes that rows of figures are published under, and errors."""
    total = ["", "", "", "合计", "1.00", "1.00", "0.00"]
    document = one_table(folder, GENERAL, [HEAD, total, *rows])
    return set(document.cells["row"]) - {"total"}, errors(document)


def test_an_item_whose_parts_have_lost_their_noughts_is_no_code_of_a_level_above(tmp_path: Path) -> None:
    found, wrong = _rows(tmp_path, ["205", "2", "1", "学前教育", "1.00", "1.00", "0.00"])
    assert (found, wrong) == (set(), {"unknown_row"})


def test_a_class_filled_up_with_noughts_is_no_item(tmp_path: Path) -> None:
    found, wrong = _rows(tmp_path, ["2050000", "", "", "教育支出", "1.00", "1.00", "0.00"])
    assert (found, wrong) == (set(), {"unknown_row"})


def test_a_part_merged_over_the_levels_below_is_one_part() -> None:
    """款 merged over 项 says 02 once: below 205 it is 20502, and no 2050202."""
    texts = [("205", 1), ("02", 2)]
    cells = [Cell(0, at, 1, span, text, Box(0, 0, 10, 10)) for at, (text, span) in enumerate(texts)]
    assert code_parts([cells[0], cells[1], cells[1]]) == ["205", "02", ""]
