"""The figures of runs as OpenMetrics text, for whatever scrapes a file of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from jcfs_etl.disk import put
from jcfs_etl.errors import RunError
from jcfs_etl.report.runs import RunRecord

#: A metric's name, its unit where it has one, and what it says; all are gauges, of the last run.
_GAUGES = {
    "jcfs_run_ended_timestamp_seconds": ("seconds", "When the last run ended, of whatever it read."),
    "jcfs_run_documents": ("", "Documents that the last run read; 0 where nothing was due."),
    "jcfs_run_documents_quarantined": ("", "Documents that the last run read and quarantined, by reason."),
    "jcfs_run_pages": ("", "Pages that the last run read."),
    "jcfs_run_elapsed_seconds": ("seconds", "Seconds that the last run took to read and publish."),
    "jcfs_run_stage_seconds": ("seconds", "Seconds by stage, summed over workers."),
}


def openmetrics(curated: str, runs: Sequence[RunRecord]) -> str:
    """The last run's figures, each labelled with the folder or URL of the curated data.

    Runs are those noted, oldest first.

    Returns:
        OpenMetrics text, version 1.0.0; only its end where no run is noted.
    """
    if not runs:
        return "# EOF\n"
    last = runs[-1]
    base = {"curated": curated}
    samples: dict[str, list[tuple[dict[str, str], float]]] = {
        "jcfs_run_ended_timestamp_seconds": [(base, datetime.fromisoformat(last.ended).timestamp())],
        "jcfs_run_documents": [(base, last.processed)],
        "jcfs_run_documents_quarantined": [
            ({**base, "reason": reason}, count)
            for reason, count in sorted(last.quarantined_by_reason.items())
        ],
        "jcfs_run_pages": [(base, last.pages)],
        "jcfs_run_elapsed_seconds": [(base, last.elapsed_seconds)],
        "jcfs_run_stage_seconds": [
            ({**base, "stage": stage}, seconds) for stage, seconds in last.stage_seconds.items()
        ],
    }
    return "\n".join([*_lines(samples.items()), "# EOF", ""])


def write_metrics(file: str, text: str) -> None:
    """Put the text where it is scraped; a scrape sees the old text or the new one, and no half.

    Raises:
        RunError: it cannot be written.
    """
    try:
        put(Path(file), text.encode())
    except OSError as error:
        raise RunError(f"{file}: cannot be written ({error.strerror})", "correct run.metrics_file") from error


def _lines(samples: Iterable[tuple[str, list[tuple[dict[str, str], float]]]]) -> Iterable[str]:
    for name, found in samples:
        unit, words = _GAUGES[name]
        yield f"# TYPE {name} gauge"
        if unit:
            yield f"# UNIT {name} {unit}"
        yield f"# HELP {name} {words}"
        for labels, value in found:
            shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
            yield f"{name}{{{shown}}} {value:.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
