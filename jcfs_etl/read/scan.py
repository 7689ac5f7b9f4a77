"""Reads pages that are pictures: grids from the rules in the picture, text by OCR, cell by cell.

A cell without ink is blank and is never shown to the recogniser; a cell with ink never becomes blank,
whatever the recogniser makes of it. All boxes are those of the straightened page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import reduce

import cv2
import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from jcfs_etl.read.light import FAINT, INK, PALE, Grey, Mask
from jcfs_etl.read.model import Cell, Grid, SetAside, TextLine
from jcfs_etl.read.ocr import Reading, find_lines, read_lines
from jcfs_etl.read.paper import POINT
from jcfs_etl.read.picture import Segment, without_rules
from jcfs_etl.read.strips import (
    Strip,
    around,
    joined,
    lines_of,
    pixels,
    points,
    reading_order,
    scaled,
    unveiled,
    without_dust,
)
from jcfs_etl.read.watermark import watermark_of
from jcfs_etl.read.written import UNKNOWN, dash, is_no_figure, is_plain_figure, plain_figure

#: Height (pixels) of a line of text where a page has none to measure, 10.5 pt.
_USUAL_HEIGHT = 40.0
#: White kept around a line, as a share of its height.
_MARGIN = 0.22
#: The same for a second look at what was not read surely.
_WIDER_MARGIN = 0.34
#: Confidence below which a line is looked at twice.
_LOOK_TWICE = 0.99
#: Confidence of a line that reads differently the second time.
_DISPUTED = 0.1
#: Sizes in which what is nearly a figure is read once more.
_OTHER_SIZES = (0.6, 0.8, 1.25)
#: Share of a cell's pixels that may be pale, away from ink, before something pale lies over it.
_VEIL = 0.02
#: Pale strokes that end this near a cell's edge (pixels) go on beyond the rule, which was painted over.
_BESIDE = 8
#: What remains of a rule at the edge of a cell is at most this thick (pixels).
_FRINGE = 4

#: Grids of a page, the lines outside them, and what was set aside.
Scanned = tuple[tuple[Grid, ...], tuple[TextLine, ...], tuple[SetAside, ...]]


class _Look(Struct):
    """What was found in a cell's picture before it is read."""

    strips: list[Strip] = field(default_factory=list)
    doubt: str = ""
    dash: str = ""
    veiled: bool = False


