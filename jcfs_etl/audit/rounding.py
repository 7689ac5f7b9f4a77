"""The rounding rule, in integers of 分, after XBRL Calculations 1.1 (rounding mode "nearest").

A figure printed with half-unit h stands for the closed interval [v - h, v + h]; an identity is
consistent when the intervals of both sides meet, touching ends included. A blank cell is exactly
zero; an identity that holds only when blanks may hide up to h as well is ``rounding``, with a note.
There is no relative tolerance.
"""

from __future__ import annotations

from jcfs_etl.audit.model import BoundEquation, Check, Figures, Verdict


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
    halves = [abs(t.weight) * figures.tolerance(t.key) for t in equation.terms if t.value is not None]
    hidden = sum(abs(t.weight) * figures.tolerance(t.key) for t in equation.terms if t.value is None)
    tolerance = sum(halves)
    residual = reported - computed
    excess = residual if equation.relation == "<=" else abs(residual)
    note = None
    verdict: Verdict
    if excess <= 0:
        verdict = "exact"
    elif excess <= tolerance:
        verdict = "rounding"
    elif excess <= tolerance + hidden:
        verdict, note = "rounding", "holds only if blank cells hide amounts that round to nothing"
    else:
        verdict = "violated"
    return Check(
        check=equation.check,
        statement=equation.statement,
        verdict=verdict,
        equation=equation,
        reported=reported,
        computed=computed,
        tolerance=tolerance,
        slack=sum(abs(t.weight) * figures.tolerance(t.key) for t in equation.right if t.value is not None),
        note=note,
        unlikely=verdict == "rounding" and residual**2 > 3 * sum(h * h for h in halves),
    )
