"""Makes grids of tables without rules, or with level rules only, from how their words stand to each other.

Such a grid goes the way of a drawn one. Its cells say that they were aligned: the audit takes a figure in
them for certain only where identities bind it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from jcfs_etl.contracts.model import Contracts, Table
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Box, Cell, Grid, Page, PdfDocument, TextLine, Word
from jcfs_etl.recognise.aligned_head import HeadLayout, edges_of, lay_out
from jcfs_etl.recognise.aligned_rows import AlignedRow, Columns, banded_rows, rows_going_on
from jcfs_etl.recognise.aligned_words import (
    Alignment,
    AMOUNT,
    DECIMALS,
    NUMERIC,
    Line,
    is_figure_part,
    is_numbering,
    lettered,
    lines_of,
    middle,
    pieces_of,
)
from jcfs_etl.recognise.heads import HeadReader
from jcfs_etl.recognise.titles import captioned_grids, is_contents, match_title
from jcfs_etl.recognise.unruled import unruled_tables

#: How sure it is that a figure belongs where it stands, before any identity is tried.
ALIGNED = 0.98

_PART = re.compile(r"第[一二三四五六]部分")
_CODE = re.compile(r"\d{3}(\d\d){0,2}")
_NOTE = re.compile(r"^(?:注|说明|备注)[:：0-9]|。|本表(?:无|为空)|故本表")
_PAGE_NUMBER = re.compile(r"[-—–·]*第?\d{1,4}页?(?:[/共]*\d{1,4}页?)?[-—–·]*")
#: Words of a head beside which the row 合计 may stand.
_LEVEL_WORDS = frozenset("类款项")
_ORDINAL = re.compile(r"^[一二三四五六七八九十]{1,3}、")
#: A page's number is at most this many em wide, and stands this many em below the last row.
_NUMBER_WIDTH, _NUMBER_GAP = 10.0, 2.5
#: Lines that stand at one height on so many pages are running heads; a page has at most so many.
_PAGES, _RUNNING = 3, 3
#: Columns are told from the next page, too, where so few lines of a table stand on its first.
_FEW = 4
#: A title that no contract knows is larger (points) than what stands in tables.
_SMALL_TITLE = 11.5
#: Points that a grid's outline keeps from its words.
_MARGIN = 2.0


@dataclass(frozen=True)
class _Part:
    """A table's share of a page: its words and level rules."""

    page: int
    lines: tuple[Line, ...]
    levels: tuple[Box, ...]
    has_title: bool = False


@dataclass(frozen=True)
class _Titled:
    dataset: str
    page: int
    top: float
    bottom: float
    ends_page: bool


def with_aligned_grids(document: PdfDocument, contracts: Contracts) -> PdfDocument:
    """The document with a grid for each titled table without one, where its cells can be told.

    Args:
        document: the PDF, read.
        contracts: what publications look like.

    Returns:
        The document; the same one where each table has a grid, or no amounts stand outside them. Tables that
        cannot be told for certain are left as they are.
    """
    ruled = {c.dataset for c in captioned_grids(document, contracts) if c.dataset is not None}
    if not unruled_tables(document, ruled, contracts):
        return document
    running = _running_heads(document)
    titled = {t.dataset: t for t in reversed(list(_titled(document, contracts))) if t.dataset not in ruled}
    made: dict[str, list[Grid]] = {}
    shown: set[Alignment] = set()
    # How figures stand in the tables that show it tells of those that do not.
    for _ in range(2):
        usual = next(iter(shown)) if len(shown) == 1 else "any"
        for dataset in reversed(titled):
            if dataset not in made:
                table = _Table(contracts.tables[dataset], contracts, running, usual)
                if grids := table.grids(_parts(document, titled[dataset], contracts)):
                    made[dataset] = grids
                    shown |= table.shown - {"any"}
    by_page: dict[int, list[Grid]] = {}
    for grid in (grid for grids in made.values() for grid in grids):
        by_page.setdefault(grid.page, []).append(grid)
    pages = [_with(page, by_page.get(page.number, ())) for page in document.pages]
    if made:
        pages = [_with(page, _other_tables(page, contracts)) for page in pages]
    return replace(document, pages=tuple(pages))


