"""How large a page is drawn to be read as a picture.

Programs that make PDFs of pictures often take a pixel for a point: the page is a metre high then, and its
paper was A4. So a page is drawn at :data:`DPI` where its size is one of paper, and as large as A4, or as its
pictures, where it is not.
"""

from __future__ import annotations

import math
from typing import Any

#: Pixels to the inch: below 200 digits of 9 pt text run together, above 300 nothing is gained.
DPI = 300
#: Points to the pixel.
POINT = 72 / DPI
#: Longer sides of pages that are taken for those of their paper (points): A6 to A3, and a margin.
_LEAST, _MOST = 400.0, 1300.0
#: The longer side of A4 (points).
_A4 = 842.0
#: Pixels that a page may have: A2.
_MOST_PIXELS = 40_000_000


def pixels_to_the_point(page: Any) -> float:
    """How many pixels a point of a page is drawn as.

    Args:
        page: PDFium's page.
    """
    width, height = page.get_size()
    longer: float = max(width, height)
    if _LEAST <= longer <= _MOST:
        return DPI / 72
    wanted = _A4 / longer / POINT
    if longer > _MOST:
        wanted = max(wanted, min(_density(page), DPI / 72))
    return min(wanted, math.sqrt(_MOST_PIXELS / (width * height)))


def _density(page: Any) -> float:
    """Pixels to the point of the finest picture on a page."""
    import pypdfium2.raw as pdfium

    finest = 0.0
    for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = picture.get_bounds()
        across, down = picture.get_px_size()
        finest = max(finest, across * down / max((right - left) * (top - bottom), 1.0))
    return math.sqrt(finest)
