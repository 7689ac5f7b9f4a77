"""A self-evaluation form without rules, as a grid made of how its words stand to each other.

Rows are told by their figures; a text belongs to the row whose middle is its own. Where the lines of a column
can be dealt to the rows in no way, or in more than one, there is no grid. Names of 一级 and 二级指标 over
several rows, the goals and what stands below 总分 are left out: nothing tells how far a cell goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

from jcfs_etl.contracts.performance import Block
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_nothing
from jcfs_etl.places import Box, in_runs
from jcfs_etl.read.model import Cell, Grid, Page
from jcfs_etl.recognise.aligned_words import NUMERIC, lines_of

#: Columns are parted by a gap of so many points that runs through all their lines.
_GAP = 0.8
#: The middle of a text lies this near (points) to that of its row.
_LEVEL = 1.3
#: Lines of one text are parted by at most so many times their height.
_LEADING = 0.95
#: Words of one value on a line are parted by at most so many times their height.
_WORDS = 1.0
#: Ways of dealing lines to rows that are followed; of more, one is not told for certain.
_MOST_WAYS = 50
#: Lines of a head that may stand above its middle.
_HEAD_LINES = 3
#: The column that each indicator has a text in; what stands left of it is left out.
_OWN = "level3"


class AlignedForm(Struct, frozen=True):
    """The lines of a form from its title to its fields, and its rows as a grid."""

    captions: tuple[str, ...]
    title: str
    grid: Grid


class _Text(Struct, frozen=True):
    text: str
    box: Box

    @property
    def middle(self) -> float:
        return (self.box.y0 + self.box.y1) / 2


class _Row(Struct, frozen=True):
    """A row: its middle, and left edge, right edge and text of each cell."""

    middle: float
    cells: tuple[tuple[float, float, str], ...]


class _Block(Struct, frozen=True):
    """A block of columns: the first line that it takes, and its rows with the head first."""

    first: int
    rows: tuple[_Row, ...]


_Line = Sequence[_Text]


def aligned_forms(page: Page, words: Words) -> list[AlignedForm | None]:
    """The forms of a page without grids, from title to title; None for one that cannot be told for certain.

    Args:
        page: the page, read.
        words: the words of the forms.
    """
    if page.grids:
        return [None]
    lines = [[_Text(w.text, w.box) for w in line.words] for line in lines_of(page.words)]
    texts = [_joined(line) for line in lines]
    starts = [i for i, text in enumerate(texts) if words.title(text) or words.other_title(text)]
    parts = [lines[start:end] for start, end in pairwise([*starts, len(lines)])]
    return [_form(part, page.number, words) for part in parts if words.title(_joined(part[0]))] or [None]


def _form(lines: Sequence[_Line], page: int, words: Words) -> AlignedForm | None:
    """The form below a title; without 总分, which its indicators must come to, its fields and money alone."""
    contract = words.contract
    money, head = (_head_line(lines, block, words) for block in (contract.money, contract.indicators))
    if money is None or head is None or not 0 < money < head:
        return None
    goals = [i for i in range(money, head) if any(words.find(t.text, words.goals) for t in lines[i])]
    funds = _block(lines, 0, money, min([*goals, head]), contract.money, words)
    if funds is None:
        return None
    captions, named = _fields(lines[1 : funds.first], words)
    rows = [*named, *funds.rows]
    totals = [i for i in range(head, len(lines)) if words.is_one(lines[i][0].text, contract.total.labels)]
    if totals:
        indicators = _block(lines, money, head, totals[0], contract.indicators, words)
        total = _total(lines[totals[0]], indicators.rows[0]) if indicators is not None else None
        if indicators is None or total is None:
            return None
        rows += [*indicators.rows, total]
    title = _joined(lines[0])
    return AlignedForm((title, *captions), title, _grid(rows, page))


def _head_line(lines: Sequence[_Line], block: Block, words: Words) -> int | None:
    """The line with most heads of a block; None where two have as many."""
    counts = [len({n for t in line if (n := words.column(t.text, block))}) for line in lines]
    most = max(counts, default=0)
    return counts.index(most) if most > 1 and counts.count(most) == 1 else None


def _block(
    lines: Sequence[_Line], above: int, head: int, end: int, block: Block, words: Words
) -> _Block | None:
    """A block below one line and above another; its head may begin in lines above its middle."""
    middle = sum(t.middle for t in lines[head]) / len(lines[head])
    for first in range(head, max(above, head - _HEAD_LINES), -1):
        texts = [t for line in lines[first:end] for t in line]
        if rows := _rows_of(texts, middle, block, words):
            return _Block(first, rows)
    return None


def _rows_of(texts: Sequence[_Text], head: float, block: Block, words: Words) -> tuple[_Row, ...]:
    """The rows of a block; none unless its lines can be dealt to rows in one way."""
    columns = _columns(texts)
    named = [words.column(_text_at(column, head), block) for column in columns]
    if not any(named):
        return ()
    is_money = _OWN not in block.columns
    own = next(i for i, name in enumerate(named) if name) - 1 if is_money else _place(named, _OWN)
    if own < 0:
        return ()
    figures = [c for c in columns[own + 1 :] if all(_is_figure(t) for t in _below(c, head))]
    alone = _apart(t.middle for column in figures for t in _below(column, head))
    # A figure that wraps has lines of its own.
    beside = [t.middle for column in columns[own:] for t in column]
    middles = [y for y in alone if sum(abs(y - other) <= _LEVEL for other in beside) > 1]
    rows = [middles]
    if is_money:
        # A source without a figure has a row as well, told by its label.
        rows.append(_apart([*middles, *(t.middle for t in _below(columns[own], head))]))
    ways = {_dealt_rows(columns, own, [head, *each], is_money=is_money) for each in rows}
    ways.discard(())
    return ways.pop() if len(ways) == 1 else ()


def _dealt_rows(
    columns: Sequence[Sequence[_Text]], own: int, middles: Sequence[float], *, is_money: bool
) -> tuple[_Row, ...]:
    """Rows about the middles; none unless each has a text in the column ``own``, and all lines have a row."""
    dealt = [_dealt(column, middles) for column in columns]
    rows = range(1 if is_money else 0, len(middles))
    if (
        not rows
        or any(each is None for each in dealt[own:])
        or any(i not in (dealt[own] or ()) for i in rows)
    ):
        return ()
    first = own
    # Names in cells of one row each stand beside every indicator.
    while not is_money and first and all(i in (dealt[first - 1] or ()) for i in rows):
        first -= 1
    texts = [each or {} for each in dealt[first:]]
    edges = _edges(columns[first:])
    made = [
        _Row(middle, tuple((x0, x1, of.get(place, "")) for (x0, x1), of in zip(edges, texts, strict=True)))
        for place, middle in enumerate(middles)
    ]
    if is_money and own:
        # What stands left of the labels is the heading of the block.
        side = "".join(t.text for column in columns[:own] for t in sorted(column, key=_from_top))
        sides = _edges(columns[: own + 1])[:own]
        x0, x1 = sides[0][0], sides[-1][1]
        made = [
            _Row(row.middle, ((x0, x1, "" if at else side), (x1, *row.cells[0][1:]), *row.cells[1:]))
            for at, row in enumerate(made)
        ]
    return tuple(made)


def _dealt(column: Sequence[_Text], middles: Sequence[float]) -> dict[int, str] | None:
    """The text of each row of a column; None unless its lines are about the rows' middles in one way."""
    ordered = sorted(column, key=_from_top)
    lines = in_runs(ordered, lambda line, text: abs(text.middle - line[0].middle) <= _LEVEL)
    height = min(t.box.y1 - t.box.y0 for t in column)

    def text_of(group: Sequence[list[_Text]]) -> int | None:
        tops, feet = [line[0].box.y0 for line in group], [line[0].box.y1 for line in group]
        if any(y - foot > _LEADING * height for foot, y in zip(feet, tops[1:], strict=False)):
            return None
        middle = (tops[0] + feet[-1]) / 2
        near = [i for i, y in enumerate(middles) if abs(y - middle) <= _LEVEL]
        inside = [y for y in middles if tops[0] - height / 3 < y < feet[-1] + height / 3]
        return near[0] if len(near) == 1 and len(inside) == 1 else None

    ways: list[list[dict[int, str]]] = [[] for _ in lines] + [[{}]]
    for start in range(len(lines) - 1, -1, -1):
        for end in range(start + 1, len(lines) + 1):
            place = text_of(lines[start:end])
            if place is not None:
                texts = ("".join(t.text for t in sorted(line, key=_from_left)) for line in lines[start:end])
                words = "\n".join(texts)
                ways[start] += [{place: words} | rest for rest in ways[end] if place not in rest]
        if len(ways[start]) > _MOST_WAYS:
            return None
    return ways[0][0] if len(ways[0]) == 1 else None