def _other_tables(page: Page, contracts: Contracts) -> list[Grid]:
    """The lines below a title that no contract knows, as a table of one column: it is told, and not read."""
    if _is_contents(page, contracts):
        return []
    publication = contracts.publication
    grids = []
    for title in page.lines:
        text = contracts.label(squeezed(title.text))
        if (
            title.size <= _SMALL_TITLE
            or not re.search(publication.any_title_pattern, text)
            or match_title(squeezed(title.text), contracts) is not None
        ):
            continue
        ends = [line.box.y0 for line in page.lines if line.box.y0 > title.box.y1 and line.size > _SMALL_TITLE]
        ends += [grid.box.y0 for grid in page.grids if grid.box.y0 > title.box.y0]
        lines = _trimmed(_part(page, title.box.y1, min(ends, default=page.height))).lines
        if len(lines) > 1 and any(AMOUNT.fullmatch(squeezed(w.text)) for line in lines for w in line.words):
            grids.append(_listed(lines, page.number))
    return grids


def _listed(lines: Sequence[Line], page: int) -> Grid:
    x0, x1 = min(line.box.x0 for line in lines), max(line.box.x1 for line in lines)
    ys = [lines[0].box.y0, *((a.box.y1 + b.box.y0) / 2 for a, b in pairwise(lines)), lines[-1].box.y1]
    cells = [
        Cell(at, 0, 1, 1, _joined(line.words), Box(x0, ys[at], x1, ys[at + 1]), is_aligned=True)
        for at, line in enumerate(lines)
    ]
    return Grid(page, (x0, x1), tuple(ys), tuple(cells))


def _with(page: Page, grids: Sequence[Grid]) -> Page:
    if not grids:
        return page
    boxes = [grid.box for grid in grids]

    def outside(box: Box) -> bool:
        return not any(b.y0 <= (box.y0 + box.y1) / 2 <= b.y1 for b in boxes)

    return replace(
        page,
        grids=tuple(sorted((*page.grids, *grids), key=lambda g: (g.box.y0, g.box.x0))),
        lines=tuple(line for line in page.lines if line.turned or outside(line.box)),
        words=tuple(word for word in page.words if outside(word.box)),
    )


def _running_heads(document: PdfDocument) -> frozenset[str]:
    """Lines that stand first on several pages."""
    first = Counter(
        squeezed("".join(word.text for word in lines[0].words))
        for page in document.pages
        if (lines := lines_of(page.words))
    )
    return frozenset(text for text, pages in first.items() if pages >= _PAGES)


def _titled(document: PdfDocument, contracts: Contracts) -> Iterator[_Titled]:
    """Titles of tables with no grid below them, in page order."""
    for page in document.pages:
        if _is_contents(page, contracts) or any(line.turned for line in page.lines):
            continue
        titles = [
            (dataset, line.box)
            for line in page.lines
            if (dataset := match_title(squeezed(line.text), contracts)) is not None
        ]
        for (dataset, box), below in zip(titles, [*titles[1:], None], strict=False):
            bottom = below[1].y0 if below else page.height
            if below and below[1].y0 <= box.y1:
                continue  # titles side by side
            if not any(box.y0 < grid.box.y0 < bottom for grid in page.grids):
                yield _Titled(dataset, page.number, box.y1, bottom, below is None)


def _is_contents(page: Page, contracts: Contracts) -> bool:
    """Whether a page is a table of contents, which states no unit of money as tables do."""
    texts = [squeezed(line.text) for line in page.lines]
    patterns = contracts.publication.money_unit_patterns
    return is_contents(page, contracts) and not any(re.search(p, text) for p in patterns for text in texts)


def _part(page: Page, top: float, bottom: float) -> _Part:
    words = [w for w in page.words if top <= middle(w) <= bottom]
    levels = tuple(box for box in page.levels if top <= box.y0 <= bottom)
    return _Part(page.number, tuple(lines_of(words)), levels, has_title=top > 0)


def _parts(document: PdfDocument, titled: _Titled, contracts: Contracts) -> list[_Part]:
    """What may be a table's on the pages from its title on."""
    parts = [_part(document.pages[titled.page - 1], titled.top, titled.bottom)]
    ends = not titled.ends_page
    for page in document.pages[titled.page :]:
        if ends:
            break
        top, bottom = _continuation(page, titled.dataset, contracts)
        ends = bottom is not None
        parts.append(_part(page, top, page.height if bottom is None else bottom))
    return parts


