"""Tells where lines of a table may be missing: a page ends with a code not broken down as others are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import CODE
from jcfs_etl.findings import Finding
from jcfs_etl.recognise.model import PublishedTable


def cut_off_notes(tables: Iterable[PublishedTable], contracts: Contracts) -> Iterator[Finding]:
    """A finding for each page of a table that ends with such a code: no identity misses what is lost.

    Args:
        tables: the tables of a publication.
        contracts: for which of them have codes of the functional classification.
    """
    for table in tables:
        if contracts.tables[table.dataset].kind == "functional":
            yield from _of_table(table)


def _of_table(table: PublishedTable) -> Iterator[Finding]:
    codes = [row for row in table.rows if CODE.fullmatch(row.row)]
    broken_down = {len(row.row) for row in codes if not row.is_leaf}
    places = {fact.key.row: fact for fact in reversed(table.facts)}
    for row, below in pairwise((*codes, None)):
        place = places.get(row.row) if row is not None else None
        if row is None or place is None or not row.is_leaf or len(row.row) not in broken_down:
            continue
        next_place = places.get(below.row) if below is not None else None
        if below is None or (next_place is not None and next_place.page != place.page):
            at = place.page, place.box
            yield table.finding("lines_cut_off", "error", *at, code=row.row, label=row.label)
