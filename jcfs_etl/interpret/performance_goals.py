"""The headings of the goals of a form and of what came of them, and where their texts stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from jcfs_etl.interpret.performance_heads import EDGE, FormRow
from jcfs_etl.interpret.performance_ledger import BlockReader, Ledger
from jcfs_etl.interpret.performance_texts import LabelledTexts, at_right
from jcfs_etl.interpret.performance_words import COMPLETION, GOALS, Words
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell

#: Characters of the longest heading; what is longer is a text.
_LONGEST = 16


class GoalHeads(Struct, frozen=True):
    """Headings in a row, ``goals`` and ``completion`` with their cells.

    ``taken`` are those of them whose words the contract does not know; ``is_above`` says that the texts stand
    in the row below, else at the right of each heading.
    """

    named: dict[str, Cell]
    taken: dict[str, Cell]
    is_above: bool


class GoalTexts(Struct):
    """Where the texts below a row of headings stand.

    ``last`` is the last row that goes on with them; ``edges`` are left and right edge in points of each
    heading.
    """

    heads: FormRow
    last: FormRow
    edges: dict[str, tuple[float, float]]

    @classmethod
    def below(cls, row: FormRow, before: GoalTexts | None) -> GoalTexts:
        """Those below a row of headings; with the headings before it where these are one form's."""
        return cls(row, row, before.edges if before is not None else {})

    def of(self, row: FormRow, starting: Sequence[Cell], is_at_top: bool) -> Iterator[tuple[str, Cell]]:
        """The texts in a row, each with its heading.

        The row below the headings has them, further ones where the same cell stands at their left, and the
        first of a page (``is_at_top``) where the page before ends with one.
        """
        same = row.cells[0] is self.heads.cells[0]
        follows = row.part == self.heads.part and (same or row.index == self.heads.index + 1)
        if not follows and not (self.last.is_last and row.part == self.last.part + 1 and is_at_top):
            return
        self.last = row
        for cell in starting:
            left, right = cell.box.x0 - row.shift, cell.box.x1 - row.shift
            middle = (left + right) / 2
            under = [(n, x) for n, x in self.edges.items() if x[0] < middle < x[1]]
            if len(under) == 1 and left > under[0][1][0] - EDGE and right < under[0][1][1] + EDGE:
                yield under[0][0], cell


class GoalReader(BlockReader):
    """Reads the headings of the goals and of what came of them, above their texts or at their left.

    Args:
        words: the words of the forms.
        ledger: notes which cells were taken.
        texts: where the texts go.
    """

    def __init__(self, words: Words, ledger: Ledger, texts: LabelledTexts) -> None:
        super().__init__(words, ledger)
        self._texts = texts
        self._below: GoalTexts | None = None

    def take_heads(self, row: FormRow, starting: Sequence[Cell]) -> bool:
        """Whether a row has such headings; texts at their right are taken with them."""
        heads = goal_heads(row, [c for c in starting if not self._ledger.is_used(c)], self._words)
        if heads is None:
            return self._take_beside(row, starting)
        if heads.is_above and row.cells[0].row_span > 1:
            # What stands beside headings and texts alike heads both.
            self._ledger.use(row.cells[0])
        for name, cell in heads.named.items():
            self._ledger.use(cell)
            text = None if heads.is_above else at_right(cell, row)
            if text is not None and text.text.strip() and text not in heads.named.values():
                self._texts.add(name, text, row)
            else:
                self._below = GoalTexts.below(row, self._below)
                self._below.edges[name] = (cell.box.x0 - row.shift, cell.box.x1 - row.shift)
        for name, cell in heads.taken.items():
            self._ledger.take(cell.text, self._words.goals[name][0])
        return True

    def _take_beside(self, row: FormRow, starting: Sequence[Cell]) -> bool:
        """Whether a row is a heading of the block and its one text, without a heading of its own."""
        goals = self._words.contract.goals
        if len(starting) != 2 or self._texts.get(GOALS) or starting[0].row_span > 1:
            return False
        side, text = starting
        says = squeezed(side.text)
        is_goals = self._words.is_one(side.text, goals.sides) and not re.search(goals.completion_key, says)
        if not is_goals or at_right(side, row) is not text or len(squeezed(text.text)) <= _LONGEST:
            return False
        self._ledger.use(side)
        self._texts.add(GOALS, text, row)
        return True

    def take_texts(self, row: FormRow, starting: Sequence[Cell], *, is_at_top: bool) -> None:
        """Texts below the headings; further rows of them only where the side heading goes on."""
        if self._below is not None:
            for name, cell in self._below.of(row, starting, is_at_top):
                if not self._ledger.is_used(cell):
                    self._texts.add(name, cell, row)


