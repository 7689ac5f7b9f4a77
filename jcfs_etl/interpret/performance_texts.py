"""Texts of a form at the right of their labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from jcfs_etl.interpret.performance_heads import FormRow
from jcfs_etl.interpret.performance_ledger import BlockReader, Ledger
from jcfs_etl.interpret.performance_model import FormText
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
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
