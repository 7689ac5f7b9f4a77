"""`jcfs export`: an accountant's workbook whose figures are those printed, and whose checks calculate."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from at_hand import Truth, shared
from commands import jcfs
from factory.producers import PRODUCERS
from factory.publication import draw_document
from msgspec.structs import replace
from openpyxl import Workbook
from sited import WORDS

from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import CuratedRoot, ProcessedDocument, open_store, read_dataset
from jcfs_etl.curate.partitions import to_parquet
from jcfs_etl.interface import process_document
from jcfs_etl.money import read_figure
from jcfs_etl.report.workbook.lists import ranges
from jcfs_etl.report.workbook.tables import Placed, figure_value
from jcfs_etl.report.workbook.writing import put_number, put_text, sheet_title

UNIT, YEAR = "晋城市人力资源和社会保障综合服务中心", 2023
CHECKS, FINDINGS = "勾稽检查", "审核发现"
#: What spreadsheets take for formulas and commands.
FORMULAS = (
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=cmd|"/c calc"!A1',
    '=HYPERLINK("http://x","y")',
)


def exported(root: Path, unit: str, year: int, path: Path) -> Path:
    asked = ("--curated", root, "--unit", unit, "--year", year, "-o", path, "--lang", "zh")
    done = jcfs("export", *asked)
    assert done.exit_code == 0, done.output
    return path


def put(root: Path, contracts: Contracts, *documents: ProcessedDocument) -> Path:
    with CuratedRoot(open_store(root), contracts) as curated:
        for each in documents:
            assert curated.publish(each).record.status == "published"
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, document: ProcessedDocument, contracts: Contracts) -> Path:
    return put(tmp_path_factory.mktemp("curated"), contracts, document)


@pytest.fixture(scope="module")
def path(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(root, UNIT, YEAR, tmp_path_factory.mktemp("out") / "book.xlsx")


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def commented(book: Any) -> list[tuple[str, Any, str]]:
    """Every figure: sheet, cell and the printed text of its comment."""
    return [
        (sheet.title, cell, re.match(r"原文：(.*)（第 \d+ 页）", cell.comment.text)[1])  # type: ignore[index]
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    ]


def test_every_figure_is_there_as_a_number_with_its_printed_text(book: Any, sample_truth: Truth) -> None:
    figures = commented(book)
    expected = sorted(printed.strip() for printed in sample_truth.values())
    assert sorted(text for _, _, text in figures) == expected
    for sheet, cell, text in figures:
        value = read_figure(text).value
        if value is None:
            assert cell.value == (text or None), (sheet, cell.coordinate)
        else:
            assert cell.data_type == "n" and Decimal(str(cell.value)) == value, (sheet, cell.coordinate)
            assert cell.number_format.rpartition(".")[2].count("0") >= -int(value.as_tuple().exponent or 0)


def test_tables_are_laid_out_as_on_their_forms(book: Any, contracts: Contracts) -> None:
    assert {t.title for t in contracts.tables.values() if t.dataset != "three_public"} <= set(book.sheetnames)
    summary = book["收入支出决算总表"]
    assert summary["A1"].value == "收入支出决算总表" and "万元" in summary["A2"].value
    assert [c.value for c in summary[3]][::3] == ["收入", "支出"]
    assert {str(area) for area in summary.merged_cells.ranges} >= {"A3:C3", "D3:F3"}
    assert summary.freeze_panes == "C5"
    income = book["收入决算表"]
    assert [c.value for c in income[3]][:2] == ["功能分类科目编码", "科目名称"]
    assert income["C3"].value.startswith("本年收入")
    [at] = [row[0] for row in income.iter_rows() if row[0].value == "208"]
    assert at.data_type == "s" and income.column_dimensions["B"].width > 20
    assert income.freeze_panes == f"C{at.row - 1}", "the first line is 合计"


def test_findings_are_listed_in_both_languages_and_marked(
    book: Any, root: Path, contracts: Contracts
) -> None:
    told = {f["message_zh"]: f["message"] for f in read_dataset(root, "findings", contracts).to_pylist()}
    listed = {r[4].value: r[5].value for r in book[FINDINGS].iter_rows(min_row=2) if r[0].value}
    assert listed == told and told


def test_each_identity_between_tables_is_a_formula(book: Any, root: Path, contracts: Contracts) -> None:
    checks = between_tables(root, contracts)
    lines = [row for row in book[CHECKS].iter_rows(min_row=2) if row[1].value]
    assert sorted(row[1].value for row in lines) == sorted(c["check"] for c in checks)
    for row in lines:
        assert all(row[i].data_type == "f" for i in (2, 3, 4, 6)), row[1].value
        assert "SUM(" in row[2].value and "!" in row[3].value


# -- recalculated ---------------------------------------------------------------------------------


#: Takes workbooks of different names, and gives them as LibreOffice calculates them.
Office = Callable[..., list[Any]]


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """LibreOffice, which makes its own folder of settings once: that takes longer than to calculate."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    profile = f"-env:UserInstallation={tmp_path_factory.mktemp('profile').as_uri()}"

    def calculate(*paths: Path) -> list[Any]:
        if office is None:
            pytest.skip("needs LibreOffice (Debian: libreoffice-calc-nogui)")
        out: Path = tmp_path_factory.mktemp("calculated")
        kind = "xlsx:Calc MS Excel 2007 XML"
        subprocess.run(
            [office, profile, "--headless", "--convert-to", kind, "--outdir", str(out), *map(str, paths)],
            check=True,
            capture_output=True,
            timeout=300,
        )
        return [openpyxl.load_workbook(out / path.name, data_only=True) for path in paths]

    return calculate


