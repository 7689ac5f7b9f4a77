"""The command line: `jcfs --help` lists what it does."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from jcfs_etl.cli import changes, collect, compact, export, report, run, views
from jcfs_etl.cli.curated import register
from jcfs_etl.cli.ingest import cluster_of, run_ingest
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
    add_contracts,
    fail,
    language,
    require_curated,
    require_known,
)
from jcfs_etl.errors import JcfsError

app = typer.Typer(
    name="jcfs",
    help="Final accounts (部门决算) of Chinese public bodies: published PDFs in, audited Parquet out.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
contracts_app = typer.Typer(help="The contracts: what a publication must look like.", no_args_is_help=True)
app.add_typer(contracts_app, name="contracts")
app.command(epilog=collect.EPILOG)(collect.collect)

quarantine_app = typer.Typer(
    help="Documents that are not certain enough to be published.", no_args_is_help=True
)
app.add_typer(quarantine_app, name="quarantine")
register(app, quarantine_app)
run.register(app)
compact.register(app)
report.register(app)
views.register(app)
changes.register(app)
export.register(app)


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
    epilog="Exit codes: 0 every new or changed document was published; 3 some were quarantined or declined "
    "(with --exit-3-for-known also those that were before); 1 the run itself failed.\n\n"
    "Examples:\n\n"
    "    jcfs ingest\n\n"
    "    jcfs ingest data/raw/2023 report.pdf --curated /srv/curated --workers 4\n\n"
    "    jcfs ingest /srv/raw --curated s3://bucket/curated --wait 600\n\n"
    "    jcfs ingest /srv/raw --runner dask --address tcp://10.0.0.5:8786"
)
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="PDFs and folders of PDFs; by default data/raw.")
    ] = None,
    curated: Curated = CURATED,
    unit: Annotated[str | None, typer.Option(help="Publish only this unit.")] = None,
    year: Annotated[int | None, typer.Option(help="Publish only this fiscal year.")] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Publish even where another file stands for the same unit and year, or where a rollback "
            "brought an older version back.",
        ),
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Process everything, changed or not.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Withdraw published data whose PDF is not there any more.")
    ] = False,
    wait: Wait = 0.0,
    workers: Workers = None,
    runner: Annotated[
        Literal["local", "dask"],
        typer.Option(help="Where documents are read: processes of this machine, or a Dask cluster."),
    ] = "local",
    address: Annotated[
        str | None, typer.Option(metavar="tcp://HOST:PORT", help="The Dask scheduler, with --runner dask.")
    ] = None,
    batch: Annotated[int, typer.Option(min=1, help="Documents of a task, with --runner dask.")] = 32,
    password: Password = "",
    extra: Extra = None,
    verbose: Verbose = False,
    lang: Lang = None,
    for_known: Annotated[
        bool,
        typer.Option(
            "--exit-3-for-known",
            help="Leave with 3 also for unchanged documents that were quarantined or declined before.",
        ),
    ] = False,
) -> None:
    """Read, audit and publish PDFs through the Prefect flow: those that are new, or changed since.

    A document is processed again only when its bytes, the contracts, the program or a setting that
    matters have changed.
    """
    from flows.order import Order

    read = tuple(str(path) for path in paths or [Path(RAW)])
    run_ingest(
        Order(read, curated, unit, year, force=force, again=again, prune=prune, wait=wait),
        workers,
        extra,
        verbose,
        cluster_of(runner, address, batch),
        for_known,
        lang,
    )


@app.command(
    epilog="Exit codes: 0 it can be published; 3 it would be quarantined or declined; 1 it cannot be "
    "read.\n\nExamples:\n\n    jcfs inspect report.pdf\n\n    jcfs inspect report.pdf --json"
)
def inspect(
    file: Annotated[Path, typer.Argument(help="The PDF.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    password: Password = "",
    extra: Extra = None,
    lang: Lang = None,
) -> None:
    """Show what is recognised in one PDF, page by page, and the verdict. Nothing is written."""
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.interface import read_publication
    from jcfs_etl.read.ocr import use_threads
    from jcfs_etl.report.inspect import inspect_document
    from jcfs_etl.report.terminal import console, inspection
    from jcfs_etl.report.texts import Texts

    add_contracts(extra)
    use_threads(os.cpu_count() or 1)
    try:
        contracts = load_contracts()
        document = read_publication(file, contracts=contracts)
    except JcfsError as error:
        fail(error, file)
    report = inspect_document(document)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        console().print(inspection(report, contracts, Texts(contracts, language(lang))))
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
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.curate import read_dataset
    from jcfs_etl.report.terminal import console, findings_report
    from jcfs_etl.report.texts import Texts

    try:
        require_curated(curated)
        contracts = load_contracts()
        rows = read_dataset(curated, "findings", contracts).to_pylist()
        wanted = ["unit", "year", "source", "money_unit"]
        documents = read_dataset(curated, "documents", contracts).select(wanted).to_pylist()
        require_known(unit, year, [(d["unit"], d["year"]) for d in documents])
    except JcfsError as error:
        fail(error)
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
    say = Texts(contracts, language(lang))
    if not rows:
        typer.echo(say("findings.none"))
        return
    money_units = {d["source"]: d["money_unit"] for d in documents}
    console().print(findings_report(rows, contracts, money_units, say))


@contracts_app.command("check", epilog="Example:\n\n    jcfs contracts check --folder contracts")
def check_contracts(
    folder: Annotated[
        Path | None, typer.Option(help="Folder of contracts; by default those in force.")
    ] = None,
    extra: Extra = None,
) -> None:
    """Validate the contracts; each error names file and line."""
    from jcfs_etl.contracts import contracts_folder, load_contracts
    from jcfs_etl.report.texts import Texts

    add_contracts(extra)
    try:
        contracts = load_contracts(folder)
    except JcfsError as error:
        fail(error)
    identities = len(contracts.identities) + sum(len(t.identities) for t in contracts.tables.values())
    typer.echo(
        Texts(contracts, language(None))(
            "contracts.checked",
            folder=str(folder or contracts_folder()),
            tables=len(contracts.tables),
            identities=identities,
            functional=len(contracts.functional),
            economic=len(contracts.economic),
            version=contracts.version,
        )
    )


@contracts_app.command(
    "pages", epilog="Example:\n\n    jcfs contracts pages --example report.pdf --into docs"
)
def contract_pages(
    example: Annotated[Path, typer.Option(help="Publication that examples and definitions come from.")],
    into: Annotated[Path, typer.Option(help="Folder for checks.md and the data dictionaries.")] = Path(
        "docs"
    ),
    extra: Extra = None,
) -> None:
    """Write the reference pages of every check and every column of the data."""
    from jcfs_etl.interface import read_publication
    from jcfs_etl.report.reference import reference_pages
    from jcfs_etl.report.texts import Texts

    add_contracts(extra)
    try:
        document = read_publication(example)
    except JcfsError as error:
        fail(error, example)
    into.mkdir(parents=True, exist_ok=True)
    for name, text in reference_pages(document).items():
        (into / name).write_text(text, encoding="utf-8")
        say = Texts(document.contracts, language(None))
        typer.echo(say("contracts.page", path=str(into / name), lines=len(text.splitlines())))


@contracts_app.command("suggest", epilog="Example:\n\n    jcfs contracts suggest report.pdf > suggested.yaml")
def suggest_contracts(
    file: Annotated[Path, typer.Argument(help="The publication whose lines or columns are not known.")],
    extra: Extra = None,
    password: Password = "",
) -> None:
    """Print what the contracts lack for a publication, as YAML for a folder of further contracts."""
    from jcfs_etl.interface import read_publication
    from jcfs_etl.report.suggest import suggestions
    from jcfs_etl.report.texts import Texts

    add_contracts(extra)
    try:
        document = read_publication(file)
    except JcfsError as error:
        fail(error, file)
    text = suggestions(document.publication, document.all_findings, document.contracts)
    say = Texts(document.contracts, language(None))
    typer.echo(text or say("contracts.nothing_to_suggest", file=file.name))
