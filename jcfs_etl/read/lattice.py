"""A grid's edges and merged regions, which take the words that stand in them.

A word that crosses a rule is text that has outgrown its cell; where it begins and ends tells which
cell it belongs to. Where that cannot be told, the cells concerned are marked as doubtful.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from jcfs_etl.money import is_figure
from jcfs_etl.places import Box, in_runs
from jcfs_etl.read.glyphs import Glyph, box_of, upright
from jcfs_etl.read.marks import MARK, marks_beside
from jcfs_etl.read.model import Cell, Grid, SetAside
from jcfs_etl.read.regions import Region, between, parting, regions_of, without_strips
from jcfs_etl.read.text_lines import (
    DIGITS,
    baselines,
    joined,
    overlaps,
    set_downwards,
    turned_lines,
)

if TYPE_CHECKING:
    from camelot.core import Table

_FIGURE = DIGITS | set("-－−()（）")
#: Text begins within this many em of the edge that it is aligned to.
_PADDING = 1.0
#: Texts that begin or end within this many points of each other are aligned.
_FLUSH = 0.5
#: A figure begins at the edge of its cell where it does so within this many em, or ...
_AT_EDGE = 0.1
#: ... sticks out by at most the width of a character.
_GLYPH = 0.6
#: A text that had no room in its cell leaves at most so many em between its end and the right rule.
_ROOM = 2.0
_POINTS = frozenset(".,．，")
#: Such a figure is certain only where an identity binds it: digits may have been cut off in front of it.
_AT_THE_EDGE = 0.98
#: Shorter figures have room in any cell.
_CUT_FROM = 4
#: Lines of a table without rules in a frame: how many, and into how many pieces each falls at least.
_PIECED_LINES, _PIECES = 2, 3
#: A whole amount; of one that wraps a line at most looks so.
_AMOUNT = re.compile(r"-?\d[\d,]*\.\d\d")

Glyphs = list[Glyph]
_run = attrgetter("run")


class Lattice:
    """A grid's edges and merged regions, ready to take words.

    Args:
        table: camelot's table, its cells' edges set.
        page: page number.
        height: height of the page in points, to turn camelot's y axis over.
        turned: operations whose text reads down (1) or up (-1) the page.

    Attributes:
        box: the grid's outline.
    """

    def __init__(self, table: Table, page: int, height: float, turned: Mapping[int, int]) -> None:
        self.page = page
        self._turned = turned
        self.columns: tuple[float, ...] = tuple([c[0] for c in table.cols] + [table.cols[-1][1]])
        self.rows: tuple[float, ...] = tuple(
            [height - r[0] for r in table.rows] + [height - table.rows[-1][1]]
        )
        regions, cut = regions_of(table)
        regions = without_strips(regions, self.rows, self.columns)
        self.rows, across = parting(self.rows, {r for r, _, _, _ in regions})
        self.columns, down = parting(self.columns, {c for _, c, _, _ in regions})
        self.regions = [between(region, across, down) for region in regions]
        self._cut = {between(region, across, down) for region in cut.intersection(regions)}
        self._region_at = {
            (r, c): region
            for region in self.regions
            for r in range(region[0], region[0] + region[2])
            for c in range(region[1], region[1] + region[3])
        }
        self.box = Box(self.columns[0], self.rows[0], self.columns[-1], self.rows[-1])
        self._glyphs: dict[Region, list[Glyph]] = defaultdict(list)
        self._doubts: dict[Region, str] = {}
        self._undecided: list[tuple[Glyphs, list[Region | None]]] = []
        # Where texts begin and end, by the column that they begin or end in.
        self._begins: dict[int, list[float]] = defaultdict(list)
        self._ends: dict[int, list[float]] = defaultdict(list)
        # Where a text has a cell that another touched.
        self._outgrown: set[Region] = set()
        self.marks: list[SetAside] = []

    def region_at(self, glyph: Glyph) -> Region | None:
        """The region that holds a glyph's centre; None when it lies outside the grid."""
        return self._regions_at((glyph,))[0]

    def _regions_at(self, word: Iterable[Glyph]) -> list[Region | None]:
        """The region of each glyph of a word."""
        left, top, right, bottom = self.box
        rows, columns = self.rows, self.columns
        last_row, last_column = len(rows) - 2, len(columns) - 2
        found: list[Region | None] = []
        for _, x0, x1, baseline, size, _ in word:
            x, y = (x0 + x1) / 2, baseline - 0.35 * size
            if left <= x <= right and top <= y <= bottom:
                row, column = bisect_right(rows, y) - 1, bisect_right(columns, x) - 1
                # The far edges belong to the last row and column.
                at = row if row < last_row else last_row, column if column < last_column else last_column
                found.append(self._region_at[at])
            else:
                found.append(None)
        return found

    def take(self, word: Glyphs) -> bool:
        """Take a word that lies inside the grid, wholly or in part; say whether it did."""
        is_turned = word[0].run in self._turned
        regions = self._regions_at(map(self._upright, word) if is_turned else word)
        home = regions[0]
        is_in_one = regions.count(home) == len(regions)
        if is_in_one and home is None:
            return False
        if not is_in_one:
            if at := self._seam(word, regions):
                return self.take(word[:at]) and self.take(word[at:])
            home = self._over_outline(regions) or self._home(word, regions)
            if home is None and self._take_by_runs(word, self._home):
                return True
        if home is None:
            self._undecided.append((word, regions))
        else:
            self._put(word, home)
        return True

    def _put(self, word: Glyphs, home: Region) -> None:
        self._glyphs[home] += word
        self._begins[home[1]].append(word[0].x0)
        self._ends[home[1] + home[3] - 1].append(word[-1].x1)

    def _seam(self, word: Glyphs, regions: Sequence[Region | None]) -> int:
        """Where a figure ends and a label drawn apart begins, neither reaching the rule between; else 0."""
        home = regions[0]
        at = next(n for n, region in enumerate(regions) if region != home)
        last, first = word[at - 1], word[at]
        if home is None or regions[at] is None or not last.x1 <= self._right(home) <= first.x0:
            return 0
        is_figure = all(glyph.text in _FIGURE for glyph in word[:at])
        return at if is_figure and first.text not in _FIGURE and first.run != last.run else 0

    def _take_by_runs(
        self, word: Glyphs, home_of: Callable[[Glyphs, Sequence[Region | None]], Region | None]
    ) -> bool:
        """Take the texts of a word each by itself, unless they may be characters drawn one by one.

        A text that has outgrown its cell touches the one of the next. Each is in doubt until an identity
        binds it: some programs begin a new text within a figure.

        Returns:
            Whether it did.
        """
        texts = [list(glyphs) for _, glyphs in groupby(word, key=_run)]
        if not all(is_figure(text) for text in map(joined, texts) if DIGITS & set(text)):
            return False
        homes: list[Region] = []
        is_one_crossing = False
        for text in texts:
            regions = self._regions_at(text)
            is_in_one = regions.count(regions[0]) == len(regions)
            home = regions[0] if is_in_one else home_of(text, regions)
            if home is None:
                return False
            homes.append(home)
            is_one_crossing |= not is_in_one
        if len(texts) == 1 or not (is_one_crossing or all(len(text) > 1 for text in texts)):
            return False
        for text, home in zip(texts, homes, strict=True):
            self._put(text, home)
            self._outgrown.add(home)
        return True

    def settle(self) -> None:
        """Give words that cross rules a cell, now that the others show how texts stand in their columns."""
        for word, regions in self._undecided:
            if self._take_by_runs(word, self._flush_home):
                continue
            home = self._flush_home(word, regions)
            if home is not None:
                self._glyphs[home] += word
                continue
            for glyph, region in zip(word, regions, strict=True):
                # What sticks out of the grid stays with the nearest cell, in doubt.
                place = region or next(r for r in (*regions, *regions[::-1]) if r is not None)
                self._glyphs[place].append(glyph)
                self._doubts[place] = "text runs over a rule and may belong to either cell"
        self._undecided.clear()

    def _flush_home(self, word: Glyphs, regions: Sequence[Region | None]) -> Region | None:
        """The cell of one text that begins, or ends, right where others of its column do."""
        first, last = regions[0], regions[-1]
        if not (_is_drawn_once(word) or self._is_label_over_rules(word, regions)):
            return None
        begins = first is not None and _is_among(word[0].x0, self._begins[first[1]])
        ends = last is not None and _is_among(word[-1].x1, self._ends[last[1] + last[3] - 1])
        return None if begins == ends else first if begins else last

    def _is_label_over_rules(self, word: Glyphs, regions: Sequence[Region | None]) -> bool:
        """Whether a text drawn in several steps is one label: it goes on over a rule as if there was none."""
        if any(glyph.text in DIGITS for glyph in word):
            return False
        goes_on = all(abs(b.x0 - a.x1) <= _FLUSH for a, b in pairwise(word))
        crossing = zip(word[1:], pairwise(regions), strict=True)
        return goes_on and not any(
            a != b and b is not None and _is_among(glyph.x0, self._begins[b[1]]) for glyph, (a, b) in crossing
        )

    def beside(self, word: Glyphs) -> bool:
        """Take a figure right behind the outline where its row has no other in the last column; say whether.

        A column that is too narrow pushes it there. It is in doubt, as nothing says that it is the table's,
        unless other figures of the column run over the outline and end right where it does.
        """
        gap = (word[0].x0 + word[0].x1) / 2 - self.box.x1
        if not 0 <= gap <= word[0].size or not all(glyph.text in _FIGURE for glyph in word):
            return False
        inside = word[0]._replace(x0=self.box.x1 - 2, x1=self.box.x1 - 1)
        region = self.region_at(inside)
        if region is None or self._glyphs.get(region):
            return False
        if _is_drawn_once(word) and _is_among(word[-1].x1, self._ends[region[1] + region[3] - 1]):
            self._put(word, region)
        else:
            self._glyphs[region] = list(word)
            self._doubts[region] = "it stands beside the table, not in it"
        return True

    @staticmethod
    def _over_outline(regions: Sequence[Region | None]) -> Region | None:
        """The cell of a word that begins in it and leaves the table, most of it being inside."""
        inside = [region for region in regions if region is not None]
        one = len(set(inside)) == 1 and regions[0] is not None
        return inside[0] if one and 2 * len(inside) > len(regions) else None

    def _home(self, word: Glyphs, regions: Sequence[Region | None]) -> Region | None:
        """The cell that a word which crosses rules belongs to; None when it cannot be told."""
        # Drawn in several steps it may be the texts of two cells, which matters where figures are among them.
        if not _is_drawn_once(word) and any(glyph.text in DIGITS for glyph in word):
            return None
        first, last = regions[0], regions[-1]
        pad = _PADDING * word[0].size
        from_left = first is not None and word[0].x0 - self._left(first) <= pad
        to_right = last is not None and self._right(last) - word[-1].x1 <= pad
        if from_left != to_right:
            return first if from_left else last
        middle = regions[len(regions) // 2]
        if not from_left and middle is not None:
            over_left = self._left(middle) - word[0].x0
            over_right = word[-1].x1 - self._right(middle)
            if over_left > 0 and abs(over_left - over_right) <= pad:
                return middle
        return None

    def _without_marks(self, glyphs: list[Glyph]) -> tuple[list[Glyph], str]:
        """A cell's characters without footnote marks beside a figure, and what is not certain."""
        marks, doubt = marks_beside(glyphs)
        if not marks:
            return glyphs, doubt
        text = "".join(g.text for g in marks)
        self.marks.append(SetAside(MARK, text, box_of(marks)))
        return [g for g in glyphs if g not in marks], doubt

    def _begins_at_edge(self, region: Region, glyphs: Sequence[Glyph]) -> bool:
        """Whether a figure begins right at its cell's left rule.

        Spreadsheets leave out the first characters of a text that has no room in its cell, whole or in part;
        what is left may look like a figure. One that runs on into a blank neighbour is whole, and so is one
        that has room at its end: a text set at the left loses its last characters.
        """
        texts = {glyph.text for glyph in glyphs}
        # Codes often stand at an edge; one that has lost digits is unknown or out of place.
        if len(glyphs) < _CUT_FROM or not texts <= _FIGURE or not texts & _POINTS:
            return False
        size = glyphs[0].size
        if self._right(region) - max(g.x1 for g in glyphs) > _ROOM * size:
            return False
        return -_GLYPH * size < min(g.x0 for g in glyphs) - self._left(region) < _AT_EDGE * size

    def is_frame(self, others: Iterable[Lattice]) -> bool:
        """Whether it parts nothing, and stands around another grid or a table without rules.

        Two lines of a table's head or body, unlike those of a text, fall into three pieces or more.
        """
        is_row, is_column = len(self.rows) == 2, len(self.columns) == 2
        box = self.box
        if is_column and any(
            box.holds(*other.box[:2]) and box.holds(*other.box[2:]) for other in others if other is not self
        ):
            return True
        lines = (line for glyphs in self._glyphs.values() for line in baselines(glyphs))
        if is_row or is_column:
            pieced = sum(len(_in_pieces(line)) >= _PIECES for line in lines)
            if pieced >= _PIECED_LINES:
                return True
        return not is_column and self._holds_rows()

    def _holds_rows(self) -> bool:
        """Whether cells hold whole amounts under each other, and more than stand alone in theirs."""
        held = [
            sum(
                any(_AMOUNT.fullmatch(joined(piece)) for piece in _in_pieces(line))
                for line in baselines(glyphs)
            )
            for glyphs in self._glyphs.values()
        ]
        several = [amounts for amounts in held if amounts > 1]
        return len(several) > 1 and 2 * sum(several) > sum(held)

    def _way(self, glyphs: Sequence[Glyph]) -> int:
        """How words of a cell are turned; 0 where some are upright, or hold digits, which stand upright."""
        ways = {self._turned.get(glyph.run, 0) for glyph in glyphs}
        return ways.pop() if len(ways) == 1 and not any(g.text in DIGITS for g in glyphs) else 0

    def _upright(self, glyph: Glyph) -> Glyph:
        way = self._turned.get(glyph.run, 0)
        return upright(glyph, way) if way else glyph

    def _left(self, region: Region) -> float:
        return self.columns[region[1]]

    def _right(self, region: Region) -> float:
        return self.columns[region[1] + region[3]]

    def grid(self) -> Grid:
        """The finished grid."""
        cells = []
        for region in sorted(self.regions):
            row, column, row_span, column_span = region
            box = Box(
                self.columns[column],
                self.rows[row],
                self.columns[column + column_span],
                self.rows[row + row_span],
            )
            doubt = self._doubts.get(region, "")
            glyphs = self._glyphs.get(region)
            if not glyphs:
                cells.append(Cell(row, column, row_span, column_span, "", box, doubt))
                continue
            glyphs, small = self._without_marks(glyphs)
            lines = baselines(glyphs)
            doubt = doubt or small
            if way := self._way(glyphs):
                texts = [line.text for line in turned_lines(glyphs, way)]
            elif len(lines) == 1 or not (texts := set_downwards([self._upright(glyph) for glyph in glyphs])):
                texts = [joined(line) for line in lines]
                if not doubt and any(overlaps(line) for line in lines):
                    doubt = "characters overlap"
            if not doubt and lines and region in self._cut:
                doubt = "rules around it are missing"
            text = "\n".join(texts)
            is_sure = region not in self._outgrown and not self._begins_at_edge(region, glyphs)
            confidence = 1.0 if is_sure else _AT_THE_EDGE
            cells.append(Cell(row, column, row_span, column_span, text, box, doubt, confidence=confidence))
        return Grid(self.page, self.columns, self.rows, tuple(cells))


def _in_pieces(line: Glyphs) -> list[Glyphs]:
    """The pieces that a line falls into."""
    return in_runs(line, lambda piece, glyph: glyph.x0 - piece[-1].x1 <= _PADDING * glyph.size)


def _is_drawn_once(word: Glyphs) -> bool:
    return all(a.run == b.run for a, b in pairwise(word))


def _is_among(x: float, others: Sequence[float]) -> bool:
    return any(abs(other - x) <= _FLUSH for other in others)
