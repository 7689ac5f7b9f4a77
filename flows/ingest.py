"""The main flow: discover → plan → process (a task a document, each in a process) → publish → summary."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from flows.steps import Order, move_records, open_root, plan_run, settle_run
from flows.workers import Workers, process_in_worker
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.curate import ProcessedDocument, PublishedDocument
from jcfs_etl.curate.plan import Given
from jcfs_etl.curate.root import CuratedRoot
from jcfs_etl.discover import Source, discover
from jcfs_etl.report.summary import RunSummary
from jcfs_etl.settings import Settings, load_settings

#: Documents in hand per worker: enough to keep it busy, few enough to bound memory.
_AHEAD = 4

#: Tasks only wait for worker processes, so threads are enough to run them.
_RUNNER: Any = ThreadPoolTaskRunner(max_workers=64)


@flow(name="ingest", task_runner=_RUNNER, validate_parameters=False)
def ingest(
    paths: Sequence[str] = ("data/raw",),
    curated: str = "data/curated",
    unit: str | None = None,
    year: int | None = None,
    force: bool = False,
    workers: int | None = None,
    again: bool = False,
    retry: bool = False,
    prune: bool = False,
    wait: float = 0.0,
    dask_batch: int = 0,
) -> RunSummary:
    """Read, audit and publish PDFs that are new or changed.

    Args:
        paths: files and folders.
        curated: folder or URL of the curated data.
        unit: publish only documents of this unit.
        year: publish only documents of this fiscal year.
        force: publish even where another file's publication of the same unit and year stands, or where a
            person brought an older version back.
        workers: processes; by default one a processor.
        again: process everything, changed or not.
        retry: process what is quarantined, and nothing else.
        prune: withdraw published data whose file is not there any more.
        wait: seconds to wait for another run on the same curated data.
        dask_batch: documents of a task on the Dask cluster that the flow's task runner stands for, see
            :mod:`flows.dask`; 0 for processes of this machine.

    Returns:
        What became of each document.

    Raises:
        RunError: nothing to read, nowhere to write, another run is writing there, or a wrong setting.
        ContractError: the contracts are wrong.
    """
    contracts, settings = load_contracts(), load_settings()
    order = Order(tuple(paths), str(curated), unit, year, force, again, retry, prune, wait)
    sources = discover_sources(paths)
    with open_root(order, contracts, settings) as root:
        plan = plan_run(order, sources, root.manifest, contracts, settings)
        get_run_logger().info("%d to process, %d unchanged", len(plan.due), len(plan.unchanged))
        move_records(plan, root)
        published: list[PublishedDocument] = []
        with (
            _reading(plan.due, workers, dask_batch, contracts, settings) as documents,
            _progress() as progress,
        ):
            bar = progress.add_task("ingest", total=len(plan.due))
            for given, document in documents:
                progress.advance(bar)
                if order.wants(document.record.unit, document.record.year):
                    published.append(publish_document(document, given, root, force, plan.absent))
        summary = settle_run(order, plan, root, published, contracts, settings)
    report_run(summary)
    return summary


@task(task_run_name="discover", cache_policy=NO_CACHE)
def discover_sources(paths: Sequence[str]) -> list[Source]:
    """Find the PDFs."""
    sources = discover(paths)
    get_run_logger().info("%d PDFs found", len(sources))
    return sources


@task(task_run_name="process {given.name}", cache_policy=NO_CACHE)
def process(given: Given, pool: Workers) -> ProcessedDocument:
    """Read and audit one document in a worker process, within its limits."""

    def fault(_: Exception) -> None:
        get_run_logger().exception("processing %s failed", given.name)

    return pool.process(given.path, given.name, fault=fault)


@task(task_run_name="publish {document.record.source}", cache_policy=NO_CACHE)
def publish_document(
    document: ProcessedDocument, given: Given, root: CuratedRoot, force: bool, absent: frozenset[str]
) -> PublishedDocument:
    """Replace one document's partitions."""
    return root.publish(document, place=given.place, force=force, absent=absent)


@task(task_run_name="summary", cache_policy=NO_CACHE)
def report_run(summary: RunSummary) -> None:
    """Keep the summary as an artifact of the run."""
    create_markdown_artifact(
        key="ingest-summary", markdown=summary.markdown(), description="What the run published"
    )


@contextmanager
def _reading(
    due: Sequence[Given], workers: int | None, dask_batch: int, contracts: Contracts, settings: Settings
) -> Iterator[Iterator[tuple[Given, ProcessedDocument]]]:
    """Documents in the order of their names, as a Dask cluster or processes of this machine read them."""
    if dask_batch:
        from flows.dask import in_batches

        with closing(in_batches(due, dask_batch, contracts, settings)) as documents:
            yield documents
        return
    count = max(min(workers or os.cpu_count() or 1, len(due)), 1)
    with Workers(count, contracts, settings, process_in_worker) as pool:
        yield _in_order(due, pool, count * _AHEAD)


def _in_order(files: Sequence[Given], pool: Workers, ahead: int) -> Iterator[tuple[Given, ProcessedDocument]]:
    """Documents in the order of their names, a bounded number of them in hand at once."""
    waiting: deque[tuple[Given, PrefectFuture[ProcessedDocument]]] = deque()
    rest = iter(files)
    while True:
        while len(waiting) < ahead and (given := next(rest, None)) is not None:
            waiting.append((given, process.submit(given, pool)))
        if not waiting:
            return
        given, future = waiting.popleft()
        yield given, future.result()


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
