"""Commands on the contracts: ``jcfs contracts check | pages | suggest``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jcfs_etl.cli.options import Extra, Password, read_file, speaking

app = typer.Typer(help="The contracts: what a publication must look like.", no_args_is_help=True)


@app.command("check", epilog="Example:\n\n    jcfs contracts check --folder contracts")
def check_contracts(
    folder: Annotated[
        Path | None, typer.Option(help="Folder of contracts; by default those in force.")
    ] = None,
    extra: Extra = None,
) -> None:
    """Validate the contracts; each error names file and line."""
    from jcfs_etl.contracts import contracts_folder

    say = speaking(folder=folder)
    contracts = say.contracts
    identities = len(contracts.identities) + sum(len(t.identities) for t in contracts.tables.values())
    typer.echo(
        say(
            "contracts.checked",
            folder=str(folder or contracts_folder()),
            tables=len(contracts.tables),
            identities=identities,
            functional=len(contracts.functional),
            economic=len(contracts.economic),
            version=contracts.version,
        )
    )


@app.command("pages", epilog="Example:\n\n    jcfs contracts pages --example report.pdf --into docs")
def contract_pages(
    example: Annotated[Path, typer.Option(help="Publication that examples and definitions come from.")],
    into: Annotated[Path, typer.Option(help="Folder for checks.md and the data dictionaries.")] = Path(
        "docs"
    ),
    extra: Extra = None,
) -> None:
    """Write the reference pages of every check and every column of the data."""
    from jcfs_etl.report.reference import reference_pages

    say = speaking()
    document = read_file(example, say.contracts)
    into.mkdir(parents=True, exist_ok=True)
    for name, text in reference_pages(document).items():
        (into / name).write_text(text, encoding="utf-8")
        typer.echo(say("contracts.page", path=str(into / name), lines=len(text.splitlines())))


@app.command("suggest", epilog="Example:\n\n    jcfs contracts suggest report.pdf > suggested.yaml")
def suggest_contracts(
    file: Annotated[Path, typer.Argument(help="The publication whose lines or columns are not known.")],
    extra: Extra = None,
    password: Password = "",
) -> None:
    """Print what the contracts lack for a publication, as YAML for a folder of further contracts."""
    from jcfs_etl.report.suggest import suggestions

    say = speaking()
    document = read_file(file, say.contracts)
    text = suggestions(document.publication, document.all_findings, say.contracts)
    typer.echo(text or say("contracts.nothing_to_suggest", file=file.name))
