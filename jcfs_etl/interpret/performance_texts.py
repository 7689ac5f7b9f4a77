"""Texts of a form at the right of their labels, its caption, and the row 总分 with the grade."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from jcfs_etl.interpret.performance_heads import FormRow, Heads
from jcfs_etl.interpret.performance_ledger import BlockReader, Ledger
from jcfs_etl.interpret.performance_model import FormFigure, FormText
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure
from jcfs_etl.read.model import Cell


class LabelledTexts(BlockReader):
    """The texts of one form by the names of their labels.

    Args:
        words: the words of the forms.
        ledger: notes which cells were taken.
    """

    def __init__(self, words: Words, ledger: Ledger) -> None:
        super().__init__(words, ledger)
        self._found: dict[str, FormText] = {}
        self._latest = ""
        self._says_code: set[str] = set()

    def get(self, name: str) -> FormText | None:
        """A text by its name."""
        return self._found.get(name)

    def add(self, name: str, cell: Cell, row: FormRow) -> None:
        """Add what stands in a cell to the text of a name."""
        text = self._ledger.text(cell, row.page)
        before = self._found.get(name)
        if text is not None and name != "other":
            self._found[name] = replace(before, text=before.text + text.text) if before else text

    def fields(self) -> tuple[dict[str, FormText], dict[str, str]]:
        """The fields of the form without their codes, and the codes."""
        fields = {n: t for n, t in self._found.items() if n in self._contract.fields}
        codes: dict[str, str] = {}
        for name, text in fields.items():
            if (match := self._words.coded(name, text.text, name in self._says_code)) is not None:
                codes[name] = match["code"]
                fields[name] = replace(text, text=match["name"].strip())
        return fields, codes

    def analysis(self) -> dict[str, FormText]:
        """The blocks of the analysis."""
        return {n: t for n, t in self._found.items() if n in self._contract.analysis.columns}

    def take_analysis(self, row: FormRow, starting: Sequence[Cell], *, is_in_indicators: bool) -> bool:
        """Whether a row has labels of the analysis; among indicators only where it begins with one."""
        if is_in_indicators and not self._is_leftmost(starting[0], row):
            return False
        columns = self._contract.analysis.columns
        named = [(c, name) for c in starting if (name := self._words.find(c.text, columns))]
        if not named or (
            is_in_indicators and self._words.column(named[0][0].text, self._contract.indicators)
        ):
            return False
        for cell, name in named:
            text = at_right(cell, row)
            if text is None or name in self._found:
                continue
            self._ledger.use(cell)
            self.add(name, text, row)
        self._latest = named[-1][1]
        return True

    def take_fields(
        self, row: FormRow, starting: Sequence[Cell], *, is_in_block: bool, is_open: bool
    ) -> bool:
        """Whether a row has labels of fields.

        Args:
            row: the row.
            starting: its cells with text that are no heads.
            is_in_block: whether it stands in a block of figures, where a field must begin the row.
            is_open: whether no block has begun: labels that are not listed may be fields.
        """
        labels = self._words.fields
        if is_in_block and not (starting[0].column == 0 and self._words.find(starting[0].text, labels)):
            return False
        named = [(c, name) for c in starting if (name := self._words.find(c.text, labels))]
        if is_open:
            named += self._near_fields(starting, dict(named), row)
        for cell, name in named:
            value = at_right(cell, row)
            if name in self._found and name != "other":
                continue
            self._ledger.use(cell)
            if value is not None and value not in [c for c, _ in named]:
                self.add(name, value, row)
            if re.search(self._contract.code_label_pattern, squeezed(cell.text)):
                self._says_code.add(name)
        return bool(named)

    def take_rest(self, row: FormRow, starting: Sequence[Cell], *, is_at_top: bool) -> None:
        """A text that a page break cut: the only text in the first row of the next page, under no label."""
        rest = [c for c in starting if not self._ledger.is_used(c)]
        if is_at_top and len(rest) == 1 and self._latest and rest[0].column:
            self.add(self._latest, rest[0], row)

    def _near_fields(
        self, starting: Sequence[Cell], named: Mapping[Cell, str], row: FormRow
    ) -> list[tuple[Cell, str]]:
        """Labels that are not listed, in the places of labels: first in a row, and behind a value."""
        found: list[tuple[Cell, str]] = []
        for cell in starting[::2]:
            if cell in named or at_right(cell, row) is None:
                continue
            name = self._words.near_field(cell.text)
            if name is not None and name not in (*named.values(), *self._found):
                found.append((cell, name))
                self._ledger.take(cell.text, self._contract.fields[name].labels[0])
        return found

    def _is_leftmost(self, cell: Cell, row: FormRow) -> bool:
        return all(self._ledger.is_used(c) or c.row < row.index for c in row.cells if c.column < cell.column)


def at_right(cell: Cell, row: FormRow) -> Cell | None:
    """The cell at the right of a label."""
    return row.grid.by_position.get((row.index, cell.column + cell.column_span))


class TotalReader(BlockReader):
    """Reads the row 总分, with the grade; a grade may have a row of its own.

    Args:
        words: the words of the forms.
        ledger: notes which cells were taken.
    """

    def __init__(self, words: Words, ledger: Ledger) -> None:
        super().__init__(words, ledger)
        self.figures: dict[str, FormFigure] = {}
        self.grade: FormText | None = None

    def take(self, row: FormRow, starting: Sequence[Cell], heads: Heads) -> bool:
        """Whether a row is the total or the grade; ``heads`` are those of the indicators above it."""
        total = self._contract.total
        label = next((c for c in starting if not self._ledger.is_used(c)), None)
        is_total = label is not None and not self.figures and self._is_total(label, heads, row)
        is_grade = label is not None and self._words.is_one(label.text, total.grade_labels)
        if label is None or not (is_total or is_grade):
            return False
        self._ledger.use(label)
        rest = [c for c in starting if c is not label and not self._ledger.is_used(c)]
        for cell in list(rest):
            if self._words.is_one(cell.text, total.grade_labels):
                self._ledger.use(cell)
                rest.remove(cell)
            elif self.grade is None and (grade := self._grade(cell, row)) is not None:
                self.grade = grade
                rest.remove(cell)
        if is_total:
            self._take_figures(row, rest, heads)
        return True

    def take_above(self, row: FormRow, starting: Sequence[Cell]) -> None:
        """Take 总分 where it stands beside its label among the fields at the top of the form."""
        for cell in starting:
            figure = at_right(cell, row)
            says = self._words.is_one(cell.text, self._contract.total.labels_above)
            if says and not self.figures and figure is not None and is_figure(figure.text):
                self._ledger.use(cell)
                block = self._contract.indicators
                self.figures |= self._ledger.figures([("score", figure)], row, block, None)

    def _grade(self, cell: Cell, row: FormRow) -> FormText | None:
        """The grade in a cell of its own, or behind its label in one: (自评等级：优)."""
        plain, total = squeezed(cell.text), self._contract.total
        if plain in total.grades:
            return self._ledger.text(cell, row.page)
        label, _, grade = plain.strip("()").partition(":")
        if grade not in total.grades or not self._words.is_one(label, total.grade_labels):
            return None
        self._ledger.use(cell)
        return FormText(grade, row.page, cell.box)

    def _take_figures(self, row: FormRow, rest: Sequence[Cell], heads: Heads) -> None:
        places = [(c, heads.under(c, row.shift)) for c in rest]
        for name in ("score", "weight"):
            found = [c for c, under in places if under == [name]]
            if not found and name == "score" and len(rest) == 1:
                # A single figure that stands over several columns, 得分 among them, is the total.
                found = [c for c, under in places if "score" in under]
            if len(found) == 1:
                block = self._contract.indicators
                self.figures |= self._ledger.figures([(name, found[0])], row, block, None)

    def _is_total(self, label: Cell, heads: Heads, row: FormRow) -> bool:
        """Whether a label is that of 总分: listed, or in the place of an indicator's texts with its words."""
        total = self._contract.total
        if self._words.is_one(label.text, total.labels):
            return True
        covered = heads.under(label, row.shift)
        if "actual" not in covered or not re.search(total.key, squeezed(label.text)):
            return False
        self._ledger.take(label.text, total.labels[0])
        return True


