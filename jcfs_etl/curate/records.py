"""Cells, checks, findings and documents as Arrow tables in the shape that the contracts promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
from msgspec import Struct, field
from msgspec.structs import replace

from jcfs_etl.contracts.arrow import arrow_schema
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.partitions import to_parquet
from jcfs_etl.findings import SEVERITIES, Finding, Suspect
from jcfs_etl.money import yuan
from jcfs_etl.places import Box, Key
from jcfs_etl.recognise.model import Fact, Publication, TokenAccount
from jcfs_etl.wording import worded

if TYPE_CHECKING:
    # Brings pandas and pandera, which a run with nothing to process must not wait for.
    from jcfs_etl.audit.linear import Interval
    from jcfs_etl.audit.model import Check

Status = Literal["published", "quarantined", "declined"]


class DocumentRecord(Struct, frozen=True):
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
    publication: Publication, contracts: Contracts, intervals: Mapping[Key, Interval]
) -> pa.Table:
    """Provenance of every figure of a publication's filled tables, in printed order.

    Each true amount lies in its interval in 分, as the audit tightened it.
    """
    facts: list[Fact] = []
    labels: list[str] = []
    for table in publication.filled:
        named = {row.row: row.label for row in table.rows}
        facts += table.cells
        labels += [named[fact.key.row] for fact in table.cells]
    bounds = [None if fact.amount is None else intervals.get(fact.key) for fact in facts]
    # Column by column: a publication has some hundred cells, and a dictionary for each takes twice as long.
    columns: dict[str, Sequence[Any]] = {
        "dataset": [fact.key.dataset for fact in facts],
        "row": [fact.key.row for fact in facts],
        "column": [fact.key.column for fact in facts],
        "label": labels,
        "printed": [fact.printed for fact in facts],
        "amount": [money_of(fact.amount) for fact in facts],
        "low": [None if of is None else money_of(of.low) for of in bounds],
        "high": [None if of is None else money_of(of.high) for of in bounds],
        "page": [fact.page for fact in facts],
        "x0": [round(fact.box.x0, 2) for fact in facts],
        "y0": [round(fact.box.y0, 2) for fact in facts],
        "x1": [round(fact.box.x1, 2) for fact in facts],
        "y1": [round(fact.box.y1, 2) for fact in facts],
        "source": [fact.source for fact in facts],
        "confidence": [fact.confidence for fact in facts],
        "named_by": [fact.named_by for fact in facts],
    }
    schema = arrow_schema(contracts, "cells")
    return pa.Table.from_arrays([pa.array(columns[f.name], f.type) for f in schema], schema=schema)


def checks_table(checks: Sequence[Check], publication: Publication, contracts: Contracts) -> pa.Table:
    """Every identity tried on a publication, in the order of the audit."""
    pages = {f.key: f.page for table in publication.tables.values() for f in table.facts}
    rows = []
    for check in checks:
        key, equation = check.key, check.equation
        # Counts are shown in the same columns, a piece as 1.00.
        scale = 100 if key is not None and (key.dataset, key.column) in contracts.counts else 1
        sides = (("left", equation.left), ("right", equation.right)) if equation else ()
        amounts = ("reported", "computed", "residual", "tolerance")
        rows.append(
            {
                **fields_of(check, "check", "statement", "verdict", "note"),
                **fields_of(key, "dataset", "row", "column"),
                "relation": equation.relation if equation else "=",
                "terms": [
                    term_of(side, term.weight, term.key, money_of(term.value, scale), pages.get(term.key))
                    for side, terms in sides
                    for term in terms
                ],
                **{name: money_of(getattr(check, name), scale) for name in amounts},
            }
        )
    return pa.Table.from_pylist(rows, schema=arrow_schema(contracts, "checks"))


def findings_table(source: str, findings: Sequence[Finding], contracts: Contracts) -> pa.Table:
    """A document's findings, worst first, otherwise in the order in which they were made."""
    place = ("dataset", "row", "column", "page")
    rows = [
        {
            "source": source,
            **fields_of(f, "code", "severity", "origin", "message", "message_zh", *place, "check"),
            **edges_of(f.box),
            "reported": money_of(f.reported),
            **_implied(f),
            "suspects": [
                fields_of(s, "rank", "printed", *place, "reason", "reason_zh") | _implied(s)
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


def _implied(of: Finding | Suspect) -> dict[str, Any]:
    return {"implied_low": money_of(of.implied_low), "implied_high": money_of(of.implied_high)}


def money_of(fen: int | None, scale: int = 1) -> Decimal | None:
    """分 as 元, and null as null; counts are pieces, a piece as 1.00 by a scale of 100."""
    return None if fen is None else yuan(fen * scale)


def fields_of(of: object, *names: str) -> dict[str, Any]:
    """Columns that are called what they are; null where there is nothing that has them."""
    return {name: None if of is None else getattr(of, name) for name in names}


def term_of(
    side: str, weight: int, key: Key | None, amount: Decimal | None, page: int | None
) -> dict[str, Any]:
    """A figure that a check or a claim is about, on the side where it stands."""
    figure = fields_of(key, "dataset", "row", "column")
    return {"side": side, "weight": weight, **figure, "amount": amount, "page": page}


def edges_of(box: Box | None) -> dict[str, float | None]:
    """The columns of a box; null where there is none."""
    return {name: None if box is None else round(getattr(box, name), 2) for name in Box._fields}


def report_files(
    record: DocumentRecord, findings: Sequence[Finding], contracts: Contracts
) -> dict[str, bytes]:
    """The Parquet files of ``findings`` and ``documents``, the one that speaks for all others last."""
    return {
        "findings": to_parquet(findings_table(record.source, findings, contracts)),
        "documents": to_parquet(documents_table(record, findings, contracts)),
    }
