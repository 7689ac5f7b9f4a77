"""What playa could not read: it logs such things and goes on, and a figure would be lost in silence.

While a document is read, playa's log is listened to. Every warning means that something of the file is
missing or was guessed, unless it is listed below as harmless; ``docs/limits.md`` lists them in words.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import NoReturn

from msgspec import Struct

from jcfs_etl.errors import RunError, UnreadableDocumentError

#: Why text that lies beyond the page is set aside.
OUTSIDE = "outside the page"

#: Beginnings of playa's warnings that cost no text and no rule.
_HARMLESS = (
    # The file's version, page labels, bookmarks, notes, structure for readers aloud.
    "Version number in header",
    "Page label tree",
    "Unknown page label style",
    "Names entry in catalog",
    "Dests entry in names",
    "Invalid Outlines entry",
    "Annotation ",
    "Invalid annotation",
    "Invalid object %r in Annots",
    "Invalid Annots list",
    "Invalid StructParents",
    "Missing property list in tag",
    "Tag %r is not a name object",
    # Where something is really missing, its use on a page is reported too.
    "Resources missing or invalid",
    "Missing %s mapping",
    "%s mapping not a dict",
    # Fonts that say less than they should; characters that stay unknown are marked one by one.
    "Font Type is not /Font",
    "Font spec is missing FontDescriptor",
    "Missing or unrecognized BaseFont",
    "Using StandardEncoding for cid2unicode",
    "CID %d not found in Unicode map",
    "Embedded CFFFont %r for Type1 font is a CIDFont",
    # A wrong length of a stream: playa reads to its end; damaged data are reported by what unpacks them.
    "/Length ",
)
#: Losses that playa logs for developers only.
_LOST_IN_DEBUG = ("Undefined xobject id", "Unsupported XObject")
_UNDEFINED, _NO_CODE_SPACE = "Undefined character code", "No code space found"
#: Beginnings of playa's warnings in words for people.
_WORDS = {
    "%s: %r": "compressed data are damaged",
    "Data loss in": "compressed data are damaged",
    "Indirect object": "an object is not where the file says",
    "Rebuilding xref": "an object is not where the file says",
    "xref parsing failed": "its table of contents (cross-reference) is broken",
    "Undefined Font": "a font is missing",
    "Invalid font dictionary": "a font is broken",
    "No font is set": "text has no font",
    "Undefined xobject": "a part of the drawing is missing",
    "Incorrect type of arguments": "a drawing instruction is broken",
    "Insufficient arguments": "a drawing instruction is broken",
    "Ignoring non-string": "a drawing instruction is broken",
    "Unterminated string": "text breaks off",
    "Inline image": "a picture within it breaks off",
    "Circular reference": "a page holds itself",
    "Missing or invalid page object": "a page is missing",
    "Page tree": "its list of pages is broken",
    "Page has no Type": "its list of pages is broken",
    "MediaBox": "its size is missing or wrong",
    "Invalid CropBox": "its size is missing or wrong",
    "Invalid rotation": "its rotation is wrong",
    "Found non-stream": "its content is missing",
}
#: What to do about a file that is not whole.
GET_AGAIN = "download it again from the publisher"


class Losses(Struct):
    """What was lost while a document is read.

    Attributes:
        page: the page in hand, from 1; 0 for the file as a whole.
        first: the first loss, in words; empty when there is none.
        too_much: the first loss is of another kind: there is more than is ever read.
        undefined: a character without a meaning was met since this was last set to False.
        out_of_step: bytes that are no character were met since this was last set to False.
    """

    page: int = 0
    first: str = ""
    too_much: bool = False
    undefined: bool = False
    out_of_step: bool = False

    def add(self, what: str, *, too_much: bool = False) -> None:
        """Note a loss on the page in hand."""
        if not self.first:
            self.first, self.too_much = what, too_much

    def give_up(self, what: str) -> NoReturn:
        """Refuse the document: something on the page in hand cannot be read.

        Args:
            what: in words, unless something was lost before.

        Raises:
            UnreadableDocumentError: always.
        """
        self.first, self.too_much = self.first or what, False
        self.check()
        raise AssertionError("a loss was noted")

    def check(self) -> None:
        """Refuse the document when something was lost.

        Raises:
            UnreadableDocumentError: it was.
        """
        if self.first:
            where = f"page {self.page}" if self.page else "the file's structure"
            if self.too_much:
                raise UnreadableDocumentError(
                    "too_large",
                    f"{where} is too much to read ({self.first})",
                    "if it is a genuine publication, report this with the file",
                )
            raise UnreadableDocumentError(
                "damaged", f"{where} cannot be read in full ({self.first})", GET_AGAIN
            )


_current: ContextVar[Losses | None] = ContextVar("losses", default=None)


class _Listener(logging.Handler):
    """Sorts playa's log records by what they mean for the document in hand."""

    def emit(self, record: logging.LogRecord) -> None:
        losses, text = _current.get(), str(record.msg)
        if losses is None:
            return
        if text.startswith(_UNDEFINED):
            losses.undefined = True
        elif text.startswith(_NO_CODE_SPACE):
            losses.out_of_step = True
        elif text.startswith(_LOST_IN_DEBUG) or (
            record.levelno >= logging.WARNING and not text.startswith(_HARMLESS)
        ):
            losses.add(_in_words(record))


def _in_words(record: logging.LogRecord) -> str:
    text = str(record.msg)
    for beginning, words in _WORDS.items():
        if text.startswith(beginning):
            return words
    # The words of a broken file may themselves not be printable; the pattern then says enough.
    with suppress(Exception):
        text = record.getMessage()
    text = " ".join(text.split())
    return "".join(ch if ch.isprintable() else "?" for ch in text[:120])


_LISTENER = _Listener()


def current() -> Losses:
    """Losses of the document in hand; a record of its own when none is being read."""
    return _current.get() or Losses()


@contextmanager
def watching() -> Iterator[Losses]:
    """Listen to playa while a document is read.

    Raises:
        RunError: the program has switched logging off.
    """
    _listen()
    token = _current.set(Losses())
    try:
        yield current()
    finally:
        _current.reset(token)


def _listen() -> None:
    root = logging.getLogger("playa")
    if _LISTENER not in root.handlers:
        root.addHandler(_LISTENER)
    # What playa has to say is said by our own findings.
    root.propagate = False
    root.setLevel(logging.WARNING)
    for name in ("playa.interp", "playa.cmapdb"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    for name, logger in logging.Logger.manager.loggerDict.items():
        # Configuring the logging of a program switches off, by default, every logger that is there.
        if name.startswith("playa") and isinstance(logger, logging.Logger):
            logger.disabled = False
    if not logging.getLogger("playa.interp").isEnabledFor(logging.DEBUG):
        raise RunError(
            "logging is switched off in this program, and with it what the PDF reader says of losses",
            "do not call logging.disable()",
        )
