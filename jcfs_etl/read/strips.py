"""Lines of text in a picture: strips of pixels, put together, put in order, and cleaned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from jcfs_etl.places import Box, in_runs
from jcfs_etl.read.light import INK, Grey, Mask
from jcfs_etl.read.paper import POINT

#: Fewer connected dark pixels than this are dust: a point of 6 pt type has more.
_DUST = 9


class Strip(NamedTuple):
    """One line of text, cut out: where it stands on the page, in pixels."""

    x0: int
    y0: int
    x1: int
    y1: int


def lines_of(runs: Sequence[Strip], usual: float) -> list[Strip]:
    """Runs of ink joined into lines: the strokes of 二 and the points of 、 are no lines of their own."""
    lines: list[Strip] = []
    for run in runs:
        if lines:
            before = lines[-1]
            small = min(run.y1 - run.y0, before.y1 - before.y0) < 0.55 * usual
            together = run.y1 - before.y0
            if small and together <= 1.3 * usual:
                lines[-1] = joined(before, run)
                continue
        lines.append(run)
    return lines


def joined(one: Strip, other: Strip) -> Strip:
    """The smallest strip around two."""
    return Strip(min(one.x0, other.x0), min(one.y0, other.y0), max(one.x1, other.x1), max(one.y1, other.y1))


def around(mask: Mask, x0: int = 0, y0: int = 0) -> Strip:
    """The smallest strip around what is set in a part of a picture, at least a pixel.

    Args:
        mask: the part.
        x0: where its left edge lies in the picture.
        y0: where its upper edge does.
    """
    x, y, width, height = cv2.boundingRect(mask)
    return Strip(x0 + x, y0 + y, x0 + x + width, y0 + y + height)


def scaled(cut: Grey, scale: float) -> Grey:
    """The picture in another size."""
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(cut, None, fx=scale, fy=scale, interpolation=way), dtype=np.uint8)


def reading_order(strips: list[Strip]) -> list[Strip]:
    """Strips from the top down, and left to right where they share a height."""
    by_height = sorted(strips, key=lambda s: s.y0 + s.y1)
    rows = in_runs(by_height, lambda row, strip: row[0].y0 < (strip.y0 + strip.y1) / 2 < row[0].y1)
    return [strip for row in rows for strip in sorted(row)]


def unveiled(grey: Grey) -> Grey:
    """The picture with what is paler than ink faded to white."""
    low, high = INK, 205
    faded = np.interp(np.arange(256), [0, low, high, 255], [0, low, 255, 255]).astype(np.uint8)
    return np.asarray(cv2.LUT(grey, faded), dtype=np.uint8)


def without_dust(ink: Mask) -> Mask:
    """Ink without what is too small to be written."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    keep = stats[:, cv2.CC_STAT_AREA] >= _DUST
    keep[0] = False
    return np.asarray(keep[labels], dtype=np.uint8)


def pixels(box: Box, picture: Mask) -> tuple[int, int, int, int]:
    """A box of the page in pixels of its picture."""
    height, width = picture.shape
    return (
        max(0, round(box.x0 / POINT)),
        max(0, round(box.y0 / POINT)),
        min(width, round(box.x1 / POINT)),
        min(height, round(box.y1 / POINT)),
    )


def points(strip: Strip) -> Box:
    """Where a strip stands on the page."""
    return Box(strip.x0 * POINT, strip.y0 * POINT, strip.x1 * POINT, strip.y1 * POINT)
