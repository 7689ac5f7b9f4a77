"""Equations of printed figures, judged in integers of 分.

A blank cell is exactly zero; an identity that holds only when blanks may hide up to half a unit as well is
``rounding``, with a note. There is no relative tolerance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from jcfs_etl.audit.model import BoundEquation, Check, Figures, Term
from jcfs_etl.audit.spans import is_unlikely, verdict_of

#: Share of documents in which a difference that rounding hardly makes may be met by chance.
_DOCUMENTS = 0.001


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
