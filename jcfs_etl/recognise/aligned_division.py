"""Which lines of a table without rules belong to one row, where nothing parts its rows.

Codes, 行次 or labels that are known as a whole say where rows are. A label in several lines belongs to the
row that it begins at, ends at or stands around, the same way throughout the table; where more than one
division is possible the table is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import Literal

from jcfs_etl.labels import squeezed
from jcfs_etl.places import in_runs
from jcfs_etl.read.model import Word
from jcfs_etl.recognise.aligned_rows import AlignedRow, Columns, Span, settled
from jcfs_etl.recognise.aligned_words import AMOUNT, INTEGER, LEVEL, Line, middle

#: Lines of one text follow each other within this many em.
_PITCH = 2.4
#: The middle of a text in several lines is its row's within this many em.
_NEAR = 0.4
#: A text has at most so many lines.
_LINES = 6
#: A page's edge leaves at most so many lines of a row for the next page.
_CUT = 4
#: A known word without code or 行次 is a row where it stands this share of a row away from others; a total
#: may stand nearer, where rows differ in height.
_APART = (0.6, 0.3)
#: Rows reach into each other by at most so many points, as boxes of letters do.
_OVERLAP = 2.0
#: Distances of lines of one text differ by at most so many points.
_UNEVEN = 1.0

#: Groups of lines: the row of each, and the lines it begins and ends at.
_Way = tuple[tuple[int, int, int], ...]

#: Where the row of a text in several lines is: at its middle, first line or last line.
Place = Literal["middle", "first", "last"]
PLACES: tuple[Place, ...] = ("middle", "first", "last")
_PLACE: dict[Place, Callable[[Sequence[Word]], float]] = {
    "middle": lambda words: (middle(words[0]) + middle(words[-1])) / 2,
    "first": lambda words: middle(words[0]),
    "last": lambda words: middle(words[-1]),
}


def rows_going_on(
    lines: Sequence[Line], columns: Columns, *, above: bool, below: bool, places: Sequence[Place] = PLACES
) -> list[AlignedRow] | None:
    """Rows of a page on which a table goes on; what a page's edge has left of a row is one.

    What is cut keeps the codes and 行次 above the page's edge, as they have one line: a rest at the foot has
    one, where rows have any, and one at the top that has is thought of last.

    Args:
        lines: lines of the body, from the top down.
        columns: the columns.
        above: whether the table began on a page before, so that the first row may be cut.
        below: whether it goes on on the next page, so that the last row may be.
        places: where the row of a text in several lines may be.
    """
    found = _going_on(lines, columns, (above, below), places)
    return found[1] if found else None


def _going_on(
    lines: Sequence[Line], columns: Columns, open_at: tuple[bool, bool], places: Sequence[Place]
) -> tuple[tuple[int, int], list[AlignedRow]] | None:
    """Rows of a page, and how many unlikely ones, and lines of rests, the page's edges have left."""
    above, below = open_at
    ways: list[tuple[int, int, int, list[AlignedRow], list[AlignedRow]]] = []
    for top in range(_CUT + 1 if above else 1):
        for bottom in range(_CUT + 1 if below else 1):
            if top + bottom >= len(lines):
                continue
            first = _one_row(lines[:top], columns)
            last = _one_row(lines[len(lines) - bottom :], columns)
            if first is not None and last is not None:
                odd = sum(_has_key(row, columns) for row in first)
                # A rest without a code at the foot may be the end of a figure of the row above it.
                if not columns.keys or all(_has_key(row, columns) for row in last):
                    ways.append((odd, top, bottom, first, last))
    best: tuple[tuple[int, int], list[AlignedRow]] | None = None
    for odd, top, bottom, first, last in sorted(ways, key=lambda way: (way[0], way[1] + way[2])):
        if best is not None and best[0] <= (odd, top + bottom):
            break
        rows = open_rows(lines[top : len(lines) - bottom], columns, places)
        if rows is not None:
            cost = (odd + (not _is_even(rows)), top + bottom)
            if best is None or cost < best[0]:
                best = cost, [*first, *rows, *last]
    return best


