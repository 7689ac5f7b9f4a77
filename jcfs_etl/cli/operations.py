"""Commands for whoever runs it: ``jcfs backfill`` and ``jcfs settings``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec.structs import asdict

from jcfs_etl.cli.ingest import announce_prefect, carry_out_flow
from jcfs_etl.cli.options import CURATED, Curated, Extra, Password, Verbose, Wait, Workers, speaking

if TYPE_CHECKING:
    from flows.selection import Choice
    from jcfs_etl.report.summary import RunSummary


app = typer.Typer()
OfVersion = Annotated[
    str | None, typer.Option(help="Only documents read with this version of the contracts.")
]
Outdated = Annotated[
    bool, typer.Option("--outdated", help="Only documents read with other contracts, program or settings.")
]
Everything = Annotated[bool, typer.Option("--everything", help="All documents.")]


@app.command(
    "settings",
    epilog="Examples:\n\n    jcfs settings\n\n    JCFS_SETTINGS=/etc/jcfs.toml jcfs settings --json",
)
def show_settings(as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False) -> None:
    """Show every setting in force, and where its value comes from: a default, a file or a variable."""
    from rich.markup import escape
    from rich.table import Table

    from jcfs_etl.report.terminal import console
    from jcfs_etl.settings import OTHER_VARIABLES, settings_in_force

    found = settings_in_force()
    if as_json:
        for one in found:
            typer.echo(json.dumps(asdict(one), ensure_ascii=False))
        return
    table = Table()
    for heading in ("setting", "value", "from", "variable"):
        table.add_column(heading, overflow="fold")
    for one in found:
        name = f"{one.section}.{one.name}" if one.section else one.name
        origin = "default" if one.origin == "default" else f"[green]{escape(one.origin)}[/]"
        table.add_row(escape(name), escape(one.value), origin, one.variable)
    for name in OTHER_VARIABLES:
        if value := os.environ.get(name):
            table.add_row("", "(set, not shown)" if "PASSWORD" in name else escape(value), name, name)
    console().print(table)


@app.command(
    epilog="Exit codes: as of `ingest`; 0 also where nothing is chosen.\n\nExamples:\n\n"
    "    jcfs backfill --outdated --dry-run\n\n    jcfs backfill --unit 上海市普陀区财政局 --year 2024"
)
def backfill(
    curated: Curated = CURATED,
    unit: Annotated[str | None, typer.Option(help="Only this unit.")] = None,
    year: Annotated[int | None, typer.Option(help="Only this fiscal year.")] = None,
    contract_version: OfVersion = None,
    outdated: Outdated = False,
    status: Annotated[str | None, typer.Option(help="Only documents with this status.")] = None,
    everything: Everything = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would be read.")] = False,
    force: Annotated[bool, typer.Option("--force", help="As for `ingest`.")] = False,
    wait: Wait = 0.0,
    workers: Workers = None,
    password: Password = "",
    extra: Extra = None,
    verbose: Verbose = False,
) -> None:
    """Read documents again that the curated data knows, where their files lie."""
    from flows.selection import Choice

    choice = Choice(unit, year, contract_version, outdated, status, everything)
    if _choose(curated, choice, dry_run):
        how = {"dry_run": False, "workers": workers, "force": force, "wait": wait}
        carry_out_flow(lambda: _backfill(curated=curated, **asdict(choice), **how), verbose)


def _choose(curated: str, choice: Choice, dry_run: bool) -> bool:
    """Say what is chosen; whether something is to be read."""
    from flows.selection import select
    from jcfs_etl.settings import load_settings

    say = speaking()
    chosen = select(curated, choice, say.contracts, load_settings())
    for seen in chosen.files if dry_run else ():
        typer.echo(f"{seen.source}  {seen.status}  {seen.unit or ''} {seen.year or ''}".rstrip())
    for seen in chosen.lost:
        typer.echo(f"jcfs: {Path(seen.place)}: is not there any more", err=True)
    due = bool(chosen.files) and not dry_run
    typer.echo(chosen.sentence(say, is_all=not due))
    return due


def _backfill(**parameters: Any) -> RunSummary:
    announce_prefect()
    from flows.backfill import backfill as flow

    summary: RunSummary = flow(**parameters)
    return summary
