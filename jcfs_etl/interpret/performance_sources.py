"""Money blocks whose sources of funds are columns, or stand in pairs, and not each in a row of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from msgspec import Struct

from jcfs_etl.contracts.performance import Block
from jcfs_etl.interpret.performance_heads import FormRow
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_nothing
from jcfs_etl.read.model import Cell, distinct

#: Sources, 资金总额 among them, that make a head.
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
    if len(heads) < _LEAST or len(totals) != 1 or any(words.column(c.text, block) for c in heads):
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
