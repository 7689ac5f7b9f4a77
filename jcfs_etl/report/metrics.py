"""The last run's figures as OpenMetrics text, put where it is scraped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from jcfs_etl.disk import put
from jcfs_etl.errors import RunError
from jcfs_etl.report.rendering import rendered
from jcfs_etl.report.runs import RunRecord


def openmetrics(curated: str, runs: Sequence[RunRecord]) -> str:
    """The last run's figures, each labelled with the folder or URL of the curated data.

    Runs are those noted, oldest first.

    Returns:
        OpenMetrics text, version 1.0.0; only its end where no run is noted.
    """
    last = runs[-1] if runs else None
    ended = datetime.fromisoformat(last.ended).timestamp() if last is not None else 0.0
    return rendered("run.prom", curated=curated, run=last, ended=ended, escaped=_escaped)


def write_metrics(file: str, text: str) -> None:
    """Put the text where it is scraped; a scrape sees the old text or the new one, and no half.

    Raises:
        RunError: it cannot be written.
    """
    try:
        put(Path(file), text.encode())
    except OSError as error:
        raise RunError(f"{file}: cannot be written ({error.strerror})", "correct run.metrics_file") from error


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
