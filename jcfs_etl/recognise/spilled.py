"""Words of a head that run over into the row of column numbers below it, as spreadsheets print them.

A row that is too low for its text shows all of it, and the last line stands above the number: 政拨款 over 3.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from jcfs_etl.read.model import Cell, Grid
from jcfs_etl.recognise.head_words import HeadWords

#: Rows of a grid among which the column numbers stand.
_ROWS = 6
_ABOVE_NUMBER = re.compile(r"(\D+)\n(\d{1,3})")


def with_whole_words(grid: Grid, words: HeadWords) -> Grid:
    """Give what stands above a column's number back to the word above.

    Args:
        grid: the grid with its head.
        words: the words of the table's heads.

    Returns:
        The grid; another one where numbers from 1 on stand beside 栏次, and words above some of them.
    """
    for cell in grid.cells:
        if cell.row >= _ROWS:
            break
        if cell.text and words.word(cell.text) in words.column_no:
            return _with_whole_words(grid, cell.row, words)
    return grid


def _with_whole_words(grid: Grid, row: int, words: HeadWords) -> Grid:
    beside = [cell for cell in grid.cells if cell.row == row and cell.text]
    split = {cell: match for cell in beside if (match := _ABOVE_NUMBER.fullmatch(cell.text))}
    if not split or not row:
        return grid
    numbers = [
        split[cell][2] if cell in split else cell.text
        for cell in beside
        if words.word(cell.text) not in words.column_no
    ]
    if numbers != [str(number) for number in range(1, len(numbers) + 1)]:
        return grid
    texts: dict[Cell, str] = {}
    for cell, match in split.items():
        above = grid.by_position[row - 1, cell.column]
        if not above.text or above.column_span != cell.column_span:
            return grid
        texts[cell], texts[above] = match[2], f"{above.text}\n{match[1]}"
    cells = (replace(cell, text=texts[cell]) if cell in texts else cell for cell in grid.cells)
    return replace(grid, cells=tuple(cells))
