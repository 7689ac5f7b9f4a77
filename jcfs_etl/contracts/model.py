"""The contracts as typed, frozen objects. Field by field they follow the files under ``contracts/``."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Annotated, Literal

from pydantic import Field

from jcfs_etl.contracts.across import AcrossContract
from jcfs_etl.contracts.base import ContractModel, FindingKind, regex
from jcfs_etl.contracts.disclosure import DisclosureContract
from jcfs_etl.contracts.equations import TermPattern, parse_term
from jcfs_etl.contracts.identity import Identity
from jcfs_etl.contracts.narrative import NarrativeContract
from jcfs_etl.contracts.performance import PerformanceContract
from jcfs_etl.contracts.readers import ChineseContract, PackageContract, Text, View
from jcfs_etl.contracts.sources import SourcesContract
from jcfs_etl.labels import squeezed

TableKind = Literal["lines", "functional", "economic", "bases"]
Labels = Annotated[tuple[str, ...], Field(min_length=1)]


class Column(ContractModel):
    """An amount column: the labels it appears under and what it adds up into.

    ``details`` are labels of columns that are parts of it and no columns of a dataset.
    """

    labels: Labels
    description: str
    part_of: str | None = None
    measure: Literal["money", "count"] = "money"
    details: Labels = ()


#: A code of a classification: three digits and two more a level.
CODE = re.compile(r"\d{3}(\d\d){0,2}")
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
    """

    labels: Labels
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

    ``classes_part_of`` is the row that the functional classes add up into, where it has a line for each but
    those that are ``classes_off_form``.
    ``other_parts`` are labels of lines that break the sum of its classes down otherwise (基本支出, 项目支出)
    and are no lines of a dataset.
    """

    head: tuple[str, ...] = ()
    columns: tuple[str, ...]
    rows: dict[str, Row]
    classes_part_of: str | None = None
    classes_off_form: tuple[str, ...] = ()
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
    ``titles_alone`` are titles of other tables, too: they mean this one where no table of the publication has
    another of its titles.
    """

    dataset: str
    kind: TableKind
    title: str
    aliases: tuple[str, ...] = ()
    titles_alone: tuple[str, ...] = ()
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


class Category(ContractModel):
    """A code of a classification with its names and, for economic codes, its group.

    ``line`` is where it stands in its file.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    group: str | None = None
    line: int = 0

    @cached_property
    def names(self) -> frozenset[str]:
        """All names in their compared form."""
        return frozenset(squeezed(n) for n in (self.name, *self.aliases))


class RequiredTable(ContractModel):
    """A table that must be there from a fiscal year on.

    Attributes:
        dataset: which table.
        from_year: the first fiscal year that it belongs to.
        empty_unless: figures of other tables; where they are all zero or blank, this table would hold no
            figure, and one that is not there loses none.
    """

    dataset: str
    from_year: int = Field(alias="from")
    empty_unless: tuple[str, ...] = ()

    @cached_property
    def nothing_in(self) -> tuple[TermPattern, ...]:
        """The terms of ``empty_unless``."""
        return tuple(parse_term(text) for text in self.empty_unless)


class Declined(ContractModel):
    """A kind of document that is not a unit's final accounts."""

    id: str
    where: Literal["cover", "title", "text"]
    pattern: str
    reason: str
    unless_figures: bool = False


class HeadWords(ContractModel):
    """Words of table heads by what the column under them holds.

    ``levels`` are those of a code. ``merged`` is the pattern of a word that stands in no one column.
    ``totals`` stand for the whole of the word above them; labels with ``total_ends`` say that they add up,
    those with ``figure_ends`` that figures stand there. ``around`` are patterns of what may be put around a
    word without another meaning, ``unit`` the one of a money unit (``money_unit``) in it, ``year`` those of a
    year with the word that means the same. ``set_aside`` are patterns of whole words over columns that no
    dataset promises; a word that its table knows is none. ``last_year`` is the pattern of what makes last
    year's of this year's word.
    """

    code: Labels
    name: Labels
    line_no: Labels
    column_no: Labels
    other: Labels
    levels: Labels
    merged: str
    totals: Labels
    total_ends: Labels
    figure_ends: Labels
    around: Labels
    unit: str
    year: dict[str, str] = Field(default_factory=dict)
    last_year: str = "(?!)"
    set_aside: Labels = ()