def goal_heads(row: FormRow, starting: Sequence[Cell], words: Words) -> GoalHeads | None:
    """The headings of the goals in a row.

    Two headings side by side above two texts are those of the goals and of what came of them, where one is
    known or nearly is, or their words say so.

    Args:
        row: of the form.
        starting: its cells with text.
        words: of the contract.

    Returns:
        None where the row has no such headings, or has one of them twice.
    """
    exact = [(c, name) for c in starting if (name := words.find(c.text, words.goals))]
    named = {name: c for c, name in exact}
    if len(named) < len(exact):
        return None
    height = min((c.row_span for c in starting), default=1)
    over = [c for c in starting if c.row_span == height and _is_over(c, row, words)]
    if over and all(_has_text_beside(c, over, row) for c in over):
        over = []
    taken = _told(over, named, words) if len(over) == 2 and (named or _is_side(row, over, words)) else {}
    if not named and len(taken) < 2:
        return None
    named |= taken
    is_above = len(over) == 2 and all(any(c is o for o in over) for c in named.values())
    return GoalHeads(named, taken, is_above)


def _is_over(cell: Cell, row: FormRow, words: Words) -> bool:
    """Whether a cell is a heading above a text in a cell of its own width, or at the foot of a page."""
    if len(squeezed(cell.text)) > _LONGEST:
        return False
    below = row.grid.by_position.get((row.index + cell.row_span, cell.column))
    if below is None:
        return cell.column > 0
    blocks, goals = (words.contract.money, words.contract.indicators), words.contract.goals
    is_head = any(words.column(below.text, block) for block in blocks)
    is_head = is_head or words.is_one(below.text, (*goals.goals, *goals.completion))
    return _has_own_width(cell, row) and bool(below.text.strip()) and not is_head


def _has_text_beside(cell: Cell, over: Sequence[Cell], row: FormRow) -> bool:
    """Whether a heading has its text at its right: a long one, or in a cell that heads none below it."""
    beside = at_right(cell, row)
    if beside is None or not beside.text.strip() or any(beside is c for c in over):
        return False
    return len(squeezed(beside.text)) > _LONGEST or not _has_own_width(beside, row)


def _has_own_width(cell: Cell, row: FormRow) -> bool:
    below = row.grid.by_position.get((row.index + cell.row_span, cell.column))
    return below is not None and (below.column, below.column_span) == (cell.column, cell.column_span)


def _is_side(row: FormRow, over: Sequence[Cell], words: Words) -> bool:
    """Whether a heading of the goals stands at the left of the two and goes on beside their texts."""
    sides = [c for c in row.cells if c.column < min(o.column for o in over) and c.text.strip()]
    aim = words.contract.goals.aim_key
    return any(re.search(aim, squeezed(c.text)) and c.row + c.row_span > row.index + 1 for c in sides)


def _told(over: Sequence[Cell], named: dict[str, Cell], words: Words) -> dict[str, Cell]:
    """What the headings that are not known are: the one says what came of the goals, the other does not."""
    goals = words.contract.goals
    done = [c for c in over if re.search(goals.completion_key, squeezed(c.text))]
    aimed = [c for c in over if re.search(goals.aim_key, squeezed(c.text)) and not any(c is d for d in done)]
    known = {id(c) for c in named.values()}
    found = {}
    for name, cells in ((GOALS, aimed), (COMPLETION, done)):
        if name not in named and len(cells) == 1 and id(cells[0]) not in known:
            found[name] = cells[0]
    return found
