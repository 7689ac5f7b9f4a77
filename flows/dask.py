"""Processing on a Dask cluster through Prefect's task runner: batches of documents go out, one writer here.

The workers read, recognise and audit, and put the files of documents aside where the flow's own process moves
them into place, in the order of a run on one machine, so that both give the same bytes. A worker that cannot
see the curated root sends the bytes instead, which is said. Within a Dask worker each document is read in a
process of its own with its limits, as everywhere; the processes are kept from batch to batch.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import distributed
from msgspec import Struct
from msgspec.structs import replace
from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext
from prefect.futures import PrefectFuture
from prefect_dask.task_runners import DaskTaskRunner

from flows.workers import Workers
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.curate import ProcessedDocument, open_store
from jcfs_etl.curate.aside import Holder
from jcfs_etl.curate.basis import result_basis
from jcfs_etl.curate.plan import Given
from jcfs_etl.curate.store import STAGING
from jcfs_etl.errors import JcfsError, RunError
from jcfs_etl.password import PASSWORD, password_in_force
from jcfs_etl.settings import Settings

#: Documents of a task: enough that Prefect's and Dask's own work is small beside reading them.
BATCH = 32
#: Batches in hand per thread of the cluster: while one is read, the next is on its way.
_AHEAD = 2


class Terms(Struct, frozen=True):
    """What every batch of a run is read by.

    Attributes:
        settings: limits for each document.
        password: whether encrypted files can be opened; it is never sent itself.
        holder: the run, with the curated root as workers may see it.
    """

    settings: Settings
    password: bool
    holder: Holder


class Read(Struct, frozen=True):
    """What a worker made of a batch.

    Attributes:
        worker: its address.
        documents: in the order given.
        sees_root: whether it puts their files aside itself.
    """

    worker: str
    documents: tuple[ProcessedDocument, ...]
    sees_root: bool


def in_batches(
    due: Sequence[Given], size: int, settings: Settings, holder: Holder, done: Callable[[Given], None]
) -> Generator[tuple[Given, ProcessedDocument], None, None]:
    """Documents in their order, read by the cluster of the flow that this is called in.

    Args:
        due: the files.
        size: documents of a task.
        settings: those in force.
        holder: the run that workers put files aside for.
        done: told of each file that is processed.

    Raises:
        RunError: a worker cannot see a file, or is not set up as this run is.
    """
    flow = FlowRunContext.get()
    assert flow is not None and isinstance(flow.task_runner, DaskTaskRunner)
    client = flow.task_runner.client
    # Full paths: workers run in folders of their own.
    due = [replace(given, path=given.path.absolute()) for given in due]
    if "://" not in holder.curated:
        holder = holder._replace(curated=str(Path(holder.curated).absolute()))
    terms = Terms(settings, bool(password_in_force()), holder)
    batches = [due[at : at + size] for at in range(0, len(due), size)]
    store, blind = open_store(holder.curated), set[str]()
    store.stage({_mark(holder): holder.token.encode()})
    try:
        for batch, read in _read(client, batches, terms):
            if not read.sees_root and read.worker not in blind:
                blind.add(read.worker)
                get_run_logger().warning(
                    "the Dask worker %s does not see %s, so its documents come over the network; "
                    "a folder that all machines share, or s3://…, spares that",
                    read.worker,
                    holder.curated,
                )
            for given, document in zip(batch, read.documents, strict=True):
                _require_seen(given, document, read.worker)
                done(given)
                yield given, document
    finally:
        # A cluster that is gone has nothing left to be ended.
        with suppress(OSError, TimeoutError):
            client.run(_end_pools, terms)
        store.delete([_mark(holder)])


def _mark(holder: Holder) -> str:
    """Where the run leaves its name, by which workers know the root from another one of its name."""
    return f"{STAGING}/{holder.token}-is-here"


def _sees_root(holder: Holder) -> bool:
    try:
        return open_store(holder.curated).read(_mark(holder)) == holder.token.encode()
    except Exception:  # whatever a store provokes on a machine that is not set up for it
        return False


def _read(
    client: distributed.Client, batches: Iterable[Sequence[Given]], terms: Terms
) -> Iterator[tuple[Sequence[Given], Read]]:
    """Batches in their order with what was made of them, a bounded number of them in hand at once."""
    rest = iter(batches)
    waiting: deque[tuple[Sequence[Given], PrefectFuture[Read]]] = deque()
    while True:
        # Asked anew each time: workers may join while the run goes on.
        ahead = _AHEAD * max(sum(client.nthreads().values()), 1)
        while len(waiting) < ahead and (batch := next(rest, None)) is not None:
            waiting.append((batch, process_batch.submit(batch, terms)))
        if not waiting:
            return
        batch, future = waiting.popleft()
        yield batch, _result(future)


@task(task_run_name="process {batch[0].name} …", cache_policy=NO_CACHE)
def process_batch(batch: Sequence[Given], terms: Terms) -> Read:
    """Read and audit documents on a Dask worker."""
    # A task is sent by value with all that it names; what it calls is found in the worker's own module.
    return read_batch(batch, terms)


def read_batch(batch: Sequence[Given], terms: Terms) -> Read:
    """Read and audit documents one after the other, each in a process with its limits.

    Raises:
        RunError: this worker would read otherwise than the flow's own process.
    """
    worker = distributed.get_worker()

    def fault(_: Exception) -> None:
        get_run_logger().exception("processing failed")

    documents = []
    pool = _pool(terms, worker.address, worker.state.nthreads)
    for given in batch:
        if pool.workers.ended:
            raise RunError("the run that asked for this batch has ended", "run again for the rest")
        documents.append(pool.workers.process(given.path, given.name, fault=fault))
    return Read(worker.address, tuple(documents), pool.sees_root)


class _Pool(NamedTuple):
    """Processes of this Dask worker for one run, and whether they put aside what they make."""

    workers: Workers
    sees_root: bool


#: The processes of this Dask worker, kept from batch to batch, for each run that uses it.
_POOLS: dict[Terms, _Pool] = {}
_LOCK = threading.Lock()


def _pool(terms: Terms, worker: str, threads: int) -> _Pool:
    """The processes for a run, started with its first batch."""
    with _LOCK:
        if terms not in _POOLS:
            contracts, sees_root = _require_same(terms, worker), _sees_root(terms.holder)
            holder = terms.holder if sees_root else None
            workers = Workers(threads, contracts, terms.settings, processors=threads, holder=holder)
            _POOLS[terms] = _Pool(workers, sees_root)
        return _POOLS[terms]


def _end_pools(terms: Terms) -> None:
    """End a run's processes on a worker, also those that still read for it: nobody waits for them."""
    with _LOCK:
        pool = _POOLS.pop(terms, None)
    if pool is not None:
        pool.workers.stop()


