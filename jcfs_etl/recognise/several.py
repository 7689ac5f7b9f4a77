"""Tells a file that holds the final accounts of several units, one after another."""

from __future__ import annotations

from collections.abc import Sequence

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts, Declined
from jcfs_etl.recognise.agreement import compared_name
from jcfs_etl.recognise.stitching import StitchedTable
from jcfs_etl.recognise.titles import CaptionedGrid

#: Tables that stand there under two units' names before they are two units' accounts, and no slip in a name.
_TABLES = 3


def of_several_units(stitched: Sequence[StitchedTable], contracts: Contracts) -> Declined | None:
    """Why a file is no single unit's: the tables of one follow those of another, each with its unit's name.

    Args:
        stitched: the tables in reading order.
        contracts: what publications look like.
    """
    owners: dict[str, set[str]] = {}
    begins: dict[str, tuple[str, int]] = {}
    for table in stitched:
        unit = _unit(table.first, contracts)
        if unit is not None:
            name = compared_name(unit, contracts)
            owners.setdefault(table.dataset, set()).add(name)
            begins.setdefault(name, (unit, table.first.grid.page))
    if sum(len(names) > 1 for names in owners.values()) < _TABLES:
        return None
    units = ", ".join(f"{unit} from page {page}" for unit, page in begins.values())
    reason = f"a file with the tables of {len(begins)} units ({units}); it has to be split into a file a unit"
    return Declined(id="several_units", where="text", pattern="", reason=reason)


def _unit(item: CaptionedGrid, contracts: Contracts) -> str | None:
    """The unit that the lines above a grid name; None when none does."""
    patterns = contracts.publication.unit_patterns
    found = (match for text in item.above for pattern in patterns if (match := regex(pattern).search(text)))
    return next((match["unit"] for match in found), None)
