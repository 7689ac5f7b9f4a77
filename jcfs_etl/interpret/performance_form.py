"""Reads one self-evaluation form, row by row; what is taken for nothing is reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from jcfs_etl.contracts.model import PublicationContract
from jcfs_etl.findings import Finding
from jcfs_etl.interpret.performance_funds import fund_line
from jcfs_etl.interpret.performance_goals import GoalTexts, goal_heads
from jcfs_etl.interpret.performance_heads import FormRow, Heads, heads_of
from jcfs_etl.interpret.performance_indicators import (
    LEVELS,
    IndicatorDraft,
    cells_by_column,
    join_over_break,
)
from jcfs_etl.interpret.performance_ledger import Ledger
from jcfs_etl.interpret.performance_model import FormFigure, FormText, FundLine, PerformanceForm
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell

_Named = tuple[Cell, str]
_Mode = Literal["fields", "money", "goals", "indicators", "total", "analysis"]


class FormReader:
    """Reads the rows of one form.

    Args:
        number: place of the form in the document, from 1.
        rows: its rows in order.
        captions: lines above it, squeezed.
        title: the one that titles it; empty when none does.
        words: the words of the forms.
        publication: how money units are printed.
    """

    def __init__(
        self,
        number: int,
        rows: Sequence[FormRow],
        captions: Sequence[str],
        title: str,
        words: Words,
        publication: PublicationContract,
    ) -> None:
        self._number = number
        self._rows = rows
        self._captions = captions
        self._title = title
        self._words = words
        self._contract = words.contract
        self._publication = publication
        self._ledger = Ledger(title or f"self-evaluation form {number}", words.contract)
        self._mode: _Mode = "fields"
        self._heads: dict[str, Heads] = {}
        self._goal_texts: GoalTexts | None = None
        self._texts: dict[str, FormText] = {}
        self._latest_text = ""
        self._funds: list[FundLine] = []
        self._drafts: list[IndicatorDraft] = []
        self._top_rows: dict[int, int] = {}
        self._total: dict[str, FormFigure] = {}
        self._grade: FormText | None = None
        self._years: set[int] = set()
        self._says_code: set[str] = set()
        self._units: set[str] = set()
        self._units_above: set[str] = set()
        self._head_cells: set[int] = set()
        self._taken: dict[str, str] = {}

    def read(self) -> tuple[PerformanceForm, tuple[Finding, ...]]:
        """The form, and what could not be read for certain."""
        self._note_years(self._captions)
        self._units_above = self._units_in(self._captions)
        for row in self._rows:
            self._read_row(row)
        fields = {n: t for n, t in self._texts.items() if n in self._contract.fields}
        codes: dict[str, str] = {}
        for name, text in fields.items():
            if (match := self._words.coded(name, text.text, name in self._says_code)) is not None:
                codes[name] = match["code"]
                fields[name] = replace(text, text=match["name"].strip())
        form = PerformanceForm(
            number=self._number,
            title=self._title,
            year=min(self._years) if len(self._years) == 1 else None,
            project=fields.get("project"),
            fields={name: fields[name] for name in fields if name not in ("project", "other")},
            codes=codes,
            money_unit=self._money_unit,
            funds=tuple(self._funds),
            goals=self._texts.get("goals"),
            completion=self._texts.get("completion"),
            indicators=tuple(draft.frozen(i) for i, draft in enumerate(self._drafts, 1)),
            total_score=self._total.get("score"),
            total_weight=self._total.get("weight"),
            grade=self._grade,
            analysis={n: t for n, t in self._texts.items() if n in self._contract.analysis.columns},
            pages=tuple(dict.fromkeys(row.page for row in self._rows)),
        )
        self._ledger.note_missing(form, self._rows[0])
        self._ledger.note_taken(self._taken, self._rows[0])
        self._ledger.close(self._rows)
        return form, tuple(self._ledger.findings)

    @property
    def _money_unit(self) -> str | None:
        """The unit that heading and heads agree on, else that of the lines above the form."""
        units = self._units or self._units_above
        return min(units) if len(units) == 1 else None

    def _note_years(self, texts: Iterable[str]) -> None:
        patterns = self._contract.year_patterns
        found = (re.search(pattern, squeezed(text)) for text in texts for pattern in patterns)
        self._years.update(int(match["year"]) for match in found if match)

    def _units_in(self, texts: Iterable[str]) -> set[str]:
        patterns = self._contract.unit_patterns
        found = (m for text in texts for pattern in patterns for m in re.finditer(pattern, squeezed(text)))
        return {match["money_unit"] for match in found}

    # -- rows --------------------------------------------------------------------------------------

    def _read_row(self, row: FormRow) -> None:
        starting = [c for c in row.starting if id(c) not in self._head_cells]
        if not starting:
            if self._is_at_top(row):
                # Its texts belong to the page before.
                self._top_rows[row.part] = row.index + 1
            return
        for cell in starting:
            self._side(cell, row)
        handlers = (self._head_row, self._caption_row, self._goals_row, self._total_row, self._analysis_row)
        if any(handler(row, starting) for handler in (*handlers, self._fields_row)):
            return
        if self._mode == "money":
            self._fund_row(row)
        elif self._mode == "goals":
            self._goals_text(row, starting)
        elif self._mode == "indicators":
            self._indicator_row(row)
        elif self._mode == "analysis":
            self._rest_of_text(row, starting)

    def _side(self, cell: Cell, row: FormRow) -> None:
        """A heading at the left of a block, which may name the money unit."""
        contract = self._contract
        blocks = (contract.money, contract.goals, contract.indicators, contract.analysis)
        is_left = cell.column == 0 or all(
            self._ledger.is_used(c) or not c.text.strip() for c in row.cells if c.column < cell.column
        )
        if is_left and any(self._words.is_one(cell.text, block.sides) for block in blocks):
            self._ledger.use(cell)
            if self._words.is_one(cell.text, contract.money.sides):
                self._units |= self._units_in([cell.text])

    def _head_row(self, row: FormRow, starting: Sequence[Cell]) -> bool:
        for name, block in (("money", self._contract.money), ("indicators", self._contract.indicators)):
            heads = heads_of(row, block, self._words)
            if heads is None:
                continue
            before = self._heads.get(name)
            if before is not None and not (row.is_first and row.part) and before.columns != heads.columns:
                # A second head in the middle of a page, over other columns: nothing says what it heads.
                self._mode = "fields"
                return True
            self._heads[name] = heads
            self._ledger.use(*heads.sides)
            for cell, column in heads.taken:
                self._taken[squeezed(cell.text)] = block.columns[column].labels[0]
            if row.is_first:
                self._top_rows[row.part] = heads.last + 1
            self._mode = "money" if name == "money" else "indicators"
            self._ledger.use(*heads.cells)
            self._head_cells.update(id(c) for c in (*heads.cells, *heads.strangers))
            if name == "money":
                self._units |= self._units_in(c.text for c in (*heads.cells, *heads.sides, *starting))
            for cell in heads.strangers:
                self._ledger.use(cell)
                self._ledger.report("performance_unknown_head", row, cell.box, {"head": squeezed(cell.text)})
            return True
        # A row of groups above the heads proper.
        groups = (*self._contract.money.groups, *self._contract.indicators.groups)
        rest = [c for c in starting if not self._ledger.is_used(c)]
        if self._mode != "fields" or not rest or not all(self._words.is_one(c.text, groups) for c in rest):
            return False
        self._ledger.use(*rest)
        self._units |= self._units_in(c.text for c in rest)
        return True

    def _caption_row(self, row: FormRow, starting: Sequence[Cell]) -> bool:
        """A title, year, unit or note that stands in a row of the grid."""
        first = squeezed(starting[0].text)
        if re.search(self._contract.note_pattern, first) and starting[0].column == 0:
            self._ledger.use(*starting)
            return True
        if self._mode != "fields" or len(starting) > 1 or starting[0].column_span < row.grid.column_count:
            return False
        years, units = len(self._years), self._units_in([first])
        self._note_years([first])
        self._units |= units
        is_title = self._words.title(first)
        if is_title or units or len(self._years) > years:
            self._ledger.use(starting[0])
            self._title = self._title or (first if is_title else "")
            return True
        return False

    def _goals_row(self, row: FormRow, starting: Sequence[Cell]) -> bool:
        """The headings of the goals and of what came of them, above their texts or at their left."""
        if self._mode in ("indicators", "total", "analysis"):
            return False
        heads = goal_heads(row, [c for c in starting if not self._ledger.is_used(c)], self._words)
        if heads is None:
            return False
        if heads.is_above and row.cells[0].row_span > 1:
            # What stands beside headings and texts alike heads both.
            self._ledger.use(row.cells[0])
        for name, cell in heads.named.items():
            self._ledger.use(cell)
            text = None if heads.is_above else self._at_right(cell, row)
            if text is not None and text.text.strip() and text not in heads.named.values():
                self._add_text(name, text, row)
            else:
                self._goal_texts = GoalTexts.below(row, self._goal_texts)
                self._goal_texts.edges[name] = (cell.box.x0 - row.shift, cell.box.x1 - row.shift)
        labels = {"goals": self._contract.goals.goals, "completion": self._contract.goals.completion}
        for name, cell in heads.taken.items():
            self._taken[squeezed(cell.text)] = labels[name][0]
        self._mode = "goals"
        return True

    def _goals_text(self, row: FormRow, starting: Sequence[Cell]) -> None:
        """Texts below the headings; further rows of them only where the side heading goes on."""
        if self._goal_texts is not None:
            for name, cell in self._goal_texts.of(row, starting, self._is_at_top(row)):
                if not self._ledger.is_used(cell):
                    self._add_text(name, cell, row)

    def _total_row(self, row: FormRow, starting: Sequence[Cell]) -> bool:
        """The row 总分, with the grade; a grade may have a row of its own."""
        total = self._contract.total
        heads = self._heads.get("indicators")
        if heads is None or self._mode not in ("indicators", "total", "analysis"):
            return False
        label = next((c for c in starting if not self._ledger.is_used(c)), None)
        is_total = label is not None and not self._total and self._is_total(label, heads, row)
        is_grade = label is not None and self._words.is_one(label.text, total.grade_labels)
        if label is None or not (is_total or is_grade):
            return False
        self._ledger.use(label)
        rest = [c for c in starting if c is not label and not self._ledger.is_used(c)]
        for cell in list(rest):
            if self._words.is_one(cell.text, total.grade_labels):
                self._ledger.use(cell)
                rest.remove(cell)
            elif squeezed(cell.text) in total.grades and self._grade is None:
                self._grade = self._ledger.text(cell, row.page)
                rest.remove(cell)
        if is_total:
            alone = len(rest) == 1
            places = [(c, heads.under(c, row.shift)) for c in rest]
            for name in ("score", "weight"):
                found = [c for c, under in places if under == [name]]
                if not found and name == "score" and alone:
                    # A single figure that stands over several columns, 得分 among them, is the total.
                    found = [c for c, under in places if "score" in under]
                if len(found) == 1:
                    self._total |= self._ledger.figures(
                        [(name, found[0])], row, self._contract.indicators, None
                    )
            self._mode = "total"
        return True

    def _is_total(self, label: Cell, heads: Heads, row: FormRow) -> bool:
        """Whether a label is that of 总分: listed, or in the place of an indicator's texts with its words."""
        total = self._contract.total
        if self._words.is_one(label.text, total.labels):
            return True
        covered = heads.under(label, row.shift)
        if "actual" not in covered or not re.search(total.key, squeezed(label.text)):
            return False
        self._taken[squeezed(label.text)] = total.labels[0]
        return True

    def _analysis_row(self, row: FormRow, starting: Sequence[Cell]) -> bool:
        """Labels with the text at their right."""
        if self._mode == "indicators" and not self._is_leftmost(starting[0], row):
            return False
        named = [
            (c, name) for c in starting if (name := self._words.find(c.text, self._contract.analysis.columns))
        ]
        if not named or (
            self._mode == "indicators" and self._words.column(named[0][0].text, self._contract.indicators)
        ):
            return False
        for cell, name in named:
            text = self._at_right(cell, row)
            if text is None or name in self._texts:
                continue
            self._ledger.use(cell)
            self._add_text(name, text, row)
        self._latest_text = named[-1][1]
        self._mode = "analysis" if self._heads.get("indicators") else self._mode
        return True

    def _fields_row(self, row: FormRow, starting: Sequence[Cell]) -> bool:
        """Labels with a value at their right; inside a block only where they begin the row."""
        labels = {name: field.labels for name, field in self._contract.fields.items()}
        if self._mode in ("money", "indicators") and not (
            starting[0].column == 0 and self._words.find(starting[0].text, labels)
        ):
            return False
        named = [(c, name) for c in starting if (name := self._words.find(c.text, labels))]
        if self._mode == "fields":
            named += self._near_fields(starting, dict(named), row)
        for cell, name in named:
            value = self._at_right(cell, row)
            if name in self._texts and name != "other":
                continue
            self._ledger.use(cell)
            if value is not None and value not in [c for c, _ in named]:
                self._add_text(name, value, row)
            if re.search(self._contract.code_label_pattern, squeezed(cell.text)):
                self._says_code.add(name)
        return bool(named)

    def _near_fields(self, starting: Sequence[Cell], named: Mapping[Cell, str], row: FormRow) -> list[_Named]:
        """Labels that are not listed, in the places of labels: first in a row, and behind a value."""
        found: list[_Named] = []
        for cell in starting[::2]:
            if cell in named or self._at_right(cell, row) is None:
                continue
            name = self._words.near_field(cell.text)
            if name is not None and name not in (*named.values(), *self._texts):
                found.append((cell, name))
                self._taken[squeezed(cell.text)] = self._contract.fields[name].labels[0]
        return found

    def _fund_row(self, row: FormRow) -> None:
        fen = self._publication.money_units.get(self._money_unit or "")
        line = fund_line(row, self._heads["money"], self._funds, fen, self._words, self._ledger)
        if line is not None:
            self._funds.append(line)
            if line.is_total and not self._words.is_one(line.label, self._contract.money.totals):
                self._taken[line.label] = self._contract.money.totals[0]

    def _indicator_row(self, row: FormRow) -> None:
        heads, block = self._heads["indicators"], self._contract.indicators
        cells = cells_by_column(row, heads)
        measures = {name: column.measure for name, column in block.columns.items()}
        texts = {n: c for n, c in cells.items() if measures.get(n) == "text" and c.text.strip()}
        is_at_top = self._is_at_top(row)
        if not any(level in texts for level in LEVELS) and not (is_at_top and self._drafts):
            return
        # A weight or score in a cell over several rows stands for them together: it is counted once.
        figures = [(n, c) for n, c in cells.items() if measures.get(n) == "score" and c.row == row.index]
        self._ledger.use(*(c for n, c in cells.items() if n.startswith("ignored")))
        draft = IndicatorDraft(
            row,
            is_at_top,
            cells,
            {n: text for n, c in texts.items() if (text := self._ledger.text(c, row.page))},
            self._ledger.figures(figures, row, block, None),
        )
        last = self._drafts[-1] if self._drafts else None
        if last is not None and is_at_top and last.row.is_last:
            joined, doubt = join_over_break(self._drafts, draft, self._words)
            if doubt:
                self._ledger.report("performance_row_uncertain", row)
            if joined:
                return
        elif last is not None:
            for level in ("level1", "level2"):
                if level in last.texts and cells.get(level) is last.cells.get(level) is not None:
                    draft.texts[level] = last.texts[level]
        self._drafts.append(draft)

    def _rest_of_text(self, row: FormRow, starting: Sequence[Cell]) -> None:
        """A text that a page break cut: the only text in the first row of the next page, under no label."""
        rest = [c for c in starting if not self._ledger.is_used(c)]
        if self._is_at_top(row) and len(rest) == 1 and self._latest_text and rest[0].column:
            self._add_text(self._latest_text, rest[0], row)

    # -- cells -------------------------------------------------------------------------------------

    def _add_text(self, name: str, cell: Cell, row: FormRow) -> None:
        text = self._ledger.text(cell, row.page)
        before = self._texts.get(name)
        if text is not None and name != "other":
            self._texts[name] = replace(before, text=before.text + text.text) if before else text

    def _at_right(self, cell: Cell, row: FormRow) -> Cell | None:
        return row.grid.by_position.get((row.index, cell.column + cell.column_span))

    def _is_at_top(self, row: FormRow) -> bool:
        """Whether the row is the first of a further page, but for a repeated head."""
        return row.part > 0 and row.index == self._top_rows.get(row.part, 0)

    def _is_leftmost(self, cell: Cell, row: FormRow) -> bool:
        return all(self._ledger.is_used(c) or c.row < row.index for c in row.cells if c.column < cell.column)
