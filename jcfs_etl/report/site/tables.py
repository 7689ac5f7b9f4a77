"""A publication's tables laid out as on their forms: heads of several levels, halves side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import Table, TableKind
from jcfs_etl.findings import Both
from jcfs_etl.report.site.model import Cell, Head, TableView
from jcfs_etl.report.site.rows import Row, Rows

#: Rows of two halves whose figures begin within so many points stand beside each other.
_BESIDE = 4.0
#: Blocks of one table side by side begin at least so many points apart.
_APART = 60.0

#: Numbers of the findings that a figure takes part in, by dataset, row and column.
Involved = Mapping[tuple[str, str, str], tuple[int, ...]]


class _Line(Struct, frozen=True):
    """A line of one half of a form: its leading cells, its figures, and where they begin."""

    lead: tuple[Cell, ...]
    figures: tuple[Cell, ...]
    at: tuple[int, float]


class _Half(Struct, frozen=True):
    """One of the halves or blocks that stand side by side."""

    heads: tuple[tuple[Head, ...], ...]
    width: int
    lines: tuple[_Line, ...]


def table_views(rows: Rows, involved: Involved) -> tuple[TableView, ...]:
    """Every table of a publication in the order of its pages; empty ones last."""
    contracts = rows.contracts
    views = [
        _view(rows, contracts.tables[dataset], involved)
        for dataset in contracts.tables
        if dataset in rows.datasets
    ]
    return tuple(sorted(views, key=lambda v: v.pages or (1 << 30,)))


def _view(rows: Rows, table: Table, involved: Involved) -> TableView:
    layout = _Layout(rows, table, involved)
    told = rows.contracts.chinese.datasets.get(table.dataset)
    pages = tuple(sorted({c["page"] for c in layout.cells.values()}))
    halves = layout.halves() if rows.of(table.dataset) else []
    return TableView(
        table.dataset,
        table.title,
        Both(table.description, told.description if told is not None else ""),
        _beside_heads(halves),
        tuple(_beside(halves)),
        pages,
    )


class _Layout:
    """How one table is laid out."""

    def __init__(self, rows: Rows, table: Table, involved: Involved) -> None:
        self.rows, self.table, self.involved = rows, table, involved
        self.contracts: Contracts = rows.contracts
        self.lines = rows.of(table.dataset)
        self.cells: dict[tuple[str, str], Row] = {
            key[1:]: cell for key, cell in rows.cells.items() if key[0] == table.dataset
        }

    def halves(self) -> list[_Half]:
        """The parts of the form that stand side by side."""
        if self.table.kind == "bases":
            return self._bases()
        if self.table.kind == "lines":
            sides = list(dict.fromkeys(line["side"] for line in self.lines))
            return [self._side(side, [li for li in self.lines if li["side"] == side]) for side in sides]
        blocks = self._blocks() if self.table.kind == "economic" else [list(self.lines)]
        return [self._codes(block) for block in blocks]

    def _columns(self, keys: Iterable[str]) -> list[str]:
        """The columns that the form has, from left to right."""
        at: dict[str, tuple[int, float]] = {}
        wanted = set(keys)
        for (row, column), cell in self.cells.items():
            if row in wanted:
                at.setdefault(column, (cell["page"], cell["x0"]))
        known = list(self.table.columns)
        found = [c for c in known if c in at]
        first = min((page for page, _ in at.values()), default=0)
        # Places tell the order where the columns are of one page; otherwise the contract does.
        if all(page == first for page, _ in at.values()):
            found.sort(key=lambda c: at[c])
        return found

    def _figure(self, row: str, column: str, strong: bool) -> Cell:
        key = (self.table.dataset, row, column)
        cell = self.rows.cells.get(key)
        if cell is None:
            return Cell("", "blank")
        count = self.rows.is_count(self.table.dataset, column)
        amount = "" if count or cell["amount"] is None else f"{cell['amount']:,} 元"
        return Cell(
            cell["printed"],
            "figure",
            self.rows.places[key],
            self.rows.name(*key),
            amount,
            self.involved.get(key, ()),
            strong=strong,
        )

    def _at(self, row: str, columns: Sequence[str]) -> tuple[int, float]:
        found = [self.cells[row, c] for c in columns if (row, c) in self.cells]
        return (found[0]["page"], found[0]["y0"]) if found else (0, 0.0)

    def _side(self, side: str, lines: Sequence[Row]) -> _Half:
        spec = self.table.sides.get(side)
        keys = [line["line"] for line in lines]
        columns = self._columns(keys)
        if side == "all":
            # One column of the form holds amounts and counts.
            columns = columns[:1] if len({self._label(c) for c in columns}) == 1 else columns
        numbered = any(line["line_no"] is not None for line in lines)
        heads = [Head(self._term("lines", "label"))]
        heads += [Head(self._term("lines", "line_no"))] if numbered else []
        tree = self._heads(columns)
        title = spec.head[0] if spec is not None and spec.head else ""
        leading = [Head(h.text, h.describes, 1, len(tree)) for h in heads]
        rows = [tuple(leading) + tree[0], *tree[1:]]
        if title:
            rows = [(Head(title, "", len(heads) + len(columns)),), *rows]
        made = []
        for line in lines:
            strong = line["role"] != "leaf"
            lead = [Cell(line["label"], level=0 if strong else 1, strong=strong)]
            if numbered:
                lead.append(Cell("" if line["line_no"] is None else str(line["line_no"]), "code"))
            own = [c for c in self.table.columns if (line["line"], c) in self.cells]
            shown = own[:1] if side == "all" and len(columns) == 1 else columns
            figures = tuple(self._figure(line["line"], c, strong) for c in shown or columns)
            made.append(_Line(tuple(lead), figures, self._at(line["line"], own)))
        return _Half(tuple(rows), len(heads) + len(columns), tuple(made))

    def _blocks(self) -> list[list[Row]]:
        """Lines of a form by where their figures stand, from left to right."""
        starts: list[tuple[float, list[Row]]] = []
        for line in self.lines:
            at = next((c["x0"] for (row, _), c in self.cells.items() if row == line["code"]), None)
            near = next((b for x, b in starts if at is None or abs(x - at) < _APART), None)
            if near is None:
                starts.append((at or 0.0, [line]))
            else:
                near.append(line)
        return [block for _, block in sorted(starts, key=lambda s: s[0])]

    def _codes(self, lines: Sequence[Row]) -> _Half:
        columns = self._columns([line["code"] for line in lines])
        tree = self._heads(columns)
        leading = tuple(Head(self._term(self.table.kind, n), "", 1, len(tree)) for n in ("code", "name"))
        made = []
        for line in lines:
            code, level = line["code"], line["level"]
            strong = level <= 1
            lead = (
                Cell(code if code.isdigit() else "", "code", strong=strong),
                Cell(line["name"], level=max(level - 1, 0), strong=strong),
            )
            figures = tuple(self._figure(code, c, strong) for c in columns)
            made.append(_Line(lead, figures, self._at(code, columns)))
        return _Half((leading + tree[0], *tree[1:]), 2 + len(columns), tuple(made))

    def _bases(self) -> list[_Half]:
        """预算数 and 决算数: side by side in one line, or one beside the other in a line for each item."""
        bases = [line["basis"] for line in self.lines]
        columns = self._columns(bases)
        names = {b: self.table.rows[b].labels[0] for b in bases}
        ys = [self._at(b, columns) for b in bases]
        if all(page == ys[0][0] and abs(y - ys[0][1]) < _BESIDE for page, y in ys):
            halves = []
            for basis in bases:
                tree = self._heads(columns)
                heads = ((Head(names[basis], "", len(columns)),), *tree)
                figures = tuple(self._figure(basis, c, strong=False) for c in columns)
                halves.append(_Half(heads, len(columns), (_Line((), figures, ys[0]),)))
            return halves
        over = (Head(self._term("lines", "label")), *(Head(names[b]) for b in bases))
        lines = tuple(
            _Line(
                (Cell(self._label(c), level=self._depth(c), strong=self._depth(c) == 0),),
                tuple(self._figure(b, c, strong=self._depth(c) == 0) for b in bases),
                (0, float(at)),
            )
            for at, c in enumerate(columns)
        )
        return [_Half((over,), 1 + len(bases), lines)]

    def _depth(self, column: str) -> int:
        whole = self.table.columns[column].part_of
        return 0 if whole is None else 1 + self._depth(whole)

    def _term(self, kind: TableKind, column: str) -> str:
        return self.contracts.datasets.kinds[kind][column].label

    def _label(self, column: str) -> str:
        return self.table.columns[column].labels[0]

    def _heads(self, columns: Sequence[str]) -> list[tuple[Head, ...]]:
        """Heads of the amount columns, one row of them or two: wholes over their parts."""
        groups = self._groups(columns)
        two = any(title for title, _ in groups)
        upper: list[Head] = []
        lower: list[Head] = []
        for title, members in groups:
            if title:
                upper.append(Head(title, "", len(members)))
                lower += [self._head(c, members, within=True) for c in members]
            else:
                upper += [self._head(c, columns, 2 if two else 1) for c in members]
        return [tuple(upper), tuple(lower)] if two else [tuple(upper)]

    def _groups(self, columns: Sequence[str]) -> list[tuple[str, list[str]]]:
        """Columns that stand together, with the word over them; empty where there is none."""
        groups: list[tuple[str, list[str]]] = []
        taken: set[str] = set()
        for column in columns:
            if column in taken:
                continue
            parts = [c for c in columns if self.table.columns[c].part_of == column]
            members = [c for c in columns if c == column or c in parts]
            title = self._whole(column) if parts and members == list(_run(columns, column, members)) else ""
            if title:
                taken |= set(members)
                groups.append((title, members))
            else:
                groups.append(("", [column]))
        return groups

    def _whole(self, column: str) -> str:
        """The word over a whole and its parts, where the form puts them under one."""
        totals = self.contracts.publication.head_words.totals
        labels = self.table.columns[column].labels
        if not any(label in totals for label in labels):
            return ""
        words = self.contracts.publication.head_words
        ends = (*words.total_ends, *words.figure_ends)
        return next((label for label in labels if not label.endswith(ends)), "")

    def _head(self, column: str, columns: Sequence[str], rows: int = 1, *, within: bool = False) -> Head:
        """A head: a whole among its parts is called a total, as on the forms."""
        spec = self.table.columns[column]
        has_parts = any(self.table.columns[c].part_of == column for c in columns)
        words = self.contracts.publication.head_words
        totals = [word for word in spec.labels if word in words.totals and word.endswith(words.total_ends)]
        whole = has_parts and totals and (within or not spec.labels[0].endswith(words.total_ends))
        return Head(totals[0] if whole else spec.labels[0], spec.description, 1, rows)


def _run(columns: Sequence[str], first: str, members: Sequence[str]) -> Sequence[str]:
    """So many columns from the first on as there are members."""
    at = list(columns).index(first)
    return columns[at : at + len(members)]


def _beside_heads(halves: Sequence[_Half]) -> tuple[tuple[Head, ...], ...]:
    """The heads of halves side by side; those of fewer levels reach down."""
    if not halves:
        return ()
    deepest = max(len(half.heads) for half in halves)
    rows: list[list[Head]] = [[] for _ in range(deepest)]
    for half in halves:
        for level, heads in enumerate(half.heads):
            last = level == len(half.heads) - 1
            more = deepest - len(half.heads) if last else 0
            rows[level] += [Head(h.text, h.describes, h.columns, h.rows + more) for h in heads]
    return tuple(tuple(row) for row in rows)


def _beside(halves: Sequence[_Half]) -> Iterable[tuple[Cell, ...]]:
    """The lines of halves, those beside each other on the form in one row."""
    if len(halves) == 1:
        yield from ((*line.lead, *line.figures) for line in halves[0].lines)
        return
    waiting = [list(half.lines) for half in halves]
    while any(waiting):
        first = min(lines[0].at for lines in waiting if lines)
        row: list[Cell] = []
        for half, lines in zip(halves, waiting, strict=True):
            beside = lines and lines[0].at[0] == first[0] and lines[0].at[1] - first[1] < _BESIDE
            if beside:
                line = lines.pop(0)
                row += [*line.lead, *line.figures]
            else:
                row += [Cell("", "blank")] * half.width
        yield tuple(row)
