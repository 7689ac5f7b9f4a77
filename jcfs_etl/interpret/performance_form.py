"""Reads one self-evaluation form, row by row; what is taken for nothing is reported.

Which block a row belongs to is told here; each block has a reader of its own, rows in, values out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from jcfs_etl.contracts.model import PublicationContract
from jcfs_etl.contracts.performance import Block
from jcfs_etl.findings import Finding
from jcfs_etl.interpret.performance_caption import Caption
from jcfs_etl.interpret.performance_funds import FundReader
from jcfs_etl.interpret.performance_goals import GoalReader
from jcfs_etl.interpret.performance_heads import FormRow, Heads, heads_of
from jcfs_etl.interpret.performance_indicators import IndicatorReader
from jcfs_etl.interpret.performance_ledger import Ledger
from jcfs_etl.interpret.performance_model import PerformanceForm
from jcfs_etl.interpret.performance_texts import LabelledTexts
from jcfs_etl.interpret.performance_total import TotalReader
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell

_Mode = Literal["fields", "money", "goals", "indicators", "total", "analysis"]


class FormReader:
    """Reads the rows of one form.

    Args:
        number: place of the form in the document, from 1.
        rows: its rows in order.
        captions: lines above it, squeezed.
        title: the one that titles it; empty when none does.
        words: the words of the forms.
        publication: how money units are printed.
    """

    def __init__(
        self,
        number: int,
        rows: Sequence[FormRow],
        captions: Sequence[str],
        title: str,
        words: Words,
        publication: PublicationContract,
    ) -> None:
        self._number = number
        self._rows = rows
        self._words = words
        self._money_units = publication.money_units
        self._ledger = ledger = Ledger(title or f"self-evaluation form {number}", words.contract)
        self._caption = Caption(captions, title, words, ledger)
        self._texts = LabelledTexts(words, ledger)
        self._funds = FundReader(words, ledger)
        self._goals = GoalReader(words, ledger, self._texts)
        self._indicators = IndicatorReader(words, ledger)
        self._total = TotalReader(words, ledger)
        self._heads: dict[str, Heads] = {}
        self._head_cells: set[int] = set()
        self._top_rows: dict[int, int] = {}
        self._mode: _Mode = "fields"

    def read(self) -> tuple[PerformanceForm, tuple[Finding, ...]]:
        """The form, and what could not be read for certain."""
        for row in self._rows:
            self._read_row(row)
        fields, codes = self._texts.fields()
        form = PerformanceForm(
            number=self._number,
            title=self._caption.title,
            year=self._caption.year,
            project=fields.get("project"),
            fields={name: fields[name] for name in fields if name not in ("project", "other")},
            codes=codes,
            money_unit=self._caption.money_unit,
            execution_points=self._caption.execution_points,
            funds=tuple(self._funds.lines),
            goals=self._texts.get("goals"),
            completion=self._texts.get("completion"),
            indicators=self._indicators.indicators,
            total_score=self._total.figures.get("score"),
            total_weight=self._total.figures.get("weight"),
            grade=self._total.grade,
            analysis=self._texts.analysis(),
            pages=tuple(dict.fromkeys(row.page for row in self._rows)),
        )
        self._ledger.note_missing(form, self._rows[0])
        self._ledger.close(self._rows)
        return form, tuple(self._ledger.findings)

    @property
    def _fen(self) -> int | None:
        return self._money_units.get(self._caption.money_unit or "")

    def _read_row(self, row: FormRow) -> None:
        starting = [c for c in row.starting if id(c) not in self._head_cells]
        if not starting:
            if self._is_at_top(row):
                # Its texts belong to the page before.
                self._top_rows[row.part] = row.index + 1
            return
        for cell in starting:
            self._side(cell, row)
        has_begun = "money" in self._heads or self._mode != "fields"
        if not has_begun and self._funds.take_pairs(row, starting, self._fen):
            return
        if not has_begun and (taken := self._funds.take_sources(row, starting, self._fen)):
            self._head_cells.update(map(id, taken))
            return
        if self._is_of_heads(row, starting) or self._is_labelled(row, starting):
            return
        is_at_top = self._is_at_top(row)
        if self._mode == "money":
            self._funds.take(row, self._heads["money"], self._fen)
        elif self._mode == "goals":
            self._goals.take_texts(row, starting, is_at_top=is_at_top)
        elif self._mode == "indicators":
            self._indicators.take(row, self._heads["indicators"], is_at_top=is_at_top)
        elif self._mode == "analysis":
            self._texts.take_rest(row, starting, is_at_top=is_at_top)

    def _side(self, cell: Cell, row: FormRow) -> None:
        """A heading at the left of a block, which may name the money unit."""
        if not self._words.is_one(cell.text, self._words.sides):
            return
        is_left = cell.column == 0 or all(
            self._ledger.is_used(c) or not c.text.strip() for c in row.cells if c.column < cell.column
        )
        if is_left:
            self._ledger.use(cell)
            if self._words.is_one(cell.text, self._words.contract.money.sides):
                self._caption.note_money([cell])

    def _is_of_heads(self, row: FormRow, starting: Sequence[Cell]) -> bool:
        """Whether a row begins the heads of a block, or groups heads below it."""
        contract = self._words.contract
        for name, block in (("money", contract.money), ("indicators", contract.indicators)):
            heads = heads_of(row, block, self._words)
            if heads is not None:
                self._begin("money" if name == "money" else "indicators", row, block, heads, starting)
                return True
        if self._mode != "fields":
            return False
        # A row of groups above the heads proper.
        groups = (*contract.money.groups, *contract.indicators.groups)
        rest = [c for c in starting if not self._ledger.is_used(c)]
        if not rest or not all(self._words.is_one(c.text, groups) for c in rest):
            return False
        self._ledger.use(*rest)
        self._caption.note_money(rest)
        return True

    def _begin(
        self,
        name: Literal["money", "indicators"],
        row: FormRow,
        block: Block,
        heads: Heads,
        starting: Sequence[Cell],
    ) -> None:
        """Begin a block below its heads."""
        before = self._heads.get(name)
        if before is not None and not (row.is_first and row.part) and before.columns != heads.columns:
            # A second head in the middle of a page, over other columns: nothing says what it heads.
            self._mode = "fields"
            return
        self._heads[name] = heads
        self._mode = name
        for cell, column in heads.taken:
            self._ledger.take(cell.text, block.columns[column].labels[0])
        if row.is_first:
            self._top_rows[row.part] = heads.last + 1
        self._ledger.use(*heads.sides, *heads.cells, *heads.strangers)
        self._head_cells.update(id(c) for c in (*heads.cells, *heads.strangers))
        if name == "money":
            self._caption.note_money((*heads.cells, *heads.sides, *starting))
        for cell in heads.strangers:
            self._ledger.report("performance_unknown_head", row, cell.box, head=squeezed(cell.text))

    def _is_labelled(self, row: FormRow, starting: Sequence[Cell]) -> bool:
        """Whether a row is told by its labels, whatever block it stands in; what they head is taken then."""
        mode, heads = self._mode, self._heads.get("indicators")
        if self._caption.take(row, starting, is_in_fields=mode == "fields"):
            return True
        if mode in ("fields", "money", "goals") and self._goals.take_heads(row, starting):
            self._mode = "goals"
            return True
        is_below = heads is not None and mode in ("indicators", "total", "analysis")
        if heads is not None and is_below and self._total.take(row, starting, heads):
            self._mode = "total"
            return True
        if self._texts.take_analysis(row, starting, is_in_indicators=mode == "indicators"):
            self._mode = "analysis" if heads is not None else mode
            return True
        if not self._heads:
            self._total.take_above(row, starting)
        is_in_block = mode in ("money", "indicators")
        return self._texts.take_fields(row, starting, is_in_block=is_in_block, is_open=mode == "fields")

    def _is_at_top(self, row: FormRow) -> bool:
        """Whether the row is the first of a further page, but for a repeated head."""
        return row.part > 0 and row.index == self._top_rows.get(row.part, 0)
