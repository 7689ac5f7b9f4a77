"""Reads curated publications back, to hold them against each other, and says what came of it as tables."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jcfs_etl.audit.across import Across, CuratedFigure, CuratedPublication, StatedChange, audit_across
from jcfs_etl.contracts.arrow import arrow_schema
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.manifest import Key, Partition
from jcfs_etl.curate.partitions import PART, file_key, to_parquet
from jcfs_etl.curate.records import findings_table
from jcfs_etl.curate.root import CuratedRoot
from jcfs_etl.errors import RunError
from jcfs_etl.money import yuan
from jcfs_etl.read.model import Box
from jcfs_etl.recognise.model import Key as CellKey

#: Name of the files with what came of a comparison, beside those of the publication.
BESIDE = "across.parquet"
#: Datasets that a comparison reads.
_COMPARED = ("documents", "cells", "claims")

#: The published rows of a dataset of a unit and year; None where there are none.
Reader = Callable[[str, Key], pa.Table | None]


class Neighbours:
    """Everything published, by what publications are held against each other by.

    Args:
        partitions: what is published.
    """

    def __init__(self, partitions: Iterable[Partition]) -> None:
        self._at = {p.key: p for p in partitions}
        self._by_code: dict[str, list[Key]] = {}
        for key, partition in sorted(self._at.items()):
            for code in partition.unit_codes:
                self._by_code.setdefault(code, []).append(key)

    def last(self, key: Key) -> Key | None:
        """The same unit's publication of the year before."""
        before = (key[0], key[1] - 1)
        return before if before in self._at else None

    def units(self, key: Key) -> list[Key]:
        """Publications of the same year of the units that a department lists."""
        keys = [(name, key[1]) for name in self._at[key].members if name != key[0]]
        return [k for k in keys if k in self._at]

    def sharing(self, key: Key) -> list[Key]:
        """Other units' publications that give them the same code."""
        others = {k for code in self._at[key].unit_codes for k in self._by_code[code] if k[0] != key[0]}
        return sorted(others)

    def basis(self, key: Key, version: str) -> str:
        """What a comparison depends on; empty where there is nothing to compare with.

        Args:
            key: unit and year.
            version: what else it depends on, such as the contracts.
        """
        last = self.last(key)
        others = [*([last] if last else []), *self.units(key), *self.sharing(key)]
        if not others:
            return ""
        digest = hashlib.sha256(version.encode())
        for other in [key, *others]:
            files = self._at[other].files
            for name in sorted(k for k in files if k.split("/")[0] in _COMPARED and k.endswith(PART)):
                digest.update(f"{name}\0{files[name]}\0".encode())
        return digest.hexdigest()[:16]

    def partition(self, key: Key) -> Partition:
        """What is published at a place."""
        return self._at[key]


def compare_published(
    root: CuratedRoot, version: str, contracts: Contracts
) -> list[tuple[Partition, Across]]:
    """Hold every publication against its neighbours where one of them changed.

    What comes of it stands beside the publication's checks and findings, and goes when it changes.

    Args:
        root: the curated root.
        version: what a comparison depends on beside the data.
        contracts: contracts/across.yaml names the identities.

    Returns:
        The publications that were compared, with what came of it.

    Raises:
        RunError: the root cannot be written.
    """
    published = root.manifest.published()
    neighbours = Neighbours(published)

    def read(dataset: str, key: Key) -> pa.Table | None:
        data = root.store.read(file_key(dataset, *key))
        return None if data is None else pq.read_table(io.BytesIO(data))

    compared = []
    for partition in published:
        basis = neighbours.basis(partition.key, version)
        if basis == partition.further_basis:
            continue
        across = compare(partition.key, neighbours, read, contracts) if basis else Across()
        tables = across_tables(across, partition.source, contracts)
        files = {dataset: to_parquet(table) for dataset, table in tables.items() if table.num_rows}
        root.attach(partition.key, BESIDE, files, basis)
        if basis:
            compared.append((partition, across))
    return compared


def compare(key: Key, neighbours: Neighbours, read: Reader, contracts: Contracts) -> Across:
    """Hold a published publication against its neighbours.

    Args:
        key: unit and year.
        neighbours: everything published.
        read: the published rows of a dataset.
        contracts: the contracts.

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


def _publication(partition: Partition, read: Reader, contracts: Contracts) -> CuratedPublication:
    documents, cells = (read(d, partition.key) for d in ("documents", "cells"))
    if documents is None or cells is None:
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
        figures=dict(_figures(cells.to_pylist(), half)),
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


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else yuan(fen)
