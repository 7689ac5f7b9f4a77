"""Lays the picture of a page straight: by quarter turns, as a sheet may lie in a scanner, degrees, and bends.

Rows and columns of a table look much alike, and the recogniser reads what stands over each other, too. So the
page is laid as most of its longest lines can be read: what stands over each other makes short ones.
"""

from __future__ import annotations

import re
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from jcfs_etl.read.bends import Bends, bends_of, unbent
from jcfs_etl.read.light import INK, RULE_INK, Grey, as_grey
from jcfs_etl.read.ocr import read_lines
from jcfs_etl.read.picture import RULE_LENGTH, page_picture

#: Pictures lie at most this askew (degrees).
_MOST_SKEW = 8.0
#: Times that rules which bend are laid straight: the first time brings them near.
_UNBENT = 2
#: Turning by less than this (degrees) would only blur: one pixel over the height of A4.
_LEAST_SKEW = 0.02
#: Lines of a page that are tried, and characters of a line.
_LINES, _CHARACTERS = 8, 14
#: White within a line (pixels), its height, and how many times as long as high it is.
_GAP, _LEAST_HEIGHT, _MOST_HEIGHT, _LENGTH = 25, 20, 90, 3
#: Characters read with confidence from which a page lies right: of a page that does not it is a third, and
#: at most 52 of some 140 tried.
_SURE = 70.0
#: Another way to lie is taken from so many on, and from so many times as many as the one that the file has.
_LEAST, _BETTER = 12.0, 1.6
_LEGIBLE = re.compile(r"[\u4e00-\u9fff0-9]")


class Lay(NamedTuple):
    """How a page is laid straight: quarter turns, then degrees, both counter-clockwise, then its bends."""

    quarters: int
    degrees: float
    bends: tuple[Bends, ...] = ()


class Picture(NamedTuple):
    """A page that lies straight.

    Attributes:
        grey: light of each pixel, paper being 255.
        lay: how it was turned for that.
    """

    grey: Grey
    lay: Lay


def straightened(
    path: Path, index: int, password: str = "", lay: Lay | None = None, *, untouched: bool = False
) -> Picture:
    """Render a page and lay it straight.

    Args:
        path: the PDF.
        index: the page, from 0.
        password: opens an encrypted file.
        lay: how to turn it, where that is known already; by default it is found out.
        untouched: whether streaks and screens are left where they are.
    """
    page = page_picture(path, index, password, untouched=untouched)
    if lay is None:
        return _without_bends(_found(page))
    return Picture(reduce(unbent, lay.bends, _laid(page, lay.quarters, lay.degrees).grey), lay)


def _without_bends(picture: Picture) -> Picture:
    """A page that lies straight as a whole, laid straight everywhere."""
    grey, lay = picture
    while len(lay.bends) < _UNBENT and (bends := bends_of(grey)):
        grey, lay = unbent(grey, bends), lay._replace(bends=(*lay.bends, bends))
    return Picture(grey, lay)


def _found(page: Grey) -> Picture:
    """The page as it is read best."""
    as_it_is = _laid(page, 0)
    legible = _legible(as_it_is.grey)
    if legible >= _SURE:
        return as_it_is
    best, most = as_it_is, max(_LEAST, _BETTER * legible)
    for quarters in (1, 3, 2):
        other = _laid(page, quarters)
        legible = _legible(other.grey)
        if legible >= most:
            best, most = other, legible
    return best


def _laid(page: Grey, quarters: int, degrees: float | None = None) -> Picture:
    page = np.ascontiguousarray(np.rot90(page, quarters))
    if degrees is None:
        degrees = skew_of(page)
    if abs(degrees) < _LEAST_SKEW:
        return Picture(page, Lay(quarters, degrees))
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255,))
    return Picture(as_grey(turned), Lay(quarters, degrees))


def _legible(page: Grey) -> float:
    """How many characters of its longest lines are read, each counted by the confidence of its line."""
    ink = (page < INK).astype(np.uint8)
    across, down = np.ones((1, RULE_LENGTH), np.uint8), np.ones((RULE_LENGTH, 1), np.uint8)
    strokes = [cv2.morphologyEx(ink, cv2.MORPH_OPEN, long) for long in (across, down)]
    rules = cv2.dilate(cv2.max(*strokes), np.ones((5, 5), np.uint8))
    # Single dark pixels are noise.
    text = cv2.morphologyEx(cv2.subtract(ink, rules), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    _, _, boxes, _ = cv2.connectedComponentsWithStats(cv2.dilate(text, np.ones((3, _GAP), np.uint8)))
    lines = [
        (min(width, _CHARACTERS * height), x, y, height)
        for x, y, width, height, _ in boxes[1:].tolist()
        if _LEAST_HEIGHT <= height <= _MOST_HEIGHT and width >= _LENGTH * height
    ]
    clean = np.where(rules > 0, np.uint8(255), page)
    longest = sorted(lines, reverse=True)[:_LINES]
    pictures = [clean[max(0, y - 4) : y + height + 4, x : x + width] for width, x, y, height in longest]
    return sum(
        reading.confidence * min(_CHARACTERS, len(_LEGIBLE.findall(reading.text)))
        for reading in read_lines(pictures)
    )


def skew_of(page: Grey) -> float:
    """By how many degrees a page must be turned counter-clockwise to lie straight.

    Rows of pixels are darkest and lightest by turns where text and rules lie level, so the angle is
    sought at which neighbouring rows differ most.
    """
    ink = (page < RULE_INK).astype(np.uint8) * 255
    small = cv2.resize(ink, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    middle = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    coarse = _steepest(small, np.arange(-_MOST_SKEW, _MOST_SKEW + 0.01, 0.2))
    fine = _steepest(small, np.arange(coarse - 0.2, coarse + 0.21, 0.05))
    return round(_steepest(middle, np.arange(fine - 0.05, fine + 0.051, 0.0125)), 4)


def _steepest(ink: Any, angles: npt.NDArray[Any]) -> float:
    height, width = ink.shape
    best, found = -1.0, 0.0
    for angle in angles:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(angle), 1.0)
        turned = cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_LINEAR)
        profile = turned.sum(axis=1, dtype=np.float64)
        score = float(np.square(np.diff(profile)).sum())
        # Among equals the straighter one: an empty page is not askew.
        if score > best * (1 + 1e-9) or (score == best and abs(angle) < abs(found)):
            best, found = score, float(angle)
    return found
