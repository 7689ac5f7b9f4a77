"""Outlines that are filled, and those within which alone something is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from jcfs_etl.places import Box

Point = tuple[float, float]
#: Points by which the side of a rectangle may be off the axis.
_SLANT = 0.5
#: Rectangles of one path that are held against each other; of more, none is taken to hide anything.
_MOST = 50


class Clip(NamedTuple):
    """Within what is drawn: nothing beyond its box is seen; all within is where it ``is_exact``."""

    box: Box
    is_exact: bool


def box_around(points: Iterable[Point]) -> Box:
    """The smallest box around points, of which there is at least one."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def is_rectangle(points: Sequence[Point]) -> bool:
    """Whether an outline is a level rectangle: three sides are drawn, and perhaps the fourth."""
    if len(points) not in (4, 5):
        return False
    if len(points) == 5 and not _near(points[0], points[4]):
        return False
    level = [abs(y1 - y0) <= _SLANT for (_, y0), (_, y1) in pairwise(points)]
    upright = [abs(x1 - x0) <= _SLANT for (x0, _), (x1, _) in pairwise(points)]
    return (level[0] and upright[1] and level[2]) or (upright[0] and level[1] and upright[2])


def are_apart(boxes: Sequence[Box]) -> bool:
    """Whether no two boxes overlap, so that filling all leaves no hole in one."""
    if len(boxes) > _MOST:
        return False
    return not any(_overlap(one, other) for i, one in enumerate(boxes) for other in boxes[:i])


def narrowed(clip: Clip | None, ways: Sequence[Sequence[Point]], *, has_curves: bool) -> Clip | None:
    """What is left of a clip within a path.

    Args:
        clip: the one before; None for all of the page.
        ways: the outlines of the path.
        has_curves: whether it has curves, of which only the ends are known: they may reach beyond.
    """
    if not ways or has_curves:
        return clip and clip._replace(is_exact=False)
    box = box_around(point for way in ways for point in way)
    is_exact = len(ways) == 1 and is_rectangle(ways[0])
    if clip is None:
        return Clip(box, is_exact)
    return Clip(within(clip.box, box), is_exact and clip.is_exact)


def within(one: Box, other: Box) -> Box:
    """What two boxes share; without breadth or height where they share nothing."""
    x0, y0 = max(one.x0, other.x0), max(one.y0, other.y0)
    return Box(x0, y0, max(x0, min(one.x1, other.x1)), max(y0, min(one.y1, other.y1)))


def _near(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) <= _SLANT and abs(one[1] - other[1]) <= _SLANT


def _overlap(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1
