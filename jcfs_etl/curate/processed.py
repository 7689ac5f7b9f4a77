"""A document on its way into the curated data, and what became of it there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct, field

from jcfs_etl.curate.aside import Files
from jcfs_etl.curate.manifest import Seen, SeenStatus
from jcfs_etl.curate.records import DocumentRecord
from jcfs_etl.findings import Finding


class ProcessedDocument(Struct, frozen=True):
    """A document read and audited, ready to be published.

    Attributes:
        record: its row of ``documents``.
        findings: all findings.
        files: Parquet files by dataset, but for ``documents`` and ``findings``: their bytes, or where a
            worker has put them aside; of a document that is quarantined, what would be published if a
            person accepted it.
        checks: how often each verdict was reached.
        seconds: time that reading and auditing took.
        stages: seconds by stage.
        reports: ``documents`` and ``findings`` as they are where it is published as it was processed; made
            when it is published, unless a worker has put them aside.
    """

    record: DocumentRecord
    findings: tuple[Finding, ...]
    files: Files
    checks: Mapping[str, int]
    seconds: float = 0.0
    stages: Mapping[str, float] = field(default_factory=dict)
    reports: Files = field(default_factory=dict)


class PublishedDocument(Struct, frozen=True):
    """What became of a document.

    Attributes:
        record: its row of ``documents``, as written.
        findings: its findings, as written.
        changed: files written or removed; 0 when everything stood there already.
        seen: what the manifest says of its file.
        seconds: time that reading and auditing took.
        stages: seconds by stage.
    """

    record: DocumentRecord
    findings: tuple[Finding, ...]
    changed: int
    seen: Seen
    seconds: float = 0.0
    stages: Mapping[str, float] = field(default_factory=dict)


def seen_document(
    document: ProcessedDocument,
    record: DocumentRecord,
    findings: tuple[Finding, ...],
    place: str,
    basis: str,
    limits: str,
) -> Seen:
    """What the manifest notes of a document, with its record and findings as they were decided on."""
    status: SeenStatus = record.status
    tables = {"found": record.tables_found, "empty": record.tables_empty, "missing": record.tables_missing}
    return Seen(
        place=place,
        source=record.source,
        sha256=record.sha256,
        basis=basis,
        limits=limits,
        status=status,
        unit=record.unit,
        year=record.year,
        reason=record.reason,
        codes=tuple(dict.fromkeys(f.code for f in findings if f.blocks)),
        pages=record.page_count,
        tables={name: len(of) for name, of in tables.items() if of},
        checks={v: document.checks[v] for v in sorted(document.checks) if document.checks[v]},
        findings=dict(sorted(Counter(f.severity for f in findings).items())),
    )
