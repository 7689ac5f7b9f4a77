"""Outlines that are filled, and those within which alone something is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from jcfs_etl.places import Box

Point = tuple[float, float]
_new = tuple.__new__
#: Points by which the side of a rectangle may be off the axis.
_SLANT = 0.5
#: The least points of a round outline, how wide it is, and how much wider one way than the other.
_RING_POINTS, _RING, _ROUND = 5, (40.0, 200.0), 1.5
#: Squares along each side of a page by which it is told how much of it is covered.
_SQUARES = 100
#: Rectangles of one path that are held against each other; of more, none is taken to hide anything.
_MOST = 50


class Clip(NamedTuple):
    """Within what is drawn: nothing beyond its box is seen; all within is where it ``is_exact``."""

    box: Box
    is_exact: bool


def box_around(points: Sequence[Point]) -> Box:
    """The smallest box around points, of which there is at least one."""
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return _new(Box, (min(xs), min(ys), max(xs), max(ys)))


def is_rectangle(points: Sequence[Point]) -> bool:
    """Whether an outline is a level rectangle: three sides are drawn, and perhaps the fourth."""
    if len(points) != 4 and (len(points) != 5 or points[4] != points[0]):
        return False
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points[:4]
    level = (ay - by, bx - cx, cy - dy, dx - ax)
    off = level if abs(ay - by) <= _SLANT else (ax - bx, by - cy, cx - dx, dy - ay)
    return max(map(abs, off)) <= _SLANT


def is_ring(points: Sequence[Point]) -> bool:
    """Whether an outline may be round: closed, about as high as wide, of a stamp's size, and nowhere level.

    Of its curves the ends alone are known.
    """
    if len(points) < _RING_POINTS or points[0] != points[-1]:
        return False
    points = points[:-1] if points[-2] == points[-1] else points
    if any(abs(x1 - x0) <= _SLANT or abs(y1 - y0) <= _SLANT for (x0, y0), (x1, y1) in pairwise(points)):
        return False
    x0, y0, x1, y1 = box_around(points)
    low, high = sorted((x1 - x0, y1 - y0))
    return _RING[0] <= low <= high <= _RING[1] and high <= _ROUND * low


def as_drawn(points: Sequence[Point]) -> tuple[Point, Point] | None:
    """Two corners of an outline that the operator for rectangles drew; None of another."""
    if len(points) != 5:
        return None
    one, beside, other, above, end = points
    (x0, y0), (x1, y1) = one, other
    return (one, other) if beside == (x1, y0) and above == (x0, y1) and end == one else None


def are_apart(boxes: Sequence[Box]) -> bool:
    """Whether no two boxes overlap, so that filling all leaves no hole in one."""
    if len(boxes) > _MOST:
        return False
    return not any(_overlap(one, other) for i, one in enumerate(boxes) for other in boxes[:i])


def frame_between(one: Box, other: Box, most: float) -> tuple[Box, ...]:
    """The sides of the frame that one box leaves around another within it.

    Args:
        one: a box.
        other: another, the outer one or the inner one.
        most: how thick the frame may be.

    Returns:
        Its four sides, each as the line through its middle; nothing where it is no frame.
    """
    outer, inner = (one, other) if one.x0 < other.x0 else (other, one)
    margins = (inner.x0 - outer.x0, inner.y0 - outer.y0, outer.x1 - inner.x1, outer.y1 - inner.y1)
    if not all(0 < margin <= most for margin in margins):
        return ()
    x0, y0, x1, y1 = ((a + b) / 2 for a, b in zip(one, other, strict=True))
    return Box(x0, y0, x1, y0), Box(x0, y1, x1, y1), Box(x0, y0, x0, y1), Box(x1, y0, x1, y1)


def narrowed(clip: Clip | None, ways: Sequence[Sequence[Point]], *, has_curves: bool) -> Clip | None:
    """What is left of a clip within a path.

    Args:
        clip: the one before; None for all of the page.
        ways: the outlines of the path.
        has_curves: whether it has curves, of which only the ends are known: they may reach beyond.
    """
    if not ways or has_curves:
        return clip and Clip(clip.box, is_exact=False)
    box = box_around([point for way in ways for point in way])
    return cut(clip, box, is_exact=len(ways) == 1 and is_rectangle(ways[0]))


def cut(clip: Clip | None, box: Box, *, is_exact: bool) -> Clip:
    """What is left of a clip within a box, of which all may be seen or not."""
    if clip is None:
        return _new(Clip, (box, is_exact))
    return _new(Clip, (within(clip.box, box), is_exact and clip.is_exact))


def within(one: Box, other: Box) -> Box:
    """What two boxes share; without breadth or height where they share nothing."""
    ax0, ay0, ax1, ay1 = one
    x0, y0, x1, y1 = other
    x0, y0 = x0 if x0 > ax0 else ax0, y0 if y0 > ay0 else ay0
    x1, y1 = x1 if x1 < ax1 else ax1, y1 if y1 < ay1 else ay1
    return _new(Box, (x0, y0, x1 if x1 > x0 else x0, y1 if y1 > y0 else y0))


def _overlap(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def covered_share(boxes: Iterable[Box], width: float, height: float) -> float:
    """The share of a page that boxes cover together, 0 to 1: scanners write a page as strips or tiles, too.

    Args:
        boxes: in points from its upper left.
        width: of the page, in points.
        height: of the page, in points.
    """
    rows = [0] * _SQUARES
    for x0, y0, x1, y1 in boxes:
        left, right = (min(max(round(x / width * _SQUARES), 0), _SQUARES) for x in (x0, x1))
        top, bottom = (min(max(round(y / height * _SQUARES), 0), _SQUARES) for y in (y0, y1))
        for row in range(top, bottom):
            rows[row] |= (1 << right) - (1 << left)
    return sum(row.bit_count() for row in rows) / _SQUARES**2
