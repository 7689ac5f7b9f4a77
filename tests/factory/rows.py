"""The rows below a table's head, for each shape of table; every figure with the key it stands for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from factory.figures import Values, rows_of
from factory.forms import Design, economic_names
from factory.model import Align

LEFT, ABOVE = "<", "^"
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Entry:
    """One place of a table: its text or a mark of merging, and the row and column whose figure it is."""

    text: str
    key: tuple[str, str] | None = None
    align: Align = "l"


#: A figure as printed, by row and column of the table.
Print = Callable[[str, str], str]
Body = list[list[Entry]]


def chinese(number: int) -> str:
    """1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


@dataclass(frozen=True)
class RowMaker:
    """Makes the rows of one table.

    Attributes:
        design: how it is drawn.
        values: all figures.
        names: names of functional codes.
        classes: functional classes of the summary forms.
        printed: how a figure is printed.
        codes: in how many columns a code is printed.
        total_last: whether 合计 comes last, where the design leaves that open.
        blank_rows: ruled rows without anything, where a table of codes has none.
        random: for figures that no dataset holds.
    """

    design: Design
    values: Values
    names: dict[str, str]
    classes: Sequence[tuple[str, str]]
    printed: Print
    codes: int
    total_last: bool
    blank_rows: int
    random: Random

    def rows(self) -> Body:
        """All rows below the head."""
        return {
            "sides": self._sides,
            "codes": self._codes,
            "blocks": self._blocks,
            "one_row": self._one_row,
            "list": self._list,
            "statistics": self._statistics,
            "free": self._free,
        }[self.design.shape]()

    def _figure(self, row: str, column: str) -> Entry:
        return Entry(self.printed(row, column), (row, column), "r")

    def _sides(self) -> Body:
        design = self.design
        left = [(row, f"{chinese(i)}、{label}") for i, (row, label) in enumerate(design.left, 1)]
        right = [(row, f"{chinese(i)}、{label}") for i, (row, label) in enumerate(self.classes, 1)]
        count = max(len(left), len(right))
        left += [("", "")] * (count - len(left)) + [(t[0], t[1]) for t in design.tail]
        right += [("", "")] * (count - len(right)) + [(t[2], t[3]) for t in design.tail]
        lines = len(left)
        body = []
        for index in range(lines):
            row: list[Entry] = []
            side, (key, label) = 0, left[index]
            for column in design.columns:
                if column == "name":
                    side += 1
                    key, label = left[index] if side == 1 else right[index]
                    row.append(Entry(label))
                elif column == "line":
                    row.append(Entry(str(index + 1 + (lines if side == 2 else 0)), align="c"))
                else:
                    row.append(self._figure(key, column) if key else Entry("", align="r"))
            body.append(row)
        return body

    def total_row(self) -> list[Entry]:
        """合计 with its figures; the code cells are merged into the name's or hold 类, 款, 项."""
        if self.design.total == "in_head":
            start = [Entry(w, align="c") for w in "类款项"] + [Entry("合计", align="c")]
        else:
            start = [Entry("合计", align="c"), *[Entry(LEFT)] * self.codes]
        return start + [self._figure("total", c) for c in self.design.columns[2:]]

    def _codes(self) -> Body:
        columns = self.design.columns[2:]
        body = [
            [*self._code(code), Entry(self.names[code]), *(self._figure(code, c) for c in columns)]
            for code in rows_of(self.values, self.design.dataset)
        ]
        if not body:
            blank = [Entry("") for _ in range(self.codes + 1 + len(columns))]
            body = [blank] * self.blank_rows
        if self.design.total == "last_merged" or (self.design.total == "row" and self.total_last):
            return [*body, self.total_row()]
        return [self.total_row(), *body]

    def _code(self, code: str) -> list[Entry]:
        if self.codes == 1:
            return [Entry(code)]
        parts = [code[:3], code[3:5], code[5:]]
        return [Entry(p, align="c") for p in parts[: self.codes]]

    def _blocks(self) -> Body:
        names = economic_names()
        groups = [
            [code for cls in classes for code in names if code.startswith(cls)]
            for classes in (self.design.personnel, self.design.public)
        ]
        blocks = self.design.blocks - 1
        length = max(len(groups[0]), -(-len(groups[1]) // blocks))
        columns = [groups[0], *(groups[1][i * length : (i + 1) * length] for i in range(blocks))]
        body: Body = []
        for index in range(length):
            row: list[Entry] = []
            for codes in columns:
                if index < len(codes):
                    code = codes[index]
                    row += [*self._code(code), Entry(names[code]), self._figure(code, "amount")]
                else:
                    row += [Entry("")] * (self.codes + 2)
            body.append(row)
        over = self.codes + 1
        personnel = [Entry("人员经费合计", align="c"), *[Entry(LEFT)] * (over - 1)]
        public = [Entry("公用经费合计", align="c"), *[Entry(LEFT)] * ((over + 1) * blocks - 2)]
        figures = [self._figure(f"{k}_total", "amount") for k in ("personnel", "public")]
        body.append([*personnel, figures[0], *public, figures[1]])
        return body

    def _one_row(self) -> Body:
        return [[self._figure(*c.split("/")) for c in self.design.columns]]

    def _list(self) -> Body:
        return [
            [
                Entry(label),
                Entry(str(number), align="c"),
                *(self._figure(b, item) for b in ("budget", "final")),
            ]
            for number, (item, label) in enumerate(self.design.items, 1)
        ]

    def _statistics(self) -> Body:
        body: Body = []
        number = 0
        for row, label in self.design.items:
            if not row:
                body.append([Entry(t, align="c") for t in label.split("|")])
                continue
            number += 1
            column = "amount" if row.startswith(("procurement", "operating")) else "count"
            body.append([Entry(label), Entry(str(number), align="c"), self._figure(row, column)])
        return body

    def _free(self) -> Body:
        head = self.design.head[0].split("|")
        body: Body = []
        for number, (_, label) in enumerate(self.design.items, 1):
            row = [Entry(label)]
            for word in head[1:]:
                text = f"{self.random.randint(1, 99999999) / 100:.2f}"
                if word == "行次":
                    text = str(number)
                elif word == "项目类别":
                    text = "经常性项目"
                row.append(Entry(text, align="l" if word == "项目类别" else "r"))
            body.append(row)
        return body
