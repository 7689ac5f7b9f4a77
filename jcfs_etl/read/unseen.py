"""Text that the file holds and no reader takes for said: drawn over, clipped away, too small, struck out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from jcfs_etl.places import Box
from jcfs_etl.read.backdrop import Picture, hides
from jcfs_etl.read.drawn import CLIPPED, Drawn
from jcfs_etl.read.glyphs import Glyph, Run, box_of
from jcfs_etl.read.model import Unseen, Veil

#: Text smaller than this (points), and than this share of the page's usual text, cannot be read. A page that
#: is small as a whole can be enlarged.
_TINY, _TINY_SHARE = 1.5, 0.3
#: How many digits a year has, and how near (em) the word for it stands.
_YEAR_DIGITS, _CLOSE = 4, 0.5
#: Em by which a line that strikes a text out may be off the middle of its digits.
_OFF_MIDDLE = 0.14
#: A line so many em long at most, and so near before a digit, is its minus sign.
_SIGN, _BEFORE = 0.9, 0.35
#: Why a text is set aside of which nothing is seen.
REASONS: dict[Veil, str] = {"area": "drawn over", "edge": CLIPPED, "size": "too small"}


def unseen_texts(drawn: Drawn) -> Iterator[tuple[int, Unseen]]:
    """Texts of a page of which a reader does not see all, or sees that they are struck out.

    What lies under a seal or a tint is seen.

    Args:
        drawn: all that has been drawn.

    Yields:
        The number of the run, and what of it is not seen.
    """
    for (veil, at), hidden in _hidden(drawn):
        glyphs = [drawn.runs[at].glyphs[i] for i in hidden]
        if veil == "edge" and _is_year(glyphs, drawn.runs[at + 1 : at + 2]):
            continue
        is_aside = veil in REASONS and len(glyphs) == len(drawn.runs[at].glyphs)
        yield at, Unseen(veil, "".join(glyph.text for glyph in glyphs), box_of(glyphs), is_aside)


def _is_year(glyphs: Sequence[Glyph], following: Sequence[Run]) -> bool:
    """Whether digits are a year, as 年 right behind them tells: a title too wide for its page loses them."""
    last = glyphs[-1]
    return len(glyphs) == _YEAR_DIGITS and any(
        run.glyphs[0].text == "年"
        and run.glyphs[0].y == last.y
        and abs(run.glyphs[0].x0 - last.x1) < _CLOSE * last.size
        for run in following
    )


def _hidden(drawn: Drawn) -> Iterator[tuple[tuple[Veil, int], Sequence[int]]]:
    """What hides glyphs of which run, and which."""
    for at, beyond in drawn.clipped.items():
        yield ("edge", at), beyond
    tiny = [at for at, run in enumerate(drawn.runs) if run.size < _TINY and run.reason is None]
    if tiny:
        limit = _TINY_SHARE * median(run.size for run in drawn.runs)
        for at in tiny:
            if drawn.runs[at].size < limit:
                yield ("size", at), range(len(drawn.runs[at].glyphs))
    covers: list[tuple[Box, int, Picture | None]] = [
        (area.box, area.before, None) for area in drawn.areas if area.before and area.is_solid
    ]
    covers += [picture for picture in drawn.pictures if picture[1]]
    if covers:
        yield from _covered(drawn, covers).items()
    yield from _struck(drawn)


def _struck(drawn: Drawn) -> Iterator[tuple[tuple[Veil, int], Sequence[int]]]:
    """What level lines go through at the middle, or stand before; one that lies under a text stands lower."""
    rules = sorted((rule.y0, rule.x0, rule.x1) for rule in drawn.rules if rule.y0 == rule.y1)
    through: dict[tuple[float, float], list[tuple[float, float, float]]] = {}
    for at, run in enumerate(drawn.runs):
        if run.reason is not None or run.turned:
            continue
        first = run.glyphs[0]
        level = first.y, first.size
        if level not in through:
            middle, off = first.middle[1], _OFF_MIDDLE * first.size
            through[level] = rules[bisect_left(rules, (middle - off,)) : bisect_right(rules, (middle + off,))]
        for _, x0, x1 in through[level]:
            struck = [i for i, glyph in enumerate(run.glyphs) if x0 <= glyph.middle[0] <= x1]
            is_sign = x1 - x0 < _SIGN * first.size and abs(first.x0 - x1) < _BEFORE * first.size
            if is_sign and first.text.isdigit():
                yield ("sign", at), [0]
            elif struck:
                yield ("line", at), struck


def _covered(
    drawn: Drawn, covers: Sequence[tuple[Box, int, Picture | None]]
) -> dict[tuple[Veil, int], list[int]]:
    """What lies under areas and pictures that were drawn after it."""
    places: list[tuple[float, float, int, int]] = sorted(
        (glyph.middle[1], glyph.middle[0], at, i)
        for at, run in enumerate(drawn.runs)
        if run.reason is None
        for i, glyph in enumerate(run.glyphs)
    )
    levels = [y for y, *_ in places]
    under: dict[tuple[Veil, int], set[int]] = defaultdict(set)
    for box, before, picture in covers:
        near = places[bisect_left(levels, box.y0) : bisect_right(levels, box.y1)]
        found = [(at, i) for _, x, at, i in near if at < before and box.x0 <= x <= box.x1]
        # Whether a picture can be seen through is looked at only where something lies under it.
        if found and (picture is None or hides(picture)):
            for at, i in found:
                under["area" if picture is None else "picture", at].add(i)
    return {key: sorted(found) for key, found in under.items()}
