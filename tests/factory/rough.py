"""A rough copy of the font for kept publications: few points a glyph, so that an embedded subset is small."""

from __future__ import annotations

import io
from itertools import pairwise

from fontTools.pens.recordingPen import DecomposingRecordingPen  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from factory.producers.fonts import font_bytes

#: How far, in units of a thousandth of the em, an outline may be from the true one.
_TOLERANCE = 32.0
#: Outlines are put on a lattice so wide: equal numbers compress well.
_LATTICE = 20
_Point = tuple[float, float]


def rough_font(good: bool) -> bytes:
    """The factory's font with every outline made of few straight lines; advances and metrics stay."""
    return roughened(font_bytes(good))


def roughened(whole: bytes) -> bytes:
    """A font with every outline made of few straight lines; advances and metrics stay."""
    font = TTFont(io.BytesIO(whole), recalcTimestamp=False)
    glyphs = font.getGlyphSet()
    drawn = {}
    # Figures must stay legible for a person who looks.
    plain = {glyph for code, glyph in font.getBestCmap().items() if code < 0x80}
    for name in font.getGlyphOrder():
        if name in plain or name == ".notdef":
            continue
        pen = DecomposingRecordingPen(glyphs)
        glyphs[name].draw(pen)
        drawn[name] = _polygons(pen.value)
    for name, polygons in drawn.items():
        pen = TTGlyphPen(None)
        for points in polygons:
            pen.moveTo(points[0])
            for point in points[1:]:
                pen.lineTo(point)
            pen.closePath()
        font["glyf"][name] = pen.glyph()
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _polygons(commands: list[tuple[str, tuple[_Point | None, ...]]]) -> list[list[_Point]]:
    """The on-curve points of each contour, thinned out."""
    contours: list[list[_Point]] = []
    for command, found in commands:
        points = [p for p in found if p is not None]
        if command == "moveTo" or None in found:
            contours.append([])
        if command == "qCurveTo":
            # Between two points off the curve, TrueType implies one on it.
            contours[-1] += [((a + c) / 2, (b + d) / 2) for (a, b), (c, d) in pairwise(points[:-1])]
        if contours:
            contours[-1] += points[-1:]
    thinned = [_thinned(contour) for contour in contours if len(contour) > 2]
    return [[_on_lattice(point) for point in contour] for contour in thinned if len(contour) > 2]


def _thinned(points: list[_Point]) -> list[_Point]:
    """Douglas and Peucker's reduction."""
    (ax, ay), (bx, by) = points[0], points[-1]
    length = max(1e-9, ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5)
    distances = [
        abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length if length > 1 else abs(x - ax) + abs(y - ay)
        for x, y in points
    ]
    far = max(range(len(points)), key=distances.__getitem__)
    if distances[far] <= _TOLERANCE:
        return [points[0], points[-1]]
    return _thinned(points[: far + 1])[:-1] + _thinned(points[far:])


def _on_lattice(point: _Point) -> _Point:
    return (round(point[0] / _LATTICE) * _LATTICE, round(point[1] / _LATTICE) * _LATTICE)
