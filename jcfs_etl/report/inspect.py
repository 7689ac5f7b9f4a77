"""One PDF inspected: what was recognised, page by page, and the verdict, as plain values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from jcfs_etl.findings import SEVERITIES, Finding, Suspect
from jcfs_etl.money import yuan
from jcfs_etl.wording import worded

if TYPE_CHECKING:
    from jcfs_etl.interface import AuditedPublication


_OF_PUBLICATION = ("unit", "year", "scope", "title", "money_unit", "decimals")


def inspect_document(document: AuditedPublication) -> dict[str, Any]:
    """Everything that ``jcfs inspect`` says, ready for JSON. Amounts are strings in 元."""
    publication = document.publication
    checks = Counter(c.verdict for c in document.result.checks)
    claims = Counter(c.verdict for c in document.result.claims)
    record = document.record
    verdict = {
        "published": "can be published",
        "quarantined": f"would be quarantined: {document.reason}",
        "declined": f"declined: {document.reason}",
    }[document.status]
    return {
        "source": document.source,
        "sha256": record.sha256,
        **{name: getattr(publication, name) for name in _OF_PUBLICATION},
        "page_count": record.page_count,
        "producer": record.producer,
        "status": document.status,
        "verdict": verdict,
        "reason": document.reason,
        "tables_found": list(record.tables_found),
        "tables_empty": list(record.tables_empty),
        "tables_missing": list(record.tables_missing),
        "checks": dict(checks),
        "claims": dict(claims),
        "claims_unread": record.claims_unread,
        "consistency": record.consistency,
        "performance_forms": len(document.performance.forms),
        "pages": [_page(document, page.number) for page in document.pdf.pages],
        "findings": [
            _finding(f)
            for f in sorted(
                worded(document.all_findings, document.contracts), key=lambda f: SEVERITIES.index(f.severity)
            )
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    said = ("code", "severity", "origin", "message", "message_zh", "dataset", "row", "column", "page")
    return {
        **{name: getattr(finding, name) for name in said},
        "reported": _yuan(finding.reported),
        **_implied(finding),
        "suspects": [asdict(s) | _implied(s) for s in finding.suspects],
    }


def _implied(of: Finding | Suspect) -> dict[str, str | None]:
    return {"implied_low": _yuan(of.implied_low), "implied_high": _yuan(of.implied_high)}


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else str(yuan(fen))


def _page(document: AuditedPublication, number: int) -> dict[str, Any]:
    page = document.pdf.pages[number - 1]
    tables = []
    for table in document.publication.tables.values():
        if number in table.pages:
            facts = [f for f in table.cells if f.page == number]
            tables.append(
                {
                    "dataset": table.dataset,
                    "title": table.title + ("" if number == table.pages[0] else " (continued)"),
                    "rows": len({f.key.row for f in facts}),
                    "figures": sum(f.value is not None for f in facts),
                    "state": "declared empty" if table.declared_empty else table.state,
                }
            )
    kind = "text"
    if page.is_picture:
        kind = "picture without a text layer"
    elif number in {n for form in document.performance.forms for n in form.pages}:
        kind = "self-evaluation form (绩效自评表)"
    elif page.grids and number in {u.page for u in document.publication.unknown}:
        kind = "a table that no contract knows"
    elif not page.lines:
        kind = "blank"
    return {
        "page": number,
        "kind": "table" if tables else kind,
        "tables": tables,
        "doubts": [
            {"row": c.row, "column": c.column, "text": c.text, "why": c.doubt}
            for grid in page.grids
            for c in grid.cells
            if c.doubt
        ],
        "set_aside": [{"reason": s.reason, "text": s.text} for s in page.set_aside],
    }
