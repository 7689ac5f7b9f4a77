"""The command line: ``jcfs collect | ingest | inspect | findings | contracts check``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from jcfs_etl.collect import command
from jcfs_etl.errors import JcfsError, RunError

app = typer.Typer(
    name="jcfs",
    help="Final accounts (部门决算) of Chinese public bodies: published PDFs in, audited Parquet out.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
contracts_app = typer.Typer(help="The contracts: what a publication must look like.", no_args_is_help=True)
app.add_typer(contracts_app, name="contracts")
app.command(epilog=command.EPILOG)(command.collect)

Curated = Annotated[Path, typer.Option("--curated", help="Folder of the curated data.", show_default=True)]
Password = Annotated[
    str,
    typer.Option("--password", envvar="JCFS_PASSWORD", show_envvar=True, help="Opens encrypted files."),
]

Extra = Annotated[
    list[Path] | None,
    typer.Option(
        "--contracts",
        help="Folder that adds tables, labels and identities; may be given several times. "
        "Also JCFS_CONTRACTS_EXTRA.",
    ),
]


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Final accounts of Chinese public bodies, from published PDFs to audited Parquet."""
    if version:
        import jcfs_etl

        typer.echo(f"jcfs {jcfs_etl.__version__}")
        raise typer.Exit


@app.command(
    epilog="Exit codes: 0 every document was published; 3 some were quarantined or declined; "
    "1 the run itself failed.\n\n"
    "Examples:\n\n"
    "    jcfs ingest\n\n"
    "    jcfs ingest data/raw/2023 report.pdf --curated /srv/curated --workers 4"
)
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="PDFs and folders of PDFs; by default data/raw.")
    ] = None,
    curated: Curated = Path("data/curated"),
    unit: Annotated[str | None, typer.Option(help="Publish only this unit.")] = None,
    year: Annotated[int | None, typer.Option(help="Publish only this fiscal year.")] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Publish even where another file stands for the same unit and year."),
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; by default one a processor.")] = None,
    password: Password = "",
    extra: Extra = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the flow's own log.")] = False,
) -> None:
    """Read, audit and publish PDFs through the Prefect flow."""
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.curate.partitions import check_writable
    from jcfs_etl.discover import discover
    from jcfs_etl.report.terminal import console, run_table
    from jcfs_etl.settings import load_settings

    _prepare_prefect(verbose)
    _add_contracts(extra)
    named = paths or [Path("data/raw")]
    if password:
        os.environ["JCFS_PASSWORD"] = password
    try:
        # What would fail the run is said at once, not after Prefect has started.
        load_contracts()
        load_settings()
        discover(named)
        check_writable(curated)
        if sys.stderr.isatty():
            typer.echo("Starting Prefect, which takes some seconds …", err=True)
        from flows.ingest import ingest as flow

        summary = flow(
            paths=[str(p) for p in named],
            curated=str(curated),
            unit=unit,
            year=year,
            force=force,
            workers=workers,
        )
    except JcfsError as error:
        _fail(error)
    except RuntimeError as error:
        if "server" not in str(error).lower():
            raise
        _fail(RunError(f"Prefect: {' '.join(str(error).split())}", "run again, or see --verbose"))
    except KeyboardInterrupt:
        typer.echo("jcfs: interrupted; what was published is whole, run again for the rest", err=True)
        raise typer.Exit(1) from None
    console().print(run_table(summary))
    raise typer.Exit(summary.exit_code)


