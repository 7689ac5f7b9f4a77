"""The words that a table's heads may say, as its contract has them, and the forms that they come in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import Table
from jcfs_etl.recognise.once import once_a_table

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
head_words = once_a_table(HeadWords)
