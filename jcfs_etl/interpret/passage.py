"""Text of which it is known where it is printed; where each character stands is worked out when asked."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate, chain, repeat
from typing import NamedTuple

from msgspec import Struct

from jcfs_etl.labels import squeezed
from jcfs_etl.places import Box, enclosing
from jcfs_etl.read.model import TextLine


class Place(NamedTuple):
    """Where characters stand."""

    page: int
    box: Box


class Run:
    """The characters of one printed line.

    Args:
        page: its page.
        line: the line. Where its characters stand is worked out at most once, and for most lines never:
            places are wanted of figures alone.
    """

    def __init__(self, page: int, line: TextLine) -> None:
        self.page = page
        self._line = line

    def box(self, start: int, end: int) -> Box:
        """The box of some of its characters in the compared form."""
        _, y0, _, y1 = self._line.box
        begins, ends = self._edges
        return Box(begins[start], y0, ends[end - 1], y1)

    @cached_property
    def _edges(self) -> tuple[list[float], list[float]]:
        """Where each character begins, and where it ends, by the usual widths of characters."""
        widths, plain = zip(*map(_KNOWN.__getitem__, self._line.text), strict=True)
        x, _, right, _ = self._line.box
        step = (right - x) / (sum(widths) or 1.0)
        edges = list(accumulate([width * step for width in widths], initial=x))
        counts = list(map(len, plain))
        if counts.count(1) == len(counts):
            return edges, edges[1:]
        begins, ends = (list(chain.from_iterable(map(repeat, of, counts))) for of in (edges, edges[1:]))
        return begins, ends


class Stretch(NamedTuple):
    """Characters of a run, from one up to another."""

    run: Run
    start: int
    end: int


class Passage(Struct, frozen=True, dict=True):
    """Squeezed NFKC text of which every character has a place.

    The stretches that it is made of, in order, are together as long as the text.
    """

    text: str = ""
    stretches: tuple[Stretch, ...] = ()

    def __add__(self, other: Passage) -> Passage:
        return Passage(self.text + other.text, self.stretches + other.stretches)

    def __getitem__(self, part: slice) -> Passage:
        start, end, _ = part.indices(len(self.text))
        return Passage(self.text[part], tuple(self._within(start, end)))

    def then(self, mark: str) -> Passage:
        """The passage and a mark that is not printed, which stands where its last character does."""
        run, _, end = self.stretches[-1]
        return Passage(self.text + mark, (*self.stretches, Stretch(run, end - 1, end)))

    def place(self, start: int, end: int) -> Place:
        """Page and box of a stretch; where it is broken between pages, of its piece on the first."""
        pieces = list(self._within(start, end))
        page = pieces[0].run.page
        boxes = [run.box(i, j) for run, i, j in pieces if run.page == page]
        return Place(page, boxes[0] if len(boxes) == 1 else enclosing(boxes))

    def pages(self, start: int = 0) -> Iterator[tuple[int, int]]:
        """Where, counted from a character, the text begins or goes on to another page, with the page."""
        last = None
        for (run, i, j), end in zip(self.stretches, self._ends, strict=True):
            if end > start and run.page != last:
                yield max(end - (j - i) - start, 0), run.page
                last = run.page

    @cached_property
    def _ends(self) -> list[int]:
        """Where each stretch ends in the text."""
        return list(accumulate(end - start for _, start, end in self.stretches))

    def _within(self, start: int, end: int) -> Iterator[Stretch]:
        """What it is made of between two of its characters."""
        for index in range(bisect_right(self._ends, start), len(self.stretches)):
            run, first, last = self.stretches[index]
            shift = last - self._ends[index]
            if start + shift >= last or end + shift <= first:
                return
            yield Stretch(run, max(first, start + shift), min(last, end + shift))


def passage_of(line: TextLine, page: int) -> Passage:
    """A printed line in the compared form of the contracts.

    NFKC turns ① into 1 and ² into 2, which would make figures of marks: a circled number becomes
    (1), a raised one stays. A full-width comma between two half-width digits parts two numbers, unless
    decimals say that it parts the thousands of one.
    """
    text = _COMMA.sub(_comma, line.text).translate(_PLAIN)
    return Passage(text, (Stretch(Run(page, line), 0, len(text)),) if text else ())


def _comma(found: re.Match[str]) -> str:
    return found[0].replace("，", ",") if len(found[0]) > 1 else "、"


def begin_of(text: str, at: int, marks: Iterable[str]) -> int:
    """Where the stretch of a text around a position begins: after the last of some marks before it."""
    return max(text.rfind(mark, 0, at) for mark in marks) + 1


def end_of(text: str, at: int, marks: Iterable[str]) -> int:
    """Where the first of some marks stands at or after a position; the end of the text where none does."""
    return min((i for mark in marks if (i := text.find(mark, at)) >= 0), default=len(text))


class _Known(dict[str, tuple[float, str]]):
    """Width of each character, in those of a full one, and its compared form."""

    def __missing__(self, character: str) -> tuple[float, str]:
        width = 0.5 if unicodedata.east_asian_width(character) in ("Na", "N", "H") else 1.0
        kind = unicodedata.decomposition(character).partition(" ")[0]
        if kind == "<super>":
            plain = character
        else:
            plain = f"({squeezed(character)})" if kind == "<circle>" else squeezed(character)
        self[character] = width, plain
        return width, plain


class _Plain(dict[int, str]):
    """The compared form of each character, by its code point."""

    def __missing__(self, point: int) -> str:
        self[point] = _KNOWN[chr(point)][1]
        return self[point]


_KNOWN = _Known()
_PLAIN = _Plain()
#: Thousands parted by full-width commas, with decimals; or such a comma between two half-width digits.
_COMMA = re.compile(
    r"(?<![0-9.，,])[1-9][0-9]{0,2}(?:，[0-9]{3})+\.[0-9]{1,2}(?![0-9])|，(?<=[0-9]，)(?=[0-9])"
)