def _columns(texts: Sequence[_Text], gap: float = _GAP) -> list[list[_Text]]:
    """Texts by column: a gap through all lines parts them."""
    columns: list[list[_Text]] = []
    right = float("-inf")
    for text in sorted(texts, key=_from_left):
        if text.box.x0 - right > gap:
            columns.append([])
        columns[-1].append(text)
        right = max(right, text.box.x1)
    return columns


def _edges(columns: Sequence[Sequence[_Text]]) -> list[tuple[float, float]]:
    """Left and right edge of columns that touch each other."""
    sides = [(min(t.box.x0 for t in c), max(t.box.x1 for t in c)) for c in columns]
    between = [(a[1] + b[0]) / 2 for a, b in pairwise(sides)]
    return list(pairwise([sides[0][0], *between, sides[-1][1]]))


def _text_at(column: Sequence[_Text], head: float) -> str:
    """The head of a column: its lines about the head's middle."""
    lines = sorted(column, key=_from_top)
    for count in range(1, 2 * _HEAD_LINES):
        for start in range(min(len(lines), 2 * _HEAD_LINES)):
            group = lines[start : start + count]
            if abs((group[0].box.y0 + group[-1].box.y1) / 2 - head) <= _LEVEL:
                return "".join(t.text for t in group)
    return ""