def usual_places(parts: Sequence[tuple[Sequence[Line], bool, bool]], columns: Columns) -> tuple[Place, ...]:
    """Where the row of a text in several lines is in a table on several pages: alike on all of them.

    Args:
        parts: for each page its lines, and whether the table began before and goes on after it.
        columns: the columns.

    Returns:
        The places by which the rows of every page can be told with the fewest lines left over at the pages'
        edges; all places where none serves every page.
    """
    costs: dict[Place, tuple[int, int]] = dict.fromkeys(PLACES, (0, 0))
    for lines, above, below in parts:
        found = {place: _going_on(lines, columns, (above, below), (place,)) for place in PLACES}
        if not any(found.values()):
            continue  # it may be text after the table
        for place, way in found.items():
            if place in costs:
                odd, cut = costs.pop(place)
                if way is not None:
                    costs[place] = (odd + way[0][0], cut + way[0][1])
    least = min(costs.values(), default=None)
    return tuple(place for place in PLACES if costs.get(place) == least) if costs else PLACES


def _has_key(row: AlignedRow, columns: Columns) -> bool:
    return any((key, key) in row.cells for key in columns.keys)


def _one_row(lines: Sequence[Line], columns: Columns) -> list[AlignedRow] | None:
    """Lines as one row; none of no lines, and None where they have keys of several rows."""
    if not lines:
        return []
    row = columns.row(lines)
    if row is None:
        return None
    keys = [(middle(word), word.size) for key in columns.keys for word in row.cells.get((key, key), ())]
    return settled([row], columns) if len(_merged(keys)) < 2 else None


def open_rows(
    lines: Sequence[Line], columns: Columns, places: Sequence[Place] = PLACES
) -> list[AlignedRow] | None:
    """Rows that nothing parts, told by their keys or labels.

    Args:
        lines: lines of the body, from the top down.
        columns: the columns.
        places: where the row of a text in several lines may be.

    Returns:
        The rows; None where there is not exactly one way to divide the lines into them.
    """
    every = columns.row(lines)
    if every is None:
        return None
    ways = [
        rows
        for place in places
        for apart in _APART
        if (rows := _divided(every.cells, _PLACE[place], apart, columns)) is not None
        and not any(a.bottom > b.top + _OVERLAP for a, b in pairwise(rows))
    ]
    fullest = max((_filled(rows) for rows in ways), default=0)
    best = [rows for rows in ways if _filled(rows) == fullest]
    best = [rows for rows in best if _is_even(rows)] or best
    if not best or any(_contents(rows) != _contents(best[0]) for rows in best):
        return None
    return settled(best[0], columns)


def _filled(rows: Sequence[AlignedRow]) -> int:
    """How many cells hold something: no cell is blank that a text could stand in."""
    return sum(len(row.cells) for row in rows)


def _is_even(rows: Sequence[AlignedRow]) -> bool:
    """Whether lines of one text follow each other at one distance, whichever text it is."""
    pitches = [
        middle(b) - middle(a)
        for row in rows
        for words in row.cells.values()
        for a, b in pairwise(words)
        if middle(b) - middle(a) > LEVEL * b.size
    ]
    return not pitches or max(pitches) - min(pitches) <= _UNEVEN


def _contents(rows: Sequence[AlignedRow]) -> list[dict[Span, list[Word]]]:
    return [row.cells for row in rows]


def _divided(
    by_span: dict[Span, list[Word]], place: Callable[[Sequence[Word]], float], apart: float, columns: Columns
) -> list[AlignedRow] | None:
    heights = _heights(by_span, place, apart, columns)
    if not heights:
        return None
    rows = [AlignedRow() for _ in heights]
    for span, words in by_span.items():
        groups = _groups(words, heights, place)
        if groups is None:
            return None
        for at, group in groups:
            rows[at].cells[span] = group
    return [row for row in rows if row.cells]


