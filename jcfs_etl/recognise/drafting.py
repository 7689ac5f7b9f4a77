"""Turns the rows of a stitched table into named rows and figures, and says what has no name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.naming import row_name
from jcfs_etl.findings import Both, Finding, Severity, Value
from jcfs_etl.labels import squeezed
from jcfs_etl.money import (
    Printed,
    UnreadableFigureError,
    is_figure,
    is_misprint,
    read_figure,
    read_wrapped_figure,
)
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.breaks import JOINED, BodyRow
from jcfs_etl.recognise.codes import code_notes
from jcfs_etl.recognise.columns import named_blocks
from jcfs_etl.recognise.details import DetailRows, amount, harmless_columns, is_within
from jcfs_etl.recognise.draft import DraftTable, Figure, unreadable_figure
from jcfs_etl.recognise.head import Block, ValueColumn
from jcfs_etl.recognise.heads import HeadReader
from jcfs_etl.recognise.model import Evidence, Key, LineNumber, Renamed, TableRow, weaker
from jcfs_etl.recognise.order import PrintedLines
from jcfs_etl.recognise.rows import NamedRow, RowNamer, completed_code
from jcfs_etl.recognise.stakes import may_hold_figure
from jcfs_etl.recognise.stitching import StitchedTable
from jcfs_etl.wording import listed


def draft_table(source: StitchedTable, contracts: Contracts) -> DraftTable:
    """Name the rows and columns of a table.

    Args:
        source: the table as stitched together.
        contracts: the contracts.

    Returns:
        Rows and figures, and findings for everything under the table that has no name: an unknown
        row, column or code, a figure that is none, a row that stands twice.
    """
    drafter = _Drafter(source, contracts)
    draft = drafter.draft()
    places = drafter.places()
    return _Drafter(source, contracts, places).draft() if places else draft


class _Drafter:
    def __init__(
        self, source: StitchedTable, contracts: Contracts, places: Mapping[int, str] | None = None
    ) -> None:
        self._places = places or {}
        self._lines = PrintedLines()
        self._source = source
        self._contracts = contracts
        self._table = contracts.tables[source.dataset]
        self._reader = HeadReader(self._table, contracts)
        self._namer = RowNamer(self._table, contracts)
        self._draft = DraftTable(source, self._table)
        self._seen: dict[str, int] = {}
        self._figures_of: dict[str, tuple[str, ...]] = {}
        self._details = DetailRows()
        #: The code of the row above, where rows print their own part of it alone.
        self._code_above = ""
        #: Lines that break a row down which comes below them: they wait for it.
        self._breakdowns: list[Callable[[], None]] = []
        self._head_words = {id(o) for cell in source.head.words_below for o in source.pieces.of(cell)}
        self._item_of_label = {
            contracts.label(word): key for key, c in self._table.columns.items() for word in c.labels
        }

        self._item_of_detail = {
            contracts.label(word): key for key, c in self._table.columns.items() for word in c.details
        }

    def draft(self) -> DraftTable:
        for cell in self._source.head_cells:
            self._draft.use(cell, "number" if _is_numbering(cell) else "label")
        for cell in self._source.head.words_below:
            self._draft.use(cell, "label")
        blocks, self._draft.renamed[:] = named_blocks(self._source, self._table, self._reader)
        for block in blocks:
            self._blank_unknown_columns(block)
            self._columns_set_aside(block)
            self._code_above = ""
            for row in self._source.rows:
                if self._table.kind == "bases":
                    self._items(row, block)
                else:
                    self._row(row, block)
        for told in self._breakdowns:
            told()
        return self._draft

    def places(self) -> dict[int, str]:
        """What the form has in the place of lines with figures that have no name, where it can be told."""
        unknown = any(f.code == "unknown_row" and f.severity == "error" for f in self._draft.findings)
        if not unknown:
            return {}
        return self._lines.places(
            lambda block: self._namer.forms(block, self._seen), self._namer.is_by_blocks
        )

    def _blank_unknown_columns(self, block: Block) -> None:
        """Columns under a head that no contract knows and without a figure: nothing is lost, but look."""
        for value in block.values:
            known = value.column is not None or value.row is not None or value.detail_of is not None
            if (
                known
                or value.set_aside
                or not value.path
                or any(may_hold_figure(row.cells[value.index]) for row in self._source.rows)
            ):
                continue
            self._add(
                "unknown_column",
                "warning",
                {"blank": "/".join(value.path)},
                self._source.first.grid.page,
                self._source.first.grid.by_position[0, value.index],
            )

    def _columns_set_aside(self, block: Block) -> None:
        """Columns of what no dataset promises are left out whole, and a note says so."""
        for value in block.values:
            if not value.set_aside:
                continue
            cells = [c for c in _distinct(row.cells[value.index] for row in self._source.rows) if c.text]
            for cell in cells:
                self._draft.use(cell, "aside")
            self._add(
                "column_set_aside",
                "info",
                {"column": "/".join(value.path), "filled": len(cells)},
                self._source.first.grid.page,
                self._source.first.grid.by_position[0, value.index],
            )

    def _row(self, row: BodyRow, block: Block) -> None:
        keys = [row.cells[c] for c in (*block.codes, *block.names)]
        # A label merged over the figure columns of a block, as 公用经费合计 is, belongs to the block
        # to the right that still has a cell of its own.
        values = [(v, row.cells[v.index]) for v in block.values if not v.set_aside]
        values = [(v, cell) for v, cell in values if not any(cell is k for k in keys)]
        values = [(v, cell) for v, cell in values if id(cell) not in self._head_words]
        texts = [squeezed(c.text) for c in _distinct(keys) if c.text]
        printed = [(v, c) for v, c in values if c.text]
        self._use_line_nos(row, block)
        if (block.values and not values) or not (texts or printed):
            return
        if self._reader.is_numbering(texts, [c.text for _, c in printed]):
            for _, cell in printed:
                self._draft.use(cell, "number")
            return
        is_head = self._reader.is_head_word
        heading = texts and all(is_head(t) for t in (*texts, *(c.text for _, c in printed)))
        if heading and not self._namer.is_named(texts):
            for cell in _distinct((*keys, *(c for _, c in printed))):
                self._draft.use(cell, "label")
            return
        # 类, 款 and 项 may stand on the same row as 合计, as on the Shanghai form.
        words = [t for t in texts if not (len(t) == 1 and is_head(t))]
        parts = [squeezed(row.cells[c].text) for c in block.codes]
        code = completed_code(parts, self._code_above)
        if code is not None:
            words = [*([code] if code else parts), *(word for word in words if word not in parts)]
        named = self._namer.name(words, block, self._line_no(row, block), self._seen) if code != "" else None
        if named is None and printed and (whole := self._namer.broken_down(words, block)) is not None:
            self._breakdowns.append(partial(self._broken_down, row, whole, words[-1], values, keys))
            return
        whole = self._namer.whole_of(words, block, self._seen) if named is None and printed else None
        if whole is not None and self._details.take(whole, values):
            self._detail(row, whole, words[-1], printed, keys)
            return
        if named is None and printed:
            named = self._namer.near(words, block, self._line_no(row, block), self._seen)
            place = self._places.get(id(values[0][1]))
            if named is None and place is not None:
                named = self._namer.at(place, words, block, self._line_no(row, block))
            if named is not None:
                name = Renamed("row", named.row.row, "".join(words), named.row.named_by)
                self._draft.renamed.append(name)
        is_new = named is not None and named.row.row not in self._seen
        self._lines.note(values, block, named.row if named and is_new else None, self._line_no(row, block))
        if named is None or any(row.cells[c].doubt for c in block.codes):
            self._unknown_row(row, words[-1] if words else "", printed, keys)
            return
        for column in block.codes:
            self._draft.use(row.cells[column], "code")
        for column in block.names:
            self._draft.use(row.cells[column], "label")
        if code is not None:
            named = replace(named, row=replace(named.row, named_by="path"))
        row_id = named.row.row
        self._code_above = row_id if row_id.isdigit() else ""
        figures = tuple(squeezed(cell.text) for _, cell in values)
        if row_id in self._seen:
            self._row_again(row, named.row, figures, keys, printed)
            return
        self._figures_of[row_id] = figures
        self._details.note(row_id, values)
        self._seen[row_id] = row.page
        self._draft.rows.append(named.row)
        title = self._source.first.title
        self._draft.findings += code_notes(
            named.row, title, row.page, row.cells[0], self._table, self._contracts
        )
        self._figures(row, named, values)

    def _broken_down(
        self,
        row: BodyRow,
        whole: str,
        label: str,
        values: Sequence[tuple[ValueColumn, Cell]],
        keys: Sequence[Cell],
    ) -> None:
        """A line that breaks a row down otherwise, once the row has come: left out where the row holds it."""
        printed = [(v, c) for v, c in values if c.text]
        if self._details.holds(whole, values):
            self._detail(row, whole, label, printed, keys)
        else:
            self._unknown_row(row, label, printed, keys)

    def _detail(
        self,
        row: BodyRow,
        whole: str,
        label: str,
        printed: Sequence[tuple[ValueColumn, Cell]],
        keys: Sequence[Cell],
    ) -> None:
        """A line that is a part of a row and of no dataset is left out, and a note says so."""
        for cell in _distinct((*keys, *(c for _, c in printed))):
            self._draft.use(cell, "aside")
        self._add(
            "detail_left_out",
            "info",
            {
                "label": label,
                "figures": ", ".join(squeezed(c.text) for _, c in printed),
                "whole": row_name(self._table, whole),
            },
            row.page,
            printed[0][1],
            row=whole,
        )

    def _row_again(
        self,
        row: BodyRow,
        named: TableRow,
        figures: tuple[str, ...],
        keys: Sequence[Cell],
        printed: Sequence[tuple[ValueColumn, Cell]],
    ) -> None:
        """A row that came before: nothing is lost where it prints the same figures."""
        same = self._figures_of[named.row] == figures
        self._add(
            "repeated_row" if same else "duplicate_row",
            "info" if same else "error",
            {"row": named.label or named.row, "first": self._seen[named.row]},
            row.page,
            keys[0] if keys else None,
            row=named.row,
        )
        for _, cell in printed:
            self._draft.use(cell, "label" if same else "reported")

    def _use_line_nos(self, row: BodyRow, block: Block) -> None:
        for column in block.line_nos:
            cell = row.cells[column]
            if (number := squeezed(cell.text)).isdigit():
                self._draft.use(cell, "number")
                self._draft.line_numbers.append(LineNumber(int(number), row.page, cell.box))

    def _line_no(self, row: BodyRow, block: Block) -> int | None:
        numbers = [squeezed(row.cells[c].text) for c in block.line_nos]
        return next((int(n) for n in numbers if n.isdigit()), None)

    def _items(self, row: BodyRow, block: Block) -> None:
        """A row of 三公: items and bases in the head, or items as row labels and bases in the head."""
        self._use_line_nos(row, block)
        if row.is_blank and self._seen:
            return
        names = _distinct(row.cells[c] for c in block.names)
        label = self._contracts.label("".join(c.text for c in names))
        values = [(v, row.cells[v.index]) for v in block.values if not v.set_aside]
        found = False
        for value, cell in values:
            column = self._item_of_label.get(label) if label else value.column
            if column is None or value.row is None:
                continue
            found = True
            key = Key(self._table.dataset, value.row, column)
            if f"{value.row}/{column}" in self._seen:
                if cell.text:
                    self._item_again(row, cell, value.row, column)
                continue
            self._seen[f"{value.row}/{column}"] = row.page
            if all(r.row != value.row for r in self._draft.rows):
                self._draft.rows.append(TableRow(value.row, value.row))
            self._figure(key, cell, row.page_of(cell), False, value.named_by)
        printed = [(v, c) for v, c in values if c.text]
        if found:
            for cell in names:
                self._draft.use(cell, "label")
        elif printed and (whole := self._item_of_detail.get(label)) is not None:
            self._breakdowns.append(partial(self._item_detail, row, whole, label, values, names))
        elif printed:
            self._unknown_row(row, label, printed, names)

    def _item_detail(
        self,
        row: BodyRow,
        item: str,
        label: str,
        values: Sequence[tuple[ValueColumn, Cell]],
        keys: Sequence[Cell],
    ) -> None:
        """A part of an item of 三公 (国内接待费), left out where the item is printed and holds it."""
        printed = [(v, c) for v, c in values if c.text]
        wholes = {f.key.row: f.printed.value for f in self._draft.figures if f.key.column == item}
        if all(is_within([amount(c)], wholes.get(v.row or "")) for v, c in printed):
            for cell in _distinct((*keys, *(c for _, c in printed))):
                self._draft.use(cell, "aside")
            texts = {"label": label, "figures": ", ".join(squeezed(c.text) for _, c in printed)}
            whole = self._table.columns[item].labels[0]
            self._add(
                "detail_left_out", "info", {**texts, "whole": whole}, row.page, printed[0][1], column=item
            )
        else:
            self._unknown_row(row, label, printed, keys)

    def _item_again(self, row: BodyRow, cell: Cell, basis: str, column: str) -> None:
        """A figure of 三公 that came before: nothing is lost where it is the same (合计 and its one unit)."""
        first = next(f for f in self._draft.figures if f.key == Key(self._table.dataset, basis, column))
        same = squeezed(first.cell.text) == squeezed(cell.text)
        named = {"row": row_name(self._table, basis), "column": self._table.columns[column].labels[0]}
        self._add(
            "repeated_row" if same else "duplicate_row",
            "info" if same else "error",
            {"row": f"{named['row']} {named['column']}", "first": first.page} if same else named,
            row.page,
            cell,
            row=basis,
            column=column,
        )
        self._draft.use(cell, "label" if same else "reported")

    def _figures(self, row: BodyRow, named: NamedRow, values: Sequence[tuple[ValueColumn, Cell]]) -> None:
        taken: set[str] = set()
        details = harmless_columns(values)
        for value, cell in values:
            if value.index in details:
                self._draft.use(cell, "label")
                continue
            column = value.column
            if column is not None and named.own_column is not None:
                column = named.own_column
            known = column is not None and column in named.columns and column not in taken
            if column is None or not known:
                if may_hold_figure(cell):
                    self._add(
                        "unknown_column",
                        "error",
                        {
                            "printed": squeezed(cell.text),
                            "head": "/".join(value.path) or f"column {value.index + 1}",
                        },
                        row.page,
                        cell,
                        row=named.row.row,
                    )
                    self._draft.use(cell, "reported")
                continue
            taken.add(column)
            is_count = self._table.columns[column].measure == "count"
            key = Key(self._table.dataset, named.row.row, column)
            named_by = weaker(value.named_by, named.row.named_by)
            self._figure(key, cell, row.page_of(cell), is_count, named_by)

    def _figure(self, key: Key, cell: Cell, page: int, is_count: bool, named_by: Evidence) -> None:
        try:
            printed = read_figure(cell.text)
        except UnreadableFigureError as error:
            is_sure = cell.source == "text" and not cell.doubt and not cell.is_aligned
            wrapped = read_wrapped_figure(cell.text) if is_sure else None
            if wrapped is not None:
                self._draft.use(cell, "figure")
                joined = replace(cell, confidence=min(cell.confidence, JOINED))
                self._draft.figures.append(Figure(key, wrapped, joined, page, is_count, named_by))
                return
            if cell.source == "text" and not cell.doubt and is_misprint(cell.text):
                self._draft.use(cell, "figure")
                misprint = Printed("misprint")
                self._draft.figures.append(Figure(key, misprint, cell, page, is_count, named_by))
                return
            self._draft.use(cell, "reported")
            self._draft.findings.append(unreadable_figure(self._table, key, cell, page, str(error)))
            return
        if cell.doubt:
            self._draft.findings.append(
                unreadable_figure(self._table, key, cell, page, cell.doubt, "uncertain_figure")
            )
        self._draft.use(cell, "figure")
        self._draft.figures.append(Figure(key, printed, cell, page, is_count, named_by))

    def _unknown_row(
        self,
        row: BodyRow,
        label: str,
        printed: Sequence[tuple[ValueColumn, Cell]],
        keys: Sequence[Cell],
    ) -> None:
        for cell in _distinct((*keys, *(c for _, c in printed))):
            self._draft.use(cell, "reported")
        figures = [squeezed(c.text) for c in _distinct(c for _, c in printed) if may_hold_figure(c)]
        self._add(
            "unknown_row",
            "error" if figures or is_figure(label) else "info",
            {
                "label": Both(label or "(without a label)", f"“{label}”" if label else "无名称的一"),
                "figures": listed(figures) if figures else "",
            },
            row.page,
            printed[0][1] if printed else row.cells[0],
        )

    def _add(
        self,
        code: str,
        severity: Severity,
        values: Mapping[str, Value],
        page: int,
        cell: Cell | None,
        *,
        row: str | None = None,
        column: str | None = None,
    ) -> None:
        self._draft.findings.append(
            Finding(
                code,
                severity,
                "extraction" if severity == "error" else "document",
                values={"table": self._source.first.title, "page": page, **values},
                dataset=self._table.dataset,
                row=row,
                column=column,
                page=page,
                box=cell.box if cell is not None else None,
            )
        )


def _is_numbering(cell: Cell) -> bool:
    return squeezed(cell.text).isdigit()


def _distinct(cells: Iterable[Cell]) -> list[Cell]:
    return list({id(cell): cell for cell in cells}.values())
