"""The money block of a form: labels at the left and figures under heads; sources in columns or in pairs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from msgspec import Struct

from jcfs_etl.contracts.performance import Block
from jcfs_etl.interpret.performance_heads import EDGE, FormRow, Heads
from jcfs_etl.interpret.performance_ledger import BlockReader, Ledger, unwrapped
from jcfs_etl.interpret.performance_model import FormFigure, FormText, FundLine
from jcfs_etl.interpret.performance_texts import at_right
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_nothing
from jcfs_etl.read.model import Cell, distinct

#: Sources, 资金总额 among them, that make a head.
_SOURCES = 2
#: Labels with a figure at the right of each that make a row of the money block.
_LEAST = 2


class Sources(Struct, frozen=True):
    """A money block with a column for each source.

    Attributes:
        heads: the head of each source, 资金总额 among them.
        labels: the labels of its rows.
        figures: the cells of each source by the column of the data.
    """

    heads: tuple[Cell, ...]
    labels: tuple[Cell, ...]
    figures: tuple[Mapping[str, Cell], ...]


def sources_of(row: FormRow, fresh: Sequence[Cell], block: Block, words: Words) -> Sources | None:
    """The block whose sources a row heads; None unless all that it needs stands below, once and in figures.

    Args:
        row: the row.
        fresh: its cells with text that were not taken for anything.
        block: the money block of the contract.
        words: the words of the forms.
    """
    heads = [c for c in fresh if not words.is_one(c.text, block.sides)]
    totals = [c for c in heads if words.is_one(c.text, block.totals)]
    if len(heads) < _SOURCES or len(totals) != 1 or any(words.column(c.text, block) for c in heads):
        return None
    labels = _labels_below(row, heads[0].column, block, words)
    if not set(block.needs) <= labels.keys() or any(block.columns[n].measure == "text" for n in labels):
        return None
    grid = row.grid
    figures = [{n: grid.by_position[c.row, head.column] for n, c in labels.items()} for head in heads]
    under = [(head, c) for head, these in zip(heads, figures, strict=True) for c in these.values()]
    if not all(
        (c.column, c.column_span) == (head.column, head.column_span) and may_hold_figure([c])
        for head, c in under
    ):
        return None
    # Nothing stands beside them that no source heads.
    own = {id(c) for c in labels.values()} | {id(c) for _, c in under}
    places = product((c.row for c in labels.values()), range(grid.column_count))
    others = (c for c in distinct(grid.by_position[place] for place in places) if id(c) not in own)
    if any(c.text.strip() and not words.is_one(c.text, block.sides) for c in others):
        return None
    return Sources(tuple(heads), tuple(labels.values()), tuple(figures))


def _labels_below(row: FormRow, left: int, block: Block, words: Words) -> dict[str, Cell]:
    """The labels of the rows below a head, at the left of its sources; none where one stands twice."""
    labels: dict[str, Cell] = {}
    for index in range(row.index + 1, row.grid.row_count):
        cells = distinct(row.grid.by_position[index, column] for column in range(left))
        named = [(name, c) for c in cells if c.row == index and (name := words.column(c.text, block))]
        if len(named) != 1:
            break
        name, cell = named[0]
        if name in labels:
            return {}
        labels[name] = cell
    return labels


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
        #: Where labels in pairs stand, by the column that each names.
        self._pairs: Mapping[int, str] = {}

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
        self._add(label, ledger.figures(figures, row, block, fen), row, is_total=is_total, deviation=text)

    def _add(
        self,
        label: str,
        figures: Mapping[str, FormFigure],
        row: FormRow,
        *,
        is_total: bool,
        deviation: FormText | None = None,
    ) -> None:
        number, is_within = len(self.lines) + 1, self._is_within(squeezed(label))
        self.lines.append(FundLine(number, label, is_total, is_within, figures, deviation, row.page))

    def take_pairs(self, row: FormRow, starting: Sequence[Cell], fen: int | None) -> bool:
        """Whether a row of the block has labels with a figure at the right of each, and no heads.

        Args:
            row: a row of a form whose money block has not begun otherwise.
            starting: its cells with text.
            fen: 分 in one unit of money; None where nothing says.
        """
        block, ledger, side = self._words.contract.money, self._ledger, row.cells[0]
        fresh = [c for c in starting if not ledger.is_used(c)]
        if self._take_source_pair(row, fresh, fen):
            return True
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
        self._pairs = {c.column: name for c, name in labels}
        return True

    def _take_source_pair(self, row: FormRow, fresh: Sequence[Cell], fen: int | None) -> bool:
        """Whether a row below labels in pairs names one source in the place of each of them."""
        block, ledger = self._words.contract.money, self._ledger
        labels = {c.column: c for c in fresh if c.column in self._pairs}
        names = {squeezed(c.text) for c in labels.values()}
        if not self._pairs or labels.keys() != self._pairs.keys() or len(names) != 1:
            return False
        label = next(iter(labels.values()))
        values = {self._pairs[at]: cell for at, c in labels.items() if (cell := at_right(c, row)) is not None}
        alone = all(any(c is own for own in (*labels.values(), *values.values())) for c in fresh)
        is_named = self._words.column(label.text, block) or self._is_total(label.text)
        if is_named or not alone or len(values) != len(labels):
            return False
        if not all(may_hold_figure([c]) for c in values.values()):
            return False
        ledger.use(*labels.values())
        figures = ledger.figures(values.items(), row, block, fen)
        self._add(unwrapped(label), figures, row, is_total=False)
        return True

    def take_sources(self, row: FormRow, starting: Sequence[Cell], fen: int | None) -> tuple[Cell, ...]:
        """The cells of a whole block whose sources are columns, where a row is its head; else none.

        Args:
            row: a row of a form whose money block has not begun otherwise.
            starting: its cells with text.
            fen: 分 in one unit of money; None where nothing says.
        """
        block, ledger = self._words.contract.money, self._ledger
        found = None
        if not self.lines:
            found = sources_of(row, [c for c in starting if not ledger.is_used(c)], block, self._words)
        if found is None:
            return ()
        ledger.use(*found.heads, *found.labels)
        for head, cells in zip(found.heads, found.figures, strict=True):
            figures, label = ledger.figures(cells.items(), row, block, fen), unwrapped(head)
            self._add(label, figures, row, is_total=self._words.is_one(label, block.totals))
        return (*found.heads, *found.labels, *(c for cells in found.figures for c in cells.values()))

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
