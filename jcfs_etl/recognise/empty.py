"""Which tables hold no figure: what words beside them say, and those whose head no contract knows."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.labels import squeezed
from jcfs_etl.recognise.heads import HeadReader
from jcfs_etl.recognise.model import PublishedTable
from jcfs_etl.recognise.stakes import may_hold_figure
from jcfs_etl.recognise.stitching import OtherGrid
from jcfs_etl.recognise.titles import CaptionedGrid


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