def calculated(book: Any) -> list[tuple[Any, ...]]:
    return [row for row in book[CHECKS].iter_rows(min_row=2, values_only=True) if row[1]]


def agrees(book: Any, checks: list[Mapping[str, Any]], unit: int) -> None:
    """Both sides, difference and verdict are those of the audit."""
    lines = calculated(book)
    assert len(lines) == len(checks)
    for line, check in zip(lines, checks, strict=True):
        scale = 100 if check["column"] == "count" else unit
        for shown, amount in zip(line[2:5], ("reported", "computed", "residual"), strict=True):
            assert round(Decimal(str(shown)) * scale / 100, 2) == check[amount], (line, check)
        assert (
            line[6]
            == line[7]
            == {"exact": "相符", "rounding": "四舍五入内相符", "violated": "不符"}[check["verdict"]]
        ), line


def between_tables(root: Path, contracts: Contracts) -> list[Mapping[str, Any]]:
    """Identities tried between figures of tables; those over self-evaluation forms are in no sheet."""
    rows = read_dataset(root, "checks", contracts).to_pylist()
    return [
        c
        for c in rows
        if c["verdict"] != "not_applicable"
        and c["terms"]
        and all(t["dataset"] in contracts.tables for t in c["terms"])
    ]


def test_recalculated_it_shows_the_same_sums(
    path: Path, root: Path, contracts: Contracts, recalculated: Office
) -> None:
    [book] = recalculated(path)
    agrees(book, between_tables(root, contracts), contracts.publication.money_units["万元"])


def test_a_figure_that_is_changed_breaks_its_identities(
    path: Path, tmp_path: Path, recalculated: Office
) -> None:
    book = openpyxl.load_workbook(path)
    before = [row[1].value for row in book[CHECKS].iter_rows(min_row=2) if row[1].value]
    cell = next(c for s, c, _ in commented(book) if s == "支出决算表" and c.value is not None)
    cell.value = cell.value + 1
    book.save(tmp_path / "changed.xlsx")
    lines = calculated(*recalculated(tmp_path / "changed.xlsx"))
    broken = {line[1] for line in lines if line[6] == "不符"}
    assert {"cross.expenditure_total", "expenditure.total"} <= broken
    assert {line[7] for line in lines} == {"相符", "四舍五入内相符"} and len(lines) == len(before)


def test_real_publications_come_to_the_same_verdicts(
    tmp_path: Path, contracts: Contracts, recalculated: Office
) -> None:
    expected: dict[Path, tuple[list[Mapping[str, Any]], int]] = {}
    for number, truth in enumerate(sorted(shared("real").glob("*.truth.csv"))):
        pdf = truth.with_name(truth.name.replace(".truth.csv", ".pdf"))
        made = process_document(pdf, pdf.name)
        root = put(tmp_path / str(number), contracts, made)
        assert made.record.unit is not None and made.record.year is not None
        book = exported(root, made.record.unit, made.record.year, tmp_path / f"{number}.xlsx")
        unit = contracts.publication.money_units[made.record.money_unit or "元"]
        expected[book] = (between_tables(root, contracts), unit)
    for book, (checks, unit) in zip(recalculated(*expected), expected.values(), strict=True):
        agrees(book, checks, unit)
    assert {"exact", "rounding"} <= {c["verdict"] for checks, _ in expected.values() for c in checks}


