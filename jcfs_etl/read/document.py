"""Opens a PDF, refuses what cannot be read for certain, and reads its pages."""

from __future__ import annotations

import hashlib
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING

from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.read.model import Page, PdfDocument

if TYPE_CHECKING:
    import playa

_GET_AGAIN = "download it again from the publisher"


def read_pdf(path: Path | str, password: str = "") -> PdfDocument:
    """Read a PDF into pages of ruled grids and lines of text.

    Args:
        path: the PDF file.
        password: opens an encrypted file; empty when there is none.

    Returns:
        The document with all its pages.

    Raises:
        UnreadableDocumentError: the file is missing, unreadable, empty, no PDF, damaged, encrypted
            or has no pages; its ``reason`` says which.
    """
    path = Path(path)
    data = _bytes_of(path)
    producer = _check(path, data, password)
    # Imported late: camelot brings OpenCV and pandas, and a refused file needs neither.
    from jcfs_etl.read.camelot_hooks import find_grids
    from jcfs_etl.read.placement import place

    try:
        found = find_grids(path, password)
    except Exception as error:  # camelot and playa raise whatever a damaged file provokes
        raise UnreadableDocumentError(
            "damaged", f"the page content cannot be read ({_brief(error)})", _GET_AGAIN
        ) from error
    pages = []
    for number, (content, tables) in enumerate(found, start=1):
        grids, lines = place(content.glyphs, tables, number, content.height)
        pages.append(
            Page(
                number=number,
                width=content.width,
                height=content.height,
                grids=grids,
                lines=lines,
                set_aside=tuple(content.set_aside),
                glyph_count=len(content.glyphs),
                picture_share=content.picture_share,
            )
        )
    return PdfDocument(path.name, hashlib.sha256(data).hexdigest(), tuple(pages), producer)


def _bytes_of(path: Path) -> bytes:
    try:
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
    return data


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


def _check(path: Path, data: bytes, password: str) -> str:
    """Open the file and refuse what cannot be read as a whole; give back its producer."""
    import playa
    from playa.exceptions import PDFPasswordIncorrect

    logging.getLogger("playa").setLevel(logging.ERROR)
    try:
        document = playa.open(path, password=password)
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
        try:
            count, producer = len(document.pages), _producer(document)
        except Exception as error:  # as above
            raise UnreadableDocumentError(
                "damaged", f"the page list is broken ({_brief(error)})", _GET_AGAIN
            ) from error
        if not document.is_extractable:
            raise UnreadableDocumentError(
                "not_extractable",
                "its publisher does not permit text to be taken from this file",
                "ask the publisher for a copy without that restriction",
            )
    if count == 0:
        raise UnreadableDocumentError("no_pages", "the PDF has no pages", _GET_AGAIN)
    return producer


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
