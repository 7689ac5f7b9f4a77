"""The indicators of a form, row by row, put together again where a page break cut them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.interpret.performance_heads import FormRow, Heads
from jcfs_etl.interpret.performance_ledger import BlockReader, Ledger
from jcfs_etl.interpret.performance_model import FormFigure, FormText, Indicator
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell

#: Names that cells merged over several rows hold.
LEVELS = ("level1", "level2", "level3")
#: What only one half of a row cut in two can print.
_VALUES = ("target_initial", "target_adjusted", "actual")
#: What each row of its own prints.
_PRINTED = ("level3", "target_initial", "actual")


class IndicatorDraft(Struct):
    """A row of the indicators as it stands, and the cells that it was taken from by column.

    ``is_at_top`` says that it is the first row of its page, but for a repeated head.
    """

    row: FormRow
    is_at_top: bool
    cells: Mapping[str, Cell]
    texts: dict[str, FormText]
    figures: dict[str, FormFigure]

    @property
    def has_figures(self) -> bool:
        """Whether a weight or a score is printed."""
        return any(f.printed.strip() for f in self.figures.values())

    def frozen(self, number: int) -> Indicator:
        """The indicator as a plain value."""
        return Indicator(number, dict(self.texts), dict(self.figures), self.row.page, self.row.box)


class IndicatorReader(BlockReader):
    """Reads the rows of the indicators.

    Args:
        words: the words of the forms.
        ledger: notes which cells were taken.
    """

    def __init__(self, words: Words, ledger: Ledger) -> None:
        super().__init__(words, ledger)
        self._drafts: list[IndicatorDraft] = []

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators in order, as plain values."""
        _name_below(self._drafts)
        return tuple(draft.frozen(i) for i, draft in enumerate(self._drafts, 1))

    def take(self, row: FormRow, heads: Heads, *, is_at_top: bool) -> None:
        """Read a row below the heads; ``is_at_top``: it is the first of its page, but for a repeated head."""
        block = self._words.contract.indicators
        cells = cells_by_column(row, heads)
        measures = {name: column.measure for name, column in block.columns.items()}
        texts = {n: c for n, c in cells.items() if measures.get(n) == "text" and c.text.strip()}
        if not any(level in texts for level in LEVELS) and not (is_at_top and self._drafts):
            return
        if not is_at_top and "level3" not in cells and self._is_text(row, cells):
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
        if not self._is_rest(draft):
            self._drafts.append(draft)

    def _is_text(self, row: FormRow, cells: Mapping[str, Cell]) -> bool:
        """Whether a row is a label and one text over all that an indicator would print: no indicator."""
        taken = {id(c) for c in cells.values()}
        wide = [c for c in row.starting if id(c) not in taken and not self._ledger.is_used(c)]
        prints = (c for n, c in cells.items() if n not in LEVELS and c.row == row.index)
        return len(wide) == 1 and not any(c.text.strip() for c in prints)

    def _is_rest(self, draft: IndicatorDraft) -> bool:
        """Whether a row is the rest of the last one; names in merged cells go on in one that is not."""
        last = self._drafts[-1] if self._drafts else None
        if last is None:
            return False
        if draft.is_at_top and last.row.is_last:
            joined, doubt = join_over_break(self._drafts, draft, self._words)
            if doubt:
                self._ledger.report("performance_row_uncertain", draft.row)
            return joined
        for level in ("level1", "level2"):
            if level in last.texts and draft.cells.get(level) is last.cells.get(level) is not None:
                draft.texts[level] = last.texts[level]
        return False


def cells_by_column(row: FormRow, heads: Heads) -> dict[str, Cell]:
    """The cell under each head; one under several heads is left out, unless it is a name.

    A name may stand in one cell across several levels; it belongs to the first of them.
    """
    found: dict[str, Cell] = {}
    for cell in row.cells:
        under = heads.under(cell, row.shift)
        if len(under) == 1 or (under and cell.text.strip() and set(under) <= set(LEVELS)):
            found[min(under, key=lambda name: heads.columns[name])] = cell
    return found


