"""A table on the way to its figures: rows and columns are named, amounts follow."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from msgspec import Struct, field

from jcfs_etl.contracts.table import Table
from jcfs_etl.findings import Both, Finding, Severity, Value, finding
from jcfs_etl.labels import squeezed
from jcfs_etl.money import Printed
from jcfs_etl.places import Box, Key
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.model import Evidence, LineNumber, Renamed, TableRow
from jcfs_etl.recognise.stitching import StitchedTable
from jcfs_etl.wording import figure_place

#: What a cell of a published table is taken for. ``aside``: it stands in a column that no dataset promises.
#: ``reported``: for nothing, and a finding says so.
Use = Literal["figure", "number", "code", "label", "aside", "reported"]


class Figure(Struct, frozen=True):
    """A cell under a known row and column, as printed."""

    key: Key
    printed: Printed
    cell: Cell
    page: int
    is_count: bool
    named_by: Evidence = "label"


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

    def use(self, cell: Cell, kind: Use) -> None:
        """Note what a cell was taken for; cells are known by identity."""
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


def unreadable_figure(
    table: Table, key: Key, cell: Cell, page: int, why: str, code: str = "unreadable_figure"
) -> Finding:
    """A cell that should hold a figure and cannot be taken for one; it blocks publication."""
    where, printed = figure_place(table, key.row, key.column, page), squeezed(cell.text)
    said = finding(code, "error", where=where, printed=printed, how=Both("read", "已读取"), why=why)
    return said.at(key, page, cell.box)
