"""Texts while a page is drawn: where their lines begin, and what they show where."""

from __future__ import annotations

import math
from collections.abc import Sequence

import playa
from playa.pdftypes import Matrix
from playa.utils import mult_matrix

from jcfs_etl.read.drawn import Drawn
from jcfs_etl.read.fonts import FontBook, FontInUse
from jcfs_etl.read.glyphs import Glyph
from jcfs_etl.read.graphics import IDENTITY, Graphics, Operands
from jcfs_etl.read.losses import Losses
from jcfs_etl.read.tokens import NUMERIC, Number, UnusualError, name_of, parts_of, text_of

_new = tuple.__new__


class Texts(Graphics):
    """The operators that set and show text.

    Args:
        page: the page.
        drawn: what has been drawn, to be added to.
        fonts: the document's fonts.
        losses: told by the library of what is lost.

    Attributes:
        is_empty: whether nothing at all was drawn.
    """

    def __init__(self, page: playa.Page, drawn: Drawn, fonts: FontBook, losses: Losses) -> None:
        super().__init__(page)
        self._drawn, self._fonts, self._losses = drawn, fonts, losses
        self._named_fonts: dict[bytes, FontInUse] = {}
        self._marks: list[bool] = []
        self.is_empty = True

    def _begin_text(self, _: Operands) -> None:
        self._new_line(IDENTITY)

    def _new_line(self, matrix: Matrix) -> None:
        self._line = matrix
        self._along = 0
        self._place = None

    def _set_line(self, operands: Operands) -> None:
        a, b, c, d, e, f = operands
        self._new_line((a, b, c, d, e, f))

    def _offset(self, operands: Operands) -> None:
        x, y = operands
        a, b, c, d, e, f = self._line
        self._new_line((a, b, c, d, x * a + y * c + e, x * b + y * d + f))

    def _offset_and_lead(self, operands: Operands) -> None:
        self._leading = -operands[1]
        self._offset(operands)

    def _next_line(self, _: Operands) -> None:
        a, b, c, d, e, f = self._line
        down = -self._leading
        self._new_line((a, b, c, d, down * c + e, down * d + f))

    def _set_font(self, operands: Operands) -> None:
        token, size = operands
        if not isinstance(size, NUMERIC):
            raise UnusualError("a font of no size")
        font = self._named_fonts.get(token)
        if font is None:
            font = self._named_fonts[token] = self._fonts.of(self._library.fontmap[name_of(token)])
        self._font = font
        self._size = size

    def _show(self, operands: Operands) -> None:
        text = text_of(operands[0])
        self._text((text,), has_text=bool(text))

    def _show_next_line(self, operands: Operands) -> None:
        self._next_line(operands)
        self._show(operands)

    def _show_spaced(self, operands: Operands) -> None:
        parts, has_text = parts_of(operands[0])
        self._text(parts, has_text=has_text)

    def _text(self, parts: Sequence[Number | bytes], *, has_text: bool) -> None:
        """Show strings, with the steps back between them in thousandths of an em."""
        font, size = self._font, self._size
        if font is None:
            raise UnusualError("text without a font")
        scale = self._scaling * 0.01
        along = self._along
        if not has_text:
            # No text; the library then reckons in another order.
            for part in parts:
                if not isinstance(part, bytes):
                    along -= part * 0.001 * (size * scale)
            self._along = along
            return
        self.is_empty = False
        place = self._place
        if place is None:
            self._place = place = mult_matrix(self._line, self._matrix)
        a, b, c, d, e, f = place
        spacing = self._spacing / size if size else 0.0
        word_spacing = self._word_spacing / size if size else 0.0
        rise = self._rise
        # The library multiplies matrices; terms that come to nothing are kept for the sign of zeros.
        across = (a * (size * scale) + c * 0, b * (size * scale) + d * 0)
        wide = across[0]
        height = math.hypot(a * 0 + c * size, b * 0 + d * size)
        lift_x, lift_y = a * 0 + c * rise, b * 0 + d * rise
        zero_x, zero_y = 0 * c, 0 * d
        # Finite only where all that is added is.
        sum_of_all = height
        drawn, losses = self._drawn, self._losses
        left, top, run = drawn.left, drawn.top, len(drawn.runs)
        glyphs: list[Glyph] = []
        known = font.known.get
        for part in parts:
            if not isinstance(part, bytes):
                along -= part * 0.001 * size * scale
                continue
            characters = known(part) or font.characters(part, losses)
            if characters is None:
                raise UnusualError("a text that the font does not tell for certain")
            for text, advance, is_space in characters:
                if text is not None:
                    x = lift_x + (along * a + zero_x + e)
                    y = lift_y + (along * b + zero_y + f)
                    width = advance * wide
                    if width >= 0:
                        glyphs.append(_new(Glyph, (text, x - left, x + width - left, top - y, height, run)))
                    else:
                        glyphs.append(_new(Glyph, (text, x + width - left, x - left, top - y, height, run)))
                    sum_of_all += x + y + width
                step = advance + spacing
                if is_space:
                    step += word_spacing
                along += step * size * scale
        self._along = along
        if glyphs:
            if not math.isfinite(sum_of_all):
                raise UnusualError("text at no place")
            is_aside = any(self._marks)
            drawn.text(glyphs, across, height, self._fill[2], self._mode, self._opacity, is_aside, self._clip)
