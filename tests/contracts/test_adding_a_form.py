"""docs/adding-a-form.md, followed step by step: a new table and new labels as data alone, from outside."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from at_hand import ROOT
from commands import jcfs
from drawing import FONT, canvas, draw_grid

from jcfs_etl import read_publication
from jcfs_etl.contracts import load_contracts
from jcfs_etl.contracts.arrow import arrow_schema
from jcfs_etl.errors import ContractError

GUIDE = (ROOT / "docs" / "adding-a-form.md").read_text("utf-8")
EXTENSION = "tables/expenditure_in_our_province.yaml"
FILES = dict(re.findall(r'```yaml title="([^"]+)"\n(.*?)```', GUIDE, re.DOTALL))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of the guide, as its reader would write them."""
    for name, text in FILES.items():
        path = tmp_path / "my-contracts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "my-contracts"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Two tables of a thirteen-table form: one that no contract knows, one under another title."""
    drawing = canvas(tmp_path / "report.pdf")
    drawing.drawString(60, 800, "甲市财政局2024年度部门决算")
    drawing.drawString(60, 740, "政府采购支出情况表")
    drawing.drawString(60, 720, "单位：万元")
    rows = [["项目", "预算数", "决算数"], ["货物", "3.00", "2.00"], ["工程", "", ""]]
    draw_grid(drawing, [*rows, ["服务", "1.00", "1.50"], ["合计", "4.00", "3.50"]])
    drawing.showPage()
    drawing.setFont(FONT, 9)
    drawing.drawString(60, 740, "部门支出一览表")
    drawing.drawString(60, 720, "单位：万元")
    head = [["科目编码", "科目名称", "本年支出合计", "基本支出", "项目经费"]]
    draw_grid(
        drawing,
        [*head, ["合计", "", "3.50", "2.00", "1.50"], ["201", "一般公共服务支出", "3.50", "2.00", "1.50"]],
    )
    drawing.save()
    return tmp_path / "report.pdf"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JCFS_CONTRACTS_EXTRA", "")


def test_the_guide_holds_four_files() -> None:
    assert set(FILES) == {
        "tables/government_procurement.yaml",
        "tables/expenditure_in_our_province.yaml",
        "concepts.yaml",
        "identities.yaml",
    }


def test_before_it_is_a_table_that_no_contract_knows(report: Path) -> None:
    document = read_publication(report)
    assert [m.split(",")[0] for m in document.record.tables_unknown] == [
        "page 1: 政府采购支出情况表",
        "page 2: 部门支出一览表",
    ]


def test_the_folder_passes_the_check(folder: Path) -> None:
    result = jcfs("contracts", "check", "--contracts", folder)
    assert result.exit_code == 0, result.output
    assert "tables: 11, identities: 69" in result.output


def test_after_it_is_a_dataset_of_its_own(folder: Path, report: Path) -> None:
    contracts = load_contracts(extra=[folder])
    document = read_publication(report, contracts=contracts)
    frame = document.tables["government_procurement"].set_index("line")
    assert frame.loc["services", "final"] == Decimal("15000.00")
    assert frame.loc["works"].isna()["final"]
    checks = document.checks.set_index("check")["verdict"]
    assert list(checks.loc["government_procurement.total"]) == ["exact", "exact"]
    assert checks.loc["cross.procurement_goods"] == "not_applicable"
    assert document.tables["expenditure"].set_index("code").loc["201", "project"] == Decimal("15000.00")
    assert document.record.tables_unknown == ()
    field = arrow_schema(contracts, "government_procurement").field("final")
    assert field.metadata[b"label"].decode() == "决算数"


def test_the_command_line_takes_the_folder(folder: Path, report: Path) -> None:
    assert "政府采购支出情况表" in jcfs("inspect", report, "--contracts", folder).output.split("findings")[0]


def test_the_shipped_contracts_stay_as_they_are(folder: Path) -> None:
    load_contracts(extra=[folder])
    assert "government_procurement" not in load_contracts(extra=[]).tables
    assert load_contracts(extra=[folder]).version != load_contracts(extra=[]).version


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "words"),
    [
        (
            "tables/expenditure_in_our_province.yaml",
            "extends: expenditure",
            "extends: spending",
            1,
            "spending",
        ),
        (EXTENSION, "[项目经费]", "[基本支出]", 4, "基本支出 is a label of"),
        (EXTENSION, "部门支出一览表", "收入决算表", 2, "title of"),
        (
            EXTENSION,
            "aliases",
            "kind: lines\naliases",
            2,
            "'functional' already",
        ),
        ("tables/government_procurement.yaml", "part_of: total}", "part_of: totl}", 13, "no totl"),
        ("identities.yaml", "[goods, final]", "[good, final]", 4, "no row good"),
        ("identities.yaml", "cross.procurement_goods", "cross.income_total", 2, "stands twice"),
    ],
)
def test_a_fault_in_a_layer_is_named_with_its_own_file_and_line(
    folder: Path, file: str, old: str, new: str, line: int, words: str
) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ContractError) as caught:
        load_contracts(extra=[folder])
    assert str(caught.value).startswith(f"{path}:{line}: "), str(caught.value)
    assert words in caught.value.message
