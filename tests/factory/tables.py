"""Sets one table of a form: head, rows, printed figures and widths; and says what reading it must give."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from factory.accounts import Accounts
from factory.figures import Values
from factory.forms import Design, Form
from factory.knobs import Knobs
from factory.model import Cell, Grid, Truth
from factory.rows import ABOVE, LEFT, Body, Entry, RowMaker
from factory.sizes import fitted_widths

_FEN = {"元": 100, "万元": 1_000_000}
_COUNTS = ("vehicles_", "equipment_")
_SPACED = {"合计": "合 计", "项目": "项 目", "栏次": "栏 次", "总计": "总 计", "收入": "收 入",
           "支出": "支 出", "（一）行政单位": "（一）行 政 单 位", "小计": "小 计"}  # fmt: skip


class TableSetter:
    """Sets the tables of one publication.

    Args:
        form: the form.
        accounts: the unit's accounts.
        values: every figure of them.
        knobs: how the publisher prints.
        random: where chance comes from.
    """

    def __init__(self, form: Form, accounts: Accounts, values: Values, knobs: Knobs, random: Random) -> None:
        self._form, self._accounts, self._values = form, accounts, values
        self._knobs, self._random = knobs, random

    def set(self, design: Design) -> tuple[Grid, Truth, bool]:
        """A table as a grid, the truth of its cells, and whether it holds any figure."""
        values = {key: fen for key, fen in self._values.items() if key[0] == design.dataset}
        no_data = design.may_be_empty and not any(values.values())
        zero = self._zero(no_data)

        def printed(row: str, column: str) -> str:
            if row[:3] in design.dashed:
                return "——"
            fen = values.get((design.dataset, row, column), 0)
            return self.printed(fen, zero, count=row.startswith(_COUNTS))

        maker = RowMaker(
            design=design,
            values=values,
            names=dict(self._accounts.names),
            classes=self._form.classes,
            printed=printed,
            codes=self._code_columns(design),
            total_last=self._knobs.total_last,
            blank_rows=self._knobs.ruled_blank_rows,
            random=self._random,
        )
        head = self._head(design, maker.codes)
        body = maker.rows()
        if self._knobs.narrow and design.shape == "codes":
            body = self._wrapped(body)
        filled = any(e.key and e.text for row in body for e in row)
        truth = {
            (design.dataset, *e.key): e.text for row in body for e in row if filled and e.key is not None
        }
        rows = tuple(_cells([[self._label(e) for e in row] for row in [*head, *body]]))
        size, widths = fitted_widths(rows, len(head), design.landscape, self._random)
        grid = Grid(
            widths=widths,
            rows=rows,
            head_rows=len(head),
            repeat_head=self._knobs.repeat_head,
            row_height=self._random.uniform(24, 36) if self._knobs.roomy else self._random.uniform(13, 19),
            font_size=size,
        )
        return grid, truth, filled

    def printed(self, fen: int, zero: str, *, count: bool = False) -> str:
        """A figure rounded on its own, as the publisher prints it."""
        if not fen:
            return ("0" if zero == "0.00" else zero) if count else zero
        if count:
            return str(fen)
        value = (Decimal(fen) / _FEN[self._knobs.money_unit]).quantize(Decimal("0.01"), ROUND_HALF_UP)
        commas = self._knobs.commas == "all" or (
            self._knobs.commas == "mixed" and self._random.random() < 0.5
        )
        return f"{value:,}" if commas else str(value)

    def _zero(self, no_data: bool) -> str:
        if no_data and self._random.random() < 0.6:
            return ""
        return self._knobs.zero if self._random.random() < 0.85 else self._random.choice(("", "0", "0.00"))

    def _code_columns(self, design: Design) -> int:
        if design.codes > 1 or not self._knobs.split_codes:
            return design.codes
        return {"codes": 3, "blocks": 2}.get(design.shape, 1)

    def _head(self, design: Design, codes: int) -> Body:
        if design.shape == "blocks":
            return self._block_head(design, codes)
        rows = [line.split("|") for line in design.head]
        if design.shape == "codes" and codes > 1:
            rows = _split_head(rows, codes, merge_last=design.total == "in_head")
        return [[Entry(text, align="c") for text in row] for row in rows]

    def _block_head(self, design: Design, codes: int) -> Body:
        code, name, amount = design.words
        block = [code, *[LEFT] * (codes - 1), name, amount]
        rows = [block * design.blocks]
        if codes > 1:
            rows.append([*"类款", ABOVE, ABOVE] * design.blocks)
        if design.heading:
            width = codes + 2
            spans = [
                ["人员经费", *[LEFT] * (width - 1)],
                ["公用经费", *[LEFT] * (width * (design.blocks - 1) - 1)],
            ]
            rows.insert(0, spans[0] + spans[1])
        return [[Entry(text, align="c") for text in row] for row in rows]

    def _wrapped(self, body: Body) -> Body:
        """Figures too long for a narrow column go on below; only the last digits do, so that the
        reader can be certain: "1452.7" over "5"."""
        longest = max((len(e.text) for row in body for e in row if e.key), default=0)
        limit = max(5, longest - self._random.choice((1, 2)))
        return [
            [
                replace(e, text=e.text[:limit] + "\n" + e.text[limit:])
                if e.key and len(e.text) > limit
                else e
                for e in row
            ]
            for row in body
        ]

    def _label(self, entry: Entry) -> Entry:
        if entry.key is not None:
            return entry
        text = entry.text
        if self._knobs.spaced_labels:
            text = _SPACED.get(text, text)
        if not self._knobs.full_width:
            text = text.replace("（", "(").replace("）", ")")
        return replace(entry, text=text)


def _split_head(rows: list[list[str]], codes: int, *, merge_last: bool) -> list[list[str]]:
    """The head for codes in several columns, with a row 类, 款, 项 below the word for codes."""
    found = []
    for row in rows:
        mark = row[0] if row[0] == ABOVE else LEFT
        found.append([row[0], *[mark] * (codes - 1), *row[1:]])
    if not merge_last:
        at = next(i for i, row in enumerate(rows) if "编码" in row[0] or "代码" in row[0])
        words = ["类", "款", "项"][:codes]
        found.insert(at + 1, words + [ABOVE] * (len(rows[0]) - 1))
    return found


def _cells(body: Body) -> list[tuple[Cell | None, ...]]:
    """Merging resolved: each cell at its upper left place, None where it goes on."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(body):
        for c, entry in enumerate(row):
            if entry.text == LEFT:
                owner[r, c] = owner[r, c - 1]
            elif entry.text == ABOVE:
                owner[r, c] = owner[r - 1, c]
            else:
                owner[r, c] = (r, c)
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for (r, c), (top, left) in owner.items():
        down, across = spans.get((top, left), (1, 1))
        spans[top, left] = (max(down, r - top + 1), max(across, c - left + 1))
    return [
        tuple(
            Cell(entry.text, *spans[r, c], align=entry.align) if owner[r, c] == (r, c) else None
            for c, entry in enumerate(row)
        )
        for r, row in enumerate(body)
    ]
