"""Puts together rows of a self-evaluation form that a page break has cut, before they are read.

The rest of a row stands on the next page in cells between the same edges, under no label of its own.
Rows of indicators, and texts below the heads of goals, are put together where they are read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from jcfs_etl.interpret.performance_heads import EDGE
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell, Grid

_FIGURE = re.compile(r"[0-9.,%-]+$")
#: Halves of a figure that is cut after its point, or right before it.
_CUT = (re.compile(r"[0-9,-]+\.[0-9]*$"), re.compile(r"[0-9]+%?$"))
_POINT = (re.compile(r"[0-9,-]+$"), re.compile(r"\.[0-9]+%?$"))


def without_repeated_heads(grids: Sequence[Grid], words: Words) -> list[Grid]:
    """The grids of one form, the first rows of the form left out where later pages repeat them.

    Word processors repeat the rows that are marked as a table's head on each of its pages, and a form's first
    rows may be: the title, the project and its unit, word by word. Another form would name another project.

    Args:
        grids: the form's grids in order.
        words: what titles a form.
    """
    found = list(grids)
    for number, grid in enumerate(found[1:], 1):
        count = 0
        while count < min(grid.row_count, found[0].row_count) and (
            (texts := _texts(grid, count)) == _texts(found[0], count)
            and (len(texts) > 1 or any(words.title(text) for text in texts))
        ):
            count += 1
        below = tuple(replace(c, row=c.row - count) for c in grid.cells if c.row >= count)
        if count and below and all(c.row + c.row_span <= count for c in grid.cells if c.row < count):
            found[number] = replace(grid, rows=grid.rows[count:], cells=below)
    return found


def _texts(grid: Grid, row: int) -> list[str]:
    return [squeezed(cell.text) for cell in grid.cells_in(row) if cell.text]


def joined_over_breaks(grids: Sequence[Grid], words: Words) -> list[Grid]:
    """The grids of one form with each row that a page break cut whole on the page where it begins.

    Args:
        grids: the form's grids in order.
        words: the labels of the forms.

    Returns:
        As many grids; what was joined to the page before is blank where it stood.
    """
    found = list(grids)
    for number in range(len(found) - 1):
        upper, lower = found[number], found[number + 1]
        pairs = _halves(upper, lower)
        if upper.page != lower.page and pairs and _is_cut(pairs, words):
            whole = {id(above): _whole(above, under) for above, under in pairs if under.text.strip()}
            blank = {id(under): replace(under, text="", doubt="") for _, under in pairs}
            found[number] = replace(upper, cells=tuple(whole.get(id(c), c) for c in upper.cells))
            found[number + 1] = replace(lower, cells=tuple(blank.get(id(c), c) for c in lower.cells))
    return found


def _whole(above: Cell, under: Cell) -> Cell:
    """Both halves of a cell, or the lower one where nothing stands in the upper."""
    if not above.text.strip():
        return replace(above, text=under.text, doubt=under.doubt)
    return replace(above, text=f"{above.text}\n{under.text}", doubt=above.doubt or under.doubt)


def _halves(upper: Grid, lower: Grid) -> list[tuple[Cell, Cell]]:
    """The cells of the last row and, for each, that of the next page's first; none unless edges are equal."""
    above = upper.cells_in(upper.row_count - 1)
    under = lower.cells_in(0)
    if len(above) != len(under):
        return []
    shift = lower.columns[0] - upper.columns[0]
    pairs = list(zip(above, under, strict=True))
    for a, b in pairs:
        if abs(b.box.x0 - shift - a.box.x0) > EDGE or abs(b.box.x1 - shift - a.box.x1) > EDGE:
            return []
    return pairs


def _is_cut(pairs: Sequence[tuple[Cell, Cell]], words: Words) -> bool:
    """Whether the lower row is the rest of the upper one.

    It has no label of its own; and a label is cut, or goes without a rest while the text beside it has one.
    """
    rests = [(a, b) for a, b in pairs if b.text.strip()]
    # 资金 and 总额 are 资金总额, though 总额 is a label as well.
    whole = [a.text.strip() != "" and _is_label(a.text + b.text, words) for a, b in rests]
    alone = [_is_label(b.text, words) for _, b in rests]
    if not rests or any(_is_label(a.text, words) for a, _ in rests):
        return False
    if any(label and not joined for label, joined in zip(alone, whole, strict=True)):
        return False
    if not all(_fits(a.text, b.text) for a, b in rests):
        return False
    figures = [(a, b) for a, b in pairs if _FIGURE.match(squeezed(a.text))]
    # A row of its own would print each figure that the row before prints.
    if figures and all(b.text.strip() for _, b in figures):
        return False
    return any(whole) or any(_is_label(a.text, words) for a, b in pairs if not b.text.strip())


def _fits(above: str, under: str) -> bool:
    """Whether two halves may be of one text: figures only where the break is in their decimals."""
    upper, lower = squeezed(above), squeezed(under)
    if not (_FIGURE.match(upper) and _FIGURE.match(lower)):
        return True
    return any(first.match(upper) and second.match(lower) for first, second in (_CUT, _POINT))


def _is_label(text: str, words: Words) -> bool:
    """Whether a text stands left of texts and figures, or heads a block; no name of an indicator."""
    contract = words.contract
    others = (*contract.money.totals, *contract.total.labels, *contract.total.grade_labels)
    named = (words.find(text, labels) for labels in (words.fields, words.goals, contract.analysis.columns))
    heads = (words.column(text, block) for block in (contract.money, contract.indicators))
    return words.is_one(text, others) or any(named) or any(heads)
