"""Parts what a grid holds beside one table: captions, notes, other tables, and what a spreadsheet prints.

A workbook pasted into a text has its title, the unit's name and the unit of money in cells of the table,
ruled like the rest, and so are notes and who signs below it. Tables pasted one below the other are one grid:
a title within it begins another table, as wide as that, with the columns that its own cells have. A
spreadsheet may print its headings (A, B, C; 1, 2, 3) around all of that, and rules around its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts, PublicationContract
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell, Grid, Page, PdfDocument, TextLine
from jcfs_etl.recognise.known_titles import match_title
from jcfs_etl.recognise.titles import captioned_grids

#: The least rows that a table has: one of its head and one of its body.
_LEAST_ROWS = 2
#: The height of letters, in parts of their row's, where nothing else tells it.
_SIZE = 0.6
#: The name of a column in a spreadsheet.
_LETTERS = re.compile("[A-Z]{1,2}")

#: Of a grid, how many rows at its top are taken off, and how many at its foot.
_Rows = Callable[[Grid], tuple[int, int]]
#: Rows of several texts that a table has at least before another may begin: one of its head, one of its body.
_LEAST_OF_EACH = 2


def with_captions_outside(document: PdfDocument, contracts: Contracts) -> PdfDocument:
    """The document with what is a table's caption or note in ruled rows of it as lines around its grid.

    Words that are ruled for themselves, in one column without a figure, are lines, too.

    Args:
        document: the PDF, read.
        contracts: what publications look like.
    """
    document = _with(document, lambda grid: (grid.row_count if _is_text(grid) else 0, 0), contracts)
    document = _with(document, lambda grid: (_captions(grid, contracts, titled=False), 0), contracts)
    around = {
        id(grid): rows
        for page in document.pages
        for grid in page.grids
        if any(rows := (_captions(grid, contracts, titled=True), _foot(grid, contracts.publication)))
    }
    if not around:
        return document
    ours = _of_known_tables(document, contracts)
    taken = {key: rows for key, rows in around.items() if key in ours}
    return _with(document, lambda grid: taken.get(id(grid), (0, 0)), contracts)


def _of_known_tables(document: PdfDocument, contracts: Contracts) -> set[int]:
    """Grids whose title names a known table, and those without a title that may go on with one."""
    ours: set[int] = set()
    before: Grid | None = None
    for item in captioned_grids(document, contracts):
        goes_on = (
            not item.title
            and before is not None
            and item.grid.page == before.page + 1
            and item.grid.column_count == before.column_count
        )
        before = item.grid if item.dataset is not None or goes_on else None
        if before is not None:
            ours.add(id(before))
    return ours


def _with(document: PdfDocument, rows: _Rows, contracts: Contracts) -> PdfDocument:
    return document.with_pages([_page(page, rows, contracts) for page in document.pages])


def _page(page: Page, rows: _Rows, contracts: Contracts) -> Page:
    taken = [rows(grid) for grid in page.grids]
    if not any(map(any, taken)):
        return page
    lines = list(page.lines)
    for grid, (top, foot) in zip(page.grids, taken, strict=True):
        for cell in grid.cells:
            if cell.text and not top <= cell.row < grid.row_count - foot:
                lines += _lines_of(cell, contracts)
    turned = [line for line in lines if line.turned]
    upright = sorted((line for line in lines if not line.turned), key=lambda line: line.box.y0)
    grids = (_without(grid, *counts) for grid, counts in zip(page.grids, taken, strict=True))
    return replace(page, grids=tuple(g for g in grids if g.row_count), lines=(*turned, *upright))


def _is_text(grid: Grid) -> bool:
    """Whether a grid is words with rules around them: one column, and no figure alone in a cell."""
    is_narrow = grid.column_count == 1 and not grid.is_blank
    return is_narrow and not any(is_figure(squeezed(cell.text)) for cell in grid.cells)


def _lines_of(cell: Cell, contracts: Contracts) -> list[TextLine]:
    """The lines of a cell's text, one below the other over its height."""
    texts = _texts(cell, contracts)
    height = (cell.box.y1 - cell.box.y0) / len(texts)
    tops = [cell.box.y0 + height * at for at in range(len(texts))]
    return [
        TextLine(text, Box(cell.box.x0, top, cell.box.x1, top + height), _SIZE * height)
        for text, top in zip(texts, tops, strict=True)
    ]


