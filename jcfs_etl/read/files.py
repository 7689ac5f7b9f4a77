"""The file that holds a PDF: opened, and refused where it is not whole, before any page is read."""

from __future__ import annotations

import re
import stat
import zlib
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.read.losses import GET_AGAIN, Losses
from jcfs_etl.settings import Settings

if TYPE_CHECKING:
    import playa

_MIB = 1 << 20
#: Deflate makes at most this much of one byte.
_MOST_INFLATION = 1032
#: Bytes of a stream that are unfolded at a time: into 16 MiB at most.
_PIECE = 1 << 14


def bytes_of(path: Path, settings: Settings) -> bytes:
    """The bytes of a file that may be a PDF.

    Raises:
        UnreadableDocumentError: it is missing, unreadable, empty, no PDF, cut off, or beyond the limits.
    """
    data = _read(path, settings.max_file_mib)
    if not data:
        raise UnreadableDocumentError("empty", "the file is empty", GET_AGAIN)
    if b"%PDF-" not in data[:1024]:
        raise UnreadableDocumentError(
            "not_a_pdf", "this is not a PDF file", "give the PDF that the publisher offers"
        )
    if b"%%EOF" not in data[-1024:]:
        # Readers rebuild a file that was cut off and find the pages that happen to be left; a
        # publication without its last pages would look complete.
        raise UnreadableDocumentError("cut_off", "the file breaks off before its end", GET_AGAIN)
    if not _has_index(data):
        raise UnreadableDocumentError(
            "damaged", "its table of contents (cross-reference) is not where it should be", GET_AGAIN
        )
    _check_inflation(data, settings.max_stream_mib * _MIB)
    return data


def _read(path: Path, limit: int) -> bytes:
    """All bytes of a file of at most so many MiB."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise OSError(0, "it is not a file")
        if about.st_size > limit * _MIB:
            raise UnreadableDocumentError(
                "too_large",
                f"the file has {about.st_size / _MIB:,.0f} MiB, the limit is {limit}",
                "if it is a genuine publication, raise JCFS_MAX_FILE_MIB",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableDocumentError("missing", "there is no such file", "check the path") from error
    except OSError as error:
        raise UnreadableDocumentError(
            "unreadable",
            f"the file cannot be opened ({error.strerror})",
            "check that it is a file and that you may read it",
        ) from error


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
        unpacker, size = zlib.decompressobj(), 0
        try:
            for at in range(start, end, _PIECE):
                # Whatever is left cannot bring it beyond the limit.
                if unpacker.eof or size + (end - at) * _MOST_INFLATION <= limit:
                    break
                size += len(unpacker.decompress(data[at : min(at + _PIECE, end)]))
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


def whole_file(path: Path, password: str, settings: Settings, losses: Losses) -> tuple[int, str]:
    """Open the file and refuse what cannot be read as a whole; give back its page count and producer.

    Raises:
        UnreadableDocumentError: ``reason`` says why.
    """
    with _opened(path, password) as document:
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
        except Exception as error:  # playa raises whatever a damaged file provokes
            losses.check()
            raise UnreadableDocumentError(
                "damaged", f"the page list is broken ({brief(error)})", GET_AGAIN
            ) from error
    if count > settings.max_pages:
        raise UnreadableDocumentError(
            "too_large",
            f"it has more than {settings.max_pages:,} pages",
            "if it is a genuine publication, raise JCFS_MAX_PAGES",
        )
    losses.check()
    if count == 0 and not declared:
        raise UnreadableDocumentError("no_pages", "the PDF has no pages", GET_AGAIN)
    if count != declared:
        # playa passes over what is no page, and so would lose one whose description is damaged.
        raise UnreadableDocumentError(
            "damaged", f"it should have {declared} pages and has {count}", GET_AGAIN
        )
    return count, producer


def _opened(path: Path, password: str) -> playa.Document:
    import playa
    from playa.exceptions import PDFPasswordIncorrect

    try:
        return playa.open(path, password=password)
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
            "damaged", f"the PDF structure is broken ({brief(error)})", GET_AGAIN
        ) from error


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


def brief(error: Exception) -> str:
    """An exception in a few words."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:120]}" if text else type(error).__name__
