"""What to say of pages that are pictures and how they were read, and of pictures over figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from jcfs_etl.errors import with_extra
from jcfs_etl.findings import Both, Finding, Origin, Severity, Value
from jcfs_etl.money import is_figure
from jcfs_etl.read.model import Page, PdfDocument
from jcfs_etl.wording import listed, on_pages

#: Figures of a page that a message names.
_NAMED = 5


def unread_pictures(document: PdfDocument) -> list[Page]:
    """Pages that are pictures without a text layer and that OCR did not read."""
    return [page for page in document.pages if page.is_picture and page.source == "text"]


def unread_texts(document: PdfDocument) -> list[Page]:
    """Pages whose characters have no meaning and that OCR did not read."""
    return [page for page in document.pages if page.is_unmapped and page.source == "text"]


def picture_notes(document: PdfDocument) -> Iterator[Finding]:
    """Findings that name the pages which are pictures or were taken for such, and say how they were read."""
    by_ocr = [page for page in document.pages if page.source == "ocr"]
    yield from _finding(
        "searchable_scan", "info", [page for page in document.pages if page.is_searchable_scan], "document"
    )
    yield from _finding("scan_read_by_ocr", "info", [page for page in by_ocr if not page.is_unmapped])
    yield from _finding("unmapped_read_by_ocr", "info", [page for page in by_ocr if page.is_unmapped])
    yield from _finding("unread_picture", "warning", unread_pictures(document))
    yield from _finding("unmapped_text", "warning", unread_texts(document))


def _finding(
    code: str, severity: Severity, pages: Sequence[Page], origin: Origin = "extraction"
) -> Iterator[Finding]:
    """A finding that names pages, where there are any."""
    if pages:
        values: dict[str, Value] = {"pages": _named(pages)}
        if severity == "warning":
            values["install"] = with_extra("ocr")
        yield Finding(code, severity, origin, values=values, page=pages[0].number)


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


def annotation_notes(document: PdfDocument) -> Iterator[Finding]:
    """A finding for each page on which a figure is written over a table as an annotation."""
    for page in document.pages:
        written = [
            b
            for b in page.written_over
            if any(grid.box.holds((b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2) for grid in page.grids)
        ]
        if written:
            values: dict[str, Value] = {"page": page.number}
            found = Finding("annotation_over_figures", "error", "extraction", values=values)
            yield replace(found, page=page.number, box=written[0])


def _named(pages: Sequence[Page]) -> Both:
    numbers = ", ".join(str(page.number) for page in pages)
    return Both(
        f"page {numbers} is" if len(pages) == 1 else f"each of the pages {numbers} is",
        on_pages(page.number for page in pages).zh,
    )
