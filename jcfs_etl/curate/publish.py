"""Publishing one document into a folder, and reading curated data back."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.processed import ProcessedDocument, PublishedDocument
from jcfs_etl.curate.root import CuratedRoot
from jcfs_etl.curate.stores import open_store


def publish(
    document: ProcessedDocument, root: Path | str, contracts: Contracts, *, force: bool = False
) -> PublishedDocument:
    """Publish a document by itself; many are published faster through one :class:`CuratedRoot`.

    Args:
        document: what to publish; its source tells it from others.
        root: the curated folder or URL.
        contracts: the contracts, for the schemas.
        force: publish even where another file's publication of the same unit and year stands.

    Raises:
        RunError: the root cannot be written, or another run writes to it.
    """
    with CuratedRoot(open_store(root), contracts) as curated:
        return curated.publish(document, force=force)


def read_dataset(root: Path | str, dataset: str, contracts: Contracts) -> pa.Table:
    """A curated dataset with its partition columns ``unit`` and ``year``; without rows where it has none."""
    import pyarrow.dataset as ds

    from jcfs_etl.contracts.arrow import arrow_schema

    keys = pa.schema([("unit", pa.string()), ("year", pa.int32())])
    schema = pa.schema([*keys, *arrow_schema(contracts, dataset)])
    found = open_store(root).dataset(dataset)
    if found is None:
        return schema.empty_table()
    path, files = found
    source = ds.dataset(
        path,
        filesystem=files,
        format="parquet",
        partitioning=ds.partitioning(keys, flavor="hive"),
        schema=schema,
    )
    return source.to_table()
