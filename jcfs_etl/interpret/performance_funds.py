"""The money block of a form: labels at the left, figures under the heads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from jcfs_etl.interpret.performance_heads import FormRow, Heads
from jcfs_etl.interpret.performance_ledger import BlockReader, Ledger
from jcfs_etl.interpret.performance_model import FundLine
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_nothing
from jcfs_etl.read.model import Cell

#: Cells that end this far (points) right of where the heads begin still stand at their left.
_EDGE = 4.0


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
        labels = [c for c in fresh if c.text.strip() and c.box.x1 - row.shift <= heads.left + _EDGE]
        label = "".join(line.strip() for c in labels for line in c.text.split("\n"))
        is_total = self._is_total(label)
        if not label or (is_total and any(line.is_total for line in self.lines)):
            return
        by_column = _by_column([c for c in fresh if c not in labels], row, heads)
        if not is_total and not _may_hold_figure(c for _, c in by_column):
            return
        if is_total and not self._words.is_one(label, block.totals):
            ledger.take(label, block.totals[0])
        ledger.use(*labels)
        measures = {name: column.measure for name, column in block.columns.items()}
        figures = [(n, c) for n, c in by_column if measures.get(n, "text") != "text"]
        deviation = [c for n, c in by_column if measures.get(n) == "text" and c.text.strip()]
        ledger.use(*(c for n, c in by_column if n not in measures))
        self.lines.append(
            FundLine(
                number=len(self.lines) + 1,
                label=label,
                is_total=is_total,
                is_within=self._is_within(squeezed(label)),
                figures=ledger.figures(figures, row, block, fen),
                deviation=ledger.text(deviation[0], row.page) if deviation else None,
                page=row.page,
            )
        )

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


def _may_hold_figure(cells: Iterable[Cell]) -> bool:
    """Whether a row holds a figure or nothing at all, and not words alone."""
    texts = [squeezed(cell.text) for cell in cells if cell.text.strip()]
    return not texts or any(is_nothing(text) or any(map(str.isdigit, text)) for text in texts)


def _by_column(cells: Sequence[Cell], row: FormRow, heads: Heads) -> list[tuple[str, Cell]]:
    placed = [(heads.under(c, row.shift), c) for c in cells]
    return [(under[0], c) for under, c in placed if len(under) == 1]
