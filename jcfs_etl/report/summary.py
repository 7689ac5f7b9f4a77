"""What a run did, for the terminal and for Prefect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jcfs_etl.curate.publish import ProcessedDocument, PublishedDocument


@dataclass(frozen=True)
class SummaryLine:
    """One document: what became of it."""

    source: str
    status: str
    unit: str
    year: str
    tables: str
    checks: str
    findings: str
    changed: int
    reason: str


@dataclass(frozen=True)
class RunSummary:
    """A run: one line a document.

    Attributes:
        lines: in the order in which the documents were published.
        pages: pages read.
        seconds: time spent reading and auditing, summed over workers.
    """

    lines: tuple[SummaryLine, ...]
    pages: int
    seconds: float

    @property
    def counts(self) -> Counter[str]:
        """How many documents reached which status."""
        return Counter(line.status for line in self.lines)

    @property
    def exit_code(self) -> int:
        """0 when every document was published, else 3."""
        return 0 if self.counts["published"] == len(self.lines) else 3

    def sentence(self) -> str:
        """The run in one sentence."""
        counts = self.counts
        parts = [f"{counts[s]} {s}" for s in ("published", "quarantined", "declined") if counts[s]]
        changed = sum(line.changed for line in self.lines)
        files = f"{changed} files written" if changed else "no file changed"
        return (
            f"{len(self.lines)} documents, {self.pages} pages: {', '.join(parts) or 'none wanted'}; {files}."
        )

    def markdown(self) -> str:
        """The run as a Markdown table."""
        head = "| document | status | unit | year | tables | checks | findings | reason |"
        rule = "|---|---|---|---|---|---|---|---|"
        rows = [
            "| "
            + " | ".join(
                text.replace("|", "\\|")
                for text in (
                    line.source,
                    line.status,
                    line.unit,
                    line.year,
                    line.tables,
                    line.checks,
                    line.findings,
                    line.reason,
                )
            )
            + " |"
            for line in self.lines
        ]
        return "\n".join(["# " + self.sentence(), "", head, rule, *rows])


def summarise(processed: Sequence[ProcessedDocument], published: Sequence[PublishedDocument]) -> RunSummary:
    """Put together what was processed and what became of it; both in the same order."""
    lines = []
    for document, outcome in zip(processed, published, strict=True):
        record = outcome.record
        tables = [f"{len(record.tables_found)}"] if record.tables_found or record.tables_empty else []
        if record.tables_empty:
            tables.append(f"{len(record.tables_empty)} empty")
        if record.tables_missing:
            tables.append(f"{len(record.tables_missing)} missing")
        verdicts = [
            f"{document.checks[v]} {v}" for v in ("exact", "rounding", "violated") if document.checks.get(v)
        ]
        severities = Counter(f.severity for f in outcome.findings)
        lines.append(
            SummaryLine(
                source=record.source,
                status=record.status,
                unit=record.unit or "",
                year=str(record.year or ""),
                tables=", ".join(tables),
                checks=", ".join(verdicts),
                findings=", ".join(f"{n} {s}" for s, n in severities.items()),
                changed=outcome.changed,
                reason=record.reason or "",
            )
        )
    return RunSummary(
        tuple(lines),
        sum(p.record.page_count for p in published),
        sum(d.seconds for d in processed),
    )