@app.command(
    epilog="Exit codes: 0 it can be published; 3 it would be quarantined or declined; 1 it cannot be "
    "read.\n\nExamples:\n\n    jcfs inspect report.pdf\n\n    jcfs inspect report.pdf --json"
)
def inspect(
    file: Annotated[Path, typer.Argument(help="The PDF.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    password: Password = "",
    extra: Extra = None,
) -> None:
    """Show what is recognised in one PDF, page by page, and the verdict. Nothing is written."""
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.interface import read_publication
    from jcfs_etl.report.inspect import inspect_document
    from jcfs_etl.report.terminal import console, inspection

    _add_contracts(extra)
    try:
        contracts = load_contracts()
        document = read_publication(file, password=password, contracts=contracts)
    except JcfsError as error:
        _fail(error, file)
    report = inspect_document(document)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        console().print(inspection(report, contracts))
    raise typer.Exit(0 if document.status == "published" else 3)


@app.command(
    epilog="Examples:\n\n    jcfs findings\n\n    jcfs findings --unit 上海市普陀区财政局 --year 2024 --all"
)
def findings(
    curated: Curated = Path("data/curated"),
    unit: Annotated[str | None, typer.Option(help="Only this unit.")] = None,
    year: Annotated[int | None, typer.Option(help="Only this fiscal year.")] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show notes of severity info too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
    """Say in words what does not add up in the curated data, with pages, worst first."""
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.curate import read_dataset
    from jcfs_etl.report.terminal import console, findings_report

    try:
        if not (curated / "documents").is_dir():
            raise RunError(f"{curated}: holds no curated data", "run jcfs ingest first")
        contracts = load_contracts()
        rows = read_dataset(curated, "findings", contracts).to_pylist()
    except JcfsError as error:
        _fail(error)
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
        typer.echo("Nothing to report.")
        return
    console().print(findings_report(rows, contracts))


@contracts_app.command("check", epilog="Example:\n\n    jcfs contracts check --folder contracts")
def check_contracts(
    folder: Annotated[
        Path | None, typer.Option(help="Folder of contracts; by default those in force.")
    ] = None,
    extra: Extra = None,
) -> None:
    """Validate the contracts; each error names file and line."""
    from jcfs_etl.contracts import contracts_folder, load_contracts

    _add_contracts(extra)
    try:
        contracts = load_contracts(folder)
    except JcfsError as error:
        _fail(error)
    identities = len(contracts.identities) + sum(len(t.identities) for t in contracts.tables.values())
    typer.echo(
        f"{folder or contracts_folder()}: {len(contracts.tables)} tables, {identities} identities, "
        f"{len(contracts.functional)} functional and {len(contracts.economic)} economic codes; "
        f"version {contracts.version}"
    )


@contracts_app.command(
    "pages", epilog="Example:\n\n    jcfs contracts pages --example report.pdf --into docs"
)
def contract_pages(
    example: Annotated[Path, typer.Option(help="Publication that examples and definitions come from.")],
    into: Annotated[Path, typer.Option(help="Folder for checks.md and data-dictionary.md.")] = Path("docs"),
    extra: Extra = None,
) -> None:
    """Write the reference pages of every check and every column of the data."""
    from jcfs_etl.interface import read_publication
    from jcfs_etl.report.reference import reference_pages

    _add_contracts(extra)
    try:
        document = read_publication(example)
    except JcfsError as error:
        _fail(error, example)
    into.mkdir(parents=True, exist_ok=True)
    for name, text in reference_pages(document).items():
        (into / name).write_text(text, encoding="utf-8")
        typer.echo(f"{into / name}: {len(text.splitlines())} lines")


def _prepare_prefect(verbose: bool) -> None:
    """Settings that Prefect reads when it is first imported; what the user has set stands."""
    settings: dict[str, Any] = {
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "INFO" if verbose else "CRITICAL",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING" if verbose else "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "true" if verbose else "false",
        # A machine under load may take longer than Prefect's own 20 seconds.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    }
    for name, value in settings.items():
        os.environ.setdefault(name, value)


def _add_contracts(folders: list[Path] | None) -> None:
    """Through the environment, which worker processes inherit."""
    from jcfs_etl.contracts.loading import EXTRA_ENVIRONMENT

    if folders:
        os.environ[EXTRA_ENVIRONMENT] = os.pathsep.join(str(folder.resolve()) for folder in folders)


def _fail(error: JcfsError, file: Path | None = None) -> NoReturn:
    where = f"{file}: " if file is not None else ""
    typer.echo(f"jcfs: {where}{error}", err=True)
    raise typer.Exit(1)
