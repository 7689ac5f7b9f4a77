"""The signs by which characters are told from content: watermarks, light tiles, overprinting."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import itemgetter
from statistics import median
from typing import Any, NamedTuple

from playa.content import ImageObject
from playa.pdftypes import ContentStream, resolve1

from jcfs_etl.read.glyphs import Glyph, Run

#: Opacity from which nothing can be read through a picture.
_OPAQUE = 0.9
#: Blend modes in which a picture replaces what is under it.
_COVERING = ("Normal", "Compatible")
#: A character that stands this near (em) to the same one is printed over it.
_OVER = 0.15
#: Characters are looked for in squares of this side (points): few are the same in one, few lie at its edge.
_SQUARE = 24
#: More than what sums of places are off by.
_ROUNDING = 1e-6
#: Places and runs of the characters seen, by what they are and by square.
Seen = dict[tuple[str, float, float], list[tuple[float, float, int]]]
#: Bits of a sample of a mask that can be looked at byte by byte.
_BYTE = 8
#: Luminance from which text is light enough to lie behind other text.
_LIGHT = 0.5
#: Luminance (0 black … 1 white) from which ink cannot be told from white paper.
NEAR_WHITE = 0.95


def luminance(values: tuple[float, ...], space: str) -> float:
    """How light a colour is, 0 black to 1 white; unknown colour spaces count as black.

    Args:
        values: colour components, 0 to 1.
        space: name of the colour space as playa gives it.
    """
    if space == "Separation":
        return 1.0 - values[0] if values else 0.0
    if space == "Lab":
        return values[0] / 100.0 if values else 0.0
    if space in ("Indexed", "Pattern"):
        return 0.0
    if len(values) == 1:
        return values[0]
    if len(values) == 3:
        r, g, b = values
        return 0.299 * r + 0.587 * g + 0.114 * b
    if len(values) == 4:
        c, m, y, k = values
        return (1 - k) * (1 - (0.299 * c + 0.587 * m + 0.114 * y))
    return 0.0


def is_watermark(props: dict[str, Any]) -> bool:
    """Whether marked content says of itself that it is a watermark or background."""
    names = {str(getattr(props.get(key), "name", "")) for key in ("Type", "Subtype")}
    return "Watermark" in names or "Background" in names


class Picture(NamedTuple):
    """A picture with what was set when it was drawn: opacity, blend mode, soft mask."""

    image: ImageObject
    opacity: float
    blend_mode: Any
    smask: Any


def replaces(opacity: float, blend_mode: Any, soft_mask: Any) -> bool:
    """Whether what is drawn so takes the place of what is under it.

    Args:
        opacity: 0 to 1.
        blend_mode: its name, or the library's object for it.
        soft_mask: None where there is none.
    """
    blend = str(getattr(blend_mode, "name", blend_mode) or "Normal")
    return opacity >= _OPAQUE and soft_mask is None and blend in _COVERING


def hides(picture: Picture) -> bool:
    """Whether a picture hides what was drawn before it: a seal or watermark lets it be seen."""
    image = picture.image
    if image.imagemask or not replaces(picture.opacity, picture.blend_mode, picture.smask):
        return False
    if image.get("Mask") is not None:
        return False
    mask = resolve1(image.get("SMask"))
    if mask is None:
        return True
    if not isinstance(mask, ContentStream) or mask.get("BitsPerComponent") != _BYTE:
        return False
    samples = mask.buffer
    return bool(samples) and sum(samples) >= _OPAQUE * 0xFF * len(samples)


def overprinted(glyphs: Sequence[Glyph], seen: Seen) -> list[Glyph]:
    """Those characters of a run that another run has drawn there already; the others are remembered.

    Args:
        glyphs: the characters.
        seen: those before them, by character and square of the page; empty at first.
    """
    found = []
    level = of_size = -1.0
    near = reach = top = bottom = 0.0
    for glyph in glyphs:
        text, x, _, y, size, run = glyph
        if y != level or size != of_size:
            # Characters of a run mostly stand on one level and have one size.
            level, of_size = y, size
            near = _OVER * size
            reach = near + _ROUNDING
            top, bottom = (y - reach) // _SQUARE, (y + reach) // _SQUARE
        left, right = (x - reach) // _SQUARE, (x + reach) // _SQUARE
        if left == right and top == bottom:
            # So it is nearly always; the square that it stands in is the only one to look at.
            at = (text, left, top)
            around = here = seen.get(at)
        else:
            around = [
                one for place in _squares(text, left, top, right, bottom) for one in seen.get(place, ())
            ]
            at = (text, x // _SQUARE, y // _SQUARE)
            here = seen.get(at)
        for other_x, other_y, other in around or ():
            if other != run and abs(other_x - x) <= near and abs(other_y - y) <= near:
                found.append(glyph)
                break
        else:
            if here is None:
                seen[at] = [(x, y, run)]
            else:
                here.append((x, y, run))
    return found


def may_overprint(runs: Sequence[Run]) -> set[int]:
    """Numbers of the runs whose characters may stand where those of another do; mostly there are none.

    Args:
        runs: a page's texts, each written in one direction.
    """
    found = {at for at, run in enumerate(runs) if run.turned}
    spans = [
        (first.y, first.x0, last.x0, at) if first.x0 < last.x0 else (first.y, last.x0, first.x0, at)
        for at, (glyphs, *_) in enumerate(runs)
        for first, last in ((glyphs[0], glyphs[-1]),)
    ]
    reach = _OVER * max([run.size for run in runs], default=0.0) + _ROUNDING
    row: list[tuple[float, float, float, int]] = []
    for span in sorted(spans):
        if row and span[0] - row[-1][0] > reach:
            found |= _crossing(row, reach)
            row = []
        row.append(span)
    return found | _crossing(row, reach)


def _crossing(row: Sequence[tuple[float, float, float, int]], reach: float) -> set[int]:
    """Numbers of the runs of a row that reach into each other: baseline, first and last place, number."""
    found: set[int] = set()
    end, last = -math.inf, -1
    for _, x0, x1, at in sorted(row, key=itemgetter(1)):
        if x0 - end <= reach:
            found |= {at, last}
        if x1 > end:
            end, last = x1, at
    return found


def _squares(
    text: str, left: float, top: float, right: float, bottom: float
) -> Iterator[tuple[str, float, float]]:
    """The squares between some, in which a character is looked for."""
    while left <= right:
        row = top
        while row <= bottom:
            yield text, left, row
            row += 1
        left += 1


def backdrop_reasons(runs: list[Run]) -> dict[int, str]:
    """Runs lighter than the page's ordinary ink that are very large, or tiled over the page.

    Figures are never taken for tiles: a table may well print its zeros in grey. White writing is none either:
    it is seen on a dark area alone, as in the head of a table.
    """
    runs = [run for run in runs if run.luminance < NEAR_WHITE]
    if not runs:
        return {}
    ink = median(r.luminance for r in runs)
    size = median(r.size for r in runs)
    if ink >= _LIGHT:
        return {}
    tiles: dict[str, list[Run]] = defaultdict(list)
    reasons: dict[int, str] = {}
    for run in runs:
        if run.luminance < _LIGHT:
            continue
        if run.size > 1.8 * size:
            reasons[id(run)] = "large and light"
        else:
            tiles["".join(g.text for g in run.glyphs)].append(run)
    for text, same in tiles.items():
        if len(same) >= 3 and not any(ch.isdigit() for ch in text):
            reasons.update({id(run): "light and repeated" for run in same})
    return reasons
