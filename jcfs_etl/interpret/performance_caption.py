"""Reads what heads a form: its title, year, unit of money and points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from jcfs_etl.interpret.performance_heads import FormRow
from jcfs_etl.interpret.performance_ledger import BlockReader, Ledger
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell


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