def _heights(
    by_span: dict[Span, list[Word]], place: Callable[[Sequence[Word]], float], apart: float, columns: Columns
) -> list[float] | None:
    """Where the rows of a table are."""
    keys = [
        word
        for (first, last), words in by_span.items()
        if first == last and first in columns.keys
        for word in words
        if INTEGER.fullmatch(squeezed(word.text))
    ]
    labels = {
        span: words for span, words in by_span.items() if set(range(span[0], span[1] + 1)) & columns.labels
    }
    if keys:
        heights = _merged([(middle(word), word.size) for word in keys])
        pitch = median(b - a for a, b in pairwise(heights)) if len(heights) > 1 else 0.0
        knows = columns.knows_word if apart == _APART[0] else columns.knows_total
        more = [
            (middle(word), word.size)
            for words in by_span.values()
            for word in words
            if knows(squeezed(word.text))
            and all(abs(middle(word) - y) > max(apart * pitch, word.size) for y in heights)
        ]
        return _merged([*((y, more[0][1] if more else 1.0) for y in heights), *more])
    if labels and all(words for words in labels.values()):
        found: list[tuple[float, float]] = []
        for words in labels.values():
            groups = _known_groups(words, columns.knows)
            if groups is None:
                return None
            found += [(place(group), group[0].size) for group in groups]
        return _merged(found)
    amounts = [w for words in by_span.values() for w in words if AMOUNT.fullmatch(squeezed(w.text))]
    return _merged([(middle(w), w.size) for w in amounts]) or None


def _merged(places: Iterable[tuple[float, float]]) -> list[float]:
    runs = in_runs(sorted(places), lambda run, place: place[0] - run[0][0] <= LEVEL * place[1])
    return [run[0][0] for run in runs]


def _known_groups(words: Sequence[Word], knows: Callable[[str], bool]) -> list[list[Word]] | None:
    """The one way to put lines of a column together to known labels; None where there is none, or several.

    Returns:
        The first word of each line of each label.
    """
    lines = _by_lines(words)
    ways: list[list[list[list[Word]]]] = [[[]]]
    for end in range(1, len(lines) + 1):
        found: list[list[list[Word]]] = []
        for start in range(max(0, end - _LINES), end):
            group = [line[0] for line in lines[start:end]]
            text = "".join(word.text for line in lines[start:end] for word in line)
            if _is_one_text(group) and knows(squeezed(text)):
                found += [[*way, group] for way in ways[start]]
        ways.append(found[:2])
    return ways[-1][0] if len(ways[-1]) == 1 else None


def _by_lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words of a column line by line: those on one line are one text of it."""
    return in_runs(words, lambda line, word: abs(middle(word) - middle(line[0])) <= LEVEL * word.size)


def _is_one_text(words: Sequence[Word]) -> bool:
    return all(0 < middle(b) - middle(a) <= _PITCH * b.size for a, b in pairwise(words))


def _groups(
    words: Sequence[Word], heights: Sequence[float], place: Callable[[Sequence[Word]], float]
) -> list[tuple[int, list[Word]]] | None:
    """The one way to give the lines of a column to rows; None where there is none, or several."""
    lines = _by_lines(words)
    ways: list[list[tuple[int, _Way]]] = [[(-1, ())]]
    for end in range(1, len(lines) + 1):
        found: list[tuple[int, _Way]] = []
        for start in range(max(0, end - _LINES), end):
            first = [line[0] for line in lines[start:end]]
            if not _is_one_text(first):
                continue
            y, near = place(first), _NEAR * first[0].size
            at = min(range(len(heights)), key=lambda index: abs(heights[index] - y))
            if abs(heights[at] - y) <= near:
                found += [(at, (*way, (at, start, end))) for last, way in ways[start] if last < at]
        ways.append(_fullest(found))
    # No row is blank that a text could stand in.
    most = max((len(way) for _, way in ways[-1]), default=0)
    best = {way for _, way in ways[-1] if len(way) == most}
    if len(best) != 1:
        return None
    (way,) = best
    return [(at, [word for line in lines[start:end] for word in line]) for at, start, end in way]


def _fullest(ways: Iterable[tuple[int, _Way]]) -> list[tuple[int, _Way]]:
    """Of the ways that end in one row, those that leave the fewest rows before it blank."""
    best: dict[int, list[_Way]] = {}
    for last, way in ways:
        have = best.setdefault(last, [])
        if not have or len(way) > len(have[0]):
            best[last] = [way]
        elif len(way) == len(have[0]) and way not in have and len(have) < 2:
            have.append(way)
    return [(last, way) for last, found in best.items() for way in found]
