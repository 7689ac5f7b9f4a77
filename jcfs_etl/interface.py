"""The way in from Python: one PDF, read, recognised and audited."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import jcfs_etl
from jcfs_etl.audit import Audit, audit
from jcfs_etl.audit.suspicion import ReadAgain
from jcfs_etl.checkout import commit
from jcfs_etl.collect.provenance import origin_of
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.curate.partitions import to_parquet
from jcfs_etl.curate.performance_records import performance_tables
from jcfs_etl.curate.processed import ProcessedDocument
from jcfs_etl.curate.prose_records import claims_table, sections_table
from jcfs_etl.curate.records import (
    DocumentRecord,
    Status,
    cells_table,
    checks_table,
    findings_table,
)
from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.findings import Finding
from jcfs_etl.interpret import Interpretation, interpret
from jcfs_etl.interpret.performance_model import Performance
from jcfs_etl.read import PdfDocument, read_pdf
from jcfs_etl.read.second import SecondReading
from jcfs_etl.recognise import Publication, recognise
from jcfs_etl.recognise.aligned import with_aligned_grids
from jcfs_etl.recognise.frames import table_to_arrow, to_frame
from jcfs_etl.wording import worded

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True, repr=False)
class AuditedPublication:
    """A document with its tables, checks and findings.

    Attributes:
        source: the file's name.
        pdf: its pages as read.
        publication: what was recognised.
        interpretation: what it says beside its tables.
        result: what the audit says.
        contracts: the contracts that it was read by.
        stages: seconds that each stage took.
    """

    source: str
    pdf: PdfDocument
    publication: Publication
    interpretation: Interpretation
    result: Audit
    contracts: Contracts
    stages: dict[str, float] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        counts = f"tables={len(self.publication.tables)}, findings={len(self.all_findings)}"
        return (
            f"AuditedPublication({self.source!r}, unit={self.unit!r}, year={self.year}, "
            f"status={self.status!r}, {counts})"
        )

    @property
    def unit(self) -> str | None:
        """The unit's official name as printed."""
        return self.publication.unit

    @property
    def year(self) -> int | None:
        """The fiscal year."""
        return self.publication.year

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Findings of recognition, interpretation and audit."""
        found = self.publication.findings + self.interpretation.findings + self.result.findings
        return worded(found, self.contracts)

    @property
    def performance(self) -> Performance:
        """The self-evaluation forms."""
        return self.interpretation.performance

    @property
    def status(self) -> Status:
        """``published`` when it can be published for certain, else ``quarantined`` or ``declined``."""
        if self.publication.declined is not None:
            return "declined"
        return "quarantined" if any(f.blocks for f in self.all_findings) else "published"

    @property
    def reason(self) -> str | None:
        """Why it cannot be published; None when it can."""
        if self.publication.declined is not None:
            return f"This is {self.publication.declined.reason}."
        blocking = [f.message for f in self.all_findings if f.blocks]
        if not blocking:
            return None
        more = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
        return blocking[0] + more

    @cached_property
    def arrow_tables(self) -> dict[str, pa.Table]:
        """The tables of the form by dataset; one declared empty has no rows."""
        tables = {}
        for dataset, table in self.publication.tables.items():
            arrow = table_to_arrow(table, self.contracts)
            tables[dataset] = arrow if table.state == "filled" else arrow.slice(0, 0)
        return tables

    @cached_property
    def arrow_datasets(self) -> dict[str, pa.Table]:
        """Every dataset that this document fills, but for ``findings`` and ``documents``."""
        publication, contracts = self.publication, self.contracts
        said = {
            "claims": claims_table(self.result.claims, publication, contracts),
            "sections": sections_table(self.interpretation.narrative.sections, contracts),
            **performance_tables(self.performance, contracts),
        }
        return {
            **self.arrow_tables,
            **{dataset: table for dataset, table in said.items() if table.num_rows},
            "cells": cells_table(publication, contracts, self.result.intervals),
            "checks": checks_table(self.result.checks, publication, contracts),
        }

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the form by dataset, amounts in 元 as exact decimals."""
        return {dataset: to_frame(table) for dataset, table in self.arrow_tables.items()}

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Provenance of every figure: text as printed, page and box."""
        return to_frame(self.arrow_datasets["cells"])

    @cached_property
    def checks(self) -> pd.DataFrame:
        """Every identity tried, with its verdict."""
        return to_frame(self.arrow_datasets["checks"])

    @cached_property
    def claims(self) -> pd.DataFrame:
        """Every statement of the narrative, with its verdict."""
        return to_frame(claims_table(self.result.claims, self.publication, self.contracts))

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What a person should know, worst first."""
        return to_frame(findings_table(self.source, self.all_findings, self.contracts))

    @property
    def record(self) -> DocumentRecord:
        """Its row of ``documents``."""
        publication = self.publication
        # What is not a unit's final accounts belongs to no unit and year.
        known = publication.declined is None
        return DocumentRecord(
            unit=publication.unit if known else None,
            year=publication.year if known else None,
            sha256=self.pdf.sha256,
            source=self.source,
            status=self.status,
            reason=self.reason,
            title=publication.title,
            scope=publication.scope,
            money_unit=publication.money_unit,
            decimals=publication.decimals,
            page_count=len(self.pdf.pages),
            producer=self.pdf.producer or None,
            tables_found=tuple(t.dataset for t in publication.filled),
            tables_empty=tuple(t.dataset for t in publication.tables.values() if t.state == "empty"),
            tables_missing=publication.missing,
            tables_unknown=tuple(u.description for u in publication.unknown),
            tokens=publication.account,
            members=tuple(m.name for m in self.interpretation.members if m.publishes),
            unit_codes=self.interpretation.unit_codes,
            consistency=self.result.consistency,
            claims_understood=self.interpretation.narrative.figures
            - len(self.interpretation.narrative.unread),
            claims_unread=len(self.interpretation.narrative.unread),
            contract_version=self.contracts.version,
            extractor_version=jcfs_etl.__version__,
            extractor_commit=commit(),
        )


