"""Makes the grids of one table without rules, on all its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import CODE, Table
from jcfs_etl.labels import squeezed
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell, Grid
from jcfs_etl.recognise.aligned_division import rows_going_on, usual_places
from jcfs_etl.recognise.aligned_head import HeadLayout, lay_out
from jcfs_etl.recognise.aligned_parts import (
    RUNNING,
    Part,
    Share,
    columned,
    has_figures,
    repeated_head,
    row_rules,
    surely_body,
    trimmed,
)
from jcfs_etl.recognise.aligned_rows import (
    MARGIN,
    AlignedRow,
    Columns,
    banded_rows,
    head_alone,
    head_cells,
    head_edges,
    open_edges,
    row_cells,
)
from jcfs_etl.recognise.aligned_words import (
    NUMERIC,
    Alignment,
    Line,
    is_figure_part,
    is_numbering,
    lettered,
    pieces_of,
)
from jcfs_etl.recognise.heads import HeadReader
from jcfs_etl.recognise.titles import is_wrapped


class AlignedTable:
    """Makes the grids of one table.

    Args:
        table: its contract.
        contracts: all contracts.
        running: running heads of the document.
        usual: how figures stand in their columns in the tables that were read before.
    """

    def __init__(self, table: Table, contracts: Contracts, running: frozenset[str], usual: Alignment) -> None:
        self._usual = usual
        self.shown: set[Alignment] = set()
        self._running = running
        self._ordinal = re.compile(contracts.publication.ordinal_pattern)
        self._contracts = contracts
        self._publication = contracts.publication
        self._words = contracts.publication.head_words
        self._reader = HeadReader(table, contracts)
        label = contracts.label
        self._parts_named = {label(word) for word in table.decoration}
        lines = [row for side in table.sides.values() for row in side.rows.values() if row.role == "total"]
        totals = table.rows.values() if table.is_coded else lines
        self._totals = {label(w) for row in totals for w in row.labels}
        self._labels = {label(w) for row in table.all_rows.values() for w in (*row.labels, *row.details)}
        if table.kind == "bases":
            self._labels |= {label(w) for column in table.columns.values() for w in column.labels}
        if table.has_classes:
            self._labels |= set(contracts.class_of_label)

    def _is_numbering(self, line: Line) -> bool:
        return is_numbering(line, self._words.column_no)

    def _names_part(self, line: Line, head: Sequence[Line]) -> bool:
        """Whether a line names a part of the table, over all columns, or is one of its head once more."""
        return self._contracts.label(line.text) in self._parts_named or line.text in {h.text for h in head}

    def _knows_label(self, text: str) -> bool:
        return self._contracts.label(text) in self._labels

    def grids(self, parts: Sequence[Part]) -> list[Grid]:
        """Make the grids of the table.

        Args:
            parts: what may be its on the pages from its title on.

        Returns:
            A grid for each of its pages, all with the same columns; none where it cannot be told for certain.
        """
        first = trimmed(self._below_caption(parts[0]), self._publication)
        start = self._body_start(first)
        if start is None and len(parts) > 1 and not first.lines:
            # The title stands at the foot of the page before.
            parts = parts[1:]
            first = trimmed(self._below_caption(parts[0]), self._publication)
            start = self._body_start(first)
        if start is None or not start:
            return []
        shares = [Share(first, first.lines[:start], first.lines[start:])]
        for later in parts[1:]:
            part = trimmed(self._below_caption(later) if later.has_title else later, self._publication)
            if found := repeated_head(part.lines, shares[0].head):
                shares.append(Share(part, part.lines[found[0] : found[1]], part.lines[found[1] :]))
            else:
                shares.append(Share(part, (), self._below_running(part)))
        return self._made(shares)

    def without_numbering(self, part: Part) -> list[Line]:
        """The lines of a part below its caption but for those that number columns."""
        lines = trimmed(self._below_caption(part), self._publication).lines
        return [line for line in lines if not self._is_numbering(line)]

    def _below_caption(self, part: Part) -> Part:
        """The part below the lines that name the table's number, unit, year and unit of money."""
        publication = self._publication
        patterns = [
            *publication.unit_patterns, *publication.table_year_patterns, *publication.money_unit_patterns
        ]  # fmt: skip
        after = 0
        for at, line in enumerate(part.lines[:8]):
            if at < after:
                continue
            is_label = re.fullmatch(publication.title_prefix_pattern, line.text)
            if any(self._reader.knows(piece.text) for piece in pieces_of(line)):
                break
            if (is_label and not self._is_numbering(line)) or any(re.search(p, line.text) for p in patterns):
                after = at + 1
            below = part.lines[at + 1].text if at + 1 < len(part.lines) else ""
            if is_wrapped(line.text, below, publication.money_unit_patterns):
                after = at + 2
        return replace(part, lines=part.lines[after:])

    def _below_running(self, part: Part) -> tuple[Line, ...]:
        """The lines of a page below its running head."""
        at = 0
        while at < min(RUNNING, len(part.lines)) and part.lines[at].text in self._running:
            at += 1
        return part.lines[at:]

    def _body_start(self, part: Part) -> int | None:
        """The first line of the body: below the numbers of the columns, or that holds what no head does."""
        lines = part.lines
        for at, line in enumerate(lines):
            if self._is_numbering(line):
                return at + 1
            texts = [squeezed(w.text) for w in lettered(pieces_of(line), self._reader.knows)]
            is_total = len(set(self._words.levels) & set(texts)) > 1 and not self._totals.isdisjoint(texts)
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
                at and any(is_figure_part(t) or CODE.fullmatch(t) or self._ordinal.match(t) for t in texts)
            ):
                return self._above_first(part, at)
        return len(lines) if lines else None

    def _above_first(self, part: Part, at: int) -> int:
        """The first line of the first row, where its label begins above its figures."""
        lines = part.lines
        ys = row_rules(part, lines[:at], lines[at:])
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

    def _made(self, shares: Sequence[Share]) -> list[Grid]:
        first = shares[0]
        head = [line for line in first.head if not self._is_numbering(line)]
        if not head:
            return []
        levels: Sequence[Box] = ()
        if ys := first.rules:
            ends = max(line.y for line in head)
            last = next(y for y in ys if y >= ends - 1)
            levels = [box for box in first.part.levels if ys[0] - 1.5 <= box.y0 <= last + 1.5]
        # What is wider on a later page widens its column, unless text that is no table follows.
        every = [line for share in shares for line in share.body]
        for lines in (list(surely_body(shares)), every, first.body):
            told = [line for line in lines if not self._names_part(line, head)]
            words = [w for line in told for w in columned(line, self._words)]
            layout = lay_out(head, words, levels, self._reader.knows, self._usual)
            if layout is not None and (made := self._filled(layout, shares)):
                self.shown.add(layout.shown)
                return made
        return []

    def _filled(self, layout: HeadLayout, shares: Sequence[Share]) -> list[Grid]:
        """The grids of a table whose columns are known; none where its rows cannot be told."""
        columns = self._kinds(layout)
        if columns is None:
            return []
        made = []
        last = max((number for number, share in enumerate(shares) if share.body), default=0)
        open_bodies = [
            (share.body, number > 0, number < last)
            for number, share in enumerate(shares)
            if share.body and not share.rules
        ]
        places = usual_places(open_bodies, columns)
        for number, share in enumerate(shares):
            body, (above, below) = share.body, (number > 0, number < last)
            if number and not any(w for line in body for w in line.words):
                continue
            rows = partial(rows_going_on, body, columns, above=above, below=below, places=places)
            grid = self._grid(share, layout if share.head else None, columns, rows)
            if grid is None:
                if number and not has_figures(body):
                    break  # text after the table
                return []
            made.append(grid)
        return made

    def _kinds(self, layout: HeadLayout) -> Columns | None:
        """What the head says of its columns; None where it names none that this table has."""
        head = self._reader.read(head_alone(layout))
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
        share: Share,
        layout: HeadLayout | None,
        columns: Columns,
        open_rows: Callable[[], list[AlignedRow] | None],
    ) -> Grid | None:
        head, body, ys = share.head, share.body, share.rules
        banded = bool(ys)
        numbering = next((line for line in head if self._is_numbering(line)), None)
        if ys:
            below = max((line.y for line in head), default=ys[0])
            split = next((at for at, y in enumerate(ys) if y >= below - 1), None) if head else 0
            if split is None:
                return None
            head_ys, ys = ys[: split + 1], ys[split:]
            rows = banded_rows(body, ys, columns)
        else:
            rows = open_rows() if body else []
            if rows is None:
                return None
            top = min((line.box.y0 for line in head), default=0.0) - MARGIN
            ys = open_edges(rows, head)
            head_ys = head_edges(layout, head, numbering, top, ys[0]) if layout else []
        if rows is None:
            return None
        all_ys, cells = ys, list[Cell]()
        if layout is not None:
            all_ys = [*head_ys[:-1], *ys]
            numbers = columns.row([numbering]) if numbering else AlignedRow()
            if numbers is None or len(head_ys) - 1 != layout.levels + (numbering is not None):
                return None
            cells = head_cells(layout, head_ys)
            cells += row_cells(numbers, layout.levels, head_ys, columns) if numbering else []
        # Below a head without rows there is a blank one.
        for at, row in enumerate(rows or [AlignedRow()], max(len(head_ys) - 1, 0)):
            sole = columns.sole if banded or self._is_sure(row, columns) else None
            cells += row_cells(row, at, all_ys, columns, sole)
        ordered = sorted(cells, key=lambda c: (c.row, c.column))
        return Grid(share.part.page, columns.edges, tuple(all_ys), tuple(ordered))

    @staticmethod
    def _is_sure(row: AlignedRow, columns: Columns) -> bool:
        """Whether nothing could be mistaken for a figure of the only column, in a row that is sure itself."""
        return columns.sole is not None and (
            (columns.sole,) * 2 in row.cells and row.is_level((columns.sole,) * 2, columns.keys)
        )
