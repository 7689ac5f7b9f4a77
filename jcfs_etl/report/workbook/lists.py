"""Sheets that list: findings, identities as live formulas, and the statements of the narrative."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from jcfs_etl.contracts.chinese import value_words
from jcfs_etl.report.site.model import FindingView
from jcfs_etl.report.site.rows import Key, Row, Rows
from jcfs_etl.report.texts import Texts
from jcfs_etl.report.workbook import writing
from jcfs_etl.report.workbook.tables import Placed, figure_value

#: Characters that a formula may have, with some to spare; and arguments of SUM.
_FORMULA, _ARGUMENTS = 8_000, 250
#: Decimals that a difference is rounded to, to be free of the noise of binary fractions.
_DECIMALS = 8

#: Columns that are so wide hold sentences.
_WIDE = 34

#: Figures by dataset, row and column.
Places = Mapping[Key, Placed]


def add_findings(
    workbook: Workbook, title: str, rows: Rows, findings: Sequence[FindingView], places: Places, say: Texts
) -> None:
    """Findings in both languages, the worst first, each with a link to its figure."""
    widths = {"number": 6, "severity": 10, "page": 6, "place": 34, "zh": 60, "en": 60, "remedy": 44}
    sheet = _listed(workbook, title, say, "findings", widths)
    keys = {place.ref: key for key, place in rows.places.items()}
    words = value_words(rows.contracts, "findings", "severity") if say.language == "zh" else {}
    for line, finding in enumerate(findings, 2):
        place = finding.place
        key = keys.get(place.ref) if place is not None else None
        severity, name = words.get(finding.severity, finding.severity), rows.name(*key) if key else ""
        message, remedy = finding.message, finding.remedy
        told = (message.zh, message.en, remedy.zh if say.language == "zh" else remedy.en)
        _put_row(sheet, line, (finding.number, severity, finding.page, name, *told))
        sheet.cell(line, 2).fill = writing.FILLS[finding.severity]
        if key is not None and key in places:
            _link(sheet.cell(line, 4), places[key])
    if not findings:
        writing.put_text(sheet.cell(2, 1), say("workbook.no_findings"))


def add_checks(workbook: Workbook, title: str, rows: Rows, places: Places, say: Texts) -> None:
    """Every identity between figures of the workbook, with both sides and the difference as formulas.

    The verdict of the audit stands beside the one that the formulas come to. Identities over what the
    workbook does not hold, such as other years or self-evaluation forms, are counted below.
    """
    amounts = {"reported": 16, "computed": 16, "difference": 14, "tolerance": 14}
    widths = {"place": 46, "identity": 30, **amounts, "live": 18, "audit": 18, "statement": 70}
    sheet = _listed(workbook, title, say, "checks", widths)
    tried = [c for c in rows.of("checks") if c["verdict"] != "not_applicable"]
    line = 1
    for check in tried:
        sides = _sides(rows, check, places)
        if sides is None:
            continue
        line += 1
        _check(sheet, line, rows, check, sides, places, say)
    if left := len(tried) - (line - 1):
        writing.put_text(sheet.cell(line + 2, 1), say("workbook.other_checks", count=left))


def add_claims(workbook: Workbook, title: str, rows: Rows, say: Texts) -> None:
    """The statements of the narrative with what the tables give for each."""
    widths = {"page": 6, "sentence": 90, "printed": 14, "unit": 8, "computed": 16, "verdict": 18}
    sheet = _listed(workbook, title, say, "claims", widths)
    words = value_words(rows.contracts, "claims", "verdict") if say.language == "zh" else {}
    for line, claim in enumerate(rows.of("claims"), 2):
        value, verdict = figure_value(claim["printed"]), claim["verdict"]
        printed = claim["printed"] if value is None else value
        stated = (claim["page"], claim["sentence"], printed, claim["printed_unit"] or "")
        _put_row(sheet, line, (*stated, claim["computed"], words.get(verdict, verdict)))
        if verdict == "violated":
            sheet.cell(line, 6).fill = writing.FILLS["inconsistent"]


def _listed(workbook: Workbook, title: str, say: Texts, of: str, widths: Mapping[str, int]) -> Worksheet:
    """A sheet with one row of heads, given with their widths, that stays in sight and filters."""
    sheet: Worksheet = workbook.create_sheet(title)
    for column, (head, width) in enumerate(widths.items(), 1):
        writing.put_head(sheet.cell(1, column), say(f"workbook.{of}.{head}"))
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{sheet.cell(1, len(widths)).coordinate}"
    return sheet


def _put_row(sheet: Worksheet, line: int, values: Iterable[str | int | Decimal | None]) -> None:
    """Texts and numbers in the columns of a listing, of which wide ones break lines."""
    for column, value in enumerate(values, 1):
        if isinstance(value, str):
            wide = sheet.column_dimensions[get_column_letter(column)].width >= _WIDE
            writing.put_text(sheet.cell(line, column), value, wrap=wide)
        elif value is not None:
            writing.put_number(sheet.cell(line, column), Decimal(value))


def _sides(rows: Rows, check: Row, places: Places) -> tuple[list[Row], list[Row]] | None:
    """Terms of both sides; None where one of them is not in the workbook as a number."""
    terms = check["terms"] or ()
    # A table that the form leaves empty has no cells, and counts as nothing.
    tables = rows.contracts.tables
    shown = [t for t in terms if t["amount"] or _key(t) in places or t["dataset"] not in tables]
    if not shown or not all(_key(t) in places and places[_key(t)].number for t in shown):
        return None
    return [t for t in shown if t["side"] == "left"], [t for t in shown if t["side"] == "right"]


def _key(term: Row) -> Key:
    return term["dataset"], term["row"], term["column"]


def _check(
    sheet: Worksheet,
    line: int,
    rows: Rows,
    check: Row,
    sides: tuple[list[Row], list[Row]],
    places: Places,
    say: Texts,
) -> None:
    key = (check["dataset"], check["row"], check["column"])
    writing.put_text(sheet.cell(line, 1), rows.name(*key), wrap=True)
    if key in places:
        _link(sheet.cell(line, 1), places[key])
    writing.put_text(sheet.cell(line, 2), check["check"])
    for column, terms in zip((3, 4), sides, strict=True):
        formula = _sum(terms, places)
        # None so long is known; one that a spreadsheet could not read would spoil the whole workbook.
        if len(formula) > _FORMULA:
            writing.put_text(sheet.cell(line, column), say("workbook.too_long"))
        else:
            _formula(sheet.cell(line, column), formula)
    _formula(sheet.cell(line, 5), f"=ROUND(C{line}-D{line},{_DECIMALS})")
    count = check["dataset"] is not None and rows.is_count(check["dataset"], check["column"])
    unit = 100 if count else rows.contracts.publication.money_units[rows.money_unit]
    tolerance = (check["tolerance"] or Decimal(0)) * 100 / unit
    writing.put_number(sheet.cell(line, 6), tolerance.normalize() if tolerance else Decimal(0))
    words = {v: say(f"verdict.{v}") for v in ("exact", "rounding", "violated")}
    exact, rounding, violated = (_quoted(words[v]) for v in ("exact", "rounding", "violated"))
    size = {"=": f"ABS(E{line})", "<=": f"E{line}", ">=": f"-E{line}"}[check["relation"]]
    equal = f"E{line}=0" if check["relation"] == "=" else f"{size}<=0"
    _formula(
        sheet.cell(line, 7), f"=IF({equal},{exact},IF({size}<=F{line}+1E-{_DECIMALS},{rounding},{violated}))"
    )
    sheet.cell(line, 7).number_format = "General"
    writing.put_text(sheet.cell(line, 8), words[check["verdict"]])
    if check["verdict"] == "violated":
        for column in (7, 8):
            sheet.cell(line, column).fill = writing.FILLS["inconsistent"]
    chinese = rows.contracts.statements_zh.get(check["check"]) if say.language == "zh" else None
    writing.put_text(sheet.cell(line, 9), chinese or check["statement"], wrap=True)


def _sum(terms: Sequence[Row], places: Places) -> str:
    """One side of an identity as a formula: sums by weight, so that blanks and dashes count as nothing."""
    by_weight: dict[Decimal, list[Placed]] = {}
    for term in terms:
        place = places[_key(term)]
        by_weight.setdefault(term["weight"] * place.times, []).append(place)
    parts = []
    for weight, placed in by_weight.items():
        references = ranges(placed)
        for at in range(0, len(references), _ARGUMENTS):
            part = f"SUM({','.join(references[at : at + _ARGUMENTS])})"
            factor = {Decimal(1): "+", Decimal(-1): "-"}.get(weight, f"+{weight:f}*")
            parts.append(factor + part)
    return "=" + ("".join(parts).removeprefix("+") or "0")


def ranges(placed: Sequence[Placed]) -> list[str]:
    """Figures as arguments of a formula: those in an unbroken run of a column or a row as one range.

    A range holds nothing but the figures; one that is there twice is named twice.
    """
    left = [(p.sheet, *coordinate_to_tuple(p.coordinate)) for p in placed]
    found: list[str] = []
    while left:
        sheet, row, column = left[0]
        runs = []
        for down, right in ((1, 0), (0, 1)):
            run = [left[0]]
            while (after := (sheet, row + down * len(run), column + right * len(run))) in left:
                run.append(after)
            runs.append(run)
        run = max(runs, key=len)
        for at in run:
            left.remove(at)
        first, last = (f"{get_column_letter(c)}{r}" for _, r, c in (run[0], run[-1]))
        found.append(f"{quote_sheetname(sheet)}!{first}" + (f":{last}" if first != last else ""))
    return found


def _formula(cell: Cell, formula: str) -> None:
    cell.value = formula
    cell.number_format = "#,##0.00####"
    cell.alignment = Alignment(horizontal="right", vertical="top")


def _link(cell: Cell, place: Placed) -> None:
    cell.hyperlink = f"#{place.reference}"
    cell.font = writing.LINK


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
