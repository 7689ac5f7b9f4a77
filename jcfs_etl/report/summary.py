"""What a run did, for the terminal and for Prefect."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from jcfs_etl.curate.manifest import Partition, Seen
from jcfs_etl.curate.processed import PublishedDocument
from jcfs_etl.report.rendering import rendered
from jcfs_etl.report.texts import Texts, english

if TYPE_CHECKING:
    from jcfs_etl.across.model import Across

#: A run of more documents lists only those with which something happened, or that are not published.
_LISTED = 60
#: Statuses in the order in which a sentence counts them.
_ORDER = ("published", "quarantined", "declined", "duplicate", "superseded", "rolled_back", "missing")
#: Statuses of documents that are not published for what they are.
_REFUSED = ("quarantined", "declined")
#: What of it a person would want to know by itself, in the order in which a sentence counts it.
_EVENTS = ("unchanged", "moved", "withdrawn")
#: What is said of publications whose file is gone.
_MISSING = "source missing: its file is not there any more; its data stays, --prune withdraws it"
_WITHDRAWN = "its file is not there any more; its data was withdrawn"


class SummaryLine(Struct, frozen=True):
    """One document: what became of it.

    Attributes:
        source: how the data names it.
        status: one of the manifest's, or ``duplicate``, or ``missing`` for published data without its file.
        unit, year, tables, checks: as text.
        findings: how many of each severity.
        changed: files written or removed.
        reason: why it is not published, or what else is to be said.
        event: ``processed``, ``unchanged``, ``moved``, ``withdrawn`` or ``noted``.
        pages: page count.
        codes: codes of the findings that kept it from being published.
    """

    source: str
    status: str
    unit: str = ""
    year: str = ""
    tables: str = ""
    checks: str = ""
    findings: Mapping[str, int] = field(default_factory=dict)
    changed: int = 0
    reason: str = ""
    event: str = "processed"
    pages: int = 0
    codes: tuple[str, ...] = ()

    @property
    def needs_a_look(self) -> bool:
        """Whether it is not published, or has something beside its data to say."""
        grave = self.findings.get("error") or self.findings.get("inconsistent")
        return self.status != "published" or bool(self.reason or grave)

    def counted_findings(self, say: Texts) -> str:
        """How many findings of each severity; English has the words of the data."""
        words = say.contracts.chinese.values["severity"] if say.language == "zh" else {}
        return say.listed(
            say("run.counted", n=n, what=words.get(severity, severity))
            for severity, n in self.findings.items()
        )


class RunSummary(Struct, frozen=True):
    """A run: one line a document.

    Attributes:
        lines: those that were processed, in the order in which they were published, then the others by name.
        compared: how many publications were held against others.
        disagreements: what came of that, in words.
        stages: seconds by stage, summed over workers.
        elapsed: seconds that the run took from planning to the last publication; 0 where not measured.
        unusual: says that more was quarantined than usual; empty when it was not.
    """

    lines: tuple[SummaryLine, ...]
    compared: int = 0
    disagreements: tuple[str, ...] = ()
    stages: Mapping[str, float] = field(default_factory=dict)
    elapsed: float = 0.0
    unusual: str = ""

    @property
    def pages(self) -> int:
        """Pages of all documents."""
        return sum(line.pages for line in self.lines)

    @property
    def counts(self) -> Counter[str]:
        """How many documents reached which status."""
        return Counter(line.status for line in self.lines)

    @property
    def processed(self) -> tuple[SummaryLine, ...]:
        """The documents that this run read."""
        return tuple(line for line in self.lines if line.event == "processed")

    @property
    def quarantined_by_reason(self) -> Counter[str]:
        """Documents that this run read and quarantined, by the code of the first finding that blocks."""
        refused = (line for line in self.processed if line.status == "quarantined")
        return Counter(line.codes[0] if line.codes else "unknown" for line in refused)

    @property
    def pages_per_second(self) -> float | None:
        """Pages read a second, all workers together; None where nothing was read or timed."""
        pages = sum(line.pages for line in self.processed)
        return pages / self.elapsed if pages and self.elapsed else None

    def metrics(self, say: Texts | None = None) -> str:
        """Speed, time by stage and reasons, by default in English; empty where nothing was read."""
        if not self.processed:
            return ""
        say = say or english()
        parts = []
        if self.pages_per_second is not None:
            speed, elapsed = f"{self.pages_per_second:.1f}", f"{self.elapsed:.1f}"
            parts.append(say("run.speed", speed=speed, elapsed=elapsed))
        if self.stages:
            stages = (
                say("run.stage", stage=say.word("stage", stage), seconds=f"{seconds:.1f}")
                for stage, seconds in self.stages.items()
            )
            parts.append(say.listed(stages))
        if reasons := self.quarantined_by_reason:
            counted = say.listed(f"{code} {n}" for code, n in reasons.most_common())
            parts.append(say("run.reasons", reasons=counted))
        if self.unusual:
            parts.append(say("run.unusual", unusual=self.unusual))
        return ("；" if say.language == "zh" else "; ").join(parts)

    @property
    def exit_code(self) -> int:
        """3 when a document that this run read was quarantined or declined, else 0."""
        return 3 if any(line.status in _REFUSED for line in self.processed) else 0

    @property
    def exit_code_of_all(self) -> int:
        """3 when any document is quarantined or declined, also one that was before, else 0."""
        return 3 if any(self.counts[status] for status in _REFUSED) else 0

    @property
    def needing_attention(self) -> tuple[SummaryLine, ...]:
        """Documents that a person should look at: not published, or with something beside its data to say.

        Those that are not published come first, then those with errors and inconsistencies.
        """
        rank = {status: at for at, status in enumerate(("quarantined", "missing", "rolled_back"))}
        looked = [li for li in self.lines if li.needs_a_look]
        return tuple(
            sorted(looked, key=lambda li: rank.get(li.status, len(rank) + (li.status == "published")))
        )

    @property
    def listed(self) -> tuple[SummaryLine, ...]:
        """The lines that a person should see: of many documents, those that need not be told are left out."""
        if len(self.lines) <= _LISTED:
            return self.lines
        return tuple(li for li in self.lines if (li.status, li.event) != ("published", "unchanged"))

    def sentence(self, say: Texts | None = None) -> str:
        """The run in one sentence, by default English."""
        say = say or english()
        counts, events = self.counts, Counter(line.event for line in self.lines)
        changed = sum(line.changed for line in self.lines)
        left_out = len(self.lines) - len(self.listed)

        def counted(group: str, order: tuple[str, ...], of: Counter[str]) -> str:
            found = [say("run.counted", n=of[what], what=say.word(group, what)) for what in order if of[what]]
            return say.listed(found)

        return say(
            "run.sentence",
            documents=say.count("document", len(self.lines)),
            pages=say.count("page", self.pages),
            statuses=counted("status", _ORDER, counts) or say("run.none_wanted"),
            events=counted("event", _EVENTS, events),
            files=say("run.written", files=say.count("file", changed)) if changed else say("run.no_file"),
            not_listed=say.count("not_listed", left_out) if left_out else "",
            compared=self.compared or "",
            disagreements=say.count("disagreement", len(self.disagreements)),
        )

    def markdown(self) -> str:
        """The run as a Markdown table."""
        return rendered("run.md", run=self, say=english()).rstrip("\n")


def summarise(
    published: Iterable[PublishedDocument] = (),
    *,
    unchanged: Iterable[Seen] = (),
    moved: Iterable[tuple[str, Seen, int]] = (),
    duplicates: Iterable[tuple[str, str]] = (),
    missing: Iterable[Partition] = (),
    withdrawn: Iterable[tuple[Partition, int]] = (),
    compared: Iterable[tuple[Partition, Across]] = (),
    elapsed: float = 0.0,
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
        elapsed: seconds that the run took.
    """
    published, compared = list(published), list(compared)
    lines = [_line(p.seen, changed=p.changed) for p in published]
    others = [_line(seen, event="unchanged") for seen in unchanged]
    others += [_moved(*one) for one in moved]
    others += [_copy(*one) for one in duplicates]
    others += [_gone(partition, _MISSING, "noted") for partition in missing]
    others += [_gone(partition, _WITHDRAWN, "withdrawn", count) for partition, count in withdrawn]
    lines += sorted(others, key=lambda line: line.source)
    disagreements = [f"{p.unit} {p.year}: {f.message}" for p, across in compared for f in across.findings]
    stages: dict[str, float] = defaultdict(float)
    for stage, seconds in chain.from_iterable(p.stages.items() for p in published):
        stages[stage] += seconds
    return RunSummary(tuple(lines), len(compared), tuple(disagreements), dict(stages), elapsed)


def _copy(name: str, first: str) -> SummaryLine:
    reason = f"has the same bytes as {first}, which is taken for both"
    return SummaryLine(name, "duplicate", reason=reason, event="noted")


def _gone(partition: Partition, reason: str, event: str, changed: int = 0) -> SummaryLine:
    """A publication whose file is not there any more."""
    unit, year = partition.unit, str(partition.year)
    return SummaryLine(partition.source, "missing", unit, year, changed=changed, reason=reason, event=event)


def _moved(before: str, seen: Seen, written: int) -> SummaryLine:
    reason = "; ".join(filter(None, [f"was {before}, with the same bytes", seen.reason]))
    return replace(_line(seen, "moved", written), reason=reason)


def _line(seen: Seen, event: str = "processed", changed: int = 0) -> SummaryLine:
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
        findings=seen.findings,
        changed=changed,
        reason=seen.reason or "",
        event=event,
        pages=seen.pages,
        codes=seen.codes,
    )
