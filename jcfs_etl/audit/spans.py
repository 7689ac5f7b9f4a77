"""The one judge: two numbers as intervals, and whether what is reported can be what is computed.

The rule is that of XBRL Calculations 1.1 (rounding mode "nearest"): a figure printed with half-unit h stands
for the closed interval [v - h, v + h], and two sides are consistent when their intervals meet, touching ends
included. Tables, self-evaluation forms, the narrative and comparisons of publications are all judged here.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from jcfs_etl.audit.model import Verdict

#: 分, pieces, millionths or hundredths; fractions where computed.
Number: TypeAlias = int | Fraction
#: The least that a number can be, what is printed or computed, and the most.
Ends: TypeAlias = tuple[Number, Number, Number]
#: Said of what holds only if blanks are not zero.
BLANKS = "holds only if blank cells hide amounts that round to nothing"


class Span(NamedTuple):
    """What is known of a number: its printed or computed value and the interval it stands for."""

    low: Fraction
    value: Fraction
    high: Fraction

    @classmethod
    def around(cls, value: Number, half: Number) -> Span:
        """``value`` give or take ``half``."""
        # Integers are added as such: fractions take several times as long.
        return cls(Fraction(value - half), Fraction(value), Fraction(value + half))

    def less(self, other: Span) -> Span:
        """What is left of it without the other."""
        return Span(self.low - other.high, self.value - other.value, self.high - other.low)

    def meets(self, other: Span) -> bool:
        """Whether the two intervals share a point; touching ends do."""
        return self.low <= other.high and other.low <= self.high


def verdict_of(
    reported: Ends, computed: Ends, relation: Literal["=", "<=", ">="] = "=", hidden: Number = 0
) -> tuple[Verdict, str | None]:
    """Whether what is reported can be what is computed.

    Args:
        reported: the printed side.
        computed: the other.
        relation: of the reported side to the computed one.
        hidden: what blank cells could hide beside, each less than half a unit.

    Returns:
        ``exact``, ``rounding`` or ``violated``, and a note where it holds by what blanks could hide alone.
    """
    (least, printed, most), (low, value, high) = reported, computed
    below = low - most if relation != "<=" else 0
    above = least - high if relation != ">=" else 0
    beyond = printed - value
    if beyond == 0 or (relation == "<=" and beyond < 0) or (relation == ">=" and beyond > 0):
        return "exact", None
    gap = max(below, above)
    if gap > hidden:
        return "violated", None
    return "rounding", BLANKS if gap > 0 else None


def is_unlikely(difference: Number, halves: Iterable[Number]) -> bool:
    """Whether independent rounding hardly ever makes such a difference.

    It lies beyond three standard deviations, 3·sqrt(Σh²/3), of errors spread evenly within each half-unit.
    """
    return difference**2 > 3 * sum(h * h for h in halves)
