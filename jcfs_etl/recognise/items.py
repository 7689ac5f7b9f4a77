"""Rows of 三公: items and bases stand in the head, or one of them there and the other in the rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.naming import row_name
from jcfs_etl.findings import Value
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure
from jcfs_etl.places import Key
from jcfs_etl.read.model import Cell, distinct
from jcfs_etl.recognise.breaks import BodyRow
from jcfs_etl.recognise.details import amount, harmless_columns, is_within
from jcfs_etl.recognise.draft import DraftTable, Line
from jcfs_etl.recognise.head import Block
from jcfs_etl.recognise.head_told import stated_year
from jcfs_etl.recognise.heads import HeadReader
from jcfs_etl.recognise.model import TableRow

_YEAR_ALONE = re.compile(r"20\d\d年度?")
#: By so much at most each of several rounded figures adds to what they come to, in the last place printed.
_CENT = Decimal("0.01")


class ItemRows:
    """Names the figures of 三公 row by row.

    Args:
        draft: the table's draft.
        reader: knows the words of its heads, which rows say, too.
        contracts: for the comparison of labels.
    """

    def __init__(self, draft: DraftTable, reader: HeadReader, contracts: Contracts) -> None:
        self._draft, self._reader, self._contracts = draft, reader, contracts
        self._table = draft.contract
        self._words = reader.words
        self._aside = [regex(pattern) for pattern in self._table.rows_set_aside]
        self._seen: set[Key] = set()
        #: Parts of items and rows of other years, which wait until all rows have come.
        self._waiting: list[Callable[[], None]] = []
        #: The latest of the years that rows state.
        self._year: int | None = None
        #: Whether the first row of figures is of all units, and the rows of the units below it.
        self._is_of_all = False
        self._units: list[tuple[BodyRow, Block, list[tuple[Key, Cell]]]] = []

    def look_over(self, rows: Sequence[BodyRow], block: Block) -> None:
        """See whether rows are of several years (2020年度决算数), before they are taken one by one."""
        labels = ["".join(c.text for c in distinct(row.cells[n] for n in block.names)) for row in rows]
        bases = [label for label in labels if self._basis(label) is not None]
        years = {year for year in map(stated_year, bases) if year is not None}
        if years:
            # Whether it is the publication's own is told later.
            self._year = max(years)
            self._draft.years = {self._year}

    def take(self, row: BodyRow, block: Block) -> None:
        """A row of 三公: items and bases in the head, or the label of the row says the item or the basis."""
        self._draft.line_nos(row, block)
        if self._seen and (row.is_blank or (not block.names and self._is_below(row, block))):
            return
        names = distinct(row.cells[c] for c in block.names)
        printed = "".join(c.text for c in names)
        label = self._words.word(printed)
        line = Line(row, block, names, [(v, row.cells[v.index]) for v in block.values if not v.set_aside])
        basis = self._basis(printed)
        year = stated_year(printed) if basis and self._year else None
        is_earlier = year is not None and year != self._year
        if line.printed and (is_earlier or (not basis and self._reader.is_set_aside(printed))):
            self._waiting.append(partial(self._of_another_year, line, squeezed(printed), basis))
            return
        if not self._seen and not block.names:
            totals = self._contracts.publication.head_words.totals
            self._is_of_all = any(self._contracts.label(c.text) in totals for c in distinct(row.cells))
        item, whole = self._item(names, label)
        if self._values(row, line, label, item, basis):
            self._draft.use("label", *names)
            self._draft.use("aside", *self._detail_cells(line))
        elif not line.printed:
            self._heading(names)
        elif whole is not None:
            self._waiting.append(partial(self._detail, line, whole, label))
        elif self._is_aside(label):
            self._draft.row_set_aside(line, label)
        else:
            self._draft.unknown_row(line, label)

    def _item(self, names: Sequence[Cell], label: str) -> tuple[str | None, str | None]:
        """The item that the label of a row names, and the one that it names a detail of.

        A part may stand beside the name of its whole, which is merged over its parts.
        """
        words = tuple(self._words.word(cell.text) for cell in names if cell.text)
        known = self._words.columns
        if label in known or len(words) < 2 or words[0] not in known:
            return known.get(label), self._words.details.get(label)
        item, is_detail = self._reader.concept(words)
        if not is_detail:
            return item, None
        return None, item if words[-1] not in known else None

    def _values(self, row: BodyRow, line: Line, label: str, item: str | None, basis: str | None) -> bool:
        """Name the figures of a line of this year; returns whether it has any."""
        found, again = False, []
        for value, cell in line.values:
            named = basis if value.column is not None else None
            column = item if label and named is None else value.column
            named = named or value.row
            if column is None or named is None:
                continue
            found = True
            key = Key(self._table.dataset, named, column)
            if key in self._seen and not self._came_as_heading(key, label):
                if cell.text:
                    again.append((key, cell))
                continue
            self._seen.add(key)
            if all(r.row != named for r in self._draft.rows):
                self._draft.rows.append(TableRow(named, named))
            self._draft.take_figure(key, cell, row.page_of(cell), False, value.named_by)
        if again and self._is_of_all:
            self._units.append((row, line.block, again))
        else:
            for key, cell in again:
                self._again(row, cell, key)
        return found

    def _heading(self, names: Sequence[Cell]) -> None:
        """A line without figures (（1）国内接待费, where there was none), whose number is an ordinal."""
        for cell in names:
            label = self._contracts.label(cell.text)
            if label in self._words.details or self._is_aside(label) or not re.search("[0-9]", label):
                self._draft.use("label", cell)

    def _basis(self, printed: str) -> str | None:
        """The basis that the label of a row names; a year alone is of what was spent in it."""
        if _YEAR_ALONE.fullmatch(squeezed(printed)):
            return next((key for key, row in self._table.rows.items() if row.unnamed), None)
        return self._words.rows.get(self._words.word(printed))

    @staticmethod
    def _detail_cells(line: Line) -> list[Cell]:
        """Cells of columns that are a part of another (国内接待费), where that is printed and holds them."""
        bases = {v.row for v, _ in line.values}
        columns = {n for b in bases for n in harmless_columns([(v, c) for v, c in line.values if v.row == b])}
        return [c for v, c in line.values if v.index in columns]

    def _is_below(self, row: BodyRow, block: Block) -> bool:
        """Whether a row is of what some forms have below their one row of figures: counts and their names."""
        cells = [c for c in distinct(row.cells) if c.text]
        words = [c for c in cells if not is_figure(c.text)]
        labels = [self._contracts.label(c.text) for c in words]
        headings = {*self._contracts.publication.head_words.name, *self._words.rows}
        if not labels or not all(w in headings or self._is_aside(w) for w in labels):
            return False
        figures = [(block.values[0], c) for c in cells if is_figure(c.text)]
        if figures:
            self._draft.row_set_aside(Line(row, block, words, figures), "、".join(labels))
        self._draft.use("label", *words)
        return True

    def _is_aside(self, label: str) -> bool:
        return any(pattern.fullmatch(label) for pattern in self._aside)

    def _came_as_heading(self, key: Key, label: str) -> bool:
        """Whether a figure came as a dash: 一、“三公”经费支出 above （一）支出合计. It is dropped.

        That of all together may have come blank, where lines are items.
        """
        first = next((f for f in self._draft.figures if f.key == key), None)
        is_whole = label in self._words.columns and not self._table.columns[key.column].part_of
        nothing = ("dash", "blank") if is_whole else ("dash",)
        if first is None or first.printed.kind not in nothing:
            return False
        self._draft.figures.remove(first)
        return True

    def finish(self) -> None:
        """Say what became of parts of items and of rows of other years, once all rows have come."""
        for told in self._waiting:
            told()
        if len(self._units) > 1 and self._add_up():
            for row, block, figures in self._units:
                words = [c for c in distinct(row.cells) if c.text and not is_figure(c.text)]
                line = Line(row, block, words, [(block.values[0], cell) for _, cell in figures])
                self._draft.row_set_aside(line, "".join(squeezed(c.text) for c in words))
        else:
            for row, _, figures in self._units:
                for key, cell in figures:
                    self._again(row, cell, key)

    def _add_up(self) -> bool:
        """Whether the figures of the units come to those of all of them, each rounded by itself."""
        parts: dict[Key, list[Decimal | None]] = {key: [] for key in self._seen}
        for _, _, figures in self._units:
            for key, cell in figures:
                parts[key].append(amount(cell))
        wholes = {f.key: f.printed.value or Decimal() for f in self._draft.figures}
        return all(
            None not in of and abs(sum(filter(None, of), Decimal()) - wholes[key]) <= _CENT * len(of)
            for key, of in parts.items()
        )

    def _of_another_year(self, line: Line, label: str, basis: str | None) -> None:
        """A row of last year, or a comparison with it, left out where this year's own figures are printed."""
        own = basis or next((key for key, row in self._table.rows.items() if row.unnamed), None)
        if any(key.row == own for key in self._seen):
            self._draft.row_set_aside(line, label)
        else:
            self._draft.unknown_row(line, label)

    def _detail(self, line: Line, item: str, label: str) -> None:
        """A part of an item of 三公 (国内接待费), left out where the item is printed and holds it."""
        figures = (f for f in self._draft.figures if f.key.column == item)
        wholes = {
            f.key.row: Decimal() if f.printed.kind in ("blank", "dash") else f.printed.value for f in figures
        }
        if all(is_within([amount(c)], wholes.get(v.row or "")) for v, c in line.printed):
            self._draft.left_out(line, label, self._table.columns[item].labels[0], column=item)
        else:
            self._draft.unknown_row(line, label)

    def _again(self, row: BodyRow, cell: Cell, key: Key) -> None:
        """A figure of 三公 that came before: nothing is lost where it is the same (合计 and its one unit)."""
        basis, column = key.row, key.column
        first = next((f for f in self._draft.figures if f.key == key), None)
        same = first is not None and squeezed(first.cell.text) == squeezed(cell.text)
        named: dict[str, Value] = {"row": row_name(self._table, basis)}
        named["column"] = self._table.columns[column].labels[0]
        if first and same:
            named = {"row": f"{named['row']} {named['column']}", "first": first.page}
        found = self._draft.came_again(row.page, cell.box, same=same, **named)
        self._draft.findings.append(found.of(row=basis, column=column))
        self._draft.use("label" if same else "reported", cell)
