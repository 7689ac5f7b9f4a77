"""Opens a PDF, refuses what cannot be read for certain, and reads its pages."""

from __future__ import annotations

import hashlib
import re
import stat
import zlib
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.read.losses import OUTSIDE, Losses, watching
from jcfs_etl.read.model import Page, PdfDocument
from jcfs_etl.settings import Settings, load_settings

if TYPE_CHECKING:
    import playa

    from jcfs_etl.read.scan import ScanReader

_GET_AGAIN = "download it again from the publisher"
_MIB = 1 << 20
#: What the extra ``ocr`` installs and reading scans needs.
_OCR_MODULES = ("rapidocr", "onnxruntime", "pypdfium2")
#: Deflate makes at most this much of one byte.
_MOST_INFLATION = 1032


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
    data = _bytes_of(path, settings)
    count, producer = _check(path, password, settings, losses)
    # Imported late: camelot brings OpenCV and pandas, and a refused file needs neither.
    from jcfs_etl.read.camelot_hooks import find_grids
    from jcfs_etl.read.levels import levels_outside
    from jcfs_etl.read.placement import Placed, place

    scans = _scan_reader(path, password, settings)
    try:
        found = find_grids(path, password, scans.look if scans else None)
    except (UnreadableDocumentError, MemoryError):
        raise
    except Exception as error:  # camelot and playa raise whatever a damaged file provokes
        # The exception that came first says more than what it led to.
        losses.check()
        raise UnreadableDocumentError(
            "damaged", f"the page content cannot be read ({_brief(error)})", _GET_AGAIN
        ) from error
    if len(found) != count:
        raise UnreadableDocumentError(
            "damaged", f"only {len(found)} of its {count} pages can be read", _GET_AGAIN
        )
    pages = []
    for number, (content, tables) in enumerate(found, start=1):
        aside = tuple(content.set_aside)
        is_scan = scans is not None and scans.has(number - 1)
        if scans is not None and is_scan:
            grids, lines, pale = scans.read(number - 1, tables, content.height)
            aside += pale
            placed = Placed(grids, lines, (), ())
        else:
            placed = place(content, tables, number)
            aside += placed.marks
        page = Page(
            number=number,
            width=content.width,
            height=content.height,
            grids=placed.grids,
            lines=placed.lines,
            set_aside=aside,
            glyph_count=len(content.glyphs),
            picture_share=content.picture_share,
            source="ocr" if is_scan else "text",
            covered=tuple(content.covered),
            is_searchable_scan=content.is_searchable_scan,
            words=placed.words,
            levels=() if is_scan else levels_outside(content.rules, placed.grids),
        )
        _check_edges(page)
        pages.append(page)
    return PdfDocument(path.name, hashlib.sha256(data).hexdigest(), tuple(pages), producer)


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
                        _GET_AGAIN,
                    )


def _scan_reader(path: Path, password: str, settings: Settings) -> ScanReader | None:
    """The reader of picture pages; None without the extra that it needs, or switched off."""
    if not (settings.ocr and all(find_spec(name) for name in _OCR_MODULES)):
        return None
    from jcfs_etl.read.scan import ScanReader

    return ScanReader(path, password)