class Caption(BlockReader):
    """What heads a form.

    Args:
        above: lines above it, squeezed.
        title: the one that titles it; empty when none does.
        words: the words of the forms.
        ledger: notes which cells were taken.
    """

    def __init__(self, above: Sequence[str], title: str, words: Words, ledger: Ledger) -> None:
        super().__init__(words, ledger)
        self.title = title
        self._years = self._years_in(above)
        self._units: set[str] = set()
        self._units_above = self._units_in(above)
        self._points: set[Decimal] = set()

    @property
    def year(self) -> int | None:
        """The one year that is named."""
        return min(self._years) if len(self._years) == 1 else None

    @property
    def money_unit(self) -> str | None:
        """The unit that heading and heads agree on, else that of the lines above the form."""
        units = self._units or self._units_above
        return min(units) if len(units) == 1 else None

    @property
    def execution_points(self) -> Decimal | None:
        """The points of the money block that its headings and heads agree on."""
        return min(self._points) if len(self._points) == 1 else None

    def note_money(self, cells: Sequence[Cell]) -> None:
        """Note the units and points that headings and heads of the money block name."""
        self._units |= self._units_in(cell.text for cell in cells)
        pattern = self._contract.execution_points_pattern
        found = (re.search(pattern, squeezed(cell.text)) for cell in cells)
        self._points |= {Decimal(match["points"]) for match in found if match}

    def take(self, row: FormRow, starting: Sequence[Cell], *, is_in_fields: bool) -> bool:
        """Whether a row of the grid is a title, year, unit or note, or says who answers for the form.

        Args:
            row: the row.
            starting: its cells with text that are no heads.
            is_in_fields: whether no block has begun.
        """
        first = squeezed(starting[0].text)
        is_note = re.search(self._contract.note_pattern, first) is not None and starting[0].column == 0
        signs = not is_in_fields and all(self._words.is_signature(cell.text) for cell in starting)
        if is_note or signs:
            self._ledger.use(*starting)
            return True
        if not is_in_fields or len(starting) > 1 or starting[0].column_span < row.grid.column_count:
            return False
        years, units = self._years_in([first]) - self._years, self._units_in([first])
        self._years |= years
        self._units |= units
        is_title = self._words.title(first)
        if not (is_title or units or years):
            return False
        self._ledger.use(starting[0])
        self.title = self.title or (first if is_title else "")
        return True

    def _years_in(self, texts: Iterable[str]) -> set[int]:
        patterns = self._contract.year_patterns
        found = (re.search(pattern, squeezed(text)) for text in texts for pattern in patterns)
        return {int(match["year"]) for match in found if match}

    def _units_in(self, texts: Iterable[str]) -> set[str]:
        patterns = self._contract.unit_patterns
        found = (m for text in texts for pattern in patterns for m in re.finditer(pattern, squeezed(text)))
        return {match["money_unit"] for match in found}
