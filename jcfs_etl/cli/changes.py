"""The command ``jcfs changes``: what the last run, or the time since a date, changed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer

from jcfs_etl.cli.options import CURATED, AsJson, Curated, Extra, Lang, require_curated, speaking
from jcfs_etl.errors import RunError

app = typer.Typer()


@app.command(
    epilog="Examples:\n\n    jcfs changes\n\n    jcfs changes --since 2026-11-01 --json\n\n"
    "    jcfs changes --run 3f2a9c"
)
def changes(
    curated: Curated = CURATED,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="All changes after a date or time (ISO 8601), here and now."),
    ] = None,
    run: Annotated[
        str | None, typer.Option(metavar="ID", help="The run, or how its id begins; by default the last.")
    ] = None,
    extra: Extra = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Say what changed: units and years new, replaced, withdrawn, and each figure that differs, old and new.

    Figures are compared where the older version is still kept (`JCFS_KEEP_VERSIONS`).
    """
    from jcfs_etl.curate.stores import open_store
    from jcfs_etl.report.changed import changes_of_run, changes_since, in_words

    if since is not None and run is not None:
        raise RunError("--since and --run say two things", "give one of them")
    when = None if since is None else _time(since)
    require_curated(curated)
    say, store = speaking(lang), open_store(curated)
    found = changes_of_run(store, run) if when is None else changes_since(store, when)
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return
    for line in in_words(found, say):
        typer.echo(line)


def _time(text: str) -> datetime:
    """A date, or a date with a time, in the machine's zone unless it names one.

    Raises:
        RunError: it is neither.
    """
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise RunError(f"{text}: is no date", "write 2026-11-26, or 2026-11-26T02:00") from None
