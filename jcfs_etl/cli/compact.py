"""The command ``jcfs compact``: one sorted file a dataset and year, for readers of many units."""

from __future__ import annotations

import json

import typer

from jcfs_etl.cli.options import CURATED, AsJson, Curated, Extra, Wait, require_curated, speaking

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
    from jcfs_etl.curate.stores import open_store

    require_curated(curated)
    say = speaking()
    done = run(open_store(curated), say.contracts, wait=wait)
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
