"""One loop over the tokens of a page, in place of the PDF library's lexer, interpreter and objects.

The library still opens the file, unpacks streams, reads fonts, colour spaces and whatever else a page's
resources hold; its warnings are heard as ever. This loop knows the operators that publications are made of,
and computes what the library computes, step by step, so that places agree to the last bit. Whatever else it
meets it leaves to the library's walk (``walk``): drawings within drawings, patterns, inline images, vertical
writing, unknown or broken tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import playa
from playa.content import GraphicState
from playa.parser import ObjectParser
from playa.pdftypes import LIT, int_value, stream_value

from jcfs_etl.places import Box
from jcfs_etl.read.backdrop import is_watermark, replaces
from jcfs_etl.read.drawn import Drawn
from jcfs_etl.read.fonts import FontBook
from jcfs_etl.read.graphics import Operands, in_cmyk, in_gray, in_rgb
from jcfs_etl.read.losses import Losses
from jcfs_etl.read.shapes import Point, as_drawn, cut, narrowed
from jcfs_etl.read.texts import Texts
from jcfs_etl.read.tokens import NUMBERS, NUMERIC, Number, UnusualError, enclosed, name_of, number_of, tokens
from jcfs_etl.read.walk import MOST_OPERATIONS

_new = tuple.__new__

#: Properties of most marked content: number and language, for readers aloud; one token.
_NUMBERED = re.compile(rb"<<\s*/MCID\s+\d+(?:\s*/Lang\s*\([^()\\]*+\))?\s*>>")
#: As many operands as the colour space has components.
ANY = -1
#: What broken content provokes in arithmetic and look-ups; the library's walk says what it is.
BROKEN = (UnusualError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Drawing(Texts):
    """Draws a page's content.

    Args:
        page: the page.
        drawn: what has been drawn, to be added to.
        fonts: the document's fonts.
        losses: told by the library of what is lost.

    Attributes:
        is_empty: whether nothing at all was drawn.
    """

    def __init__(self, page: playa.Page, drawn: Drawn, fonts: FontBook, losses: Losses) -> None:
        super().__init__(page, drawn, fonts, losses)
        self._doc = page.doc
        #: The straight pieces of the path in hand, between its points, in the coordinates of the drawing.
        self._path: list[list[Point]] = []
        self._has_curves = False

    def draw(self, streams: Sequence[bytes]) -> None:
        """Draw the page's content.

        Args:
            streams: its content streams, unpacked; tokens do not run over from one to the next.

        Raises:
            UnusualError: the library's walk has to read it. So says any other exception of ``BROKEN``.
        """
        known, operation_of = NUMBERS.get, _OPERATIONS.get
        operands: Operands = []
        all_numbers = True
        count_of_all = 0
        for content in streams:
            found = tokens(content)
            count_of_all += len(found)
            if count_of_all > MOST_OPERATIONS:
                raise UnusualError("there may be too many operations")
            stream = zip(found, map(known, found), strict=True)
            for token, number in stream:
                if number is not None:
                    operands.append(number)
                    continue
                operation = operation_of(token)
                if operation is None:
                    operand = self._operand(token, stream)
                    operands.append(operand)
                    if not isinstance(operand, NUMERIC):
                        all_numbers = False
                    continue
                do, count, of_numbers = operation
                if (len(operands) != count and count != ANY) or (of_numbers and not all_numbers):
                    raise UnusualError("operands of another number or kind")
                if do is not None:
                    do(self, operands)
                if operands:
                    operands = []
                    all_numbers = True

    def _operand(self, token: bytes, stream: Iterator[tuple[bytes, Number | None]]) -> Any:
        """What a token that is no known number stands for, or begins.

        Returns:
            A number; a name, string or array as its token; a dictionary as written.
        """
        first = token[:1]
        if first in b"/([" or (first == b"<" and token != b"<<"):
            if len(token) == 1 and first != b"/":
                raise UnusualError("a bracket that is not closed")
            return token
        if token == b"<<":
            return b" ".join((b"<<", *enclosed(token for token, _ in stream), b">>"))
        return number_of(token)

    def _move(self, operands: Operands) -> None:
        x, y = operands
        self._path.append([(x, y)])

    def _to(self, operands: Operands) -> None:
        """A line, or a curve: what counts is where it ends."""
        if not self._path:
            self._path.append([])
        self._path[-1].append((operands[-2], operands[-1]))

    def _curve(self, operands: Operands) -> None:
        self._has_curves = True
        self._to(operands)

    def _close(self, _: Operands) -> None:
        if self._path and self._path[-1]:
            self._path[-1].append(self._path[-1][0])

    def _rectangle(self, operands: Operands) -> None:
        x, y, width, height = operands
        right, top = x + width, y + height
        self._path.append([(x, y), (right, y), (right, top), (x, top), (x, y)])

    def _end_path(self, _: Operands) -> None:
        self._path, self._has_curves = [], False

    def _narrow(self, _: Operands) -> None:
        """What follows is drawn within the path alone. That the path itself is, too, shows nowhere."""
        # Office programs set a rectangle before each text.
        box = self._rectangle_drawn()
        if box is None:
            self._clip = narrowed(self._clip, self._ways(), has_curves=self._has_curves)
        else:
            self._clip = cut(self._clip, box, is_exact=True)

    def _rectangle_drawn(self) -> Box | None:
        """The path on the page as it is shown, where it is one level rectangle; None otherwise."""
        corners = as_drawn(self._path[0]) if len(self._path) == 1 else None
        a, b, c, d, e, f = self._matrix
        if corners is None or b or c or self._has_curves:
            return None
        (x0, y0), (x1, y1) = corners
        left, top = self._drawn.left, self._drawn.top
        x0, x1 = a * x0 + e - left, a * x1 + e - left
        y0, y1 = top - (d * y0 + f), top - (d * y1 + f)
        if x0 > x1:
            x0, x1 = x1, x0
        return _new(Box, (x0, y0, x1, y1) if y0 < y1 else (x0, y1, x1, y0))

    def _paint(
        self,
        operands: Operands,
        *,
        stroke: bool = False,
        fill: bool = False,
        close: bool = False,
        is_even_odd: bool = False,
    ) -> None:
        if close:
            self._close(operands)
        if not self._path:
            return
        self.is_empty = False
        drawn, light, clip = self._drawn, self._fill[2], self._clip
        is_solid = fill and not self._has_curves
        is_solid = is_solid and replaces(self._opacity, self._blend_mode, self._soft_mask)
        box = None if stroke else self._rectangle_drawn()
        if box is not None:
            # So office programs draw their rules.
            drawn.fill_rectangle(box, light, clip, is_solid=is_solid)
        else:
            ways = self._ways()
            if stroke:
                drawn.stroke(ways, self._stroke[2])
            if fill:
                drawn.fill(ways, light, clip, is_solid=is_solid, is_even_odd=is_even_odd)
        self._path, self._has_curves = [], False

    def _ways(self) -> list[list[Point]]:
        """The path's pieces as points of the page as it is shown."""
        left, top = self._drawn.left, self._drawn.top
        a, b, c, d, e, f = self._matrix
        return [
            [(a * x + c * y + e - left, top - (b * x + d * y + f)) for x, y in way]
            for way in self._path
            if len(way) > 1
        ]

    def _external(self, operands: Operands) -> None:
        name = name_of(operands[0])
        library = self._library
        stream = stream_value(library.xobjmap[name])
        if stream.get("Subtype") is not LIT("Image"):
            raise UnusualError("a drawing within the page")
        library.ctm = self._matrix
        library.graphicstate = GraphicState(
            nalpha=self._opacity, blend_mode=self._blend_mode, smask=self._soft_mask
        )
        image: Any = library.render_image(name, stream)
        self._drawn.picture(image)
        self.is_empty = False

    def _mark(self, operands: Operands) -> None:
        """Begin content that is marked as something, such as a watermark."""
        tag = name_of(operands[0])
        is_aside = False
        if len(operands) > 1 and not _NUMBERED.fullmatch(operands[1]):
            properties = self._properties(operands[1])
            if "MCID" in properties:
                int_value(properties["MCID"])
            is_aside = tag == "Artifact" and is_watermark(properties)
        self._marks.append(is_aside)

    def _properties(self, operand: Any) -> dict[str, Any]:
        if not isinstance(operand, bytes):
            raise UnusualError("marked with no properties")
        if operand[:2] == b"<<":
            _, properties = next(ObjectParser(operand, self._doc))
        else:
            properties = self._library.get_property(LIT(name_of(operand)))
        if not isinstance(properties, dict):
            raise UnusualError("marked with no properties")
        return properties

    def _end_mark(self, _: Operands) -> None:
        if self._marks:
            self._marks.pop()


