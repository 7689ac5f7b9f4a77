"""The command line: `jcfs --help` lists what it does."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from jcfs_etl.cli import collect, contracts, curated, ingest, looking, operations, outputs
from jcfs_etl.cli.options import Commands
from jcfs_etl.memory import collect_seldom

app = typer.Typer(
    name="jcfs",
    help="Final accounts (部门决算) of Chinese public bodies: published PDFs in, audited Parquet out.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    cls=Commands,
)
# In the order in which the help lists their commands.
for module in (collect, curated, operations, outputs, ingest, looking):
    app.add_typer(module.app)
app.add_typer(contracts.app, name="contracts")
app.add_typer(curated.quarantine, name="quarantine")


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Final accounts of Chinese public bodies, from published PDFs to audited Parquet."""
    collect_seldom()
    # Looking for plugins of pydantic among all that is installed takes longer than checking the contracts.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if version:
        import jcfs_etl

        typer.echo(f"jcfs {jcfs_etl.__version__}")
        raise typer.Exit
