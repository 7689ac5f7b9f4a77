"""What speaks for a block slip: how much of what it mends rests on figures that are printed."""

from __future__ import annotations

from jcfs_etl.audit.blocks import BlockSlip

#: Figures that a displaced block must change; fewer are slips of single cells.
_DISPLACED = 4
#: Different amounts that a shift must move.
_DIFFERENT = 2


def claim_of(constraint: str) -> str:
    """The statement that a constraint comes from, of which there may be two: at least, and at most."""
    return constraint.removesuffix("/at least").removesuffix("/at most")


def is_firm(slip: BlockSlip) -> bool:
    """Whether a slip moves figures enough to be told from slips of single figures."""
    if slip.kind == "unit":
        return True
    if len(slip.meant) < _DISPLACED:
        return False
    amounts = {
        box.low + box.high for box in slip.meant.values() if box.low is not None and box.high is not None
    }
    return slip.kind != "shifted" or (len(slip.rows) >= 2 and len(amounts - {0}) >= _DIFFERENT)
