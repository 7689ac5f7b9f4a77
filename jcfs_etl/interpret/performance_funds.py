"""The money block of a form: labels at the left and figures under heads, or at the right of labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from jcfs_etl.interpret.performance_heads import EDGE, FormRow, Heads
from jcfs_etl.interpret.performance_ledger import BlockReader, Ledger, unwrapped
from jcfs_etl.interpret.performance_model import FundLine
from jcfs_etl.interpret.performance_texts import at_right
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_nothing
from jcfs_etl.read.model import Cell

#: Labels with a figure at the right of each that make a row of the money block.
_LEAST = 2


def may_hold_figure(cells: Iterable[Cell]) -> bool:
    """Whether cells hold a figure or nothing at all, and not words alone."""
    texts = [squeezed(cell.text) for cell in cells if cell.text.strip()]
    return not texts or any(is_nothing(text) or any(map(str.isdigit, text)) for text in texts)


class FundReader(BlockReader):
    """Reads the rows of the money block.

    Args:
        words: the words of the forms.
        ledger: notes which cells were taken.
    """

    def __init__(self, words: Words, ledger: Ledger) -> None:
        super().__init__(words, ledger)
        self.lines: list[FundLine] = []

    def take(self, row: FormRow, heads: Heads, fen: int | None) -> None:
        """Read a row below the heads.

        A row without a label, one of texts alone, and a second 资金总额 are none: their cells are left over.

        Args:
            row: the row.
            heads: the block's.
            fen: 分 in one unit of money; None where nothing says, and then there are no amounts.
        """
        block, ledger = self._words.contract.money, self._ledger
        fresh = [c for c in row.cells if c.row == row.index and not ledger.is_used(c)]
        labels = [c for c in fresh if c.text.strip() and c.box.x1 - row.shift <= heads.left + EDGE]
        label = "".join(map(unwrapped, labels))
        is_total = self._is_total(label)
        if not label or (is_total and any(line.is_total for line in self.lines)):
            return
        by_column = _by_column([c for c in fresh if c not in labels], row, heads)
        if not is_total and not may_hold_figure(c for _, c in by_column):
            return
        if is_total and not self._words.is_one(label, block.totals):
            ledger.take(label, block.totals[0])
        ledger.use(*labels)
        measures = {name: column.measure for name, column in block.columns.items()}
        figures = [(n, c) for n, c in by_column if measures.get(n, "text") != "text"]
        deviation = [c for n, c in by_column if measures.get(n) == "text" and c.text.strip()]
        ledger.use(*(c for n, c in by_column if n not in measures))
        text = ledger.text(deviation[0], row.page) if deviation else None
        read, is_within = ledger.figures(figures, row, block, fen), self._is_within(squeezed(label))
        number = len(self.lines) + 1
        self.lines.append(FundLine(number, label, is_total, is_within, read, text, row.page))

    def take_pairs(self, row: FormRow, starting: Sequence[Cell], fen: int | None) -> bool:
        """Whether a row of the block has labels with a figure at the right of each, and no heads.

        Args:
            row: a row of a form whose money block has not begun otherwise.
            starting: its cells with text.
            fen: 分 in one unit of money; None where nothing says.
        """
        block, ledger, side = self._words.contract.money, self._ledger, row.cells[0]
        fresh = [c for c in starting if not ledger.is_used(c)]
        labels = [(c, name) for c in fresh if (name := self._words.column(c.text, block))]
        figures = {name: cell for c, name in labels if (cell := at_right(c, row)) is not None}
        values = [c for c in figures.values() if c.text.strip()]
        before = self.lines[-1].figures if self.lines else {}
        if len(figures) != len(labels) or len(labels) < _LEAST or not set(block.needs) <= {*figures, *before}:
            return False
        # Nothing else stands in the row but the block's heading, and no label beside another.
        alone = len(fresh) == len(labels) + len(values) and ledger.is_used(side) and side.text.strip()
        apart = {id(c) for c, _ in labels}.isdisjoint(map(id, values)) and not set(figures) & set(before)
        is_money = values and all(may_hold_figure([c]) for c in values)
        if not (alone and apart and is_money) or any(block.columns[n].measure == "text" for n in figures):
            return False
        ledger.use(*(c for c, _ in labels))
        read = {**before, **ledger.figures(figures.items(), row, block, fen)}
        self.lines = [FundLine(1, unwrapped(side), True, False, read, None, row.page)]
        return True

    def _is_total(self, label: str) -> bool:
        block, plain = self._words.contract.money, squeezed(label)
        if self._words.is_one(label, block.totals):
            return True
        says_so = re.search(block.totals_key, plain) is not None
        return not self.lines and says_so and not self._words.naming.is_other(plain)

    def _is_within(self, label: str) -> bool:
        """Whether a row is a part of the one above it, or sums up some of the others."""
        block = self._words.contract.money
        follows_source = bool(self.lines) and not self.lines[-1].is_total
        is_part = follows_source and re.search(block.within_pattern, label) is not None
        return is_part or re.search(block.subtotal_pattern, label) is not None


def _by_column(cells: Sequence[Cell], row: FormRow, heads: Heads) -> list[tuple[str, Cell]]:
    placed = [(heads.under(c, row.shift), c) for c in cells]
    return [(under[0], c) for under, c in placed if len(under) == 1]
