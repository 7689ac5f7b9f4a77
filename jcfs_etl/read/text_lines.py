"""Lines of text: which characters stand on one line, and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import itemgetter

from msgspec.structs import replace

from jcfs_etl.places import Box
from jcfs_etl.read.glyphs import Glyph, box_of, width_turned
from jcfs_etl.read.model import Grid, TextLine

#: Characters less than this many em apart touch, as those of one word do.
_TOUCH = 0.12
#: A gap of this many em inside a line is a space.
_SPACE = 0.3
#: Between digits a narrower gap is one already: two numbers must never become one.
_DIGIT_SPACE = 0.15
DIGITS = frozenset("0123456789.,０１２３４５６７８９．，")
#: A gap of this many em parts two lines of text that share a baseline.
_PARTING = 2.0
#: Two characters on one baseline that share this much of the narrower one's width overlap.
_OVERLAP = 0.4
#: The next character of a text set from the top down stands so far (em) below the one before, and aside.
_DOWN, _ASIDE = (0.7, 1.6), 0.3
#: Glyphs by their baseline; by where they begin, and in the order of drawing where they begin alike.
_by_baseline = itemgetter(3)
_by_place = itemgetter(1, 5)


def words_of(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Characters drawn one after the other that touch, in drawing order.

    A word may go on over several text-showing operations: some programs draw every character alone.

    Args:
        glyphs: the characters, in drawing order.

    Yields:
        The characters of each word.
    """
    word: list[Glyph] = []
    end = baseline = 0.0
    for glyph in glyphs:
        _, x0, x1, y, size, _ = glyph
        touch = _TOUCH * size
        if word and (abs(x0 - end) > touch or abs(y - baseline) > touch):
            yield word
            word = []
        word.append(glyph)
        end, baseline = x1, y
    if word:
        yield word


def overlaps(line: list[Glyph]) -> bool:
    """Whether characters of a line stand over each other."""
    return any(
        before.x1 - glyph.x0 > _OVERLAP * min(glyph.x1 - glyph.x0, before.x1 - before.x0) > 0
        for before, glyph in pairwise(line)
    )


def aisles(grids: Sequence[Grid]) -> list[float]:
    """Middles of the spaces between grids that stand side by side."""
    boxes = [grid.box for grid in grids]
    return [(a.x1 + b.x0) / 2 for a in boxes for b in boxes if a.is_left_of(b)]


def text_lines(glyphs: list[Glyph], aisles: Sequence[float]) -> Iterable[TextLine]:
    """Lines of upright text from the top down.

    Args:
        glyphs: the characters, in any order.
        aisles: where two tables stand side by side, the middles between them, over which no line goes.
    """
    for baseline in baselines(glyphs):
        part = [baseline[0]]
        for glyph in baseline[1:]:
            gap, size = glyph.x0 - part[-1].x1, glyph.size
            # The captions of two tables side by side may come near each other.
            apart = gap > _SPACE * size and any(part[-1].x1 <= x <= glyph.x0 for x in aisles)
            if apart or gap > _PARTING * size:
                yield _text_line(part)
                part = []
            part.append(glyph)
        yield _text_line(part)


def turned_lines(glyphs: list[Glyph], way: int) -> Iterator[TextLine]:
    """Lines that read down (1) or up (-1) the page, as a page turned that way would have them."""
    laid = [g._replace(x0=way * g.y, x1=way * g.y + width_turned(g), y=-way * g.x0) for g in glyphs]
    for line in text_lines(laid, ()):
        u0, v0, u1, v1 = line.box
        box = Box(-v1, u0, -v0, u1) if way == 1 else Box(v0, -u1, v1, -u0)
        yield replace(line, box=box, turned=way)


def set_downwards(glyphs: Sequence[Glyph]) -> list[str]:
    """Texts of upright characters set from the top down, the next one to the left of the one before.

    Two lines across of as many characters look alike; the order in which they are drawn tells.

    Args:
        glyphs: the characters of a cell, as drawn.

    Returns:
        The texts; none where they do not all go down, or are one text alone, which lines read as well.
    """
    texts = [glyphs[0].text]
    for before, glyph in pairwise(glyphs):
        size, down = min(before.size, glyph.size), glyph.y - before.y
        aside = (before.x0 + before.x1 - glyph.x0 - glyph.x1) / 2
        if abs(aside) <= _ASIDE * size and _DOWN[0] * size <= down <= _DOWN[1] * size:
            texts[-1] += glyph.text
        elif aside >= _DOWN[0] * size and down < _DOWN[0] * size:
            texts.append(glyph.text)
        else:
            return []
    return texts if 1 < len(texts) < len(glyphs) else []


def _text_line(glyphs: list[Glyph]) -> TextLine:
    return TextLine(joined(glyphs), box_of(glyphs), max([g.size for g in glyphs]))


def baselines(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Glyphs sorted into lines from the top down, each from left to right."""
    lines: list[list[Glyph]] = []
    line: list[Glyph] = []
    top = largest = 0.0
    for glyph in sorted(glyphs, key=_by_baseline):
        _, _, _, y, size, _ = glyph
        if line and y - top <= 0.5 * (size if size > largest else largest):
            line.append(glyph)
        else:
            line, top, largest = [glyph], y, size
            lines.append(line)
    for line in lines:
        line.sort(key=_by_place)
    return lines


def joined(line: list[Glyph]) -> str:
    """The text of characters on one line, with a space where a gap shows one."""
    before, _, end, _, size_before, _ = line[0]
    parts = [before]
    for text, x0, x1, _, size, _ in line[1:]:
        gap = x0 - end
        # A gap that is none between digits is none between other characters.
        if gap > 0 and gap > _DIGIT_SPACE * (smaller := min(size, size_before)):
            numeric = text in DIGITS and before in DIGITS
            if numeric or gap > _SPACE * smaller:
                parts.append(" ")
        parts.append(text)
        before, end, size_before = text, x1, size
    return "".join(parts)
