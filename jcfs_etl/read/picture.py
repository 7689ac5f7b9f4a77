"""A page as a picture: rendered, and its rules found.

Everything here is in pixels of the picture (:data:`jcfs_etl.read.paper.DPI` to the inch) until
:func:`rules_of` hands rules over in points. PDFium must not be entered by two threads at once: drawing a
page waits for its turn, and all that follows may go on side by side.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from jcfs_etl.read.glyphs import Rule
from jcfs_etl.read.light import INK, RULE_INK, Grey, Mask, cleaned, without_screen, without_streaks
from jcfs_etl.read.paper import POINT, pixels_to_the_point
from jcfs_etl.read.seals import without_seals

#: A rule is at least this long (pixels): longer than the strokes of 12 pt characters.
RULE_LENGTH = 54
#: Light below which a pixel may belong to a hairline, once noise is evened out over so many pixels along it.
_HAIRLINE, _EVEN = 236, 9
#: Hairlines count where they are so much longer together than other rules.
_MORE = 1.25
#: A rule is at most this thick (pixels), 3.5 pt.
_RULE_THICKNESS = 15
#: The side of a seal's ring is no longer than this, so thick in its middle at least (pixels), and so much of
#: that at its ends.
_BOW_LENGTH, _BOW, _TAPERED = 300, 4, 0.55
#: Every table has a level rule at least this long (pixels, 20 mm); characters of a title have none.
_TABLE_WIDTH = 240
#: Rules meet when they come this near each other (pixels).
_MEET = 9
#: An upright rule ends at most this far (pixels) beyond a level one where both end.
_OVERHANG = 4

#: Held by the thread that is within PDFium.
_drawing = threading.Lock()


class Segment(NamedTuple):
    """A rule in pixels: its bounding rectangle, right and lower edge exclusive."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def rows(self) -> slice:
        """Of the picture."""
        return slice(self.y0, self.y1)

    @property
    def columns(self) -> slice:
        """Of the picture."""
        return slice(self.x0, self.x1)


def page_picture(path: Path, index: int, password: str = "", *, untouched: bool = False) -> Grey:
    """A page as it lies in the file: light of each pixel, paper being 255.

    Args:
        path: the PDF.
        index: the page, from 0.
        password: opens an encrypted file.
        untouched: whether streaks and screens are left where they are.
    """
    with _drawing:
        raw = _drawn(path, index, password)
    grey = cleaned(raw)
    return grey if untouched else without_streaks(without_screen(grey))


def _drawn(path: Path, index: int, password: str) -> Grey:
    import pypdfium2

    document = pypdfium2.PdfDocument(path, password=password or None)
    try:
        page = document[index]
        bitmap = page.render(scale=pixels_to_the_point(page), may_draw_forms=False)
        return without_seals(bitmap.to_numpy()[..., :3])
    finally:
        document.close()


def segments_of(grey: Grey) -> list[Segment]:
    """The straight rules of a straightened page; strokes of characters and loose lines are no rules.

    Hairlines of a scan may be as pale as a watermark, and count where there are few other rules.
    """
    ink = (grey < RULE_INK).astype(np.uint8)
    found = _ruled(_strokes(ink, across=True), _strokes(ink, across=False))
    # Writing is dark, and no hairline.
    dark = cv2.dilate((grey < INK).astype(np.uint8), np.ones((3, 3), np.uint8))
    pale = np.where(dark > 0, np.uint8(255), grey)
    level, upright = (
        (cv2.blur(pale, size) < _HAIRLINE).astype(np.uint8) for size in ((_EVEN, 1), (1, _EVEN))
    )
    hairlines = _ruled(_strokes(level, across=True), _strokes(upright, across=False))
    return hairlines if _length(hairlines) > _MORE * _length(found) else found


def _length(segments: list[Segment]) -> int:
    return sum(max(s.x1 - s.x0, s.y1 - s.y0) for s in segments)


def _ruled(level: list[Segment], upright: list[Segment]) -> list[Segment]:
    """Those of strokes that meet others as rules do."""
    while True:
        kept_level = [s for s in level if _meetings(s, upright) >= 2]
        kept_upright = [s for s in upright if _meetings(s, kept_level) >= 2]
        if (len(kept_level), len(kept_upright)) == (len(level), len(upright)):
            return _tables(kept_level + _without_overhang(kept_upright, kept_level))
        level, upright = kept_level, kept_upright


