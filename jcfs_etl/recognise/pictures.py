"""What to say of pages that are pictures: read from hidden text, by OCR, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from jcfs_etl.errors import with_extra
from jcfs_etl.findings import Finding
from jcfs_etl.read.model import Page, PdfDocument


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


def _named(pages: list[Page]) -> str:
    numbers = ", ".join(str(page.number) for page in pages)
    return f"page {numbers} is" if len(pages) == 1 else f"each of the pages {numbers} is"