def _continuation(page: Page, dataset: str, contracts: Contracts) -> tuple[float, float | None]:
    """Where on a page a table may go on: from its top, or its own title there, to another title or a grid.

    The lower end is None where all of the page may be the table's.
    """
    other = contracts.publication.any_title_pattern
    top, ends = 0.0, [grid.box.y0 for grid in page.grids]
    for line in page.lines:
        text = squeezed(line.text)
        its_own = match_title(text, contracts)
        if its_own == dataset and not ends and line.box.y0 < page.height / 4:
            top = line.box.y1
        elif (
            its_own is not None
            or _PART.match(text)
            or (re.search(other, contracts.label(text)) and line.size > _SMALL_TITLE)
        ):
            ends.append(line.box.y0)
    return top, min(ends, default=None)


class _Table:
    """Makes the grids of one table."""

    def __init__(
        self, table: Table, contracts: Contracts, running: frozenset[str], usual: Alignment
    ) -> None:
        self._usual = usual
        self.shown: set[Alignment] = set()
        self._running = running
        self._contracts = contracts
        self._reader = HeadReader(table, contracts)
        label = contracts.label
        lines = [row for side in table.sides.values() for row in side.rows.values() if row.role == "total"]
        totals = table.rows.values() if table.kind in ("functional", "economic") else lines
        self._totals = {label(w) for row in totals for w in row.labels}
        self._labels = {label(w) for row in table.all_rows.values() for w in (*row.labels, *row.details)}
        if any(side.classes_part_of for side in table.sides.values()):
            self._labels |= set(contracts.class_of_label)

    def _knows_label(self, text: str) -> bool:
        return self._contracts.label(text) in self._labels

    def grids(self, parts: Sequence[_Part]) -> list[Grid]:
        first = _trimmed(self._below_caption(parts[0]))
        start = self._body_start(first)
        if start is None and len(parts) > 1 and not first.lines:
            # The title stands at the foot of the page before.
            parts = parts[1:]
            first = _trimmed(self._below_caption(parts[0]))
            start = self._body_start(first)
        if start is None or not start:
            return []
        heads = [first.lines[:start]]
        bodies = [first.lines[start:]]
        pages = [first]
        for part in parts[1:]:
            part = _trimmed(self._below_caption(part) if part.has_title else part)
            found = _repeated(part.lines, heads[0])
            below = self._below_running(part)
            heads.append(part.lines[found[0] : found[1]] if found else ())
            bodies.append(part.lines[found[1] :] if found else below)
            pages.append(replace(part, lines=(*heads[-1], *bodies[-1])))
        return self._made(pages, heads, bodies)

    def _below_caption(self, part: _Part) -> _Part:
        """The part below the lines that name the table's number, unit, year and unit of money."""
        publication = self._contracts.publication
        patterns = [
            *publication.unit_patterns, *publication.year_patterns[1:], *publication.money_unit_patterns
        ]  # fmt: skip
        after = 0
        for at, line in enumerate(part.lines[:8]):
            is_label = re.fullmatch(publication.title_prefix_pattern, line.text) and not is_numbering(line)
            if any(self._reader.knows(piece.text) for piece in pieces_of(line)):
                break
            if is_label or any(re.search(pattern, line.text) for pattern in patterns):
                after = at + 1
        return replace(part, lines=part.lines[after:])

    def _below_running(self, part: _Part) -> tuple[Line, ...]:
        """The lines of a page below its running head."""
        at = 0
        while at < min(_RUNNING, len(part.lines)) and part.lines[at].text in self._running:
            at += 1
        return part.lines[at:]

    def _body_start(self, part: _Part) -> int | None:
        """The first line of the body: below the numbers of the columns, or that holds what no head does."""
        lines = part.lines
        for at, line in enumerate(lines):
            if is_numbering(line):
                return at + 1
            texts = [squeezed(w.text) for w in lettered(pieces_of(line), self._reader.knows)]
            is_total = len(_LEVEL_WORDS & set(texts)) > 1 and not self._totals.isdisjoint(texts)
            others = [t for t in texts if t not in self._totals]
            is_total = is_total or (
                at > 0
                and len(others) < len(texts)
                and all(t.isdigit() for t in others)
                and (
                    bool(others)
                    or not any(self._reader.knows(w.text) for x in lines[at + 1 :] for w in x.words)
                )
            )
            if is_total or (
                at and any(is_figure_part(t) or _CODE.fullmatch(t) or _ORDINAL.match(t) for t in texts)
            ):
                return self._above_first(part, at)
        return len(lines) if lines else None

    def _above_first(self, part: _Part, at: int) -> int:
        """The first line of the first row, where its label begins above its figures."""
        lines = part.lines
        ys = _row_rules(part, lines)
        if ys:
            top = max((y for y in ys if y <= lines[at].y), default=0.0)
            return next(index for index, line in enumerate(lines) if line.y > top)
        flush = [
            w.box.x0 for line in lines[at:] for w in line.words if not NUMERIC.fullmatch(squeezed(w.text))
        ]
        while at > 1 and all(
            any(abs(w.box.x0 - x) <= 1.0 for x in flush) and not self._reader.knows(w.text)
            for w in pieces_of(lines[at - 1])
        ):
            at -= 1
        return at

    def _made(
        self, parts: Sequence[_Part], heads: Sequence[Sequence[Line]], bodies: Sequence[Sequence[Line]]
    ) -> list[Grid]:
        head = [line for line in heads[0] if not is_numbering(line)]
        if not head:
            return []
        ys = _row_rules(parts[0], [*heads[0], *bodies[0]])
        levels: Sequence[Box] = ()
        if ys:
            ends = max(line.y for line in head)
            last = next(y for y in ys if y >= ends - 1)
            levels = [box for box in parts[0].levels if box.y0 <= last + 1.5]
        # What is wider on a later page widens its column, unless text that is no table follows.
        for lines in (list(_surely_body(heads, bodies)), [line for body in bodies for line in body]):
            words = [w for line in lines for w in _columned(line)]
            layout = lay_out(head, words, levels, self._reader.knows, self._usual)
            if layout is not None and (made := self._filled(layout, parts, heads, bodies)):
                self.shown.add(layout.shown)
                return made
        return []

    def _filled(
        self,
        layout: HeadLayout,
        parts: Sequence[_Part],
        heads: Sequence[Sequence[Line]],
        bodies: Sequence[Sequence[Line]],
    ) -> list[Grid]:
        """The grids of a table whose columns are known; none where its rows cannot be told."""
        columns = self._kinds(layout)
        if columns is None:
            return []
        made = []
        for number, (part, its_head, body) in enumerate(zip(parts, heads, bodies, strict=True)):
            repeated = layout if its_head else None
            if number and not any(w for line in body for w in line.words):
                continue
            place = (number > 0, number < len(parts) - 1)
            grid = self._grid(part, its_head, body, repeated, columns, place)
            if grid is None:
                if number and not _has_figures(body):
                    break  # text after the table
                return []
            made.append(grid)
        return made

    def _kinds(self, layout: HeadLayout) -> Columns | None:
        """What the head says of its columns; None where it names none that this table has."""
        head = self._reader.read(_head_alone(layout))
        if not head.names_columns:
            return None
        keys = {c for block in head.blocks for c in (*block.codes, *block.line_nos)}
        labels = {c for block in head.blocks for c in (*block.codes, *block.names)}
        return Columns(
            layout.edges,
            frozenset(keys),
            frozenset(labels),
            layout.numeric,
            self._knows_label,
            lambda text: self._knows_label(text) or self._reader.knows(text),
            lambda text: self._contracts.label(text) in self._totals,
        )

    def _grid(
        self,
        part: _Part,
        head: Sequence[Line],
        body: Sequence[Line],
        layout: HeadLayout | None,
        columns: Columns,
        place: tuple[bool, bool],
    ) -> Grid | None:
        ys = _row_rules(part, [*head, *body])
        banded = bool(ys)
        numbering = next((line for line in head if is_numbering(line)), None)
        if ys:
            below = max((line.y for line in head), default=ys[0])
            split = next((at for at, y in enumerate(ys) if y >= below - 1), None) if head else 0
            if split is None:
                return None
            head_ys, ys = ys[: split + 1], ys[split:]
            rows = banded_rows(body, ys, columns)
        else:
            rows = rows_going_on(body, columns, above=place[0], below=place[1]) if body else []
            if rows is None:
                return None
            if rows and any(a.bottom > b.top + 2 for a, b in pairwise(rows)):
                return None
            top = min((line.box.y0 for line in head), default=0.0) - _MARGIN
            ys = _open_edges(rows, head)
            head_ys = _head_edges(layout, head, numbering, top, ys[0]) if layout else []
        if rows is None:
            return None
        cells: list[Cell] = []
        offset = max(len(head_ys) - 1, 0)
        if layout is not None:
            if len(head_ys) - 1 != layout.levels + (numbering is not None):
                return None
            its_head = _head_cells(layout, head_ys, numbering, columns)
            if its_head is None:
                return None
            cells += its_head
        all_ys = [*head_ys[:-1], *ys] if layout else ys
        for at, row in enumerate(rows):
            # Nothing could be mistaken for a figure of the only column, in a row that is sure itself.
            is_sure = columns.sole is not None and (
                banded
                or ((columns.sole,) * 2 in row.cells and row.is_level((columns.sole,) * 2, columns.keys))
            )
            cells += _row_cells(row, at + offset, all_ys, columns, columns.sole if is_sure else None)
        return Grid(
            part.page, columns.edges, tuple(all_ys), tuple(sorted(cells, key=lambda c: (c.row, c.column)))
        )


