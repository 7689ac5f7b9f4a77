"""Reads curated publications back, to hold them against each other, and says what came of it as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from jcfs_etl.audit.across import (
    Across,
    CuratedFigure,
    CuratedPublication,
    StatedChange,
    audit_across,
)
from jcfs_etl.contracts.arrow import arrow_schema
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.records import findings_table
from jcfs_etl.money import yuan
from jcfs_etl.read.model import Box
from jcfs_etl.recognise.model import Key

#: Unit and year of a published partition.
Place = tuple[str, int]

#: The published rows of a dataset of one unit and year; None where there are none.
Reader = Callable[[str, Place], pa.Table | None]


@dataclass(frozen=True)
class Neighbours:
    """All published publications, by what they are held against each other by.

    Attributes:
        places: every unit and year that is published.
        members: the units that a department lists, by its place.
        unit_codes: codes that self-evaluation forms give a unit, by its place.
    """

    places: frozenset[Place]
    members: Mapping[Place, tuple[str, ...]]
    unit_codes: Mapping[Place, frozenset[str]]

    @classmethod
    def of_documents(cls, rows: Iterable[Mapping[str, Any]]) -> Neighbours:
        """From rows of ``documents`` with their unit and year."""
        published = [r for r in rows if r["status"] == "published"]
        places = {(r["unit"], r["year"]): r for r in published}
        return cls(
            frozenset(places),
            {p: tuple(r["members"]) for p, r in places.items() if r["members"]},
            {p: frozenset(r["unit_codes"]) for p, r in places.items() if r["unit_codes"]},
        )

    def concerned(self, changed: Iterable[Place]) -> list[Place]:
        """The publications whose comparisons can change when some have changed, themselves included."""
        places = set(changed)
        concerned = {p for p in places if p in self.places}
        for unit, year in places:
            codes = self.unit_codes.get((unit, year), frozenset())
            concerned |= {p for p in [(unit, year + 1)] if p in self.places}
            concerned |= {p for p, m in self.members.items() if p[1] == year and unit in m}
            concerned |= {p for p, c in self.unit_codes.items() if codes & c}
        return sorted(concerned)

    def sharing_codes(self, place: Place) -> list[Place]:
        """Other units' publications that share a unit code with one."""
        codes = self.unit_codes.get(place, frozenset())
        return sorted(p for p, c in self.unit_codes.items() if p[0] != place[0] and codes & c)


def compare(place: Place, neighbours: Neighbours, read: Reader, contracts: Contracts) -> Across | None:
    """Hold a published publication against its neighbours.

    Returns:
        Checks and findings; None where it is not published or has no neighbour.
    """
    unit, year = place
    listed = neighbours.members.get(place, ())
    units = [name for name in listed if name != unit and (name, year) in neighbours.places]
    sharing = neighbours.sharing_codes(place)
    has_last = (unit, year - 1) in neighbours.places
    if not (has_last or units or sharing):
        return None
    this = _publication(place, neighbours, read, contracts)
    if this is None:
        return None
    last = _publication((unit, year - 1), neighbours, read, contracts) if has_last else None
    known = {name: _publication((name, year), neighbours, read, contracts) for name in units}
    others = [_publication(p, neighbours, read, contracts) for p in sharing]
    return audit_across(
        this,
        last,
        {name: p for name, p in known.items() if p is not None},
        [p for p in others if p is not None],
        contracts,
    )


def across_tables(across: Across, source: str, contracts: Contracts) -> dict[str, pa.Table]:
    """Checks and findings between publications in the shape of ``checks`` and ``findings``.

    Args:
        across: what came of the comparison.
        source: file of the publication that they belong to.
        contracts: for the schemas.
    """
    rows: list[dict[str, Any]] = [
        {
            "check": c.check,
            "statement": c.statement,
            "dataset": c.key.dataset if c.key else None,
            "row": c.key.row if c.key else None,
            "column": c.key.column if c.key else None,
            "relation": "=",
            "terms": [],
            "reported": _yuan(c.reported),
            "computed": _yuan(c.computed),
            "residual": None if c.reported is None or c.computed is None else yuan(c.reported - c.computed),
            "tolerance": _yuan(c.tolerance),
            "verdict": c.verdict,
            "note": c.note,
        }
        for c in across.checks
    ]
    return {
        "checks": pa.Table.from_pylist(rows, schema=arrow_schema(contracts, "checks")),
        "findings": findings_table(source, across.findings, contracts),
    }


def _publication(
    place: Place, neighbours: Neighbours, read: Reader, contracts: Contracts
) -> CuratedPublication | None:
    documents, cells, claims = (read(d, place) for d in ("documents", "cells", "claims"))
    if documents is None or cells is None:
        return None
    record = documents.to_pylist()[0]
    unit_name = record["money_unit"] or "元"
    unit_fen = contracts.publication.money_units.get(unit_name, 100)
    half = 10 ** (2 - record["decimals"]) // 2 if record["decimals"] is not None else 0
    return CuratedPublication(
        unit=place[0],
        year=place[1],
        source=record["source"],
        money_unit=(unit_name, unit_fen),
        figures=dict(_figures(cells.to_pylist(), half)),
        changes=tuple(
            _changes([] if claims is None else claims.to_pylist(), contracts.publication.money_units)
        ),
        unit_codes=neighbours.unit_codes.get(place, frozenset()),
        members=tuple(m for m in neighbours.members.get(place, ()) if m != place[0]),
    )


def _figures(rows: Sequence[Mapping[str, Any]], half: int) -> Iterable[tuple[Key, CuratedFigure]]:
    for row in rows:
        amount = _fen(row["amount"])
        if amount is None and row["printed"].strip():
            continue  # a count, or —— for what does not apply
        low, high = _fen(row["low"]), _fen(row["high"])
        middle = amount or 0
        yield (
            Key(row["dataset"], row["row"], row["column"]),
            CuratedFigure(
                amount,
                middle - half if low is None else low,
                middle + half if high is None else high,
                row["page"],
                Box(row["x0"], row["y0"], row["x1"], row["y1"]),
            ),
        )


def _changes(rows: Sequence[Mapping[str, Any]], units: Mapping[str, int]) -> Iterable[StatedChange]:
    for row in rows:
        of_last_year = row["kind"] == "change" and row["base"] == f"{row['subject']}.last"
        if not of_last_year or row["amount"] is None or not row["cells"]:
            continue
        decimals = len(row["printed"].partition(".")[2])
        yield StatedChange(
            row["claim"],
            tuple(
                (t["weight"], Key(t["dataset"], t["row"], t["column"]))
                for t in row["cells"]
                if t["side"] == "left"
            ),
            int(row["amount"] * 100),
            units.get(row["unit"], 100) // (2 * 10**decimals),
            row["sentence"],
            row["page"],
            Box(row["x0"], row["y0"], row["x1"], row["y1"]),
        )


def _fen(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else yuan(fen)
