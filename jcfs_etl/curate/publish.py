"""Publishes a processed document: replaces its own partitions and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from jcfs_etl.contracts.arrow import dataset_names
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.partitions import partition_folder, put, remove, to_parquet
from jcfs_etl.curate.records import DocumentRecord, documents_table, findings_table
from jcfs_etl.findings import Finding

#: The one file of a published partition.
PART = "part-0.parquet"


@dataclass(frozen=True)
class ProcessedDocument:
    """A document read and audited, ready to be published.

    Attributes:
        record: its row of ``documents``.
        findings: all findings.
        files: Parquet bytes by dataset, but for ``documents`` and ``findings``.
        pages: how many pages were read.
        checks: how often each verdict was reached.
        seconds: time that reading and auditing took.
    """

    record: DocumentRecord
    findings: tuple[Finding, ...]
    files: Mapping[str, bytes]
    checks: Mapping[str, int]
    seconds: float = 0.0


@dataclass(frozen=True)
class PublishedDocument:
    """What became of a document.

    Attributes:
        record: its row of ``documents``, as written.
        findings: its findings, as written.
        changed: files written or removed; 0 when everything stood there already.
    """

    record: DocumentRecord
    findings: tuple[Finding, ...]
    changed: int


def publish(
    document: ProcessedDocument, root: Path, contracts: Contracts, *, force: bool = False
) -> PublishedDocument:
    """Write a document's partitions, ``documents`` last.

    A file whose bytes could not be read leaves no record: there is nothing to know it by. A document
    that is not published leaves the published version of its unit and year alone; its
    rows of ``documents`` and ``findings`` are written beside, named after its source.

    Args:
        document: what to publish.
        root: the curated folder.
        contracts: the contracts, for the schemas.
        force: publish even where another file's publication of the same unit and year stands.

    Raises:
        RunError: the folder cannot be written.
    """
    record, findings = document.record, document.findings
    if not record.sha256:
        return PublishedDocument(record, findings, 0)
    if record.status == "published" and not force:
        conflict = _conflict(record, root)
        if conflict is not None:
            record = record.refused(conflict.message)
            findings = (*findings, conflict)
    folder = {d: partition_folder(root, d, record.unit, record.year) for d in dataset_names(contracts)}
    ours = {
        "findings": to_parquet(findings_table(record.source, findings, contracts)),
        "documents": to_parquet(documents_table(record, findings, contracts)),
    }
    beside = f"rejected-{_tag(record.source)}.parquet"
    if record.status != "published":
        changed = sum(put(folder[d] / beside, data) for d, data in ours.items())
        return PublishedDocument(record, findings, changed)
    changed = 0
    for dataset in dataset_names(contracts):
        data = document.files.get(dataset) or ours.get(dataset)
        if dataset == "documents":
            continue
        path = folder[dataset] / PART
        changed += put(path, data) if data is not None else remove(path)
    changed += put(folder["documents"] / PART, ours["documents"])
    for dataset in ours:
        # What was said of this file when it could not be published is no longer true.
        for unit, year in ((record.unit, record.year), (None, None)):
            changed += remove(partition_folder(root, dataset, unit, year) / beside)
    return PublishedDocument(record, findings, changed)


def read_documents(root: Path, contracts: Contracts) -> pa.Table:
    """All rows of ``documents`` with their unit and year, published or not.

    Returns:
        An empty table when nothing has been ingested yet.
    """
    return read_dataset(root, "documents", contracts)


def read_dataset(root: Path, dataset: str, contracts: Contracts) -> pa.Table:
    """A curated dataset with its partition columns ``unit`` and ``year``."""
    import pyarrow.dataset as ds

    from jcfs_etl.contracts.arrow import arrow_schema

    keys = pa.schema([("unit", pa.string()), ("year", pa.int32())])
    schema = pa.schema([*keys, *arrow_schema(contracts, dataset)])
    folder = root / dataset
    if not folder.is_dir():
        return schema.empty_table()
    source = ds.dataset(
        folder, format="parquet", partitioning=ds.partitioning(keys, flavor="hive"), schema=schema
    )
    return source.to_table()


def _conflict(record: DocumentRecord, root: Path) -> Finding | None:
    """Another publication of the same unit and year, from another file, that stands published."""
    path = partition_folder(root, "documents", record.unit, record.year) / PART
    if not path.exists():
        return None
    standing: Sequence[dict[str, str]] = pq.read_table(path).to_pylist()
    for other in standing:
        if other["sha256"] != record.sha256 and other["source"] != record.source:
            return Finding(
                "conflicting_publication",
                "error",
                "extraction",
                f"{other['source']} is published for {record.unit} {record.year} already and its bytes "
                "differ; remove one of the two files, or replace it with --force",
            )
    return None


def _tag(source: str) -> str:
    """A stable name part for a source, so that two refused files never share a place."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]
