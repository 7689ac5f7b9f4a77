"""Reads the row 总分 of a form, with the grade."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jcfs_etl.interpret.performance_heads import FormRow, Heads
from jcfs_etl.interpret.performance_ledger import BlockReader, Ledger
from jcfs_etl.interpret.performance_model import FormFigure, FormText
from jcfs_etl.interpret.performance_texts import at_right
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure
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
            elif self.grade is None and (grade := self._grade(cell, row)) is not None:
                self.grade = grade
                rest.remove(cell)
        if is_total:
            self._take_figures(row, rest, heads)
        return True

    def take_above(self, row: FormRow, starting: Sequence[Cell]) -> None:
        """Take 总分 where it stands beside its label among the fields at the top of the form."""
        for cell in starting:
            figure = at_right(cell, row)
            says = self._words.is_one(cell.text, self._contract.total.labels_above)
            if says and not self.figures and figure is not None and is_figure(figure.text):
                self._ledger.use(cell)
                block = self._contract.indicators
                self.figures |= self._ledger.figures([("score", figure)], row, block, None)

    def _grade(self, cell: Cell, row: FormRow) -> FormText | None:
        """The grade in a cell of its own, or behind its label in one: (自评等级：优)."""
        plain, total = squeezed(cell.text), self._contract.total
        if plain in total.grades:
            return self._ledger.text(cell, row.page)
        label, _, grade = plain.strip("()").partition(":")
        if grade not in total.grades or not self._words.is_one(label, total.grade_labels):
            return None
        self._ledger.use(cell)
        return FormText(grade, row.page, cell.box)

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