# -- hostile --------------------------------------------------------------------------------------


def test_no_text_of_a_publication_becomes_a_formula(
    tmp_path: Path, document: ProcessedDocument, contracts: Contracts, recalculated: Office
) -> None:
    files = {}
    for dataset, data in document.files.items():
        table = pq.read_table(pa.BufferReader(data))
        for at, column in enumerate(table.schema):
            words = table[at].to_pylist()
            if (dataset, column.name) == ("cells", "printed"):
                # Texts that are no figure stand as they are printed.
                words = [v or FORMULAS[i % len(FORMULAS)] for i, v in enumerate(words)]
            elif column.name in WORDS and pa.types.is_string(column.type):
                words = [v and FORMULAS[i % len(FORMULAS)] + v for i, v in enumerate(words)]
            else:
                continue
            table = table.set_column(at, column, pa.array(words, pa.string()))
        files[dataset] = to_parquet(table)
    record = replace(document.record, unit="=1+1", title="@title", source="+source.pdf", sha256="0" * 64)
    root = put(tmp_path / "curated", contracts, replace(document, record=record, files=files))
    book = openpyxl.load_workbook(exported(root, "=1+1", YEAR, tmp_path / "book.xlsx"))
    seen = 0
    for sheet in book:
        assert not sheet.title.startswith(FORMULAS)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert sheet.title == CHECKS and cell.column in (3, 4, 5, 7), (
                        sheet.title,
                        cell.coordinate,
                    )
                    assert re.fullmatch(r"=[-+A-Z0-9(),.!'*:\"一-鿿”“（）]*|=IF.*", cell.value), cell.value
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.data_type == "f" or cell.quotePrefix, (sheet.title, cell.coordinate)
                    seen += cell.data_type == "s"
    assert seen > 50
    if shutil.which("soffice"):
        [book] = recalculated(tmp_path / "book.xlsx")
        values = [v for sheet in book for row in sheet.values for v in row]
        assert "=1+1 2023" in values and not any(str(v).startswith("#") for v in values)


@pytest.mark.parametrize("text", [*FORMULAS, "_x0041_", "a\x00b", "#N/A", "1", "x" * 40_000, "'quoted"])
def test_a_text_stays_a_text(text: str, tmp_path: Path) -> None:
    book = Workbook()
    put_text(book.active["A1"], text)
    book.save(tmp_path / "a.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").active["A1"]
    assert cell.data_type == "s" and isinstance(cell.value, str)
    assert cell.value[:1].strip() in text[:1] or cell.value.startswith("_x005F_")


def test_a_number_of_more_digits_than_a_spreadsheet_keeps_stays_whole(tmp_path: Path) -> None:
    book = Workbook()
    for row, text in enumerate(("9999999999999.99", "9999999999999999.99", "-0.10", "0.00", "1234"), 1):
        put_number(book.active.cell(row, 1), Decimal(text))
    book.save(tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [sheet.cell(r, 1).data_type for r in range(1, 6)] == ["n", "s", "n", "n", "n"]
    assert sheet["A2"].value == "9999999999999999.99" and Decimal(str(sheet["A1"].value)) == Decimal(
        "9999999999999.99"
    )
    assert [sheet.cell(r, 1).number_format for r in (3, 5)] == ["#,##0.00", "#,##0"]


def test_titles_of_sheets_are_such_as_spreadsheets_take() -> None:
    taken: set[str] = set()
    titles = [sheet_title(t, taken) for t in ("a/b", "ab", "AB", "长" * 40, "长" * 40, "''", "=x")]
    assert len({t.casefold() for t in titles}) == len(titles) and all(0 < len(t) <= 31 for t in titles)
    assert not any(set(t) & set("[]:*?/\\'") for t in titles)


# -- what is asked wrongly ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--unit", "晋城市人力资源", "--year", "2023", "-o", "{tmp}/x.xlsx"], f"did you mean {UNIT}"),
        (["--unit", UNIT, "--year", "1999", "-o", "{tmp}/x.xlsx"], "there are [2023]"),
        (["--unit", UNIT, "--year", "2023", "-o", "{tmp}/x.csv"], "ends in .xlsx"),
        (["--unit", UNIT, "--year", "2023", "-o", "{tmp}/none/x.xlsx"], "there is no folder"),
    ],
)
def test_an_error_names_what_is_there_instead(
    root: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    result = jcfs("export", "--curated", root, *(a.format(tmp=tmp_path) for a in arguments))
    assert result.exit_code == 1 and words in result.output and "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_what_is_quarantined_is_said_to_be(
    tmp_path: Path, document: ProcessedDocument, contracts: Contracts
) -> None:
    record = replace(document.record, unit="坏局", status="quarantined", reason="a test")
    with CuratedRoot(open_store(tmp_path), contracts) as curated:
        curated.publish(replace(document, record=record, files={}))
    result = jcfs(
        "export", "--curated", tmp_path, "--unit", "坏局", "--year", YEAR, "-o", tmp_path / "x.xlsx"
    )
    assert result.exit_code == 1 and "is quarantined" in result.output


