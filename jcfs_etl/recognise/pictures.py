"""What to say of pages that are pictures and how they were read, and of pictures over figures."""

from __future__ import annotations

from collections.abc import Iterator

from jcfs_etl.errors import with_extra
from jcfs_etl.findings import Finding
from jcfs_etl.money import is_figure
from jcfs_etl.read.model import Page, PdfDocument

#: Figures of a page that a message names.
_NAMED = 5


def unread_pictures(document: PdfDocument) -> list[Page]:
    """Pages that are pictures without a text layer and that OCR did not read."""
    return [page for page in document.pages if page.is_picture and page.source == "text"]


def picture_notes(document: PdfDocument) -> Iterator[Finding]:
    """Findings that name the pages which are pictures, and say how they were read."""
    if searchable := [page for page in document.pages if page.is_searchable_scan]:
        yield Finding(
            "searchable_scan",
            "info",
            "document",
            f"{_named(searchable)} a scan with text laid invisibly over the picture: the figures are those "
            "of that text, which the publisher's OCR made, not those of the picture",
            page=searchable[0].number,
        )
    if scanned := [page for page in document.pages if page.source == "ocr"]:
        yield Finding(
            "scan_read_by_ocr",
            "info",
            "extraction",
            f"{_named(scanned)} a picture without text and was read by OCR: its figures carry a confidence, "
            "and one that no identity binds is not certain",
            page=scanned[0].number,
        )
    if unread := unread_pictures(document):
        yield Finding(
            "unread_picture",
            "warning",
            "extraction",
            f"{_named(unread)} a picture without text and was not read; to have it read, {with_extra('ocr')}",
            page=unread[0].number,
        )


def cover_notes(document: PdfDocument) -> Iterator[Finding]:
    """A finding for each page on which a picture hides figures of a table, as when it was corrected so."""
    for page in document.pages:
        if page.is_searchable_scan or not page.covered:
            continue
        cells = [
            cell
            for grid in page.grids
            for cell in grid.cells
            if is_figure(cell.text)
            and any(cell.box.holds((b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2) for b in page.covered)
        ]
        if cells:
            figures = ", ".join("".join(cell.text.split()) for cell in cells[:_NAMED])
            more = f" and {len(cells) - _NAMED} more" if len(cells) > _NAMED else ""
            yield Finding(
                "picture_over_figures",
                "error",
                "extraction",
                f"page {page.number}: a picture lies over {figures}{more}; a reader sees the picture, and "
                "what it shows cannot be told from the text under it",
                page=page.number,
                box=cells[0].box,
            )


def _named(pages: list[Page]) -> str:
    numbers = ", ".join(str(page.number) for page in pages)
    return f"page {numbers} is" if len(pages) == 1 else f"each of the pages {numbers} is"
