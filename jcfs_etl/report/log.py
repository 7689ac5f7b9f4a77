"""What a run does, line by line: as text for people, or as JSON for machines."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jcfs_etl.errors import RunError
from jcfs_etl.report.summary import RunSummary
from jcfs_etl.settings import RunSettings

#: The logger's name; handlers of one's own may be hung on it.
NAME = "jcfs.run"
_FIELDS = "jcfs"


class RunLog:
    """Tells what happens in one run.

    Args:
        run: the run's id, which stands in every line.
    """

    def __init__(self, run: str) -> None:
        self.run = run
        self._logger = logging.getLogger(NAME)

    def tell(self, event: str, *, level: int = logging.INFO, **fields: Any) -> None:
        """Write a line.

        Args:
            event: a stable word for what happened, such as ``document``.
            level: of :mod:`logging`.
            fields: what else is to be known; what is None or empty is left out.
        """
        if self._logger.isEnabledFor(level):
            told = {name: value for name, value in fields.items() if value not in (None, "", (), {})}
            self._logger.log(level, "%s", event, extra={_FIELDS: {"run": self.run, **told}})

    def tell_end(self, summary: RunSummary) -> None:
        """Write the line that ends a run: its figures."""
        self.tell(
            "run_ended",
            sentence=summary.sentence(),
            **figures(summary),
            unusual=summary.unusual,
            exit_code=summary.exit_code,
        )


def figures(summary: RunSummary) -> dict[str, Any]:
    """A run in plain values.

    Returns:
        Documents read, their pages, seconds elapsed and by stage, pages a second, documents by status (of all
        that the run was given), and quarantined ones by reason.
    """
    speed = summary.pages_per_second
    return {
        "processed": len(summary.processed),
        "pages": sum(line.pages for line in summary.processed),
        "elapsed_seconds": round(summary.elapsed, 3),
        "pages_per_second": None if speed is None else round(speed, 2),
        "stage_seconds": {stage: round(seconds, 3) for stage, seconds in summary.stages.items()},
        "statuses": dict(summary.counts),
        "quarantined_by_reason": dict(summary.quarantined_by_reason),
    }


@contextmanager
def run_log(run: str, settings: RunSettings) -> Iterator[RunLog]:
    """The log of a run, written as the settings say while the context lasts; an error that ends it is told.

    Args:
        run: the run's id.
        settings: whether, how and whereto.

    Raises:
        RunError: the file cannot be written.
    """
    logger = logging.getLogger(NAME)
    logger.setLevel(logging.INFO)
    # Another library that configures logging from a file, as database migrations do, disables what is there.
    logger.disabled = False
    # Prefect hangs its console on the root of all loggers; its own log says what it should say.
    logger.propagate = False
    handler = _handler(settings) or logging.NullHandler()
    logger.addHandler(handler)
    log = RunLog(run)
    try:
        yield log
    except Exception as error:
        log.tell("failed", level=logging.ERROR, error=f"{type(error).__name__}: {error}")
        raise
    finally:
        logger.removeHandler(handler)
        handler.close()


def _handler(settings: RunSettings) -> logging.Handler | None:
    if settings.log == "none":
        return None
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if settings.log_file:
        try:
            Path(settings.log_file).parent.mkdir(parents=True, exist_ok=True)
            handler = logging.FileHandler(settings.log_file, encoding="utf-8")
        except OSError as error:
            raise RunError(
                f"{settings.log_file}: cannot be written ({error.strerror})", "correct run.log_file"
            ) from error
    handler.setFormatter(_Json() if settings.log == "json" else _Text())
    return handler


class _Json(logging.Formatter):
    """A line of JSON: time in UTC, level, event, run, and the rest."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"time": when, "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps({**head, **_fields(record)}, ensure_ascii=False, default=str)


class _Text(logging.Formatter):
    """Time, level, event, and the rest as ``name=value``."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created).astimezone().isoformat(" ", "seconds")
        rest = " ".join(f"{name}={_plain(value)}" for name, value in _fields(record).items())
        return f"{when} {record.levelname.lower():<7} {record.getMessage()} {rest}".replace("\n", " ")


def _plain(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = getattr(record, _FIELDS, {})
    return fields
