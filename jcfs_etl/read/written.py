"""What OCR makes of figures and dashes, brought into the form in which they were written.

Only what cannot change a figure's value is mended here. Whatever is no clean figure stays as it was
read, and recognition reports it as unreadable.
"""

from __future__ import annotations

import re

import numpy as np

from jcfs_etl.read.light import Mask

#: Stands for what was there and could not be read.
UNKNOWN = "\ufffd"
#: White beside a point or comma, or after a minus: wide types set it so, and OCR reports it.
_LOOSE = re.compile(r"(?<=[.,，．])\s+(?=\d)|(?<=\d)\s+(?=[.,，．])|(?<=^[-−－])\s+(?=\d)")
_NEARLY = re.compile(r"[\x21-\x7e，．－]{1,18}(?: [\x21-\x7e，．－]{1,18})?")
_FIGURE = re.compile(r"[-−－]?\d[\d,，]*(?:[.．]\d+)?")


def plain_figure(text: str) -> str:
    """A figure without the white that OCR sees around its point; any other text as it is.

    Args:
        text: a cell's text, lines separated by a line feed.
    """
    if "\n" in text:
        return text
    closed = _LOOSE.sub("", text)
    return closed if _FIGURE.fullmatch(closed) else text


def is_plain_figure(text: str) -> bool:
    """Whether a text is a figure as it is usually written."""
    return _FIGURE.fullmatch(text) is not None


def is_no_figure(text: str) -> bool:
    """Whether a text is nearly a figure and none: a few characters, of which none is Chinese."""
    closed = plain_figure(text.strip())
    return bool(_NEARLY.fullmatch(closed)) and not is_plain_figure(closed)


def dash(ink: Mask, text_height: float) -> str:
    """—— where the ink of a cell is nothing but level strokes in one line; else nothing.

    Recognisers take a dash alone for 一, - or nothing, as its length cannot be seen from a cut-out.

    Args:
        ink: the cell's dark pixels.
        text_height: height in pixels of the page's usual line of text.
    """
    ys, xs = np.nonzero(ink)
    height, width = int(ys.max() - ys.min()) + 1, int(xs.max() - xs.min()) + 1
    if height > 0.22 * text_height or width < 0.5 * text_height:
        return ""
    # 破折号 is two characters wide, less the white at its ends.
    return "——" if width > 1.4 * text_height else "—"
