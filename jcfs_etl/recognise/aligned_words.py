"""Words of a table without rules: lines, columns of words, and what each of them looks like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from jcfs_etl.labels import squeezed
from jcfs_etl.places import Box, enclosing, in_runs
from jcfs_etl.read.model import Word

#: Words whose middles differ by less than this many em stand on one line.
LEVEL = 0.35
#: Columns of words are parted by a gap of at least this many em that runs through all lines.
_GAP = 0.12
#: Edges of words that differ by at most so many points are aligned.
_FLUSH = 1.2
#: Words of one drawing operation, such as the letters of 合　计, belong together up to a gap of this many em.
_SPREAD = 6.0
#: Programs put a gap of up to this many em between a year and what follows it.
_TOUCH = 0.35
#: Letters of one word are set up to this many em apart.
_LETTERS = 4.0
_YEAR = re.compile(r"20\d\d")

AMOUNT = re.compile(r"[-(]{0,2}\d[\d,]*\.\d+\)?|-+")
DECIMALS = re.compile(r"[-(]{0,2}\d[\d,]*\.\d+\)?")
_FIGURE = re.compile(r"[-(]{0,2}\d[\d,]*[.,][\d,]*\)?|-+|0")
INTEGER = re.compile(r"\d+")
#: What figures are made of: such words never go on in another word beside them.
NUMERIC = re.compile(r"[-\d.,()%]+")

Alignment = Literal["left", "right", "centre", "any"]


def middle(word: Word) -> float:
    """The height of the middle of its digits: texts of different sizes that stand in one row share it."""
    return word.y - 0.35 * word.size


class Line(Struct, frozen=True):
    """Words at one height, from left to right; ``y`` is that of their middles."""

    y: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """Their texts without white space."""
        return squeezed("".join(word.text for word in self.words))

    @property
    def box(self) -> Box:
        """The box around them."""
        return enclosing([word.box for word in self.words])

    @property
    def size(self) -> float:
        """Size of the smallest letters."""
        return min(word.size for word in self.words)


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Words by height, from the top down."""
    groups = in_runs(
        sorted(words, key=middle),
        lambda line, word: middle(word) - middle(line[0]) <= LEVEL * min(word.size, line[0].size),
    )
    return [
        Line(sum(map(middle, group)) / len(group), tuple(sorted(group, key=lambda w: w.box.x0)))
        for group in groups
    ]


def pieces_of(line: Line) -> list[Word]:
    """The texts of a line: letters drawn as one, such as 合 and 计, and a year and its 年度 are one text."""
    found: list[Word] = []
    for word in line.words:
        if found and _goes_on(found[-1], word):
            last = found[-1]
            box = enclosing([last.box, word.box])
            found[-1] = last._replace(text=last.text + word.text, box=box, run=word.run)
        else:
            found.append(word)
    return found


def _goes_on(before: Word, word: Word) -> bool:
    numeric = [bool(NUMERIC.fullmatch(squeezed(w.text))) for w in (before, word)]
    gap = (word.box.x0 - before.box.x1) / min(word.size, before.size)
    if word.run == before.run:
        return gap <= _SPREAD and not any(numeric)
    return gap <= _TOUCH and numeric == [True, False] and bool(_YEAR.fullmatch(before.text))


def lettered(pieces: Sequence[Word], knows: Callable[[str], bool]) -> list[Word]:
    """Texts of a line with 项 and 目, set wide apart and drawn one by one, put together to known words.

    Args:
        pieces: texts of the line, from left to right.
        knows: whether a text is a word of the table.
    """
    found: list[Word] = []
    for piece in pieces:
        last = found[-1] if found else None
        if (
            last is not None
            and len(last.text) == len(piece.text) == 1
            and piece.box.x0 - last.box.x1 <= _LETTERS * piece.size
            and knows(last.text + piece.text)
        ):
            box = enclosing([last.box, piece.box])
            found[-1] = last._replace(text=last.text + piece.text, box=box)
        else:
            found.append(piece)
    return found


class Cluster(Struct, frozen=True):
    """A column of words that stand under each other, parted from the rest by gaps through all lines."""

    x0: float
    x1: float
    words: tuple[Word, ...]

    @property
    def alignment(self) -> Alignment:
        """What the words have in common: their left ends, right ends or middles; ``any`` cannot be told."""
        boxes = [word.box for word in self.words]
        if _spread([b.x1 - b.x0 for b in boxes]) <= 2 * _FLUSH:
            return "any"
        spreads: list[tuple[float, Alignment]] = sorted(
            [
                (_spread([b.x0 for b in boxes]), "left"),
                (_spread([b.x1 for b in boxes]), "right"),
                (_spread([(b.x0 + b.x1) / 2 for b in boxes]), "centre"),
            ],
            key=lambda pair: pair[0],
        )
        return spreads[0][1] if spreads[0][0] <= _FLUSH else "any"

    @property
    def is_codes(self) -> bool:
        """Whether its words are codes or line numbers."""
        return all(INTEGER.fullmatch(word.text) for word in self.words)

    @property
    def is_numeric(self) -> bool:
        """Whether at least half of its words are amounts, parts of wrapped ones, dashes or zeros."""
        return 2 * sum(bool(_FIGURE.fullmatch(squeezed(w.text))) for w in self.words) >= len(self.words)


def _spread(values: Sequence[float]) -> float:
    """How far most values lie apart; one in ten may lie elsewhere, as a wrapped or centred word does."""
    ordered = sorted(values)
    out = len(ordered) // 20
    return ordered[len(ordered) - 1 - out] - ordered[out]


def is_figure_part(text: str) -> bool:
    """Whether a text can only stand in the body: an amount, a dash or the first line of a wrapped amount."""
    return bool(_FIGURE.fullmatch(text)) and text != "0"


def clusters_of(words: Iterable[Word]) -> list[Cluster]:
    """Columns of words, from left to right."""
    groups: list[list[Word]] = []
    end = 0.0
    for word in sorted(words, key=lambda w: w.box.x0):
        if groups and word.box.x0 - end < _GAP * word.size:
            groups[-1].append(word)
            end = max(end, word.box.x1)
        else:
            groups.append([word])
            end = word.box.x1
    return [
        Cluster(min(w.box.x0 for w in group), max(w.box.x1 for w in group), tuple(group)) for group in groups
    ]


def is_numbering(line: Line, column_no: Sequence[str]) -> bool:
    """Whether a line numbers columns: 1, 2, 3 … alone or beside a word for them (栏次)."""
    numbers = [int(w.text) for w in line.words if INTEGER.fullmatch(w.text)]
    letters = "".join(squeezed(w.text) for w in line.words if not INTEGER.fullmatch(w.text))
    if not letters and len(numbers) < 3:
        return False
    for word in column_no:
        letters = letters.replace(word, "")
    return bool(numbers) and not letters and all(b == a + 1 for a, b in pairwise(numbers))
