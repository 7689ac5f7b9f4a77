"""Holds every publication against its neighbours where one of them changed."""

from __future__ import annotations

import io
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq

from jcfs_etl.across.model import Across
from jcfs_etl.across.neighbours import Neighbours
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.manifest import Key, Partition
from jcfs_etl.curate.partitions import file_key, to_parquet
from jcfs_etl.curate.root import CuratedRoot
from jcfs_etl.curate.store import Store

#: Name of the files with what came of a comparison, beside those of the publication.
BESIDE = "across.parquet"


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
    return None if data is None else pq.read_table(io.BytesIO(data))
