"""Equations of printed figures, judged in integers of 分.

A blank cell is exactly zero; an identity that holds only when blanks may hide up to half a unit as well is
``rounding``, with a note. There is no relative tolerance.
"""

from __future__ import annotations

from jcfs_etl.audit.model import BoundEquation, Check, Figures
from jcfs_etl.audit.spans import is_unlikely, verdict_of


def judge(equation: BoundEquation, figures: Figures) -> Check:
    """Try an equation.

    Args:
        equation: bound to figures.
        figures: the document's, for the precision of each.

    Returns:
        The check with its verdict, both sides, and the tolerance (all in 分, or in pieces).
        ``unlikely`` marks a difference inside the interval but beyond three standard deviations of
        independent rounding, 3·sqrt(Σh²/3).
    """
    reported = sum(t.weight * (t.value or 0) for t in equation.left)
    computed = sum(t.weight * (t.value or 0) for t in equation.right)
    left: list[int] = []
    right: list[int] = []
    hidden = 0
    for side, terms in ((left, equation.left), (right, equation.right)):
        for term in terms:
            half = abs(term.weight) * figures.tolerance(term.key)
            if term.value is None:
                hidden += half
            else:
                side.append(half)
    own, slack = sum(left), sum(right)
    verdict, note = verdict_of(
        (reported - own, reported, reported + own),
        (computed - slack, computed, computed + slack),
        equation.relation,
        hidden,
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
        unlikely=verdict == "rounding" and is_unlikely(reported - computed, (*left, *right)),
    )
