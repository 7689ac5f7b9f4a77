"""A table on the way to its figures: rows and columns are named, amounts follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from jcfs_etl.contracts.table import Table
from jcfs_etl.findings import Both, Finding, Severity, Value, finding
from jcfs_etl.labels import squeezed
from jcfs_etl.money import (
    Printed,
    UnreadableFigureError,
    is_figure,
    is_misprint,
    read_figure,
    read_joined_figure,
)
from jcfs_etl.places import Box, Key
from jcfs_etl.read.model import Cell, distinct
from jcfs_etl.recognise.breaks import JOINED, BodyRow
from jcfs_etl.recognise.head import Block, ValueColumn
from jcfs_etl.recognise.model import Evidence, LineNumber, Renamed, TableRow
from jcfs_etl.recognise.stakes import is_certain_nought, may_hold_figure
from jcfs_etl.recognise.stitching import StitchedTable
from jcfs_etl.wording import figure_place, listed

#: What a cell of a published table is taken for. ``aside``: it stands in a column that no dataset promises.
#: ``reported``: for nothing, and a finding says so.
Use = Literal["figure", "number", "code", "label", "aside", "reported"]
#: A form has fewer than a thousand lines.
_LINE_DIGITS = 3


class Figure(Struct, frozen=True):
    """A cell under a known row and column, as printed."""

    key: Key
    printed: Printed
    cell: Cell
    page: int
    is_count: bool
    named_by: Evidence = "label"


def unreadable_figure(
    table: Table, key: Key, cell: Cell, page: int, why: str, code: str = "unreadable_figure"
) -> Finding:
    """A cell that should hold a figure and cannot be taken for one; it blocks publication."""
    where, printed = figure_place(table, key.row, key.column, page), squeezed(cell.text)
    said = finding(code, "error", where=where, printed=printed, how=Both("read", "已读取"), why=why)
    return said.at(key, page, cell.box)


class Line(Struct, frozen=True, dict=True):
    """A line of the body in one block of columns.

    ``keys`` are its cells of codes and names, ``texts`` what is printed in them, squeezed; ``values`` are its
    cells of figures, each with its column.
    """

    row: BodyRow
    block: Block
    keys: Sequence[Cell]
    values: Sequence[tuple[ValueColumn, Cell]]
    texts: Sequence[str] = ()

    @cached_property
    def printed(self) -> list[tuple[ValueColumn, Cell]]:
        """Its cells of figures in which something stands."""
        return [(v, c) for v, c in self.values if c.text]

    @cached_property
    def cells(self) -> list[Cell]:
        """Its cells of codes and names, and those of figures in which something stands, each once."""
        return distinct((*self.keys, *(c for _, c in self.printed)))

    @cached_property
    def figures(self) -> str:
        """What stands in its cells of figures."""
        return ", ".join(squeezed(c.text) for _, c in self.printed)

    @cached_property
    def line_no(self) -> int | None:
        """Its 行次, where printed."""
        numbers = (_line_no(self.row.cells[c]) for c in self.block.line_nos)
        return next((number for number in numbers if number is not None), None)


def _line_no(cell: Cell) -> int | None:
    """The 行次 that a cell holds; what is longer is several of them, in rows that no rule parts."""
    text = squeezed(cell.text)
    return int(text) if text.isdigit() and len(text) <= _LINE_DIGITS else None


class DraftTable(Struct):
    """A table with its figures as printed; amounts follow once the document's decimals are known."""

    source: StitchedTable
    contract: Table
    rows: list[TableRow] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    line_numbers: list[LineNumber] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    uses: dict[int, list[Use]] = field(default_factory=dict)
    renamed: list[Renamed] = field(default_factory=list)
    #: The latest of the years that its rows state.
    years: set[int] = field(default_factory=set)

    def use(self, kind: Use, *cells: Cell) -> None:
        """Note what cells were taken for; they are known by identity."""
        for cell in cells:
            for origin in self.source.pieces.of(cell):
                self.uses.setdefault(id(origin), []).append(kind)

    def is_aside(self, cell: Cell) -> bool:
        """Whether a cell was left out as what no dataset promises."""
        return any("aside" in self.uses.get(id(origin), ()) for origin in self.source.pieces.of(cell))

    def finding(
        self,
        code: str,
        severity: Severity,
        page: int | None = None,
        box: Box | None = None,
        /,
        **values: Value,
    ) -> Finding:
        """Something found in the table, by default at its first grid; its title is among the values."""
        first = self.source.first
        at = (first.grid.page, first.grid.box) if page is None else (page, box)
        return finding(code, severity, *at, table=first.title, **values).of(self.source.dataset)

    def came_again(self, page: int, box: Box | None, /, *, same: bool, **values: Value) -> Finding:
        """A row that came before: nothing is lost where it prints the same figures."""
        if same:
            return self.finding("repeated_row", "info", page, box, **values)
        return self.finding("duplicate_row", "error", page, box, **values)

    def report(self, code: str, severity: Severity, page: int, cell: Cell, /, **values: Value) -> None:
        """Add what was found in one of its cells."""
        self.findings.append(self.finding(code, severity, page, cell.box, **values))

    @property
    def decimals(self) -> Counter[int]:
        """How often figures are printed with how many decimals; noughts and whole numbers tell nothing."""
        printed = (f.printed for f in self.figures if not f.is_count)
        return Counter(p.decimals for p in printed if p.value and p.decimals)

    def line_nos(self, row: BodyRow, block: Block) -> None:
        """Note the line numbers (行次) that a row prints in a block."""
        for column in block.line_nos:
            cell = row.cells[column]
            if (number := _line_no(cell)) is not None:
                self.use("number", cell)
                self.line_numbers.append(LineNumber(number, row.page, cell.box))

    def take_figure(self, key: Key, cell: Cell, page: int, is_count: bool, named_by: Evidence) -> None:
        """Read a cell under a known row and column; what cannot be taken for one figure is a finding."""
        taken = cell
        try:
            printed = read_figure(cell.text)
        except UnreadableFigureError as error:
            is_sure = cell.source == "text" and not cell.doubt
            is_whole = is_sure and not cell.is_aligned
            joined = read_joined_figure(cell.text) if is_whole else None
            if joined is not None:
                printed, taken = joined, replace(cell, confidence=min(cell.confidence, JOINED))
            elif is_sure and is_misprint(cell.text):
                printed = Printed("misprint")
            else:
                self.use("reported", cell)
                self.findings.append(unreadable_figure(self.contract, key, cell, page, str(error)))
                return
        if cell.doubt:
            doubted = unreadable_figure(self.contract, key, cell, page, cell.doubt, "uncertain_figure")
            self.findings.append(doubted)
        self.use("figure", cell)
        self.figures.append(Figure(key, printed, taken, page, is_count, named_by))

    def unknown_row(self, line: Line, label: str) -> None:
        """Say that a line has no name; without a figure in it, or blank but for noughts, that is a note."""
        self.use("reported", *line.cells)
        # The first line of a page may be the rest of one above whose name stands there.
        rows = self.source.rows
        at = next((n for n, row in enumerate(rows) if row is line.row), 0)
        is_bare = at and rows[at - 1].page == line.row.page and not any(cell.text for cell in line.keys)
        printed = [c for c in distinct(c for _, c in line.printed) if may_hold_figure(c)]
        figures = [squeezed(c.text) for c in printed if not (is_bare and is_certain_nought(c))]
        # Digits in place of a code or a name are no note's: something of the line was not understood.
        is_number = any(is_figure(cell.text) for cell in line.keys)
        called = Both(label or "(without a label)", f"“{label}”" if label else "无名称的一")
        first = line.printed[0][1] if line.printed else line.row.cells[0]
        severity: Severity = "error" if figures or is_number else "info"
        said = listed(figures) if figures else ""
        self.report("unknown_row", severity, line.row.page, first, label=called, figures=said)

    def left_out(
        self, line: Line, label: str, whole: str, row_id: str | None = None, column: str | None = None
    ) -> None:
        """Leave out a line that is a part of another and of no dataset, and say so.

        Args:
            line: with its figures and its cells of names.
            label: what it is called.
            whole: the name of what it is a part of.
            row_id: the row that holds it, where it is one.
            column: the column that holds it, where it is one.
        """
        self.use("aside", *line.cells)
        at, said = (line.row.page, line.printed[0][1].box), {"label": label, "figures": line.figures}
        found = self.finding("detail_left_out", "info", *at, whole=whole, **said)
        self.findings.append(found.of(row=row_id, column=column))

    def row_set_aside(self, line: Line, label: str) -> None:
        """Leave out a line of what no dataset promises, and say so."""
        self.use("aside", *line.cells)
        at, said = (line.row.page, line.printed[0][1]), {"label": label, "figures": line.figures}
        self.report("row_set_aside", "info", *at, **said)
