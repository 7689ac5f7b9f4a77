"""What a document gives for publishing, and what stands for one that could not be read at all."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

import jcfs_etl
from jcfs_etl.checkout import commit
from jcfs_etl.collect.provenance import origin_of
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate.audited import AuditedPublication
from jcfs_etl.curate.partitions import to_parquet
from jcfs_etl.curate.processed import ProcessedDocument
from jcfs_etl.curate.records import DocumentRecord
from jcfs_etl.disk import sha256_of
from jcfs_etl.findings import Finding


def processed_document(document: AuditedPublication, path: Path, began: float) -> ProcessedDocument:
    """A document with its datasets as Parquet; reading it ``began`` by :func:`time.perf_counter`."""
    files: dict[str, bytes] = {}
    stages = document.stages
    # A quarantined document whose unit and year are known may be accepted by a person.
    if document.record.unit and document.record.year and document.status != "declined":
        written = time.perf_counter()
        files = {d: to_parquet(t) for d, t in document.arrow_datasets.items()}
        stages = {**stages, "write": time.perf_counter() - written}
    return ProcessedDocument(
        _with_origin(document.record, path),
        document.all_findings,
        files,
        Counter(check.verdict for check in document.result.checks),
        time.perf_counter() - began,
        stages,
    )


def refused_document(
    path: Path, source: str, code: str, message: str, contracts: Contracts
) -> ProcessedDocument:
    """A document that could not be read at all, with the finding that says why.

    Args:
        path: the file; its bytes give the hash, which stays empty when they cannot be read.
        source: how the data names it.
        code: the finding's code.
        message: what is wrong and the remedy.
        contracts: the contracts in force.
    """
    sha256 = ""
    with suppress(OSError):
        if path.is_file():
            sha256 = sha256_of(path)
    record = DocumentRecord(
        unit=None,
        year=None,
        sha256=sha256,
        source=source,
        status="quarantined",
        reason=message,
        contract_version=contracts.version,
        extractor_version=jcfs_etl.__version__,
        extractor_commit=commit(),
    )
    finding = Finding(code, "error", "extraction", message)
    return ProcessedDocument(_with_origin(record, path), (finding,), {}, {})


def _with_origin(record: DocumentRecord, path: Path) -> DocumentRecord:
    """The record with where the file was collected from, if it was."""
    origin = origin_of(path, record.sha256)
    if origin is None:
        return record
    return replace(record, collected_from=origin.address, collected_at=origin.collected_at)
