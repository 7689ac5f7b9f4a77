"""What the pages of the site show: plain, frozen values between the curated data and the templates."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from jcfs_etl.findings import Both

#: What became of a document; ``noted`` is published with findings of severity error or inconsistent.
State = Literal["published", "noted", "quarantined", "declined"]
STATES: tuple[State, ...] = ("published", "noted", "quarantined", "declined")


class Entry(Struct, frozen=True):
    """A publication or refused document of the curated data, of which nothing was opened yet.

    Attributes:
        key: name of its folder in the site: hexadecimal digits, whatever the unit is called.
        unit, year: of the document; None where not known.
        status: ``published``, ``quarantined`` or ``declined``.
        source, place: the PDF as the data names it, and where it lay when it was ingested.
        sha256: of the PDF.
        files: keys of its Parquet files.
        version: hash of all that its page is made from beside program and contracts.
    """

    key: str
    unit: str | None
    year: int | None
    status: Literal["published", "quarantined", "declined"]
    source: str
    place: str
    sha256: str
    files: tuple[str, ...]
    version: str


class Place(Struct, frozen=True):
    """A box on a page, in points from the upper left corner; ``ref`` is what figures and boxes share."""

    ref: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class Head(Struct, frozen=True):
    """A cell of a table's head."""

    text: str
    describes: str = ""
    columns: int = 1
    rows: int = 1


class Cell(Struct, frozen=True):
    """A cell of a table as on the form.

    Attributes:
        text: as printed.
        kind: ``figure``, ``label``, ``code`` or ``blank`` (the form has no cell there).
        place: of a figure, on its page.
        name: the figure in the words of the form.
        amount: the figure in 元, in words; empty where it is blank.
        findings: numbers of the findings that it takes part in.
        level: depth of a label.
        strong: whether it stands in a line of totals.
    """

    text: str
    kind: Literal["figure", "label", "code", "blank"] = "label"
    place: Place | None = None
    name: str = ""
    amount: str = ""
    findings: tuple[int, ...] = ()
    level: int = 0
    strong: bool = False


class TableView(Struct, frozen=True):
    """A published table as on its form; one without rows was found empty."""

    dataset: str
    title: str
    describes: Both
    heads: tuple[tuple[Head, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    pages: tuple[int, ...]


class Term(Struct, frozen=True):
    """A figure of an identity: its sign, its name and its amount; or one that a statement is held against.

    ``base`` says that the statement compares with it.
    """

    sign: str
    name: str
    amount: str
    page: int | None
    ref: str
    base: bool = False


class Sides(Struct, frozen=True):
    """An identity that does not hold, with both sides; where ``stated``, a sentence of the narrative.

    ``table`` is the title of the table where all figures are of one; their names then go without it.
    """

    statement: Both
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    reported: str
    computed: str
    difference: str
    tolerance: str
    table: str = ""
    stated: bool = False


class SuspectView(Struct, frozen=True):
    """A cell that would explain a finding; its true amount would lie between ``low`` and ``high``."""

    name: str
    printed: str
    page: int
    low: str
    high: str
    reason: Both
    ref: str


class FindingView(Struct, frozen=True):
    """A finding.

    Attributes:
        number: from 1, the worst first.
        code, severity, blocks: as in the data; ``blocks`` where it keeps the document from being published.
        kind, message, remedy: in words.
        place: its box; None where it has none.
        page: its page, where it has one.
        sides: of the identity that does not hold, where it is one.
        suspects: sets of cells that would explain it, best first.
        more: sets that are not shown.
    """

    number: int
    code: str
    severity: str
    blocks: bool
    kind: Both
    message: Both
    remedy: Both
    place: Place | None
    page: int | None
    sides: Sides | None
    suspects: tuple[tuple[SuspectView, ...], ...]
    more: int


class Run(Struct, frozen=True):
    """A piece of a paragraph; ``state`` is the verdict of the statement in it, empty outside of one."""

    text: str
    state: str = ""
    told: str = ""
    ref: str = ""


class SectionView(Struct, frozen=True):
    """A piece of prose."""

    part: str
    heading: str
    page: int
    paragraphs: tuple[tuple[Run, ...], ...]


class Statement(Struct, frozen=True):
    """A statement of the narrative in one line."""

    subject: str
    printed: str
    computed: str
    state: str
    page: int
    place: Place
    note: str


class GridView(Struct, frozen=True):
    """A plain table of words: labels of its columns and its rows; ``numeric`` columns stand at the right."""

    labels: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


class FormView(Struct, frozen=True):
    """A self-evaluation form."""

    title: str
    first_page: int
    last_page: int
    facts: tuple[tuple[str, str], ...]
    funds: GridView
    indicators: GridView
    texts: tuple[tuple[str, str], ...]


class Bars(Struct, frozen=True):
    """What a chart shows: bars of amounts in 元, by label, in one or more series.

    Attributes:
        name: of its file.
        title: in both languages.
        labels: of the groups of bars.
        series: label and amounts, one for each group.
        stacked: whether the series of a group add up.
    """

    name: str
    title: Both
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[Decimal | None, ...]], ...]
    stacked: bool = False


class Picture(Struct, frozen=True):
    """The picture of a page: its file, its size in points, and the boxes on it."""

    page: int
    file: str
    width: float
    height: float
    places: tuple[Place, ...] = ()


class Summary(Struct, frozen=True):
    """What the overview and the pages of units and years say of a publication, in plain values for JSON.

    Attributes:
        key, unit, year, source, state, reason: as of :class:`Entry`; ``unit`` in full.
        severities: how many findings of each severity.
        codes: kinds of its findings.
        amounts: totals in 元 as text, by name (``income``, ``expenditure``, ``three_public``,
            ``three_public_budget``).
        classes: expenditure in 元 as text, by functional class.
        bytes: size of its pages.
    """

    key: str
    unit: str | None
    year: int | None
    source: str
    state: State
    reason: str = ""
    severities: Mapping[str, int] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    amounts: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    bytes: int = 0


class PublicationView(Struct, frozen=True):
    """All that the page of a publication shows."""

    summary: Summary
    document: Mapping[str, object]
    money_unit: str
    tables: tuple[TableView, ...]
    findings: tuple[FindingView, ...]
    sections: tuple[SectionView, ...]
    statements: tuple[Statement, ...]
    verdicts: Mapping[str, int]
    checks: Mapping[str, int]
    forms: tuple[FormView, ...]
    charts: tuple[Bars, ...]

    def places(self) -> list[Place]:
        """Every box that something on the page points at, without those of figures left blank."""
        found = [c.place for t in self.tables for row in t.rows for c in row if c.place is not None]
        found += [f.place for f in self.findings if f.place is not None]
        found += [s.place for s in self.statements]
        return found

    def pages(self) -> tuple[int, ...]:
        """Pages of which a picture is needed: those of tables, of findings and of statements."""
        pages = {p.page for p in self.places()} | {n for f in self.forms for n in (f.first_page, f.last_page)}
        pages |= {f.page for f in self.findings if f.page is not None}
        pages |= {s.page for f in self.findings for group in f.suspects for s in group}
        pages |= {n for t in self.tables for n in t.pages}
        return tuple(sorted(pages))
