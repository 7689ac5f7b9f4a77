"""A page's drawing operations reduced to glyphs on their baselines and straight rules.

Every glyph that is not content (watermarks, hidden text, characters printed twice for bold) is set
aside with its reason; nothing is dropped without a record.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn

from playa.content import GlyphObject, ImageObject, PathObject, TextObject, XObjectObject
from playa.font import Type3Font
from playa.pdftypes import ContentStream, resolve1
from playa.utils import apply_matrix_pt, transform_bbox

from jcfs_etl.places import Box
from jcfs_etl.read.backdrop import backdrop_reasons, hides, is_watermark, luminance, overprints
from jcfs_etl.read.fonts import FontTrust, is_whole_map
from jcfs_etl.read.glyphs import Glyph, PageContent, Rule, Run
from jcfs_etl.read.losses import OUTSIDE, current
from jcfs_etl.read.model import PRINTED_TWICE, SetAside
from jcfs_etl.read.streams import content_streams, flaw_in, has_checksum

if TYPE_CHECKING:
    import playa

#: A filled bar at most this thick (points) is a rule; office programs draw rules up to 3 pt.
_RULE_THICKNESS = 3.5
#: A straight segment may deviate this much (points) from the axis and still be a rule.
_RULE_SLANT = 0.5
#: Luminance (0 black … 1 white) from which ink cannot be told from white paper.
_NEAR_WHITE = 0.95
#: Opacity below which text is meant to be read through.
_FAINT = 0.5
#: Degrees by which writing may deviate from a right angle before it lies obliquely.
_OBLIQUE = 2.0
#: Drawings within drawings deeper than this are taken for one that holds itself.
_MAX_NESTING = 12
#: Drawing operations that a page may have; a page of tables has some thousands.
_MOST_OPERATIONS = 1_000_000
#: Characters smaller than this (points) cannot be seen.
_INVISIBLY_SMALL = 0.1
#: Sides of a page in points: from nothing to the most that PDF viewers take.
_LEAST_SIDE, _MOST_SIDE = 1.0, 14_400.0
#: No character is wider than this many em; a damaged width would carry it into another cell.
_MOST_ADVANCE = 10.0
#: A character that cannot be known.
_UNKNOWN = "\ufffd"


def collect(page: playa.Page) -> PageContent:
    """Read a page's content, turning the page first when most of its text runs sideways.

    Args:
        page: a page opened in playa's ``page`` space.

    Returns:
        Glyphs, rules and set-aside text, in points from the upper left of the upright page.

    Raises:
        UnreadableDocumentError: part of the page is lost.
    """
    losses = current()
    losses.page = page.page_idx + 1
    collector = _Collector(page)
    losses.check()
    turn = collector.turn()
    if turn:
        page.set_initial_ctm(page.space, (page.rotate + turn) % 360)
        collector = _Collector(page)
    return collector.content()


class _Collector:
    """Walks the drawing operations once; colours and opacity are only right at that moment."""

    def __init__(self, page: playa.Page) -> None:
        crop = transform_bbox(page.ctm, page.cropbox)
        self._left, self._top = crop[0], crop[3]
        self.width, self.height = crop[2] - crop[0], crop[3] - crop[1]
        self._runs: list[Run] = []
        self._rules: list[Rule] = []
        self._dark_fills: list[Box] = []
        self._picture = 0.0
        self._pictures: list[tuple[Box, int, ImageObject]] = []
        self._angles: dict[int, int] = defaultdict(int)
        self._advances: dict[tuple[int, int], float] = {}
        self._fonts: dict[int, FontTrust] = {}
        self._left_to_walk = _MOST_OPERATIONS
        self._losses = current()
        self._doc = page.doc
        if not all(_LEAST_SIDE <= side <= _MOST_SIDE for side in (self.width, self.height)):
            self._lose(f"its size is {self.width:g} × {self.height:g} points")
        self._read(page)

    def _lose(self, what: str) -> NoReturn:
        """Give the page up: something of it cannot be read."""
        losses = self._losses
        losses.first, losses.too_much = losses.first or what, False
        losses.check()
        raise AssertionError("a loss was noted")

    def _read(self, page: playa.Page) -> None:
        streams = content_streams(page)
        if streams is None:
            self._lose("its content is missing")
        self._check_maps(page.resources)
        self._walk(page, 0)
        untouched = self._left_to_walk == _MOST_OPERATIONS
        if untouched or not all(has_checksum(stream) for stream in streams):
            self._check_operators(streams)

    def _check_maps(self, resources: dict[str, Any]) -> None:
        """See that the Unicode maps of fonts are whole where no checksum says so."""
        fonts = resolve1(resources.get("Font"))
        for font in fonts.values() if isinstance(fonts, dict) else ():
            spec: Any = resolve1(font)
            stream = resolve1(spec.get("ToUnicode")) if isinstance(spec, dict) else None
            if not isinstance(stream, ContentStream) or has_checksum(stream):
                continue
            if not is_whole_map(stream.buffer):
                self._lose("the Unicode map of a font is damaged")

    def _check_operators(self, streams: list[Any]) -> None:
        flaw = flaw_in(streams, self._doc)
        if flaw:
            self._lose(flaw)

    def turn(self) -> int:
        """Degrees to turn the page clockwise so that most of its text stands upright."""
        if not self._angles:
            return 0
        angle = max(self._angles, key=lambda a: self._angles[a])
        return angle % 360

    def content(self) -> PageContent:
        content = PageContent(self.width, self.height, rules=self._rules)
        content.picture_share = min(1.0, self._picture / max(1.0, self.width * self.height))
        runs: list[Run] = []
        hidden: list[Run] = []
        for run in self._runs:
            (hidden if run.reason == "invisible" else runs).append(run)
        if hidden and not any(r.reason is None for r in runs) and content.picture_share > 0.5:
            # A searchable scan: the invisible text is the only text there is.
            runs += [run._replace(reason=None) for run in hidden]
            content.is_searchable_scan = True
        else:
            runs += hidden
        content.covered = self._covered()
        backdrop = backdrop_reasons([r for r in runs if r.reason is None])
        seen: dict[tuple[str, int, int], list[Glyph]] = defaultdict(list)
        content.turned = {index: run.turned for index, run in enumerate(runs) if run.turned}
        for index, run in enumerate(runs):
            reason = run.reason or backdrop.get(id(run))
            if reason is not None:
                self._put_aside(content, run.glyphs, reason)
                continue
            kept, doubled, outside = [], [], []
            for glyph in run.glyphs:
                # Runs were put in another order only where hidden text moved to the end.
                g = glyph if glyph.run == index else glyph._replace(run=index)
                if not (-1 <= (g.x0 + g.x1) / 2 <= self.width + 1 and -1 <= g.y <= self.height + 1):
                    outside.append(g)
                elif overprints(g, seen):
                    doubled.append(g)
                else:
                    kept.append(g)
            content.glyphs += kept
            self._put_aside(content, doubled, PRINTED_TWICE)
            self._put_aside(content, outside, OUTSIDE)
        return content

    def _covered(self) -> list[Box]:
        """Digits that were drawn before a picture which hides them."""
        covered = []
        for box, drawn, picture in self._pictures:
            under = [
                glyph.box
                for run in self._runs[:drawn]
                if run.reason is None
                for glyph in run.glyphs
                if glyph.text.isdigit() and box.holds((glyph.x0 + glyph.x1) / 2, glyph.y - 0.35 * glyph.size)
            ]
            if under and hides(picture):
                covered += under
        return covered

    @staticmethod
    def _put_aside(content: PageContent, glyphs: list[Glyph], reason: str) -> None:
        if glyphs:
            text = "".join(g.text for g in glyphs)
            boxes = [g.box for g in glyphs]
            box = Box(
                min(b.x0 for b in boxes),
                min(b.y0 for b in boxes),
                max(b.x1 for b in boxes),
                max(b.y1 for b in boxes),
            )
            content.set_aside.append(SetAside(reason, text, box))

    def _walk(self, objects: Iterable[Any], depth: int) -> None:
        for obj in objects:
            self._left_to_walk -= 1
            if self._left_to_walk < 0:
                self._losses.add(f"more than {_MOST_OPERATIONS:,} drawing operations", too_much=True)
                self._losses.check()
            if isinstance(obj, TextObject):
                self._text(obj)
            elif isinstance(obj, PathObject):
                self._path(obj)
            elif isinstance(obj, ImageObject):
                x0, y0, x1, y1 = obj.bbox or (0.0, 0.0, 0.0, 0.0)
                self._picture = max(self._picture, (x1 - x0) * (y1 - y0))
                box = Box(x0 - self._left, self._top - y1, x1 - self._left, self._top - y0)
                self._pictures.append((box, len(self._runs), obj))
            elif isinstance(obj, XObjectObject):
                if depth >= _MAX_NESTING:
                    self._lose("its drawings are nested without end")
                if not has_checksum(obj.stream):
                    self._check_operators([obj.stream])
                self._check_maps(obj.resources or {})
                self._walk(obj, depth + 1)

    def _text(self, obj: TextObject) -> None:
        glyphs: list[Glyph] = []
        left, top, run = self._left, self._top, len(self._runs)
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
                text = _UNKNOWN
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
        angle = math.degrees(math.atan2(matrix[1], matrix[0]))
        quarter = round(angle / 90) * 90
        oblique = abs(angle - quarter) > _OBLIQUE
        if not oblique:
            self._angles[quarter] += len(glyphs)
        state = obj.gstate
        light = 0.0 if state.ncolor.pattern else luminance(tuple(state.ncolor.values), str(state.ncs.name))
        reason = None
        if any(m.tag == "Artifact" and is_watermark(m.props) for m in obj.mcstack):
            reason = "watermark artifact"
        elif oblique:
            reason = "oblique"
        elif state.render_mode in (3, 7) or size < _INVISIBLY_SMALL:
            reason = "invisible"
        elif state.nalpha < _FAINT:
            reason = "faint"
        elif light >= _NEAR_WHITE and not self._on_dark(glyphs[0]):
            reason = "white on white"
        turned = {-90: 1, 90: -1}.get(quarter, 0)
        self._runs.append(Run(glyphs, light, glyphs[0].size, reason, turned))

    def _trust(self, obj: TextObject) -> FontTrust:
        """What is known of the text's font; the text is refused when it does not come out whole."""
        font = obj.gstate.font
        if font is None:
            self._lose("text has no font")
        trust = self._fonts.get(id(font))
        if trust is None:
            self._fonts[id(font)] = trust = FontTrust(font)
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
            # Drawn fonts measure in a unit of their own.
            if abs(advance) > _MOST_ADVANCE and not isinstance(glyph.font, Type3Font):
                self._lose("the widths of a font are broken")
            self._advances[key] = advance
        return self._advances[key]

    def _on_dark(self, glyph: Glyph) -> bool:
        x, y = (glyph.x0 + glyph.x1) / 2, glyph.y - 0.3 * glyph.size
        return any(box.holds(x, y) for box in self._dark_fills)

    def _path(self, path: PathObject) -> None:
        if not (path.stroke or path.fill):
            return
        state = path.gstate
        if path.stroke and not state.scolor.pattern:
            stroke_visible = luminance(state.scolor.values, str(state.scs.name)) < _NEAR_WHITE
        else:
            stroke_visible = path.stroke
        fill_light = luminance(state.ncolor.values, str(state.ncs.name)) if not state.ncolor.pattern else 0.0
        for points in self._subpaths(path):
            if stroke_visible:
                for (x0, y0), (x1, y1) in pairwise(points):
                    if abs(y1 - y0) <= _RULE_SLANT < abs(x1 - x0):
                        self._rules.append(Rule(min(x0, x1), y0, max(x0, x1), y0))
                    elif abs(x1 - x0) <= _RULE_SLANT < abs(y1 - y0):
                        self._rules.append(Rule(x0, min(y0, y1), x0, max(y0, y1)))
            if path.fill and len(points) >= 4:
                self._filled(points, fill_light)

    def _filled(self, points: list[tuple[float, float]], light: float) -> None:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
        width, height = x1 - x0, y1 - y0
        if min(width, height) <= _RULE_THICKNESS:
            if light < _NEAR_WHITE and max(width, height) > 1.5 * min(width, height) + 0.5:
                if width >= height:
                    self._rules.append(Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2))
                else:
                    self._rules.append(Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1))
        elif light < 0.6:
            self._dark_fills.append(Box(x0, y0, x1, y1))

    def _subpaths(self, path: PathObject) -> Iterator[list[tuple[float, float]]]:
        """Straight-sided subpaths as points from the upper left; closed ones end where they began."""
        points: list[tuple[float, float]] = []
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
            points.append((x - self._left, self._top - y))
        if len(points) > 1:
            yield points
