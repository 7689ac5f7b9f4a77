"""``jcfs collect``: the collector on the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from jcfs_etl.collect.model import CollectReport, State

app = typer.Typer()
_STYLE: dict[State, str] = {
    "new": "green",
    "replaced": "cyan",
    "unchanged": "dim",
    "planned": "cyan",
    "vanished": "yellow",
    "failed": "red",
}
Sources = Annotated[
    Path | None, typer.Option(help="File of sources; by default sources.yaml of the contracts in force.")
]
#: Beside the folders of JCFS_CONTRACTS_EXTRA, which other commands take it in place of.
Extra = Annotated[
    list[Path] | None,
    typer.Option("--contracts", help="Folder that adds sources; may be given several times."),
]


@app.command(
    epilog="Exit codes: 0 all is well; 3 some addresses failed, each with its reason; "
    "1 the run itself failed.\n\nExamples:\n\n    jcfs collect --contracts my-contracts\n\n"
    "    jcfs collect --sources sources.yaml --into data/raw --dry-run"
)
def collect(
    sources: Sources = None,
    into: Annotated[Path, typer.Option(help="Folder that the PDFs go to.")] = Path("data/raw"),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Look at the pages and say what would be collected.")
    ] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Ask hosts of private networks too.")
    ] = False,
    extra: Extra = None,
) -> None:
    """Collect PDFs from publication pages and addresses into a folder, politely."""
    from jcfs_etl.collect.collector import collect as run
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.contracts.loading import extra_folders
    from jcfs_etl.contracts.sources import load_sources
    from jcfs_etl.report.terminal import console
    from jcfs_etl.settings import load_collect_settings

    try:
        settings = load_collect_settings()
        if allow_private:
            settings = settings.model_copy(update={"allow_private": True})
        if sources is not None:
            contract = load_sources(sources)
        else:
            contract = load_contracts(extra=(*extra_folders(), *(extra or ()))).sources
        with _progress() as progress:
            report = run(contract, into, settings, dry_run=dry_run, progress=progress)
    except KeyboardInterrupt:
        typer.echo("jcfs: interrupted; what was collected is whole, run again for the rest", err=True)
        raise typer.Exit(1) from None
    console().print(_table(report))
    raise typer.Exit(report.exit_code)


def _table(report: CollectReport) -> RenderableType:
    """A row for each address that is not as it was, what failed or vanished in words below, and the sum."""
    from rich.console import Group
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    for name in ("source", "state", "file", "address"):
        table.add_column(name, overflow="fold")
    notes: list[RenderableType] = []
    for outcome in report.outcomes:
        state = f"[{_STYLE[outcome.state]}]{outcome.state}[/]"
        where = (escape(outcome.source), state, escape(outcome.file or ""), escape(outcome.address))
        if outcome.state != "unchanged":
            table.add_row(*where)
        if outcome.message and outcome.state != "planned":
            notes.append(f"{state} {escape(outcome.address)}: {escape(outcome.sentence())}")
    body: list[RenderableType] = [table] if table.row_count else []
    return Group(*body, *notes, report.sentence())


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    """A bar on a terminal; nothing elsewhere."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    shown = Console(stderr=True)
    with Progress(*columns, console=shown, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("collect", total=None)

        def tell(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=escape(what[-60:] or "collect"))

        yield tell
