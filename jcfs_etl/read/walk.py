"""The PDF library's own walk over a page's drawing operations, for every kind of them.

It is slower than the loop over the tokens (``drawing``), which leaves to it whatever is unusual.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NoReturn

import playa
from playa.content import GlyphObject, ImageObject, PathObject, PathSegment, TextObject, XObjectObject
from playa.pdftypes import KWD, Matrix
from playa.utils import apply_matrix_pt

from jcfs_etl.read.backdrop import is_watermark, luminance, replaces
from jcfs_etl.read.drawn import Drawn
from jcfs_etl.read.fonts import MOST_ADVANCE, UNKNOWN, FontBook, FontTrust, has_any_width
from jcfs_etl.read.glyphs import Glyph
from jcfs_etl.read.losses import Losses
from jcfs_etl.read.shapes import Clip, Point, narrowed

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

    def over(self, page: playa.Page) -> None:
        """Walk over the objects of a page, and of the drawings within it.

        Raises:
            UnreadableDocumentError: something of it cannot be read.
        """
        self._over(page.interp(), None, 0)

    def _over(self, interpreter: Any, clip: Clip | None, depth: int) -> None:
        clips = _Clips(interpreter, self._drawn, clip)
        for obj in interpreter:
            self._left_to_walk -= 1
            if self._left_to_walk < 0:
                self._losses.add(f"more than {MOST_OPERATIONS:,} drawing operations", too_much=True)
                self._losses.check()
            if isinstance(obj, TextObject):
                self._text(obj, clips.now)
            elif isinstance(obj, PathObject):
                self._path(obj, clips.now)
            elif isinstance(obj, ImageObject):
                self._drawn.picture(obj)
            elif isinstance(obj, XObjectObject):
                if depth >= _MAX_NESTING:
                    self._lose("its drawings are nested without end")
                self._see(obj)
                self._over(obj.interp(), self._box_of(obj, clips.now), depth + 1)

    def _lose(self, what: str) -> NoReturn:
        self._losses.give_up(what)

    def _text(self, obj: TextObject, clip: Clip | None) -> None:
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
        self._drawn.text(glyphs, across, size, light, state.render_mode, state.nalpha, marked, clip)

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

    def _path(self, path: PathObject, clip: Clip | None) -> None:
        if not (path.stroke or path.fill):
            return
        state = path.gstate
        # A pattern may be anything; its ink is taken for black.
        stroke = 0.0 if state.scolor.pattern else luminance(state.scolor.values, str(state.scs.name))
        fill = 0.0 if state.ncolor.pattern else luminance(state.ncolor.values, str(state.ncs.name))
        ways = _ways(path.raw_segments, path.ctm, self._drawn)
        if not all(math.isfinite(x + y) for way in ways for x, y in way):
            self._lose("a line lies at no place")
        if path.stroke:
            self._drawn.stroke(ways, stroke)
        if path.fill:
            is_solid = (
                not state.ncolor.pattern
                and not _has_curves(path.raw_segments)
                and replaces(state.nalpha, state.blend_mode, state.smask)
            )
            self._drawn.fill(ways, fill, clip, is_solid=is_solid, is_even_odd=path.evenodd)

    def _box_of(self, obj: XObjectObject, clip: Clip | None) -> Clip | None:
        """Within what a drawing within the page is seen: its box."""
        if "BBox" not in obj.stream:
            return clip
        x0, y0, x1, y1 = obj.bbox
        left, top = self._drawn.left, self._drawn.top
        return narrowed(clip, [[(x0 - left, top - y0), (x1 - left, top - y1)]], has_curves=False)


class _Clips:
    """Within what the library draws, which it does not keep itself: the operators that change it tell.

    Args:
        interpreter: the library's, of which nothing is drawn yet.
        drawn: what has been drawn.
        clip: the clip at first.

    Attributes:
        now: the clip of what is drawn next.
    """

    def __init__(self, interpreter: Any, drawn: Drawn, clip: Clip | None) -> None:
        self.now = clip
        self._interpreter, self._drawn = interpreter, drawn
        self._saved: list[Clip | None] = []
        # Its class is compiled, and can be no class's base.
        operators = interpreter._dispatch
        for name, do in ((b"q", self._save), (b"Q", self._restore)):
            operators[KWD(name)] = (partial(do, operators[KWD(name)][0]), 0)
        operators[KWD(b"W")] = operators[KWD(b"W*")] = (self._narrow, 0)

    def _save(self, library_does: Callable[[], None]) -> None:
        self._saved.append(self.now)
        library_does()

    def _restore(self, library_does: Callable[[], None]) -> None:
        if self._saved:
            self.now = self._saved.pop()
        library_does()

    def _narrow(self) -> None:
        path = self._interpreter.curpath
        ways = _ways(path, self._interpreter.ctm, self._drawn)
        self.now = narrowed(self.now, ways, has_curves=_has_curves(path))


def _has_curves(segments: Iterable[PathSegment]) -> bool:
    return any(segment.operator in ("c", "v", "y") for segment in segments)


def _ways(segments: Iterable[PathSegment], matrix: Matrix, drawn: Drawn) -> list[list[Point]]:
    """A path's pieces as points of the page as it is shown; closed ones end where they began."""
    ways: list[list[Point]] = []
    points: list[Point] = []
    for segment in segments:
        if segment.operator == "m":
            points = []
            ways.append(points)
        if segment.operator == "h":
            if points:
                points.append(points[0])
            continue
        if not ways:
            ways.append(points)
        x, y = apply_matrix_pt(matrix, segment.points[-1])
        points.append((x - drawn.left, drawn.top - y))
    return [way for way in ways if len(way) > 1]
