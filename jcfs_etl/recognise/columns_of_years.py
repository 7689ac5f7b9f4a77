"""Columns of a head that claim one name, or are of several years: which is meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence

from msgspec.structs import replace

from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.head import Block, ValueColumn

_YEAR = re.compile(r"20\d\d(?=年)")


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
