"""A publication, recognised: its tables with rows and figures named by the contracts."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, NamedTuple

from msgspec import Struct, field
from msgspec.structs import astuple

from jcfs_etl.contracts.model import Declined
from jcfs_etl.findings import Finding, Severity, Value, finding
from jcfs_etl.places import Box, Key

#: How a row or column was named, the surest first: by its code; by a label as the contract has it; by one
#: with a year, unit or mark around it; by the words above it; by a label that is nearly its own, or by what
#: the form has in its place: these two the audit certifies.
Evidence = Literal["code", "label", "stripped", "path", "near", "order"]
EVIDENCE: tuple[Evidence, ...] = ("code", "label", "stripped", "path", "near", "order")


def weaker(one: Evidence, other: Evidence) -> Evidence:
    """The weaker of two kinds of evidence."""
    return max(one, other, key=EVIDENCE.index)


class Fact(Struct, frozen=True):
    """A cell that holds, or could hold, a figure.

    Attributes:
        key: dataset, row and column.
        printed: the cell's text as it stands.
        amount: in 分; None where blank, —— or a count.
        count: vehicles or sets, where the column counts; else None.
        is_blank: whether nothing stands in the cell; —— is not blank.
        page, box: where it stands.
        source, confidence: how it was read.
        named_by: how its row and column were named, the weaker of the two.
        is_aligned: whether its row and column were told without rules, by how texts stand to each other.
    """

    key: Key
    printed: str
    amount: int | None
    count: int | None
    is_blank: bool
    page: int
    box: Box
    source: str = "text"
    confidence: float = 1.0
    named_by: Evidence = "label"
    is_aligned: bool = False

    @property
    def value(self) -> int | None:
        """The amount in 分, or the count."""
        return self.amount if self.count is None else self.count


class TableRow(Struct, frozen=True):
    """A row of a published table: its id and what is printed beside its figures.

    ``code``, ``level`` and ``is_leaf`` belong to code tables, ``side``, ``line_no`` and ``role`` to
    summary forms; ``group`` to economic codes. ``named_by`` is how it was named.
    """

    row: str
    label: str
    side: str = ""
    line_no: int | None = None
    role: str = "leaf"
    level: int = 0
    is_leaf: bool = True
    group: str | None = None
    named_by: Evidence = "label"


class Renamed(NamedTuple):
    """A row or column whose printed name is no label of the contract; the audit has to certify what it means.

    ``named_by``: ``near`` where it is nearly a label, ``order`` where a column stands in its place.
    """

    kind: Literal["row", "column"]
    id: str
    printed: str
    named_by: Evidence = "near"


class Stated(NamedTuple):
    """What the title and the captions of a table state: whose figures it holds, and of which years.

    Of each place that states one, the names that it may be read as, and the years that stand there; also the
    words by which its title says that it is of last year.
    """

    units: tuple[tuple[str, ...], ...] = ()
    years: tuple[tuple[int, ...], ...] = ()
    last_year: str = ""


class Cover(NamedTuple):
    """A page before the last table, not the first page, that names a body's accounts as a cover does.

    The names that it may be read as, none where it names no body, and the fiscal year, if it is the cover's.
    """

    page: int
    units: tuple[str, ...]
    year: int | None


class LineNumber(Struct, frozen=True):
    """A printed line number (行次) and where it stands."""

    number: int
    page: int
    box: Box


class PublishedTable(Struct, frozen=True, dict=True):
    """One published table, recognised.

    Attributes:
        dataset: which one.
        title: as printed.
        pages: the pages it stands on.
        state: ``filled``, or ``empty``: nothing is printed under any column. An empty table is
            published as such, without rows.
        declared_empty: whether words beside the table say so.
        money_unit: as printed, such as 万元; None when nothing says.
        half: half a unit of the last printed decimal, in 分.
        rows: in printed order.
        facts: in printed order, row by row.
        columns: amount columns on this form.
        misprinted: cells under a row and column whose text is no figure, such as ``1,23.45``; without
            an amount or count, and no figures to the audit.
        line_numbers: every 行次 printed, those of blank lines too.
        renamed: rows and columns that were named without their label.
        stated: the units and years that it says it is of.
    """

    dataset: str
    title: str
    pages: tuple[int, ...]
    state: Literal["filled", "empty"]
    declared_empty: bool
    money_unit: str | None
    half: int
    rows: tuple[TableRow, ...]
    facts: tuple[Fact, ...]
    columns: tuple[str, ...]
    line_numbers: tuple[LineNumber, ...] = ()
    misprinted: tuple[Fact, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    stated: Stated = Stated()

    @cached_property
    def cells(self) -> tuple[Fact, ...]:
        """Every cell under a row and column from the top down, misprinted ones among the others."""
        if not self.misprinted:
            return self.facts
        order = {row.row: n for n, row in enumerate(self.rows)}
        return tuple(sorted((*self.facts, *self.misprinted), key=lambda f: (order[f.key.row], f.box.x0)))

    def finding(
        self, code: str, severity: Severity, page: int, box: Box | None = None, /, **values: Value
    ) -> Finding:
        """Something found in the table; its title is among the values."""
        return finding(code, severity, page, box, table=self.title, **values).of(self.dataset)

    @cached_property
    def by_key(self) -> dict[Key, Fact]:
        """Facts by key."""
        return {fact.key: fact for fact in self.facts}


class TokenAccount(Struct, frozen=True):
    """Numeric tokens of the pages that hold published tables, by where they ended.

    Attributes:
        figures: in cells that hold figures.
        numbers: line and column numbers (行次, 栏次).
        codes: functional and economic codes.
        labels: in labels and heads.
        other_tables: in grids on the same pages that are not published tables.
        outside: in text outside the grids: page numbers, dates, titles, notes, narrative.
        set_aside: in watermarks and other text that is not content, and in columns that no dataset promises.
        left_over: in cells of published tables that were taken for nothing.
    """

    figures: int = 0
    numbers: int = 0
    codes: int = 0
    labels: int = 0
    other_tables: int = 0
    outside: int = 0
    set_aside: int = 0
    left_over: int = 0

    @property
    def total(self) -> int:
        """All tokens of those pages."""
        return sum(astuple(self))


class UnknownTable(NamedTuple):
    """A grid that no contract of a published table knows: title and size in words, and where it stands."""

    description: str
    page: int
    box: Box


class Publication(Struct, frozen=True):
    """One document, recognised.

    Attributes:
        unit: official name as printed, NFKC without white space; None when none is found.
        year: fiscal year; None when none is found.
        scope: ``department`` or ``unit``; None when the title does not say.
        title: the title as printed.
        money_unit: the money unit of its tables.
        decimals: decimals of the amounts in 元 that are exact (XBRL); None without tables.
        tables: by dataset.
        missing: required datasets that are not there.
        declined: why this is not a unit's final accounts; None when it is.
        findings: what recognition has to say.
        unknown: tables that no contract knows.
        account: where the numeric tokens of the tables' pages ended.
        covers: pages among its tables that name whose they are.
    """

    unit: str | None
    year: int | None
    scope: str | None
    title: str | None
    money_unit: str | None
    decimals: int | None
    tables: dict[str, PublishedTable]
    missing: tuple[str, ...]
    declined: Declined | None
    findings: tuple[Finding, ...]
    unknown: tuple[UnknownTable, ...] = ()
    account: TokenAccount = field(default_factory=TokenAccount)
    covers: tuple[Cover, ...] = ()

    @property
    def half(self) -> int:
        """Half a unit of the last decimal that its tables print, in 分; 0 without tables."""
        return max((table.half for table in self.tables.values()), default=0)

    @property
    def filled(self) -> list[PublishedTable]:
        """Tables with figures, in printed order."""
        return [table for table in self.tables.values() if table.state == "filled"]

    @property
    def facts(self) -> list[Fact]:
        """Facts of the filled tables."""
        return [fact for table in self.filled for fact in table.facts]
