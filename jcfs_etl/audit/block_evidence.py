"""What speaks for a block slip: how much of what it mends rests on figures that are printed."""

from __future__ import annotations

from jcfs_etl.audit.blocks import BlockSlip
from jcfs_etl.audit.linear import Interval

#: Of the figures that a block changes, the share that may be lost; of a shift that mends so many
#: contradictions by what is printed, a little more.
_LOST, _LOST_OF_MORE, _MORE = 0.25, 0.3, 5
#: Of the contradictions that it mends, one in so many must be mended by what is printed.
_FIRM, _FIRM_OF_MORE = 2, 3
#: Contradictions that figures in the wrong place must mend by what is printed: two may be two other figures.
#: Of shifts thousands are tried, and in a table with few figures three fit somewhere.
_SHOWN, _SHIFTED = 3, 4
#: Different amounts that a shift must move.
_DIFFERENT = 3
#: Figures in another unit that must be more than a few of the last decimal in their own, and how many widths.
_SEEN, _WIDTHS = 2, 10


def claim_of(constraint: str) -> str:
    """The statement that a constraint comes from, of which there may be two: at least, and at most."""
    return constraint.removesuffix("/at least").removesuffix("/at most")


def _is_seen(box: Interval) -> bool:
    assert box.low is not None and box.high is not None
    return abs(box.low + box.high) >= 2 * _WIDTHS * (box.high - box.low)


def is_firm(slip: BlockSlip, firm: int, mended: int) -> bool:
    """Whether a slip rests on figures that are printed rather than on what would fit anywhere."""
    if slip.kind == "unit":
        return sum(_is_seen(box) for box in slip.meant.values()) >= _SEEN
    if firm < (_SHIFTED if slip.kind == "shifted" else _SHOWN):
        return False
    amounts = {
        box.low + box.high for box in slip.meant.values() if box.low is not None and box.high is not None
    }
    if slip.kind == "shifted" and (len(slip.rows) < 2 or len(amounts - {0}) < _DIFFERENT):
        return False
    is_more = slip.kind == "shifted" and firm >= _MORE
    share, every = (_LOST_OF_MORE, _FIRM_OF_MORE) if is_more else (_LOST, _FIRM)
    return not slip.lost or (slip.lost <= share * len(slip.meant) and every * firm >= mended)
