"""Runs the flow for a command: what can be said at once is said before Prefect is started."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

import typer

from jcfs_etl.cli.options import language
from jcfs_etl.errors import RunError, with_extra
from jcfs_etl.findings import Language

if TYPE_CHECKING:
    from flows.order import Order
    from jcfs_etl.report.summary import RunSummary


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
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.report.terminal import console, run_table
    from jcfs_etl.report.texts import Texts

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
    say = Texts(load_contracts(), language(lang))
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

        summary: RunSummary = ingest(**order.parameters, workers=workers)
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
