"""The command ``jcfs export``: a publication as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jcfs_etl.cli.options import CURATED, Curated, Extra, Lang, require_curated, require_known, speaking
from jcfs_etl.errors import RunError

app = typer.Typer()


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
    from jcfs_etl.curate.stores import open_store
    from jcfs_etl.report.workbook import write_workbook

    if out.suffix.lower() != ".xlsx":
        raise RunError(f"{out}: is no name of a workbook", "give one that ends in .xlsx")
    if not out.parent.is_dir():
        raise RunError(f"{out}: there is no folder {out.parent}", "make it, or give another")
    require_curated(curated)
    say, store = speaking(lang), open_store(curated)
    manifest = load_manifest(store)
    known = [p.key for p in manifest.published()] + [(s.unit, s.year) for s in manifest.seen.values()]
    require_known(unit, year, known)
    done = write_workbook(store, unit, year, out, say)
    typer.echo(
        say("workbook.made", path=str(out), tables=done.tables, figures=done.figures, findings=done.findings)
    )
