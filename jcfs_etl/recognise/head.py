"""A table's head, read: what the columns under it are."""

from __future__ import annotations

from msgspec import Struct

from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.model import Evidence


class ValueColumn(Struct, frozen=True):
    """A column of figures.

    Attributes:
        index: column of the grid.
        path: words of the head above it, from the top down.
        column: column id of the contract; None when the head names none, or names it for another column too.
        row: row id that the head names (a basis of 三公); None when it does not.
        detail_of: column id of which this one is a part that no contract knows (教育收费 under 事业收入).
        set_aside: whether no dataset promises what stands under it (上年决算数, 增减%, 备注).
        year: the fiscal year that its head states, where columns of several years stand side by side.
        named_by: how it was named.
        is_of_which: whether its words say that it is no column of the form (其中：…, 上年…).
    """

    index: int
    path: tuple[str, ...]
    column: str | None
    row: str | None
    detail_of: str | None = None
    set_aside: bool = False
    year: int | None = None
    named_by: Evidence = "label"
    is_of_which: bool = False


class Block(Struct, frozen=True):
    """Columns side by side that belong together: codes, name, line number and figures.

    ``side`` is the side of a summary form that the head names, such as ``income``. ``is_other`` says that its
    lines break the table's sums down by what no dataset promises; all its columns are set aside.
    """

    codes: tuple[int, ...]
    names: tuple[int, ...]
    line_nos: tuple[int, ...]
    values: tuple[ValueColumn, ...]
    side: str | None
    is_other: bool = False


class Head(Struct, frozen=True):
    """A table's head, read: how many rows it takes, and the blocks of columns below it.

    ``words_below`` are cells of the first row below it that belong to it all the same: the Shanghai forms of
    2024 set 合计, 基本支出 and 项目支出 under 本年支出 beside the label and figures of the row 合计.
    ``money_units`` are those that its words carry in brackets.
    """

    row_count: int
    blocks: tuple[Block, ...]
    words_below: tuple[Cell, ...] = ()
    money_units: frozenset[str] = frozenset()

    @property
    def years(self) -> frozenset[int]:
        """Years of the columns that were taken where others of other years stand beside them."""
        return frozenset(v.year for block in self.blocks for v in block.values if v.year is not None)

    @property
    def names_columns(self) -> bool:
        """Whether at least one column of figures is one that the contract knows.

        Where the rows carry the items, as 三公 as a vertical list does, the head names bases alone.
        """
        return any(
            v.column is not None or (v.row is not None and block.names)
            for block in self.blocks
            for v in block.values
        )
