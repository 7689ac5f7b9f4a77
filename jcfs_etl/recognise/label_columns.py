"""Columns of codes and names that no word of a table's head says they are."""

from __future__ import annotations

from jcfs_etl.contracts.table import CLASS_DIGITS, CODE
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure
from jcfs_etl.read.model import Grid, distinct
from jcfs_etl.recognise.head_words import ColumnKind, HeadWords


def take_columns_of_labels(
    grid: Grid, head_rows: int, kinds: list[ColumnKind | None], words: HeadWords
) -> None:
    """Say of columns that they are of codes or names where their side or what stands in them tells.

    收入 and 支出 over one column without figures are heads of names. So is an unknown word over labels of
    which most are known, and not a figure among them: of each side of a summary, and else before all columns
    that a word of the head names. There a column of codes may stand, too.

    Args:
        grid: the grid with its body.
        head_rows: rows of the head.
        kinds: what the columns are, by the words of the head; it is changed.
        words: the words of the table's heads.
    """
    for column in range(grid.column_count):
        if kinds[column] is None:
            kinds[column] = _kind(grid, head_rows, column, words)
        if kinds[column] is None and not words.sides:
            return


def _kind(grid: Grid, head_rows: int, column: int, words: HeadWords) -> ColumnKind | None:
    over = [cell for row in range(head_rows) if (cell := grid.by_position.get((row, column))) and cell.text]
    cells = distinct(grid.by_position[row, column] for row in range(head_rows, grid.row_count))
    texts = [squeezed(cell.text) for cell in cells if cell.text and cell.column == column]
    coded = [text for text in texts if CODE.fullmatch(text) and text[:CLASS_DIGITS] in words.codes]
    if not over or not texts or any(is_figure(text) and text not in coded for text in texts):
        return None
    lowest = words.word(over[-1].text)
    if lowest in words.sides and over[-1].column_span == 1:
        return "name"
    if any(
        words.word(cell.text) in words.known and words.word(cell.text) not in words.sides for cell in over
    ):
        return None
    if coded:
        return "code"
    labels = words.lines if words.sides else words.known
    return "name" if sum(words.word(text) in labels for text in texts) * 2 > len(texts) else None
