"""What to say of pages that are pictures and how they were read, and of pictures over figures."""

from __future__ import annotations

from collections.abc import Iterator

from jcfs_etl.errors import with_extra
from jcfs_etl.findings import Both, Finding
from jcfs_etl.money import is_figure
from jcfs_etl.read.model import Page, PdfDocument
from jcfs_etl.wording import listed, on_pages

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
            values={"pages": _named(searchable)},
            page=searchable[0].number,
        )
    if scanned := [page for page in document.pages if page.source == "ocr"]:
        yield Finding(
            "scan_read_by_ocr",
            "info",
            "extraction",
            values={"pages": _named(scanned)},
            page=scanned[0].number,
        )
    if unread := unread_pictures(document):
        yield Finding(
            "unread_picture",
            "warning",
            "extraction",
            values={"pages": _named(unread), "install": with_extra("ocr")},
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
            yield Finding(
                "picture_over_figures",
                "error",
                "extraction",
                values={
                    "page": page.number,
                    "figures": listed(("".join(cell.text.split()) for cell in cells), _NAMED),
                },
                page=page.number,
                box=cells[0].box,
            )


def _named(pages: list[Page]) -> Both:
    numbers = ", ".join(str(page.number) for page in pages)
    return Both(
        f"page {numbers} is" if len(pages) == 1 else f"each of the pages {numbers} is",
        on_pages(page.number for page in pages).zh,
    )
