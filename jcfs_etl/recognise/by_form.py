"""Tables whose titles no contract knows, told by their form alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import Table
from jcfs_etl.read.model import Grid
from jcfs_etl.recognise.heads import HeadReader
from jcfs_etl.recognise.known_titles import is_plain_title
from jcfs_etl.recognise.titles import CaptionedGrid


def named_by_form(captioned: Sequence[CaptionedGrid], contracts: Contracts) -> list[CaptionedGrid]:
    """Grids under titles that no contract knows as the tables that they can only be by what they hold.

    The titles are of plain words, which say of no other money or matter. A table that has a title of its own
    in the publication is no other grid, and where two grids have the form of one table, neither is it.

    Args:
        captioned: every grid with its title.
        contracts: the contracts.
    """
    titled = {item.dataset for item in captioned}
    spare = [
        t for d, t in contracts.tables.items() if d not in titled and (t.told_by_columns or t.told_by_rows)
    ]
    found: list[str | None] = []
    for at, item in enumerate(captioned):
        may_be = item.dataset is None and is_plain_title(item.title, contracts)
        # What follows without a title of its own goes on with it.
        rest = takewhile(lambda other: not other.title, captioned[at + 1 :])
        grids = [item.grid, *(other.grid for other in rest)]
        forms = (table.dataset for table in spare if may_be and _has_form(grids, table, contracts))
        found.append(next(forms, None))
    counts = Counter(found)
    return [
        replace(item, dataset=dataset) if dataset is not None and counts[dataset] == 1 else item
        for item, dataset in zip(captioned, found, strict=True)
    ]


def _has_form(grids: Sequence[Grid], table: Table, contracts: Contracts) -> bool:
    labels = {contracts.label(cell.text) for grid in grids for cell in grid.cells if cell.text}
    lines = [table.all_rows[key].labels for key in table.told_by_rows]
    if not all(any(contracts.label(word) in labels for word in line) for line in lines):
        return False
    head = HeadReader(table, contracts).read(grids[0])
    columns = {value.column for block in head.blocks for value in block.values if not value.set_aside}
    return head.row_count > 0 and columns >= set(table.told_by_columns)