def _require_same(terms: Terms, worker: str) -> Contracts:
    """The contracts of this worker, when it can read as the flow's own process would.

    Raises:
        RunError: it cannot, so that its results would be others.
    """
    if multiprocessing.current_process().daemon:
        raise RunError(
            f"the Dask worker {worker} may not start processes of its own, which documents are read in",
            "start it with DASK_DISTRIBUTED__WORKER__DAEMON=False, or with dask worker --no-nanny",
        )
    contracts = load_contracts()
    if result_basis(contracts, terms.settings) != terms.holder.basis:
        raise RunError(
            f"the Dask worker {worker} has other contracts, another version of jcfs_etl or other libraries, "
            "so it would read otherwise",
            "install the same on all machines, and start workers with the same JCFS_CONTRACTS… variables",
        )
    if bool(password_in_force()) != terms.password:
        raise RunError(
            f"{PASSWORD} is set for this run and not for the Dask worker {worker}, or the other way round",
            "a password is not sent over the network: start the workers with it",
        )
    return contracts


def _require_seen(given: Given, document: ProcessedDocument, worker: str) -> None:
    """Refuse to go on when a worker cannot read a file that is here.

    Raises:
        RunError: it names the file.
    """
    if given.sha256 and not document.record.sha256 and given.path.is_file():
        raise RunError(
            f"{given.path}: the Dask worker {worker} cannot read it ({document.record.reason})",
            "PDFs must lie on a file system that all workers share, under the same path",
        )


def _result(future: PrefectFuture[Read]) -> Read:
    try:
        return future.result()
    except JcfsError:
        raise
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "distributed":
            raise
        raise RunError(
            f"the Dask cluster lost a batch ({' '.join(str(error).split())[:300]})",
            "see the workers' own logs, and run again for the rest",
        ) from error
