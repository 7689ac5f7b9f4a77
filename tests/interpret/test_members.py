"""The list of a department's units: who publishes accounts of its own, and what is no such list."""

from __future__ import annotations

from itertools import takewhile

from at_hand import PUTUO, shared

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.contracts import Contracts
from jcfs_etl.interpret.members import read_members
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell, Grid, Page, PdfDocument
from jcfs_etl.recognise import Publication


def listed(rows: list[list[str]], contracts: Contracts, page: int = 2) -> list[tuple[str, bool]]:
    """What is read from one ruled list outside the published tables; < goes on with the cell before."""
    cells = tuple(
        Cell(r, c, 1, span, text, Box(c * 100, r * 20, c * 100 + 100 * span, r * 20 + 20))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if text != "<"
        for span in [1 + sum(1 for _ in takewhile("<".__eq__, row[c + 1 :]))]
    )
    columns = tuple(float(x * 100) for x in range(len(rows[0]) + 1))
    grid = Grid(page, columns, tuple(float(y * 20) for y in range(len(rows) + 1)), cells)
    document = PdfDocument("a.pdf", "", (Page(page, 600, 800, (grid,), ()),))
    nothing = Publication(None, None, None, None, None, None, {}, (), None, ())
    return [(m.name, m.publishes) for m in read_members(document, nothing, contracts)]


def test_units_stand_in_the_column_of_names(contracts: Contracts) -> None:
    rows = [["序号", "单位名称"], ["1", "某局（本级）"], ["2", "某 局 服务中心"], ["", ""]]
    assert listed(rows, contracts) == [("某局(本级)", True), ("某局服务中心", True)]


def test_a_remark_says_who_has_no_accounts_of_its_own(contracts: Contracts) -> None:
    rows = [["单位名称", "备注"], ["某局机关", ""], ["某局财政所", "预算不单列，并入本级"]]
    assert listed(rows, contracts) == [("某局机关", True), ("某局财政所", False)]


def test_other_grids_are_no_such_list(contracts: Contracts) -> None:
    assert listed([["项目", "金额"], ["办公费", "1.00"]], contracts) == []
    assert listed([["单位名称", "单位名称"], ["甲", "乙"]], contracts) == [], "which column names them?"
    assert listed([["单位名称", "金额"], ["合计 3 个", "1"]], contracts) == [], "a name holds no figure"


def test_a_unit_beside_its_label_and_units_of_measure_are_no_list(contracts: Contracts) -> None:
    form = [["单位", "某局服务中心", "<"], ["序号", "三级指标", "得分"], ["合计数", "<", "90"]]
    assert listed(form, contracts) == []
    assert listed([["指标", "单位"], ["座数", "个"], ["金额", "万元"]], contracts) == []
    assert listed([["指标", "单位"], ["桥面", "平方米"], ["路面", "平方米"]], contracts) == []


def test_a_real_department_lists_its_units() -> None:
    document: AuditedPublication = read_publication(shared(PUTUO))
    members = document.interpretation.members
    assert [m.name for m in members] == [
        "上海市普陀区财政局(本级)",
        "上海市普陀区财政局财政所",
        "上海市普陀区国库收付中心",
    ]
    assert document.record.members == ("上海市普陀区财政局(本级)",)
    assert document.record.tables_unknown == (), "the list is no unknown table"
