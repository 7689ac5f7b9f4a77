"""Tells where a file is not the final accounts of one unit: drafts, parts of the year, several units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from msgspec import Struct

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts, Declined
from jcfs_etl.findings import Finding, finding
from jcfs_etl.labels import squeezed
from jcfs_etl.places import Box
from jcfs_etl.read.model import Page, PdfDocument
from jcfs_etl.recognise.agreement import compared_name
from jcfs_etl.recognise.model import Cover, PublishedTable
from jcfs_etl.recognise.stitching import StitchedTable
from jcfs_etl.recognise.telling import is_unit, lines_of_a_name
from jcfs_etl.recognise.titles import CaptionedGrid, cover_statements, is_contents

#: Tables that stand there under two units' names before they are two units' accounts, and no slip in a name.
_TABLES = 3
#: Longer lines above a table are text, which may speak of drafts and of parts of the year.
_LONGEST_HEADING = 60
#: So much of a line is quoted.
_QUOTED = 40


def of_several_units(stitched: Sequence[StitchedTable], contracts: Contracts) -> Declined | None:
    """Why a file is no single unit's: the tables of one follow those of another, each with its unit's name.

    Args:
        stitched: the tables in reading order.
        contracts: what publications look like.
    """
    owners: dict[str, set[str]] = {}
    begins: dict[str, tuple[str, int]] = {}
    for table in stitched:
        unit = _unit(table.first, contracts)
        if unit is not None:
            name = compared_name(unit, contracts)
            owners.setdefault(table.dataset, set()).add(name)
            begins.setdefault(name, (unit, table.first.grid.page))
    if sum(len(names) > 1 for names in owners.values()) < _TABLES:
        return None
    units = ", ".join(f"{unit} from page {page}" for unit, page in begins.values())
    reason = f"a file with the tables of {len(begins)} units ({units}); it has to be split into a file a unit"
    return Declined(id="several_units", where="text", pattern="", reason=reason)


def covers_within(
    document: PdfDocument, tables: Iterable[PublishedTable], contracts: Contracts
) -> Iterator[Cover]:
    """Pages up to the last table, but for the first page, that name a body or a year as a cover does.

    The year of a part's head (第二部分) is none of a cover's: publishers forget to change it.

    Args:
        document: the PDF, read.
        tables: its tables.
        contracts: what covers look like.
    """
    publication = contracts.publication
    last = max((number for table in tables for number in table.pages), default=0)
    for page in document.pages[1:last]:
        if not may_be_cover(page, contracts):
            continue
        said = list(cover_statements(page, publication))
        named = [value for s in said if s.kind == "unit" for value in (s.value, *s.readings)]
        named = named or [s.value for s in lines_of_a_name(page, publication)]
        units = tuple(dict.fromkeys(name for name in named if is_unit(name, publication)))
        heads = (regex(publication.part_pattern).match(squeezed(line.text)) for line in page.lines)
        year = None if any(heads) else next((int(s.value) for s in said if s.kind == "year"), None)
        if units or year is not None:
            yield Cover(page.number, units, year)


def may_be_cover(page: Page, contracts: Contracts) -> bool:
    """Whether a page holds a few lines without a sentence, and no table.

    Args:
        page: the page.
        contracts: for what a sentence, a page number and contents look like.
    """
    number = regex(contracts.publication.page_number_pattern)
    lines = [text for line in page.lines if not number.fullmatch(text := squeezed(line.text))]
    few = len(lines) <= contracts.publication.cover_lines and not any("。" in text for text in lines)
    return few and not page.grids and not is_contents(page, contracts)


def _unit(item: CaptionedGrid, contracts: Contracts) -> str | None:
    """The unit that the lines above a grid name; None when none does."""
    patterns = contracts.publication.unit_patterns
    found = (match for text in item.above for pattern in patterns if (match := regex(pattern).search(text)))
    return next((match["unit"] for match in found), None)


class _Said(Struct, frozen=True):
    """A line of text where it stands; the box is that of the table it is said of."""

    text: str
    page: int
    box: Box | None = None

    def finding(self, code: str) -> Finding:
        return finding(code, "error", self.page, self.box, line=self.text[:_QUOTED])


def correction_notes(grids: Iterable[CaptionedGrid], contracts: Contracts) -> Iterator[Finding]:
    """A finding for each grid whose title or lines say that figures were corrected.

    Args:
        grids: those of published tables, and others, which may be what they were before or after.
        contracts: for how it is said.
    """
    patterns = contracts.publication.correction_patterns
    for item in grids:
        lines = (_Said(text, item.grid.page, item.grid.box) for text in (*_heading(item), *item.below))
        said = next((line for line in lines if _fits(line, patterns)), None)
        if said is not None:
            yield said.finding("corrected_figures")


def not_final_notes(
    document: PdfDocument, captioned: Iterable[CaptionedGrid], contracts: Contracts
) -> Iterator[Finding]:
    """A finding for each way in which a publication says that its figures are not the year's final ones.

    Args:
        document: the PDF, read.
        captioned: every grid with the lines around it; those without a known table say nothing of one.
        contracts: for how it is said.
    """
    known = [item for item in captioned if item.dataset is not None]
    last = max((item.grid.page for item in known), default=1)
    covers = (page for page in document.pages[:last] if may_be_cover(page, contracts))
    said = list(chain(_on_covers(covers), _above_tables(known), _stamped(document)))
    for code, patterns in contracts.publication.not_final_patterns.items():
        first = next((line for line in said if _fits(line, patterns)), None)
        if first is not None:
            yield first.finding(code)


def _on_covers(covers: Iterable[Page]) -> Iterator[_Said]:
    """Lines of covers and heads of parts, and all of each: what it says may be set in several."""
    for cover in covers:
        texts = [squeezed(line.text) for line in cover.lines]
        yield from (_Said(text, cover.number) for text in (*texts, "".join(texts)))


def _above_tables(captioned: Iterable[CaptionedGrid]) -> Iterator[_Said]:
    for item in captioned:
        for text in _heading(item):
            if len(text) <= _LONGEST_HEADING and "。" not in text:
                yield _Said(text, item.grid.page, item.grid.box)


def _stamped(document: PdfDocument) -> Iterator[_Said]:
    """Watermarks: as they were drawn, and all of a page, which may be drawn character by character."""
    for page in document.pages:
        texts = [squeezed(aside.text) for aside in page.set_aside]
        yield from (_Said(text, page.number) for text in (*dict.fromkeys(texts), "".join(texts)))


def _heading(item: CaptionedGrid) -> tuple[str, ...]:
    return (item.title, *item.above)


def _fits(line: _Said, patterns: Iterable[str]) -> bool:
    return any(regex(pattern).search(line.text) for pattern in patterns)
