"""Tells which digit a page shows, by its shape: what a font's map says of it may be another one."""

from __future__ import annotations

import ctypes
from contextlib import closing
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from jcfs_etl.places import Box

_DIGITS = "0123456789"
#: Fonts that every PDF program has, of three kinds; others draw their digits much like one of them.
_FONTS = (b"Helvetica", b"Times-Roman", b"Courier")
#: Pixels to a point of the page as it is drawn for looking at.
_SCALE = 4
#: Pixels that a digit is brought to, and their margin; one is narrower than its height by so much at least.
_WIDTH, _HEIGHT, _MARGIN, _NARROW = 16, 24, 2, 0.3
_BLUR = 1.5
#: How like another digit a shape must be, and how much more so than like the one it is said to be.
_LIKE, _MORE = 0.75, 0.12
#: Points that a digit's model is drawn high, and apart.
_SIZE, _APART = 40.0, 38

#: Pixels darker than this are ink.
_INK = 128

_Shape = NDArray[np.float64]
_Grey = NDArray[np.uint8]


class Shown:
    """A page as it is seen.

    Args:
        page: PDFium's page.
        turn: quarter turns clockwise by which it is turned besides.
    """

    def __init__(self, page: Any, turn: int) -> None:
        self._grey = _drawn(page, turn)

    def digit(self, box: Box, said: str) -> str:
        """The digit that is shown in a box, where it is clearly another than is said; else that.

        Args:
            box: around its ink; points from the upper left of the page as turned.
            said: what the text says stands there.
        """
        x0, y0, x1, y1 = (round(edge * _SCALE) for edge in (box.x0, box.y0, box.x1, box.y1))
        shape = _shape(self._grey[max(0, y0 - 1) : y1 + 2, max(0, x0 - 1) : x1 + 2])
        if shape is None:
            return said
        like = (_models() @ shape).reshape(len(_FONTS), len(_DIGITS)).max(axis=0)
        best = int(like.argmax())
        is_other = like[best] >= _LIKE and like[best] - like[_DIGITS.index(said)] >= _MORE
        # A stroke alone may be what is seen of any.
        return _DIGITS[best] if is_other and _DIGITS[best] != "1" else said


def is_digit(text: str) -> bool:
    """Whether a text is a digit whose shape is known."""
    return len(text) == 1 and text in _DIGITS


def _drawn(page: Any, turn: int = 0) -> _Grey:
    bitmap = page.render(scale=_SCALE, rotation=90 * turn, grayscale=True, may_draw_forms=False)
    grey: _Grey = bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width]
    return grey


def _shape(part: _Grey) -> _Shape | None:
    """Writing brought to one size, less the mean of its pixels, and of length 1; None where it is blank."""
    ink = part < _INK
    ys, xs = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(ys):
        return None
    # What is pale is a stamp's or a watermark's.
    part = np.where(ink, part, 255).astype(np.uint8)[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
    height, width = part.shape
    wide = _WIDTH if width > _NARROW * height else max(1, round(width * _HEIGHT / height))
    framed = Image.new("L", (_WIDTH + 2 * _MARGIN, _HEIGHT + 2 * _MARGIN), 255)
    scaled = Image.fromarray(part).resize((wide, _HEIGHT), Image.Resampling.BILINEAR)
    framed.paste(scaled, (_MARGIN + (_WIDTH - wide) // 2, _MARGIN))
    blurred = 255.0 - np.asarray(framed.filter(ImageFilter.GaussianBlur(_BLUR)), dtype=np.float64)
    blurred = (blurred - blurred.mean()).ravel()
    length = float(np.linalg.norm(blurred))
    return blurred / length if length else None


@cache
def _models() -> NDArray[np.float64]:
    """The shapes of the digits in each font, font by font."""
    import pypdfium2

    models = []
    for name in _FONTS:
        with (
            closing(pypdfium2.PdfDocument.new()) as document,
            closing(document.new_page(_APART * (len(_DIGITS) + 1), 2 * _SIZE)) as page,
        ):
            _write_digits(document, page, name)
            grey = _drawn(page)
        for place in range(len(_DIGITS)):
            shape = _shape(grey[:, place * _APART * _SCALE : (place + 1) * _APART * _SCALE])
            assert shape is not None
            models.append(shape)
    return np.array(models)


def _write_digits(document: Any, page: Any, name: bytes) -> None:
    import pypdfium2.raw as pdfium

    font = pdfium.FPDFText_LoadStandardFont(document, name)
    for place, digit in enumerate(_DIGITS):
        written = pdfium.FPDFPageObj_CreateTextObj(document, font, _SIZE)
        text = f"{digit}\0".encode("utf-16-le")
        pdfium.FPDFText_SetText(written, (ctypes.c_ushort * 2).from_buffer_copy(text))
        pdfium.FPDFPageObj_Transform(written, 1, 0, 0, 1, _APART * (place + 0.25), _SIZE / 2)
        pdfium.FPDFPage_InsertObject(page, written)
    pdfium.FPDFPage_GenerateContent(page)
    # The texts hold it from here on: a document must not be closed before its fonts.
    pdfium.FPDFFont_Close(font)
