"""The command ``jcfs report``: a static site for people, with the pages of the PDFs beside their figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jcfs_etl.cli.options import CURATED, RAW, Curated, Extra, Wait, Workers, require_curated, speaking

app = typer.Typer()


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
