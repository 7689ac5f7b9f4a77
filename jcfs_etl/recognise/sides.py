"""Which side of a summary form a block of columns is, where no word of its head says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import Table
from jcfs_etl.read.model import Grid
from jcfs_etl.recognise.head import Block

#: So many lines of one side at least tell that a block is of it.
_LEAST = 2


def with_sides(
    blocks: Sequence[Block], grid: Grid, head_rows: int, table: Table, contracts: Contracts
) -> list[Block]:
    """Blocks with the sides whose lines stand in them, where each is of one side and no two are of the same.

    Args:
        blocks: the blocks of the head.
        grid: the grid with its body.
        head_rows: rows of the head.
        table: the table's contract.
        contracts: all contracts, for the comparison of labels.
    """
    if len(table.sides) < 2 or len(blocks) != len(table.sides) or any(b.side for b in blocks):
        return list(blocks)
    sides: dict[str, set[str]] = {}
    for name, side in table.sides.items():
        labels = {contracts.label(word) for row in side.rows.values() for word in row.labels}
        for label in labels | (contracts.class_of_label.keys() if side.classes_part_of else set()):
            sides.setdefault(label, set()).add(name)
    found = [_side(block, grid, head_rows, sides, contracts) for block in blocks]
    if None in found or len(set(found)) < len(found):
        return list(blocks)
    return [replace(block, side=side) for block, side in zip(blocks, found, strict=True)]


def _side(
    block: Block, grid: Grid, head_rows: int, sides: dict[str, set[str]], contracts: Contracts
) -> str | None:
    """The one side that all lines of a block are of which are of one side alone."""
    cells = (c for c in grid.cells if c.row >= head_rows and c.column in block.names)
    told = Counter(
        side for c in cells if len(of := sides.get(contracts.label(c.text), set())) == 1 for side in of
    )
    return next(iter(told)) if len(told) == 1 and told.total() >= _LEAST else None
