"""Footnote marks beside a figure, told from its digits by size, baseline and form.

A raised 1 after 27.73 makes no 27.731. It is told by where it stands and how large it is, for the text
alone does not show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median_low
from typing import Protocol, TypeVar

#: Set aside for this reason.
MARK = "mark beside a figure"
#: Characters below this share of the largest are small.
_SMALL = 0.8
#: Em by which a character must stand above or below the others to be raised or lowered.
_RAISED = 0.2
#: Beyond so many em it stands in another line, or belongs to one.
_OTHER_LINE = 0.9
#: A figure that is whole without what stands beside it.
_WHOLE = re.compile(r"[-−－(（]?\d[\d,，]*([.．]\d+)?[)）]?")
#: What marks are made of where size or height tells them from digits.
_SET_OFF = re.compile(r"[\[(（【〔]?(?:[注*※†‡]|[注]?\d{1,2}|[a-zA-Z])[\])）】〕]?")
#: Signs that are no digits in any size.
_SIGNS = re.compile(r"[①-⒇¹²³⁰⁴-⁹*※†‡]{1,2}|\[\d{1,2}\]|【\d{1,2}】|〔\d{1,2}〕")
_BEFORE_SIGNS = re.compile(rf"(?P<figure>{_WHOLE.pattern})(?P<mark>{_SIGNS.pattern})")


class Placed(Protocol):
    """A character where it is printed; ``y`` is its baseline."""

    @property
    def text(self) -> str:
        """What it is."""
        ...

    @property
    def x0(self) -> float:
        """Its left edge, in points."""
        ...

    @property
    def y(self) -> float:
        """Its baseline, in points from the top."""
        ...

    @property
    def size(self) -> float:
        """Its size, in points."""
        ...


_Character = TypeVar("_Character", bound=Placed)


def marks_beside(characters: Sequence[_Character]) -> tuple[list[_Character], str]:
    """The marks in a cell that holds one figure, and what is not certain about them.

    Args:
        characters: what stands in a cell.

    Returns:
        The characters that are a mark before or after the figure; and a doubt where small characters
        stand beside the figure or in it and may be digits as well; empty where there is none. Both empty
        for a cell that holds anything but a figure.
    """
    if len(characters) < 2 or not any(c.text.isdigit() for c in characters):
        return [], ""
    if len({c.size for c in characters}) == 1 == len({c.y for c in characters}):
        return _signs(characters), ""
    largest = max(c.size for c in characters)
    baseline = median_low(sorted(c.y for c in characters if c.size >= _SMALL * largest))
    if not _is_uneven(characters, largest, baseline):
        return _signs(characters), ""
    if any(abs(c.y - baseline) > _OTHER_LINE * largest for c in characters):
        return [], ""
    line = sorted(characters, key=lambda c: c.x0)
    odd = [c.size < _SMALL * largest or abs(c.y - baseline) > _RAISED * largest for c in line]
    figure = [c for c, is_odd in zip(line, odd, strict=True) if not is_odd]
    marks = [c for c, is_odd in zip(line, odd, strict=True) if is_odd]
    is_small = any(c.size < _SMALL * largest for c in marks)
    if not _WHOLE.fullmatch(_text(line)) and not _WHOLE.fullmatch(_text(figure)):
        return [], ""
    beside = odd == sorted(odd) or odd == sorted(odd, reverse=True)
    whole = _WHOLE.fullmatch(_text(figure))
    if beside and whole and _SET_OFF.fullmatch(_text(marks)):
        is_raised = all(c.y < baseline - _RAISED * largest / 2 for c in marks)
        if whole[1] or (is_small and is_raised):
            return marks, ""
    # Digits of one size that jump a little are digits.
    return [], "small characters stand in it or beside it" if is_small else ""


def _is_uneven(characters: Iterable[Placed], largest: float, baseline: float) -> bool:
    return any(c.size < _SMALL * largest or abs(c.y - baseline) > _RAISED * largest for c in characters)


def _signs(characters: Sequence[_Character]) -> list[_Character]:
    """Signs such as ① that stand after a figure in its own size."""
    if not any(_SIGNS.match(c.text) or c.text in "]】〕" for c in characters):
        return []
    line = sorted(characters, key=lambda c: c.x0)
    found = _BEFORE_SIGNS.fullmatch(_text(line))
    return line[len(found["figure"]) :] if found and len(_text(line)) == len(line) else []


def _text(characters: Iterable[Placed]) -> str:
    return "".join(c.text for c in characters)
