"""What becomes of a partition or of a file's record: renamed, withdrawn, held back, in conflict."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pyarrow as pa
from msgspec.structs import replace

from jcfs_etl.curate.manifest import Partition, Seen
from jcfs_etl.curate.partitions import from_parquet, to_parquet
from jcfs_etl.curate.records import DocumentRecord
from jcfs_etl.curate.store import Store
from jcfs_etl.findings import Finding

#: Code of the finding that another file is published for the unit and year.
CONFLICT = "conflicting_publication"


def renamed(store: Store, keys: Iterable[str], old: str, new: str) -> dict[str, bytes]:
    """Files whose rows name their source, with the new one in the place of the old."""
    if old == new:
        return {}
    files = {}
    for key in keys:
        data = store.read(key)
        if data is None:
            continue
        table = from_parquet(data)
        at = table.schema.get_field_index("source")
        names = [new if name == old else name for name in table.column(at).to_pylist()]
        column = pa.array(names, table.schema.field(at).type)
        files[key] = to_parquet(table.set_column(at, table.schema.field(at), column))
    return files


def conflict_with(
    record: DocumentRecord, place: str, standing: Partition, absent: Collection[str]
) -> Finding | None:
    """Another publication of the same unit and year, from another file that is still there."""
    other = standing.place not in (place, record.source) and standing.place not in absent
    if standing.withdrawn or standing.sha256 == record.sha256 or not other:
        return None
    return Finding(
        CONFLICT,
        "error",
        "extraction",
        values={"source": standing.source, "unit": record.unit or "", "year": record.year or ""},
    )


def held_back(seen: Seen, restored: int | None) -> Seen:
    """A file that is not published again because a person brought an older version back."""
    reason = f"version {restored} was brought back by jcfs rollback; --force publishes this file again"
    return replace(seen, status="rolled_back", reason=reason, files=())


def withdrawn(partition: Partition) -> Partition:
    """A partition of which nothing is published any more."""
    return replace(
        partition, version=partition.version + 1, files={}, withdrawn=True, held="", further_basis=""
    )