def _surely_body(heads: Sequence[Sequence[Line]], bodies: Sequence[Sequence[Line]]) -> Iterator[Line]:
    """Lines of the body on the first page and on others that repeat the head; of the next one where few are there."""
    for number, (head, body) in enumerate(zip(heads, bodies, strict=True)):
        if head or (number == 1 and len(bodies[0]) < _FEW):
            yield from body


def _columned(line: Line) -> list[Word]:
    """Words of a line of the body that stand in one column: not 合计 and the like, which merged cells hold."""
    return [
        w
        for w in line.words
        if not ("计" in (text := squeezed(w.text)) or (len(text) == 1 and not text.isascii()))
    ]


def _has_figures(lines: Sequence[Line]) -> bool:
    return any(
        DECIMALS.fullmatch(squeezed(w.text)) and len(line.words) > 1 for line in lines for w in line.words
    )


def _trimmed(part: _Part) -> _Part:
    """A part without the notes below its table and the number of its page."""
    lines = list(part.lines)
    for at, line in enumerate(lines):
        if _NOTE.search(line.text):
            lines = lines[:at]
            break
    if lines:
        last = lines[-1]
        narrow = last.box.x1 - last.box.x0 <= _NUMBER_WIDTH * last.size
        is_far = len(lines) < 2 or last.y - lines[-2].y >= _NUMBER_GAP * lines[-2].size
        its_own = last.text.isdigit() and part.page - int(last.text) in (0, 1)
        if narrow and _PAGE_NUMBER.fullmatch(last.text) and (is_far or its_own or not last.text.isdigit()):
            lines.pop()
    return replace(part, lines=tuple(lines))


