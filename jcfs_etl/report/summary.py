"""What a run did, for the terminal and for Prefect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jcfs_etl.curate.manifest import Partition, Seen
from jcfs_etl.curate.processed import PublishedDocument

if TYPE_CHECKING:
    from jcfs_etl.audit.across import Across

#: A run of more documents lists only those with which something happened, or that are not published.
_LISTED = 60
#: Statuses in the order in which a sentence counts them.
_ORDER = ("published", "quarantined", "declined", "duplicate", "superseded", "rolled_back", "missing")
#: What of it a person would want to know by itself, in the order in which a sentence counts it.
_EVENTS = ("unchanged", "moved", "withdrawn")


@dataclass(frozen=True)
class SummaryLine:
    """One document: what became of it.

    Attributes:
        source: how the data names it.
        status: one of the manifest's, or ``duplicate``, or ``missing`` for published data without its file.
        unit, year, tables, checks, findings: as text.
        changed: files written or removed.
        reason: why it is not published, or what else is to be said.
        event: ``processed``, ``unchanged``, ``moved``, ``withdrawn`` or ``noted``.
        pages: page count.
    """

    source: str
    status: str
    unit: str
    year: str
    tables: str
    checks: str
    findings: str
    changed: int
    reason: str
    event: str = "processed"
    pages: int = 0


@dataclass(frozen=True)
class RunSummary:
    """A run: one line a document.

    Attributes:
        lines: those that were processed, in the order in which they were published, then the others by name.
        seconds: time spent reading and auditing, summed over workers.
        compared: how many publications were held against others.
        disagreements: what came of that, in words.
    """

    lines: tuple[SummaryLine, ...]
    seconds: float
    compared: int = 0
    disagreements: tuple[str, ...] = ()

    @property
    def pages(self) -> int:
        """Pages of all documents."""
        return sum(line.pages for line in self.lines)

    @property
    def counts(self) -> Counter[str]:
        """How many documents reached which status."""
        return Counter(line.status for line in self.lines)

    @property
    def exit_code(self) -> int:
        """0 when no document was quarantined or declined, else 3."""
        return 3 if self.counts["quarantined"] or self.counts["declined"] else 0

    @property
    def listed(self) -> tuple[SummaryLine, ...]:
        """The lines that a person should see: of many documents, those that need not be told are left out."""
        if len(self.lines) <= _LISTED:
            return self.lines
        return tuple(li for li in self.lines if (li.status, li.event) != ("published", "unchanged"))

    def sentence(self) -> str:
        """The run in one sentence."""
        counts, events = self.counts, Counter(line.event for line in self.lines)
        parts = [f"{counts[s]} {s.replace('_', ' ')}" for s in _ORDER if counts[s]]
        happened = [f"{events[e]} {e}" for e in _EVENTS if events[e]]
        told = f" ({', '.join(happened)})" if happened else ""
        changed = sum(line.changed for line in self.lines)
        files = f"{changed} files written" if changed else "no file changed"
        left_out = len(self.lines) - len(self.listed)
        rest = f" {left_out} published and unchanged documents are not listed." if left_out else ""
        across = f" {self.compared} held against others, {len(self.disagreements)} disagreements."
        return (
            f"{len(self.lines)} documents, {self.pages} pages: "
            f"{', '.join(parts) or 'none wanted'}{told}; {files}.{rest}{across if self.compared else ''}"
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
            for line in self.listed
        ]
        notes = [f"- {text}" for text in self.disagreements]
        return "\n".join(["# " + self.sentence(), "", head, rule, *rows, *([""] if notes else []), *notes])


def summarise(
    published: Iterable[PublishedDocument] = (),
    *,
    unchanged: Iterable[Seen] = (),
    moved: Iterable[tuple[str, Seen, int]] = (),
    duplicates: Iterable[tuple[str, str]] = (),
    missing: Iterable[Partition] = (),
    withdrawn: Iterable[tuple[Partition, int]] = (),
    compared: Iterable[tuple[Partition, Across]] = (),
) -> RunSummary:
    """Put together what became of each document.

    Args:
        published: those that were processed.
        unchanged: those for which nothing had to be done.
        moved: those that were moved, with the name that they had and the count of files written.
        duplicates: files with the bytes of another, and the name of that other.
        missing: published data whose file is not there any more.
        withdrawn: such data that was removed, with the count of files.
        compared: publications that were held against others, with what came of it.
    """
    published = list(published)
    lines = [replace(_line(p.seen), changed=p.changed) for p in published]
    others = [replace(_line(seen), event="unchanged") for seen in unchanged]
    for before, seen, written in moved:
        line = _line(seen)
        reason = "; ".join(filter(None, [f"was {before}, with the same bytes", line.reason]))
        others.append(replace(line, event="moved", reason=reason, changed=written))
    others += [
        _bare(name, "duplicate", f"has the same bytes as {first}, which is taken for both")
        for name, first in duplicates
    ]
    for partition in missing:
        reason = "source missing: its file is not there any more; its data stays, --prune withdraws it"
        others.append(_of_partition(partition, reason))
    for partition, count in withdrawn:
        line = _of_partition(partition, "its file is not there any more; its data was withdrawn")
        others.append(replace(line, event="withdrawn", changed=count))
    lines += sorted(others, key=lambda line: line.source)
    compared = list(compared)
    disagreements = [f"{p.unit} {p.year}: {f.message}" for p, across in compared for f in across.findings]
    return RunSummary(tuple(lines), sum(p.seconds for p in published), len(compared), tuple(disagreements))


def _line(seen: Seen) -> SummaryLine:
    found, empty, absent = (seen.tables.get(name, 0) for name in ("found", "empty", "missing"))
    tables = [f"{found}"] if found or empty else []
    tables += [f"{count} {what}" for count, what in ((empty, "empty"), (absent, "missing")) if count]
    verdicts = [f"{seen.checks[v]} {v}" for v in ("exact", "rounding", "violated") if seen.checks.get(v)]
    return SummaryLine(
        source=seen.source,
        status=seen.status,
        unit=seen.unit or "",
        year=str(seen.year or ""),
        tables=", ".join(tables),
        checks=", ".join(verdicts),
        findings=", ".join(f"{count} {severity}" for severity, count in seen.findings.items()),
        changed=0,
        reason=seen.reason or "",
        pages=seen.pages,
    )


def _bare(source: str, status: str, reason: str) -> SummaryLine:
    return SummaryLine(source, status, "", "", "", "", "", 0, reason, event="noted")


def _of_partition(partition: Partition, reason: str) -> SummaryLine:
    line = _bare(partition.source, "missing", reason)
    return replace(line, unit=partition.unit, year=str(partition.year))
