"""What a table looks like: its titles, columns, rows and sides, as the files of ``contracts/tables`` say."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from jcfs_etl.contracts.base import ContractModel, regex
from jcfs_etl.contracts.identity import Identity
from jcfs_etl.labels import squeezed

TableKind = Literal["lines", "functional", "economic", "bases"]
Labels = Annotated[tuple[str, ...], Field(min_length=1)]


class Column(ContractModel):
    """An amount column: the labels it appears under and what it adds up into.

    ``details`` are labels of columns that are parts of it and no columns of a dataset.
    ``worded`` are patterns of other words for it, each by the label that they mean.
    """

    labels: Labels
    worded: dict[str, str] = Field(default_factory=dict)
    description: str
    part_of: str | None = None
    measure: Literal["money", "count"] = "money"
    details: Labels = ()


#: Digits of a class (类) of a classification.
CLASS_DIGITS = 3
#: A code of a classification: three digits and two more a level; no level is 00 (2050000 is filled up).
CODE = re.compile(r"\d{3}((?!00)\d\d){0,2}")
#: The group of a total that adds up the economic classes of every group.
ALL_CLASSES = "all"


class Row(ContractModel):
    """A line of a form, a total of a code table, or a basis of 三公.

    ``unless`` names a line that, where it is on the form, is summed up instead of this one.
    ``after`` names a line that must have come before: it tells two lines of one label apart.
    ``labels_after`` are further labels that it has below a line: 合计 below 本年收入合计 is 总计.
    ``column`` is the column that the line's one figure belongs to, where the head does not say.
    ``group`` are the economic classes that a total adds up; ``all`` are all of them.
    ``details`` are labels of lines below it that are parts of it and no lines of a dataset.
    ``in_column`` are labels of columns of details: what stands in them beside the total of all is this total.
    ``unnamed`` says that a head which names no basis at all means this one: 支出决算 on a form of 三公.
    ``gives_way`` are those of its labels that mean something else where another of them is there, too:
    年初预算数 beside 全年预算数, 使用专用结余 below 使用非财政拨款结余.
    ``worded`` are patterns of other words for it, each by the label that they mean.
    """

    labels: Labels
    worded: dict[str, str] = Field(default_factory=dict)
    role: Literal["leaf", "subtotal", "total"] = "leaf"
    part_of: str | None = None
    unless: str | None = None
    after: str | None = None
    labels_after: dict[str, Labels] = Field(default_factory=dict)
    column: str | None = None
    group: str | None = None
    details: Labels = ()
    in_column: Labels = ()
    gives_way: Labels = ()
    unnamed: bool = False


class Side(ContractModel):
    """One half of a summary form, such as 收入 or 支出.

    ``classes_part_of`` is the row that the functional classes add up into, where it has a line for each.
    ``other_parts`` are labels of lines that break the sum of its classes down otherwise (基本支出, 项目支出)
    and are no lines of a dataset.
    """

    head: tuple[str, ...] = ()
    columns: tuple[str, ...]
    rows: dict[str, Row]
    classes_part_of: str | None = None
    other_parts: Labels = ()


class OtherMoney(ContractModel):
    """Titles of tables of more or less money than the dataset, beside one that says the right money."""

    title: str
    beside: str


class Table(ContractModel):
    """One published table.

    ``other_breakdowns`` are heads of name columns whose block breaks the table's sums down by what no dataset
    promises (项目(按支出性质和经济分类)); it is set aside whole. So are lines of 三公 whose labels fit
    ``rows_set_aside``. ``title_pattern`` finds titles that say more than the known ones; it is tried where
    none of those stands on the line. ``other_money`` finds those of its titles that mean more or less money
    where the same form has a table under another title, too; alone, such a table is the dataset's.
    ``titles_alone`` is the pattern of titles that mean it where no table of the publication has one of its
    own: those that other tables have, too, and the many ways to word one. A grid under an unknown title of
    plain words is this table where it has all ``told_by_columns`` and ``told_by_rows``, which no other has.
    """

    dataset: str
    kind: TableKind
    title: str
    aliases: tuple[str, ...] = ()
    titles_alone: str = ""
    told_by_columns: tuple[str, ...] = ()
    told_by_rows: tuple[str, ...] = ()
    title_pattern: str = ""
    other_money: OtherMoney | None = None
    description: str
    note: str = ""
    columns: dict[str, Column]
    rows: dict[str, Row] = Field(default_factory=dict)
    sides: dict[str, Side] = Field(default_factory=dict)
    decoration: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    rows_set_aside: tuple[str, ...] = ()
    other_breakdowns: tuple[str, ...] = ()
    identities: tuple[Identity, ...] = ()

    @property
    def is_coded(self) -> bool:
        """Whether its rows are codes of a classification, and its ``rows`` the totals over them."""
        return self.kind in ("functional", "economic")

    @property
    def has_classes(self) -> bool:
        """Whether a side of it has a line for each functional class."""
        return any(side.classes_part_of for side in self.sides.values())

    def gives_way(self, title: str, beside: str) -> bool:
        """Whether a title says that its table is of other money than the one under the title beside it."""
        if self.other_money is None:
            return False
        ways = ((self.other_money.title, title), (self.other_money.beside, beside))
        return all(regex(pattern).search(squeezed(text)) for pattern, text in ways)

    @property
    def titles(self) -> tuple[str, ...]:
        """The title and its aliases."""
        return (self.title, *self.aliases)

    @cached_property
    def all_rows(self) -> dict[str, Row]:
        """Rows of every side together; row ids are unique within a table."""
        return self.rows | {k: r for side in self.sides.values() for k, r in side.rows.items()}
