"""合计 of each group of economic classes in one row: which group each is of, the codes above or below say."""

from __future__ import annotations

from collections.abc import Sequence

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import ALL_CLASSES, CLASS_DIGITS, Table
from jcfs_etl.labels import squeezed
from jcfs_etl.recognise.breaks import BodyRow
from jcfs_etl.recognise.head import Block


def total_of_group(
    row: BodyRow,
    block: Block,
    blocks: Sequence[Block],
    body: Sequence[BodyRow],
    table: Table,
    contracts: Contracts,
) -> str | None:
    """The total that 合计 in a block is, where another block prints 合计 for another group in the same row.

    Args:
        row: the row.
        block: the block in which its label is that of the total of all classes.
        blocks: all blocks of the table.
        body: its rows.
        table: its contract.
        contracts: the contracts, for the classifications.

    Returns:
        The row of the contract; None where the row prints 合计 for one group, or a block has several.
    """
    totals = {contracts.label(w) for r in table.rows.values() if r.group == ALL_CLASSES for w in r.labels}
    named = [b for b in blocks if b is block or contracts.label(_label(row, b)) in totals]
    groups = [_groups(b, body, contracts) for b in named]
    # A label may be merged over several blocks of its group.
    if any(len(of) != 1 for of in groups) or len(frozenset().union(*groups)) == 1:
        return None
    (mine,) = groups[named.index(block)]
    return next((key for key, total in table.rows.items() if total.group == mine), None)


def _label(row: BodyRow, block: Block) -> str:
    cells = dict.fromkeys(row.cells[c] for c in (*block.codes, *block.names))
    return "".join(squeezed(cell.text) for cell in cells)


def _groups(block: Block, body: Sequence[BodyRow], contracts: Contracts) -> frozenset[str | None]:
    """The groups of the codes that a block prints."""
    codes = {squeezed(row.cells[c].text)[:CLASS_DIGITS] for row in body for c in (*block.codes, *block.names)}
    return frozenset(contracts.economic[code].group for code in codes if code in contracts.economic)
