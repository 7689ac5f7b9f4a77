"""The one judge: two numbers as intervals, and whether what is reported can be what is computed.

The rule is that of XBRL Calculations 1.1 (rounding mode "nearest"): a figure printed with half-unit h stands
for the closed interval [v - h, v + h], and two sides are consistent when their intervals meet, touching ends
included. Tables, self-evaluation forms, the narrative and comparisons of publications are all judged here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import product
from typing import Literal, NamedTuple, TypeAlias

from jcfs_etl.audit.model import BoundEquation, Check, Figures, Term, Verdict

#: 分, pieces, millionths or hundredths; fractions where computed.
Number: TypeAlias = int | Fraction
#: The least that a number can be, what is printed or computed, and the most.
Ends: TypeAlias = tuple[Number, Number, Number]
#: Said of what holds only if blanks are not zero.
BLANKS = "holds only if blank cells hide amounts that round to nothing"
#: Share of documents in which a difference that rounding hardly makes may be met by chance.
_DOCUMENTS = 0.001


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


def quotient(
    a: Span, b: Span, fraction: Callable[[Fraction, Fraction], tuple[Fraction, Fraction]]
) -> Span | None:
    """A fraction of two intervals, which is monotone in each, so that its corners bound it.

    Args:
        a: one of its numbers.
        b: the other.
        fraction: what stands above and below, for a value of each.

    Returns:
        None where what stands below may be zero or less.
    """
    values = []
    for x, y in [(a.value, b.value), *product((a.low, a.high), (b.low, b.high))]:
        above, below = fraction(x, y)
        if below <= 0:
            return None
        values.append(above / below)
    return Span(min(values), values[0], max(values))


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


def judge(equation: BoundEquation, figures: Figures) -> Check:
    """Try an equation.

    Args:
        equation: bound to figures.
        figures: the document's, for the precision of each.

    Returns:
        The check with its verdict, both sides, and the tolerance (all in 分, or in pieces).
        ``unlikely`` marks a difference inside the interval but beyond three standard deviations of
        independent rounding, 3·sqrt(Σh²/3); it vouches for no figure.
    """
    reported, left, hidden = _side(equation.left, figures)
    computed, right, more = _side(equation.right, figures)
    own, slack, halves = sum(left), sum(right), left + right
    verdict, note = verdict_of(
        (reported - own, reported, reported + own),
        (computed - slack, computed, computed + slack),
        equation.relation,
        hidden + more,
    )
    return Check(
        check=equation.check,
        statement=equation.statement,
        verdict=verdict,
        equation=equation,
        reported=reported,
        computed=computed,
        tolerance=own + slack,
        slack=slack,
        note=note,
        unlikely=verdict == "rounding" and is_unlikely(reported - computed, halves),
    )


def _side(terms: Sequence[Term], figures: Figures) -> tuple[int, list[int], int]:
    """A sum, how far each of its figures may lie from what is printed, and what its blanks could hide."""
    halves = [(t.value is None, abs(t.weight) * figures.tolerance(t.key)) for t in terms]
    hidden = sum(half for is_blank, half in halves if is_blank)
    return sum(t.weight * (t.value or 0) for t in terms), [h for blank, h in halves if not blank], hidden


def hardly_rounding(checks: Sequence[Check], figures: Figures) -> list[Check]:
    """The checks whose differences rounding alone makes in hardly any document.

    Of the hundreds of sums of a document some lie beyond three standard deviations by chance, so a difference
    is held against all of them: it is told where independent rounding makes one like it in less than
    :data:`_DOCUMENTS` of all documents. Sums of errors spread evenly within h are sub-Gaussian with h²/3,
    so one of d is met with a chance of at most 2·exp(-3d²/2Σh²).

    Args:
        checks: all of a document.
        figures: the document's, for the precision of each.
    """
    rounded = [c for c in checks if c.holds and c.tolerance]
    return [c for c in rounded if c.unlikely and _chance(c, figures) * len(rounded) < _DOCUMENTS]


def _chance(check: Check, figures: Figures) -> float:
    assert check.equation is not None and check.residual is not None
    halves = [abs(t.weight) * figures.tolerance(t.key) for t in check.equation.terms if t.value is not None]
    return 2 * math.exp(-3 * check.residual**2 / (2 * sum(half * half for half in halves)))
