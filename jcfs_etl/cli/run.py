"""Commands for whoever runs it: ``jcfs settings`` and ``jcfs backfill``."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jcfs_etl.cli.ingest import announce_prefect, carry_out_flow
from jcfs_etl.cli.options import (
    CURATED,
    Curated,
    Extra,
    Password,
    Verbose,
    Wait,
    Workers,
    add_contracts,
    fail,
    language,
)
from jcfs_etl.errors import JcfsError

if TYPE_CHECKING:
    from jcfs_etl.report.summary import RunSummary


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "settings",
        epilog="Examples:\n\n    jcfs settings\n\n    JCFS_SETTINGS=/etc/jcfs.toml jcfs settings --json",
    )(show_settings)
    app.command(
        "backfill",
        epilog="Exit codes: as of `ingest`; 0 also where nothing is chosen.\n\nExamples:\n\n"
        "    jcfs backfill --outdated --dry-run\n\n    jcfs backfill --unit 上海市普陀区财政局 --year 2024",
    )(backfill)


def show_settings(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
    """Show every setting in force, and where its value comes from: a default, a file or a variable."""
    from rich.markup import escape
    from rich.table import Table

    from jcfs_etl.report.terminal import console
    from jcfs_etl.settings import OTHER_VARIABLES, settings_in_force

    try:
        found = settings_in_force()
    except JcfsError as error:
        fail(error)
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


def backfill(
    curated: Curated = CURATED,
    unit: Annotated[str | None, typer.Option(help="Only this unit.")] = None,
    year: Annotated[int | None, typer.Option(help="Only this fiscal year.")] = None,
    contract_version: Annotated[
        str | None, typer.Option(help="Only documents read with this version of the contracts.")
    ] = None,
    outdated: Annotated[
        bool,
        typer.Option("--outdated", help="Only documents read with other contracts, program or settings."),
    ] = False,
    status: Annotated[str | None, typer.Option(help="Only documents with this status.")] = None,
    everything: Annotated[bool, typer.Option("--everything", help="All documents.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would be read.")] = False,
    force: Annotated[bool, typer.Option("--force", help="As for `ingest`.")] = False,
    wait: Wait = 0.0,
    workers: Workers = None,
    password: Password = "",
    extra: Extra = None,
    verbose: Verbose = False,
) -> None:
    """Read documents again that the curated data knows, where their files lie."""
    from flows.selection import Choice, select
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.report.texts import Texts
    from jcfs_etl.settings import load_settings

    add_contracts(extra)
    choice = Choice(unit, year, contract_version, outdated, status, everything)
    try:
        contracts = load_contracts()
        chosen = select(curated, choice, contracts, load_settings())
    except JcfsError as error:
        fail(error)
    for seen in chosen.files if dry_run else ():
        typer.echo(f"{seen.source}  {seen.status}  {seen.unit or ''} {seen.year or ''}".rstrip())
    for seen in chosen.lost:
        typer.echo(f"jcfs: {Path(seen.place)}: is not there any more", err=True)
    typer.echo(chosen.sentence(Texts(contracts, language(None)), is_all=dry_run or not chosen.files))
    if dry_run or not chosen.files:
        raise typer.Exit

    def run() -> RunSummary:
        announce_prefect()
        from flows.backfill import backfill as flow

        return flow(
            curated=curated,
            unit=unit,
            year=year,
            contract_version=contract_version,
            outdated=outdated,
            status=status,
            everything=everything,
            dry_run=False,
            workers=workers,
            force=force,
            wait=wait,
        )

    carry_out_flow(run, verbose)
