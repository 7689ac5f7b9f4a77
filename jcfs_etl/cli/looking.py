"""Commands that only look: ``jcfs inspect`` and ``jcfs findings``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from jcfs_etl.cli.options import (
    CURATED,
    AsJson,
    Curated,
    Extra,
    Lang,
    Password,
    read_file,
    require_curated,
    require_known,
    speaking,
)

app = typer.Typer()


@app.command(
    epilog="Exit codes: 0 it can be published; 3 it would be quarantined or declined; 1 it cannot be "
    "read.\n\nExamples:\n\n    jcfs inspect report.pdf\n\n    jcfs inspect report.pdf --json"
)
def inspect(
    file: Annotated[Path, typer.Argument(help="The PDF.")],
    as_json: AsJson = False,
    password: Password = "",
    extra: Extra = None,
    lang: Lang = None,
) -> None:
    """Show what is recognised in one PDF, page by page, and the verdict. Nothing is written."""
    from jcfs_etl.read.late import loaded_late

    # Nothing is written: Arrow is not needed, and takes a while to load.
    with loaded_late("pyarrow", "pyarrow.parquet"):
        from jcfs_etl.read.document import use_threads
        from jcfs_etl.report.inspect import inspect_document
        from jcfs_etl.report.terminal import console, inspection

        use_threads(os.cpu_count() or 1)
        say = speaking(lang)
        document = read_file(file, say.contracts)
        report = inspect_document(document)
        if as_json:
            typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            console().print(inspection(report, say))
    raise typer.Exit(0 if document.status == "published" else 3)


@app.command(
    epilog="Examples:\n\n    jcfs findings\n\n    jcfs findings --unit 上海市普陀区财政局 --year 2024 --all"
)
def findings(
    curated: Curated = CURATED,
    unit: Annotated[str | None, typer.Option(help="Only this unit.")] = None,
    year: Annotated[int | None, typer.Option(help="Only this fiscal year.")] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show notes of severity info too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
    lang: Lang = None,
) -> None:
    """Say in words what does not add up in the curated data, with pages, worst first."""
    from jcfs_etl.curate import read_dataset
    from jcfs_etl.report.terminal import console, findings_report

    require_curated(curated)
    say = speaking(lang)
    contracts = say.contracts
    rows = read_dataset(curated, "findings", contracts).to_pylist()
    wanted = ["unit", "year", "source", "money_unit"]
    documents = read_dataset(curated, "documents", contracts).select(wanted).to_pylist()
    require_known(unit, year, [(d["unit"], d["year"]) for d in documents])
    rows = [
        r
        for r in rows
        if (unit is None or r["unit"] == unit)
        and (year is None or r["year"] == year)
        and (show_all or r["severity"] != "info")
    ]
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False, default=str))
        return
    if not rows:
        typer.echo(say("findings.none"))
        return
    money_units = {d["source"]: d["money_unit"] for d in documents}
    console().print(findings_report(rows, money_units, say))
