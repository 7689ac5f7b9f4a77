"""What the classifications say of a printed name."""

from __future__ import annotations

import pytest

from jcfs_etl.contracts import Contracts
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.codes import code_notes
from jcfs_etl.recognise.model import TableRow
from jcfs_etl.recognise.rows import completed_code


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
    ],
)
def test_a_code_in_parts_is_never_put_together_over_a_blank_level(
    parts: list[str], above: str, code: str | None
) -> None:
    assert completed_code(parts, above) == code
