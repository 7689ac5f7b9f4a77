"""Tells where a publication says that its figures are no final ones of the year: a draft, half a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from msgspec import Struct

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding, finding
from jcfs_etl.labels import squeezed
from jcfs_etl.places import Box
from jcfs_etl.read.model import Page, PdfDocument
from jcfs_etl.recognise.several import may_be_cover
from jcfs_etl.recognise.titles import CaptionedGrid

#: Longer lines above a table are text, which may speak of drafts and of parts of the year.
_LONGEST_HEADING = 60
#: So much of a line is quoted.
_QUOTED = 40


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