def _captions(grid: Grid, contracts: Contracts, *, titled: bool) -> int:
    """How many rows at the top of a grid are its caption: none where no row holds a table's title.

    Args:
        grid: the grid.
        contracts: what publications look like.
        titled: whether its title stands above it, so that none has to be among them.
    """
    last = 0
    for row in range(grid.row_count - _LEAST_ROWS):
        cells = [cell for cell in grid.cells if cell.row == row]
        lines = [squeezed(line) for cell in cells for line in _texts(cell, contracts) if line]
        titles = _titles(cells, lines, contracts)
        others = [line for line in lines if line not in titles]
        if any(cell.row_span > 1 for cell in cells) or not _is_caption(others, contracts):
            break
        titled = titled or bool(titles)
        last = row + 1 if lines else last
    return last if titled else 0


def _titles(cells: Sequence[Cell], lines: Sequence[str], contracts: Contracts) -> Sequence[str]:
    """The lines of a row that are a title: of a known table, or of another one in a cell over all columns."""
    if match_title("".join(lines), contracts) is not None:
        return lines
    known = [line for line in lines if match_title(line, contracts) is not None]
    others = [line for line in lines if not _is_caption([line], contracts)]
    if known or len(others) != 1 or len(cells) != 1:
        return known
    return others if _is_title(others[0], contracts) else ()


def _texts(cell: Cell, contracts: Contracts) -> Sequence[str]:
    """The lines of a cell; a caption that wraps is one."""
    lines, whole = cell.text.split("\n"), squeezed(cell.text)
    return [whole] if len(lines) > 1 and _is_caption([whole], contracts) else lines


def _is_caption(texts: Sequence[str], contracts: Contracts) -> bool:
    publication = contracts.publication
    patterns = (publication.caption_pattern, *publication.unit_patterns)
    return all(any(regex(pattern).search(text) for pattern in patterns) for text in texts)


def _foot(grid: Grid, publication: PublicationContract) -> int:
    """How many rows at the foot of a grid are notes and who signs, blank ones among and below them too."""
    count = 0
    for row in range(grid.row_count - 1, _LEAST_ROWS - 1, -1):
        cells = [cell for cell in grid.cells if cell.row <= row < cell.row + cell.row_span and cell.text]
        if any(cell.row_span > 1 for cell in cells):
            break
        if cells and not _is_foot(cells, grid, publication):
            break
        if cells:
            count = grid.row_count - row
    return count


def _is_foot(cells: Sequence[Cell], grid: Grid, publication: PublicationContract) -> bool:
    """Whether a row is a note over its whole width, or says in each of its cells who signs."""
    signs, below = regex(publication.signature_pattern), regex(publication.below_table_pattern)
    texts = [squeezed(cell.text) for cell in cells]
    is_note = 1 < grid.column_count == cells[0].column_span and below.search(texts[0]) is not None
    return is_note or all(signs.match(text) for text in texts)


def _without(grid: Grid, top: int, foot: int) -> Grid:
    if not top and not foot:
        return grid
    end = grid.row_count - foot
    cells = tuple(replace(cell, row=cell.row - top) for cell in grid.cells if top <= cell.row < end)
    return replace(grid, rows=grid.rows[top : end + 1], cells=cells)


def with_stacked_parted(document: PdfDocument, contracts: Contracts) -> PdfDocument:
    """The document with a grid for each of the tables that one grid holds.

    Args:
        document: the PDF, read.
        contracts: what titles look like.
    """
    return document.with_pages(
        [
            page.with_grids(part for grid in page.grids for part in _parts(grid, contracts))
            for page in document.pages
        ]
    )


def _parts(grid: Grid, contracts: Contracts) -> Iterator[Grid]:
    begins = _beginnings(grid, contracts)
    if not begins:
        yield grid
        return
    for top, bottom in pairwise([0, *begins, grid.row_count]):
        yield _part(grid, top, bottom, contracts)


