"""Required tables that a publication surely does not hold: nothing names them, and nothing is left unread."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts, RequiredTable
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure
from jcfs_etl.read.model import PdfDocument, TextLine
from jcfs_etl.recognise.stitching import OtherGrid
from jcfs_etl.recognise.titles import CaptionedGrid
from jcfs_etl.recognise.unruled import UnruledTable

#: A picture may be a table from this share of a page on; stamps and marks are smaller. The cover has its own.
_PICTURE = 0.05
#: So many amounts on lines of their own, outside every grid of a page, may be a table's.
_FIGURES = 3
#: A grid of so many cells is no frame or line for a signature.
_CELLS = 12

#: What may be an amount; also characters without a meaning may be one.
_AMOUNT = re.compile(r"\d\.\d|\ufffd")


def surely_absent(
    document: PdfDocument,
    tables: Collection[str],
    others: Sequence[OtherGrid],
    unruled: Sequence[UnruledTable],
    contracts: Contracts,
) -> frozenset[str]:
    """Required tables that no page can hold unseen.

    No text of the document has their titles, its table of contents neither; every grid with amounts is a
    table that was read, or has none of the words by which the one that is lacking is told; none of several
    cells is without any text, as where characters are drawn as lines, no table stands there without rules,
    and no page has a picture large enough for one.
    At least as many required tables were read as are lacking: fewer are a part of a publication.

    Args:
        document: the PDF, read.
        tables: datasets of the tables that were read.
        others: grids that belong to none of them.
        unruled: titled tables without a grid.
        contracts: titles, and which tables are required.
    """
    lacking = [one for one in contracts.publication.required_tables if one.dataset not in tables]
    unread = (
        unruled
        or any(grid.is_blank and len(grid.cells) >= _CELLS for page in document.pages for grid in page.grids)
        or any(page.source != "text" or page.is_picture or page.is_unmapped for page in document.pages)
        or any(page.picture_share >= _PICTURE for page in document.pages[1:])
        or any(_has_loose_amounts(page.lines) for page in document.pages)
    )
    if unread or len(lacking) * 2 > len(contracts.publication.required_tables):
        return frozenset()
    amounts = [o.item for o in others if any(_AMOUNT.search(cell.text) for cell in o.item.grid.cells)]
    surely = {one.dataset for one in lacking if not any(_may_be(item, one) for item in amounts)}
    return frozenset(surely - _named(document, contracts))


def _may_be(item: CaptionedGrid, table: RequiredTable) -> bool:
    """Whether a table that was not read may be this one; one with characters without a meaning may be any."""
    texts = [squeezed(text) for text in (*item.above, *(cell.text for cell in item.grid.cells))]
    telling = regex(table.told_by_pattern + r"|\ufffd")
    return not table.told_by_pattern or any(telling.search(text) for text in texts)


def _has_loose_amounts(lines: Sequence[TextLine]) -> bool:
    return sum("." in line.text and is_figure(squeezed(line.text)) for line in lines) >= _FIGURES


def _named(document: PdfDocument, contracts: Contracts) -> set[str]:
    """Tables whose titles stand anywhere in a text; within a longer title a shorter one does not count."""
    lines = [squeezed(line.text) for page in document.pages for line in page.lines]
    patterns = [(d, p) for d, t in contracts.tables.items() for p in (t.title_pattern, t.titles_alone) if p]
    named = {d for d, pattern in patterns if any(regex(pattern).search(line) for line in lines)}
    text = "".join(lines)
    for title, dataset in contracts.titles_longest_first:
        if title in text:
            named.add(dataset)
            text = text.replace(title, "|")
    return named