def _below(column: Sequence[_Text], head: float) -> list[_Text]:
    """What stands below the head of a column: below the lines that are about its middle."""
    reach = max((head - t.box.y0 for t in column), default=0.0)
    return [t for t in column if t.middle > head + max(reach, _LEVEL)]


def _apart(middles: Iterable[float]) -> list[float]:
    return [run[0] for run in in_runs(sorted(middles), lambda run, middle: middle - run[0] <= _LEVEL)]


def _is_figure(text: _Text) -> bool:
    plain = squeezed(text.text)
    return NUMERIC.fullmatch(plain) is not None or is_nothing(plain)


def _fields(lines: Sequence[_Line], words: Words) -> tuple[tuple[str, ...], tuple[_Row, ...]]:
    """The lines above the first field, and the rows of fields.

    A row beside which a line stands that is no part of a value about its middle is left out.
    """
    named = [line for line in lines if len(line) > 1 and _is_label(line[0], words)]
    if not named:
        return tuple(_joined(line) for line in lines), ()
    middles = [line[0].middle for line in named]
    beside: dict[int, list[_Line]] = {at: [] for at in range(len(named))}
    for line in lines:
        if not any(line is own for own in named):
            beside[min(beside, key=lambda i: abs(middles[i] - line[0].middle))].append(line)
    # What stands above the first field and has nothing as far below it is no line of a value.
    offsets = [line[0].middle - middles[0] for line in beside[0]]
    above = [off < 0 and not any(abs(off + other) <= _LEVEL for other in offsets) for off in offsets]
    captions = tuple(_joined(line) for line, is_above in zip(beside[0], above, strict=True) if is_above)
    beside[0] = [line for line, is_above in zip(beside[0], above, strict=True) if not is_above]
    rows = [_field_row(line, [t for own in beside[at] for t in own], words) for at, line in enumerate(named)]
    return captions, tuple(row for row in rows if row is not None)


