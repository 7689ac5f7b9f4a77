"""Cells, checks, findings and documents as Arrow tables in the shape that the contracts promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from jcfs_etl.contracts.arrow import arrow_schema
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.partitions import to_parquet
from jcfs_etl.findings import SEVERITIES, Finding
from jcfs_etl.money import yuan
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Publication, TokenAccount
from jcfs_etl.wording import worded

if TYPE_CHECKING:
    # Brings pandas and pandera, which a run with nothing to process must not wait for.
    from jcfs_etl.audit.linear import Interval
    from jcfs_etl.audit.model import Check

Status = Literal["published", "quarantined", "declined"]


@dataclass(frozen=True)
class DocumentRecord:
    """A row of ``documents``: one PDF of one unit and year, published or not.

    ``unit`` and ``year`` name the partition and are not stored in the file; None where the document
    does not say. The other fields are the columns of the dataset.
    """

    unit: str | None
    year: int | None
    sha256: str
    source: str
    status: Status
    reason: str | None = None
    title: str | None = None
    scope: str | None = None
    money_unit: str | None = None
    decimals: int | None = None
    page_count: int = 0
    producer: str | None = None
    collected_from: str | None = None
    collected_at: str | None = None
    tables_found: tuple[str, ...] = ()
    tables_empty: tuple[str, ...] = ()
    tables_missing: tuple[str, ...] = ()
    tables_unknown: tuple[str, ...] = ()
    tokens: TokenAccount = field(default_factory=TokenAccount)
    members: tuple[str, ...] = ()
    unit_codes: tuple[str, ...] = ()
    consistency: str | None = None
    claims_understood: int = 0
    claims_unread: int = 0
    contract_version: str = ""
    extractor_version: str = ""
    extractor_commit: str | None = None
    basis: str = ""
    accepted_by: str | None = None
    accepted_reason: str | None = None

    @property
    def unit_name(self) -> str | None:
        """The unit in full, also where its partition's name had to be shortened."""
        return self.unit

    def refused(self, reason: str) -> DocumentRecord:
        """The same document, quarantined for a reason."""
        return replace(self, status="quarantined", reason=reason)


def cells_table(
    publication: Publication, contracts: Contracts, intervals: Mapping[Key, Interval] | None = None
) -> pa.Table:
    """Provenance of every figure of a publication's filled tables, in printed order.

    Args:
        publication: as recognised.
        contracts: for the schema.
        intervals: the interval in 分 that each true amount lies in, as the audit tightened it.
    """
    true = intervals or {}
    rows = []
    for table in publication.filled:
        labels = {row.row: row.label for row in table.rows}
        for fact in table.cells:
            rows.append(
                {
                    "dataset": fact.key.dataset,
                    "row": fact.key.row,
                    "column": fact.key.column,
                    "label": labels[fact.key.row],
                    "printed": fact.printed,
                    "amount": _money(fact.amount),
                    "page": fact.page,
                    "x0": round(fact.box.x0, 2),
                    "y0": round(fact.box.y0, 2),
                    "x1": round(fact.box.x1, 2),
                    "y1": round(fact.box.y1, 2),
                    "source": fact.source,
                    "confidence": fact.confidence,
                    "named_by": fact.named_by,
                    "low": _money(true[fact.key].low)
                    if fact.amount is not None and fact.key in true
                    else None,
                    "high": _money(true[fact.key].high)
                    if fact.amount is not None and fact.key in true
                    else None,
                }
            )
    return pa.Table.from_pylist(rows, schema=arrow_schema(contracts, "cells"))


def checks_table(checks: Sequence[Check], publication: Publication, contracts: Contracts) -> pa.Table:
    """Every identity tried on a publication, in the order of the audit."""
    pages = {f.key: f.page for table in publication.tables.values() for f in table.facts}
    from jcfs_etl.audit.model import count_columns

    counts = count_columns(contracts)
    rows = []
    for check in checks:
        key, equation = check.key, check.equation
        count = key is not None and (key.dataset, key.column) in counts
        # Counts are shown in the same columns, a piece as 1.00.
        scale = 100 if count else 1
        terms = (
            [
                {
                    "side": side,
                    "weight": term.weight,
                    "dataset": term.key.dataset,
                    "row": term.key.row,
                    "column": term.key.column,
                    "amount": _money(None if term.value is None else term.value * scale),
                    "page": pages.get(term.key),
                }
                for side, part in (("left", equation.left), ("right", equation.right))
                for term in part
            ]
            if equation
            else []
        )
        rows.append(
            {
                "check": check.check,
                "statement": check.statement,
                "dataset": key.dataset if key else None,
                "row": key.row if key else None,
                "column": key.column if key else None,
                "relation": equation.relation if equation else "=",
                "terms": terms,
                **{
                    name: _money(None if value is None else value * scale)
                    for name, value in (
                        ("reported", check.reported),
                        ("computed", check.computed),
                        ("residual", check.residual),
                        ("tolerance", check.tolerance),
                    )
                },
                "verdict": check.verdict,
                "note": check.note,
            }
        )
    return pa.Table.from_pylist(rows, schema=arrow_schema(contracts, "checks"))


def findings_table(source: str, findings: Sequence[Finding], contracts: Contracts) -> pa.Table:
    """A document's findings, worst first, otherwise in the order in which they were made."""
    rows = [
        {
            "source": source,
            "code": f.code,
            "severity": f.severity,
            "origin": f.origin,
            "message": f.message,
            "message_zh": f.message_zh,
            "dataset": f.dataset,
            "row": f.row,
            "column": f.column,
            "page": f.page,
            **{
                name: None if f.box is None else round(getattr(f.box, name), 2)
                for name in ("x0", "y0", "x1", "y1")
            },
            "check": f.check,
            "reported": _money(f.reported),
            "implied_low": _money(f.implied_low),
            "implied_high": _money(f.implied_high),
            "suspects": [
                {
                    "rank": s.rank,
                    "dataset": s.dataset,
                    "row": s.row,
                    "column": s.column,
                    "printed": s.printed,
                    "page": s.page,
                    "implied_low": _money(s.implied_low),
                    "implied_high": _money(s.implied_high),
                    "reason": s.reason,
                    "reason_zh": s.reason_zh,
                }
                for s in f.suspects
            ],
        }
        for f in sorted(worded(findings, contracts), key=lambda f: SEVERITIES.index(f.severity))
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema(contracts, "findings"))


def documents_table(record: DocumentRecord, findings: Sequence[Finding], contracts: Contracts) -> pa.Table:
    """The one row of ``documents`` for a document."""
    counts = Counter(f.severity for f in findings)
    schema = arrow_schema(contracts, "documents")
    row: dict[str, Any] = {f"findings_{s}": counts[s] for s in SEVERITIES}
    for name in schema.names:
        if name.startswith("tokens_"):
            row[name] = getattr(record.tokens, name.removeprefix("tokens_"))
        elif name not in row:
            value = getattr(record, name)
            row[name] = list(value) if isinstance(value, tuple) else value
    return pa.Table.from_pylist([row], schema=schema)


def _money(fen: int | None) -> Any:
    return None if fen is None else yuan(fen)


def report_files(
    record: DocumentRecord, findings: Sequence[Finding], contracts: Contracts
) -> dict[str, bytes]:
    """The Parquet files of ``findings`` and ``documents``, the one that speaks for all others last."""
    return {
        "findings": to_parquet(findings_table(record.source, findings, contracts)),
        "documents": to_parquet(documents_table(record, findings, contracts)),
    }
