"""The contracts as typed, frozen objects. Field by field they follow the files under ``contracts/``."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import Field

from jcfs_etl.contracts.across import AcrossContract
from jcfs_etl.contracts.base import ContractModel, FindingKind, regex
from jcfs_etl.contracts.disclosure import DisclosureContract
from jcfs_etl.contracts.equations import TermPattern, parse_sum
from jcfs_etl.contracts.identity import Identity
from jcfs_etl.contracts.narrative import NarrativeContract
from jcfs_etl.contracts.performance import PerformanceContract
from jcfs_etl.contracts.readers import ChineseContract, PackageContract, Text, View
from jcfs_etl.contracts.sources import SourcesContract
from jcfs_etl.contracts.table import Column, Labels, Row, Table, TableKind
from jcfs_etl.labels import squeezed


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
        told_by_pattern: words of which any such table has one, in whichever form; a table of an unknown kind
            without them is not this one.
    """

    dataset: str
    from_year: int = Field(alias="from")
    empty_unless: tuple[str, ...] = ()
    told_by_pattern: str = ""

    @cached_property
    def nothing_in(self) -> tuple[TermPattern, ...]:
        """The terms of ``empty_unless``."""
        return tuple(term for text in self.empty_unless for term in parse_sum(text))


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
    dataset promises; a word that its table knows is none. ``worded`` are patterns of other words, each by the
    word that they mean. ``last_year`` is the pattern of what makes last year's of this year's word.
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
    worded: dict[str, str] = Field(default_factory=dict)


class PublicationContract(ContractModel):
    """How a publication names itself and what it must hold.

    ``no_line_pattern`` is of labels that say of themselves that they are no line of the form.
    ``not_final_patterns`` are by the code of the finding that what fits them is.
    """

    title_patterns: Labels
    unit_patterns: Labels
    unit_name_pattern: str
    told_patterns: Labels
    unit_spellings: dict[str, str] = Field(default_factory=dict)
    peoples_pattern: str = "(?!)"
    longer_unit_pattern: str = ""
    placed_unit_pattern: str = "(?!)"
    unit_rest_pattern: str = ""
    own_accounts_pattern: str = "(?!)"
    whole_accounts_pattern: str = "(?!)"
    units_below_pattern: str = "(?!)"
    last_year_title_pattern: str = "(?!)"
    accounts_title_pattern: str = "(?!)"
    budget_title_pattern: str = "(?!)"
    body_kind_pattern: str = ""
    part_year_patterns: Labels
    table_year_patterns: Labels
    cover_year_patterns: Labels
    money_unit_patterns: Labels
    money_note_patterns: Labels = ()
    correction_patterns: Labels = ()
    not_final_patterns: dict[str, Labels] = Field(default_factory=dict)
    money_units: dict[str, int]
    largest_amount: tuple[int, int]
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
    label_spellings: dict[str, str] = Field(default_factory=dict)
    level_pattern: str
    no_line_pattern: str
    title_prefix_pattern: str
    title_suffix_pattern: str
    title_begun_pattern: str
    continued_pattern: str
    any_title_pattern: str
    plain_title_pattern: str
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
    sentences: dict[str, Text]
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
        """A printed label in its compared form: squeezed, in one spelling, without leading ordinals."""
        return _compared(text, self._spellings, self.publication.ordinal_pattern)

    @cached_property
    def _spellings(self) -> tuple[tuple[str, str], ...]:
        return tuple(self.publication.label_spellings.items())

    def name_of_code(self, label: str) -> str:
        """What a label beside a code says its name is: 教育支出(类) says 教育支出."""
        return re.sub(self.publication.level_pattern, "", label)

    @cached_property
    def titles_longest_first(self) -> list[tuple[str, str]]:
        """Squeezed titles and aliases with their dataset; a longer title may end in a shorter one."""
        pairs = [(squeezed(t), d) for d, table in self.tables.items() for t in table.titles]
        return sorted(pairs, key=lambda pair: -len(pair[0]))

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
def _compared(text: str, spellings: tuple[tuple[str, str], ...], ordinals: str) -> str:
    label, ordinal = squeezed(text), re.compile(ordinals)
    for word, other in spellings:
        label = label.replace(word, other)
    while (match := ordinal.match(label)) and match.end():
        label = label[match.end() :]
    return label
