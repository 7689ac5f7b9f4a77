"""A run whose documents a Dask cluster reads: the flow with the cluster as its task runner."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import distributed
from msgspec.structs import asdict
from prefect.server.api.server import SubprocessASGIServer
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect_dask.task_runners import DaskTaskRunner

from flows.dask import BATCH
from flows.ingest import ingest
from flows.order import Order
from jcfs_etl.errors import RunError
from jcfs_etl.report.summary import RunSummary

#: Seconds to wait for the scheduler.
_CONNECT = "20s"


def ingest_on_cluster(order: Order, address: str, batch: int = BATCH) -> RunSummary:
    """Run the flow with a Dask cluster to read the documents.

    Args:
        order: what the run is asked for.
        address: of the scheduler, such as ``tcp://10.0.0.5:8786``.
        batch: documents of a task.

    Returns:
        What became of each document.

    Raises:
        RunError: the cluster cannot be reached or used, or what the flow itself refuses.
        ContractError: the contracts are wrong.
    """
    with _api(_hosts(address)):
        runner: Any = DaskTaskRunner(address=address)
        summary: RunSummary = ingest.with_options(task_runner=runner)(**asdict(order), dask_batch=batch)
        return summary


def _hosts(address: str) -> set[str]:
    """Machines of the cluster's workers.

    Raises:
        RunError: there is no scheduler, or it has no workers.
    """
    try:
        with distributed.Client(address, timeout=_CONNECT, set_as_default=False) as client:
            workers = client.scheduler_info(n_workers=-1)["workers"]
    except (OSError, ValueError) as error:
        raise RunError(
            f"{address}: no Dask scheduler answers there ({' '.join(str(error).split())})",
            "start one with dask scheduler, and give its address",
        ) from error
    if not workers:
        raise RunError(
            f"{address}: the Dask cluster has no workers", f"start some with dask worker {address}"
        )
    return {str(worker["host"]) for worker in workers.values()}


@contextmanager
def _api(hosts: set[str]) -> Iterator[None]:
    """Prefect's server, which the workers report to as well: the one that is set, or one of our own.

    Raises:
        RunError: none is set, and workers on other machines could not reach ours.
    """
    with ExitStack() as stack:
        if not PREFECT_API_URL.value():
            own = {"127.0.0.1", "::1", "localhost", socket.gethostname(), distributed.utils.get_ip()}
            if others := sorted(hosts - own):
                raise RunError(
                    f"{', '.join(others)}: Dask workers there cannot reach Prefect's embedded server here",
                    "start a server with prefect server start --host 0.0.0.0, and set PREFECT_API_URL to it",
                )
            server = SubprocessASGIServer()
            server.start()
            stack.callback(server.stop)
            stack.enter_context(temporary_settings({PREFECT_API_URL: server.api_url}))
        yield
