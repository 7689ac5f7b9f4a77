"""A claim of a narrative, for tests that judge one without a text."""

from __future__ import annotations

from typing import Any

from jcfs_etl.interpret.model import Claim, Quantity
from jcfs_etl.places import Box


def claim(
    form: str, quantity: Quantity, value: int, half: int, base: Quantity | None = None, **more: Any
) -> Claim:
    """What a narrative says: ``level`` and ``difference`` in 万元, ``ratio`` and ``growth`` in %."""
    kind = {"level": "amount", "ratio": "share", "difference": "change", "growth": "rate"}[form]
    return Claim(
        claim=f"{quantity.subject}.{form}",
        kind=kind,  # type: ignore[arg-type]
        form=form,  # type: ignore[arg-type]
        quantity=quantity,
        base=base,
        value=value,
        half=half,
        printed=str(value),
        unit="万元" if form in ("level", "difference") else "%",
        sentence="",
        page=1,
        box=Box(0, 0, 1, 1),
        **more,
    )
