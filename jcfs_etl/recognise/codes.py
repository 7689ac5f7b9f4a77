"""Codes of rows: what the classifications say of them, those that a page cuts, and totals of their groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import ALL_CLASSES, CLASS_DIGITS, Table
from jcfs_etl.findings import Finding, Severity, Value, finding
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.breaks import BodyRow
from jcfs_etl.recognise.head import Block
from jcfs_etl.recognise.model import TableRow


def code_notes(
    row: TableRow, title: str, page: int, cell: Cell, table: Table, contracts: Contracts
) -> Iterator[Finding]:
    """A finding for a label that cannot be read, and for a code or name that no classification has.

    Args:
        row: the row.
        title: of its table, as printed.
        page: the page that it stands on.
        cell: its first cell.
        table: the contract of its table.
        contracts: the contracts, for the classifications.
    """
    values: dict[str, Value] = {"table": title, "row": row.row, "label": row.label}

    def _finding(code: str, severity: Severity) -> Finding:
        return finding(code, severity, page, cell.box, **values).of(table.dataset, row.row)

    if "\ufffd" in row.label:
        yield _finding("unreadable_label", "warning")
    pool = contracts.codes_of(table)
    if not pool or not row.row.isdigit():
        return
    known = pool.get(row.row)
    if row.row[:3] not in pool:
        yield _finding("unknown_code", "warning")
    elif known is not None and row.label and (label := contracts.name_of_code(row.label)) not in known.names:
        values = {**values, "name": known.name}
        # Where a cell has no room for the whole name, its beginning is printed.
        begins = any(name.startswith(label) and len(name) <= 2 * len(label) for name in known.names)
        yield _finding("unfamiliar_name", "info" if begins else "warning")


def rows_of_cut_codes(body: Sequence[BodyRow], columns: Sequence[int]) -> Iterator[BodyRow]:
    """Rows at the foot of a page whose part of a code stands on the next: it is not that of the row above.

    The cell is merged over its rows, so that its text stands in one half alone.

    Args:
        body: the rows of a table.
        columns: those of its codes, 类 to 项.
    """
    for column in columns:
        cells = [row.cells[column] for row in body]
        if not any(one is other and one.text for one, other in pairwise(cells)):
            continue
        for at in range(len(body) - 1):
            if body[at].page == body[at + 1].page or cells[at].text:
                continue
            first = at
            while first and cells[first - 1] is cells[at]:
                first -= 1
            if first and body[first - 1].page == body[at].page:
                yield from body[first : at + 1]


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
