"""Columns of codes and names that no word of a table's head says they are."""

from __future__ import annotations

from collections.abc import Collection

from jcfs_etl.contracts.table import CODE
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure
from jcfs_etl.read.model import Grid, distinct
from jcfs_etl.recognise.head_words import ColumnKind, HeadWords

#: Digits of a class (类).
_CLASS = 3


def take_columns_of_labels(
    grid: Grid, head_rows: int, kinds: list[ColumnKind | None], words: HeadWords, codes: Collection[str]
) -> None:
    """Say of columns that they are of codes or names where the side or what stands in them tells.

    收入 and 支出 over one column alone are heads of names. A column before all that a word of the head names
    is of codes or names where its own word is unknown and no figure stands in it but codes, or labels of
    which most are known.

    Args:
        grid: the grid with its body.
        head_rows: rows of the head.
        kinds: what the columns are, by the words of the head; it is changed.
        words: the words of the table's heads.
        codes: the classification of the table's rows; empty where they are none.
    """
    for cell in grid.cells:
        ends_head = cell.row < head_rows == cell.row + cell.row_span
        if ends_head and cell.column_span == 1 and words.word(cell.text) in words.sides:
            kinds[cell.column] = kinds[cell.column] or "name"
    for column in range(grid.column_count - 1):
        if kinds[column] is None:
            kinds[column] = _kind(grid, head_rows, column, words, codes)
        if kinds[column] is None:
            return


def _kind(
    grid: Grid, head_rows: int, column: int, words: HeadWords, codes: Collection[str]
) -> ColumnKind | None:
    over = [cell for row in range(head_rows) if (cell := grid.by_position.get((row, column))) and cell.text]
    if not over or any(words.word(cell.text) in words.known for cell in over):
        return None
    cells = distinct(grid.by_position[row, column] for row in range(head_rows, grid.row_count))
    texts = [squeezed(cell.text) for cell in cells if cell.text and cell.column == column]
    coded = [text for text in texts if CODE.fullmatch(text) and text[:_CLASS] in codes]
    if any(is_figure(text) and text not in coded for text in texts):
        return None
    if coded:
        return "code"
    known = sum(words.word(text) in words.known for text in texts)
    return "name" if known * 2 > len(texts) else None
