"""The PDF library's own walk over a page's drawing operations, for every kind of them.

It is slower than the loop over the tokens (``drawing``), which leaves to it whatever is unusual.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

from playa.content import GlyphObject, ImageObject, PathObject, TextObject, XObjectObject
from playa.utils import apply_matrix_pt

from jcfs_etl.read.backdrop import is_watermark, luminance
from jcfs_etl.read.drawn import Drawn, Point
from jcfs_etl.read.fonts import MOST_ADVANCE, UNKNOWN, FontBook, FontTrust, has_any_width
from jcfs_etl.read.glyphs import Glyph
from jcfs_etl.read.losses import Losses

#: Drawings within drawings deeper than this are taken for one that holds itself.
_MAX_NESTING = 12
#: Drawing operations that a page may have; a page of tables has some thousands.
MOST_OPERATIONS = 1_000_000


class Walk:
    """Walks the drawing operations once; colours and opacity are only right at that moment.

    Args:
        drawn: what has been drawn, to be added to.
        fonts: the document's fonts.
        losses: where what is lost is noted.
        see: is shown each drawing within the page, before it is walked.

    Attributes:
        is_empty: whether nothing at all was drawn.
    """

    def __init__(
        self, drawn: Drawn, fonts: FontBook, losses: Losses, see: Callable[[XObjectObject], None]
    ) -> None:
        self._drawn = drawn
        self._fonts = fonts
        self._losses = losses
        self._see = see
        self._left_to_walk = MOST_OPERATIONS
        self._advances: dict[tuple[int, int], float] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was drawn."""
        return self._left_to_walk == MOST_OPERATIONS

    def over(self, objects: Iterable[Any], depth: int = 0) -> None:
        """Walk over the objects of a page, or of a drawing within it.

        Raises:
            UnreadableDocumentError: something of it cannot be read.
        """
        for obj in objects:
            self._left_to_walk -= 1
            if self._left_to_walk < 0:
                self._losses.add(f"more than {MOST_OPERATIONS:,} drawing operations", too_much=True)
                self._losses.check()
            if isinstance(obj, TextObject):
                self._text(obj)
            elif isinstance(obj, PathObject):
                self._path(obj)
            elif isinstance(obj, ImageObject):
                self._drawn.picture(obj)
            elif isinstance(obj, XObjectObject):
                if depth >= _MAX_NESTING:
                    self._lose("its drawings are nested without end")
                self._see(obj)
                self.over(obj, depth + 1)

    def _lose(self, what: str) -> NoReturn:
        self._losses.give_up(what)

    def _text(self, obj: TextObject) -> None:
        glyphs: list[Glyph] = []
        left, top, run = self._drawn.left, self._drawn.top, len(self._drawn.runs)
        losses = self._losses
        trust = self._trust(obj)
        losses.undefined = losses.out_of_step = False
        matrix = None
        for glyph in obj:
            text = glyph.text
            if matrix is None:
                matrix = glyph.matrix
            if losses.undefined or losses.out_of_step:
                if losses.out_of_step and not trust.simple:
                    self._lose("its font cannot tell the characters of a text apart")
                losses.undefined = losses.out_of_step = False
                text = trust.fallback(glyph.cid)
            if not text or trust.guesses:
                # The character cannot be known; it must not vanish.
                text = UNKNOWN
            elif not text.strip():
                continue
            a, _, c, d, e, f = glyph.matrix
            size = math.hypot(c, d)
            width = self._advance(glyph) * a if not glyph.font.vertical else size
            if not math.isfinite(e + f + size + width):
                self._lose("text lies at no place")
            x0, x1 = (e, e + width) if width >= 0 else (e + width, e)
            glyphs.append(Glyph(text, x0 - left, x1 - left, top - f, size, run))
        if matrix is None or not glyphs:
            return
        state = obj.gstate
        light = 0.0 if state.ncolor.pattern else luminance(tuple(state.ncolor.values), str(state.ncs.name))
        marked = any(m.tag == "Artifact" and is_watermark(m.props) for m in obj.mcstack)
        across = (matrix[0], matrix[1])
        self._drawn.text(glyphs, across, size, light, state.render_mode, state.nalpha, marked)

    def _trust(self, obj: TextObject) -> FontTrust:
        """What is known of the text's font; the text is refused when it does not come out whole."""
        font = obj.gstate.font
        if font is None:
            self._lose("text has no font")
        trust = self._fonts.of(font).trust
        if not trust.in_step and any(
            isinstance(part, bytes) and not trust.decodes(part) for part in obj.args
        ):
            self._lose("its font cannot tell the characters of a text apart")
        return trust

    def _advance(self, glyph: GlyphObject) -> float:
        """Width of a glyph in its font, without the extra spacing of the line."""
        key = (id(glyph.font), glyph.cid)
        if key not in self._advances:
            advance = glyph.font.hdisp(glyph.cid)
            if abs(advance) > MOST_ADVANCE and not has_any_width(glyph.font):
                self._lose("the widths of a font are broken")
            self._advances[key] = advance
        return self._advances[key]

    def _path(self, path: PathObject) -> None:
        if not (path.stroke or path.fill):
            return
        state = path.gstate
        # A pattern may be anything; its ink is taken for black.
        stroke = 0.0 if state.scolor.pattern else luminance(state.scolor.values, str(state.scs.name))
        fill = 0.0 if state.ncolor.pattern else luminance(state.ncolor.values, str(state.ncs.name))
        for points in self._subpaths(path):
            if path.stroke:
                self._drawn.stroke(points, stroke)
            if path.fill:
                self._drawn.fill(points, fill)

    def _subpaths(self, path: PathObject) -> Iterator[list[Point]]:
        """Straight-sided subpaths as points from the upper left; closed ones end where they began."""
        points: list[Point] = []
        for segment in path.raw_segments:
            if segment.operator == "m":
                if len(points) > 1:
                    yield points
                points = []
            if segment.operator == "h":
                if points:
                    points.append(points[0])
                continue
            x, y = apply_matrix_pt(path.ctm, segment.points[-1])
            if not math.isfinite(x + y):
                self._lose("a line lies at no place")
            points.append((x - self._drawn.left, self._drawn.top - y))
        if len(points) > 1:
            yield points