def _bytes_of(path: Path, settings: Settings) -> bytes:
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise OSError(0, "it is not a file")
        if about.st_size > settings.max_file_mib * _MIB:
            raise UnreadableDocumentError(
                "too_large",
                f"the file has {about.st_size / _MIB:,.0f} MiB, the limit is {settings.max_file_mib}",
                "if it is a genuine publication, raise JCFS_MAX_FILE_MIB",
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableDocumentError("missing", "there is no such file", "check the path") from error
    except OSError as error:
        raise UnreadableDocumentError(
            "unreadable",
            f"the file cannot be opened ({error.strerror})",
            "check that it is a file and that you may read it",
        ) from error
    if not data:
        raise UnreadableDocumentError("empty", "the file is empty", _GET_AGAIN)
    if b"%PDF-" not in data[:1024]:
        raise UnreadableDocumentError(
            "not_a_pdf", "this is not a PDF file", "give the PDF that the publisher offers"
        )
    if b"%%EOF" not in data[-1024:]:
        # Readers rebuild a file that was cut off and find the pages that happen to be left; a
        # publication without its last pages would look complete.
        raise UnreadableDocumentError("cut_off", "the file breaks off before its end", _GET_AGAIN)
    if not _has_index(data):
        raise UnreadableDocumentError(
            "damaged", "its table of contents (cross-reference) is not where it should be", _GET_AGAIN
        )
    _check_inflation(data, settings.max_stream_mib * _MIB)
    return data


def _check_inflation(data: bytes, limit: int) -> None:
    """Refuse a file with a stream that unfolds beyond the limit, before anything unfolds it whole.

    Streams that are compressed twice or encrypted pass; the limit on the process's memory holds those.
    """
    if len(data) * _MOST_INFLATION <= limit:
        return
    for match in re.finditer(rb"stream\r?\n", data):
        start = match.end()
        if data[start : start + 1] != b"\x78":  # what programs' zlib streams begin with
            continue
        end = data.find(b"endstream", start)
        end = len(data) if end < 0 else end
        if (end - start) * _MOST_INFLATION <= limit:
            continue
        unpacker, size, rest = zlib.decompressobj(), 0, data[start:end]
        try:
            while rest and not unpacker.eof:
                size += len(unpacker.decompress(rest, _MIB))
                rest = unpacker.unconsumed_tail
                if size > limit:
                    raise UnreadableDocumentError(
                        "too_large",
                        f"compressed data in it unfold to more than {limit // _MIB} MiB",
                        "if it is a genuine publication, raise JCFS_MAX_STREAM_MIB",
                    )
        except zlib.error:
            continue  # damaged or not compressed: the reading will say


def _has_index(data: bytes) -> bool:
    """Whether the file's end points at a cross-reference table or stream.

    Bytes before the header, as mail gateways add them, shift the position.
    """
    found = re.findall(rb"startxref\s+(\d+)", data[-2048:])
    if not found:
        return False
    start = int(found[-1])
    places = (start, start + data[:1024].find(b"%PDF-"))
    return any(re.match(rb"\s*(?:xref|\d+\s+\d+\s+obj)", data[at : at + 64]) for at in places)


def _check(path: Path, password: str, settings: Settings, losses: Losses) -> tuple[int, str]:
    """Open the file and refuse what cannot be read as a whole; give back its page count and producer."""
    import playa
    from playa.exceptions import PDFPasswordIncorrect

    try:
        document = playa.open(path, password=password)
    except MemoryError:
        raise
    except PDFPasswordIncorrect as error:
        raise UnreadableDocumentError(
            "encrypted",
            "the file is protected by a password",
            "give its password with --password or in JCFS_PASSWORD",
        ) from error
    except Exception as error:  # playa raises whatever a damaged file provokes
        raise UnreadableDocumentError(
            "damaged", f"the PDF structure is broken ({_brief(error)})", _GET_AGAIN
        ) from error
    with document:
        if not document.is_extractable:
            raise UnreadableDocumentError(
                "not_extractable",
                "its publisher does not permit text to be taken from this file",
                "ask the publisher for a copy without that restriction",
            )
        try:
            count = sum(1 for _ in islice(document.pages.page_objects, settings.max_pages + 1))
            declared, producer = _declared_pages(document), _producer(document)
        except MemoryError:
            raise
        except Exception as error:  # as above
            losses.check()
            raise UnreadableDocumentError(
                "damaged", f"the page list is broken ({_brief(error)})", _GET_AGAIN
            ) from error
    if count > settings.max_pages:
        raise UnreadableDocumentError(
            "too_large",
            f"it has more than {settings.max_pages:,} pages",
            "if it is a genuine publication, raise JCFS_MAX_PAGES",
        )
    losses.check()
    if count == 0 and not declared:
        raise UnreadableDocumentError("no_pages", "the PDF has no pages", _GET_AGAIN)
    if count != declared:
        # playa passes over what is no page, and so would lose one whose description is damaged.
        raise UnreadableDocumentError(
            "damaged", f"it should have {declared} pages and has {count}", _GET_AGAIN
        )
    return count, producer


def _declared_pages(document: playa.Document) -> int:
    """How many pages the page tree says it has."""
    from playa.pdftypes import dict_value, int_value

    return int_value(dict_value(document.catalog["Pages"])["Count"])


def _producer(document: playa.Document) -> str:
    from playa.pdftypes import resolve1
    from playa.utils import decode_text

    # playa leaves its own `info` empty; the trailer has it.
    info = resolve1(document.trailer.get("Info"))
    value = resolve1(info.get("Producer")) if isinstance(info, dict) else None
    return decode_text(value).strip() if isinstance(value, bytes) else ""


def _brief(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:120]}" if text else type(error).__name__
