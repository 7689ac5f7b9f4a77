"""Reads a table's head: where it ends, and what each column under it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import Table
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell, Grid, distinct
from jcfs_etl.recognise.head import Block, ColumnKind, Head, ValueColumn, head_words
from jcfs_etl.recognise.head_told import (
    named_once,
    of_the_last_year,
    take_columns_of_labels,
    with_sides,
    with_whole_words,
)
from jcfs_etl.recognise.near import contradicts, nearest
from jcfs_etl.recognise.stakes import hold_amounts
from jcfs_etl.recognise.units import units_in

_INTEGER = re.compile(r"\d{1,3}")
_DASH = re.compile(r"[-‐–—―─]+")


class HeadReader:
    """Reads heads of one table by its contract.

    Args:
        table: the table's contract.
        contracts: all contracts, for the words of heads and the comparison of labels.

    Attributes:
        words: what words of the table's heads mean.
    """

    def __init__(self, table: Table, contracts: Contracts) -> None:
        words = contracts.publication.head_words
        self._contracts = contracts
        self._table = table
        self.words = head_words(table, contracts)
        self._label = self.words.word
        self._no_line = re.compile(contracts.publication.no_line_pattern)
        self._last_year = re.compile(words.last_year)
        self._set_aside = [re.compile(pattern) for pattern in words.set_aside]
        # On tables such as 三公 the head itself names rows.
        self._rows_in_head = table.kind == "bases"

    def is_head_word(self, text: str) -> bool:
        """Whether a text can only belong to a head: it names no row, line or figure."""
        word = self._label(text)
        words = self.words
        pools = (words.kinds, words.column_no, words.other, words.sides, words.columns)
        return any(word in pool for pool in pools)

    def is_set_aside(self, text: str) -> bool:
        """Whether a text over figures says that no dataset promises them: 上年决算数, 增减额."""
        return self._is_set_aside(self._label(text))

    def is_of_another(self, text: str, value: ValueColumn) -> bool:
        """Whether a word over a column, where the head is said again, names another one than the head did.

        Args:
            text: the word.
            value: the column.
        """
        word, columns = self._label(text), self.words.columns
        named = {columns[w] for w in value.path if w in columns}
        return word not in value.path and word in columns and bool(named) and columns[word] not in named

    def knows(self, text: str) -> bool:
        """Whether a text is a word of this table's heads."""
        return self._label(text) in self.words.known

    def is_numbering(self, labels: Sequence[str], values: Sequence[str]) -> bool:
        """Whether a row numbers the columns: 栏次 beside integers alone.

        It stands below the head proper, and a page may break between the two. Where the numbers run from 1
        on, other words may stand beside it: the last character of a word that is too long for the cell above.
        """
        words = [self._label(text) for text in labels]
        if not any(word in self.words.column_no for word in words):
            return False
        numbers = [self._label(text) for text in values]
        if not all(_INTEGER.fullmatch(number) for number in numbers):
            return False
        counted = len(numbers) > 2 and [int(number) for number in numbers] == [*range(1, len(numbers) + 1)]
        return counted or all(word in self.words.column_no for word in words)

    def read(self, grid: Grid) -> Head:
        """The head of a grid; of no rows and no blocks when it has none that this table knows."""
        grid = with_whole_words(grid, self.words)
        kinds: list[ColumnKind | None] = [None] * grid.column_count
        head_rows = 0
        for row in range(grid.row_count):
            cells = [c for c in grid.cells if c.row == row and c.text]
            if not cells:
                continue
            if not self._belongs_to_head(cells, kinds):
                # 类, 款 and 项 are merged down beside 栏次 and the row of 合计.
                head_rows = min(head_rows, row)
                break
            head_rows = max(c.row + c.row_span for c in cells)
            is_numbered = all(_INTEGER.fullmatch(self._label(c.text)) for c in cells[1:])
            for cell in cells:
                kind = self.words.kinds.get(self._label(cell.text))
                if kind == "line_no" and kinds[cell.column] is not None and is_numbered:
                    # 行次 below 项目, beside the numbers of columns.
                    continue
                if cell.column_span > 1 and self._label(cell.text) in self.words.breakdowns:
                    # The words below it say which of its columns is of names.
                    continue
                if kind:
                    for column in range(cell.column, cell.column + cell.column_span):
                        kinds[column] = kind
        if not head_rows:
            return Head(0, ())
        take_columns_of_labels(grid, head_rows, kinds, self.words)
        below = self._words_below(grid, head_rows, kinds)
        above = [self._cells_above(grid, column, head_rows, below) for column in range(grid.column_count)]
        blocks = with_sides(self._blocks(kinds, above), grid, head_rows, self._table, self._contracts)
        blocks = self._with_a_basis(of_the_last_year(blocks, above))
        return Head(
            head_rows,
            tuple(blocks),
            below,
            units_in((c for c in grid.cells if c.row < head_rows), self._contracts),
        )

    def _words_below(
        self, grid: Grid, head_rows: int, kinds: Sequence[ColumnKind | None]
    ) -> tuple[Cell, ...]:
        """Words of the head's lower level that stand in the first row of the body.

        They stand under a word of the head that is merged over several columns and has nothing else below it,
        one in each of its columns, and each of them is a word of this table's head.
        """
        if head_rows >= grid.row_count:
            return ()
        found: list[Cell] = []
        for above in grid.cells:
            columns = range(above.column, above.column + above.column_span)
            ends_head = above.row + above.row_span == head_rows
            if len(columns) < 2 or not ends_head or any(kinds[c] is not None for c in columns):
                continue
            below = distinct(grid.by_position[head_rows, c] for c in columns)
            known = self.words.columns.keys() | self.words.totals
            if len(below) == len(columns) and all(self._label(cell.text) in known for cell in below):
                found += below
        return tuple(found)

    def _belongs_to_head(self, cells: Sequence[Cell], kinds: Sequence[ColumnKind | None]) -> bool:
        for cell in cells:
            word = self._label(cell.text)
            over = set(kinds[cell.column : cell.column + cell.column_span])
            if over and over <= {"code", "name"}:
                # Under 项目 or 科目编码 only further words of the head may stand, and 合计 is none.
                if word not in self.words.kinds and word not in self.words.column_no | self.words.other:
                    return False
            elif (over == {"line_no"} and _INTEGER.fullmatch(word)) or _DASH.fullmatch(word):
                return False
        if hold_amounts([squeezed(cell.text) for cell in cells]):
            return False
        return self._is_numbering_or_words([self._label(c.text) for c in cells])

    def _is_numbering_or_words(self, words: Sequence[str]) -> bool:
        """Integers stand in a head only as column numbers: 1, 2, 3 … beside 栏次 or alone."""
        numbers = [int(w) for w in words if _INTEGER.fullmatch(w)]
        if not numbers or any(w in self.words.column_no for w in words):
            return True
        return len(numbers) > 2 and all(b == a + 1 for a, b in pairwise(numbers))

    def _cells_above(self, grid: Grid, column: int, head_rows: int, below: Sequence[Cell]) -> list[Cell]:
        """The cells of the head above a column that carry words, from the top down."""
        found: list[Cell] = []
        for row in range(head_rows + 1):
            cell = grid.by_position.get((row, column))
            if cell is None or (row == head_rows and not any(cell is word for word in below)):
                continue
            text = self._label(cell.text)
            numbering = text in self.words.column_no or _INTEGER.fullmatch(text)
            if text and not numbering and not any(cell is known for known in found):
                found.append(cell)
        return found

    def _path(self, cells: Sequence[Cell]) -> tuple[str, ...]:
        words = [self._label(cell.text) for cell in cells]
        return tuple(word for at, word in enumerate(words) if not at or words[at - 1] != word)

    def _whole_words(
        self, paths: Sequence[tuple[str, ...]], kinds: Sequence[ColumnKind | None]
    ) -> Sequence[tuple[str, ...]]:
        """The paths, a word that a page cuts in two as one where that names all columns: 年初结转和|结余."""
        whole = [self._whole(path) for path in paths]
        for column, (path, kind) in enumerate(zip(whole, kinds, strict=True)):
            if kind is not None:
                is_named = all(word in self.words.kinds for word in path)
            else:
                value = self._value_column(column, path)
                is_named = value.column is not None or value.set_aside or value.detail_of is not None
            if not is_named:
                return paths
        return whole

    def _whole(self, path: Sequence[str]) -> tuple[str, ...]:
        words: list[str] = []
        for word in path:
            if words and words[-1] not in self.words.known and words[-1] + word in self.words.known:
                words[-1] += word
            else:
                words.append(word)
        return tuple(words)

    def _blocks(self, kinds: Sequence[ColumnKind | None], above: Sequence[list[Cell]]) -> list[Block]:
        groups: list[list[int]] = [[]]
        for column, kind in enumerate(kinds):
            before = kinds[column - 1] if column else None
            if kind is not None and groups[-1] and before is None:
                groups.append([])
            groups[-1].append(column)
        paths = self._whole_words([self._path(cells) for cells in above], kinds)
        return [self._block(group, kinds, above, paths) for group in groups]

    def _block(
        self,
        group: Sequence[int],
        kinds: Sequence[ColumnKind | None],
        above: Sequence[list[Cell]],
        paths: Sequence[tuple[str, ...]],
    ) -> Block:
        sides = [self.words.sides[word] for c in group for word in paths[c] if word in self.words.sides]
        values = [(self._named(c, paths[c], above[c]), above[c]) for c in group if kinds[c] is None]
        is_other = any(word in self.words.breakdowns for c in group for word in paths[c])
        if is_other:
            values = [
                (ValueColumn(v.index, v.path, None, None, set_aside=True), cells) for v, cells in values
            ]
        return Block(
            codes=tuple(c for c in group if kinds[c] == "code"),
            names=tuple(c for c in group if kinds[c] == "name"),
            line_nos=tuple(c for c in group if kinds[c] == "line_no"),
            values=self._without_sole_years(named_once(values, self.words.gives_way)),
            side=sides[0] if sides else None,
            is_other=is_other,
        )

    def _with_a_basis(self, blocks: list[Block]) -> list[Block]:
        """Blocks of 三公 whose head names items and no basis: they are of the one that the title means."""
        basis = next((key for key, row in self._table.rows.items() if row.unnamed), None)
        if not self._rows_in_head or basis is None or any(v.row for block in blocks for v in block.values):
            return blocks
        return [
            replace(
                block,
                values=tuple(replace(v, row=basis) if v.column or v.detail_of else v for v in block.values),
            )
            for block in blocks
        ]

    def _named(self, index: int, path: tuple[str, ...], above: Sequence[Cell]) -> ValueColumn:
        """A column and how it was named: by its word, one without what is around it, or those above it."""
        value = self._value_column(index, path)
        if any(re.search(self._no_line, squeezed(cell.text)) for cell in above):
            value = replace(value, is_of_which=True)
        if sum(word in self.words.columns or word in self.words.totals for word in path) > 1:
            return replace(value, named_by="path")
        if any(self._label(cell.text) != self._contracts.label(cell.text) for cell in above):
            return replace(value, named_by="stripped")
        return value

    def _value_column(self, index: int, path: tuple[str, ...]) -> ValueColumn:
        row = None
        if self._rows_in_head:
            row = next((self.words.rows[w] for w in path[::-1] if w in self.words.rows), None)
        if any(self._is_set_aside(word) for word in path):
            return ValueColumn(index, path, None, None, set_aside=True)
        column, is_detail = self.concept(path)
        if is_detail:
            return ValueColumn(index, path, None, row, column)
        return ValueColumn(index, path, column, row)

    def near(self, value: ValueColumn, block: Block) -> ValueColumn | None:
        """Propose a name for a column that no contract knows: the one whose label its words nearly are.

        Args:
            value: the column.
            block: the block that it stands in; a name that another of its columns has is none.

        Returns:
            The column with the proposed name; None where no label is near, or more than one.
        """
        if value.column is not None or value.detail_of is not None or value.set_aside:
            return None
        names = {word: f"column/{key}" for word, key in self.words.columns.items()}
        if self._rows_in_head:
            names |= {word: f"row/{key}" for word, key in self.words.rows.items()}
        labels = {name: word for word, name in names.items()}
        path = tuple(
            word if word in self.words.known or (name := nearest(word, names)) is None else labels[name]
            for word in value.path
        )
        if path == value.path:
            return None
        found = self._value_column(value.index, path)
        taken = {(other.column, other.row) for other in block.values}
        if found.column is None or (found.column, found.row) in taken:
            return None
        return replace(found, path=value.path, named_by="near")

    def may_mean(self, value: ValueColumn, column: str) -> bool:
        """Whether the words over a column leave open that it is the one that the form has in its place.

        Args:
            value: the column; no contract knows its words.
            column: the column's id.
        """
        unknown = [word for word in value.path if word not in self.words.known]
        if (
            not unknown
            or value.is_of_which
            or any(w in (*self.words.columns, *self.words.details, *self.words.aside) for w in value.path)
        ):
            return False
        columns = self.words.columns
        return not any(
            nearest(word, columns) not in (None, column) or contradicts(word, column, self._contracts)
            for word in unknown
        )

    def _without_sole_years(self, values: Sequence[ValueColumn]) -> tuple[ValueColumn, ...]:
        """Last year's column is set aside only beside this year's: alone, it may be this year's, misnamed."""
        taken = {(v.column, v.row) for v in values}
        found = []
        for value in values:
            path = tuple(self._last_year.sub("", word) for word in value.path)
            if value.set_aside and path != value.path:
                this = self._value_column(value.index, tuple(word for word in path if word))
                named = this.column is not None or this.row is not None
                if named and (this.column, this.row) not in taken:
                    found.append(replace(value, set_aside=False))
                    continue
            found.append(value)
        return tuple(found)

    def _is_set_aside(self, word: str) -> bool:
        if word in self.words.known:
            return word in self.words.aside
        return any(pattern.fullmatch(word) for pattern in self._set_aside)

    def concept(self, path: tuple[str, ...]) -> tuple[str | None, bool]:
        """The column that a path of words names, from whole to part, and whether it is a detail of it.

        合计 and 小计 mean the word above them. A known word under another known one counts only where it is a
        part of it: 基本支出 under 年初结转和结余 is no expenditure. An unknown word below it is a detail.
        """
        named: str | None = None
        is_detail = False
        for word in path:
            column = self.words.columns.get(word)
            if named is not None and word in self.words.totals:
                continue
            if column is None:
                words = self.words
                known = any(word in pool for pool in (words.totals, words.other, words.sides, words.rows))
                known = known and word not in words.details
                is_detail = is_detail or (named is not None and not known)
            elif named is None or self._is_part(column, named):
                named, is_detail = column, False
            else:
                is_detail = True
        details = self.words.details
        if named is None and (detail := next((w for w in path if w in details), None)) is not None:
            return details[detail], True
        return named, is_detail

    def _is_part(self, column: str, whole: str) -> bool:
        at: str | None = column
        while at is not None and at != whole:
            at = self._table.columns[at].part_of
        return at == whole
