"""Holds every publication against its neighbours where one of them changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import partial

import pyarrow as pa

from jcfs_etl.across.model import Across
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.manifest import Key, Partition
from jcfs_etl.curate.partitions import PART, file_key, from_parquet, to_parquet
from jcfs_etl.curate.root import CuratedRoot
from jcfs_etl.curate.store import Store

#: Name of the files with what came of a comparison, beside those of the publication.
BESIDE = "across.parquet"
#: Datasets that a comparison reads.
_COMPARED = ("documents", "cells", "claims")


class Neighbours:
    """Everything published, by what publications are held against each other by."""

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

    Returns:
        The publications that were compared, with what came of it.

    Raises:
        RunError: the root cannot be written.
    """
    published = root.manifest.published()
    neighbours = Neighbours(published)
    compared = []
    for partition in published:
        basis = neighbours.basis(partition.key, version)
        if basis == partition.further_basis:
            continue
        if not basis:
            root.attach(partition.key, BESIDE, {}, "")
            continue
        # Brings pandas, which a run with nothing to compare must not wait for.
        from jcfs_etl.across.read_back import across_tables, compare

        across = compare(partition.key, neighbours, partial(_read, root.store), contracts)
        tables = across_tables(across, partition.source, contracts)
        files = {dataset: to_parquet(table) for dataset, table in tables.items() if table.num_rows}
        root.attach(partition.key, BESIDE, files, basis)
        compared.append((partition, across))
    return compared


def _read(store: Store, dataset: str, key: Key) -> pa.Table | None:
    data = store.read(file_key(dataset, *key))
    return None if data is None else from_parquet(data)