def _field_row(line: _Line, loose: Sequence[_Text], words: Words) -> _Row | None:
    """Labels and values by turns; lines above and below belong to the value whose middle is the row's."""
    starts = [i for i, t in enumerate(line) if _is_label(t, words)]
    cells: list[list[_Text]] = []
    for start, end in pairwise([*starts, len(line)]):
        right = line[end].box.x0 if end < len(line) else float("inf")
        value = [*line[start + 1 : end], *(t for t in loose if line[start].box.x1 < t.box.x0 < right)]
        # Words far apart may be a label that no contract knows, and its value.
        if len(_columns(value, gap=_WORDS * (line[start].box.y1 - line[start].box.y0))) > 1:
            return None
        cells += [[line[start]], value] if value else [[line[start]]]
    dealt = [_dealt(cell, [line[0].middle]) for cell in cells]
    is_label_apart = any(_is_label(t, words) for t in loose)
    if sum(map(len, cells)) != len(line) + len(loose) or is_label_apart or None in dealt:
        return None
    texts = [each[0] for each in dealt if each is not None]
    edges = _edges(cells)
    return _Row(line[0].middle, tuple((x0, x1, text) for (x0, x1), text in zip(edges, texts, strict=True)))


def _total(line: _Line, head: _Row) -> _Row | None:
    """The row 总分: its label, and the figures under the heads; None where one stands under none."""
    label, figures = line[0], line[1:]
    under = {
        i: t for t in figures for i, (x0, x1, _) in enumerate(head.cells) if x0 <= t.box.x0 and t.box.x1 <= x1
    }
    if not figures or len(under) != len(figures):
        return None
    first = min(under)
    cells = [(head.cells[0][0], head.cells[first][0], label.text)] if first else []
    cells += [
        (x0, x1, under[i].text if i in under else "")
        for i, (x0, x1, _) in enumerate(head.cells)
        if i >= first
    ]
    return _Row(label.middle, tuple(cells))


def _grid(rows: Sequence[_Row], page: int) -> Grid:
    """The rows as a grid; each takes the whole width."""
    left, right = min(r.cells[0][0] for r in rows), max(r.cells[-1][1] for r in rows)
    inner = {cell[0] for row in rows for cell in row.cells[1:]}
    columns = [left, *sorted(inner), right]
    ys = [rows[0].middle - 5, *((a.middle + b.middle) / 2 for a, b in pairwise(rows)), rows[-1].middle + 5]
    cells = []
    for index, row in enumerate(rows):
        starts = [0, *(columns.index(cell[0]) for cell in row.cells[1:]), len(columns) - 1]
        for (start, end), (_, _, text) in zip(pairwise(starts), row.cells, strict=True):
            box = Box(columns[start], ys[index], columns[end], ys[index + 1])
            cells.append(Cell(index, start, 1, end - start, text, box, is_aligned=True))
    return Grid(page, tuple(columns), tuple(ys), tuple(cells))


def _is_label(text: _Text, words: Words) -> bool:
    """Whether a text labels a field, or the total above the blocks."""
    labels = words.contract.total.labels_above
    return words.find(text.text, words.fields) is not None or words.is_one(text.text, labels)


def _joined(line: _Line) -> str:
    return squeezed("".join(t.text for t in line))


def _place(named: Sequence[str | None], name: str) -> int:
    return named.index(name) if named.count(name) == 1 else -1


def _from_top(text: _Text) -> tuple[float, float]:
    return text.box.y0, text.box.x0


def _from_left(text: _Text) -> float:
    return text.box.x0