def _beginnings(grid: Grid, contracts: Contracts) -> list[int]:
    """Rows within a grid at which another table begins: with its title, or with a label above that.

    None where no title in it is of a known table: a row of a form may end like one.
    """
    if not any(cell.text and match_title(squeezed(cell.text), contracts) for cell in grid.cells):
        return []
    found: list[int] = []
    several, label = 0, None
    for row in range(grid.row_count):
        cells = [cell for cell in grid.cells if cell.row == row and cell.text]
        is_label = len(cells) == 1 and _is_label(cells[0], contracts)
        is_title = len(cells) == 1 and not is_label and _begins_table(cells[0], grid, contracts)
        at = row if label is None else label
        if (
            is_title
            and several >= _LEAST_OF_EACH
            and not any(c.row < at < c.row + c.row_span for c in grid.cells)
        ):
            found.append(at)
            several = 0
        several += len(cells) > 1
        label = at if is_label else None
    return found


def _is_label(cell: Cell, contracts: Contracts) -> bool:
    return regex(contracts.publication.caption_pattern).match(squeezed(cell.text)) is not None


def _is_title(text: str, contracts: Contracts) -> bool:
    """Whether a text is the title of a table, known or not.

    Forms of self-evaluation are told apart where they are interpreted.
    """
    forms = (*contracts.performance.title_patterns, *contracts.performance.other_title_patterns)
    if any(regex(pattern).search(text) for pattern in forms):
        return False
    is_title = regex(contracts.publication.any_title_pattern).search(text) is not None
    return is_title or match_title(text, contracts) is not None


def _begins_table(cell: Cell, grid: Grid, contracts: Contracts) -> bool:
    """Whether a cell, the only one of its row with a text, is a title over most of a grid's columns."""
    is_wide = 2 * cell.column_span >= grid.column_count > 1
    return is_wide and _is_title(squeezed(cell.text), contracts)


def _part(grid: Grid, top: int, bottom: int, contracts: Contracts) -> Grid:
    """Some rows of a grid, without blank columns beside its title and without edges where no cell ends."""
    cells = [cell for cell in grid.cells if top <= cell.row < bottom]
    title = next((cell for cell in cells if cell.text and _begins_table(cell, grid, contracts)), None)
    if title is not None:
        left, right = title.column, title.column + title.column_span
        inside = [c for c in cells if left <= c.column and c.column + c.column_span <= right]
        if sum(bool(cell.text) for cell in inside) == sum(bool(cell.text) for cell in cells):
            cells = inside
    return _of_cells(grid, cells)


def _of_cells(grid: Grid, cells: Sequence[Cell]) -> Grid:
    """A grid of some cells of another, without edges where none of them ends."""
    columns = sorted({edge for c in cells for edge in (c.column, c.column + c.column_span)})
    rows = sorted({edge for c in cells for edge in (c.row, c.row + c.row_span)})
    return Grid(
        grid.page,
        tuple(grid.columns[edge] for edge in columns),
        tuple(grid.rows[edge] for edge in rows),
        tuple(_placed(cell, rows, columns) for cell in cells),
    )


def _placed(cell: Cell, rows: Sequence[int], columns: Sequence[int]) -> Cell:
    row, column = rows.index(cell.row), columns.index(cell.column)
    down = rows.index(cell.row + cell.row_span) - row
    across = columns.index(cell.column + cell.column_span) - column
    return replace(cell, row=row, row_span=down, column=column, column_span=across)


def with_headings_left_out(document: PdfDocument, contracts: Contracts) -> PdfDocument:
    """The document without the headings of rows and columns that a spreadsheet prints around its cells.

    Args:
        document: the PDF, read.
        contracts: not needed; as for the other arrangements.
    """
    return document.with_pages(
        [page.with_grids(map(_without_headings, page.grids)) for page in document.pages]
    )


def _without_headings(grid: Grid) -> Grid:
    letters = [squeezed(cell.text) for cell in grid.cells if cell.row == 0]
    numbers = [squeezed(cell.text) for cell in grid.cells if cell.column == 0]
    is_headed = (
        len(letters) == grid.column_count > 1
        and len(numbers) == grid.row_count > 1
        and not letters[0]
        and all(map(_LETTERS.fullmatch, letters[1:]))
        and all(map(str.isdigit, numbers[1:]))
        and all((len(a), a) < (len(b), b) for a, b in pairwise(letters))
        and all(int(a) < int(b) for a, b in pairwise(numbers[1:]))
    )
    return _of_cells(grid, [c for c in grid.cells if c.row and c.column]) if is_headed else grid
