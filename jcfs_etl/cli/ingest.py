"""``jcfs ingest``, and the flow run for a command: what can be said at once is said before Prefect starts."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from msgspec.structs import asdict

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
    speaking,
)
from jcfs_etl.errors import RunError, with_extra
from jcfs_etl.findings import Language

if TYPE_CHECKING:
    from flows.order import Order
    from jcfs_etl.report.summary import RunSummary


app = typer.Typer()
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


def run_ingest(
    order: Order,
    workers: int | None,
    verbose: bool,
    cluster: tuple[str, int] | None = None,
    of_all: bool = False,
    lang: Language | None = None,
) -> NoReturn:
    """Run, print what became of each document, and leave with the run's exit code.

    Args:
        order: what the run is asked for.
        workers: processes; by default one a processor.
        verbose: show the flow's own log.
        cluster: address of a Dask scheduler that reads the documents, and documents of a task.
        of_all: let documents that were refused before count for the exit code too.
        lang: language of what is printed; by default that of JCFS_LANG or the locale.
    """
    from flows.steps import Run

    def run() -> RunSummary:
        # A run that finds nothing to do needs no Prefect, which takes some seconds to start.
        summary = Run(order).without_processing()
        if summary is None:
            announce_prefect()
            summary = _run_flow(order, workers, cluster)
        return summary

    carry_out_flow(run, verbose, of_all, lang)


def carry_out_flow(
    run: Callable[[], RunSummary], verbose: bool, of_all: bool = False, lang: Language | None = None
) -> NoReturn:
    """Run a flow, print what became of each document, and leave with the run's exit code.

    Args:
        run: calls the flow, and imports it: only then Prefect reads its settings.
        verbose: show the flow's own log.
        of_all: as of :func:`run_ingest`.
        lang: as of :func:`run_ingest`.
    """
    from jcfs_etl.report.terminal import console, run_table

    _prepare_prefect(verbose)
    began = time.perf_counter()
    try:
        summary = run()
    except RuntimeError as error:
        if "server" not in str(error).lower():
            raise
        raise RunError(f"Prefect: {' '.join(str(error).split())}", "run again, or see --verbose") from error
    except KeyboardInterrupt:
        typer.echo("jcfs: interrupted; what was published is whole, run again for the rest", err=True)
        raise typer.Exit(1) from None
    say = speaking(lang)
    console().print(run_table(summary, say))
    typer.echo(say("run.took", seconds=f"{time.perf_counter() - began:.1f}"))
    raise typer.Exit(summary.exit_code_of_all if of_all else summary.exit_code)


def announce_prefect() -> None:
    """Say on a terminal why nothing happens for a while."""
    if sys.stderr.isatty():
        typer.echo("Starting Prefect, which takes some seconds …", err=True)


def cluster_of(runner: str, address: str | None, batch: int) -> tuple[str, int] | None:
    """The Dask cluster that is to read the documents; None for processes of this machine.

    Args:
        runner: ``local`` or ``dask``.
        address: of its scheduler.
        batch: documents of a task.
    """
    if runner == "dask" and address is None:
        raise RunError("--runner dask needs the scheduler's address", "give --address tcp://HOST:PORT")
    if runner == "local" and address is not None:
        raise RunError("--address names a Dask scheduler, and documents are read here", "give --runner dask")
    return None if address is None else (address, batch)


def _run_flow(order: Order, workers: int | None, cluster: tuple[str, int] | None) -> RunSummary:
    """The flow, with processes of this machine or with a Dask cluster."""
    if cluster is None:
        from flows.ingest import ingest

        summary: RunSummary = ingest(**asdict(order), workers=workers)
        return summary
    try:
        from flows.cluster import ingest_on_cluster
    except ImportError as error:
        raise RunError(
            f"--runner dask needs a library that is missing ({error})", with_extra("dask")
        ) from error
    return ingest_on_cluster(order, *cluster)


def _prepare_prefect(verbose: bool) -> None:
    """Settings that Prefect reads when it is first imported; what the user has set stands."""
    settings = {
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
