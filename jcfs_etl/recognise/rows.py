"""Names the rows of a table: what is printed beside the figures, and which row of the contract it is."""

from __future__ import annotations

from collections.abc import Container, Sequence

from msgspec import Struct

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.once import once
from jcfs_etl.contracts.table import CLASS_DIGITS, CODE, Row, Table
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.head import Block
from jcfs_etl.recognise.model import TableRow
from jcfs_etl.recognise.near import nearest

#: Digits of each level of a code below its class (类).
_STEP = 2
#: Digits of the first of several parts: a class, one with its 款, or a 款 below the class of the row above.
_LENGTHS = (_STEP, CLASS_DIGITS, CLASS_DIGITS + _STEP)


def code_parts(cells: Sequence[Cell]) -> list[str]:
    """What stands in each column of codes; a cell merged over several stands in the first of them.

    Args:
        cells: those of the columns of codes in one row.
    """
    merged = [any(cell is other for other in cells[:at]) for at, cell in enumerate(cells)]
    return ["" if again else squeezed(cell.text) for cell, again in zip(cells, merged, strict=True)]


def completed_code(parts: Sequence[str], above: str) -> str | None:
    """A code whose row prints its own part alone, put together with the row above it: 02 below 205 is 20502.

    Args:
        parts: texts of the columns 类, 款 and 项, squeezed.
        above: the code of the row above, put together; empty where there is none.

    Returns:
        The whole code; None where the row prints a whole one or none at all, and empty where it names
        nothing: its part follows no row above, a level is blank between two parts, or a part has lost digits
        (2 for 02).
    """
    filled = [at for at, part in enumerate(parts) if part]
    own = [parts[at] for at in filled]
    if not all(part.isdigit() for part in own):
        return None
    if len(own) > 1 and not (filled[-1] - filled[0] < len(own) and _are_levels(own)):
        return ""
    first = next(iter(filled), 0)
    if not first or (len(own) == 1 and len(own[0]) >= CLASS_DIGITS):
        return None
    length = CLASS_DIGITS + _STEP * (first - 1)
    follows = all(len(part) == _STEP for part in own) and len(above) >= length
    return above[:length] + "".join(own) if follows else ""


def is_cut_code(above: Sequence[str], under: Sequence[str]) -> bool:
    """Whether two rows hold one code, cut within the digits of 类, 款 and 项 that stand below each other.

    Args:
        above: texts of its columns in the upper row, squeezed.
        under: texts in the lower one.
    """
    wholes = [CLASS_DIGITS, *[_STEP] * (len(above) - 1)]
    return all(
        (one + other).isdigit() and len(one + other) == whole and bool(one)
        if other
        else len(one) in (0, whole)
        for one, other, whole in zip(above, under, wholes, strict=True)
    )


def _are_levels(parts: Sequence[str]) -> bool:
    """Whether parts of a code have the digits of their levels; the first may be several levels together."""
    return len(parts[0]) in _LENGTHS and all(len(part) == _STEP for part in parts[1:])


class NamedRow(Struct, frozen=True):
    """A row with its name, its amount columns, and the one of its figure where the head does not say."""

    row: TableRow
    columns: tuple[str, ...]
    own_column: str | None = None


