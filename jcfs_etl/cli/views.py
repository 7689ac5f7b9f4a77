"""``jcfs views`` and ``jcfs package``: the data under names and descriptions that other tools understand."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from jcfs_etl.cli.options import CURATED, AsJson, Curated, Extra, Wait, require_curated, speaking

app = typer.Typer()


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
    from jcfs_etl.curate.stores import open_store
    from jcfs_etl.report.views import write_views

    require_curated(curated)
    say = speaking()
    if "://" not in curated:
        compact(open_store(curated), say.contracts, wait=wait)
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
    from jcfs_etl.curate.stores import open_store
    from jcfs_etl.report.package import FILE, write_package

    require_curated(curated)
    say, store = speaking(), open_store(curated)
    compact(store, say.contracts, wait=wait)
    count = write_package(store, say.contracts)
    typer.echo(say("package.done", path=f"{curated}/{FILE}", count=count))
