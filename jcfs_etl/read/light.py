"""The light of a page's picture: paper made white and writing black, whatever the lamp and the desk."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

#: Light (0 black … 255 white) below which a pixel is ink. A watermark is paler.
INK = 150
#: Light below which a pixel may belong to a hairline of writing, such as a minus.
FAINT = 205
#: Light below which a pixel may belong to a rule; hairlines turn grey where the picture is turned.
RULE_INK = 190
#: Light below which a pixel is no longer paper.
PALE = 232
#: Writing of which the darkest is paler than this was printed or scanned too light; paler than that is none.
_DARKEST, _PALEST = 100, 190
#: Share of a page's pixels that are as dark as its darkest writing, and the light that these get.
_WRITTEN, _BLACK = 0.005, 60.0
#: Nothing on a sheet is grey so far in both directions (by four pixels) and goes on to the picture's edge.
_WIDE = 9
#: A streak is so thick at most (pixels), and dark on so much of the picture and of its ends, so many pixels.
_STREAK, _WHOLE, _END = 8, 0.9, 24
#: Dots of a screen, as copiers print grey: pixels of each, too few for a point of writing, and how many lie
#: in a square around one.
_DOT_PIXELS, _DOTS, _SQUARE = 8, 8, 25

Grey = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]


def cleaned(grey: Grey) -> Grey:
    """A page's picture with even light, dark writing, and nothing about the sheet.

    Args:
        grey: light of each pixel, as the file has it.
    """
    return _without_surround(_darkened(_evened(grey)))


def without_streaks(grey: Grey) -> Grey:
    """The picture without lines from edge to edge, as dirt on the glass of a scanner draws them.

    What they cross is closed up from both sides; a stroke that lies under one is lost.
    """
    return as_grey(_without_upright_streaks(_without_upright_streaks(grey).T).T)


def _without_upright_streaks(grey: Grey) -> Grey:
    ink = grey < RULE_INK
    ends = [part.mean(axis=0) >= _WHOLE for part in (ink, ink[:_END], ink[-_END:])]
    dark = np.flatnonzero(np.logical_and.reduce(ends))
    for streak in np.split(dark, np.flatnonzero(np.diff(dark) > 1) + 1):
        if not 0 < len(streak) <= _STREAK:
            continue
        left, right = max(0, int(streak[0]) - 3), min(grey.shape[1] - 1, int(streak[-1]) + 3)
        grey = grey.copy() if grey.flags.owndata else np.ascontiguousarray(grey)
        # Paper beside it is white, and a stroke that it crosses is dark on both sides.
        beside = np.maximum(grey[:, left], grey[:, right])
        grey[:, left + 1 : right] = beside[:, None]
    return grey


def _evened(grey: Grey) -> Grey:
    """The picture with paper made white everywhere, whatever the lamp and the shading of heads."""
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((31, 31), np.uint8))
    paper = cv2.resize(cv2.GaussianBlur(paper, (31, 31), 0), (grey.shape[1], grey.shape[0]))
    # Where all is dark over a wide area there is a picture, not paper.
    scale = 255.0 / np.maximum(paper.astype(np.float32), 96.0)
    return as_grey(np.minimum(grey.astype(np.float32) * scale, 255.0))


def _without_surround(grey: Grey) -> Grey:
    """The picture with what lies about the sheet made white: a scanner's lid, the desk under a photograph."""
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    dark = cv2.morphologyEx(
        (small < PALE).astype(np.uint8), cv2.MORPH_OPEN, np.ones((_WIDE, _WIDE), np.uint8)
    )
    _, areas = cv2.connectedComponents(dark)
    edges = np.concatenate([areas[0], areas[-1], areas[:, 0], areas[:, -1]])
    if not edges.any():
        return grey
    # Its edge is no sharper than the picture.
    about = cv2.dilate(np.isin(areas, edges[edges > 0]).astype(np.uint8), np.ones((5, 5), np.uint8))
    about = cv2.resize(about, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_NEAREST)
    return as_grey(np.where(about > 0, np.uint8(255), grey))


def _darkened(grey: Grey) -> Grey:
    """The picture with its writing black where all of it is pale, as where toner ran out.

    A watermark alone, without writing, stays as pale as it is.
    """
    darkest = float(np.quantile(grey[::4, ::4], _WRITTEN))
    if not _DARKEST < darkest < _PALEST:
        return grey
    scale = (255.0 - _BLACK) / (255.0 - darkest)
    return as_grey(np.clip(255.0 - (255.0 - grey.astype(np.float32)) * scale, 0.0, 255.0))


def without_screen(grey: Grey) -> Grey:
    """The picture without the dots of shaded heads: each row of them would be a rule.

    Dust lies far less close.
    """
    ink = (grey < RULE_INK).astype(np.uint8)
    _, labels, stats, middles = cv2.connectedComponentsWithStats(ink)
    dots = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] <= _DOT_PIXELS)
    x, y = middles[dots].astype(np.int64).T
    count: Any = np.zeros(grey.shape, np.float32)
    count[y, x] = 1.0
    count = cv2.boxFilter(count, -1, (_SQUARE, _SQUARE), normalize=False)
    is_of_screen = np.zeros(len(stats), bool)
    is_of_screen[dots[count[y, x] > _DOTS - 0.5]] = True
    return as_grey(np.where(is_of_screen[labels], np.uint8(255), grey)) if is_of_screen.any() else grey


def as_grey(array: Any) -> Grey:
    """Light of pixels as the library's functions give it."""
    return np.asarray(array, dtype=np.uint8)