def read_publication(
    path: Path | str,
    *,
    password: str = "",
    contracts: Contracts | None = None,
    source: str | None = None,
) -> AuditedPublication:
    """Read one PDF and audit it; nothing is written.

    Args:
        path: the PDF.
        password: opens an encrypted file.
        contracts: by default those of :func:`jcfs_etl.contracts.load_contracts`.
        source: how the data names the file; by default its name.

    Returns:
        The document with its tables as DataFrames, its checks and findings.

    Raises:
        UnreadableDocumentError: the file cannot be read as a PDF for certain.
        ContractError: the contracts are wrong.

    Example:
        >>> publication = read_publication("决算.pdf")  # doctest: +SKIP
        >>> publication.tables["expenditure"][["code", "total"]]  # doctest: +SKIP
    """
    contracts = contracts or load_contracts()
    stages: dict[str, float] = {}
    with _timed(stages, "read"):
        pdf = read_pdf(path, password)
    with _timed(stages, "recognise"):
        pdf = with_aligned_grids(pdf, contracts)
        recognised = recognise(pdf, contracts)
    with _timed(stages, "interpret"):
        publication, interpretation = interpret(pdf, recognised, contracts)
    with _timed(stages, "audit"), SecondReading(path, password) as second:
        result = audit(publication, contracts, interpretation, second.texts, _looks(pdf, path, password))
    name = source or Path(path).name
    return AuditedPublication(name, pdf, publication, interpretation, result, contracts, stages)


def _looks(pdf: PdfDocument, path: Path | str, password: str) -> ReadAgain | None:
    if all(page.source == "text" for page in pdf.pages):
        return None
    # Imported late: it brings OpenCV.
    from jcfs_etl.read.looks import Looks

    return Looks(path, password).texts


@contextmanager
def _timed(stages: dict[str, float], stage: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    stages[stage] = time.perf_counter() - began


def process_document(
    path: Path | str, source: str, *, password: str = "", contracts: Contracts | None = None
) -> ProcessedDocument:
    """Read and audit one PDF for publishing; a file that cannot be read gives a record that says so.

    Args:
        path: the PDF.
        source: how the data names the file.
        password: opens an encrypted file.
        contracts: by default those that come with the package.
    """
    contracts = contracts or load_contracts()
    began = time.perf_counter()
    try:
        document = read_publication(path, password=password, contracts=contracts, source=source)
    except UnreadableDocumentError as error:
        return _unreadable(Path(path), source, error, contracts)
    files: dict[str, bytes] = {}
    # A quarantined document whose unit and year are known may be accepted by a person.
    if document.record.unit and document.record.year and document.status != "declined":
        with _timed(document.stages, "write"):
            files = {d: to_parquet(t) for d, t in document.arrow_datasets.items()}
    return ProcessedDocument(
        _with_origin(document.record, Path(path)),
        document.all_findings,
        files,
        Counter(check.verdict for check in document.result.checks),
        time.perf_counter() - began,
        document.stages,
    )


def _unreadable(
    path: Path, source: str, error: UnreadableDocumentError, contracts: Contracts
) -> ProcessedDocument:
    return refused_document(path, source, error.reason, str(error), contracts)


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
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
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
    return ProcessedDocument(
        _with_origin(record, path),
        (Finding(code, "error", "extraction", message),),
        {},
        {},
    )


def _with_origin(record: DocumentRecord, path: Path) -> DocumentRecord:
    """The record with where the file was collected from, if it was."""
    origin = origin_of(path, record.sha256)
    if origin is None:
        return record
    return replace(record, collected_from=origin.address, collected_at=origin.collected_at)