def _repeated(lines: Sequence[Line], head: Sequence[Line]) -> tuple[int, int] | None:
    """Where the head is repeated at the top of a page: its first line and the one below it; None where it is not.

    Rows may be higher there, so that its words stand on other lines.
    """
    words = Counter(squeezed(w.text) for line in head for w in line.words)
    for start in range(min(_RUNNING + 1, len(lines))):
        found: Counter[str] = Counter()
        for end in range(start, min(start + len(head) + _RUNNING, len(lines))):
            found += Counter(squeezed(w.text) for w in lines[end].words)
            if found == words:
                return start, end + 1
    return None


def _row_rules(part: _Part, lines: Sequence[Line]) -> list[float]:
    """Heights of the level rules that part the rows of a table; none where rows stand without rules between."""
    ys = edges_of(part.levels)
    if len(ys) < 3 or not lines:
        return []
    if any(not ys[0] <= line.y <= ys[-1] for line in lines):
        return []
    with_amounts = [line for line in lines if any(AMOUNT.fullmatch(squeezed(w.text)) for w in line.words)]
    for top, bottom in pairwise(ys):
        band = [line for line in with_amounts if top <= line.y <= bottom]
        if any(b.y - a.y > min(a.size, b.size) for a, b in pairwise(band)):
            return []
    return ys


