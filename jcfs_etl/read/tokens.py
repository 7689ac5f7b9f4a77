"""The tokens of a page's content as bytes, and what the common ones stand for.

Only what well-formed content is made of is taken; anything else is unusual and left to the PDF library,
whose own lexer these rules follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

Number = int | float

#: What is no plain word or number: a name, a text, an array of texts and numbers, the brackets of a
#: dictionary, a text in hexadecimal, any other sign. Number and language of marked content, for readers
#: aloud, are one token with their brackets. Around these words and numbers are parted by white space alone.
_SIGN = re.compile(
    rb"""(
      [/(<>\[\]{})%\x00]
      (?: (?<=/) [^\x00\s()<>\[\]{}/%]*+
        | (?<=\() [^()\\]*+ (?: \\. [^()\\]*+ )*+ \)
        | (?<=\[) (?: [\d.+\-\s]*+ (?: \( [^()\\]*+ (?: \\. [^()\\]*+ )*+ \) | < [0-9A-Fa-f]*+ > ) )*+
          [\d.+\-\s]*+ \]
        | (?<=<) (?: < (?: \s*/MCID\s+\d+ (?: \s*/Lang\s*\([^()\\]*+\) )? \s*>> )? | [0-9A-Fa-f]*+> )
        | (?<=>) >
      )?
    )""",
    re.DOTALL | re.VERBOSE,
)
#: The elements of such an array.
_ELEMENT = re.compile(rb"\([^()\\]*+(?:\\.[^()\\]*+)*+\)|<[0-9A-Fa-f]*+>|[\d.+\-]++", re.DOTALL)
#: Numbers by their token: few are drawn with, again and again.
NUMBERS: dict[bytes, Number] = {}
NUMERIC = (int, float)
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)")
#: Numbers are kept by their token, this many of them.
_MOST_NUMBERS = 1 << 16
#: No larger number is one that a page is drawn with; of such numbers none comes to infinity in a few steps.
_LARGEST = 1e9
#: Arrays that are remembered: office programs write one for each text, and texts are often the same.
_REMEMBERED = 1 << 12
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_ESCAPED |= dict.fromkeys((b"\n", b"\r", b"\r\n"), b"")
_LARGEST_BYTE = 0xFF
#: Signs that stand alone only where something is broken, or for a comment or a procedure.
_STRAY = frozenset((b"(", b")", b"<", b">", b"{", b"}", b"%", b"\x00"))


class UnusualError(Exception):
    """Something that the PDF library's own walk has to read."""


def tokens(content: bytes) -> list[bytes]:
    """The tokens of one content stream, in order."""
    pieces = _SIGN.split(content)
    found = pieces[0].split()
    for sign, plain in zip(pieces[1::2], pieces[2::2], strict=True):
        found.append(sign)
        found += plain.split()
    return found


def number_of(token: bytes) -> Number:
    """The number that a token is, kept in ``NUMBERS`` from now on.

    Raises:
        UnusualError: it is none.
    """
    number = NUMBERS.get(token)
    if number is None:
        # As the library has it: whole numbers stay whole.
        is_whole = b"." not in token
        if _NUMBER.fullmatch(token) is None:
            raise UnusualError("no number where one stands")
        number = int(token) if is_whole else float(token)
        if abs(number) > _LARGEST:
            raise UnusualError("a very large number")
        if len(NUMBERS) >= _MOST_NUMBERS:
            NUMBERS.clear()
        NUMBERS[token] = number
    return number


def text_of(token: bytes) -> bytes:
    """The string that a token is.

    Raises:
        UnusualError: it is none, or none of the usual form.
    """
    kind = token[:1]
    if kind == b"(" and len(token) > 1:
        inner = token[1:-1]
        # The ends of lines within strings are changed by a rule of their own.
        if b"\r" in inner:
            raise UnusualError("the end of a line in a text")
        return _ESCAPE.sub(_unescaped, inner) if b"\\" in inner else inner
    if kind == b"<" and token[-1:] == b">" and len(token) % 2 == 0:
        return bytes.fromhex(token[1:-1].decode("ascii"))
    raise UnusualError("no text where one is shown")


def _unescaped(found: re.Match[bytes]) -> bytes:
    what = found[1]
    if what[:1].isdigit() and what[:1] < b"8":
        code = int(what, 8)
        if code > _LARGEST_BYTE:
            raise UnusualError("a character beyond a byte")
        return bytes((code,))
    return _ESCAPED.get(what, what)


@lru_cache(maxsize=_REMEMBERED)
def parts_of(array: object) -> tuple[tuple[Number | bytes, ...], bool]:
    """The strings and numbers of an array, and whether any string holds text.

    Raises:
        UnusualError: it is none of strings and numbers.
    """
    if not isinstance(array, bytes) or array[:1] != b"[":
        raise UnusualError("no array where one stands")
    parts: list[Number | bytes] = []
    has_text = False
    for element in _ELEMENT.findall(array):
        if element[:1] in b"(<":
            text = text_of(element)
            has_text = has_text or bool(text)
            parts.append(text)
        else:
            parts.append(number_of(element))
    return tuple(parts), has_text


def name_of(operand: object) -> str:
    """The name that an operand is.

    Raises:
        UnusualError: it is none, or none of the usual form.
    """
    if not isinstance(operand, bytes) or operand[:1] != b"/" or b"#" in operand or not operand.isascii():
        raise UnusualError("no plain name")
    return operand[1:].decode("ascii")


def enclosed(stream: Iterator[bytes]) -> list[bytes]:
    """The tokens up to the bracket that closes a dictionary just opened, inner dictionaries included.

    Raises:
        UnusualError: it is not closed, or something unusual stands in it.
    """
    found: list[bytes] = []
    depth = 1
    for token in stream:
        if token == b">>":
            depth -= 1
            if not depth:
                return found
        elif token == b"<<":
            depth += 1
        elif token in _STRAY:
            break
        found.append(token)
    raise UnusualError("a bracket that is not closed")
