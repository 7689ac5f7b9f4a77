"""A sheet for each table: heads merged as on the form, figures as numbers, what is printed in comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from jcfs_etl.findings import SEVERITIES
from jcfs_etl.money import UnreadableFigureError, read_whole_or_joined
from jcfs_etl.report.site.model import Cell, FindingView, Head, TableView
from jcfs_etl.report.site.rows import Key, Rows
from jcfs_etl.report.texts import Texts
from jcfs_etl.report.workbook import writing

#: Rows above a table's head: its title, and whose it is.
_ABOVE = 2


class Placed(Struct, frozen=True):
    """Where a figure stands in the workbook.

    Attributes:
        sheet: title of the sheet.
        coordinate: such as ``D7``.
        times: by what its number is multiplied to be in the workbook's unit; a table may print another.
        number: whether it stands there as a number.
    """

    sheet: str
    coordinate: str
    times: Decimal
    number: bool

    @property
    def reference(self) -> str:
        """How a formula names it."""
        return f"{quote_sheetname(self.sheet)}!{self.coordinate}"


class TableSheets:
    """Makes the sheets of a publication's tables.

    Attributes:
        placed: where its figures stand, by dataset, row and column.
    """

    def __init__(
        self,
        workbook: Workbook,
        rows: Rows,
        year: int,
        findings: Sequence[FindingView],
        say: Texts,
        taken: set[str],
    ) -> None:
        self._workbook, self._rows, self._say, self._taken = workbook, rows, say, taken
        self._year = year
        self._findings: Mapping[int, FindingView] = {f.number: f for f in findings}
        self._keys: Mapping[str, Key] = {place.ref: key for key, place in rows.places.items()}
        self.placed: dict[Key, Placed] = {}

    def add(self, view: TableView) -> str:
        """Add a table's sheet; its title."""
        title = writing.sheet_title(view.title, self._taken)
        sheet: Worksheet = self._workbook.create_sheet(title)
        wide = max((sum(h.columns for h in view.heads[0]) if view.heads else 1), 1)
        writing.put_text(sheet.cell(1, 1), view.title)
        sheet.cell(1, 1).font = writing.TITLE
        document = self._rows.document
        whose = f"{document['unit_name'] or ''} {self._year}".strip()
        told = self._say("workbook.whose", whose=whose, unit=self._unit(view.dataset)[0])
        writing.put_text(sheet.cell(2, 1), told)
        for row in (1, 2):
            if wide > 1:
                sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=wide)
        sheet.cell(1, 1).alignment = Alignment(horizontal="center")
        if not view.rows:
            writing.put_text(sheet.cell(_ABOVE + 1, 1), self._say("workbook.empty"))
            sheet.column_dimensions["A"].width = 60
            return title
        deep = self._heads(sheet, view.heads)
        first = _ABOVE + deep + 1
        for number, row_of_cells in enumerate(view.rows):
            for column, cell in enumerate(row_of_cells, 1):
                self._cell(sheet.cell(first + number, column), cell, view)
        writing.set_widths(sheet, _ABOVE + 1)
        lead = 0
        while lead < wide and view.rows[0][lead].kind in ("label", "code"):
            lead += 1
        sheet.freeze_panes = f"{get_column_letter(lead + 1)}{first}"
        sheet.print_title_rows = f"1:{first - 1}"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        return title

    def _heads(self, sheet: Worksheet, heads: Sequence[Sequence[Head]]) -> int:
        """Heads of one or more levels, merged as they reach; how many levels there are."""
        taken: set[tuple[int, int]] = set()
        for level, row in enumerate(heads):
            column = 1
            for head in row:
                while (level, column) in taken:
                    column += 1
                area = [(level + r, column + c) for r in range(head.rows) for c in range(head.columns)]
                taken.update(area)
                for r, c in area:
                    sheet.cell(_ABOVE + 1 + r, c).border = writing.BORDER
                writing.put_head(sheet.cell(_ABOVE + 1 + level, column), head.text)
                if len(area) > 1:
                    sheet.merge_cells(
                        start_row=_ABOVE + 1 + level,
                        start_column=column,
                        end_row=_ABOVE + level + head.rows,
                        end_column=column + head.columns - 1,
                    )
                column += head.columns
        return len(heads)

    def _cell(self, at: SheetCell, cell: Cell, view: TableView) -> None:
        at.border = writing.BORDER
        if cell.kind == "blank" and not cell.text:
            return
        if cell.kind != "figure" or cell.place is None:
            writing.put_text(at, cell.text)
            at.alignment = Alignment(indent=cell.level, vertical="center")
        else:
            self._figure(at, cell, view)
        if cell.strong:
            at.font = writing.BOLD

    def _figure(self, at: SheetCell, cell: Cell, view: TableView) -> None:
        """A figure: its number, or its text where it is none; what is printed and found in a comment."""
        assert cell.place is not None
        key = self._keys[cell.place.ref]
        value = figure_value(cell.text)
        is_number = False
        if value is not None:
            is_number = writing.put_number(at, value, grouped="," in cell.text)
        elif cell.text.strip():
            writing.put_text(at, cell.text)
            at.alignment = Alignment(horizontal="right", vertical="center")
        unit, times = self._unit(view.dataset)
        if self._rows.is_count(view.dataset, key[2]):
            times = Decimal(1)
        # A blank cell counts as nothing in a formula, as it does in the audit.
        number = is_number or value is None
        self.placed[key] = Placed(at.parent.title, at.coordinate, times, number)
        lines = [self._say("workbook.printed", printed=cell.text.strip(), page=cell.place.page)]
        if cell.amount and unit != "元":
            lines.append(self._say("workbook.amount", amount=cell.amount))
        findings = [self._findings[number] for number in cell.findings]
        for finding in findings:
            message = finding.message.zh if self._say.language == "zh" else finding.message.en
            lines.append(self._say("workbook.finding", number=finding.number, message=message))
        writing.put_comment(at, "\n".join(lines))
        if findings:
            at.fill = writing.FILLS[min((f.severity for f in findings), key=SEVERITIES.index)]

    def _unit(self, dataset: str) -> tuple[str, Decimal]:
        """The unit that a table prints, and how many of the document's units one of it is."""
        units = self._rows.contracts.publication.money_units
        of_document = self._rows.money_unit
        for (of, _, column), cell in self._rows.cells.items():
            if of != dataset or not cell["amount"] or self._rows.is_count(of, column):
                continue
            value = figure_value(cell["printed"])
            fitting = (n for n, fen in units.items() if value and value * fen == cell["amount"] * 100)
            if (name := next(fitting, None)) is not None:
                same = units[name] == units[of_document]
                return of_document if same else name, Decimal(units[name]) / Decimal(units[of_document])
        return of_document, Decimal(1)


def figure_value(printed: str) -> Decimal | None:
    """The number that a cell prints; None where it prints none."""
    try:
        return read_whole_or_joined(printed).value
    except UnreadableFigureError:
        return None
