"""Reads curated publications back, holds them against each other, and says what came of it as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jcfs_etl.across.judge import audit_across
from jcfs_etl.across.model import Across, CuratedFigure, CuratedPublication, StatedChange
from jcfs_etl.contracts.arrow import arrow_schema
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.manifest import Key, Partition
from jcfs_etl.curate.records import fields_of, findings_table, money_of
from jcfs_etl.errors import RunError
from jcfs_etl.places import Box
from jcfs_etl.places import Key as CellKey

if TYPE_CHECKING:
    from jcfs_etl.across.run import Neighbours

#: The published rows of a dataset of a unit and year; None where there are none.
Reader = Callable[[str, Key], pa.Table | None]


def compare(key: Key, neighbours: Neighbours, read: Reader, contracts: Contracts) -> Across:
    """Hold a published publication against its neighbours.

    Raises:
        RunError: files that the manifest names are not there.
    """

    def publication(at: Key) -> CuratedPublication:
        return _publication(neighbours.partition(at), read, contracts)

    last = neighbours.last(key)
    return audit_across(
        publication(key),
        publication(last) if last else None,
        {at[0]: publication(at) for at in neighbours.units(key)},
        [publication(at) for at in neighbours.sharing(key)],
        contracts,
    )


def across_tables(across: Across, source: str, contracts: Contracts) -> dict[str, pa.Table]:
    """Checks and findings in the shape of ``checks`` and ``findings``; they belong to the file ``source``."""
    amounts = ("reported", "computed", "residual", "tolerance")
    rows: list[dict[str, Any]] = [
        {
            **fields_of(check, "check", "statement", "relation", "verdict", "note"),
            **fields_of(check.key, "dataset", "row", "column"),
            "terms": [],
            **{name: money_of(getattr(check, name)) for name in amounts},
        }
        for check in across.checks
    ]
    return {
        "checks": pa.Table.from_pylist(rows, schema=arrow_schema(contracts, "checks")),
        "findings": findings_table(source, across.findings, contracts),
    }


def _publication(partition: Partition, read: Reader, contracts: Contracts) -> CuratedPublication:
    documents, cells = (read(d, partition.key) for d in ("documents", "cells"))
    if documents is None:
        raise RunError(
            f"{partition.unit} {partition.year}: files that the manifest names are not there",
            "run jcfs ingest --again",
        )
    record, claims = documents.to_pylist()[0], read("claims", partition.key)
    unit_name = record["money_unit"] or "元"
    units = contracts.publication.money_units
    half = 10 ** (2 - record["decimals"]) // 2 if record["decimals"] is not None else 0
    return CuratedPublication(
        unit=partition.unit,
        year=partition.year,
        source=partition.source,
        money_unit=(unit_name, units.get(unit_name, 100)),
        figures=dict(_figures([] if cells is None else cells.to_pylist(), half)),
        changes=tuple(_changes([] if claims is None else claims.to_pylist(), units)),
        unit_codes=frozenset(partition.unit_codes),
        members=tuple(m for m in partition.members if m != partition.unit),
    )


def _figures(rows: Sequence[Mapping[str, Any]], half: int) -> Iterable[tuple[CellKey, CuratedFigure]]:
    for row in rows:
        amount = _fen(row["amount"])
        if amount is None and row["printed"].strip():
            continue  # a count, or —— for what does not apply
        low, high = _fen(row["low"]), _fen(row["high"])
        middle = amount or 0
        yield (
            CellKey(row["dataset"], row["row"], row["column"]),
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
                (t["weight"], CellKey(t["dataset"], t["row"], t["column"]))
                for t in row["cells"]
                if t["side"] == "left"
            ),
            int(row["amount"] * 100),
            units.get(row["printed_unit"], 100) // (2 * 10**decimals),
            row["sentence"],
            row["page"],
            Box(row["x0"], row["y0"], row["x1"], row["y1"]),
        )


def _fen(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)
