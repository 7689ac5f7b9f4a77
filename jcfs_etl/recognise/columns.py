"""What the columns of a table are once its body is known: near labels, order, details, what is set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from jcfs_etl.contracts.table import Table
from jcfs_etl.money import is_figure
from jcfs_etl.recognise.head import Block, ValueColumn
from jcfs_etl.recognise.heads import HeadReader
from jcfs_etl.recognise.model import Renamed
from jcfs_etl.recognise.near import in_order
from jcfs_etl.recognise.stitching import StitchedTable


def named_blocks(
    source: StitchedTable, table: Table, reader: HeadReader
) -> tuple[list[Block], list[Renamed]]:
    """The blocks of a table's head with what its body says of their columns.

    A column with figures that no contract knows is named by a near label, or by what the form has in its
    place. Where a column of the form is not named, a detail or a column that no dataset promises may be that
    one: it is neither passed over nor set aside then.

    Args:
        source: the table as stitched together.
        table: its contract.
        reader: reads its heads.

    Returns:
        The blocks, and the columns that were named without their label.
    """
    blocks, renamed = [], []
    for drawn in source.head.blocks:
        block, near = _with_near_columns(_without_missing_parts(drawn, table), source, reader)
        block, placed = _with_columns_in_order(block, source, table, reader)
        blocks.append(block)
        renamed += [*near, *placed]
    if not _is_whole(blocks, source, table, reader):
        own = [v for block in blocks if not block.is_other for v in block.values]
        doubtful = {v.index for v in own if v.set_aside and _holds_figures(source, v.index)}
        blocks = [_not_aside(block, doubtful) for block in blocks]
    return blocks, renamed


def _is_whole(blocks: Sequence[Block], source: StitchedTable, table: Table, reader: HeadReader) -> bool:
    """Whether head and rows name every column of the form, or each of their items has every basis."""
    values = [v for block in blocks for v in block.values]
    if table.kind != "bases":
        printed = {v.column for v in values}
        # A form may print a whole alone, without any of its parts.
        wholes = {c.part_of for key, c in table.columns.items() if key in printed}
        parts = {key for key, c in table.columns.items() if c.part_of in printed - wholes}
        return set(table.columns) - parts <= printed
    # Whether the head names the items or the rows do.
    named = {(v.column, v.row) for v in values if not v.set_aside}
    texts = [row.cells[c].text for row in source.rows for block in blocks for c in block.names]
    items = {column for column, _ in named if column is not None}
    words = reader.words
    # Where no word of the head is a basis, all items are of the one that the title means.
    in_head = not items or any(words.word(word) in words.rows for v in values for word in v.path)
    bases = set(table.rows) if in_head else {row for _, row in named}
    labels = set(map(words.word, texts))
    whole = {(v.column, row) for v in values if not v.set_aside for row in bases} <= named
    whole = whole or not labels.isdisjoint(words.rows)
    in_rows = {words.columns[label] for label in labels if label in words.columns}
    if whole and (not items or items | in_rows >= set(table.columns)):
        return True
    # A column of last year's or of a comparison is none of the budget, where this year's own is there.
    meant = {row for row, spec in table.rows.items() if spec.unnamed}
    return in_rows >= set(table.columns) and meant <= {row for _, row in named}


def _not_aside(block: Block, columns: set[int]) -> Block:
    values = (replace(v, set_aside=False) if v.index in columns else v for v in block.values)
    return replace(block, values=tuple(values))


def _without_missing_parts(block: Block, table: Table) -> Block:
    """A block without details of a column whose own parts are not all named: it may be one of them."""
    named = {v.column for v in block.values}
    missing = {c.part_of for key, c in table.columns.items() if c.part_of and key not in named}
    values = (replace(v, detail_of=None) if v.detail_of in missing else v for v in block.values)
    return replace(block, values=tuple(values))


def _holds_figures(source: StitchedTable, column: int) -> bool:
    return any((text := row.cells[column].text) and is_figure(text) for row in source.rows)


def _with_near_columns(
    block: Block, source: StitchedTable, reader: HeadReader
) -> tuple[Block, list[Renamed]]:
    """A block whose unknown columns are named by a near label, where figures stand under them."""
    filled = {v.index for v in block.values if any(row.cells[v.index].text for row in source.rows)}
    near = {v.index: reader.near(v, block) for v in block.values if v.index in filled}
    claimed = Counter((v.column, v.row) for v in near.values() if v is not None)
    return _proposed(block, [v for v in near.values() if v is not None and claimed[v.column, v.row] == 1])


def _proposed(block: Block, found: Iterable[ValueColumn]) -> tuple[Block, list[Renamed]]:
    """A block with proposed columns in the place of its unknown ones, and what each was named."""
    by_index = {value.index: value for value in found}
    renamed = [
        Renamed("column", v.column, "/".join(v.path), v.named_by) for v in by_index.values() if v.column
    ]
    return replace(block, values=tuple(by_index.get(v.index, v) for v in block.values)), renamed


def _with_columns_in_order(
    block: Block, source: StitchedTable, table: Table, reader: HeadReader
) -> tuple[Block, list[Renamed]]:
    """A block whose unknown columns are named by what the form has there, where figures stand under them."""
    side = table.sides.get(block.side or "")
    form = side.columns if side is not None else tuple(table.columns)
    found: dict[int, str] = {}
    for basis in dict.fromkeys(v.row for v in block.values):
        values = [v for v in block.values if v.row == basis and not v.set_aside and v.detail_of is None]
        named = in_order([v.column for v in values], form)
        found |= {values[at].index: column for at, column in named.items()}
    likely = [(v, found[v.index]) for v in block.values if v.index in found]
    likely = [(v, c) for v, c in likely if _holds_figures(source, v.index) and reader.may_mean(v, c)]
    return _proposed(block, [replace(v, column=c, named_by="order") for v, c in likely])