class PublicationContract(ContractModel):
    """How a publication names itself and what it must hold.

    ``no_line_pattern`` is of labels that say of themselves that they are no line of the form.
    """

    title_patterns: Labels
    unit_patterns: Labels
    unit_name_pattern: str
    told_patterns: Labels
    unit_spellings: dict[str, str] = Field(default_factory=dict)
    longer_unit_pattern: str = ""
    part_year_patterns: Labels
    table_year_patterns: Labels
    money_unit_patterns: Labels
    money_units: dict[str, int]
    scopes: dict[str, str]
    part_pattern: str
    caption_pattern: str
    accounts_pattern: str
    cover_lines: int = Field(ge=1)
    foot_lines: int = Field(ge=1)
    name_rest_pattern: str
    page_number_pattern: str
    own_line_pattern: str
    below_table_pattern: str
    signature_pattern: str
    contents_pattern: str
    empty_patterns: Labels
    ordinal_pattern: str
    code_and_name_pattern: str
    level_pattern: str
    no_line_pattern: str
    title_prefix_pattern: str
    title_suffix_pattern: str
    any_title_pattern: str
    head_words: HeadWords
    required_tables: tuple[RequiredTable, ...]
    declined: tuple[Declined, ...]

    def is_text(self, line: str) -> bool:
        """Whether a line at the edge of a page is more than its number or a stray character."""
        return len(line) > 1 and regex(self.page_number_pattern).fullmatch(line) is None


class DatasetColumn(ContractModel):
    """A column of a curated dataset that is not a table's own amount."""

    type: Literal[
        "string", "integer", "boolean", "money", "decimal", "number", "terms", "suspects", "strings"
    ]
    label: str
    description: str
    unit: str | None = None
    nullable: bool = False


class SystemDataset(ContractModel):
    """A dataset that no published table fills: cells, checks, findings, documents."""

    description: str
    columns: dict[str, DatasetColumn]


class DatasetsContract(ContractModel):
    """Key columns of the table datasets by kind, and the system datasets; ``version`` counts changes."""

    version: int
    kinds: dict[TableKind, dict[str, DatasetColumn]]
    datasets: dict[str, SystemDataset]


