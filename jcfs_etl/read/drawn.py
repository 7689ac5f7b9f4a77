"""What a page's drawing operations have drawn: runs of glyphs, straight rules, dark areas, pictures.

Both ways of reading a page fill this in: the loop over its tokens (``drawing``) and the library's walk
over its objects (``walk``). What is a rule and why a run is no content is said here, once.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from playa.content import ImageObject

from jcfs_etl.places import Box
from jcfs_etl.read.backdrop import NEAR_WHITE, Picture
from jcfs_etl.read.glyphs import Area, Glyph, Rule, Run
from jcfs_etl.read.shapes import (
    Clip,
    Point,
    are_apart,
    box_around,
    frame_between,
    is_rectangle,
    is_ring,
    within,
)

_new = tuple.__new__

#: A filled bar at most this thick (points) is a rule; office programs draw rules up to 3 pt.
_RULE_THICKNESS = 3.5
#: Outlines smaller than this (points) may be those of a character.
_CHARACTER = 20.0
#: A straight segment may deviate this much (points) from the axis and still be a rule.
_RULE_SLANT = 0.5
#: Where along a white rule it must be seen, and how far from the edge of an area, in points.
_PLACES, _EDGE = (0.05, 0.35, 0.65, 0.95), 0.6
#: Luminance below which white writing on an area can be read: heads in the table styles of office programs
#: are no lighter than gold.
_DARK = 0.78
#: Opacity below which text is meant to be read through.
_FAINT = 0.5
#: Luminances that differ by less are of one colour.
_ALIKE = 0.02
#: Degrees by which writing may deviate from a right angle before it lies obliquely.
_OBLIQUE = 2.0
#: Characters smaller than this (points) cannot be seen.
_INVISIBLY_SMALL = 0.1
#: The reason of text beyond what is drawn.
CLIPPED = "clipped away"
#: Ways of showing text that leave no ink: none at all, and clipping.
_INKLESS = (3, 7)
#: Which way a text at a right angle reads: 1 down the page, -1 up.
_TURNED: dict[int | None, int] = {-90: 1, 90: -1}


class Drawn:
    """What has been drawn on a page up to now, in points from its upper left.

    Args:
        left: x of the visible page's left edge in the coordinates of the drawing.
        top: y of its upper edge, in the same.

    Attributes:
        runs: texts in drawing order.
        rules: visible straight strokes.
        pictures: where each picture lies, how many runs came before it, and the picture.
        areas: what is filled, thin bars left out.
        shapes: outlines that are filled, no rectangles, and so large as a character.
        dots: what is filled and no larger than a rule is thick.
        clipped: which glyphs of which run stand beyond what is drawn, so that no reader sees them.
        angles: how many glyphs are written at each right angle, in degrees.
    """

    def __init__(self, left: float, top: float) -> None:
        self.left, self.top = left, top
        self.runs: list[Run] = []
        self.rules: list[Rule] = []
        self.pictures: list[tuple[Box, int, Picture]] = []
        self.angles: dict[int, int] = defaultdict(int)
        self._quarters: dict[Point, int | None] = {}
        self.areas: list[Area] = []
        self.shapes: list[Box] = []
        self.dots: list[Box] = []
        self.clipped: dict[int, list[int]] = {}
        # Round outlines, as of stamps, with the luminance of each.
        self._rings: list[tuple[Box, float]] = []

    def text(
        self,
        glyphs: list[Glyph],
        across: Point,
        size: float,
        light: float,
        mode: int,
        opacity: float,
        is_watermark: bool,
        clip: Clip | None,
    ) -> None:
        """Add a text.

        Args:
            glyphs: its characters, at least one, numbered as the next run.
            across: the direction of its baseline.
            size: of its characters, in points.
            light: luminance of its colour.
            mode: the text rendering mode (ISO 32000-2, table 104).
            opacity: 0 to 1.
            is_watermark: whether it is marked as a watermark or background.
            clip: within what it is drawn.
        """
        if across not in self._quarters:
            self._quarters[across] = _quarter(across)
        quarter = self._quarters[across]
        if quarter is not None:
            self.angles[quarter] += len(glyphs)
        if is_watermark:
            reason: str | None = "watermark artifact"
        elif quarter is None:
            reason = "oblique"
        elif mode in _INKLESS or size < _INVISIBLY_SMALL:
            reason = "invisible"
        elif opacity < _FAINT:
            reason = "faint"
        elif self._rings and self._is_stamped(glyphs, light):
            reason = "within a stamp"
        else:
            reason = self._out_of_sight(glyphs, light, clip)
        turned = _TURNED.get(quarter, 0)
        self.runs.append(_new(Run, (glyphs, light, glyphs[0].size, reason, turned)))

    def picture(self, image: ImageObject) -> None:
        """Add a picture; what it is drawn over may be hidden by it."""
        x0, y0, x1, y1 = image.bbox or (0.0, 0.0, 0.0, 0.0)
        box = Box(x0 - self.left, self.top - y1, x1 - self.left, self.top - y0)
        # The library goes on changing the state that it gives with the image.
        state = image.gstate
        picture = Picture(image, state.nalpha, state.blend_mode, state.smask)
        self.pictures.append((box, len(self.runs), picture))

    def stroke(self, ways: Sequence[Sequence[Point]], light: float) -> None:
        """Add lines through points; their level and upright pieces are rules."""
        for points in ways:
            if is_ring(points):
                self._rings.append((box_around(points), light))
            x0, y0 = points[0]
            for x1, y1 in points[1:]:
                if abs(y1 - y0) <= _RULE_SLANT < abs(x1 - x0):
                    self._rule(_new(Rule, (x0, y0, x1, y0) if x0 < x1 else (x1, y0, x0, y0)), light)
                elif abs(x1 - x0) <= _RULE_SLANT < abs(y1 - y0):
                    self._rule(_new(Rule, (x0, y0, x0, y1) if y0 < y1 else (x0, y1, x0, y0)), light)
                x0, y0 = x1, y1

    def _rule(self, rule: Rule, light: float) -> None:
        """Add a rule, a white one where it is seen on tinted areas all along."""
        x0, y0, x1, y1 = rule
        if light < NEAR_WHITE or all(
            self._is_tinted(x0 + part * (x1 - x0), y0 + part * (y1 - y0)) for part in _PLACES
        ):
            self.rules.append(rule)

    def _is_tinted(self, x: float, y: float) -> bool:
        """Whether the uppermost area at a point, or at whose edge it is, is not white."""
        for box, light, _, _ in reversed(self.areas):
            if box.x0 - _EDGE <= x <= box.x1 + _EDGE and box.y0 - _EDGE <= y <= box.y1 + _EDGE:
                return light < NEAR_WHITE
        return False

    def fill(
        self,
        ways: Sequence[Sequence[Point]],
        light: float,
        clip: Clip | None,
        *,
        is_solid: bool,
        is_even_odd: bool,
    ) -> None:
        """Add areas: a thin one is a rule, and light writing may stand on a dark one.

        Args:
            ways: their outlines, which are one path.
            light: luminance of their colour.
            clip: within what they are drawn.
            is_solid: whether nothing is seen through them.
            is_even_odd: whether an outline within another is a hole.
        """
        areas = []
        for points in ways:
            if len(points) < 4:
                continue
            box = box_around(points)
            if min(box.x1 - box.x0, box.y1 - box.y0) > _RULE_THICKNESS:
                areas.append((box, points))
            else:
                self._thin(box, light)
        if not areas:
            return
        if is_even_odd and len(areas) == 2 and all(is_rectangle(points) for _, points in areas):
            frame = frame_between(areas[0][0], areas[1][0], _RULE_THICKNESS)
            if frame:
                if light < NEAR_WHITE:
                    self.rules += [_new(Rule, side) for side in frame]
                return
        is_solid = is_solid and (clip is None or clip.is_exact) and are_apart([box for box, _ in areas])
        for box, points in areas:
            seen = within(box, clip.box) if clip else box
            is_level = is_rectangle(points)
            self.areas.append(Area(seen, light, len(self.runs), is_solid and is_level))
            if not is_level and light < NEAR_WHITE and max(box.x1 - box.x0, box.y1 - box.y0) < _CHARACTER:
                self.shapes.append(box)

    def fill_rectangle(self, box: Box, light: float, clip: Clip | None, *, is_solid: bool) -> None:
        """Add one level rectangle, as :meth:`fill` does."""
        if min(box.x1 - box.x0, box.y1 - box.y0) <= _RULE_THICKNESS:
            self._thin(box, light)
            return
        is_solid = is_solid and (clip is None or clip.is_exact)
        self.areas.append(Area(within(clip.box, box) if clip else box, light, len(self.runs), is_solid))

    def _thin(self, box: Box, light: float) -> None:
        """An area no thicker than a rule: one, or a dot of one."""
        x0, y0, x1, y1 = box
        width, height = x1 - x0, y1 - y0
        if max(width, height) <= 1.5 * min(width, height) + 0.5:
            if light < NEAR_WHITE:
                self.dots.append(box)
        elif width >= height:
            self._rule(_new(Rule, (x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)), light)
        else:
            self._rule(_new(Rule, ((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)), light)

    def _out_of_sight(self, glyphs: list[Glyph], light: float, clip: Clip | None) -> str | None:
        if light >= NEAR_WHITE and not self._on_dark(glyphs[0]):
            return "white on white"
        return CLIPPED if clip is not None and self._is_clipped(glyphs, clip.box) else None

    def _is_stamped(self, glyphs: Sequence[Glyph], light: float) -> bool:
        """Whether a text without digits was drawn within a round outline, after it and in its colour."""
        return not any(digit in glyph.text for glyph in glyphs for digit in "0123456789") and any(
            abs(light - ring_light) < _ALIKE and all(box.holds(*glyph.middle) for glyph in glyphs)
            for box, ring_light in self._rings
        )

    def _on_dark(self, glyph: Glyph) -> bool:
        """Whether a dark area lies under a character, and no light one on that."""
        x, y = glyph.middle
        for area in reversed(self.areas):
            if area.box.holds(x, y) and (area.light < _DARK or area.is_solid):
                return area.light < _DARK
        return False

    def _is_clipped(self, glyphs: Sequence[Glyph], box: Box) -> bool:
        """Whether nothing of the next text is seen, as it stands beyond what is drawn; notes what does."""
        x0, y0, x1, y1 = box
        _, left, right, y, size, _ = glyphs[0]
        last = glyphs[-1]
        inside = x0 <= left and right <= x1 and x0 <= last.x0 and last.x1 <= x1
        if inside and last.y == y and y0 <= y - size <= y <= y1:
            # So it is nearly always.
            return False
        beyond = [i for i, glyph in enumerate(glyphs) if not box.holds(*glyph.middle)]
        if beyond:
            self.clipped[len(self.runs)] = beyond
        return len(beyond) == len(glyphs)


def _quarter(across: Point) -> int | None:
    """The right angle, in degrees, at which a direction lies; None where it is oblique."""
    angle = math.degrees(math.atan2(across[1], across[0]))
    quarter = round(angle / 90) * 90
    return None if abs(angle - quarter) > _OBLIQUE else quarter
