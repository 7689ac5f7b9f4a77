"""What publications are held against each other by, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct, field

from jcfs_etl.findings import Finding
from jcfs_etl.places import Box, Key


class CuratedFigure(Struct, frozen=True):
    """A figure of a curated publication.

    Attributes:
        amount: in 分 as printed; None where blank.
        low, high: the interval in 分 that its true amount lies in.
        page, box: where it stands.
    """

    amount: int | None
    low: int
    high: int
    page: int
    box: Box


class StatedChange(Struct, frozen=True):
    """What a narrative says a figure changed by since the year before.

    Attributes:
        keys: the cells of the figure, each with its weight.
        change, half: 分, and half a unit of its last printed decimal.
        sentence, page, box: where it is stated.
        claim: id of the claim.
    """

    claim: str
    keys: tuple[tuple[int, Key], ...]
    change: int
    half: int
    sentence: str
    page: int
    box: Box


class CuratedPublication(Struct, frozen=True):
    """One curated publication, as far as others are held against it.

    Attributes:
        unit, year: which one.
        source: its file.
        money_unit: that its tables print, with the 分 in one of it.
        figures: by key.
        changes: what its narrative states about the year before.
        unit_codes: codes that its self-evaluation forms give the unit.
        members: units that it lists and that publish accounts of their own.
    """

    unit: str
    year: int
    source: str
    money_unit: tuple[str, int]
    figures: Mapping[Key, CuratedFigure]
    changes: Sequence[StatedChange] = ()
    unit_codes: frozenset[str] = frozenset()
    members: tuple[str, ...] = ()


class AcrossCheck(Struct, frozen=True):
    """An identity between publications, tried; amounts in 分."""

    check: str
    statement: str
    verdict: str
    key: Key | None
    reported: int | None = None
    computed: int | None = None
    tolerance: int | None = None
    note: str | None = None
    relation: Literal["=", ">="] = "="

    @property
    def residual(self) -> int | None:
        """Reported less computed."""
        return None if self.reported is None or self.computed is None else self.reported - self.computed


class Across(Struct):
    """What came of holding one publication against others."""

    checks: list[AcrossCheck] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
