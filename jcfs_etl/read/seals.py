"""Makes seals in a page's picture pale, so that what they were stamped over can be read.

A seal's ink is bright in one colour, and what is printed under it is dark in all: within a seal a pixel
counts as light as its brightest colour, and the seal's own ink as pale as a watermark. Other colours are left
alone, as a figure may be printed in red; one within a seal becomes pale writing, which is read and in doubt.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

#: How far the brightest colour of a pixel is above the darkest where it is coloured, and how bright ink is.
_COLOURED, _BRIGHT = 50, 110
#: Seals are looked for in the picture reduced by this.
_REDUCTION = 0.25
#: White (pixels there) between strokes of a seal at most, and between those of its frame.
_GAP, _FRAME_GAP = 15, 3
#: Sides of a seal (pixels there): 10 to 60 mm; the longer by the shorter, and what its frame has of each.
_LEAST, _MOST, _LONG, _FRAME = 30, 177, 1.6, 0.7
#: Pixels around a seal into which its ink has run.
_AROUND = 12
#: Light of a seal's ink, above that of hairlines and below that of paper.
_PALE = 215


def without_seals(colours: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """A page's picture in grey, with the ink of seals pale.

    Args:
        colours: the page as three colours of each pixel.
    """
    grey: Any = cv2.cvtColor(colours, cv2.COLOR_BGR2GRAY)
    small: Any = cv2.resize(colours, None, fx=_REDUCTION, fy=_REDUCTION, interpolation=cv2.INTER_AREA)
    coloured = (_is_coloured(small) & (small.max(axis=2) > _BRIGHT)).astype(np.uint8)
    for x, y, width, height in _boxes(coloured, _GAP):
        frames = _boxes(coloured[y : y + height, x : x + width], _FRAME_GAP)
        if _is_seal(width, height) and any(
            w >= _FRAME * width and h >= _FRAME * height for _, _, w, h in frames
        ):
            rows, columns = (
                slice(max(0, round(at / _REDUCTION) - _AROUND), round((at + side) / _REDUCTION) + _AROUND)
                for at, side in ((y, height), (x, width))
            )
            part = colours[rows, columns]
            light = part.max(axis=2)
            ink = np.where(light > _BRIGHT, np.maximum(light, np.uint8(_PALE)), light)
            grey[rows, columns] = np.where(_is_coloured(part), ink, grey[rows, columns])
    return np.asarray(grey, dtype=np.uint8)


def _is_coloured(part: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    return np.asarray(part.max(axis=2).astype(np.int16) - part.min(axis=2) > _COLOURED)


def _boxes(mask: npt.NDArray[np.uint8], gap: int) -> list[list[int]]:
    """Left, upper edge, width and height of what hangs together over gaps."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    _, _, boxes, _ = cv2.connectedComponentsWithStats(joined)
    return [box[:4] for box in boxes[1:].tolist()]


def _is_seal(width: int, height: int) -> bool:
    shorter, longer = sorted((width, height))
    return shorter >= _LEAST and longer <= min(_MOST, _LONG * shorter)
