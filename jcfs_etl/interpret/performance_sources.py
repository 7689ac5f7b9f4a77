"""Money blocks whose sources of funds are columns, or stand in pairs, and not each in a row of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from jcfs_etl.contracts.performance import Block
from jcfs_etl.interpret.performance_heads import FormRow
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_nothing
from jcfs_etl.read.model import Cell

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
    if len({squeezed(c.text) for c in heads}) != len(heads):
        return None
    grid, labels = row.grid, {}
    for index in range(row.index + 1, grid.row_count):
        cells = [grid.by_position[index, column] for column in range(heads[0].column)]
        named = [c for c in cells if c.row == index and words.column(c.text, block)]
        if len(set(map(id, named))) != 1 or any(named[0] is label for label in labels.values()):
            break
        name = words.column(named[0].text, block)
        if name is None or name in labels:
            return None
        labels[name] = named[0]
    if not set(block.needs) <= labels.keys() or any(block.columns[n].measure == "text" for n in labels):
        return None
    figures = [{n: grid.by_position[c.row, head.column] for n, c in labels.items()} for head in heads]
    own = all(c.column == head.column and c.column_span == head.column_span
              for head, these in zip(heads, figures, strict=True) for c in these.values())  # fmt: skip
    # Nothing stands beside them that no source heads.
    rows = [c.row for c in labels.values()]
    cells = {id(c): c for r in rows for column in range(grid.column_count) if (c := grid.by_position[r, column])}
    known = {*(id(c) for c in labels.values()), *(id(c) for these in figures for c in these.values())}
    strange = [c for key, c in cells.items() if key not in known and c.row in rows and c.text.strip()]
    strange = [c for c in strange if not words.is_one(c.text, block.sides)]
    are_figures = all(may_hold_figure([c]) for these in figures for c in these.values())
    if strange or not own or not are_figures:
        return None
    return Sources(tuple(heads), tuple(labels.values()), tuple(figures))


def may_hold_figure(cells: Iterable[Cell]) -> bool:
    """Whether cells hold a figure or nothing at all, and not words alone."""
    texts = [squeezed(cell.text) for cell in cells if cell.text.strip()]
    return not texts or any(is_nothing(text) or any(map(str.isdigit, text)) for text in texts)
