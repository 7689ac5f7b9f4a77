"""A row of a form's money block: its label at the left, its figures under the heads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jcfs_etl.interpret.performance_heads import FormRow, Heads
from jcfs_etl.interpret.performance_ledger import Ledger
from jcfs_etl.interpret.performance_model import FundLine
from jcfs_etl.interpret.performance_words import Words
from jcfs_etl.labels import squeezed

#: Cells that end this far (points) right of where the heads begin still stand at their left.
_EDGE = 4.0


def fund_line(
    row: FormRow, heads: Heads, before: Sequence[FundLine], fen: int | None, words: Words, ledger: Ledger
) -> FundLine | None:
    """Read a row of the money block.

    Args:
        row: the row.
        heads: the block's.
        before: the rows above it.
        fen: 分 in one unit of money; None where nothing says, and then there are no amounts.
        words: the contract's words.
        ledger: notes which cells were taken.

    Returns:
        The row; None for one without a label and for a second 资金总额, whose cells are left over.
    """
    block = words.contract.money
    fresh = [c for c in row.cells if c.row == row.index and not ledger.is_used(c)]
    labels = [c for c in fresh if c.text.strip() and c.box.x1 - row.shift <= heads.left + _EDGE]
    label = "".join(line.strip() for c in labels for line in c.text.split("\n"))
    plain = squeezed(label)
    is_total = words.is_one(label, block.totals) or (
        not before and re.search(block.totals_key, plain) is not None and not words.naming.is_other(plain)
    )
    if not label or (is_total and any(line.is_total for line in before)):
        return None
    ledger.use(*labels)
    placed = [(heads.under(c, row.shift), c) for c in fresh if c not in labels]
    by_column = [(under[0], c) for under, c in placed if len(under) == 1]
    measures = {name: column.measure for name, column in block.columns.items()}
    figures = [(n, c) for n, c in by_column if measures.get(n, "text") != "text"]
    deviation = [c for n, c in by_column if measures.get(n) == "text" and c.text.strip()]
    ledger.use(*(c for n, c in by_column if n not in measures))
    follows_source = bool(before) and not before[-1].is_total
    is_part = follows_source and re.search(block.within_pattern, plain) is not None
    return FundLine(
        number=len(before) + 1,
        label=label,
        is_total=is_total,
        is_within=is_part or re.search(block.subtotal_pattern, plain) is not None,
        figures=ledger.figures(figures, row, block, fen),
        deviation=ledger.text(deviation[0], row.page) if deviation else None,
        page=row.page,
    )
