"""Lays the rules of a page straight where they bend: sheets that were photographed, or curl at a book's back.

A page that lies askew as a whole was turned before. What is left differs from place to place: level rules
run together, as in perspective, or are bowed. How far each lies off is told by smooth functions of place that
make all long rules level and upright at once, and the whole page is moved by them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from jcfs_etl.read.light import RULE_INK, Grey, Mask, as_grey

#: Rules are looked for in the page reduced by this factor.
_REDUCTION = 0.5
#: Pixels there: the shortest straight piece of a rule, the gaps that are bridged, and the most it is thick.
_PIECE, _GAP, _THICK = 9, 15, 8
#: A rule that counts is at least this share of the page long, lies off by so much of its length at most, and
#: is seen along this share of it.
_LONG, _SLOPE, _SEEN = 0.12, 0.25, 0.7
#: Points of a rule (pixels) that are looked at.
_EACH = 8
#: Rules of one direction that are needed.
_RULES = 3
#: Powers, along and across a rule, of the function that says how far it lies off.
_ALONG, _ACROSS = 4, 2
#: Weight of keeping the function flat, for each point of a rule.
_FLAT = 1e-4
#: Times that it is found anew, with where the rules lie by then.
_TIMES = 4
#: Pixels by which a rule must lie off somewhere before anything is moved, and by which points may miss the
#: function, on average.
_LEAST, _MISSED = 2.5, 1.6
#: Share of the page by which it is moved at most.
_MOST = 0.1
#: Pixels between the places at which the function is worked out.
_STEP = 8

_Numbers = npt.NDArray[Any]


class Bend(NamedTuple):
    """How far rules of one direction lie off: the factors of the function, and where they were seen."""

    factors: tuple[float, ...]
    along: tuple[float, float]
    across: tuple[float, float]


class Bends(NamedTuple):
    """How far level rules lie off, and upright ones; None where they are straight."""

    level: Bend | None
    upright: Bend | None


def bends_of(grey: Grey) -> Bends | None:
    """How the long rules of a page bend; None where all are straight, or too few tell."""
    small = cv2.resize(grey, None, fx=_REDUCTION, fy=_REDUCTION, interpolation=cv2.INTER_AREA)
    ink = (small < RULE_INK).astype(np.uint8)
    bends = Bends(_bend(ink), _bend(np.ascontiguousarray(ink.T)))
    return bends if any(bends) else None


def unbent(grey: Grey, bends: Bends) -> Grey:
    """The page with its rules straight."""
    height, width = grey.shape
    down, across = (np.arange(_STEP / 2 - 0.5, side + _STEP, _STEP) for side in (height, width))
    y, x = np.meshgrid(down, across, indexing="ij")
    moved = (
        x + _off(bends.upright, y / height, x / width) * width,
        y + _off(bends.level, x / width, y / height) * height,
    )
    whole = (len(across) * _STEP, len(down) * _STEP)
    at_x, at_y = (
        cv2.resize(places.astype(np.float32), whole, interpolation=cv2.INTER_LINEAR)[:height, :width]
        for places in moved
    )
    return as_grey(cv2.remap(grey, at_x, at_y, cv2.INTER_CUBIC, borderValue=(255,)))


def _off(bend: Bend | None, along: _Numbers, across: _Numbers) -> _Numbers:
    """How far a level rule would lie off at places; beyond the rules that were seen as at the last one."""
    if bend is None:
        return np.zeros_like(along)
    return np.asarray(_terms(along, across, bend.along, bend.across) @ np.array(bend.factors))


def _terms(along: _Numbers, across: _Numbers, *seen: tuple[float, float]) -> _Numbers:
    """Powers of a place; none is the same all along a rule, as a rule may lie anywhere."""
    u, v = (
        2 * (np.clip(at, *of) - of[0]) / (of[1] - of[0]) - 1
        for at, of in zip((along, across), seen, strict=True)
    )
    return np.stack([u**p * v**q for p in range(1, _ALONG + 1) for q in range(_ACROSS + 1)], axis=-1)


def _bend(ink: Mask) -> Bend | None:
    """How far level rules lie off, in shares of the page; None where they are straight."""
    height, width = ink.shape
    rules = _rules(ink)
    if len(rules) < _RULES:
        return None
    number = np.repeat(np.arange(len(rules)), [len(x) for x, _ in rules])
    along = np.concatenate([x for x, _ in rules]) / width
    across = np.concatenate([y for _, y in rules]) / height
    counts = np.bincount(number)
    seen = _range(along), _range(across)
    level, off = across, np.zeros_like(across)
    for _ in range(_TIMES):
        # Where each rule would lie if it were level is found along with the function.
        terms = _terms(along, level, *seen)
        flat = _FLAT * len(along) * np.eye(terms.shape[1])
        factors = np.linalg.solve(terms.T @ terms + flat, terms.T @ (across - level))
        off = terms @ factors
        level = (np.bincount(number, across - off) / counts)[number]
    pixels = height / _REDUCTION
    missed = np.sqrt(np.mean(np.square(across - level - off))) * pixels
    bent = np.abs(off - (np.bincount(number, off) / counts)[number]).max() * pixels
    if bent < _LEAST or missed > _MISSED or np.abs(off).max() > _MOST:
        return None
    return Bend(tuple(factors.tolist()), *seen)


def _range(values: _Numbers) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _rules(ink: Mask) -> list[tuple[_Numbers, _Numbers]]:
    """Points along each long level rule: their places across the page, and down."""
    pieces = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, _PIECE), np.uint8))
    joined = cv2.dilate(pieces, np.ones((3, _GAP), np.uint8))
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(joined)
    found = []
    for index, (x, y, width, height, _) in enumerate(boxes.tolist()):
        if not index or width < _LONG * ink.shape[1] or height > _SLOPE * width:
            continue
        rule = (labels[y : y + height, x : x + width] == index) & (pieces[y : y + height, x : x + width] > 0)
        thick = rule.sum(axis=0)
        first, last = rule.argmax(axis=0), height - 1 - rule[::-1].argmax(axis=0)
        # Strokes of characters stand over each other; so do the two lines of a double rule, but near.
        columns = np.flatnonzero((thick > 0) & (last - first < _THICK))
        if len(columns) < _SEEN * width:
            continue
        middle = (first + last)[columns] / 2 + y
        u = columns / width - 0.5
        if np.sqrt(np.mean(np.square(np.polyval(np.polyfit(u, middle, 3), u) - middle))) <= _MISSED:
            found.append((columns[::_EACH] + x, middle[::_EACH]))
    return found
