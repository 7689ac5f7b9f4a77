"""What a row of a table becomes in its draft: figures, cells that are used, and what there is to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from jcfs_etl.findings import Both, Finding, Severity, Value
from jcfs_etl.labels import squeezed
from jcfs_etl.money import (
    Printed,
    UnreadableFigureError,
    is_figure,
    is_misprint,
    read_figure,
    read_wrapped_figure,
)
from jcfs_etl.places import Key
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.breaks import JOINED, BodyRow
from jcfs_etl.recognise.draft import DraftTable, Figure, unreadable_figure
from jcfs_etl.recognise.head import Block, ValueColumn
from jcfs_etl.recognise.model import Evidence, LineNumber
from jcfs_etl.recognise.stakes import may_hold_figure
from jcfs_etl.wording import listed


def distinct(cells: Iterable[Cell]) -> list[Cell]:
    """Cells, each once: a merged cell stands in several places of a row."""
    return list({id(cell): cell for cell in cells}.values())


class Writer:
    """Writes what was made out into a table's draft."""

    def __init__(self, draft: DraftTable) -> None:
        self._draft = draft
        self._table = draft.contract

    def line_nos(self, row: BodyRow, block: Block) -> None:
        """Note the line numbers (行次) that a row prints in a block."""
        for column in block.line_nos:
            cell = row.cells[column]
            if (number := squeezed(cell.text)).isdigit():
                self._draft.use(cell, "number")
                self._draft.line_numbers.append(LineNumber(int(number), row.page, cell.box))

    def figure(self, key: Key, cell: Cell, page: int, is_count: bool, named_by: Evidence) -> None:
        """Read a cell under a known row and column; what cannot be taken for one figure is a finding."""
        try:
            printed = read_figure(cell.text)
        except UnreadableFigureError as error:
            is_sure = cell.source == "text" and not cell.doubt and not cell.is_aligned
            wrapped = read_wrapped_figure(cell.text) if is_sure else None
            if wrapped is not None:
                self._draft.use(cell, "figure")
                joined = replace(cell, confidence=min(cell.confidence, JOINED))
                self._draft.figures.append(Figure(key, wrapped, joined, page, is_count, named_by))
                return
            if cell.source == "text" and not cell.doubt and is_misprint(cell.text):
                self._draft.use(cell, "figure")
                misprint = Printed("misprint")
                self._draft.figures.append(Figure(key, misprint, cell, page, is_count, named_by))
                return
            self._draft.use(cell, "reported")
            self._draft.findings.append(unreadable_figure(self._table, key, cell, page, str(error)))
            return
        if cell.doubt:
            self._draft.findings.append(
                unreadable_figure(self._table, key, cell, page, cell.doubt, "uncertain_figure")
            )
        self._draft.use(cell, "figure")
        self._draft.figures.append(Figure(key, printed, cell, page, is_count, named_by))

    def unknown_row(
        self,
        row: BodyRow,
        label: str,
        printed: Sequence[tuple[ValueColumn, Cell]],
        keys: Sequence[Cell],
    ) -> None:
        """Say that a line has no name; without a figure in it, that is a note."""
        for cell in distinct((*keys, *(c for _, c in printed))):
            self._draft.use(cell, "reported")
        figures = [squeezed(c.text) for c in distinct(c for _, c in printed) if may_hold_figure(c)]
        # Digits in place of a code or a name are no note's: something of the line was not understood.
        is_number = any(is_figure(cell.text) for cell in keys)
        self.report(
            "unknown_row",
            "error" if figures or is_number else "info",
            {
                "label": Both(label or "(without a label)", f"“{label}”" if label else "无名称的一"),
                "figures": listed(figures) if figures else "",
            },
            row.page,
            printed[0][1] if printed else row.cells[0],
        )

    def left_out(
        self,
        row: BodyRow,
        whole: str,
        label: str,
        printed: Sequence[tuple[ValueColumn, Cell]],
        keys: Sequence[Cell],
        *,
        row_id: str | None = None,
        column: str | None = None,
    ) -> None:
        """Leave out a line that is a part of another and of no dataset, and say so.

        Args:
            row: the line.
            whole: the name of what it is a part of.
            label: what it is called.
            printed: its figures.
            keys: its cells of names.
            row_id: the row that holds it, where it is one.
            column: the column that holds it, where it is one.
        """
        for cell in distinct((*keys, *(c for _, c in printed))):
            self._draft.use(cell, "aside")
        figures = ", ".join(squeezed(c.text) for _, c in printed)
        values: dict[str, Value] = {"label": label, "figures": figures, "whole": whole}
        self.report("detail_left_out", "info", values, row.page, printed[0][1], row=row_id, column=column)

    def row_set_aside(
        self, row: BodyRow, label: str, printed: Sequence[tuple[ValueColumn, Cell]], keys: Sequence[Cell]
    ) -> None:
        """Leave out a line of what no dataset promises, and say so."""
        for cell in distinct((*keys, *(c for _, c in printed))):
            self._draft.use(cell, "aside")
        figures = ", ".join(squeezed(c.text) for _, c in printed)
        self.report("row_set_aside", "info", {"label": label, "figures": figures}, row.page, printed[0][1])

    def report(
        self,
        code: str,
        severity: Severity,
        values: Mapping[str, Value],
        page: int,
        cell: Cell | None,
        *,
        row: str | None = None,
        column: str | None = None,
    ) -> None:
        """Add a finding about the table; an error is the reading's, and anything else the publication's."""
        self._draft.findings.append(
            Finding(
                code,
                severity,
                "extraction" if severity == "error" else "document",
                values={"table": self._draft.source.first.title, "page": page, **values},
                dataset=self._table.dataset,
                row=row,
                column=column,
                page=page,
                box=cell.box if cell is not None else None,
            )
        )
