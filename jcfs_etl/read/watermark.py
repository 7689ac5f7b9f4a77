"""Tells a watermark in the picture of a page from writing: by broad strokes, and by words that lie obliquely.

What is pale and neither stays as it is: a figure may be printed in grey.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from jcfs_etl.read.light import Mask

#: Pale strokes broader than this (pixels), and than this share of a line of text, are a watermark's.
_BROAD, _BROAD_SHARE = 9, 0.3
#: Width (pixels) over which a stroke goes on beyond a rule, twice; and that of a rule's fringe, twice.
_BEYOND, _BESIDE = 41, 8
#: Rules that cut one stroke.
_MOST_CUTS = 6
#: White between the characters of one word at most, in heights of a line and in pixels.
_WORD_GAP, _LEAST_GAP = 0.5, 20
#: Words in one direction that make a watermark of the whole page, of which pieces count as well.
_REPEATED = 3
#: Degrees by which these differ at most; breadth, spread and pixels of a piece, as of a word.
_ALIKE, _PIECE_SLENDER, _PIECE_SPREAD, _PIECE_PIXELS = 8.0, 0.65, 0.4, 2
#: Degrees from level and upright by which a word lies obliquely.
_ASLANT = 8.0
#: Breadth of a word as a share of its length at most.
_SLENDER = 0.45
#: Spread of a word of several characters along its line, and its pixels, in heights of a line at least.
_SPREAD, _PIXELS = 0.8, 6


def watermark_of(pale: Mask, strokes: Mask, rules: Mask, text_height: float) -> Mask:
    """Where a watermark lies.

    Args:
        pale: pixels that are no paper, away from ink.
        strokes: these and the lightest of the writing, all that is no ink.
        rules: where rules were painted over.
        text_height: height in pixels of the page's usual line of text.
    """
    return np.asarray(_broad(pale, strokes, rules, text_height) | _oblique(pale, text_height), dtype=np.uint8)


def _broad(pale: Mask, strokes: Mask, rules: Mask, text_height: float) -> Mask:
    """Strokes broader than any of the page's text, with their ends beyond rules that cut them off.

    Such an end in the corner of a cell would be taken for a character.
    """
    breadth = max(_BROAD, round(_BROAD_SHARE * text_height))
    core = cv2.morphologyEx(pale, cv2.MORPH_OPEN, np.ones((breadth, breadth), np.uint8))
    broad = _grown(np.asarray(core, dtype=np.uint8), breadth)
    _, labels = cv2.connectedComponents(strokes)
    at_rules = labels[_grown(rules, _BESIDE) > 0]
    cut = np.zeros(int(labels.max()) + 1, bool)
    # A stroke that runs along a rule is cut by one upright rule after another.
    for _ in range(_MOST_CUTS):
        before = int(cut.sum())
        cut[np.intersect1d(at_rules, labels[_grown(broad, _BEYOND) > 0])] = True
        cut[0] = False
        if int(cut.sum()) == before:
            break
        broad = np.asarray(broad | cut[labels], dtype=np.uint8)
    return broad


def _grown(mask: Mask, width: int) -> Mask:
    return np.asarray(cv2.dilate(mask, np.ones((width, width), np.uint8)), dtype=np.uint8)


def _oblique(pale: Mask, text_height: float) -> Mask:
    """Pale words of several characters that rise or fall; the writing of a table lies level."""
    gap = max(_LEAST_GAP, round(_WORD_GAP * text_height))
    count, labels = cv2.connectedComponents(_grown(pale, gap))
    ys, xs = np.nonzero(pale)
    word = labels[ys, xs]
    size = np.maximum(np.bincount(word, minlength=count), 1)

    def mean(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.asarray(np.bincount(word, weights=values, minlength=count) / size)

    x, y = mean(xs.astype(np.float64)), mean(ys.astype(np.float64))
    dx, dy = xs - x[word], ys - y[word]
    xx, yy, xy = mean(dx * dx), mean(dy * dy), mean(dx * dy)
    half, spread = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    length, breadth = np.sqrt(half + spread), np.sqrt(np.maximum(half - spread, 0))
    turned = np.degrees(np.arctan2(2 * xy, xx - yy)) / 2
    aslant = np.minimum(np.abs(turned), 90 - np.abs(turned)) > _ASLANT
    long = (length > _SPREAD * text_height) & (size > _PIXELS * text_height)
    found = aslant & long & (breadth < _SLENDER * length)
    found[0] = False
    if found.sum() >= _REPEATED:
        way = float(np.median(turned[found]))
        near = (np.abs(turned - way) < _ALIKE) & (breadth < _PIECE_SLENDER * length)
        found |= near & (length > _PIECE_SPREAD * text_height) & (size > _PIECE_PIXELS * text_height)
        found[0] = False
    return np.asarray(found[labels], dtype=np.uint8)
