"""Which findings a person should read first: the worst, and of those what is most at stake and surest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from jcfs_etl.findings import SEVERITIES


def ranked(findings: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Findings by severity, then by the money at stake times how sure we are; else in their order."""
    return sorted(findings, key=lambda f: (SEVERITIES.index(f["severity"]), -at_stake(f)))


def at_stake(finding: Mapping[str, Any]) -> Fraction:
    """How far what is stated is from what the other figures allow, for each explanation that there is.

    Of ten explanations each is right in a tenth of the cases. Amounts in 元; 0 where nothing is compared.
    """
    reported = finding.get("reported")
    ends = [e for name in ("implied_low", "implied_high") if (e := finding.get(name)) is not None]
    if reported is None or not ends:
        return Fraction(0)
    low, high = Fraction(str(min(ends, key=_exact))), Fraction(str(max(ends, key=_exact)))
    stated = Fraction(str(reported))
    off = max(low - stated, stated - high, Fraction(0))
    return off / max([s["rank"] for s in finding.get("suspects") or ()], default=1)


def _exact(value: object) -> Fraction:
    return Fraction(str(value))
