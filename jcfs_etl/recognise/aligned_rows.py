"""The rows of a table without rules: their cells, and what is known of the columns they stand in.

Where rules part the rows, a row is what stands between two of them; `aligned_division` finds the others.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct, field

from jcfs_etl.labels import squeezed
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell, Grid, Word
from jcfs_etl.recognise.aligned_head import HeadLayout
from jcfs_etl.recognise.aligned_words import AMOUNT, LEVEL, Line, lettered, lines_of, middle, pieces_of

#: A word may stick out of its column by so many points.
_OUT = 1.5
#: A text stands in the middle of the columns that it is merged over within this many em.
_CENTRED = 1.5
_CENTRED_SHARE = 0.08

Span = tuple[int, int]
#: How sure it is that a figure belongs where it stands, before any identity is tried.
ALIGNED = 0.98
#: Points that a grid's outline keeps from its words.
MARGIN = 2.0


class AlignedRow(Struct):
    """A row: for each column, or columns that one text is merged over, its words from the top down."""

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


class Columns(Struct, frozen=True):
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

    def pieces(self, lines: Iterable[Line]) -> Iterator[tuple[Span | None, Word]]:
        """The texts of lines with the columns they stand in; None where one sticks out of the table."""
        for line in lines:
            for piece in lettered(pieces_of(line), self.knows_word):
                yield self.span(piece), piece

    def row(self, lines: Iterable[Line]) -> AlignedRow | None:
        """Lines as one row, each text in the columns it stands in; None where one sticks out of the table."""
        row = AlignedRow()
        for span, piece in self.pieces(lines):
            if span is None:
                return None
            row.cells.setdefault(span, []).append(piece)
        return row


def banded_rows(lines: Sequence[Line], ys: Sequence[float], columns: Columns) -> list[AlignedRow] | None:
    """Rows that level rules part.

    Args:
        lines: lines of the body.
        ys: heights of the rules, the ends included.
        columns: the columns.

    Returns:
        A row for each band, blank ones too; None where a word stands outside or between columns.
    """
    rows = [AlignedRow() for _ in pairwise(ys)]
    for span, piece in columns.pieces(lines):
        at = bisect_right(ys, middle(piece)) - 1
        if span is None or not 0 <= at < len(rows):
            return None
        rows[at].cells.setdefault(span, []).append(piece)
    return settled(rows, columns)


def settled(rows: list[AlignedRow], columns: Columns) -> list[AlignedRow] | None:
    """Rows in which a text merged over columns covers all that are blank around it.

    Args:
        rows: rows whose texts stand in the columns that they are seen in; they are changed.
        columns: the columns.

    Returns:
        The rows; None where a text can be merged over no columns around it.
    """
    for row in rows:
        taken: set[int] = set()
        for span in [*row.cells]:
            words = row.cells[span]
            merged = span[0] != span[1]
            if merged and any(AMOUNT.fullmatch(squeezed(w.text)) for w in words):
                return None
            is_label = columns.numeric[span[0]] and not _is_numeric(words)
            if merged or is_label or _is_total(row, span, columns):
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


def open_edges(rows: Sequence[AlignedRow], head: Sequence[Line]) -> list[float]:
    """Heights of the edges between rows that no rules part; without rows, those of a blank one there."""
    if not rows:
        bottom = max(line.box.y1 for line in head)
        return [bottom + MARGIN, bottom + 2 * MARGIN]
    top = rows[0].top - MARGIN
    if head:
        top = (max(line.box.y1 for line in head) + rows[0].top) / 2
    between = [(a.bottom + b.top) / 2 for a, b in pairwise(rows)]
    return [top, *between, rows[-1].bottom + MARGIN]


def head_edges(
    layout: HeadLayout, head: Sequence[Line], numbering: Line | None, top: float, bottom: float
) -> list[float]:
    """Heights of the edges between the rows of a head."""
    proper = [line for line in head if line is not numbering]
    end = (max(line.box.y1 for line in proper) + numbering.box.y0) / 2 if numbering else bottom
    height = (end - top) / layout.levels
    edges = [top + height * level for level in range(layout.levels)]
    return [*edges, end, bottom] if numbering else [*edges, end]


def joined(words: Sequence[Word]) -> str:
    """Words of one line as a text."""
    return " ".join(word.text for word in words)


def _cell(
    text: str, edges: Sequence[float], ys: Sequence[float], rows: Span, columns: Span, confidence: float = 1.0
) -> Cell:
    """A cell over rows and columns, ends included; nothing is uncertain about a blank one."""
    box = Box(edges[columns[0]], ys[rows[0]], edges[columns[1] + 1], ys[rows[1] + 1])
    spans = rows[1] - rows[0] + 1, columns[1] - columns[0] + 1
    sure = confidence if text else 1.0
    return Cell(rows[0], columns[0], *spans, text, box, confidence=sure, is_aligned=True)


def row_cells(
    row: AlignedRow, at: int, ys: Sequence[float], columns: Columns, sure: int | None = None
) -> list[Cell]:
    """The cells of a row of the body, blank ones too.

    Args:
        row: the row.
        at: its index in the grid.
        ys: heights of the grid's row edges.
        columns: the columns.
        sure: a column whose figure is certain without an identity.
    """
    covered = {c for first, last in row.cells for c in range(first, last + 1)}
    spans = [*row.cells, *((c, c) for c in range(len(columns.edges) - 1) if c not in covered)]
    cells = []
    for span in sorted(spans):
        text = "\n".join(joined(line.words) for line in lines_of(row.cells.get(span, ())))
        confidence = 1.0 if span == (sure, sure) else ALIGNED
        cells.append(_cell(text, columns.edges, ys, (at, at), span, confidence))
    return cells


def head_cells(layout: HeadLayout, ys: Sequence[float]) -> list[Cell]:
    """The cells of a head, the numbers below it left out."""
    heads = (head for head in layout.cells if head.rows[1] + 1 < len(ys))
    return [_cell(head.text, layout.edges, ys, head.rows, head.columns) for head in heads]


def head_alone(layout: HeadLayout) -> Grid:
    """A grid of the head and a blank row, for the head's reader."""
    ys = tuple(float(y) for y in range(layout.levels + 2))
    blank = [Cell(layout.levels, c, 1, 1, "", Box(0, 0, 0, 0)) for c in range(len(layout.edges) - 1)]
    return Grid(0, layout.edges, ys, (*head_cells(layout, ys), *blank))
