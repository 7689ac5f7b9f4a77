"""The rows of a table without rules: which lines of words belong to one row.

Codes, 行次 or labels that are known as a whole say where rows are. A label in several lines belongs to the
row that it begins at, ends at or stands around, the same way throughout the table; where more than one
division is possible the table is not read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Word
from jcfs_etl.recognise.aligned_words import AMOUNT, INTEGER, LEVEL, Line, lettered, middle, pieces_of

#: A word may stick out of its column by so many points.
_OUT = 1.5
#: Lines of one text follow each other within this many em.
_PITCH = 2.4
#: The middle of a text in several lines is its row's within this many em.
_NEAR = 0.4
#: A text stands in the middle of the columns that it is merged over within this many em.
_CENTRED = 1.5
_CENTRED_SHARE = 0.08
#: A text has at most so many lines.
_LINES = 6
#: A page's edge leaves at most so many lines of a row for the next page.
_CUT = 4
#: A known word without code or 行次 is a row where it stands this share of a row away from others; a total
#: may stand nearer, where rows differ in height.
_APART = (0.6, 0.3)

Span = tuple[int, int]
#: Groups of lines: the row of each, and the lines it begins and ends at.
_Way = tuple[tuple[int, int, int], ...]


@dataclass
class AlignedRow:
    """A row: for each column, or columns that one text is merged over, its words from the top down."""

    y: float
    cells: dict[Span, list[Word]] = field(default_factory=dict)

    def is_level(self, span: Span, keys: Iterable[int]) -> bool:
        """Whether a text of one line stands level with a key of the row."""
        words = self.cells[span]
        beside = [word for column in keys for word in self.cells.get((column, column), ())]
        return len(words) == 1 and any(
            abs(middle(word) - middle(words[0])) <= LEVEL * words[0].size for word in beside
        )

    @property
    def top(self) -> float:
        """Upper end of its words."""
        return min(w.box.y0 for words in self.cells.values() for w in words)

    @property
    def bottom(self) -> float:
        """Lower end of its words."""
        return max(w.box.y1 for words in self.cells.values() for w in words)


@dataclass(frozen=True)
class Columns:
    """What is known of the columns when rows are sought.

    Attributes:
        edges: x of the column edges.
        keys: columns of codes and 行次, which never go on in a second line.
        labels: columns of codes and labels.
        numeric: for each column, whether figures stand in it.
        knows: whether a text is a whole label of the table.
        knows_word: whether a text is a whole label, or a word of the table's head.
        knows_total: whether a text is the whole label of a total.
    """

    edges: tuple[float, ...]
    keys: frozenset[int]
    labels: frozenset[int]
    numeric: tuple[bool, ...]
    knows: Callable[[str], bool]
    knows_word: Callable[[str], bool]
    knows_total: Callable[[str], bool]

    @property
    def sole(self) -> int | None:
        """The only column that is none of keys and labels; None where there are several."""
        values = set(range(len(self.edges) - 1)) - self.keys - self.labels
        return values.pop() if len(values) == 1 else None

    def span(self, word: Word) -> Span | None:
        """The columns that a word stands in; None when it sticks out of the table."""
        box, edges = word.box, self.edges
        if box.x0 < edges[0] - _OUT or box.x1 > edges[-1] + _OUT:
            return None
        first = bisect_right(edges, box.x0 + _OUT) - 1
        last = bisect_right(edges, box.x1 - _OUT) - 1
        return max(first, 0), min(last, len(edges) - 2)


def banded_rows(lines: Sequence[Line], ys: Sequence[float], columns: Columns) -> list[AlignedRow] | None:
    """Rows that level rules part.

    Args:
        lines: lines of the body.
        ys: heights of the rules, the ends included.
        columns: the columns.

    Returns:
        A row for each band, blank ones too; None where a word stands outside or between columns.
    """
    rows = [AlignedRow((a + b) / 2) for a, b in pairwise(ys)]
    for piece in (piece for line in lines for piece in lettered(pieces_of(line), columns.knows_word)):
        at = bisect_right(ys, middle(piece)) - 1
        span = columns.span(piece)
        if span is None or not 0 <= at < len(rows):
            return None
        rows[at].cells.setdefault(span, []).append(piece)
    return _settled(rows, columns)


def rows_going_on(
    lines: Sequence[Line], columns: Columns, *, above: bool, below: bool
) -> list[AlignedRow] | None:
    """Rows of a page on which a table goes on; what a page's edge has left of a row is one.

    Args:
        lines: lines of the body, from the top down.
        columns: the columns.
        above: whether the table began on a page before, so that the first row may be cut.
        below: whether it goes on on the next page, so that the last row may be.
    """
    ways = [
        (top, bottom)
        for top in range(_CUT + 1 if above else 1)
        for bottom in range(_CUT + 1 if below else 1)
        if top + bottom < len(lines)
    ]
    for top, bottom in sorted(ways, key=sum):
        end = len(lines) - bottom
        first, last = _one_row(lines[:top], columns), _one_row(lines[end:], columns)
        if first is None or last is None:
            continue
        rows = open_rows(lines[top:end], columns)
        if rows is not None:
            return [*first, *rows, *last]
    return None


def _one_row(lines: Sequence[Line], columns: Columns) -> list[AlignedRow] | None:
    """Lines as one row; none of no lines, and None where they have keys of several rows."""
    if not lines:
        return []
    row, keys = AlignedRow(lines[0].y), []
    for piece in (piece for line in lines for piece in lettered(pieces_of(line), columns.knows_word)):
        span = columns.span(piece)
        if span is None:
            return None
        row.cells.setdefault(span, []).append(piece)
        if span[0] == span[1] and span[0] in columns.keys:
            keys.append((middle(piece), piece.size))
    return _settled([row], columns) if len(_merged(keys)) < 2 else None


def open_rows(lines: Sequence[Line], columns: Columns) -> list[AlignedRow] | None:
    """Rows that nothing parts, told by their keys or labels.

    Args:
        lines: lines of the body, from the top down.
        columns: the columns.

    Returns:
        The rows; None where there is not exactly one way to divide the lines into them.
    """
    by_span: dict[Span, list[Word]] = {}
    for piece in (piece for line in lines for piece in lettered(pieces_of(line), columns.knows_word)):
        span = columns.span(piece)
        if span is None:
            return None
        by_span.setdefault(span, []).append(piece)
    ways = [
        rows
        for place in _PLACES
        for apart in _APART
        if (rows := _divided(by_span, place, apart, columns)) is not None
    ]
    fullest = max((_filled(rows) for rows in ways), default=0)
    best = [rows for rows in ways if _filled(rows) == fullest]
    if not best or any(_contents(rows) != _contents(best[0]) for rows in best):
        return None
    return _settled(best[0], columns)


def _filled(rows: Sequence[AlignedRow]) -> int:
    """How many cells hold something: no cell is blank that a text could stand in."""
    return sum(len(row.cells) for row in rows)


def _contents(rows: Sequence[AlignedRow]) -> list[dict[Span, list[Word]]]:
    return [row.cells for row in rows]


#: Where the row of a text in several lines is: at its middle, first line or last line.
_PLACES: tuple[Callable[[Sequence[Word]], float], ...] = (
    lambda words: (middle(words[0]) + middle(words[-1])) / 2,
    lambda words: middle(words[0]),
    lambda words: middle(words[-1]),
)


def _divided(
    by_span: dict[Span, list[Word]],
    place: Callable[[Sequence[Word]], float],
    apart: float,
    columns: Columns,
) -> list[AlignedRow] | None:
    heights = _heights(by_span, place, apart, columns)
    if not heights:
        return None
    rows = [AlignedRow(y) for y in heights]
    for span, words in by_span.items():
        groups = _groups(words, heights, place)
        if groups is None:
            return None
        for at, group in groups:
            rows[at].cells[span] = group
    return [row for row in rows if row.cells]


def _heights(
    by_span: dict[Span, list[Word]],
    place: Callable[[Sequence[Word]], float],
    apart: float,
    columns: Columns,
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
    heights: list[float] = []
    for y, size in sorted(places):
        if not heights or y - heights[-1] > LEVEL * size:
            heights.append(y)
    return heights


def _known_groups(words: Sequence[Word], knows: Callable[[str], bool]) -> list[list[Word]] | None:
    """The one way to put lines of a column together to known labels; None where there is none, or several."""
    ways: list[list[list[list[Word]]]] = [[[]]]
    for end in range(1, len(words) + 1):
        found: list[list[list[Word]]] = []
        for start in range(max(0, end - _LINES), end):
            group = list(words[start:end])
            if _is_one_text(group) and knows(squeezed("".join(w.text for w in group))):
                found += [[*way, group] for way in ways[start]]
        ways.append(found[:2])
    return ways[-1][0] if len(ways[-1]) == 1 else None


def _is_one_text(words: Sequence[Word]) -> bool:
    return all(0 < middle(b) - middle(a) <= _PITCH * b.size for a, b in pairwise(words))


def _groups(
    words: Sequence[Word], heights: Sequence[float], place: Callable[[Sequence[Word]], float]
) -> list[tuple[int, list[Word]]] | None:
    """The one way to give the lines of a column to rows; None where there is none, or several.

    Words on one line are one text of the column.
    """
    lines: list[list[Word]] = []
    for word in words:
        if lines and abs(middle(word) - middle(lines[-1][0])) <= LEVEL * word.size:
            lines[-1].append(word)
        else:
            lines.append([word])
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


def _settled(rows: list[AlignedRow], columns: Columns) -> list[AlignedRow] | None:
    """Rows in which a text merged over columns covers all that are blank around it; None where none fits."""
    for row in rows:
        taken: set[int] = set()
        for span in [*row.cells]:
            words = row.cells[span]
            merged = span[0] != span[1]
            if merged and any(AMOUNT.fullmatch(squeezed(w.text)) for w in words):
                return None
            if (
                merged
                or (columns.numeric[span[0]] and not _is_numeric(words))
                or _is_total(row, span, columns)
            ):
                wide = _widened(row, span, columns)
                if wide is None:
                    return None
                row.cells[wide] = row.cells.pop(span)
            else:
                wide = span
            covered = set(range(wide[0], wide[1] + 1))
            if covered & taken:
                return None
            taken |= covered
    return rows


def _is_total(row: AlignedRow, span: Span, columns: Columns) -> bool:
    """Whether the label of a total, its figure not being beside it, may be merged over several blocks."""
    text = squeezed("".join(w.text for w in row.cells[span]))
    blocks = any(b > a + 1 for a, b in pairwise(sorted(columns.labels)))
    beside = any(other[0] == span[1] + 1 for other in row.cells)
    return blocks and not beside and columns.knows_total(text)


def _is_numeric(words: Sequence[Word]) -> bool:
    text = squeezed("".join(w.text for w in words))
    return any(ch.isdigit() for ch in text) or bool(AMOUNT.fullmatch(text))


def _widened(row: AlignedRow, span: Span, columns: Columns) -> Span | None:
    """The blank columns around a text that it may be merged over: it stands in their middle."""
    words = row.cells[span]
    others = {c for other in row.cells if other != span for c in range(other[0], other[1] + 1)}
    if others & set(range(span[0], span[1] + 1)):
        return None
    first, last = span
    while first > 0 and first - 1 not in others:
        first -= 1
    while last < len(columns.edges) - 2 and last + 1 not in others:
        last += 1
    in_keys = span[0] != span[1] and set(range(span[0], span[1] + 1)) <= columns.labels
    if in_keys and not _is_total(row, span, columns):
        return span
    x = (min(w.box.x0 for w in words) + max(w.box.x1 for w in words)) / 2
    # Over many columns the middle is less well known.
    off = max(_CENTRED * words[0].size, _CENTRED_SHARE * (columns.edges[last + 1] - columns.edges[first]))
    ways = [
        (a, b)
        for a in range(first, span[0] + 1)
        for b in range(span[1], last + 1)
        if abs((columns.edges[a] + columns.edges[b + 1]) / 2 - x) <= off
    ]
    # The widest: no figure stands in any of them.
    return max(ways, key=lambda way: way[1] - way[0], default=span if in_keys or span[0] == span[1] else None)
