"""Looks at a cell of a scan again, in other cuts and sizes, for what no identity proves.

The recogniser's confidence says little, but what it makes of one figure in many sizes says more: where it
takes one digit for another, it does so in some sizes and not in others.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import cv2
import numpy as np

from jcfs_etl.places import Box
from jcfs_etl.read.light import INK, Grey
from jcfs_etl.read.paper import POINT
from jcfs_etl.read.picture import segments_of, without_rules
from jcfs_etl.read.strips import around, scaled, without_dust

#: Heights of the line in the recogniser's picture, relative to the first reading's.
_SIZES = (0.6, 0.8, 1.0, 1.25)
#: White around the ink, as shares of its height.
_MARGINS = (0.15, 0.3, 0.5)
#: Pixels along a cell's edges that are left out: what remains of its rules.
_EDGE = 4


class Looks:
    """A scan that is looked at again; a page is straightened when it is first asked for.

    Args:
        path: the PDF.
        password: opens an encrypted file.
    """

    def __init__(self, path: Path | str, password: str = "") -> None:
        self._path = Path(path)
        self._password = password
        self._number = 0
        self._page: Grey | None = None

    def texts(self, page: int, box: Box) -> tuple[str, ...]:
        """What a cell reads in each of several cuts and sizes.

        Args:
            page: page number, from 1.
            box: the cell in points of the straightened page.

        Returns:
            A text for each look; none where nothing stands in the cell.
        """
        # Imported late: it comes with an extra.
        from jcfs_etl.read.ocr import read_lines
        from jcfs_etl.read.written import plain_figure

        cuts = _cuts(self._picture(page), box)
        return tuple(plain_figure(reading.text.strip()) for reading in read_lines(cuts))

    def _picture(self, page: int) -> Grey:
        from jcfs_etl.read.straight import straightened

        # One page at a time: a page takes 9 MB, and those asked for come page by page.
        if self._page is None or self._number != page:
            # What was taken out of a figure must not make it read alike.
            grey = straightened(self._path, page - 1, self._password, untouched=True).grey
            self._number, self._page = page, without_rules(grey, segments_of(grey))
        return self._page


def _cuts(page: Grey, box: Box) -> list[Grey]:
    """A cell's writing, cut and scaled in each of several ways."""
    height, width = page.shape
    x0, y0 = (max(0, round(v / POINT) + _EDGE) for v in (box.x0, box.y0))
    x1, y1 = min(width, round(box.x1 / POINT) - _EDGE), min(height, round(box.y1 / POINT) - _EDGE)
    part = page[y0:y1, x0:x1]
    if not part.size:
        return []
    written = without_dust((part < INK).astype(np.uint8))
    if not written.any():
        return []
    strip = around(written)
    ink = part[strip.y0 : strip.y1, strip.x0 : strip.x1]
    cuts = []
    for size, margin in product(_SIZES, _MARGINS):
        white = int(margin * ink.shape[0]) + 1
        framed = cv2.copyMakeBorder(ink, white, white, white, white, cv2.BORDER_CONSTANT, value=(255,))
        cuts.append(scaled(np.asarray(framed, dtype=np.uint8), size))
    return cuts
