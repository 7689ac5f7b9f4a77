"""What Prefect is told of a run: its summary and findings as artifacts, and events to act upon."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from jcfs_etl.curate import PublishedDocument
from jcfs_etl.report.log import figures
from jcfs_etl.report.summary import RunSummary

#: A run has ended; its figures are the payload.
COMPLETED = "jcfs.run.completed"
#: A run has ended, and quarantined more documents than usual.
UNUSUAL = "jcfs.run.quarantined-more-than-usual"
#: Findings that an artifact holds at most; the data hold all.
_FINDINGS = 500
#: Findings that a person need not be shown here.
_QUIET = ("warning", "info")


def tell_run(curated: str, summary: RunSummary, published: Iterable[PublishedDocument]) -> None:
    """Keep a run's artifacts, and emit its events; the documents published are those that it read."""
    keep_artifacts(Told(summary, published))
    emit(COMPLETED, curated, {**figures(summary), "sentence": summary.sentence()})
    if summary.unusual:
        emit(UNUSUAL, curated, {**figures(summary), "sentence": summary.unusual})


class Told:
    """A summary with the rows of findings; no dataclass, as Prefect would look into every part of one."""

    def __init__(self, summary: RunSummary, published: Iterable[PublishedDocument]) -> None:
        self.summary = summary
        self.findings = _rows(published)


@task(task_run_name="report", cache_policy=NO_CACHE)
def keep_artifacts(told: Told) -> None:
    """Keep the summary and the findings as artifacts of the run."""
    create_markdown_artifact(
        key="ingest-summary", markdown=told.summary.markdown(), description="What the run published"
    )
    shown = told.findings[:_FINDINGS]
    more = f"; {len(told.findings) - _FINDINGS} more in `findings`" if len(told.findings) > _FINDINGS else ""
    create_table_artifact(
        key="ingest-findings",
        table=shown or [{"document": "", "severity": "", "finding": "nothing does not add up"}],
        description=f"What does not add up in the documents that the run read{more}",
    )


def emit(event: str, curated: str, payload: dict[str, Any]) -> None:
    """Emit an event on a curated root; where there is no server, nothing happens."""
    emit_event(
        event,
        resource={
            "prefect.resource.id": "jcfs.curated." + re.sub(r"[^A-Za-z0-9]+", "-", curated).strip("-"),
            "prefect.resource.name": curated,
            "prefect.resource.role": "curated",
        },
        payload=payload,
    )


def _rows(published: Iterable[PublishedDocument]) -> list[dict[str, Any]]:
    return [
        {
            "document": document.record.source,
            "unit": document.record.unit or "",
            "year": str(document.record.year or ""),
            "severity": finding.severity,
            "code": finding.code,
            "page": finding.page or "",
            "finding": finding.message,
        }
        for document in published
        for finding in document.findings
        if finding.severity not in _QUIET
    ]
