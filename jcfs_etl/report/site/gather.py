"""One publication of the curated data as the values of its page."""

from __future__ import annotations

from collections import Counter

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.store import Store
from jcfs_etl.report.site.amounts import charts, classes, totals
from jcfs_etl.report.site.findings import finding_views, involved
from jcfs_etl.report.site.forms import form_view
from jcfs_etl.report.site.model import Entry, PublicationView, State, Summary
from jcfs_etl.report.site.prose import UNREAD, sections, statements
from jcfs_etl.report.site.rows import Rows, read_rows
from jcfs_etl.report.site.tables import table_views


def gather(store: Store, entry: Entry, contracts: Contracts) -> PublicationView:
    """Read a publication, or the report on a refused document.

    Raises:
        RunError: its files cannot be read.
    """
    rows = read_rows(store, entry, contracts)
    findings = finding_views(rows)
    found = statements(rows)
    verdicts = Counter(s.state for s in found)
    verdicts["unread"] = sum(f.code == UNREAD for f in findings)
    return PublicationView(
        summary=_summary(entry, rows),
        document=rows.document,
        money_unit=rows.money_unit,
        tables=table_views(rows, involved(rows, findings)),
        findings=findings,
        sections=sections(rows, found),
        statements=found,
        verdicts=verdicts,
        checks=Counter(c["verdict"] for c in rows.of("checks")),
        forms=tuple(form_view(rows, form) for form in rows.of("performance_projects")),
        charts=charts(rows),
    )


def _summary(entry: Entry, rows: Rows) -> Summary:
    severities = Counter(f["severity"] for f in rows.of("findings"))
    state: State = "published"
    if entry.status != "published":
        state = entry.status
    elif severities["error"] or severities["inconsistent"]:
        state = "noted"
    return Summary(
        key=entry.key,
        unit=rows.document["unit_name"] or entry.unit,
        year=entry.year,
        source=entry.source,
        state=state,
        reason=rows.document["reason"] or "",
        severities=dict(severities),
        codes=tuple(sorted({f["code"] for f in rows.of("findings")})),
        amounts={name: str(amount) for name, amount in totals(rows).items()},
        classes={name: str(amount) for name, amount in classes(rows).items()},
    )
