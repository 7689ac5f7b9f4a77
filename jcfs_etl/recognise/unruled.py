"""Tables that are printed without the rules that part their cells, told by their titles and figures.

Which figure belongs to which line and column is then only a matter of distances. Where these leave a doubt
the table is not read, and is said to be there; where they do not, a note says how it was read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding, Severity, finding
from jcfs_etl.labels import squeezed
from jcfs_etl.money import is_figure
from jcfs_etl.places import Box
from jcfs_etl.read.model import Page, PdfDocument, TextLine
from jcfs_etl.recognise.known_titles import match_title, titled_alone
from jcfs_etl.recognise.titles import CaptionedGrid, is_contents, lines_of_titles

#: So many amounts under a title, outside every grid, are a table's.
_FIGURES = 3


class UnruledTable(Struct, frozen=True):
    """A titled table without a grid: its dataset, title and place.

    It ends at the latest at ``bottom``, where the next title or the page's edge is; ``figures`` are the
    amounts that stand under its title.
    """

    dataset: str
    title: str
    page: int
    box: Box
    bottom: float
    figures: int = 0


def unruled_tables(
    document: PdfDocument, with_grids: Iterable[str], contracts: Contracts
) -> tuple[UnruledTable, ...]:
    """Tables whose title stands over amounts that no grid holds.

    Args:
        document: the PDF, read.
        with_grids: datasets of which a grid was found.
        contracts: what publications look like.

    Returns:
        They and, where there is any or others were read without rules, the titled ones without a grid that
        hold no amount: empty tables of the same publisher. In page order, each dataset once.
    """
    # Where others are without rules, a table is not taken for prose because it holds no amounts.
    aligned = any(cell.is_aligned for page in document.pages for grid in page.grids for cell in grid.cells)
    if not aligned and all(len(lone_amounts(page)) < _FIGURES for page in document.pages):
        return ()
    seen = set(with_grids)
    found: list[UnruledTable] = []
    known = seen | datasets_titled(document, contracts)
    for page in document.pages:
        if not is_contents(page, contracts):
            for table in tables_without_grids(page, known, contracts):
                if table.dataset not in seen:
                    seen.add(table.dataset)
                    found.append(table)
    return tuple(found) if aligned or any(table.figures >= _FIGURES for table in found) else ()


def alignment_notes(captioned: Iterable[CaptionedGrid]) -> Iterator[Finding]:
    """A note that names the tables which were read without rules between their cells."""
    read: dict[str, UnruledTable] = {}
    for item in captioned:
        grid = item.grid
        if item.dataset is not None and any(cell.is_aligned for cell in grid.cells):
            table = UnruledTable(item.dataset, item.title, grid.page, grid.box, grid.box.y1)
            read.setdefault(item.dataset, table)
    if read:
        yield unruled_finding("read_by_alignment", "info", list(read.values()))


def unruled_finding(code: str, severity: Severity, tables: Sequence[UnruledTable]) -> Finding:
    """A finding that names tables without rules, and the place of the first."""
    first = tables[0]
    found = finding(code, severity, first.page, first.box, tables=described(tables)).of(first.dataset)
    return replace(found, origin="extraction")


def described(tables: Sequence[UnruledTable]) -> Both:
    """Their titles and pages, after their number where they are several."""
    named = ", ".join(f"{table.title} (page {table.page})" for table in tables)
    chinese = "、".join(f"《{table.title}》（第{table.page}页）" for table in tables)
    if len(tables) == 1:
        return Both(named, chinese)
    return Both(f"{len(tables)} tables, {named}", f"{chinese}共{len(tables)}张表")


def datasets_titled(document: PdfDocument, contracts: Contracts) -> set[str]:
    """Datasets that have a title of their own in a publication, its contents apart."""
    pages = (page for page in document.pages if not is_contents(page, contracts))
    return {dataset for page in pages for dataset, _, _ in titles_on(page, contracts.tables, contracts)}


def titles_on(page: Page, known: Collection[str | None], contracts: Contracts) -> list[tuple[str, str, Box]]:
    """Dataset, text and place of each title on a page.

    Args:
        page: the page.
        known: datasets that have a title of their own, or a grid; of others a title in other words counts.
        contracts: the contracts.
    """
    lines = ((squeezed(line.text), line.box) for line in lines_of_titles(page, contracts))
    named = (
        (match_title(text, contracts) or titled_alone(text, known, contracts), text, box)
        for text, box in lines
    )
    return [(dataset, text, box) for dataset, text, box in named if dataset is not None]


def tables_without_grids(
    page: Page, known: Collection[str | None], contracts: Contracts
) -> Iterator[UnruledTable]:
    """Titled tables of a page with no grid between their title and the next one.

    Args:
        page: the page.
        known: as for :func:`titles_on`.
        contracts: the contracts.
    """
    titles, amounts = titles_on(page, known, contracts), lone_amounts(page)
    ends = [*(box.y0 for _, _, box in titles[1:]), page.height]
    for (dataset, text, box), bottom in zip(titles, ends, strict=False):
        if not any(box.y0 < grid.box.y0 < bottom for grid in page.grids):
            under = sum(box.y1 < line.box.y0 < bottom for line in amounts)
            yield UnruledTable(dataset, text, page.number, box, bottom, under)


def lone_amounts(page: Page) -> list[TextLine]:
    """Amounts that stand outside every grid, each a line by itself."""
    return [line for line in page.lines if "." in line.text and is_figure(squeezed(line.text))]
