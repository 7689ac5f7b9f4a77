"""Turns the rows of a stitched table into named rows and figures, and says what has no name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.naming import row_name
from jcfs_etl.contracts.table import ALL_CLASSES
from jcfs_etl.labels import squeezed
from jcfs_etl.places import Key
from jcfs_etl.read.model import Cell, distinct
from jcfs_etl.recognise.breaks import BodyRow
from jcfs_etl.recognise.codes import code_notes, rows_of_cut_codes, total_of_group
from jcfs_etl.recognise.columns import named_blocks
from jcfs_etl.recognise.details import DetailRows, harmless_columns
from jcfs_etl.recognise.draft import DraftTable, Line
from jcfs_etl.recognise.head import Block, ValueColumn
from jcfs_etl.recognise.heads import HeadReader
from jcfs_etl.recognise.items import ItemRows
from jcfs_etl.recognise.model import Renamed, TableRow, weaker
from jcfs_etl.recognise.rows import NamedRow, code_parts, completed_code, row_namer
from jcfs_etl.recognise.stakes import may_hold_figure
from jcfs_etl.recognise.stitching import StitchedTable


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


class _Drafter:
    def __init__(self, source: StitchedTable, contracts: Contracts) -> None:
        self._source = source
        self._contracts = contracts
        self._table = contracts.tables[source.dataset]
        self._reader = HeadReader(self._table, contracts)
        self._namer = row_namer(self._table, contracts)
        heads = (word for side in self._table.sides.values() for word in side.head)
        self._group_names = {contracts.label(word) for word in (*self._table.decoration, *heads)}
        self._draft = DraftTable(source, self._table)
        self._item_rows = ItemRows(self._draft, self._reader, contracts)
        self._seen: dict[str, int] = {}
        self._figures_of: dict[str, tuple[str, ...]] = {}
        self._details = DetailRows()
        #: The code of the row above, where rows print their own part of it alone.
        self._code_above = ""
        #: The name of a group that was last merged over lines, and its page.
        self._group: tuple[int, Cell] | None = None
        #: Rows that have a part of their code on the next page.
        self._cut: set[int] = set()
        #: Lines that break a row down which comes below them: they wait for it.
        self._breakdowns: list[Callable[[], None]] = []
        #: Totals that stand in a column of details, beside the total of all: a line of their own goes before.
        self._beside: list[tuple[TableRow, BodyRow, Cell]] = []
        self._in_column = {
            contracts.label(word): key for key, row in self._table.rows.items() for word in row.in_column
        }
        self._blocks: tuple[Block, ...] = ()
        self._head_words = {id(o) for cell in source.head.words_below for o in source.pieces.of(cell)}

    def draft(self) -> DraftTable:
        for cell in self._source.head_cells:
            self._draft.use("number" if _is_numbering(cell) else "label", cell)
        self._draft.use("label", *self._source.head.words_below)
        blocks, self._draft.renamed[:] = named_blocks(self._source, self._table, self._reader)
        self._blocks = tuple(blocks)
        for left, block in zip((None, *blocks), blocks, strict=False):
            wide = self._of_the_left(left, block)
            self._blank_unknown_columns(block)
            self._columns_set_aside(block, wide)
            self._code_above, self._group = "", None
            self._cut = {id(row) for row in rows_of_cut_codes(self._source.rows, block.codes)}
            if self._table.kind == "bases":
                self._item_rows.look_over(self._source.rows, block)
            for at, row in enumerate(self._source.rows):
                if self._table.kind == "bases":
                    self._item_rows.take(row, block)
                else:
                    self._row(row, wide.get(at, block))
            self._details_set_aside(block)
        for told in self._breakdowns:
            told()
        self._totals_beside()
        self._item_rows.finish()
        return self._draft

    def _blank_unknown_columns(self, block: Block) -> None:
        """Columns under a head that no contract knows and without a figure: nothing is lost, but look."""
        for value in block.values:
            known = value.column is not None or value.row is not None or value.detail_of is not None
            if known or value.set_aside or not value.path:
                continue
            if not any(may_hold_figure(row.cells[value.index]) for row in self._source.rows):
                at, blank = self._top_of(value), "/".join(value.path)
                self._draft.report("unknown_column", "warning", *at, blank=blank)

    def _top_of(self, value: ValueColumn) -> tuple[int, Cell]:
        """Where a column begins: in the head, or, on the right one of two pages, in the first row."""
        grid, rows = self._source.first.grid, self._source.rows
        if value.index < grid.column_count or not rows:
            return grid.page, grid.by_position[0, min(value.index, grid.column_count - 1)]
        cell = rows[0].cells[value.index]
        return rows[0].page_of(cell), cell

    def _of_the_left(self, left: Block | None, block: Block) -> dict[int, Block]:
        """Rows of the block to the left whose label is merged over one that breaks it down: 本年支出合计.

        Their figures stand in the one column of the latter, and are no part of the breakdown.
        """
        if left is None or not block.is_other or len(left.values) != 1 or len(block.values) != 1:
            return {}
        value = replace(left.values[0], index=block.values[0].index)
        both = replace(left, line_nos=block.line_nos, values=(value,))
        merged = [
            all(row.cells[c] is row.cells[block.names[0]] for c in (left.names[0], left.values[0].index))
            for row in self._source.rows
        ]
        return {at: both for at, is_merged in enumerate(merged) if is_merged}

    def _columns_set_aside(self, block: Block, wide: Collection[int]) -> None:
        """Columns of what no dataset promises are left out whole, and a note says so."""
        rows = [row for at, row in enumerate(self._source.rows) if at not in wide]
        for cell in (row.cells[c] for row in rows for c in block.codes if block.is_other):
            self._draft.use("aside", cell)
        for value in block.values:
            if not value.set_aside:
                continue
            cells = [c for c in distinct(row.cells[value.index] for row in rows) if c.text]
            self._draft.use("aside", *cells)
            self._set_aside(value, len(cells))

    def _set_aside(self, value: ValueColumn, filled: int) -> None:
        at, column = self._top_of(value), "/".join(value.path)
        self._draft.report("column_set_aside", "info", *at, column=column, filled=filled)

    def _details_set_aside(self, block: Block) -> None:
        """Columns of what is a part of another are passed over row by row, and a note says so."""
        for value in block.values:
            cells = distinct(row.cells[value.index] for row in self._source.rows)
            filled = sum(bool(cell.text) and self._draft.is_aside(cell) for cell in cells)
            if value.detail_of is not None and filled:
                self._set_aside(value, filled)

    def _row(self, row: BodyRow, block: Block) -> None:
        line = self._line(row, block)
        self._draft.line_nos(row, block)
        if (block.values and not line.values) or not (line.texts or line.printed) or self._is_of_head(line):
            return
        # 类, 款 and 项 may stand on the same row as 合计, as on the Shanghai form.
        words = [t for t in line.texts if not (len(t) == 1 and self._reader.is_head_word(t))]
        parts = code_parts([row.cells[c] for c in block.codes])
        code = completed_code(parts, self._code_above)
        if code and id(row) in self._cut:
            code = ""
        if code is not None:
            words = [*([code] if code else parts), *(word for word in words if word not in parts)]
        named = self._namer.name(words, block, line.line_no, self._seen) if code != "" else None
        if named is None and line.printed:
            if self._is_part_of_another(line, words):
                return
            named = self._near(line, words)
        if named is not None and named.row.group == ALL_CLASSES:
            named = self._of_its_group(named, line)
        if named is None or any(row.cells[c].doubt for c in block.codes):
            self._draft.unknown_row(line, words[-1] if words else "")
            return
        if code is not None:
            named = replace(named, row=replace(named.row, named_by="path"))
        self._take(line, named)

    def _line(self, row: BodyRow, block: Block) -> Line:
        keys = [row.cells[c] for c in sorted((*block.codes, *block.names))]
        # A label merged over the figure columns of a block, as 公用经费合计 is, belongs to the block
        # to the right that still has a cell of its own.
        values = [(v, row.cells[v.index]) for v in block.values if not v.set_aside]
        values = [(v, cell) for v, cell in values if not any(cell is k for k in keys)]
        values = [(v, cell) for v, cell in values if id(cell) not in self._head_words]
        names = self._without_group(distinct(keys), row.page)
        return Line(row, block, keys, values, [squeezed(c.text) for c in names if c.text])

    def _without_group(self, keys: Sequence[Cell], page: int) -> Sequence[Cell]:
        """What names a line without the name of its group that is merged over its lines, 人员经费 before 301.

        Before 小计 it says of what that is. Below a page break its cell may go on without it.
        """
        groups = [c for c in keys if c.row_span > 1 and self._contracts.label(c.text) in self._group_names]
        own = [c for c in keys if c not in groups]
        if groups:
            self._group = (page, groups[0])
        elif self._group is not None and self._group[0] < page and not all(c.text for c in keys):
            whole = [self._group[1], *keys]
            return whole if self._namer.is_named(["".join(c.text for c in whole)]) else keys
        if (
            not groups
            or not any(c.text for c in own)
            or self._namer.is_named(["".join(c.text for c in keys)])
        ):
            return keys
        return own

    def _is_of_head(self, line: Line) -> bool:
        """Whether a line numbers the columns or says again what the head says; its cells are used then."""
        if self._reader.is_numbering(line.texts, [c.text for _, c in line.printed]):
            self._draft.use("number", *(cell for _, cell in line.printed))
            return True
        words = (*line.texts, *(c.text for _, c in line.printed))
        heading = line.texts and all(self._reader.is_head_word(t) for t in words)
        if not heading or self._namer.is_named(line.texts):
            return False
        self._draft.use("label", *line.cells)
        for value, cell in line.printed:
            if self._reader.is_of_another(cell.text, value):
                said = {"printed": squeezed(cell.text), "head": "/".join(value.path)}
                self._draft.report("unknown_column", "error", line.row.page, cell, **said)
        return True

    def _is_part_of_another(self, line: Line, words: Sequence[str]) -> bool:
        """Whether a line without a name breaks another down, and is left out or waits for it."""
        whole = self._namer.broken_down(words, line.block)
        if whole is not None:
            self._breakdowns.append(partial(self._broken_down, line, whole, words[-1]))
            return True
        whole = self._namer.whole_of(words, line.block, self._seen)
        if whole is None or not self._details.take(whole, line.values):
            return False
        self._draft.left_out(line, words[-1], row_name(self._table, whole), whole)
        return True

    def _near(self, line: Line, words: Sequence[str]) -> NamedRow | None:
        """The row that a line is by a label that is nearly its own."""
        named = self._namer.near(words, line.block, line.line_no, self._seen)
        if named is not None:
            self._draft.renamed.append(Renamed("row", named.row.row, "".join(words), named.row.named_by))
        return named

    def _of_its_group(self, named: NamedRow, line: Line) -> NamedRow:
        """合计 as the total of its block's group, where another block prints its own beside it."""
        of = (self._blocks, self._source.rows, self._table, self._contracts)
        key = total_of_group(line.row, line.block, *of)
        if key is None:
            return named
        self._draft.renamed.append(Renamed("row", key, named.row.label, "near"))
        return replace(
            named, row=replace(named.row, row=key, group=self._table.rows[key].group, named_by="near")
        )

    def _take(self, line: Line, named: NamedRow) -> None:
        """Put a named line into the draft, where it did not come before."""
        row, values, row_id = line.row, line.values, named.row.row
        self._draft.use("code", *(row.cells[column] for column in line.block.codes))
        self._draft.use("label", *(row.cells[column] for column in line.block.names))
        self._code_above = row_id if row_id.isdigit() else ""
        figures = tuple(squeezed(cell.text) for _, cell in values)
        if row_id in self._seen:
            self._row_again(line, named.row, same=self._figures_of[row_id] == figures)
            return
        self._figures_of[row_id] = figures
        self._details.note(row_id, values)
        self._seen[row_id] = row.page
        self._draft.rows.append(named.row)
        first, title = row.cells[0], self._source.first.title
        self._draft.findings += code_notes(named.row, title, row.page, first, self._table, self._contracts)
        self._figures(row, named, values)

    def _broken_down(self, line: Line, whole: str, label: str) -> None:
        """A line that breaks a row down otherwise, once the row has come: left out where the row holds it."""
        if self._details.holds(whole, line.values):
            self._draft.left_out(line, label, row_name(self._table, whole), whole)
        else:
            self._draft.unknown_row(line, label)

    def _row_again(self, line: Line, named: TableRow, *, same: bool) -> None:
        """A row that came before."""
        at, label = (line.row.page, line.keys[0].box if line.keys else None), named.label or named.row
        found = self._draft.came_again(*at, same=same, row=label, first=self._seen[named.row])
        self._draft.findings.append(found.of(row=named.row))
        self._draft.use("label" if same else "reported", *(cell for _, cell in line.printed))

    def _figures(self, row: BodyRow, named: NamedRow, values: Sequence[tuple[ValueColumn, Cell]]) -> None:
        taken: set[str] = set()
        details = harmless_columns(values)
        for value, cell in values:
            if value.index in details:
                if not self._is_total_beside(row, named.row, value, cell):
                    self._draft.use("aside", cell)
                continue
            column = value.column
            if column is not None and named.own_column is not None:
                column = named.own_column
            if column is None or column not in named.columns or column in taken:
                if may_hold_figure(cell):
                    head = "/".join(value.path) or f"column {value.index + 1}"
                    at, said = (row.page, cell.box), {"printed": squeezed(cell.text), "head": head}
                    found = self._draft.finding("unknown_column", "error", *at, **said)
                    self._draft.findings.append(found.of(row=named.row.row))
                    self._draft.use("reported", cell)
                continue
            taken.add(column)
            is_count = self._table.columns[column].measure == "count"
            key = Key(self._table.dataset, named.row.row, column)
            named_by = weaker(value.named_by, named.row.named_by)
            self._draft.take_figure(key, cell, row.page_of(cell), is_count, named_by)

    def _is_total_beside(self, row: BodyRow, named: TableRow, value: ValueColumn, cell: Cell) -> bool:
        """Whether a detail of the total of all is another total of the form: 合计 under 人员经费."""
        key = next((self._in_column[word] for word in value.path if word in self._in_column), None)
        if key is None or named.group != ALL_CLASSES or not cell.text:
            return False
        total = replace(named, row=key, label=value.path[-1], group=self._table.rows[key].group)
        self._beside.append((total, row, cell))
        return True

    def _totals_beside(self) -> None:
        """Take the totals in columns of details, but for those that have a line of their own."""
        for total, row, cell in self._beside:
            if total.row in self._seen:
                self._draft.use("label", cell)
                continue
            self._seen[total.row] = row.page
            self._draft.rows.append(total)
            (column,) = self._table.columns
            key = Key(self._table.dataset, total.row, column)
            self._draft.take_figure(key, cell, row.page_of(cell), False, total.named_by)


def _is_numbering(cell: Cell) -> bool:
    return squeezed(cell.text).isdigit()
