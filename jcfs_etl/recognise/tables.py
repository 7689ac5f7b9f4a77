"""Turns the rows of a stitched table into named rows and facts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from jcfs_etl.contracts.model import Contracts, Row, Table
from jcfs_etl.findings import Finding
from jcfs_etl.labels import squeezed
from jcfs_etl.money import Printed, UnreadableFigureError, half_unit, read_figure, to_fen
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.heads import Block, HeadReader, ValueColumn
from jcfs_etl.recognise.model import Fact, Key, PublishedTable, TableRow
from jcfs_etl.recognise.stitching import BodyRow, StitchedTable

_CODE = re.compile(r"\d{3}(\d\d){0,2}")


@dataclass(frozen=True, slots=True)
class _Figure:
    """A cell under a known row and column, not yet in 分."""

    key: Key
    printed: Printed
    cell: Cell
    page: int
    is_count: bool


@dataclass
class DraftTable:
    """A table with its figures as printed; amounts follow once the document's decimals are known."""

    source: StitchedTable
    contract: Table
    rows: list[TableRow] = field(default_factory=list)
    figures: list[_Figure] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def decimals(self) -> Counter[int]:
        """How often figures are printed with how many decimals, whole numbers left out."""
        return Counter(
            f.printed.decimals
            for f in self.figures
            if f.printed.kind == "figure" and not f.is_count and f.printed.decimals
        )


def draft_table(source: StitchedTable, contracts: Contracts) -> DraftTable:
    """Name the rows and columns of a table.

    Args:
        source: the table as stitched together.
        contracts: the contracts.

    Returns:
        Rows and figures, and findings for everything under the table that has no name: an unknown
        row, column or code, a figure that is none, a row that stands twice.
    """
    return _Drafter(source, contracts).draft()


def finish_table(
    draft: DraftTable, money_unit: str | None, unit_fen: int, decimals: int, declared_empty: bool
) -> PublishedTable:
    """Amounts in 分, once the money unit and the decimals that the document prints are known.

    A table in which nothing is printed under any column is empty; it keeps its blank rows, which the
    audit reads as what they are, but they are not published.
    """
    table = draft.source
    facts = []
    for figure in draft.figures:
        value = figure.printed.value
        try:
            fen = None if value is None or figure.is_count else to_fen(value, unit_fen)
            if figure.is_count and value is not None and value != int(value):
                raise UnreadableFigureError(f"{value} is no whole number")
        except UnreadableFigureError as error:
            draft.findings.append(_unreadable(figure.key, figure.cell, figure.page, str(error)))
            continue
        facts.append(
            Fact(
                key=figure.key,
                printed=figure.cell.text,
                amount=fen,
                count=int(value) if figure.is_count and value is not None else None,
                is_blank=figure.printed.kind == "blank",
                page=figure.page,
                box=figure.cell.box,
            )
        )
    empty = all(f.is_blank for f in facts)
    kept = {f.key.row for f in facts}
    return PublishedTable(
        dataset=table.dataset,
        title=table.first.title,
        pages=tuple(dict.fromkeys(p.grid.page for p in table.parts)),
        state="empty" if empty else "filled",
        declared_empty=declared_empty,
        money_unit=money_unit,
        half=half_unit(decimals, unit_fen),
        rows=tuple(_leaves([r for r in draft.rows if r.row in kept], draft.contract)),
        facts=tuple(facts),
        columns=tuple(c for c in draft.contract.columns if any(f.key.column == c for f in facts)),
    )