_Do = Callable[[Drawing, Operands], None]
#: What each operator does, its number of operands (``ANY``: as its colour space has), and whether all of them
#: are numbers. Those that change nothing that is looked at do nothing.
_OPERATIONS: dict[bytes, tuple[_Do | None, int, bool]] = {
    b"q": (Drawing._save, 0, True),
    b"Q": (Drawing._restore, 0, True),
    b"cm": (Drawing._concatenate, 6, True),
    b"gs": (Drawing._named_state, 1, False),
    b"d": (Drawing._dashes, 2, False),
    b"J": (Drawing._whole, 1, True),
    b"j": (Drawing._whole, 1, True),
    b"w": (None, 1, True),
    b"M": (None, 1, True),
    b"i": (None, 1, True),
    b"cs": (partial(Drawing._space, of="_fill"), 1, False),
    b"CS": (partial(Drawing._space, of="_stroke"), 1, False),
    b"sc": (partial(Drawing._components, of="_fill"), ANY, True),
    b"scn": (partial(Drawing._components, of="_fill"), ANY, True),
    b"SC": (partial(Drawing._components, of="_stroke"), ANY, True),
    b"SCN": (partial(Drawing._components, of="_stroke"), ANY, True),
    b"g": (partial(Drawing._colour, of="_fill", made=in_gray), 1, True),
    b"G": (partial(Drawing._colour, of="_stroke", made=in_gray), 1, True),
    b"rg": (partial(Drawing._colour, of="_fill", made=in_rgb), 3, True),
    b"RG": (partial(Drawing._colour, of="_stroke", made=in_rgb), 3, True),
    b"k": (partial(Drawing._colour, of="_fill", made=in_cmyk), 4, True),
    b"K": (partial(Drawing._colour, of="_stroke", made=in_cmyk), 4, True),
    b"m": (Drawing._move, 2, True),
    b"l": (Drawing._to, 2, True),
    b"c": (Drawing._curve, 6, True),
    b"v": (Drawing._curve, 4, True),
    b"y": (Drawing._curve, 4, True),
    b"h": (Drawing._close, 0, True),
    b"re": (Drawing._rectangle, 4, True),
    b"n": (Drawing._end_path, 0, True),
    b"W": (Drawing._narrow, 0, True),
    b"W*": (Drawing._narrow, 0, True),
    b"S": (partial(Drawing._paint, stroke=True), 0, True),
    b"s": (partial(Drawing._paint, stroke=True, close=True), 0, True),
    b"f": (partial(Drawing._paint, fill=True), 0, True),
    b"F": (partial(Drawing._paint, fill=True), 0, True),
    b"f*": (partial(Drawing._paint, fill=True, is_even_odd=True), 0, True),
    b"B": (partial(Drawing._paint, stroke=True, fill=True), 0, True),
    b"B*": (partial(Drawing._paint, stroke=True, fill=True, is_even_odd=True), 0, True),
    b"b": (partial(Drawing._paint, stroke=True, fill=True, close=True), 0, True),
    b"b*": (partial(Drawing._paint, stroke=True, fill=True, close=True, is_even_odd=True), 0, True),
    b"Do": (Drawing._external, 1, False),
    b"BMC": (Drawing._mark, 1, False),
    b"BDC": (Drawing._mark, 2, False),
    b"EMC": (Drawing._end_mark, 0, True),
    b"BT": (Drawing._begin_text, 0, True),
    b"ET": (None, 0, True),
    b"Tm": (Drawing._set_line, 6, True),
    b"Td": (Drawing._offset, 2, True),
    b"TD": (Drawing._offset_and_lead, 2, True),
    b"T*": (Drawing._next_line, 0, True),
    b"TL": (partial(Drawing._set, name="_leading"), 1, True),
    b"Tf": (Drawing._set_font, 2, False),
    b"Tr": (Drawing._set_mode, 1, True),
    b"Tc": (partial(Drawing._set, name="_spacing"), 1, True),
    b"Tw": (partial(Drawing._set, name="_word_spacing"), 1, True),
    b"Tz": (partial(Drawing._set, name="_scaling"), 1, True),
    b"Ts": (partial(Drawing._set, name="_rise"), 1, True),
    b"Tj": (Drawing._show, 1, False),
    b"'": (Drawing._show_next_line, 1, False),
    b"TJ": (Drawing._show_spaced, 1, False),
}
