"""Which grids of a document make up a self-evaluation form."""

from __future__ import annotations

from collections.abc import Sequence

from jcfs_etl.interpret.performance_heads import EDGE, FormRow, heads_of, rows_of, shift_of
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.read.model import Grid
from jcfs_etl.recognise.titles import CaptionedGrid


def forms_grids(captioned: Sequence[CaptionedGrid], words: Words) -> list[list[CaptionedGrid]]:
    """The grids that hold forms, those of one form together in order.

    A form begins with a grid that has a form's title or both its heads. The next grid goes on with it when
    it has no title, follows closely, and has the same edges or words of a form. Where a page ends above the
    heads, the title and 项目名称 begin it, and the heads come with a further grid.
    """
    heads = _Heads(words)
    forms: list[list[CaptionedGrid]] = []
    running: list[CaptionedGrid] = []
    for item in captioned:
        if item.dataset is not None or item.grid.is_blank:
            running = []
        elif (
            running
            and (
                heads.are_missing(running)
                or _begins_with_rest(heads.rows(item.grid), words)
                or _repeats_title(item, running, heads, words)
            )
            and _goes_on(item, running, heads, words)
        ):
            running.append(item)
        elif _begins(item, heads, words):
            running = [item]
            forms.append(running)
        elif running and _goes_on(item, running, heads, words):
            running.append(item)
        else:
            running = []
    return [form for form in forms if not heads.are_missing(form)]


class _Heads:
    """The rows of grids, and which grids have heads of a form, found out once for each."""

    def __init__(self, words: Words) -> None:
        self._words = words
        # The rows, which hold the grid, are kept, so that no other can have its place in memory.
        self._rows: dict[int, list[FormRow]] = {}
        self._known: dict[int, tuple[bool, bool]] = {}

    def rows(self, grid: Grid) -> list[FormRow]:
        """The rows of a grid by itself."""
        if id(grid) not in self._rows:
            self._rows[id(grid)] = list(rows_of([grid]))
        return self._rows[id(grid)]

    def of(self, grid: Grid) -> tuple[bool, bool]:
        """Whether a grid has the heads of the money block, and those of the indicators."""
        rows = self.rows(grid)
        if id(grid) not in self._known:
            blocks = (self._words.contract.money, self._words.contract.indicators)
            funds, indicators = (any(heads_of(row, block, self._words) for row in rows) for block in blocks)
            self._known[id(grid)] = (funds, indicators)
        return self._known[id(grid)]

    def are_missing(self, running: Sequence[CaptionedGrid]) -> bool:
        """Whether a form has but begun: heads that follow closely are its own."""
        return not any(any(self.of(item.grid)) for item in running)


def _begins(item: CaptionedGrid, heads: _Heads, words: Words) -> bool:
    funds, indicators = heads.of(item.grid)
    titles = (form_title(item, words), _inner_title(item.grid, words))
    if any(title is not None and words.other_title(title) for title in titles):
        return False
    rows = heads.rows(item.grid)
    projects = [row for row in rows if is_project_row(row, words)]
    named = bool(projects)
    # A list of projects has 项目名称 among the heads of its money.
    is_list = any(heads_of(row, words.contract.money, words) for row in projects)
    # A page may end below the title in the first rows of the grid.
    only_title = titles[1] is not None and all(len(row.starting) < 2 for row in rows)
    has_both = funds and (indicators or (named and not is_list))
    return has_both or ((funds or indicators or named) and any(titles)) or only_title


def _begins_with_rest(rows: Sequence[FormRow], words: Words) -> bool:
    """Whether rows of the form before stand above the row that begins another one in the same grid."""
    first = next((i for i, row in enumerate(rows) if is_project_row(row, words)), 0)
    above = [row for row in rows[:first] if len(row.starting) > 1]
    return bool(above) and not any(words.find(c.text, words.fields) for row in above for c in row.starting)


def _repeats_title(
    item: CaptionedGrid, running: Sequence[CaptionedGrid], heads: _Heads, words: Words
) -> bool:
    """Whether a page bears the title of an unfinished form again, and neither a project nor money."""
    first = form_title(running[0], words)
    if first is None or form_title(item, words) != first or heads.of(item.grid)[0]:
        return False
    if any(is_project_row(row, words) for row in heads.rows(item.grid)):
        return False
    return not has_total(running, words)


def has_total(items: Sequence[CaptionedGrid], words: Words) -> bool:
    """Whether 总分 stands in grids below the heads of the indicators; only they stand on a further page."""
    rows = list(rows_of([item.grid for item in items]))
    is_below = not any(heads_of(row, words.contract.money, words) for row in rows)
    for row in rows:
        if is_below and any(words.is_one(c.text, words.contract.total.labels) for c in row.starting):
            return True
        is_below = is_below or heads_of(row, words.contract.indicators, words) is not None
    return False


def form_title(item: CaptionedGrid, words: Words) -> str | None:
    """The nearest line, or pair of lines, above a grid that titles a form of some kind."""
    lines = item.above

    def is_title(text: str) -> bool:
        return words.title(text) or words.other_title(text)

    for index in range(len(lines) - 1, -1, -1):
        if is_title(lines[index]):
            return lines[index]
        if index and not is_title(lines[index - 1]) and is_title(lines[index - 1] + lines[index]):
            return lines[index - 1] + lines[index]
    return None


def _inner_title(grid: Grid, words: Words) -> str | None:
    texts = [c.text for c in grid.cells if c.row < 2 and c.column_span == grid.column_count]
    return next((t for t in texts if words.title(t) or words.other_title(t)), None)


def _goes_on(item: CaptionedGrid, running: Sequence[CaptionedGrid], heads: _Heads, words: Words) -> bool:
    first, last = running[0].grid, running[-1].grid
    grid = item.grid
    follows = grid.page == last.page or (item.first_on_page and grid.page == last.page + 1)
    titled = item.title or any(words.title(line) or words.other_title(line) for line in item.above)
    if not follows or (titled and not _repeats_title(item, running, heads, words)):
        return False
    shift = shift_of(grid, first)
    if abs(grid.columns[-1] - shift - first.columns[-1]) > 3 * EDGE:
        return False
    if any(_is_of_form(c.text, words) for c in grid.cells):
        return True
    if heads.of(grid)[1]:
        return True
    parted = any(words.is_text(line) for line in item.above if line not in running[0].above)
    # No page need have every edge: where cells are merged in all its rows some are missing.
    edges = [x - shift_of(part.grid, first) for part in running for x in part.grid.columns]
    mine = [x - shift for x in grid.columns]
    return not parted and all(min(abs(x - edge) for edge in edges) <= EDGE for x in mine)


def _is_of_form(text: str, words: Words) -> bool:
    contract = words.contract
    labels = [*contract.analysis.sides, *contract.indicators.sides, *contract.goals.sides]
    labels += [*contract.goals.goals, *contract.goals.completion, *contract.total.labels[:1]]
    labels += [label for these in contract.analysis.columns.values() for label in these]
    return words.is_one(text, labels)


def is_project_row(row: FormRow, words: Words) -> bool:
    """Whether a row begins a form: it is labelled 项目名称."""
    labels = words.contract.fields["project"].labels
    return any(words.is_one(c.text, labels) for c in row.starting[:1])
