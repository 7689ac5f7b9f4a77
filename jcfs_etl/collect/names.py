"""Names for collected files: what they are called where they are published, made safe for any disk."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container
from email.message import Message
from urllib.parse import unquote

import httpx

from jcfs_etl.contracts.sources import PublicationSource

#: Bytes of a name with its suffix; file systems allow 255, and the record beside it needs its own suffix.
_LONGEST = 200
_SUFFIX = ".pdf"
#: Names that Windows keeps for devices, with or without a suffix.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[/\\:*?\"<>|]")
_FILENAME = re.compile(r"filename\s*=\s*\"?([^\";]+)", re.IGNORECASE)


def file_name(
    source: PublicationSource, link_text: str, disposition: bytes, url: httpx.URL, taken: Container[str]
) -> str:
    """A name that no other file has.

    The source's unit and year begin it; what the link says, else what the server calls the file, else
    the end of the address follows. A source that is one file with a unit and a year needs no more.

    Args:
        source: where the file comes from.
        link_text: of the link that leads to it; empty where none does.
        disposition: the header ``Content-Disposition`` as received.
        url: the address asked for.
        taken: names that are in use, each casefolded: some file systems do not tell case apart.
    """
    known = [_plain(part) for part in (source.unit or "", str(source.year or "")) if part]
    said = ""
    if source.file is None or len(known) < 2:
        named = (link_text, disposition_name(disposition), unquote(url.path.rpartition("/")[2]))
        said = next((plain for plain in map(_plain, named) if plain), "")
    parts = [*(part for part in known if part not in said), said]
    stem = "-".join(filter(None, parts)) or "publication"
    name = _fitted(stem, "")
    if name.casefold() in taken:
        # The address tells two files of one name apart, whichever of them comes first in another run.
        name = _fitted(stem, "-" + hashlib.sha256(str(url).encode()).hexdigest()[:8])
    return name


def disposition_name(header: bytes) -> str:
    """The file name in a ``Content-Disposition`` header (RFC 6266); empty where there is none.

    Names that servers write as they are, against the rule, are read as UTF-8, else as GB 18030.
    """
    if not header:
        return ""
    if header.isascii():
        message = Message()
        message["Content-Disposition"] = header.decode("ascii").replace("\r", " ").replace("\n", " ")
        try:
            return unquote(message.get_filename("") or "")
        except (LookupError, ValueError):
            return ""  # An encoding that does not exist.
    try:
        text = header.decode("utf-8")
    except UnicodeDecodeError:
        text = header.decode("gb18030", errors="replace")
    found = _FILENAME.search(text)
    return found[1] if found else ""


def _plain(text: str) -> str:
    """Text without what a file name may not hold: separators, controls, invisible and private characters."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(
        " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    text = " ".join(_FORBIDDEN.sub("_", text).split())
    while text.lower().endswith(_SUFFIX):
        text = text[: -len(_SUFFIX)]
    text = text.strip(" .-_")
    return f"_{text}" if _RESERVED.match(text) else text


def _fitted(stem: str, tag: str) -> str:
    """Stem, tag and suffix, the stem cut between characters so that the whole fits."""
    room = _LONGEST - len((tag + _SUFFIX).encode())
    cut = stem.encode()[:room].decode(errors="ignore").rstrip(" .-_")
    return cut + tag + _SUFFIX
