"""Tables that are not there: empty ones, and required ones that no page holds unseen."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts, RequiredTable
from jcfs_etl.findings import Finding, finding
from jcfs_etl.labels import squeezed
from jcfs_etl.places import Key
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise.heads import HeadReader
from jcfs_etl.recognise.model import PublishedTable
from jcfs_etl.recognise.stakes import may_hold_figure
from jcfs_etl.recognise.stitching import OtherGrid
from jcfs_etl.recognise.titles import CaptionedGrid
from jcfs_etl.recognise.unruled import UnruledTable, lone_amounts, unruled_finding

#: A picture may be a table from this share of a page on; stamps and marks are smaller. The cover has its own.
_PICTURE = 0.05
#: So many amounts on lines of their own, outside every grid of a page, may be a table's.
_FIGURES = 3
#: A grid of so many cells is no frame or line for a signature.
_CELLS = 12
#: What may be an amount; also characters without a meaning may be one.
_AMOUNT = re.compile(r"\d\.\d|\ufffd")
#: So many figures of other tables must say that a table which is not there would be empty.
_WITNESSES = 2


def empty_tables(
    others: Iterable[OtherGrid], read: Container[str], unit_of_money: str | None, contracts: Contracts
) -> Iterator[PublishedTable]:
    """Tables with a known title whose head no contract knows and in which no figure stands: they are empty.

    A head that shares no word with the table's own is another table's under a wrong title; and where a text
    was read by OCR or is in doubt, a figure may be there that was not seen.

    Args:
        others: grids that belong to no table which was read.
        read: datasets of the tables that were read.
        unit_of_money: the publication's money unit.
        contracts: for the words of heads.
    """
    parts: dict[str, list[CaptionedGrid]] = {}
    for other in others:
        dataset = other.item.dataset or other.after
        if dataset is not None:
            parts.setdefault(dataset, []).append(other.item)
    for dataset, items in parts.items():
        if dataset in read or all(item.dataset is None for item in items):
            continue
        reader = HeadReader(contracts.tables[dataset], contracts)
        cells = [cell for item in items for cell in item.grid.cells if cell.text]
        if any(may_hold_figure(cell) for cell in cells):
            continue
        if not any(reader.is_head_word(squeezed(cell.text)) for cell in cells):
            continue
        yield PublishedTable(
            dataset=dataset,
            title=items[0].title,
            pages=tuple(dict.fromkeys(item.grid.page for item in items)),
            state="empty",
            declared_empty=declared_empty(items, contracts),
            money_unit=unit_of_money,
            half=0,
            rows=(),
            facts=(),
            columns=(),
        )


def declared_empty(parts: Iterable[CaptionedGrid], contracts: Contracts) -> bool:
    """Whether words beside a table say that it has no data."""
    return any(
        re.search(pattern, line)
        for pattern in contracts.publication.empty_patterns
        for part in parts
        for line in part.below
    )


def empty_note(table: PublishedTable) -> Finding:
    """The note that a table was taken for empty though no contract knows its head."""
    return table.finding("empty_unknown_head", "info", table.pages[0])


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
        or any(len(lone_amounts(page)) >= _FIGURES for page in document.pages)
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


def missing_tables(
    tables: Mapping[str, PublishedTable],
    year: int | None,
    unruled: Sequence[UnruledTable],
    absent: Container[str],
    contracts: Contracts,
) -> tuple[tuple[str, ...], list[Finding]]:
    """The required tables that are not there, with a finding for each.

    Args:
        tables: what was read, by dataset.
        year: the fiscal year; tables that came later are not asked for.
        unruled: tables whose title stands over amounts that no grid holds; one finding tells them all.
        absent: tables that the document surely does not hold.
        contracts: which tables are required, and what other tables tell of them.

    Returns:
        Their datasets and the findings. A table that others show to be empty is a note, as no figure of it
        can be lost, and one that the document surely does not hold a warning; every other one keeps the
        document back.
    """
    findings = [unruled_finding("unruled_table", "error", unruled)] if unruled else []
    told = {table.dataset for table in unruled}
    missing = []
    for required in contracts.publication.required_tables:
        if required.dataset in tables or (year is not None and year < required.from_year):
            continue
        missing.append(required.dataset)
        if required.dataset not in told:
            findings.append(_finding(required, tables, required.dataset in absent, contracts))
    return tuple(missing), findings


def _finding(
    required: RequiredTable, tables: Mapping[str, PublishedTable], is_absent: bool, contracts: Contracts
) -> Finding:
    title, dataset = contracts.tables[required.dataset].title, required.dataset
    if _is_known_to_be_empty(required, tables):
        return finding("omitted_table", "info", table=title).of(dataset)
    if is_absent:
        return finding("unpublished_table", "warning", table=title).of(dataset)
    return finding("missing_table", "error", table=title).of(dataset)


def _is_known_to_be_empty(required: RequiredTable, tables: Mapping[str, PublishedTable]) -> bool:
    """Whether every figure that other tables print of this one is zero or blank, and enough of them do."""
    facts = {fact.key: fact for table in tables.values() for fact in table.cells}
    named = (Key(t.dataset or "", t.row.name, t.column.name) for t in required.nothing_in)
    witnesses = [facts[key] for key in named if key in facts]
    return len(witnesses) >= _WITNESSES and all(
        fact.confidence == 1 and not any(ch in "123456789" for ch in fact.printed) for fact in witnesses
    )
