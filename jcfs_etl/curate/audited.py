"""A document as it was read and audited, with what is written of it: its record and its datasets."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import jcfs_etl
from jcfs_etl.audit import Audit
from jcfs_etl.checkout import commit
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate.performance_records import performance_tables
from jcfs_etl.curate.prose_records import claims_table, sections_table
from jcfs_etl.curate.records import DocumentRecord, Status, cells_table, checks_table, findings_table
from jcfs_etl.findings import Finding
from jcfs_etl.interpret import Interpretation
from jcfs_etl.interpret.performance_model import Performance
from jcfs_etl.read import PdfDocument
from jcfs_etl.recognise import Publication
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
