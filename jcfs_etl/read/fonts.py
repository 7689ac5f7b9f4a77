"""How far the characters that playa reads in a font can be trusted."""

from __future__ import annotations

import re

from playa.cmapdb import IdentityCMap, IdentityCMapByte
from playa.encodings import LITERAL_STANDARD_CID2UNICODE
from playa.font import CIDFont, Font, SimpleFont
from playa.pdftypes import PSLiteral


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