def test_in_english_too(root: Path, tmp_path: Path) -> None:
    done = jcfs(
        "export", "--curated", root, "--unit", UNIT, "--year", YEAR, "-o", tmp_path / "e.xlsx", "--lang", "en"
    )
    assert "tables 10, figures 518" in done.output
    book = openpyxl.load_workbook(tmp_path / "e.xlsx")
    assert book.sheetnames[0] == "Contents" and book["Checks"]["G1"].value == "Comes to"


def test_a_table_that_is_left_empty_counts_as_nothing(tmp_path: Path, contracts: Contracts) -> None:
    """Its totals are terms of identities between tables, and no cell of a sheet."""
    pdf = tmp_path / "drawn.pdf"
    pdf.write_bytes(PRODUCERS["reportlab"](draw_document("shanghai_2024", 880_037)))
    made = process_document(pdf, pdf.name)
    root = put(tmp_path / "curated", contracts, made)
    assert made.record.unit is not None and made.record.year is not None
    book = openpyxl.load_workbook(exported(root, made.record.unit, made.record.year, tmp_path / "book.xlsx"))
    cells = {(c["dataset"], c["row"]) for c in read_dataset(root, "cells", contracts).to_pylist()}
    between = between_tables(root, contracts)
    assert {(t["dataset"], t["row"]) for c in between for t in c["terms"]} - cells, "some are of empty tables"
    lines = [row for row in book[CHECKS].iter_rows(min_row=2, values_only=True) if row[1]]
    assert [line[1] for line in lines] == [c["check"] for c in between]
    assert "=0" in {v for line in lines for v in line[2:4]}


def test_identities_over_what_has_no_sheet_are_counted(book: Any) -> None:
    told = [row[0] for row in book[CHECKS].iter_rows(values_only=True) if "另有" in str(row[0])]
    assert len(told) == 1 and re.search(r"另有 \d+ 条关系涉及本工作簿以外的内容", told[0])


def test_figures_in_a_run_are_a_range_and_no_other_figure_is_in_it() -> None:
    def at(*coordinates: str) -> list[Placed]:
        return [Placed("表", c, Decimal(1), number=True) for c in coordinates]

    assert ranges(at("C4", "C5", "C6")) == ["'表'!C4:C6"]
    assert ranges(at("C4", "D4", "E4")) == ["'表'!C4:E4"]
    assert ranges(at("C4", "C6")) == ["'表'!C4", "'表'!C6"]
    assert ranges(at("C4", "C4")) == ["'表'!C4", "'表'!C4"], "what counts twice is named twice"
    assert ranges([*at("C4"), Placed("b b", "C5", Decimal(1), number=True)]) == ["'表'!C4", "'b b'!C5"]


@pytest.mark.parametrize(
    ("printed", "value"),
    [("1,234.50", "1234.50"), ("1845\n36.04", "184536.04"), ("2 099.81", "2099.81"), ("1,23.45", None)],
)
def test_the_workbook_has_the_numbers_that_the_data_have(printed: str, value: str | None) -> None:
    assert figure_value(printed) == (Decimal(value) if value else None)