def join_over_break(drafts: list[IndicatorDraft], new: IndicatorDraft, words: Words) -> tuple[bool, bool]:
    """Put together what a page break cut between the last indicator and a new first row.

    Args:
        drafts: the indicators so far; the last is the last row of the page before.
        new: the first row of the next page.
        words: the contract's words.

    Returns:
        Whether the new row was the rest of the last one and is joined to it, and whether it may be where
        it is not told for certain.
    """
    last = drafts[-1]
    joined, doubt = _is_rest(last, new)
    if joined:
        for name, text in new.texts.items():
            before = last.texts.get(name)
            is_same = before is not None and name in ("level1", "level2") and before.text == text.text
            if not is_same:
                last.texts[name] = replace(before, text=before.text + text.text) if before else text
        for name, figure in new.figures.items():
            if figure.printed.strip():
                last.figures[name] = figure
        # What stands below in the same cells belongs to this row as well.
        last.cells = new.cells
        return True, doubt
    _inherit(drafts, new, words)
    return False, doubt


def _is_rest(last: IndicatorDraft, new: IndicatorDraft) -> tuple[bool, bool]:
    if last.has_figures and new.has_figures:
        return False, False
    both = [name for name in _VALUES if name in last.texts and name in new.texts]
    # A row of its own prints all that the row before prints; the rest of one lacks what took a single line.
    lacks = [name for name in _PRINTED if name in last.texts and name not in new.texts]
    if both and last.has_figures and not set(LEVELS) & set(new.texts) and lacks:
        return True, False
    if both and last.has_figures and "level3" in new.texts and set(lacks) & set(_PRINTED[1:]):
        return True, False
    if both:
        return False, True
    if last.has_figures:
        strange = [name for name in new.texts if name not in ("level1", "level2") and name not in last.texts]
        return not strange, bool(strange)
    return "level3" not in new.texts or "level3" not in last.texts, False


def _inherit(drafts: list[IndicatorDraft], new: IndicatorDraft, words: Words) -> None:
    """Names in a cell that the page break cut: in one half only, or half in each."""
    last = drafts[-1]
    names = {squeezed(name) for name in words.contract.indicators.names}
    for level in ("level1", "level2"):
        before, after = last.texts.get(level), new.texts.get(level)
        if after is None:
            new.texts |= {level: before} if before is not None else {}
            continue
        if before is None:
            for draft in _of_one_cell(drafts, level) if _are_merged((*drafts, new)) else ():
                draft.texts[level] = after
            continue
        whole = squeezed(before.text + after.text)
        if whole in names and squeezed(after.text) not in names:
            for draft in _of_one_cell(drafts, level):
                draft.texts[level] = replace(before, text=whole)
            new.texts[level] = replace(before, text=whole)
        elif before.text != after.text:
            # Another name begins: what stands below it is not that of the page before.
            return


def _are_merged(drafts: Sequence[IndicatorDraft]) -> bool:
    """Whether names stand in cells merged over their rows."""
    names = (draft.cells.get(level) for draft in drafts for level in ("level1", "level2"))
    return any(cell is not None and cell.row_span > 1 for cell in names)


def _name_below(drafts: Sequence[IndicatorDraft]) -> None:
    """Where each row has cells of its own, a name goes on below it until another, or one above it, comes."""
    if _are_merged(drafts):
        return
    for level, over in (("level1", ()), ("level2", ("level1",))):
        for above, draft in pairwise(drafts):
            begins = any(above.texts.get(name) != draft.texts.get(name) for name in over)
            if level in draft.cells and level in above.texts and not begins:
                draft.texts.setdefault(level, above.texts[level])


def _of_one_cell(drafts: list[IndicatorDraft], level: str) -> list[IndicatorDraft]:
    """The last indicators that share one merged cell, which page breaks may have cut before."""
    found: list[IndicatorDraft] = []
    for draft in reversed(drafts):
        if found:
            after = found[-1]
            is_cut = draft.row.is_last and after.is_at_top
            same_text = draft.texts.get(level) == after.texts.get(level)
            if not (draft.cells.get(level) is after.cells.get(level) or (is_cut and same_text)):
                break
        found.append(draft)
    return found
