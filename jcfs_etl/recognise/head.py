"""A table's head: the words that it may say, as its contract has them, and what the columns under it are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.once import once
from jcfs_etl.contracts.table import Table
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.model import Evidence

ColumnKind = Literal["code", "name", "line_no", "value"]
#: Texts of which the compared form is remembered.
_REMEMBERED = 1 << 12
_SUM = re.compile(r"(\d{1,3})=[\d+\-]+")  # 3=4+5: the number of a column, and which it is the sum of


class HeadWords:
    """Words of one table's heads in their compared form, by what they mean.

    Attributes:
        kinds: words over columns of codes, names and line numbers.
        breakdowns: those over columns of names that break the table's sums down otherwise.
        column_no: words beside the columns' numbers.
        other: words that only group columns.
        sides, columns, details, rows: ids by the words that name them.
        totals: words that stand for all of the word above them.
        aside: words over columns that this table's form has and no dataset promises.
        gives_way: words of rows that mean something else beside another of them.
        known: all of them.
        naming: those that say what a column holds: without sides, 栏次 and words that only group columns.
        codes: the classification of the table's rows; empty where they are none.
        lines: labels of its rows, those of the functional classes among them where it has a line for each.
        word: a word of a head in its compared form: as it stands, or the known word that it means. Years,
            units in brackets and marks of footnotes are taken off only where that leaves a known word. Where
            none is left, patterns of the contract say which label is meant.
    """

    def __init__(self, table: Table, contracts: Contracts) -> None:
        words, label = contracts.publication.head_words, contracts.label
        self._contracts = contracts
        self.kinds: dict[str, ColumnKind] = {}
        for kind, group in (("code", words.code), ("name", words.name), ("line_no", words.line_no)):
            self.kinds |= {label(w): kind for w in group}  # type: ignore[misc]
        self.breakdowns = {label(w) for w in table.other_breakdowns}
        self.kinds |= dict.fromkeys(self.breakdowns, "name")
        self.column_no = {label(w) for w in words.column_no}
        self.other = {label(w) for w in (*words.other, *table.decoration, *table.titles)}
        self.sides = {label(w): name for name, side in table.sides.items() for w in side.head}
        self.columns = {label(w): name for name, column in table.columns.items() for w in column.labels}
        self.details = {label(w): name for name, column in table.columns.items() for w in column.details}
        self.rows = {label(w): name for name, row in table.all_rows.items() for w in row.labels}
        self.totals = {label(w) for w in words.totals}
        self.aside = {label(w) for w in table.set_aside}
        self.gives_way = {label(w) for row in table.rows.values() for w in row.gives_way}
        self.codes = contracts.codes_of(table)
        self.lines = {*self.rows, *(contracts.class_of_label if table.has_classes else ())}
        concepts = (*self.sides, *self.columns, *self.details, *self.rows)
        self.known = frozenset((*self.kinds, *self.column_no, *self.other, *concepts, *self.aside))
        reworded = {**dict.fromkeys(words.around, ""), **words.year}
        self.naming = self.known.difference(self.sides, self.column_no, self.other)
        self._reworded = [(re.compile(pattern), word) for pattern, word in reworded.items()]
        named = [*table.columns.values(), *(table.rows.values() if table.kind == "bases" else ())]
        worded = [pair for spec in named for pair in spec.worded.items()] + [*words.worded.items()]
        self._worded = [(re.compile(pattern), label(word)) for word, pattern in worded]
        # Each text is asked for several times, and labels come again in every document.
        self.word = lru_cache(maxsize=_REMEMBERED)(self._in_compared_form)

    def _in_compared_form(self, text: str) -> str:
        plain = _SUM.sub(r"\1", self._contracts.label(text))
        # All ways to take something off, the least first: 本年 may be around a word, or a part of it.
        ways = [plain]
        for way in ways:
            if way in self.known:
                return way
            others = [pattern.sub(word, way) for pattern, word in self._reworded]
            ways += [other for other in others if other and other not in ways]
        return next((word for way in ways for pattern, word in self._worded if pattern.fullmatch(way)), plain)


#: The words of a table's heads, made once.
head_words = once(HeadWords)


class ValueColumn(Struct, frozen=True):
    """A column of figures.

    Attributes:
        index: column of the grid.
        path: words of the head above it, from the top down.
        column: column id of the contract; None when the head names none, or names it for another column too.
        row: row id that the head names (a basis of 三公); None when it does not.
        detail_of: column id of which this one is a part that no contract knows (教育收费 under 事业收入).
        set_aside: whether no dataset promises what stands under it (上年决算数, 增减%, 备注).
        year: the fiscal year that its head states, where columns of several years stand side by side.
        named_by: how it was named.
        is_of_which: whether its words say that it is no column of the form (其中：…, 上年…).
    """

    index: int
    path: tuple[str, ...]
    column: str | None
    row: str | None
    detail_of: str | None = None
    set_aside: bool = False
    year: int | None = None
    named_by: Evidence = "label"
    is_of_which: bool = False


class Block(Struct, frozen=True):
    """Columns side by side that belong together: codes, name, line number and figures.

    ``side`` is the side of a summary form that the head names, such as ``income``. ``is_other`` says that its
    lines break the table's sums down by what no dataset promises; all its columns are set aside.
    """

    codes: tuple[int, ...]
    names: tuple[int, ...]
    line_nos: tuple[int, ...]
    values: tuple[ValueColumn, ...]
    side: str | None
    is_other: bool = False


class Head(Struct, frozen=True):
    """A table's head, read: how many rows it takes, and the blocks of columns below it.

    ``words_below`` are cells of the first row below it that belong to it all the same: the Shanghai forms of
    2024 set 合计, 基本支出 and 项目支出 under 本年支出 beside the label and figures of the row 合计.
    ``money_units`` are those that its words carry in brackets.
    """

    row_count: int
    blocks: tuple[Block, ...]
    words_below: tuple[Cell, ...] = ()
    money_units: frozenset[str] = frozenset()

    @property
    def years(self) -> frozenset[int]:
        """Years of the columns that were taken where others of other years stand beside them."""
        return frozenset(v.year for block in self.blocks for v in block.values if v.year is not None)

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
