"""How far the characters that playa reads in a font can be trusted."""

from __future__ import annotations

import re
from typing import NamedTuple

from playa.cmapdb import IdentityCMap, IdentityCMapByte
from playa.encodings import LITERAL_STANDARD_CID2UNICODE
from playa.font import CIDFont, Font, SimpleFont, Type3Font
from playa.pdftypes import PSLiteral

from jcfs_etl.read.losses import Losses

#: No character is wider than this many em; a damaged width would carry it into another cell.
MOST_ADVANCE = 10.0
#: A character that cannot be known.
UNKNOWN = "\ufffd"
#: Bytes of a code in a font whose codes stand for themselves.
_CODE = 2
#: The code that the spacing of words is for.
_SPACE = 32


class FontTrust:
    """How far the characters that playa reads in a font can be trusted.

    Attributes:
        simple: every byte is a character.
        guesses: the file does not say what the font's characters mean, and playa only guesses.
        in_step: characters and their meanings come out in equal number, whatever the text.
    """

    def __init__(self, font: Font) -> None:
        self._font = font
        self.simple = not isinstance(font, CIDFont)
        self.guesses = False
        self.in_step = True
        self._encoding: dict[int, str] = {}
        if isinstance(font, CIDFont):
            meant = font.tounicode
            self.guesses = meant is None and font.unicode_map is None and not _is_identity(font)
            size = 1 if isinstance(font.cmap, IdentityCMapByte) else 2
            self.in_step = isinstance(font.cmap, IdentityCMap) and (
                meant is None or set(meant.code_lengths) == {size}
            )
        elif isinstance(font, SimpleFont):
            # playa takes the standard encoding where the font's own says nothing.
            known = font._cid2unicode is not LITERAL_STANDARD_CID2UNICODE
            self.guesses = not known and font.tounicode is None
            self._encoding = font._cid2unicode if known else {}
        else:
            self.guesses = True

    def fallback(self, cid: int) -> str:
        """A character that the font's Unicode map leaves out, by the font's encoding; empty if unknown."""
        return self._encoding.get(cid, "")

    def decodes(self, data: bytes) -> bool:
        """Whether every byte of a text becomes part of a character with a meaning."""
        font = self._font
        assert isinstance(font, CIDFont)
        codes = [code for code, _ in font.cmap.decode(data)]
        if sum(map(len, codes)) != len(data):
            return False
        return font.tounicode is None or sum(1 for _ in font.tounicode.decode(data)) == len(codes)


class Character(NamedTuple):
    """What a code of a string stands for in a font.

    Attributes:
        text: the character; U+FFFD where it cannot be known, None where it is white space.
        advance: its width in em, without the extra spacing of the line.
        is_space: whether the extra spacing of words is added to it.
    """

    text: str | None
    advance: float
    is_space: bool


class FontInUse:
    """A font of a document, with what is known of it.

    Attributes:
        known: characters of the strings that were looked up in it; None for those left to the walk.
    """

    def __init__(self, font: Font) -> None:
        self.font = font
        self.trust = FontTrust(font)
        self.known: dict[bytes, list[Character] | None] = {}
        # Codes of one length mean the same wherever they stand.
        self._by_code = (
            self.trust.in_step and isinstance(font, CIDFont) and font.cmap.__class__ is IdentityCMap
        )

    def characters(self, data: bytes, losses: Losses) -> list[Character] | None:
        """The characters of a string; None where the library's walk has to say what is wrong.

        Args:
            data: the string.
            losses: told by the library of codes without a meaning.
        """
        known = self.known
        if data not in known:
            if self._by_code and len(data) > _CODE and len(data) % _CODE == 0:
                codes = [data[i : i + _CODE] for i in range(0, len(data), _CODE)]
                known[data] = _joined([self.characters(code, losses) for code in codes])
            else:
                known[data] = self._look_up(data, losses)
        return known[data]

    def _look_up(self, data: bytes, losses: Losses) -> list[Character] | None:
        font, trust = self.font, self.trust
        if font.vertical:
            return None
        if not (trust.in_step or trust.decodes(data)):
            return self._around_blanks(data, losses)
        losses.undefined = losses.out_of_step = False
        found = []
        for code, meant in font.decode(data):
            text: str | None = meant
            if losses.undefined or losses.out_of_step:
                if losses.out_of_step and not trust.simple:
                    return None
                losses.undefined = losses.out_of_step = False
                text = trust.fallback(code)
            if not text or trust.guesses:
                text = UNKNOWN
            elif not text.strip():
                text = None
            advance = font.hdisp(code)
            if abs(advance) > MOST_ADVANCE and not has_any_width(font):
                return None
            found.append(Character(text, advance, code == _SPACE and not font.multibyte))
        return found

    def _around_blanks(self, data: bytes, losses: Losses) -> list[Character] | None:
        """The characters of a string in Unicode, of which some are blanks that the font does not have.

        So are no-break spaces in fonts that are not embedded. The library leaves them out; what is drawn is
        the font's character 0, which has no ink that says anything, and is as wide as the font says.
        """
        codes = [data[i : i + _CODE] for i in range(0, len(data), _CODE)]
        if len(data) % _CODE or not any(map(_is_blank, codes)) or not _is_unicode(self.font):
            return None
        blank = Character(None, self.font.hdisp(0), is_space=False)
        return _joined([[blank] if _is_blank(code) else self.characters(code, losses) for code in codes])


def _joined(found: list[list[Character] | None]) -> list[Character] | None:
    joined: list[Character] = []
    for characters in found:
        if characters is None:
            return None
        joined += characters
    return joined


class FontBook:
    """The fonts of a document, each looked at once."""

    def __init__(self) -> None:
        self._fonts: dict[int, FontInUse] = {}

    def of(self, font: Font) -> FontInUse:
        """A font with what is known of it."""
        # The font is kept with it, so that no other can have its place in memory.
        if id(font) not in self._fonts:
            self._fonts[id(font)] = FontInUse(font)
        return self._fonts[id(font)]


def has_any_width(font: Font) -> bool:
    """Whether its characters may be of any width: drawn fonts measure in a unit of their own."""
    return isinstance(font, Type3Font)


def _is_unicode(font: Font) -> bool:
    """Whether a font's codes are Unicode of two bytes each, by the name of its encoding."""
    encoding = font.spec.get("Encoding") if isinstance(font, CIDFont) else None
    return re.fullmatch(r"Uni\w+-(UCS2|UTF16)-[HV]", getattr(encoding, "name", "")) is not None


def _is_blank(code: bytes) -> bool:
    return chr(int.from_bytes(code)).isspace()


def _is_identity(font: CIDFont) -> bool:
    """Whether the file says that the font's codes are Unicode."""
    meant = font.spec.get("ToUnicode")
    return isinstance(meant, PSLiteral) and "Identity" in meant.name


def is_whole_map(data: bytes) -> bool:
    """Whether each block of a Unicode map is made of as many hexadecimal codes as it says."""
    for count, kind, body in re.findall(rb"(\d+)\s+begin(bfchar|bfrange)(.*?)endbf", data, re.DOTALL):
        plain, lists = re.subn(rb"\[(?:\s*<[0-9A-Fa-f\s]*>)*\s*\]", b"", body)
        rest, codes = re.subn(rb"<[0-9A-Fa-f\s]+>", b"", plain)
        if rest.strip() or codes + lists != int(count) * (2 if kind == b"bfchar" else 3):
            return False
    return data.count(b"beginbf") == data.count(b"endbf")
