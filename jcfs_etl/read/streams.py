"""A page's content streams: whether they are there, and made of drawing operations alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playa.parser import ContentParser
from playa.pdftypes import ContentStream, InlineImage, PSKeyword, resolve1

if TYPE_CHECKING:
    import playa

#: Operators of a page's content by their number of operands (ISO 32000-2, annex A); None: any number.
_OPERATORS: dict[bytes, int | None] = {
    name: count
    for count, names in {
        0: b"b B b* B* BI BT BX EI EMC ET EX f F f* h n q Q s S T* W W*",
        1: b"BMC CS cs Do G g gs i j J M MP ri sh Tc Tj TJ TL Tr Ts Tw Tz w '",
        2: b"BDC d d0 DP l m Td TD Tf",
        3: b'RG rg "',
        4: b"K k re v y",
        6: b"c cm d1 Tm",
        None: b"SC sc SCN scn",
    }.items()
    for name in names.split()
}
#: What the operators that show text take last.
_SHOWN = {b"TJ": list, b"Tj": bytes, b"'": bytes, b'"': bytes}


def content_streams(page: playa.Page) -> list[Any] | None:
    """A page's content streams; None when it names some that are not there."""
    named = page.attrs.get("Contents")
    if named is None:
        # A blank page has no content, and no need of fonts either.
        return None if resolve1(page.resources.get("Font")) else []
    found = resolve1(named)
    streams = found if isinstance(found, list) else [found]
    return streams if all(isinstance(resolve1(stream), ContentStream) for stream in streams) else None


def has_checksum(stream: Any) -> bool:
    """Whether a stream is compressed in a way that tells when it is damaged."""
    found: Any = resolve1(stream)
    return any(f.name in ("FlateDecode", "Fl") for f in found.filters)


def flaw_in(streams: list[Any], document: playa.Document) -> str:
    """See that a content is made of drawing operations and nothing else.

    Compressed data carry a checksum. In others a flipped bit may turn an operator, and the
    figure that it shows, into something that every reader passes over.

    Returns:
        What is wrong, in words; empty when nothing is.
    """
    operands: list[Any] = []
    tolerant = 0
    parser = ContentParser(streams, document)
    for _, token in parser:
        if isinstance(token, InlineImage):
            continue
        if not isinstance(token, PSKeyword):
            operands.append(token)
            continue
        name = token.name
        tolerant += (name == b"BX") - (name == b"EX")
        if name not in _OPERATORS:
            if tolerant <= 0:
                return "it holds an unknown drawing instruction"
        elif _OPERATORS[name] not in (None, len(operands)):
            return "a drawing instruction is broken"
        elif name in _SHOWN and not isinstance(operands[-1], _SHOWN[name]):
            return "text is damaged"
        operands.clear()
    if parser._parser.stack or operands:
        return "its content breaks off"
    return ""
