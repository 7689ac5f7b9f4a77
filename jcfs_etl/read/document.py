"""Reads the pages of a PDF, and refuses one that cannot be read for certain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.places import Box
from jcfs_etl.read.files import brief, bytes_of, whole_file
from jcfs_etl.read.losses import GET_AGAIN, OUTSIDE, Losses, watching
from jcfs_etl.read.model import Grid, Page, PdfDocument
from jcfs_etl.settings import Settings, load_settings

if TYPE_CHECKING:
    from camelot.core import Table

    from jcfs_etl.read.glyphs import PageContent, Rule
    from jcfs_etl.read.scan_reader import ScanReader

#: What the extra ``ocr`` installs and reading scans needs.
_OCR_MODULES = ("rapidocr", "onnxruntime", "opencc", "pypdfium2")
#: Shorter strokes (points) are dashes or parts of drawings.
_SHORTEST = 8.0
#: Confidence in text that was read by OCR before it came here: identities must bind it firmly.
_UNTOLD = 0.9
#: Pages of a scan that this process reads side by side, set once.
_threads = [1]


def use_threads(count: int) -> None:
    """Let this process read so many pages of a scan side by side; the readings are the same with any number.

    One is best where there are as many processes as processors.

    Args:
        count: threads, 1 by default.
    """
    _threads[0] = count


def read_pdf(path: Path | str, password: str = "", settings: Settings | None = None) -> PdfDocument:
    """Read a PDF into pages of ruled grids and lines of text.

    Args:
        path: the PDF file.
        password: opens an encrypted file; empty when there is none.
        settings: limits; by default those of the environment.

    Returns:
        The document with all its pages.

    Raises:
        UnreadableDocumentError: the file is missing, unreadable, empty, no PDF, damaged, encrypted,
            beyond its limits or has no pages; its ``reason`` says which.
        RunError: the limits in the environment are wrong.
    """
    path = Path(path)
    settings = settings or load_settings()
    try:
        with watching() as losses:
            return _read(path, password, settings, losses)
    except MemoryError:
        # Without its cause: the frames that it would keep alive hold the memory.
        raise UnreadableDocumentError(
            "too_large",
            "reading it took more memory than it may have",
            "if it is a genuine publication, raise JCFS_MEMORY_MIB",
        ) from None


def _read(path: Path, password: str, settings: Settings, losses: Losses) -> PdfDocument:
    data = bytes_of(path, settings)
    count, producer = whole_file(path, password, settings, losses)
    with _scan_reader(path, password, settings, count) as scans:
        found = _found(path, password, count, scans, losses)
        if scans is not None:
            scans.begin(found)
        pages = [_page(number, *of_page, scans) for number, of_page in enumerate(found, start=1)]
    return PdfDocument(path.name, hashlib.sha256(data).hexdigest(), tuple(pages), producer)


def _found(
    path: Path, password: str, count: int, scans: ScanReader | None, losses: Losses
) -> list[tuple[PageContent, list[Table]]]:
    """Each page's content and camelot's grids on it."""
    # Imported late: camelot brings OpenCV and pandas, and a refused file needs neither.
    from jcfs_etl.read.camelot_hooks import find_grids

    try:
        found = find_grids(path, password, scans.look if scans else None)
    except (UnreadableDocumentError, MemoryError):
        raise
    except Exception as error:  # camelot and playa raise whatever a damaged file provokes
        # The exception that came first says more than what it led to.
        losses.check()
        raise UnreadableDocumentError(
            "damaged", f"the page content cannot be read ({brief(error)})", GET_AGAIN
        ) from error
    if len(found) != count:
        raise UnreadableDocumentError(
            "damaged", f"only {len(found)} of its {count} pages can be read", GET_AGAIN
        )
    return found


def _page(number: int, content: PageContent, tables: list[Table], scans: ScanReader | None) -> Page:
    from jcfs_etl.read.placement import Placed, place

    aside = tuple(content.set_aside)
    is_scan = scans is not None and scans.has(number - 1)
    if scans is not None and is_scan:
        grids, lines, pale = scans.read(number - 1)
        aside += pale
        placed = Placed(grids, lines, (), ())
    else:
        placed = place(content, tables, number)
        grids = placed.grids
        aside += placed.marks
        if content.is_searchable_scan:
            grids = tuple(map(_as_read_by_others, grids))
    page = Page(
        number=number,
        width=content.width,
        height=content.height,
        grids=grids,
        lines=placed.lines,
        set_aside=aside,
        is_picture=content.is_picture,
        picture_share=content.picture_share,
        source="ocr" if is_scan else "text",
        unseen=tuple(content.unseen),
        written_over=tuple(content.written_over),
        # The picture that was read is no drawing within a table.
        drawings=() if is_scan else tuple(content.drawings),
        is_searchable_scan=content.is_searchable_scan,
        is_unmapped=content.is_unmapped,
        words=placed.words,
        levels=() if is_scan else _levels_outside(content.rules, grids),
    )
    _check_edges(page)
    return page


def _as_read_by_others(grid: Grid) -> Grid:
    """A grid of a searchable scan: its text was read by OCR too, with a confidence that nobody has told."""
    cells = (replace(cell, source="ocr", confidence=_UNTOLD) for cell in grid.cells)
    return replace(grid, cells=tuple(cells))


def _levels_outside(rules: Iterable[Rule], grids: Sequence[Grid]) -> tuple[Box, ...]:
    """Level rules outside every grid: all that some publishers draw of a table's rules.

    Args:
        rules: straight strokes of the page.
        grids: its ruled tables.

    Returns:
        Their places, from the top down.
    """
    boxes = [grid.box for grid in grids]
    found = [
        Box(*rule)
        for rule in rules
        if rule.y0 == rule.y1
        and rule.x1 - rule.x0 >= _SHORTEST
        and not any(box.holds((rule.x0 + rule.x1) / 2, rule.y0) for box in boxes)
    ]
    return tuple(sorted(found, key=lambda box: (box.y0, box.x0)))


def _check_edges(page: Page) -> None:
    """Refuse a page whose edge cuts through a table: it would be read with blank cells."""
    for aside in page.set_aside:
        if aside.reason == OUTSIDE and any(ch.isdigit() for ch in aside.text):
            box = aside.box
            for grid in page.grids:
                g = grid.box
                if box.x0 < g.x1 and g.x0 < box.x1 and box.y0 < g.y1 and g.y0 < box.y1:
                    raise UnreadableDocumentError(
                        "damaged",
                        f"figures of a table on page {page.number} lie beyond the page's edge",
                        GET_AGAIN,
                    )


@contextmanager
def _scan_reader(path: Path, password: str, settings: Settings, count: int) -> Iterator[ScanReader | None]:
    """The reader of picture pages; None without the extra that it needs, or switched off."""
    if not (settings.ocr and all(find_spec(name) for name in _OCR_MODULES)):
        yield None
        return
    from jcfs_etl.read.scan_reader import ScanReader

    with closing(ScanReader(path, password, count, _threads[0])) as reader:
        yield reader