class _Drafter:
    def __init__(self, source: StitchedTable, contracts: Contracts) -> None:
        self._source = source
        self._contracts = contracts
        self._table = contracts.tables[source.dataset]
        self._reader = HeadReader(self._table, contracts)
        self._draft = DraftTable(source, self._table)
        self._seen: dict[str, int] = {}

    def draft(self) -> DraftTable:
        for block in self._source.head.blocks:
            sides = self._sides(block)
            for row in self._source.rows:
                if self._table.kind == "bases":
                    self._basis_row(row, block)
                else:
                    self._row(row, block, sides)
        self._merged_cells()
        return self._draft

    # -- rows ---------------------------------------------------------------------------------

    def _row(self, row: BodyRow, block: Block, sides: Sequence[str]) -> None:
        keys = [row.cells[c] for c in (*block.codes, *block.names)]
        values = [(v, row.cells[v.index]) for v in block.values]
        # A label merged over the figure columns of a block, as 公用经费合计 is, belongs to the block
        # to the right that still has a cell of its own.
        values = [(v, cell) for v, cell in values if not any(cell is k for k in keys)]
        if block.values and not values:
            return
        texts = [squeezed(c.text) for c in _distinct(keys) if c.text]
        printed = [(v, c) for v, c in values if c.text]
        if not texts and not printed:
            return
        heading = texts and all(self._reader.is_head_word(t) for t in (*texts, *(c.text for _, c in printed)))
        if heading and not self._is_row(texts):
            return
        words = [t for t in texts if not _is_code_head(t, self._reader)]
        label = words[-1] if words else ""
        named = self._name(row, block, sides, words)
        if named is None:
            self._unknown_row(row, label, printed)
            return
        table_row, contract_row = named
        if table_row.row in self._seen:
            self._add(
                "duplicate_row",
                "error",
                f"{self._where(row.page)}: {label or table_row.row} stands twice, first on page "
                f"{self._seen[table_row.row]}; only the first is in the data",
                row=table_row.row,
                page=row.page,
                cell=keys[0] if keys else None,
            )
            return
        self._seen[table_row.row] = row.page
        self._draft.rows.append(table_row)
        self._figures(row, table_row.row, contract_row, values)

    def _name(
        self, row: BodyRow, block: Block, sides: Sequence[str], words: Sequence[str]
    ) -> tuple[TableRow, Row | None] | None:
        if self._table.kind == "lines":
            return self._line(row, block, sides, words)
        digits = [w for w in words if w.isdigit()]
        names = [w for w in words if not w.isdigit()]
        name = "".join(names)
        if not digits:
            for key, contract_row in self._table.rows.items():
                if any(self._contracts.label(w) == self._contracts.label(name) for w in contract_row.labels):
                    return TableRow(
                        key, name, role="total", is_leaf=False, group=contract_row.group
                    ), contract_row
            return None
        code = "".join(digits)
        if not _CODE.fullmatch(code) or any(row.cells[c].doubt for c in block.codes):
            return None
        level = len(code) // 2
        group = None
        if self._table.kind == "economic":
            category = self._contracts.economic.get(code[:3])
            group = category.group if category else None
        self._check_code(code, name, row)
        return TableRow(code, name, level=level, group=group), None

    def _line(
        self, row: BodyRow, block: Block, sides: Sequence[str], words: Sequence[str]
    ) -> tuple[TableRow, Row | None] | None:
        label = self._contracts.label("".join(words))
        number = self._line_no(row, block)
        for side_name in sides:
            side = self._table.sides[side_name]
            candidates = [
                (key, r)
                for key, r in side.rows.items()
                if label in {self._contracts.label(x) for x in r.labels}
                and (r.after is None or r.after in self._seen)
            ]
            # A line that must follow another is the likelier one once that other has come.
            candidates.sort(key=lambda pair: pair[1].after is None)
            if candidates:
                key, contract_row = candidates[0]
                return (
                    TableRow(key, "".join(words), side=side_name, line_no=number, role=contract_row.role),
                    contract_row,
                )
            if side.classes_part_of and label in self._contracts.class_of_label:
                code = self._contracts.class_of_label[label]
                return TableRow(code, "".join(words), side=side_name, line_no=number), None
        return None

    def _line_no(self, row: BodyRow, block: Block) -> int | None:
        for column in block.line_nos:
            text = squeezed(row.cells[column].text)
            if text.isdigit():
                return int(text)
        return None

    def _is_row(self, texts: Sequence[str]) -> bool:
        label = self._contracts.label("".join(t for t in texts if not t.isdigit()))
        names = {self._contracts.label(w) for r in self._table.all_rows.values() for w in r.labels}
        return any(self._contracts.label(t) in names for t in (*texts, label))

    def _sides(self, block: Block) -> Sequence[str]:
        if not self._table.sides:
            return ()
        if block.side is not None:
            return (block.side,)
        return tuple(self._table.sides)

    # -- 三公 ---------------------------------------------------------------------------------

    def _basis_row(self, row: BodyRow, block: Block) -> None:
        """Items in the head and bases in the head, or items as row labels and bases in the head."""
        names = [row.cells[c] for c in block.names]
        label = self._contracts.label("".join(c.text for c in _distinct(names)))
        columns = {self._contracts.label(w): key for key, c in self._table.columns.items() for w in c.labels}
        values = [(v, row.cells[v.index]) for v in block.values]
        printed = [(v, c) for v, c in values if c.text]
        if row.is_blank and self._seen:
            return
        found = False
        for value, cell in values:
            column = columns.get(label) if label else value.column
            if column is None or value.row is None:
                continue
            found = True
            key = f"{value.row}|{column}"
            if key in self._seen:
                if cell.text:
                    self._add(
                        "duplicate_row",
                        "error",
                        f"{self._where(row.page)}: a second row of figures; only the first is in the data",
                        row=value.row,
                        column=column,
                        page=row.page,
                        cell=cell,
                    )
                continue
            self._seen[key] = row.page
            if all(r.row != value.row for r in self._draft.rows):
                self._draft.rows.append(TableRow(value.row, value.row))
            self._figure(Key(self._table.dataset, value.row, column), cell, row.page, False)
        if not found and printed:
            self._unknown_row(row, label, printed)

    # -- figures ------------------------------------------------------------------------------

    def _figures(
        self,
        row: BodyRow,
        row_id: str,
        contract_row: Row | None,
        values: Sequence[tuple[ValueColumn, Cell]],
    ) -> None:
        allowed = self._columns_of(row_id)
        for value, cell in values:
            column = value.column
            if contract_row is not None and contract_row.column is not None and column is not None:
                column = contract_row.column
            if column is None or (allowed is not None and column not in allowed):
                if cell.text:
                    name = "/".join(value.path) or f"column {value.index + 1}"
                    self._add(
                        "unknown_column",
                        "error",
                        f"{self._where(row.page)}: {squeezed(cell.text)} stands under {name}, which no "
                        "contract knows; add the column's label to the contract",
                        row=row_id,
                        page=row.page,
                        cell=cell,
                    )
                continue
            is_count = self._table.columns[column].measure == "count"
            self._figure(Key(self._table.dataset, row_id, column), cell, row.page, is_count)

    def _columns_of(self, row_id: str) -> tuple[str, ...] | None:
        for side in self._table.sides.values():
            if row_id in side.rows:
                return side.columns
        for side in self._table.sides.values():
            if side.classes_part_of:
                return side.columns
        return None

    def _figure(self, key: Key, cell: Cell, page: int, is_count: bool) -> None:
        try:
            printed = read_figure(cell.text)
        except UnreadableFigureError as error:
            self._draft.findings.append(_unreadable(key, cell, page, str(error)))
            return
        if cell.doubt:
            self._draft.findings.append(
                _unreadable(
                    key, cell, page, f"{cell.text!r} is not certain, {cell.doubt}", "uncertain_figure"
                )
            )
        self._draft.figures.append(_Figure(key, printed, cell, page, is_count))

    def _merged_cells(self) -> None:
        """A figure in a cell merged over several rows or columns would be counted more than once."""
        keys: dict[tuple[int, int], list[Key]] = {}
        for figure in self._draft.figures:
            if figure.printed.kind == "figure":
                keys.setdefault((figure.page, id(figure.cell)), []).append(figure.key)
        for figure in self._draft.figures:
            shared = keys.get((figure.page, id(figure.cell)), [])
            if len(shared) > 1 and shared[0] == figure.key:
                self._add(
                    "merged_figure",
                    "error",
                    f"{self._where(figure.page)}: {figure.cell.text} stands in one cell merged over "
                    f"{len(shared)} figures of the form ({', '.join(f'{k.row}/{k.column}' for k in shared)})",
                    row=figure.key.row,
                    column=figure.key.column,
                    page=figure.page,
                    cell=figure.cell,
                )

    # -- findings -----------------------------------------------------------------------------

    def _unknown_row(self, row: BodyRow, label: str, printed: Sequence[tuple[ValueColumn, Cell]]) -> None:
        figures = [squeezed(c.text) for c in _distinct(c for _, c in printed)]
        self._add(
            "unknown_row",
            "error" if figures else "info",
            f"{self._where(row.page)}: no contract knows the line {label or '(without a label)'}"
            + (f", which holds {', '.join(figures)}" if figures else ""),
            page=row.page,
            cell=printed[0][1] if printed else row.cells[0],
        )

    def _check_code(self, code: str, name: str, row: BodyRow) -> None:
        pool = self._contracts.economic if self._table.kind == "economic" else self._contracts.functional
        if code[:3] not in pool:
            self._add(
                "unknown_code",
                "warning",
                f"{self._where(row.page)}: {code} {name} begins with a class that the classification "
                "does not know",
                row=code,
                page=row.page,
                cell=row.cells[0],
            )

    def _where(self, page: int) -> str:
        return f"{self._source.first.title} page {page}"

    def _add(
        self,
        code: str,
        severity: str,
        message: str,
        *,
        row: str | None = None,
        column: str | None = None,
        page: int,
        cell: Cell | None,
    ) -> None:
        self._draft.findings.append(
            Finding(
                code,
                severity,  # type: ignore[arg-type]
                "document" if severity in ("info", "warning") else "extraction",
                message,
                dataset=self._table.dataset,
                row=row,
                column=column,
                page=page,
                box=cell.box if cell is not None else None,
            )
        )


def _unreadable(key: Key, cell: Cell, page: int, why: str, code: str = "unreadable_figure") -> Finding:
    return Finding(
        code,
        "error",
        "extraction",
        f"page {page}, {key.dataset}, {key.row}/{key.column}: {why}",
        dataset=key.dataset,
        row=key.row,
        column=key.column,
        page=page,
        box=cell.box,
    )


def _distinct(cells: Iterable[Cell]) -> list[Cell]:
    return list({id(cell): cell for cell in cells}.values())


def _is_code_head(text: str, reader: HeadReader) -> bool:
    """类, 款 and 项 may stand on the same row as 合计, as on the Shanghai form."""
    return len(text) == 1 and reader.is_head_word(text)


def _leaves(rows: Sequence[TableRow], contract: Table) -> Iterable[TableRow]:
    codes = [r.row for r in rows]
    for row in rows:
        if row.role == "leaf" and contract.kind in ("functional", "economic"):
            deeper = any(c != row.row and c.startswith(row.row) for c in codes)
            yield replace(row, is_leaf=not deeper)
        else:
            yield row