def _open_edges(rows: Sequence[AlignedRow], head: Sequence[Line]) -> list[float]:
    if not rows:
        bottom = max(line.box.y1 for line in head)
        return [bottom + _MARGIN, bottom + 2 * _MARGIN]
    top = rows[0].top - _MARGIN
    if head:
        top = (max(line.box.y1 for line in head) + rows[0].top) / 2
    between = [(a.bottom + b.top) / 2 for a, b in pairwise(rows)]
    return [top, *between, rows[-1].bottom + _MARGIN]


def _head_edges(
    layout: HeadLayout, head: Sequence[Line], numbering: Line | None, top: float, bottom: float
) -> list[float]:
    """Heights of the edges between the rows of a head."""
    proper = [line for line in head if line is not numbering]
    end = (max(line.box.y1 for line in proper) + numbering.box.y0) / 2 if numbering else bottom
    height = (end - top) / layout.levels
    edges = [top + height * level for level in range(layout.levels)]
    return [*edges, end, bottom] if numbering else [*edges, end]


def _text(words: Sequence[Word]) -> str:
    return "\n".join(_joined(line.words) for line in lines_of(words))


def _joined(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _cell(
    words: Sequence[Word], rows: tuple[int, int], columns: tuple[int, int], box: Box, confidence: float
) -> Cell:
    text = _text(words)
    return Cell(
        rows[0],
        columns[0],
        rows[1] - rows[0] + 1,
        columns[1] - columns[0] + 1,
        text,
        box,
        confidence=confidence if text else 1.0,
        is_aligned=True,
    )


def _box(edges: Sequence[float], ys: Sequence[float], rows: tuple[int, int], columns: tuple[int, int]) -> Box:
    return Box(edges[columns[0]], ys[rows[0]], edges[columns[1] + 1], ys[rows[1] + 1])


def _row_cells(
    row: AlignedRow, at: int, ys: Sequence[float], columns: Columns, sure: int | None = None
) -> list[Cell]:
    covered = {c for first, last in row.cells for c in range(first, last + 1)}
    spans = [*row.cells, *((c, c) for c in range(len(columns.edges) - 1) if c not in covered)]
    return [
        _cell(
            row.cells.get(span, ()),
            (at, at),
            span,
            _box(columns.edges, ys, (at, at), span),
            1.0 if span == (sure, sure) else ALIGNED,
        )
        for span in sorted(spans)
    ]


def _head_cells(
    layout: HeadLayout, ys: Sequence[float], numbering: Line | None, columns: Columns
) -> list[Cell] | None:
    cells = [
        Cell(
            head.rows[0],
            head.columns[0],
            head.rows[1] - head.rows[0] + 1,
            head.columns[1] - head.columns[0] + 1,
            head.text,
            _box(layout.edges, ys, head.rows, head.columns),
            is_aligned=True,
        )
        for head in layout.cells
        if head.rows[1] + 1 < len(ys)
    ]
    if numbering is not None:
        row = AlignedRow(numbering.y)
        for piece in lettered(pieces_of(numbering), columns.knows_word):
            span = columns.span(piece)
            if span is None:
                return None
            row.cells.setdefault(span, []).append(piece)
        cells += _row_cells(row, layout.levels, ys, columns)
    return cells


def _head_alone(layout: HeadLayout) -> Grid:
    """A grid of the head and a blank row, for the head's reader."""
    ys = tuple(float(y) for y in range(layout.levels + 2))
    cells = _head_cells(layout, ys, None, _NOTHING)
    blank = [Cell(layout.levels, c, 1, 1, "", Box(0, 0, 0, 0)) for c in range(len(layout.edges) - 1)]
    return Grid(0, layout.edges, ys, (*cells, *blank))


_NOTHING = Columns((), frozenset(), frozenset(), (), *[lambda text: False] * 3)