class RowNamer:
    """Names rows of one table by its contract.

    Args:
        table: the table's contract.
        contracts: all contracts, for classifications and the comparison of labels.
    """

    def __init__(self, table: Table, contracts: Contracts) -> None:
        self._table = table
        self._contracts = contracts
        self._totals = self._by_label(table.rows)
        self._sides = {name: self._by_label(side.rows) for name, side in table.sides.items()}

    def _by_label(self, rows: dict[str, Row]) -> dict[str, list[tuple[str, Row]]]:
        found: dict[str, list[tuple[str, Row]]] = {}
        for key, row in rows.items():
            for label in row.labels:
                found.setdefault(self._contracts.label(label), []).append((key, row))
            for after, labels in row.labels_after.items():
                below = row.model_copy(update={"after": after})
                for label in labels:
                    found.setdefault(self._contracts.label(label), []).append((key, below))
        for same in found.values():
            # A line that must follow another is the likelier one once that other has come.
            same.sort(key=lambda pair: pair[1].after is None)
        return found

    def is_named(self, texts: Sequence[str]) -> bool:
        """Whether one of the texts is a label of some row, so that it cannot be a head's word alone."""
        labels = {self._contracts.label(t) for t in texts}
        pools = [self._totals, *self._sides.values()]
        return any(label in pool for label in labels for pool in pools)

    def name(
        self, words: Sequence[str], block: Block, line_no: int | None, seen: Container[str]
    ) -> NamedRow | None:
        """Name a row; None when no contract knows it. Nothing is forced onto the nearest label.

        Args:
            words: texts of its code and name cells, squeezed, heads' words left out.
            block: the block of columns it stands in.
            line_no: its 行次, where printed.
            seen: ids of the rows that came before it.
        """
        if self.is_by_blocks:
            return self._line("".join(words), block, line_no, seen)
        code = "".join(w for w in words if w.isdigit())
        name = "".join(w for w in words if not w.isdigit())
        columns = tuple(self._table.columns)
        both = None if code else regex(self._contracts.publication.code_and_name_pattern).fullmatch(name)
        if both is not None:
            code, name = both["code"], both["name"]
        if not code:
            for key, row in self._totals.get(self._contracts.label(name), ()):
                total = TableRow(key, name, role="total", is_leaf=False, group=row.group)
                return NamedRow(total, columns)
            return None
        if not CODE.fullmatch(code):
            return None
        category = self._contracts.economic.get(code[:3]) if self._table.kind == "economic" else None
        group = category.group if category else None
        named = TableRow(code, name, level=len(code) // 2, group=group, named_by="code")
        return NamedRow(named, columns)

    def whole_of(self, words: Sequence[str], block: Block, seen: Container[str]) -> str | None:
        """The row that a line is a detail of; None when it is none, or its whole did not come before it.

        Args:
            words: texts of its name cells, squeezed.
            block: the block of columns it stands in.
            seen: ids of the rows that came before it.
        """
        label = self._contracts.label("".join(words))
        for name in (block.side,) if block.side is not None else tuple(self._sides):
            for key, row in self._table.sides[name].rows.items():
                if key in seen and any(self._contracts.label(d) == label for d in row.details):
                    return key
        return None

    def broken_down(self, words: Sequence[str], block: Block) -> str | None:
        """The row that a line breaks down by what no dataset promises, such as 基本支出 on the side of 支出.

        Args:
            words: texts of its name cells, squeezed.
            block: the block of columns it stands in.
        """
        label = self._contracts.label("".join(words))
        for name in (block.side,) if block.side is not None else tuple(self._table.sides):
            side = self._table.sides[name]
            if any(self._contracts.label(part) == label for part in side.other_parts):
                return side.classes_part_of
        return None

    def near(
        self, words: Sequence[str], block: Block, line_no: int | None, seen: Container[str]
    ) -> NamedRow | None:
        """Propose a name for a row that no contract knows: the one whose label its words nearly are.

        Rows with a code are known by it. A name that another row has is none.

        Args:
            words: texts of its name cells, squeezed, heads' words left out.
            block: the block of columns it stands in.
            line_no: its 行次, where printed.
            seen: ids of the rows that came before it.
        """
        printed = "".join(words)
        if any(w.isdigit() for w in words):
            return None
        if self.is_by_blocks:
            sides = (block.side,) if block.side is not None else tuple(self._sides)
            names = {
                label: f"{side}/{key}"
                for side in sides
                for label, rows in self._sides[side].items()
                for key, row in rows
                if key not in seen and (row.after is None or row.after in seen)
            }
            for side in sides:
                if self._table.sides[side].classes_part_of:
                    classes = self._contracts.class_of_label.items()
                    names |= {label: f"{side}/{code}" for label, code in classes if code not in seen}
        else:
            names = {
                label: f"/{key}" for label, rows in self._totals.items() for key, _ in rows if key not in seen
            }
        found = nearest(self._contracts.label(printed), names)
        return None if found is None else self._renamed(found, printed, line_no)

    @property
    def is_by_blocks(self) -> bool:
        """Whether each block of columns has lines of its own, in an order of their own."""
        return self._table.kind == "lines"

    def _renamed(self, found: str, printed: str, line_no: int | None) -> NamedRow:
        side, _, key = found.partition("/")
        if not side:
            total = self._table.rows[key]
            return NamedRow(
                TableRow(key, printed, role="total", is_leaf=False, group=total.group, named_by="near"),
                tuple(self._table.columns),
            )
        spec = self._table.sides[side].rows.get(key)
        role = spec.role if spec else "leaf"
        line = TableRow(key, printed, side=side, line_no=line_no, role=role, named_by="near")
        return NamedRow(line, self._table.sides[side].columns, spec.column if spec else None)

    def _label_of_line(self, printed: str, block: Block) -> str:
        """A line's label in its compared form, without the code before it, or the one that its words mean."""
        label = self._contracts.label(printed)
        classes = self._contracts.class_of_label
        both = regex(self._contracts.publication.code_and_name_pattern).fullmatch(label)
        if both is not None and classes.get(self._contracts.label(both["name"])) == both["code"]:
            return self._contracts.label(both["name"])
        for name in (block.side,) if block.side is not None else tuple(self._sides):
            if label in self._sides[name] or label in classes:
                return label
            for row in self._table.sides[name].rows.values():
                for word, pattern in row.worded.items():
                    if regex(pattern).fullmatch(label):
                        return self._contracts.label(word)
        return label

    def _line(self, printed: str, block: Block, line_no: int | None, seen: Container[str]) -> NamedRow | None:
        label = self._label_of_line(printed, block)
        for name in (block.side,) if block.side is not None else tuple(self._sides):
            side = self._table.sides[name]
            for key, row in self._sides[name].get(label, ()):
                if key in seen and label in map(self._contracts.label, row.gives_way):
                    continue
                if key in seen and self._ends_other_side(name, label, block, seen):
                    continue
                if row.after is None or row.after in seen:
                    line = TableRow(key, printed, side=name, line_no=line_no, role=row.role)
                    return NamedRow(line, side.columns, row.column)
            if side.classes_part_of and label in self._contracts.class_of_label:
                code = self._contracts.class_of_label[label]
                return NamedRow(TableRow(code, printed, side=name, line_no=line_no), side.columns)
        return None

    def _ends_other_side(self, name: str, label: str, block: Block, seen: Container[str]) -> bool:
        """Whether sides that stand below each other end in the same words, and another's parts have come."""
        others = () if block.side is not None else tuple(side for side in self._sides if side != name)
        return any(
            key not in seen
            and any(r.part_of == key and k in seen for k, r in self._table.sides[other].rows.items())
            for other in others
            for key, _ in self._sides[other].get(label, ())
        )


#: What names the rows of a table, made once.
row_namer = once(RowNamer)