class Contracts(ContractModel):
    """All contracts together, validated.

    Attributes:
        version: hash of the contract files that results depend on, 12 hexadecimal digits.
        sources: where publications are collected from; no part of the version.
        chinese: the datasets in Chinese; no part of the version.
        views: queries over the datasets that people ask for, by id; no part of the version.
        package: what ``datapackage.json`` says of the data; no part of the version.
        texts: what commands say, by id; no part of the version.
        tables: by dataset id, in the order of their titles' files.
        functional: functional classification by code.
        economic: economic classification by code.
    """

    version: str
    sources: SourcesContract
    publication: PublicationContract
    tables: dict[str, Table]
    identities: tuple[Identity, ...]
    datasets: DatasetsContract
    chinese: ChineseContract
    views: dict[str, View]
    package: PackageContract
    texts: dict[str, Text]
    narrative: NarrativeContract
    disclosure: DisclosureContract
    performance: PerformanceContract
    across: AcrossContract
    findings: dict[str, FindingKind]
    phrases: dict[str, str]
    functional: dict[str, Category]
    economic: dict[str, Category]

    @property
    def all_identities(self) -> list[Identity]:
        """Every identity: of tables, between them, of the forms and between publications."""
        of_tables = [i for table in self.tables.values() for i in table.identities]
        across = (*self.across.years, *self.across.departments)
        return [*of_tables, *self.identities, *self.performance.identities, *across]

    @property
    def homes(self) -> list[tuple[str | None, Identity]]:
        """The identities of tables with the datasets that hold them, then those between tables."""
        of_tables = [(d, i) for d, table in self.tables.items() for i in table.identities]
        return [*of_tables, *((None, i) for i in self.identities)]

    @cached_property
    def counts(self) -> frozenset[tuple[str, str]]:
        """Columns of tables that hold counts rather than money, as (dataset, column)."""
        columns = (
            (d, name, column) for d, table in self.tables.items() for name, column in table.columns.items()
        )
        return frozenset((d, name) for d, name, column in columns if column.measure == "count")

    @cached_property
    def statements_zh(self) -> dict[str, str]:
        """The sentences of identities in Chinese, by id; without those that have none."""
        return {i.id: i.statement_zh for i in self.all_identities if i.statement_zh}

    def rows_of(self, table: Table) -> set[str]:
        """Every row that a table may have: the lines of its form, its totals, and codes."""
        rows = set(table.all_rows) | set(self.codes_of(table))
        return rows | set(self.functional) if table.has_classes else rows

    def codes_of(self, table: Table) -> dict[str, Category]:
        """The classification whose codes a table's rows are; nothing where they are none."""
        return {"functional": self.functional, "economic": self.economic}.get(table.kind, {})

    def label(self, text: str) -> str:
        """A printed label in its compared form: squeezed, without leading ordinals."""
        return _without_ordinals(self.publication.ordinal_pattern, squeezed(text))

    def name_of_code(self, label: str) -> str:
        """What a label beside a code says its name is: 教育支出(类) says 教育支出."""
        return re.sub(self.publication.level_pattern, "", label)

    @cached_property
    def titles_longest_first(self) -> list[tuple[str, str]]:
        """Squeezed titles and aliases with their dataset; a longer title may end in a shorter one."""
        pairs = [(squeezed(t), d) for d, table in self.tables.items() for t in table.titles]
        return sorted(pairs, key=lambda pair: -len(pair[0]))

    @cached_property
    def titles_alone(self) -> list[tuple[str, str]]:
        """Squeezed titles that name a table where none has another of its titles, with its dataset."""
        return [(squeezed(t), d) for d, table in self.tables.items() for t in table.titles_alone]

    @cached_property
    def class_of_label(self) -> dict[str, str]:
        """Functional class by compared label."""
        return {
            self.label(name): code
            for code, category in self.functional.items()
            if len(code) == 3
            for name in (category.name, *category.aliases)
        }

    @cached_property
    def meanings_of_label(self) -> dict[str, frozenset[str]]:
        """By compared label all that it can name in any table: rows, columns, codes; nothing for parts."""
        found: dict[str, set[str]] = {}
        specs: list[tuple[str, Row | Column]] = []
        for table in self.tables.values():
            specs += [*table.all_rows.items(), *table.columns.items()]
        for key, spec in specs:
            for word in spec.labels:
                found.setdefault(self.label(word), set()).add(key)
            for word in spec.details:
                found.setdefault(self.label(word), set())
        for table in self.tables.values():
            parts = [part for side in table.sides.values() for part in side.other_parts]
            for word in (*table.set_aside, *table.decoration, *table.titles, *parts):
                found.setdefault(self.label(word), set())
        for category in (*self.functional.values(), *self.economic.values()):
            for word in (category.name, *category.aliases):
                found.setdefault(self.label(word), set()).add(category.code)
        return {label: frozenset(keys) for label, keys in found.items()}


#: The same labels come again on every page and in every document.
@lru_cache(maxsize=1 << 14)
def _without_ordinals(pattern: str, label: str) -> str:
    ordinal = re.compile(pattern)
    while (match := ordinal.match(label)) and match.end():
        label = label[match.end() :]
    return label
