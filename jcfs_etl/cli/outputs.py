"""What is made of the curated data: ``jcfs compact | report | views | package | changes | export``."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from jcfs_etl.cli.options import (
    CURATED,
    RAW,
    AsJson,
    Curated,
    Extra,
    Lang,
    Wait,
    Workers,
    require_curated,
    require_known,
    speaking,
)
from jcfs_etl.errors import RunError

app = typer.Typer()


@app.command(
    epilog="Examples:\n\n    jcfs compact\n\n    jcfs compact --curated s3://bucket/curated --wait 600"
)
def compact(
    curated: Curated = CURATED, wait: Wait = 0.0, extra: Extra = None, as_json: AsJson = False
) -> None:
    """Make one sorted Parquet file of each dataset and year, under `_compact`, for queries over many units.

    They hold the same rows as the partitions at this moment, with the unit as a column. Only what changed
    since is made anew; what is no longer published goes.
    """
    from jcfs_etl.curate.compact import FOLDER
    from jcfs_etl.curate.compact import compact as run

    store, say = require_curated(curated), speaking()
    done = run(store, say.contracts, wait=wait)
    if as_json:
        written = [{"dataset": d, "year": y, "rows": rows} for (d, y), rows in done.written.items()]
        gone = [{"dataset": d, "year": y} for d, y in done.removed]
        typer.echo(json.dumps({"written": written, "removed": gone, "unchanged": done.unchanged}))
        return
    typer.echo(
        say(
            "compact.done",
            folder=f"{curated}/{FOLDER}",
            written=len(done.written),
            rows=sum(done.written.values()),
            sources=done.sources,
            unchanged=done.unchanged,
            removed=len(done.removed),
        )
    )


@app.command(
    epilog="Exit codes: 0 the site is up to date; 3 some publications could not be made, and say why; "
    "1 the run itself failed.\n\nExamples:\n\n    jcfs report --out data/site\n\n"
    "    jcfs report --curated /srv/curated --raw /srv/raw --out /srv/www/jcfs"
)
def report(
    out: Annotated[Path, typer.Option("--out", help="Folder of the site; open its index.html.")],
    curated: Curated = CURATED,
    raw: Annotated[
        Path, typer.Option("--raw", help="Folder of the PDFs, as ingest had it; for pictures of pages.")
    ] = Path(RAW),
    workers: Workers = None,
    wait: Wait = 0.0,
    extra: Extra = None,
) -> None:
    """Make a static site of the curated data, or bring it up to date: it opens from a folder, offline.

    Each publication has its tables as on the form beside the pages of the PDF, its findings, its narrative
    with every statement marked, and where it comes from. Only what changed since the last time is made anew.
    """
    from jcfs_etl.report.site import make_site
    from jcfs_etl.settings import load_settings

    require_curated(curated)
    say = speaking()
    done = make_site(
        curated, raw, out, say.contracts, load_settings(), workers=workers, wait=wait, progress=_tell
    )
    typer.echo(done.sentence(say, out / "index.html"))
    for source, why in done.failed:
        typer.echo(f"jcfs: {source}: {why}", err=True)
    if done.failed:
        raise typer.Exit(3)


def _tell(done: int, of: int) -> None:
    """Now and then how far it is, where somebody looks on."""
    if done % 100 == 0 and of > 100:
        typer.echo(f"{done} of {of} publications", err=True)


@app.command(
    epilog="Examples:\n\n    jcfs views\n\n    jcfs views --curated /srv/curated --absolute\n\n"
    "    cd data/curated && duckdb -readonly views.duckdb 'select * from 勾稽不符的单位'"
)
def views(
    curated: Curated = CURATED,
    absolute: Annotated[
        bool,
        typer.Option(
            "--absolute",
            help="Name the Parquet files by their whole path, for tools that are told no folder to search.",
        ),
    ] = False,
    wait: Wait = 0.0,
    extra: Extra = None,
    as_json: AsJson = False,
) -> None:
    """Compact, and write `views.duckdb` and `views.sql` beside the data: each dataset in English and Chinese.

    There are also views that people ask for, such as 科目金额 and 勾稽不符的单位. docs/bi.md says how tools
    connect. The files hold no data of their own; they are made anew, and nothing else is changed.
    """
    from jcfs_etl.curate.compact import compact
    from jcfs_etl.report.views import write_views

    store, say = require_curated(curated), speaking()
    if "://" not in curated:
        compact(store, say.contracts, wait=wait)
    made = write_views(curated, say.contracts, absolute=absolute)
    if as_json:
        files = [str(path) for path in made.files]
        typer.echo(json.dumps({"files": files, "views": made.names, "empty": made.empty}, ensure_ascii=False))
        return
    path, script = made.files
    typer.echo(say("views.done", path=str(path), count=len(made.names), script=script.name))
    if made.empty:
        typer.echo(say("views.empty", datasets=say.listed(made.empty)))


@app.command(
    epilog="Examples:\n\n    jcfs package\n\n    jcfs package --curated s3://bucket/curated --wait 600"
)
def package(curated: Curated = CURATED, wait: Wait = 0.0, extra: Extra = None) -> None:
    """Compact, and write `datapackage.json` beside the data: the Frictionless standard's description of it.

    Fields with types and units, keys, licences and sources, in English and Chinese; docs/bi.md says more.
    """
    from jcfs_etl.curate.compact import compact
    from jcfs_etl.report.package import FILE, write_package

    store, say = require_curated(curated), speaking()
    compact(store, say.contracts, wait=wait)
    count = write_package(store, say.contracts)
    typer.echo(say("package.done", path=f"{curated}/{FILE}", count=count))


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
    from jcfs_etl.report.changed import changes_of_run, changes_since, in_words

    if since is not None and run is not None:
        raise RunError("--since and --run say two things", "give one of them")
    when = None if since is None else _time(since)
    store, say = require_curated(curated), speaking(lang)
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


@app.command(
    epilog="Examples:\n\n    jcfs export --unit 上海市普陀区财政局 --year 2024 -o 普陀.xlsx\n\n"
    "    jcfs export --unit 上海市普陀区财政局 --year 2024 -o report.xlsx --lang en"
)
def export(
    unit: Annotated[str, typer.Option(help="The unit.")],
    year: Annotated[int, typer.Option(help="The fiscal year.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The workbook, a file that ends in .xlsx.")],
    curated: Curated = CURATED,
    extra: Extra = None,
    lang: Lang = None,
) -> None:
    """Write a workbook of one publication: a sheet a table as on the form, findings, checks as live formulas.

    Figures are numbers exactly as printed; comments have the printed text and the page.
    """
    from jcfs_etl.curate.manifest import load_manifest
    from jcfs_etl.report.workbook import write_workbook

    if out.suffix.lower() != ".xlsx":
        raise RunError(f"{out}: is no name of a workbook", "give one that ends in .xlsx")
    if not out.parent.is_dir():
        raise RunError(f"{out}: there is no folder {out.parent}", "make it, or give another")
    store, say = require_curated(curated), speaking(lang)
    manifest = load_manifest(store)
    known = [p.key for p in manifest.published()] + [(s.unit, s.year) for s in manifest.seen.values()]
    require_known(unit, year, known)
    done = write_workbook(store, unit, year, out, say)
    typer.echo(
        say("workbook.made", path=str(out), tables=done.tables, figures=done.figures, findings=done.findings)
    )
