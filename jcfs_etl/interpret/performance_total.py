"""The row 总分 below the indicators, and the grade."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jcfs_etl.interpret.performance_heads import FormRow, Heads
from jcfs_etl.interpret.performance_ledger import BlockReader, Ledger
from jcfs_etl.interpret.performance_model import FormFigure, FormText
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell


class TotalReader(BlockReader):
    """Reads the row 总分, with the grade; a grade may have a row of its own.

    Args:
        words: the words of the forms.
        ledger: notes which cells were taken.
    """

    def __init__(self, words: Words, ledger: Ledger) -> None:
        super().__init__(words, ledger)
        self.figures: dict[str, FormFigure] = {}
        self.grade: FormText | None = None

    def take(self, row: FormRow, starting: Sequence[Cell], heads: Heads) -> bool:
        """Whether a row is the total or the grade; ``heads`` are those of the indicators above it."""
        total = self._contract.total
        label = next((c for c in starting if not self._ledger.is_used(c)), None)
        is_total = label is not None and not self.figures and self._is_total(label, heads, row)
        is_grade = label is not None and self._words.is_one(label.text, total.grade_labels)
        if label is None or not (is_total or is_grade):
            return False
        self._ledger.use(label)
        rest = [c for c in starting if c is not label and not self._ledger.is_used(c)]
        for cell in list(rest):
            if self._words.is_one(cell.text, total.grade_labels):
                self._ledger.use(cell)
                rest.remove(cell)
            elif squeezed(cell.text) in total.grades and self.grade is None:
                self.grade = self._ledger.text(cell, row.page)
                rest.remove(cell)
        if is_total:
            self._take_figures(row, rest, heads)
        return True

    def _take_figures(self, row: FormRow, rest: Sequence[Cell], heads: Heads) -> None:
        places = [(c, heads.under(c, row.shift)) for c in rest]
        for name in ("score", "weight"):
            found = [c for c, under in places if under == [name]]
            if not found and name == "score" and len(rest) == 1:
                # A single figure that stands over several columns, 得分 among them, is the total.
                found = [c for c, under in places if "score" in under]
            if len(found) == 1:
                block = self._contract.indicators
                self.figures |= self._ledger.figures([(name, found[0])], row, block, None)

    def _is_total(self, label: Cell, heads: Heads, row: FormRow) -> bool:
        """Whether a label is that of 总分: listed, or in the place of an indicator's texts with its words."""
        total = self._contract.total
        if self._words.is_one(label.text, total.labels):
            return True
        covered = heads.under(label, row.shift)
        if "actual" not in covered or not re.search(total.key, squeezed(label.text)):
            return False
        self._ledger.take(label.text, total.labels[0])
        return True
