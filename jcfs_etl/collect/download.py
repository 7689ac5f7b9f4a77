"""Receives one PDF: only if it has changed, on from where it broke off, and never more than allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from jcfs_etl.collect.addresses import Hosts
from jcfs_etl.collect.client import Answer, Client, refuse_status
from jcfs_etl.collect.model import CollectError
from jcfs_etl.collect.parts import Part
from jcfs_etl.collect.provenance import Provenance

#: A PDF's mark stands within its first KiB and its end within the last; reading demands the same.
_EDGE = 1024
#: Types under which servers send PDFs, beside application/*; what the bytes are decides in the end.
_PLAUSIBLE = re.compile(r"application/(?!json|xml|xhtml)|binary/|text/plain|$", re.IGNORECASE)
_RANGE = re.compile(r"bytes\s+(\d{1,15})-(\d{1,15})/(\d{1,15}|\*)")
_TITLE = re.compile(rb"<title[^<>]{0,200}>([^<]{1,200})", re.IGNORECASE)


@dataclass(frozen=True)
class Received:
    """A whole PDF, in its part.

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
    part: Part,
    known: Provenance | None,
    limit: int,
    seconds: float,
) -> Received | None:
    """Receive a PDF.

    Args:
        client: asks for it.
        url: its address.
        hosts: hosts that may be asked.
        part: where its bytes go, and may be in part already.
        known: the record of the version at hand, if its bytes are at hand as well.
        limit: bytes that it may have.
        seconds: time for all attempts together.

    Returns:
        None when the version at hand is still the one published.

    Raises:
        CollectError: it cannot be had. What has come of it is kept for the next run where it can be
            gone on with.
    """

    def attempt() -> Received | None:
        offset = part.size
        conditions = _conditions(part, offset, known)
        with client.open(url, hosts, conditions) as answer:
            if answer.status == 304 and conditions and not offset:
                return None
            if answer.status == 416 and offset:
                part.discard()
                raise _other_range()
            refuse_status(answer)
            try:
                whole = _begin(answer, part, offset, limit)
                _fill(answer, part, limit)
                return _checked(answer, part, whole)
            except CollectError as error:
                goes_on = error.passing or error.reason == "too_slow"
                if part.validator is None or not goes_on:
                    part.discard()
                raise

    return client.attempts(url, seconds, attempt)


def _conditions(part: Part, offset: int, known: Provenance | None) -> dict[str, str]:
    if offset:
        return {"Range": f"bytes={offset}-", "If-Range": part.validator or ""}
    conditions = {}
    if known is not None and known.etag:
        conditions["If-None-Match"] = known.etag
    if known is not None and known.last_modified:
        conditions["If-Modified-Since"] = known.last_modified
    return conditions


def _begin(answer: Answer, part: Part, offset: int, limit: int) -> int | None:
    """See that the answer can be the PDF and goes on where the part ends; give its whole size if stated."""
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise CollectError(
            "encoded",
            f"the server sends the file compressed ({encoding[:40]}), which it was asked not to do",
            "fetch the file by hand, and tell the publisher",
        )
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    if not _PLAUSIBLE.match(kind):
        raise _not_a_pdf(answer, next(answer.body, b"")[: 4 * _EDGE], kind)
    length = answer.headers.get("content-length", "")
    whole = int(length) if re.fullmatch(r"\d{1,15}", length) else None
    if answer.status == 206:
        stated = _RANGE.fullmatch(answer.headers.get("content-range", "").strip())
        etag, validator = answer.headers.get("etag"), part.validator or ""
        other = etag is not None and validator.startswith('"') and etag != validator
        if stated is None or not offset or int(stated[1]) != offset or other:
            part.discard()
            raise _other_range()
        whole = int(stated[3]) if stated[3] != "*" else None
    _limit(whole or 0, limit)
    if answer.status == 200:
        part.begin(_strong_validator(answer))
    return whole


def _fill(answer: Answer, part: Part, limit: int) -> None:
    """Add the body to the part, and stop as soon as it is no PDF or too large."""
    size = part.path.stat().st_size
    looked = False
    with part.append() as file:
        for piece in answer.body:
            size += len(piece)
            _limit(size, limit)
            file.write(piece)
            if not looked and size >= _EDGE:
                file.flush()
                _look(answer, part)
                looked = True
    if not looked:
        _look(answer, part)


def _look(answer: Answer, part: Part) -> None:
    head = part.head(4 * _EDGE)
    if b"%PDF-" not in head[:_EDGE]:
        raise _not_a_pdf(answer, head, "")


def _checked(answer: Answer, part: Part, whole: int | None) -> Received:
    """See that the part is the whole PDF."""
    size = part.path.stat().st_size
    resumed = answer.status == 206
    if resumed and whole is not None and size < whole:
        raise _broken(passing=True)  # A server may send less than the rest; the next attempt goes on.
    if (whole is not None and size != whole) or b"%%EOF" not in part.tail(_EDGE):
        # Joined from pieces that do not belong together, or cut off where the server could not tell us,
        # or broken where it is published: only that is in vain to ask for again.
        told = whole is not None or "chunked" in answer.headers.get("transfer-encoding", "").lower()
        part.discard()
        raise _broken(passing=resumed or not told)
    return Received(
        answer.url,
        part.digest(),
        size,
        _token(answer.headers.get("etag")),
        _token(answer.headers.get("last-modified")),
        _raw(answer.headers, b"content-disposition"),
    )


def _broken(*, passing: bool) -> CollectError:
    return CollectError(
        "cut_off",
        "what the server sends breaks off before the end of the PDF",
        "try again later; if it stays so, the published file itself is broken",
        passing=passing,
    )


def _limit(size: int, limit: int) -> None:
    if size > limit:
        raise CollectError(
            "too_large",
            f"the file is larger than {limit >> 20} MiB",
            "if it is a genuine publication, raise JCFS_MAX_FILE_MIB",
        )


def _other_range() -> CollectError:
    return CollectError(
        "bad_range",
        "the server goes on with the file at another place than it was asked to",
        "try again later",
        passing=True,
    )


def _not_a_pdf(answer: Answer, head: bytes, kind: str) -> CollectError:
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


def _strong_validator(answer: Answer) -> str | None:
    """What proves that a rest belongs to the bytes at hand (RFC 9110, 8.8 and 13.1.5).

    An entity tag, unless it is weak; without one the date of modification, if the answer was made a
    minute or more after it: a younger file could have changed within the same second.
    """
    etag = _token(answer.headers.get("etag"))
    if etag is not None:
        return None if etag.startswith("W/") else etag
    modified = _token(answer.headers.get("last-modified"))
    try:
        since = parsedate_to_datetime(answer.headers["date"]) - parsedate_to_datetime(modified or "")
    except (KeyError, ValueError, TypeError):
        return None
    return modified if since.total_seconds() >= 60 else None


def _token(value: str | None) -> str | None:
    """A header's value if it can be sent back: printable ASCII of a sane length."""
    return value if value and len(value) <= 500 and re.fullmatch(r"[ -~]+", value) else None


def _raw(headers: httpx.Headers, name: bytes) -> bytes:
    return next((value for key, value in headers.raw if key.lower() == name), b"")
