"""Makes the workbook of a publication."""

from __future__ import annotations

import tempfile
from pathlib import Path

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from jcfs_etl.curate.store import Store
from jcfs_etl.errors import RunError
from jcfs_etl.report.site.findings import finding_views, involved
from jcfs_etl.report.site.inventory import entries
from jcfs_etl.report.site.model import Entry
from jcfs_etl.report.site.rows import Rows, read_rows
from jcfs_etl.report.site.tables import table_views
from jcfs_etl.report.texts import Texts
from jcfs_etl.report.workbook import lists, writing
from jcfs_etl.report.workbook.tables import TableSheets


class Exported(Struct, frozen=True):
    """What a workbook holds: sheets of tables, figures in them, findings."""

    tables: int
    figures: int
    findings: int


def published_entry(store: Store, unit: str, year: int) -> Entry:
    """What is published of a unit and year.

    Raises:
        RunError: nothing is, and why not.
    """
    of_both = [e for e in entries(store, None) if (e.unit, e.year) == (unit, year)]
    published = [e for e in of_both if e.status == "published"]
    if published:
        return published[0]
    if of_both:
        raise RunError(
            f"{unit} {year}: {of_both[0].source} is {of_both[0].status}",
            "see jcfs quarantine list, and accept",
        )
    raise RunError(f"{unit} {year}: nothing is published", "see jcfs findings, or ingest it first")


def write_workbook(store: Store, unit: str, year: int, path: Path, say: Texts) -> Exported:
    """Write a publication's workbook, in one step in the place of what was there.

    Raises:
        RunError: nothing is published of the unit and year, or the file cannot be written.
    """
    rows = read_rows(store, published_entry(store, unit, year), say.contracts)
    findings = finding_views(rows)
    workbook = Workbook()
    taken: set[str] = set()
    names = {
        name: writing.sheet_title(say(f"workbook.sheet.{name}"), taken)
        for name in ("contents", "findings", "checks", "claims")
    }
    contents: Worksheet = workbook.active
    contents.title = names["contents"]
    sheets = TableSheets(workbook, rows, year, findings, say, taken)
    titles = [sheets.add(view) for view in table_views(rows, involved(rows, findings))]
    lists.add_findings(workbook, names["findings"], rows, findings, sheets.placed, say)
    lists.add_checks(workbook, names["checks"], rows, sheets.placed, say)
    if rows.of("claims"):
        lists.add_claims(workbook, names["claims"], rows, say)
    _contents(contents, workbook, rows, unit, year, say)
    workbook.calculation.fullCalcOnLoad = True
    _save(workbook, path)
    return Exported(len(titles), len(sheets.placed), len(findings))


def _save(workbook: Workbook, path: Path) -> None:
    try:
        with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
            made = Path(folder) / path.name
            workbook.save(made)
            made.replace(path)
    except OSError as error:
        raise RunError(f"{path}: cannot be written ({error.strerror})", "check the folder") from error


def _contents(sheet: Worksheet, workbook: Workbook, rows: Rows, unit: str, year: int, say: Texts) -> None:
    """The first sheet: whose accounts they are, where they come from, and links to the others."""
    document = rows.document
    writing.put_text(sheet.cell(1, 1), f"{document['unit_name'] or unit} {year}")
    sheet.cell(1, 1).font = writing.TITLE
    facts = (
        ("title", document["title"]),
        ("source", document["source"]),
        ("collected_from", document["collected_from"]),
        ("sha256", document["sha256"]),
        ("money_unit", rows.money_unit),
        ("accepted_by", document["accepted_by"]),
    )
    line = 2
    for name, value in facts:
        if value:
            writing.put_text(sheet.cell(line, 1), say(f"workbook.fact.{name}"))
            writing.put_text(sheet.cell(line, 2), str(value))
            line += 1
    writing.put_text(sheet.cell(line, 1), say("workbook.about"), wrap=True)
    sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=2)
    sheet.row_dimensions[line].height = 76
    for other in workbook.worksheets[1:]:
        line += 1
        cell = sheet.cell(line, 1)
        writing.put_text(cell, other.title)
        cell.hyperlink = f"#'{other.title}'!A1"
        cell.font = writing.LINK
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 44, 72