def rules_of(segments: list[Segment]) -> list[Rule]:
    """Rules in points from the page's upper left corner."""
    rules = []
    for s in segments:
        if s.x1 - s.x0 >= s.y1 - s.y0:
            y = (s.y0 + s.y1) / 2 * POINT
            rules.append(Rule(s.x0 * POINT, y, s.x1 * POINT, y))
        else:
            x = (s.x0 + s.x1) / 2 * POINT
            rules.append(Rule(x, s.y0 * POINT, x, s.y1 * POINT))
    return rules


def without_rules(grey: Grey, segments: list[Segment]) -> Grey:
    """The picture with its rules painted over in white, and the grey fringe beside them."""
    clean = grey.copy()
    for s in segments:
        clean[max(0, s.y0 - 2) : s.y1 + 2, max(0, s.x0 - 2) : s.x1 + 2] = 255
    return clean


def _strokes(ink: Mask, *, across: bool) -> list[Segment]:
    """Long thin strokes in one direction."""
    # Noise breaks a hairline for a pixel or two.
    bridge = np.ones((1, 5) if across else (5, 1), np.uint8)
    length = np.ones((1, RULE_LENGTH) if across else (RULE_LENGTH, 1), np.uint8)
    mask = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, bridge)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, length)
    # A rule that is still a little askew steps from one row of pixels to the next.
    joined = cv2.dilate(mask, np.ones((3, 9) if across else (9, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    filled = np.bincount(labels.ravel(), weights=mask.ravel(), minlength=count)
    segments = []
    for index in range(1, count):
        x, y, width, height, _ = (int(v) for v in stats[index])
        x, y, width, height = (x + 4, y + 1, width - 8, height - 2) if across else (
            x + 1, y + 4, width - 2, height - 8)  # fmt: skip
        along, thick = (width, height) if across else (height, width)
        mean = filled[index] / max(1, along)
        if along >= RULE_LENGTH and mean <= _RULE_THICKNESS and thick <= 2 * _RULE_THICKNESS:
            segment = Segment(x, y, x + width, y + height)
            if along > _BOW_LENGTH or not _is_bow(mask[segment.rows, segment.columns], across=across):
                segments.append(segment)
    return segments


def _is_bow(stroke: npt.NDArray[Any], *, across: bool) -> bool:
    """Whether a stroke is the side of a seal's ring: it tapers to both ends, and a rule does not."""
    breadth = stroke.sum(axis=0 if across else 1)
    sixth = len(breadth) // 6
    middle = breadth[2 * sixth : -2 * sixth].mean()
    ends = max(breadth[:sixth].mean(), breadth[-sixth:].mean())
    return bool(middle >= _BOW and ends < _TAPERED * middle)


def _without_overhang(upright: list[Segment], level: list[Segment]) -> list[Segment]:
    """Upright rules, without the stroke of a character that stands right under or over their end.

    It is told from a table without a last rule by its neighbours, of which fewer than half go on, too.
    """
    trimmed = []
    for rule in upright:
        met = [s for s in level if _meet(rule, s)]
        last, first = max(met, key=lambda s: s.y1), min(met, key=lambda s: s.y0)
        y0, y1 = rule.y0, rule.y1
        if _OVERHANG < y1 - last.y1 < RULE_LENGTH:
            beside = [s for s in upright if _meet(s, last)]
            y1 = last.y1 if 2 * sum(s.y1 - last.y1 > _OVERHANG for s in beside) < len(beside) else y1
        if _OVERHANG < first.y0 - y0 < RULE_LENGTH:
            beside = [s for s in upright if _meet(s, first)]
            y0 = first.y0 if 2 * sum(first.y0 - s.y0 > _OVERHANG for s in beside) < len(beside) else y0
        trimmed.append(rule._replace(y0=y0, y1=y1))
    return trimmed


def _tables(segments: list[Segment]) -> list[Segment]:
    """Rules that hang together with a long one; the strokes of large characters do not."""
    kept = [s for s in segments if s.x1 - s.x0 >= _TABLE_WIDTH]
    rest = [s for s in segments if s.x1 - s.x0 < _TABLE_WIDTH]
    while joined := [s for s in rest if any(_meet(s, o) for o in kept)]:
        kept += joined
        rest = [s for s in rest if s not in joined]
    return kept


def _meetings(segment: Segment, others: list[Segment]) -> int:
    return sum(_meet(segment, other) for other in others)


def _meet(one: Segment, other: Segment) -> bool:
    return (
        one.x0 - _MEET <= other.x1
        and other.x0 <= one.x1 + _MEET
        and one.y0 - _MEET <= other.y1
        and other.y0 <= one.y1 + _MEET
    )
