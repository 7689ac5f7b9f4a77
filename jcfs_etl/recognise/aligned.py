"""Makes grids of tables without rules, or with level rules only, from how their words stand to each other.

Such a grid goes the way of a drawn one. Its cells say that they were aligned: the audit takes a figure in
them for certain only where identities bind it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import squeezed
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell, Grid, Page, PdfDocument
from jcfs_etl.recognise.aligned_parts import Part, lists_tables, part_of, trimmed
from jcfs_etl.recognise.aligned_rows import joined
from jcfs_etl.recognise.aligned_table import AlignedTable
from jcfs_etl.recognise.aligned_words import AMOUNT, Alignment, Line, lines_of
from jcfs_etl.recognise.known_titles import match_title
from jcfs_etl.recognise.titles import captioned_grids, lines_of_titles
from jcfs_etl.recognise.unruled import UnruledTable, datasets_titled, tables_without_grids, unruled_tables

#: Lines that stand first on so many pages are running heads.
_PAGES = 3
#: A title that no contract knows is larger (points) than what stands in tables.
_SMALL_TITLE = 11.5


def with_aligned_grids(document: PdfDocument, contracts: Contracts) -> PdfDocument:
    """The document with a grid for each titled table without one, where its cells can be told.

    Args:
        document: the PDF, read.
        contracts: what publications look like.

    Returns:
        The document; the same one where each table has a grid, or no amounts stand outside them. Tables that
        cannot be told for certain are left as they are.
    """
    ruled = {c.dataset for c in captioned_grids(document, contracts) if c.dataset is not None}
    if not unruled_tables(document, ruled, contracts):
        return document
    running = _running_heads(document)
    known = ruled | datasets_titled(document, contracts)
    every = list(_titled(document, known, contracts))
    titled = {t.dataset: t for t in reversed(every) if t.dataset not in ruled}
    made: dict[str, list[Grid]] = {}
    shown: set[Alignment] = set()
    # How figures stand in the tables that show it tells of those that do not.
    for _ in range(2):
        usual = next(iter(shown)) if len(shown) == 1 else "any"
        for dataset in reversed(titled):
            if dataset not in made:
                table = AlignedTable(contracts.tables[dataset], contracts, running, usual)
                if grids := table.grids(_parts(document, titled[dataset], contracts)):
                    made[dataset] = grids
                    shown |= table.shown - {"any"}
    for dataset in titled.keys() - made.keys():
        if grid := _declared_empty(document, titled[dataset], contracts):
            made[dataset] = [grid]
    by_page: dict[int, list[Grid]] = {}
    for grid in (grid for grids in made.values() for grid in grids):
        by_page.setdefault(grid.page, []).append(grid)
    pages = [_with(page, by_page.get(page.number, ())) for page in document.pages]
    if made:
        pages = [_with(page, _other_tables(page, contracts)) for page in pages]
    return replace(document, pages=tuple(pages))


def _other_tables(page: Page, contracts: Contracts) -> list[Grid]:
    """The lines below a title that no contract knows, as a table of one column: it is told, and not read."""
    if lists_tables(page, contracts):
        return []
    publication = contracts.publication
    grids = []
    for title in lines_of_titles(page, contracts):
        text = contracts.label(squeezed(title.text))
        is_title = title.size > _SMALL_TITLE and re.search(publication.any_title_pattern, text)
        if not is_title or match_title(squeezed(title.text), contracts) is not None:
            continue
        ends = [line.box.y0 for line in page.lines if line.box.y0 > title.box.y1 and line.size > _SMALL_TITLE]
        ends += [grid.box.y0 for grid in page.grids if grid.box.y0 > title.box.y0]
        part = part_of(page, title.box.y1, min(ends, default=page.height))
        lines = trimmed(part, publication).lines
        if len(lines) > 1 and any(AMOUNT.fullmatch(squeezed(w.text)) for line in lines for w in line.words):
            grids.append(_listed(lines, page.number))
    return grids


def _declared_empty(document: PdfDocument, titled: UnruledTable, contracts: Contracts) -> Grid | None:
    """The lines of a table without a figure, above words that say so, as a table of one column.

    Its columns cannot be told, and nothing stands in them.
    """
    publication = contracts.publication
    page = document.pages[titled.page - 1]
    whole = part_of(page, titled.box.y1, titled.bottom)
    part = trimmed(whole, publication)
    below = [line.text for line in whole.lines[len(part.lines) :]]
    if not any(regex(pattern).search(text) for pattern in publication.empty_patterns for text in below):
        return None
    table = AlignedTable(contracts.tables[titled.dataset], contracts, frozenset(), "any")
    lines = table.without_numbering(part)
    if len(lines) < 2 or any(any(ch.isdigit() for ch in line.text) for line in lines):
        return None
    return _listed(lines, page.number)


def _listed(lines: Sequence[Line], page: int) -> Grid:
    x0, x1 = min(line.box.x0 for line in lines), max(line.box.x1 for line in lines)
    ys = [lines[0].box.y0, *((a.box.y1 + b.box.y0) / 2 for a, b in pairwise(lines)), lines[-1].box.y1]
    cells = [
        Cell(at, 0, 1, 1, joined(line.words), Box(x0, ys[at], x1, ys[at + 1]), is_aligned=True)
        for at, line in enumerate(lines)
    ]
    return Grid(page, (x0, x1), tuple(ys), tuple(cells))


def _with(page: Page, grids: Sequence[Grid]) -> Page:
    if not grids:
        return page
    boxes = [grid.box for grid in grids]

    def outside(box: Box) -> bool:
        return not any(b.y0 <= (box.y0 + box.y1) / 2 <= b.y1 for b in boxes)

    return replace(
        page,
        grids=tuple(sorted((*page.grids, *grids), key=lambda g: (g.box.y0, g.box.x0))),
        lines=tuple(line for line in page.lines if line.turned or outside(line.box)),
        words=tuple(word for word in page.words if outside(word.box)),
    )


def _running_heads(document: PdfDocument) -> frozenset[str]:
    """Lines that stand first on several pages."""
    first = Counter(
        squeezed("".join(word.text for word in lines[0].words))
        for page in document.pages
        if (lines := lines_of(page.words))
    )
    return frozenset(text for text, pages in first.items() if pages >= _PAGES)


def _titled(document: PdfDocument, known: Set[str], contracts: Contracts) -> Iterator[UnruledTable]:
    """Titles of tables with no grid below them, in page order; none of those that stand side by side."""
    for page in document.pages:
        if not (lists_tables(page, contracts) or any(line.turned for line in page.lines)):
            tables = tables_without_grids(page, known, contracts)
            yield from (table for table in tables if table.bottom > table.box.y1)


def _parts(document: PdfDocument, titled: UnruledTable, contracts: Contracts) -> list[Part]:
    """What may be a table's on the pages from its title on."""
    first = document.pages[titled.page - 1]
    parts = [part_of(first, titled.box.y1, titled.bottom)]
    ends = titled.bottom < first.height
    for page in document.pages[titled.page :]:
        if ends:
            break
        top, bottom = _continuation(page, titled.dataset, contracts)
        ends = bottom is not None
        parts.append(part_of(page, top, page.height if bottom is None else bottom))
    return parts


def _continuation(page: Page, dataset: str, contracts: Contracts) -> tuple[float, float | None]:
    """Where on a page a table may go on: from its top, or its own title there, to another title or a grid.

    The lower end is None where all of the page may be the table's.
    """
    other = contracts.publication.any_title_pattern
    top, ends = 0.0, [grid.box.y0 for grid in page.grids]
    for line in lines_of_titles(page, contracts):
        text = squeezed(line.text)
        its_own = match_title(text, contracts)
        begins_another = regex(other).search(contracts.label(text)) and line.size > _SMALL_TITLE
        if its_own == dataset and not ends and line.box.y0 < page.height / 4:
            top = line.box.y1
        elif its_own is not None or regex(contracts.publication.part_pattern).match(text) or begins_another:
            ends.append(line.box.y0)
    return top, min(ends, default=None)
