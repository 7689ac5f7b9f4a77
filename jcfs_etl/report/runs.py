"""The figures of past runs, kept beside the curated data, and what is usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Literal

from msgspec import Struct, field
from msgspec.json import decode, encode
from msgspec.structs import fields

from jcfs_etl.curate.store import OWN, Store
from jcfs_etl.report.log import figures
from jcfs_etl.report.summary import RunSummary
from jcfs_etl.settings import RunSettings

#: Where they are kept, a line of JSON a run.
FILE = f"{OWN}/runs.jsonl"
#: Fewer past runs do not say what is usual.
_ENOUGH = 3

#: Why documents were read: they were new or changed, all were to be read again, or the quarantined ones.
Kind = Literal["ingest", "again", "retry"]


class RunRecord(Struct, frozen=True):
    """The figures of a run, also of one that found nothing to read.

    Attributes:
        run: its id.
        ended: time in UTC.
        kind: why the documents were read.
        processed: documents read.
        quarantined: those of them that were quarantined.
        pages: their pages.
        elapsed_seconds: time that reading and publishing took.
        stage_seconds: seconds by stage, summed over workers.
        quarantined_by_reason: by the code of the first finding that blocks.
    """

    run: str
    ended: str
    kind: Kind
    processed: int
    quarantined: int
    pages: int = 0
    elapsed_seconds: float = 0.0
    stage_seconds: dict[str, float] = field(default_factory=dict)
    quarantined_by_reason: dict[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Share of the documents read that were quarantined."""
        return self.quarantined / self.processed if self.processed else 0.0


def record_of(run: str, kind: Kind, summary: RunSummary) -> RunRecord:
    """The figures of a run that has just ended."""
    values = figures(summary)
    known = {f.name for f in fields(RunRecord)}
    return RunRecord(
        run=run,
        ended=datetime.now(UTC).isoformat(timespec="seconds"),
        kind=kind,
        quarantined=sum(summary.quarantined_by_reason.values()),
        **{name: value for name, value in values.items() if name in known},
    )


def past_runs(store: Store) -> list[RunRecord]:
    """The runs noted, oldest first; a line that cannot be read is left out, as nothing depends on it."""
    runs = []
    for line in (store.read(FILE) or b"").splitlines():
        try:
            runs.append(decode(line, type=RunRecord))
        except ValueError:
            continue
    return runs


def note_run(store: Store, record: RunRecord, keep: int) -> None:
    """Add a run to those noted in a root that the caller holds; the last ``keep`` of them stay.

    Raises:
        RunError: the store cannot be written.
    """
    kept = [*past_runs(store), record][-keep:]
    store.write(FILE, b"".join(encode(one) + b"\n" for one in kept))


def unusual(record: RunRecord, past: Sequence[RunRecord], settings: RunSettings) -> str:
    """Say that a run quarantined more than usual.

    It did when its share of quarantined documents is more than ``unusual_factor`` times the median share of
    the last ``usual_runs`` runs of new and changed documents, and it quarantined at least
    ``unusual_at_least``. Runs that read old documents again are neither judged nor taken for usual, and
    with fewer than three runs to go by nothing is.

    Returns:
        A sentence; empty when it is as usual.
    """
    like = [one for one in past if one.kind == "ingest" and one.processed][-settings.usual_runs :]
    if record.kind != "ingest" or len(like) < _ENOUGH or record.quarantined < settings.unusual_at_least:
        return ""
    usual = median(one.share for one in like)
    if record.share <= settings.unusual_factor * usual:
        return ""
    return (
        f"{record.quarantined} of {record.processed} documents were quarantined ({record.share:.0%}); "
        f"usual are {usual:.0%}, as the last {len(like)} runs have it"
    )
