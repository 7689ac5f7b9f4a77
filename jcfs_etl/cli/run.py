"""Commands for whoever runs it: ``jcfs ingest``, ``jcfs backfill`` and ``jcfs settings``."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from jcfs_etl.cli.ingest import announce_prefect, carry_out_flow, cluster_of, run_ingest
from jcfs_etl.cli.options import (
    CURATED,
    RAW,
    Curated,
    Extra,
    Lang,
    Password,
    Verbose,
    Wait,
    Workers,
    language,
)

if TYPE_CHECKING:
    from flows.selection import Choice
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


#: How `jcfs ingest` ends, and how it is called.
INGEST_EPILOG = (
    "Exit codes: 0 every new or changed document was published; 3 some were quarantined or declined "
    "(with --exit-3-for-known also those that were before); 1 the run itself failed.\n\n"
    "Examples:\n\n"
    "    jcfs ingest\n\n"
    "    jcfs ingest data/raw/2023 report.pdf --curated /srv/curated --workers 4\n\n"
    "    jcfs ingest /srv/raw --curated s3://bucket/curated --wait 600\n\n"
    "    jcfs ingest /srv/raw --runner dask --address tcp://10.0.0.5:8786"
)
Paths = Annotated[list[Path] | None, typer.Argument(help="PDFs and folders of PDFs; by default data/raw.")]
Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Publish even where another file stands for the same unit and year, or where a rollback "
        "brought an older version back.",
    ),
]
Again = Annotated[bool, typer.Option("--again", help="Process everything, changed or not.")]
Prune = Annotated[
    bool, typer.Option("--prune", help="Withdraw published data whose PDF is not there any more.")
]
Runner = Annotated[
    Literal["local", "dask"],
    typer.Option(help="Where documents are read: processes of this machine, or a Dask cluster."),
]
Address = Annotated[
    str | None, typer.Option(metavar="tcp://HOST:PORT", help="The Dask scheduler, with --runner dask.")
]
Batch = Annotated[int, typer.Option(min=1, help="Documents of a task, with --runner dask.")]
ForKnown = Annotated[
    bool,
    typer.Option(
        "--exit-3-for-known",
        help="Leave with 3 also for unchanged documents that were quarantined or declined before.",
    ),
]
OfVersion = Annotated[
    str | None, typer.Option(help="Only documents read with this version of the contracts.")
]
Outdated = Annotated[
    bool, typer.Option("--outdated", help="Only documents read with other contracts, program or settings.")
]
Everything = Annotated[bool, typer.Option("--everything", help="All documents.")]


def ingest(
    paths: Paths = None,
    curated: Curated = CURATED,
    unit: Annotated[str | None, typer.Option(help="Publish only this unit.")] = None,
    year: Annotated[int | None, typer.Option(help="Publish only this fiscal year.")] = None,
    force: Force = False,
    again: Again = False,
    prune: Prune = False,
    wait: Wait = 0.0,
    workers: Workers = None,
    runner: Runner = "local",
    address: Address = None,
    batch: Batch = 32,
    password: Password = "",
    extra: Extra = None,
    verbose: Verbose = False,
    lang: Lang = None,
    for_known: ForKnown = False,
) -> None:
    """Read, audit and publish PDFs through the Prefect flow: those that are new, or changed since.

    A document is processed again only when its bytes, the contracts, the program or a setting that
    matters have changed.
    """
    from flows.order import Order

    read = tuple(str(path) for path in paths or [Path(RAW)])
    order = Order(read, curated, unit, year, force=force, again=again, prune=prune, wait=wait)
    run_ingest(order, workers, verbose, cluster_of(runner, address, batch), for_known, lang)


def show_settings(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
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
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.report.texts import Texts
    from jcfs_etl.settings import load_settings

    contracts = load_contracts()
    chosen = select(curated, choice, contracts, load_settings())
    for seen in chosen.files if dry_run else ():
        typer.echo(f"{seen.source}  {seen.status}  {seen.unit or ''} {seen.year or ''}".rstrip())
    for seen in chosen.lost:
        typer.echo(f"jcfs: {Path(seen.place)}: is not there any more", err=True)
    due = bool(chosen.files) and not dry_run
    typer.echo(chosen.sentence(Texts(contracts, language(None)), is_all=not due))
    return due


def _backfill(**parameters: Any) -> RunSummary:
    announce_prefect()
    from flows.backfill import backfill as flow

    summary: RunSummary = flow(**parameters)
    return summary