class ScannedPage:
    """A page that is read from its picture.

    Args:
        picture: the page, straightened.
        segments: its rules.
        grids: that the rules make, empty.
    """

    def __init__(self, picture: Grey, segments: list[Segment], grids: Sequence[Grid]) -> None:
        self._grids = grids
        self._grey = grey = without_rules(picture, segments)
        self._ink = without_dust((grey < INK).astype(np.uint8))
        # Blurred a little, single dark pixels of noise are no writing.
        smooth = cv2.GaussianBlur(grey, (3, 3), 0)
        self._faint = without_dust(((smooth < FAINT) | (self._ink > 0)).astype(np.uint8))
        near = cv2.dilate(self._ink, np.ones((9, 9), np.uint8))
        self._pale = ((smooth < PALE) & (near == 0)).astype(np.uint8)
        self._text_height = self._usual_height()
        self._clear_watermark(without_rules(np.zeros_like(grey), segments))

    def read(self) -> Scanned:
        """What stands on it."""
        looks = {
            (g, c): self._look(cell)
            for g, grid in enumerate(self._grids)
            for c, cell in enumerate(grid.cells)
        }
        outside = self._outside()
        strips = [(at, s) for at, look in looks.items() if not look.dash for s in look.strips]
        pictures = [self._cut(s, veiled=looks[at].veiled) for at, s in strips]
        readings = read_lines(pictures + [self._cut(s, veiled=True) for s in outside])
        self._second_look(strips, looks, readings)
        by_cell: dict[tuple[int, int], list[Reading]] = {}
        for (at, _), reading in zip(strips, readings, strict=False):
            by_cell.setdefault(at, []).append(reading)
        grids = tuple(
            replace(
                grid,
                cells=tuple(
                    _cell(cell, looks[g, c], by_cell.get((g, c), ())) for c, cell in enumerate(grid.cells)
                ),
            )
            for g, grid in enumerate(self._grids)
        )
        lines = [
            TextLine(r.text, points(s), (s.y1 - s.y0) * POINT)
            for s, r in zip(outside, readings[len(strips) :], strict=True)
            if r.text.strip()
        ]
        return grids, tuple(lines), self._set_aside()

    def _clear_watermark(self, rules: Mask) -> None:
        """Make a watermark white where it does not lie under writing."""
        strokes = (self._pale | self._faint) & (1 - self._ink)
        self._watermark = watermark_of(self._pale, strokes, rules, self._text_height)
        # A point of small type is no more than dust, and stays.
        dark = cv2.dilate((self._grey < INK).astype(np.uint8), np.ones((5, 5), np.uint8))
        cleared = (self._watermark > 0) & (strokes > 0) & (dark == 0)
        self._grey = np.where(cleared, np.uint8(255), self._grey)
        self._faint[cleared] = 0

    def _usual_height(self) -> float:
        heights = [
            s.y1 - s.y0
            for grid in self._grids
            for cell in grid.cells
            for s in self._runs(*pixels(cell.box, self._ink), veiled=True)
        ]
        heights = [h for h in heights if h >= 15]
        return float(np.median(heights)) if heights else _USUAL_HEIGHT

    def _runs(self, x0: int, y0: int, x1: int, y1: int, *, veiled: bool) -> list[Strip]:
        """Stretches of rows with ink inside a rectangle.

        Where nothing pale lies over it, faint strokes count as well: a minus may be a hairline.
        """
        part = (self._ink if veiled else self._faint)[y0:y1, x0:x1]
        filled = np.flatnonzero(part.any(axis=1))
        if not filled.size:
            return []
        runs = []
        for rows in np.split(filled, np.flatnonzero(np.diff(filled) > 1) + 1):
            runs.append(around(part[rows[0] : rows[-1] + 1], x0, y0 + int(rows[0])))
        return runs

    def _look(self, cell: Cell) -> _Look:
        x0, y0, x1, y1 = pixels(cell.box, self._ink)
        look = _Look()
        self._sweep_fringe(x0, y0, x1, y1)
        part = self._ink[y0:y1, x0:x1]
        look.veiled = bool(self._pale[y0:y1, x0:x1].mean() > _VEIL) if part.size else False
        runs = self._runs(x0, y0, x1, y1, veiled=look.veiled)
        if not runs:
            if (pale := self._pale_writing(x0, y0, x1, y1)) is not None:
                look.doubt = "something pale stands in it"
                look.strips = [pale]
                look.veiled = False
            return look
        look.strips = lines_of(runs, self._text_height)
        if part[:, :1].any() or part[:, -1:].any() or part[:1].any() or part[-1:].any():
            look.doubt = "text touches or crosses a rule"
        look.dash = dash((self._ink if look.veiled else self._faint)[y0:y1, x0:x1], self._text_height)
        return look

    def _sweep_fringe(self, x0: int, y0: int, x1: int, y1: int) -> None:
        """Drop what is left of rules along the edges of a cell: thin ink that lies along the edge."""
        for mask in (self._ink, self._faint):
            part = mask[y0:y1, x0:x1]
            count, labels, stats, _ = cv2.connectedComponentsWithStats(part)
            height, width = part.shape
            for index in range(1, count):
                x, y, w, h, _ = (int(v) for v in stats[index])
                beside = (x <= 3 or x + w >= width - 3) and w <= _FRINGE
                along = (y <= 3 or y + h >= height - 3) and h <= _FRINGE
                if beside or along:
                    part[labels == index] = 0

    def _pale_writing(self, x0: int, y0: int, x1: int, y1: int) -> Strip | None:
        """Pale strokes in a cell without ink, where some lie wholly inside it, as grey writing does.

        A watermark's strokes are larger than a line of text, or run on beyond the cell.
        """
        part = self._pale[y0:y1, x0:x1] * (self._watermark[y0:y1, x0:x1] == 0)
        count, _, stats, _ = cv2.connectedComponentsWithStats(part)
        for x, y, w, h, area in stats[1:count].tolist():
            free = min(x, y, part.shape[1] - x - w, part.shape[0] - y - h) > _BESIDE
            if free and area >= 40 and 0.4 * self._text_height <= h <= 1.5 * self._text_height:
                return around(part, x0, y0)
        return None

    def _second_look(
        self,
        strips: Sequence[tuple[tuple[int, int], Strip]],
        looks: dict[tuple[int, int], _Look],
        readings: list[Reading],
    ) -> None:
        """Read cells again, cut differently, where they were not read surely."""
        again = [i for i in range(len(strips)) if readings[i].confidence < _LOOK_TWICE]
        pictures = [
            self._cut(strips[i][1], veiled=looks[strips[i][0]].veiled, margin=_WIDER_MARGIN) for i in again
        ]
        for i, second in zip(again, read_lines(pictures), strict=True):
            first = readings[i]
            same = first.text == second.text
            confidence = max(first.confidence, second.confidence) if same else _DISPUTED
            readings[i] = Reading(first.text, confidence if first.text.strip() else 0.0)
        self._third_look([(i, *strips[i]) for i in again], looks, readings)

    def _third_look(
        self,
        strips: Sequence[tuple[int, tuple[int, int], Strip]],
        looks: dict[tuple[int, int], _Look],
        readings: list[Reading],
    ) -> None:
        """Read what is nearly a figure and none, as Y3 is, in other sizes: one cell must not spoil its sums.

        What at least two of the sizes agree on is taken, disputed as it is: only identities that bind it
        firmly to other figures make it certain.
        """
        odd = [s for s in strips if is_no_figure(readings[s[0]].text)]
        cuts = [self._cut(s, veiled=looks[at].veiled, margin=_WIDER_MARGIN) for _, at, s in odd]
        others = read_lines([scaled(cut, scale) for cut in cuts for scale in _OTHER_SIZES])
        for number, (i, _, _) in enumerate(odd):
            found = others[number * len(_OTHER_SIZES) : (number + 1) * len(_OTHER_SIZES)]
            texts = Counter(plain_figure(r.text.strip()) for r in found)
            text, count = texts.most_common(1)[0]
            if count > 1 and is_plain_figure(text):
                readings[i] = Reading(text, _DISPUTED)

    def _cut(self, strip: Strip, *, veiled: bool, margin: float = _MARGIN) -> Grey:
        height, width = self._grey.shape
        # A dash or a full stop alone would fill the picture and look like something else.
        tall = max(strip.y1 - strip.y0, 0.8 * self._text_height)
        middle, half = (strip.y0 + strip.y1) / 2, tall * (0.5 + margin)
        pad = int(tall * 2 * margin)
        y0, y1 = max(0, int(middle - half)), min(height, int(middle + half) + 1)
        cut = self._grey[y0:y1, max(0, strip.x0 - pad) : min(width, strip.x1 + pad)].copy()
        if veiled:
            cut = unveiled(cut)
        # Whatever else the margin holds belongs to another line.
        cut[: max(0, strip.y0 - y0 - 3)] = 255
        cut[strip.y1 - y0 + 3 :] = 255
        return cut

    def _outside(self) -> list[Strip]:
        """Lines of text outside the grids, from the top down and left to right."""
        page = self._grey.copy()
        for grid in self._grids:
            x0, y0, x1, y1 = pixels(grid.box, self._ink)
            page[max(0, y0 - 3) : y1 + 3, max(0, x0 - 3) : x1 + 3] = 255
        found = []
        for x0, y0, x1, y1 in find_lines(unveiled(page)):
            runs = self._runs(x0, y0, x1, y1, veiled=True)
            if runs:
                found.append(reduce(joined, runs))
        return reading_order(found)

    def _set_aside(self) -> tuple[SetAside, ...]:
        """A note where something pale, such as a watermark, lies over the page."""
        if self._pale.mean() < 0.001:
            return ()
        # Specks of noise and of shading do not make a watermark.
        opened = cv2.morphologyEx(self._pale, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
        solid = np.asarray(opened, dtype=np.uint8)
        if np.count_nonzero(solid) < 2000:
            return ()
        return (SetAside("pale in the picture", "", points(around(solid))),)


def _cell(cell: Cell, look: _Look, readings: Sequence[Reading]) -> Cell:
    if not look.strips:
        return replace(cell, source="ocr")
    if look.dash:
        return replace(cell, text=look.dash, source="ocr", confidence=1.0)
    # What could not be read must not pass for blank.
    texts = [reading.text.strip() or UNKNOWN for reading in readings]
    return replace(
        cell,
        text=plain_figure("\n".join(texts)),
        doubt=cell.doubt or look.doubt,
        source="ocr",
        confidence=min(reading.confidence for reading in readings),
    )
