"""Keeps account of a form's cells: what each was taken for, figures read, and what was taken for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from msgspec.structs import replace

from jcfs_etl.contracts.performance import Block, PerformanceContract
from jcfs_etl.findings import Both, Finding, Severity, Value, finding
from jcfs_etl.interpret.performance_heads import FormRow
from jcfs_etl.interpret.performance_model import POINT, WHOLE, FormFigure, FormText, PerformanceForm
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import in_characters, squeezed
from jcfs_etl.money import Printed, UnreadableFigureError, half_unit, printed_fen, read_figure
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell
from jcfs_etl.wording import joined, listed, on_pages

#: A rate without a percent sign up to here may be a share as well as a percentage; 0 is 0 in both.
_DOUBTFUL_RATE = Decimal("1.5")
_POINT = "."
_HALVES = 2
_NO_PERCENT = str.maketrans("", "", "%％")
#: Characters of a text that a message quotes.
_QUOTED = 30
_HEAD, _CELLS = "performance_unknown_head", "performance_cell_unread"
#: Parts that a form lacks, or rows with cells that were taken for nothing, for it to be told as a whole.
_LACKING, _ROWS = 3, 6
#: Texts of a form that its one note names.
_NAMED = 6


def read_form_figure(
    cell: Cell,
    page: int,
    measure: Literal["money", "rate", "score"],
    fen: int | None,
    contract: PerformanceContract,
) -> tuple[FormFigure, Value | None]:
    """Read the figure in a cell.

    Args:
        cell: the cell.
        page: its page.
        measure: what it should hold.
        fen: 分 in one unit of the block's money; None where nothing says.
        contract: the words around figures.

    Returns:
        The figure, and why it could not be read; None when it could.
    """
    unread = FormFigure(cell.text, None, 0, False, page, cell.box, cell.source)
    unit = {"money": fen, "rate": WHOLE // 100, "score": POINT}[measure]
    if cell.doubt:
        return unread, Both(f"is in doubt ({cell.doubt})", "字迹不清，无法确定")
    try:
        printed, has_sign = _printed(cell.text, measure, contract)
        if printed.value is None:
            return replace(unread, is_readable=True), None
        if unit is None:
            return unread, "is in a money unit that nothing names"
        if measure == "rate" and not has_sign and 0 < printed.value <= _DOUBTFUL_RATE:
            return unread, "prints no % and may be a share or a percentage"
        value, half = printed_fen(printed, unit), half_unit(printed.decimals, unit)
    except UnreadableFigureError:
        return unread, "is not one figure"
    least = 0 if measure == "money" else 1
    return replace(unread, value=value, half=max(half, least), is_readable=True), None


def _printed(text: str, measure: str, contract: PerformanceContract) -> tuple[Printed, bool]:
    """The figure without its sign of per cent or its word for points, and whether it has that of per cent.

    Raises:
        UnreadableFigureError: it is no figure.
    """
    plain = squeezed(text)
    if measure == "rate" and plain.endswith("%"):
        return read_figure(_unwrapped(text.translate(_NO_PERCENT))), True
    if measure == "score":
        for suffix in contract.score_suffixes:
            if plain.endswith(suffix):
                return read_figure(plain.removesuffix(suffix)), False
    return read_figure(_unwrapped(text)), False


def _unwrapped(text: str) -> str:
    """The text of a cell, on one line where it wraps and one of its halves alone is no figure.

    None is one that ends or begins with the point, or, below decimals, begins with a zero: 387.51 over 00.
    """
    lines = [squeezed(line) for line in text.split("\n") if line.strip()]
    if len(lines) != _HALVES:
        return text
    upper, lower = lines
    decimals = _POINT in upper and lower.startswith("0") and lower.isdigit() and len(lower) > 1
    return upper + lower if decimals or upper.endswith(_POINT) or lower.startswith(_POINT) else text


#: What is told of a form part by part, and how messages call the part.
_PARTS = {
    "performance_no_project": Both("its project", "项目名称"),
    "performance_no_funds": Both("its money", "资金情况"),
    "performance_no_total_funds": Both("the sum of its money", "资金总额"),
    "performance_no_money_unit": Both("the unit of its money", "金额单位"),
    "performance_no_indicators": Both("its indicators", "绩效指标"),
    "performance_no_total": Both("its total score", "总分"),
}


class Ledger:
    """The cells of one form that were used, and the findings about it.

    Args:
        name: how messages call the form.
        contract: the words around figures.
    """

    def __init__(self, name: str, contract: PerformanceContract) -> None:
        self.findings: list[Finding] = []
        self._name = name
        self._contract = contract
        self._used: set[int] = set()
        self._left: list[str] = []
        self._figures: set[int] = set()
        self._taken: dict[str, str] = {}

    def take(self, printed: str, means: str) -> None:
        """Note a head or label that no contract lists, and what it was taken for."""
        self._taken[squeezed(printed)] = means

    def use(self, *cells: Cell) -> None:
        """Note that cells were taken for something."""
        self._used.update(id(c) for c in cells)

    def is_used(self, cell: Cell) -> bool:
        """Whether a cell was taken for something."""
        return id(cell) in self._used

    def text(self, cell: Cell, page: int) -> FormText | None:
        """The text of a cell with its wrapped lines put together; None where nothing stands."""
        self.use(cell)
        joined = in_characters(unwrapped(cell))
        return FormText(joined, page, cell.box) if joined else None

    def figures(
        self, cells: Iterable[tuple[str, Cell]], row: FormRow, block: Block, fen: int | None
    ) -> dict[str, FormFigure]:
        """The figures in cells, by column; a finding for each that cannot be read."""
        read = {}
        for name, cell in cells:
            measure = block.columns[name].measure
            assert measure != "text"
            figure, problem = read_form_figure(cell, row.page, measure, fen, self._contract)
            read[name] = figure
            self.use(cell)
            self._figures.add(id(cell))
            if problem:
                label, printed = block.columns[name].labels[0], _quoted(cell.text)
                said: dict[str, Value] = {"label": label, "printed": printed, "why": problem}
                self.report("performance_figure_unread", row, cell.box, **said)
        return read

    def report(
        self,
        code: str,
        at: FormRow,
        box: Box | None = None,
        severity: Severity = "warning",
        /,
        **values: Value,
    ) -> None:
        """Add a finding about the form; it is ours to answer for and does not block the publication."""
        found = finding(code, severity, at.page, box or at.box, form=self._name, **values)
        self.findings.append(replace(found, origin="extraction"))

    def note_missing(self, form: PerformanceForm, row: FormRow) -> None:
        """Report what a form cannot be without and has not."""
        for code, is_there in (
            ("performance_no_project", form.project),
            ("performance_no_funds", form.funds),
            ("performance_no_total_funds", form.total_line or not form.funds),
            ("performance_no_money_unit", form.money_unit),
            ("performance_no_indicators", form.indicators),
            # A form without scores has no sum of them.
            ("performance_no_total", form.total_score or not form.has_scores),
        ):
            if not is_there:
                self.report(code, row)

    def _note_taken(self, row: FormRow) -> None:
        if self._taken:
            names = listed(f"“{printed}” = {means}" for printed, means in self._taken.items())
            self.report("performance_near_names", row, None, "info", names=names)

    def close(self, rows: Sequence[FormRow]) -> None:
        """Report names in doubt, what was taken for nothing, texts in doubt, and a reading by OCR."""
        self._note_taken(rows[0])
        read_by_ocr = None
        for row in rows:
            left = [c for c in row.starting if not self.is_used(c)]
            if left:
                self._left += [_quoted(c.text) for c in left]
                texts = listed(_quoted(c.text) for c in left)
                self.report("performance_cell_unread", row, left[0].box, texts=texts, row=row.index + 1)
            for cell in row.starting:
                if cell.doubt and self.is_used(cell) and id(cell) not in self._figures:
                    text = _quoted(cell.text)
                    self.report("performance_text_in_doubt", row, cell.box, text=text, why=cell.doubt)
                if cell.source == "ocr" and read_by_ocr is None:
                    read_by_ocr = row
        if read_by_ocr is not None:
            self.report("performance_read_by_ocr", read_by_ocr)
        self._summed_up(rows)

    def _summed_up(self, rows: Sequence[FormRow]) -> None:
        """One finding for a form of which much is not understood, in the place of one for each gap.

        It is a note where whole parts are missing, as on a form of another layout. Where a known form has
        cells that were taken for nothing, a figure may be among them, and it stays a warning.
        """
        gaps = [f for f in self.findings if f.code in _PARTS or f.code in (_HEAD, _CELLS)]
        lacking = [_PARTS[f.code] for f in gaps if f.code in _PARTS]
        if len(lacking) < _LACKING and sum(f.code == _CELLS for f in gaps) < _ROWS:
            return
        pages = on_pages(row.page for row in rows)
        heads = [str(f.values["head"]) for f in gaps if f.code == _HEAD]
        values: dict[str, Value] = {
            "pages": pages,
            "lacking": joined(lacking, ", ", "、") if lacking else "",
            "heads": listed(dict.fromkeys(heads), _NAMED) if heads else "",
            "count": len(self._left) or "",
            "texts": listed(self._left, _NAMED) if self._left else "",
        }
        self.findings = [f for f in self.findings if f not in gaps]
        severity: Severity = "info" if len(lacking) >= _LACKING else "warning"
        self.report("performance_not_understood", rows[0], None, severity, **values)


def unwrapped(cell: Cell) -> str:
    """The text of a cell with its wrapped lines put together."""
    return "".join(line.strip() for line in cell.text.split("\n"))


class BlockReader:
    """What the readers of a form's blocks have in common."""

    def __init__(self, words: Words, ledger: Ledger) -> None:
        self._words, self._contract, self._ledger = words, words.contract, ledger


def _quoted(text: str) -> str:
    plain = squeezed(text)
    return f"“{plain[:_QUOTED]}{'…' if len(plain) > _QUOTED else ''}”"
