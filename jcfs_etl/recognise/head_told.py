"""What a head says without its words, or in pieces: sides, columns of labels, years, words that run over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence

from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import CLASS_DIGITS, CODE, Table
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure
from jcfs_etl.read.model import Cell, Grid, distinct
from jcfs_etl.recognise.head import Block, ColumnKind, HeadWords, ValueColumn

#: So many lines of one side at least tell that a block is of it.
_LEAST = 2
#: Rows of a grid among which the column numbers stand.
_ROWS = 6
_ABOVE_NUMBER = re.compile(r"(\D+)\n(\d{1,3})")
_NUMBERED = re.compile(r"(?:\D+\n)?\d{1,3}")
_YEAR = re.compile(r"20\d\d(?=年)")


def with_sides(
    blocks: Sequence[Block], grid: Grid, head_rows: int, table: Table, contracts: Contracts
) -> list[Block]:
    """Blocks with the sides whose lines stand in them, where each is of one side and no two are of the same.

    Args:
        blocks: the blocks of the head.
        grid: the grid with its body.
        head_rows: rows of the head.
        table: the table's contract.
        contracts: all contracts, for the comparison of labels.
    """
    if len(table.sides) < 2 or len(blocks) != len(table.sides) or any(b.side for b in blocks):
        return list(blocks)
    sides: dict[str, set[str]] = {}
    for name, side in table.sides.items():
        labels = {contracts.label(word) for row in side.rows.values() for word in row.labels}
        for label in labels | (contracts.class_of_label.keys() if side.classes_part_of else set()):
            sides.setdefault(label, set()).add(name)
    found = [_side(block, grid, head_rows, sides, contracts) for block in blocks]
    if None in found or len(set(found)) < len(found):
        return list(blocks)
    return [replace(block, side=side) for block, side in zip(blocks, found, strict=True)]


def _side(
    block: Block, grid: Grid, head_rows: int, sides: dict[str, set[str]], contracts: Contracts
) -> str | None:
    """The one side that all lines of a block are of which are of one side alone."""
    cells = (c for c in grid.cells if c.row >= head_rows and c.column in block.names)
    told = Counter(
        side for c in cells if len(of := sides.get(contracts.label(c.text), set())) == 1 for side in of
    )
    return next(iter(told)) if len(told) == 1 and told.total() >= _LEAST else None


def take_columns_of_labels(
    grid: Grid, head_rows: int, kinds: list[ColumnKind | None], words: HeadWords
) -> None:
    """Say of columns that they are of codes or names where their side or what stands in them tells.

    收入 and 支出 over one column without figures are heads of names. So is a word that says nothing of
    the column (支出功能分类), 栏次 below it or not, over labels of which most are known, and not a figure
    among them: of each side of a summary, and else before all columns that a word of the head names. There
    a column of codes may stand, too. A column may hold the names of the sides alone, each merged over its
    lines.

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
    if texts and all(words.word(text) in words.sides for text in texts):
        return "name"
    if not over or not texts or any(is_figure(text) and text not in coded for text in texts):
        return None
    lowest = words.word(over[-1].text)
    if lowest in words.sides and over[-1].column_span == 1:
        return "name"
    if any(words.word(cell.text) in words.naming for cell in over):
        return None
    if coded:
        return "code"
    labels = words.lines if words.sides else words.known
    return "name" if sum(words.word(text) in labels for text in texts) * 2 > len(texts) else None


def with_whole_words(grid: Grid, words: HeadWords) -> Grid:
    """Give what stands above a column's number back to the word above.

    Args:
        grid: the grid with its head.
        words: the words of the table's heads.

    Returns:
        The grid; another one where numbers from 1 on stand beside 栏次 or alone, words above some of them.
    """
    for row in range(1, min(_ROWS, grid.row_count)):
        texts = [cell.text for cell in grid.cells if cell.row == row and cell.text]
        is_beside = any(words.word(text) in words.column_no for text in texts)
        if is_beside or (len(texts) > 2 and all(_NUMBERED.fullmatch(text) for text in texts)):
            return _with_whole_words(grid, row, words)
    return grid


def _with_whole_words(grid: Grid, row: int, words: HeadWords) -> Grid:
    beside = [cell for cell in grid.cells if cell.row == row and cell.text]
    split = {cell: match for cell in beside if (match := _ABOVE_NUMBER.fullmatch(cell.text))}
    if not split:
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


def named_once(
    values: Sequence[tuple[ValueColumn, list[Cell]]], gives_way: Container[str]
) -> tuple[ValueColumn, ...]:
    """Columns of a block without the names that several heads claim: which is meant cannot be told.

    Where each of them states a year of its own, the latest is meant and the others are set aside; so are
    those whose words give way where one is left whose words do not.
    """
    claimed: dict[tuple[str | None, str | None], dict[tuple[int, ...], int | None]] = {}
    for value, above in values:
        if value.column is not None or value.row is not None:
            claimed.setdefault((value.column, value.row), {})[tuple(map(id, above))] = _year(above)
    firm = Counter(
        (value.column, value.row) for value, _ in values if not any(w in gives_way for w in value.path)
    )
    found: list[ValueColumn] = []
    for value, above in values:
        rivals = claimed.get((value.column, value.row), {})
        years = {year for year in rivals.values() if year is not None}
        if len(rivals) < 2:
            found.append(value)
        elif len(years) < len(rivals) and firm[value.column, value.row] == 1:
            yields = any(w in gives_way for w in value.path)
            found.append(
                ValueColumn(value.index, value.path, None, None, set_aside=True) if yields else value
            )
        elif len(years) < len(rivals):
            found.append(replace(value, column=None))
        elif (year := _year(above)) == max(years):
            found.append(replace(value, year=year))
        else:
            found.append(replace(value, column=None, row=None, detail_of=None, set_aside=True))
    return tuple(found)


def of_the_last_year(blocks: list[Block], above: Sequence[Sequence[Cell]]) -> list[Block]:
    """Blocks without the columns of earlier years, where the head states several: 2017年决算数 beside 2018年.

    The year of the others is kept with them; whether it is the publication's own is told later.
    """
    years = {v.index: _year(above[v.index]) for block in blocks for v in block.values}
    stated = {year for year in years.values() if year is not None}
    if len(stated) < 2:
        return blocks
    last = max(stated)

    def settled(value: ValueColumn) -> ValueColumn:
        year = years[value.index]
        if year is None or value.set_aside:
            return value
        if year < last:
            return ValueColumn(value.index, value.path, None, None, set_aside=True)
        return replace(value, year=year)

    return [replace(block, values=tuple(map(settled, block.values))) for block in blocks]


def _year(above: Sequence[Cell]) -> int | None:
    """The one year that the words over a column state."""
    return stated_year("".join(cell.text for cell in above))


def stated_year(text: str) -> int | None:
    """The one year that words state."""
    years = {int(year) for year in _YEAR.findall(squeezed(text))}
    return years.pop() if len(years) == 1 else None
