"""Receives one PDF: only if it has changed, and never more than allowed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import httpx
from msgspec import Struct

from jcfs_etl.collect.addresses import Hosts
from jcfs_etl.collect.client import Answer, Client, refuse_status
from jcfs_etl.collect.model import CollectError
from jcfs_etl.collect.provenance import Provenance
from jcfs_etl.settings import CollectSettings

#: A PDF's mark stands within its first KiB and its end within the last; reading demands the same.
_EDGE = 1024
#: Types under which servers send PDFs, beside application/*; what the bytes are decides in the end.
_PLAUSIBLE = re.compile(r"application/(?!json|xml|xhtml)|binary/|text/plain|$", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^<>]{0,200}>([^<]{1,200})", re.IGNORECASE)


class Received(Struct, frozen=True):
    """A whole PDF.

    Attributes:
        url: the address that gave it, after redirects.
        sha256: hash of its bytes.
        size: its bytes.
        etag: what the server calls this version.
        last_modified: when it was last modified, as sent.
        disposition: the header ``Content-Disposition`` as received.
    """

    url: httpx.URL
    sha256: str
    size: int
    etag: str | None
    last_modified: str | None
    disposition: bytes


def receive(
    client: Client,
    url: httpx.URL,
    hosts: Hosts,
    part: Path,
    known: Provenance | None,
    settings: CollectSettings,
) -> Received | None:
    """Receive a PDF.

    Args:
        client: asks for it.
        url: its address.
        hosts: hosts that may be asked.
        part: where its bytes go until they are whole; nothing is left there where it cannot be had.
        known: the record of the version at hand, if its bytes are at hand as well.
        settings: bytes that it may have, and time for all attempts together.

    Returns:
        None when the version at hand is still the one published.

    Raises:
        CollectError: it cannot be had.
    """
    validators = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
    conditions = {name: value for name, value in validators.items() if value}
    limit = settings.max_file_mib << 20

    def attempt() -> Received | None:
        with client.open(url, hosts, conditions) as answer:
            if answer.status == 304 and conditions:
                return None
            refuse_status(answer)
            _refuse_headers(answer, limit)
            return _filled(answer, part, limit)

    try:
        return client.attempts(url, settings.file_seconds, attempt)
    except (CollectError, OSError):
        part.unlink(missing_ok=True)
        raise


def _refuse_headers(answer: Answer, limit: int) -> None:
    """See that the answer can be the PDF, by what its headers say."""
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise CollectError(
            "encoded",
            f"the server sends the file compressed ({encoding[:40]}), which it was asked not to do",
            "fetch the file by hand, and tell the publisher",
        )
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    if not _PLAUSIBLE.match(kind):
        raise _not_a_pdf(next(answer.body, b"")[: 4 * _EDGE], kind)
    length = answer.headers.get("content-length", "")
    _limit(int(length) if re.fullmatch(r"\d{1,15}", length) else 0, limit)


def _filled(answer: Answer, part: Path, limit: int) -> Received:
    """Take the body in, and stop as soon as it is no PDF or too large."""
    size, digest, head, tail = 0, hashlib.sha256(), b"", b""
    with part.open("wb") as file:
        for piece in answer.body:
            size += len(piece)
            _limit(size, limit)
            if len(head) < _EDGE:
                head += piece
                _look(head)
            tail = (tail + piece)[-_EDGE:]
            digest.update(piece)
            file.write(piece)
    _look(head, whole=True)
    if b"%%EOF" not in tail:
        # Where the server says how much there is, all of it has come: the published file is broken, and only
        # what was cut off unseen is worth another attempt.
        chunked = "chunked" in answer.headers.get("transfer-encoding", "").lower()
        raise CollectError(
            "cut_off",
            "what the server sends breaks off before the end of the PDF",
            "try again later; if it stays so, the published file itself is broken",
            passing=not chunked and "content-length" not in answer.headers,
        )
    return Received(
        answer.url,
        digest.hexdigest(),
        size,
        _token(answer.headers.get("etag")),
        _token(answer.headers.get("last-modified")),
        next((v for k, v in answer.headers.raw if k.lower() == b"content-disposition"), b""),
    )


def _look(head: bytes, *, whole: bool = False) -> None:
    """Refuse what does not begin as a PDF, when enough has come to tell."""
    if (whole or len(head) >= _EDGE) and b"%PDF-" not in head[:_EDGE]:
        raise _not_a_pdf(head[: 4 * _EDGE], "")


def _limit(size: int, limit: int) -> None:
    if size > limit:
        raise CollectError(
            "too_large",
            f"the file is larger than {limit >> 20} MiB",
            "if it is a genuine publication, raise JCFS_MAX_FILE_MIB",
        )


def _not_a_pdf(head: bytes, kind: str) -> CollectError:
    """What the address gives in place of a PDF, as far as its bytes say."""
    what = f"something else ({kind})" if kind else "something else"
    start = head.lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<script")) or "html" in kind:
        title = _TITLE.search(head)
        words = " ".join(title[1].decode("utf-8", errors="ignore").split()) if title else ""
        what = f"a web page ({words})" if words else "a web page"
    elif head.startswith(b"PK"):
        what = "a ZIP archive or an Office document"
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        what = "an old Office document"
    elif not head:
        what = "nothing"
    remedy = "open the address in a browser; the file may have moved, or need a login"
    return CollectError("not_a_pdf", f"the address gives {what}, not a PDF", remedy)


def _token(value: str | None) -> str | None:
    """A header's value if it can be sent back: printable ASCII of a sane length."""
    return value if value and len(value) <= 500 and re.fullmatch(r"[ -~]+", value) else None
