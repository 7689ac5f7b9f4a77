"""How wide text is, and how wide the columns of a grid must be."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from factory.model import MARGIN, PAGE, Cell

FONT_FILE = Path(__file__).parent / "font" / "FactoryKai-Regular.ttf"
#: Room between a rule and the text beside it; producers take what they like of it.
PADDING = 3.0
_SLACK = 3.0


@cache
def _advances() -> dict[str, float]:
    font = TTFont(FONT_FILE)
    scale = font["head"].unitsPerEm
    metrics = font["hmtx"].metrics
    return {chr(code): metrics[glyph][0] / scale for code, glyph in font.getBestCmap().items()}


def text_width(text: str, size: float) -> float:
    """Width of the longest line."""
    advances = _advances()
    return size * max(sum(advances.get(ch, 1.0) for ch in line) for line in text.split("\n"))


def fitted_widths(
    rows: tuple[tuple[Cell | None, ...], ...], head_rows: int, landscape: bool, random: Random
) -> tuple[float, tuple[float, ...]]:
    """The largest font size at which all figures fit into the page's width, and column widths.

    Columns of figures are as wide as their widest figure; what is left goes to the labels, which wrap.
    """
    room = PAGE[1 if landscape else 0] - 2 * MARGIN - 2
    size = random.choice((9.0, 9.0, 8.0, 10.0))
    while True:
        needed, wished = _wishes(rows, head_rows, size)
        if sum(needed) <= room or size <= 3.5:
            break
        size -= 0.5
    spare = max(0.0, room - sum(needed))
    wanting = [max(0.0, w - n) for n, w in zip(needed, wished, strict=True)]
    share = min(1.0, spare / sum(wanting)) if sum(wanting) else 0.0
    widths = [n + w * share for n, w in zip(needed, wanting, strict=True)]
    # A table rarely fills the page to the point.
    rest = (room - sum(widths)) / len(widths) * random.choice((0.0, 0.5, 1.0))
    return size, tuple(round(w + max(0.0, rest), 2) for w in widths)


def _wishes(
    rows: tuple[tuple[Cell | None, ...], ...], head_rows: int, size: float
) -> tuple[list[float], list[float]]:
    """Least widths, in which no figure wraps, and widths in which no label does."""
    count = len(rows[0])
    around = 2 * PADDING + _SLACK
    needed = [2 * size + around] * count
    wished = [0.0] * count
    for index, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell is None or cell.column_span > 1 or not cell.text:
                continue
            width = text_width(cell.text, size) + around
            wished[c] = max(wished[c], width)
            if index >= head_rows and (cell.align != "l" or cell.text.isdigit()):
                needed[c] = max(needed[c], width)
            elif index >= head_rows:
                needed[c] = max(needed[c], min(width, 7 * size + around))
    return needed, wished
