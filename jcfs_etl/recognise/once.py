"""Keeps what is worked out of a table's contract: grids of many documents are held against one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import Table

#: Tables of which it is kept.
_KEPT = 64

Made = TypeVar("Made")


def once_a_table(make: Callable[[Table, Contracts], Made]) -> Callable[[Table, Contracts], Made]:
    """A function of a table's contract and all contracts whose results are kept; nothing changes them."""
    kept: dict[tuple[int, int], tuple[Table, Contracts, Made]] = {}

    def made(table: Table, contracts: Contracts) -> Made:
        key = id(table), id(contracts)
        if key not in kept:
            if len(kept) >= _KEPT:
                kept.clear()
            # Table and contracts are kept with it, so that no others can have their places in memory.
            kept[key] = table, contracts, make(table, contracts)
        return kept[key][-1]

    return made
