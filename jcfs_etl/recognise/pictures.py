"""What to say of pages that are pictures, of figures that are not seen, and of marks beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from jcfs_etl.errors import with_extra
from jcfs_etl.findings import Both, Finding, Origin, Severity, finding
from jcfs_etl.money import is_figure
from jcfs_etl.places import Box
from jcfs_etl.read.marks import MARK
from jcfs_etl.read.model import PRINTED_TWICE, Cell, Grid, Page, PdfDocument, SetAside, Unseen
from jcfs_etl.recognise.draft import DraftTable
from jcfs_etl.wording import listed, on_pages

#: Figures of a page that a message names.
_NAMED = 5
#: How much larger than a cell a drawing may be that belongs to it.
_LARGER = 1.2
#: Points that a drawing has at least in each direction that shows a figure.
_SPECK = 3.0
#: Points by which what is hidden reaches into a cell at least.
_INTO = 1.0
#: What hides figures, in words; a picture has a finding of its own.
_VEILS = {
    "area": Both("a filled area was drawn over it", "被后画的色块遮住"),
    "edge": Both("it lies beyond the edge of what is drawn", "在裁剪范围之外"),
    "line": Both("it is struck out", "已被划去"),
    "sign": Both("a minus sign is drawn before it as a line", "其前以线条画有负号"),
    "size": Both("it is too small to be read", "字号过小，无法辨认"),
}


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
        said = {"install": with_extra("ocr")} if severity == "warning" else {}
        found = finding(code, severity, pages[0].number, pages=_named(pages), **said)
        yield replace(found, origin=origin)


def unseen_notes(document: PdfDocument) -> Iterator[Finding]:
    """A finding for each page on which figures of a table are not seen, as where one was corrected so."""
    for page in document.pages:
        if page.is_searchable_scan or not page.unseen:
            continue
        cells = [cell for grid in page.grids for cell in grid.cells]
        for veil in dict.fromkeys(unseen.by for unseen in page.unseen):
            hidden = [
                (unseen.text if unseen.is_aside else cell.text, cell.box)
                for unseen in page.unseen
                for cell in cells
                if unseen.by == veil and _hides_figure(unseen, cell)
            ]
            if hidden:
                figures = listed(("".join(text.split()) for text, _ in hidden), _NAMED)
                code = "picture_over_figures" if veil == "picture" else "unseen_figures"
                at, why = (page.number, hidden[0][1]), _VEILS.get(veil, "")
                yield finding(code, "error", *at, figures=figures, why=why)


def _hides_figure(unseen: Unseen, cell: Cell) -> bool:
    """Whether a cell's figure is one of which a reader does not see all.

    Where the text was set aside, the cell is blank or holds what is seen in its place. Of that which is the
    same in both nothing is hidden.
    """
    box, at = unseen.box, cell.box
    if min(box.x1, at.x1) - max(box.x0, at.x0) < _INTO or not at.y0 <= (box.y0 + box.y1) / 2 <= at.y1:
        return False
    return is_figure(unseen.text) and unseen.text != cell.text if unseen.is_aside else is_figure(cell.text)


def annotation_notes(document: PdfDocument) -> Iterator[Finding]:
    """A finding for each page on which a figure is written over a table as an annotation."""
    for page in document.pages:
        written = [
            b
            for b in page.written_over
            if any(grid.box.holds((b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2) for grid in page.grids)
        ]
        if written:
            yield finding("annotation_over_figures", "error", page.number, written[0])


def drawing_notes(document: PdfDocument, drafts: Iterable[DraftTable]) -> Iterator[Finding]:
    """A finding for each page with a picture or outlines in a cell of a table that has no text.

    Args:
        document: the PDF, read.
        drafts: its tables.
    """
    for grid in (part.grid for draft in drafts for part in draft.source.parts):
        drawings = document.pages[grid.page - 1].drawings
        blank = [cell.box for cell in grid.cells if not cell.text] if drawings else []
        boxes = [box for box in blank if any(_may_be_in(drawing, box) for drawing in drawings)]
        if boxes:
            yield finding("drawing_in_blank_cell", "error", grid.page, boxes[0], cells=len(boxes))


def _may_be_in(drawing: Box, cell: Box) -> bool:
    """Whether what is drawn may be what a cell says, or a column or row of cells; a seal is larger."""
    width, height = drawing.x1 - drawing.x0, drawing.y1 - drawing.y0
    across = min(drawing.x1, cell.x1) - max(drawing.x0, cell.x0)
    down = min(drawing.y1, cell.y1) - max(drawing.y0, cell.y0)
    is_small = width <= _LARGER * (cell.x1 - cell.x0) or height <= _LARGER * (cell.y1 - cell.y0)
    return is_small and min(width, height) >= _SPECK and min(across, down) >= _SPECK


def _named(pages: Sequence[Page]) -> Both:
    numbers = ", ".join(str(page.number) for page in pages)
    return Both(
        f"page {numbers} is" if len(pages) == 1 else f"each of the pages {numbers} is",
        on_pages(page.number for page in pages).zh,
    )


def mark_notes(document: PdfDocument) -> Iterator[Finding]:
    """A finding for each footnote mark beside a figure: what it says is not in the data."""
    for page in document.pages:
        for aside in page.set_aside:
            if aside.reason == MARK:
                figure = _figure(page, aside.box.x0, aside.box.y1)
                at = page.number, aside.box
                yield finding("footnote_mark", "info", *at, mark=aside.text, figure=figure)


def overprint_notes(document: PdfDocument) -> Iterator[Finding]:
    """A finding for each figure that stands twice in one cell while the cell above or below it is blank.

    A figure that has slipped into the next row onto one like it would be lost without a word, and where it is
    0.00 no identity tells. Where a whole row is printed twice, it is printed in bold.
    """
    for page in document.pages:
        aside = [a for a in page.set_aside if a.reason == PRINTED_TWICE]
        for grid in page.grids if aside else ():
            rows: dict[int, dict[int, list[SetAside]]] = defaultdict(lambda: defaultdict(list))
            for each in aside:
                x, y = (each.box.x0 + each.box.x1) / 2, (each.box.y0 + each.box.y1) / 2
                cell = next((c for c in grid.cells if c.box.holds(x, y)), None)
                if cell is not None:
                    rows[cell.row][cell.column].append(each)
            for row, cells in rows.items():
                (column, pieces), *more = cells.items()
                cell = grid.by_position[row, column]
                text = "".join(p.text for p in sorted(pieces, key=lambda p: p.box.x0))
                beside = _blank_beside(grid, cell)
                if not more and beside is not None and is_figure(text):
                    at, rows_of = (page.number, cell.box), {"row": cell.row + 1, "beside": beside.row + 1}
                    yield finding("figure_printed_twice", "warning", *at, printed=text, **rows_of)


def _blank_beside(grid: Grid, cell: Cell) -> Cell | None:
    """The blank cell right above or below, in the same column."""
    for row in (cell.row - 1, cell.row + cell.row_span):
        other = grid.by_position.get((row, cell.column))
        if other is not None and not other.text and other.column_span == cell.column_span:
            return other
    return None


def _figure(page: Page, x: float, y: float) -> str:
    """The figure of the smallest cell that holds a place."""
    cells = [c for grid in page.grids for c in grid.cells if c.box.holds(x, y)]
    return min(cells, key=lambda c: c.box.area).text if cells else "a figure"
