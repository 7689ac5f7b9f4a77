"""Reads a table's head: where it ends, and what each column under it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from jcfs_etl.contracts.model import Contracts, Table
from jcfs_etl.read.model import Cell, Grid

ColumnKind = Literal["code", "name", "line_no", "value"]
_INTEGER = re.compile(r"\d{1,3}")
_DECIMAL = re.compile(r"-?[\d,]*\d\.\d+")
_DASH = re.compile(r"[-‐–—―─]+")


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of figures.

    Attributes:
        index: column of the grid.
        path: words of the head above it, from the top down.
        column: column id of the contract; None when no word of the head names one.
        row: row id that the head names (a basis of 三公); None when it does not.
    """

    index: int
    path: tuple[str, ...]
    column: str | None
    row: str | None


@dataclass(frozen=True)
class Block:
    """Columns side by side that belong together: codes, name, line number and figures.

    ``side`` is the side of a summary form that the head names, such as ``income``.
    """

    codes: tuple[int, ...]
    names: tuple[int, ...]
    line_nos: tuple[int, ...]
    values: tuple[ValueColumn, ...]
    side: str | None


@dataclass(frozen=True)
class Head:
    """A table's head, read: how many rows it takes, and the blocks below it."""

    row_count: int
    blocks: tuple[Block, ...]

    @property
    def names_columns(self) -> bool:
        """Whether at least one column of figures is one that the contract knows.

        Where the rows carry the items, as 三公 as a vertical list does, the head names bases alone.
        """
        return any(
            v.column is not None or (v.row is not None and block.names)
            for block in self.blocks
            for v in block.values
        )


class HeadReader:
    """Reads heads of one table by its contract.

    Args:
        table: the table's contract.
        contracts: all contracts, for the words of heads and the comparison of labels.
    """

    def __init__(self, table: Table, contracts: Contracts) -> None:
        words = contracts.publication.head_words
        label = contracts.label
        self._label = label
        self._table = table
        self._kinds: dict[str, ColumnKind] = {}
        for kind, group in (
            ("code", words.code),
            ("name", words.name),
            ("line_no", words.line_no),
        ):
            self._kinds |= {label(w): kind for w in group}  # type: ignore[misc]
        self._column_no = {label(w) for w in words.column_no}
        self._other = {label(w) for w in (*words.other, *table.decoration, *table.titles)}
        self._sides = {label(w): name for name, side in table.sides.items() for w in side.head}
        self._columns = {label(w): name for name, column in table.columns.items() for w in column.labels}
        self._rows = {label(w): name for name, row in table.all_rows.items() for w in row.labels}
        # On tables such as 三公 the head itself names rows.
        self._rows_in_head = table.kind == "bases"

    def is_head_word(self, text: str) -> bool:
        """Whether a text can only belong to a head: it names no row, line or figure."""
        word = self._label(text)
        return (
            word in self._kinds
            or word in self._column_no
            or word in self._other
            or word in self._sides
            or word in self._columns
        )

    def is_numbering(self, labels: Sequence[str], values: Sequence[str]) -> bool:
        """Whether a row numbers the columns: 栏次 beside integers alone.

        It stands below the head proper, and a page may break between the two.
        """
        return (
            bool(labels)
            and all(self._label(text) in self._column_no for text in labels)
            and all(_INTEGER.fullmatch(self._label(text)) for text in values)
        )

    def read(self, grid: Grid) -> Head:
        """The head of a grid; of no rows and no blocks when it has none that this table knows."""
        kinds: list[ColumnKind | None] = [None] * grid.column_count
        head_rows = 0
        for row in range(grid.row_count):
            cells = [c for c in grid.cells if c.row == row and c.text]
            if not cells:
                continue
            if not self._belongs_to_head(cells, kinds):
                break
            head_rows = max(c.row + c.row_span for c in cells)
            for cell in cells:
                kind = self._kinds.get(self._label(cell.text))
                if kind:
                    for column in range(cell.column, cell.column + cell.column_span):
                        kinds[column] = kind
        paths = [self._path(grid, column, head_rows) for column in range(grid.column_count)]
        return Head(head_rows, tuple(self._blocks(kinds, paths)) if head_rows else ())

    def _belongs_to_head(self, cells: Sequence[Cell], kinds: Sequence[ColumnKind | None]) -> bool:
        for cell in cells:
            word = self._label(cell.text)
            over = set(kinds[cell.column : cell.column + cell.column_span])
            if over and over <= {"code", "name"}:
                # Under 项目 or 科目编码 only further words of the head may stand, and 合计 is none.
                if word not in self._kinds and word not in self._column_no | self._other:
                    return False
            elif (
                (over == {"line_no"} and _INTEGER.fullmatch(word))
                or _DECIMAL.fullmatch(word)
                or _DASH.fullmatch(word)
            ):
                return False
        return self._is_numbering_or_words([self._label(c.text) for c in cells])

    def _is_numbering_or_words(self, words: Sequence[str]) -> bool:
        """Integers stand in a head only as column numbers: 1, 2, 3 … beside 栏次 or alone."""
        numbers = [int(w) for w in words if _INTEGER.fullmatch(w)]
        if not numbers or any(w in self._column_no for w in words):
            return True
        return len(numbers) > 2 and all(b == a + 1 for a, b in pairwise(numbers))

    def _path(self, grid: Grid, column: int, head_rows: int) -> tuple[str, ...]:
        path: list[str] = []
        for row in range(head_rows):
            text = self._label(grid.by_position[row, column].text)
            numbering = text in self._column_no or _INTEGER.fullmatch(text)
            if text and not numbering and (not path or path[-1] != text):
                path.append(text)
        return tuple(path)

    def _blocks(self, kinds: Sequence[ColumnKind | None], paths: Sequence[tuple[str, ...]]) -> list[Block]:
        groups: list[list[int]] = [[]]
        for column, kind in enumerate(kinds):
            before = kinds[column - 1] if column else None
            if kind is not None and groups[-1] and before is None:
                groups.append([])
            groups[-1].append(column)
        return [self._block(group, kinds, paths) for group in groups]

    def _block(
        self,
        group: Sequence[int],
        kinds: Sequence[ColumnKind | None],
        paths: Sequence[tuple[str, ...]],
    ) -> Block:
        sides = [self._sides[word] for c in group for word in paths[c] if word in self._sides]
        return Block(
            codes=tuple(c for c in group if kinds[c] == "code"),
            names=tuple(c for c in group if kinds[c] == "name"),
            line_nos=tuple(c for c in group if kinds[c] == "line_no"),
            values=tuple(self._value_column(c, paths[c]) for c in group if kinds[c] is None),
            side=sides[0] if sides else None,
        )

    def _value_column(self, index: int, path: tuple[str, ...]) -> ValueColumn:
        deepest_first = path[::-1]
        column = next((self._columns[w] for w in deepest_first if w in self._columns), None)
        row = None
        if self._rows_in_head:
            row = next((self._rows[w] for w in deepest_first if w in self._rows), None)
        return ValueColumn(index, path, column, row)
