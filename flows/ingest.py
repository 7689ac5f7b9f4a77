"""The main flow: discover → plan → process (a task a batch, each document in a process) → publish → tell."""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from flows.batches import in_batches, process_batch
from flows.order import Order
from flows.steps import Run, move_records
from flows.telling import tell_run
from flows.workers import Workers, process_in_worker
from jcfs_etl.curate import ProcessedDocument, PublishedDocument
from jcfs_etl.curate.aside import Holder
from jcfs_etl.curate.plan import Given, Plan
from jcfs_etl.curate.root import CuratedRoot
from jcfs_etl.discover import Source, discover
from jcfs_etl.report.log import RunLog, run_log
from jcfs_etl.report.summary import RunSummary
from jcfs_etl.settings import load_run_settings

#: Documents in hand per worker: enough to keep it busy, few enough to bound memory.
_AHEAD = 4

#: Documents with their files, in the order of their names.
Documents = Iterator[tuple[Given, ProcessedDocument]]

#: Tasks only wait for worker processes, so threads are enough to run them.
RUNNER: Any = ThreadPoolTaskRunner(max_workers=64)


@flow(name="ingest", task_runner=RUNNER, validate_parameters=False)
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
        dask_batch: documents of a task on the flow's Dask cluster; 0 for processes of this machine.

    Returns:
        What became of each document.

    Raises:
        RunError: nothing to read, nowhere to write, another run is writing there, or a wrong setting.
        ContractError: the contracts are wrong.
    """
    order = Order(tuple(paths), str(curated), unit, year, force, again, retry, prune, wait)
    return carry_out(order, workers=workers, dask_batch=dask_batch)


def carry_out(order: Order, *, workers: int | None = None, dask_batch: int = 0) -> RunSummary:
    """A whole run, within a flow that has the thread pool as its task runner.

    Args:
        order: what the run is asked for.
        workers: processes; by default one a processor.
        dask_batch: documents of a batch on the flow's Dask cluster; 0 reads them on this machine.

    Returns:
        What became of each document.

    Raises:
        RunError, ContractError: as :func:`ingest`.
    """
    run, telling = Run(order), load_run_settings()
    with run_log(flow_run.get_id() or uuid4().hex, telling) as log:
        log.tell(
            "run_started",
            part_of=flow_run.get_parent_flow_run_id(),
            paths=order.paths[:10],
            curated=order.curated,
            contracts=run.contracts.version,
        )
        sources = discover_sources(order.paths)
        with run.root() as root:
            plan = run.plan(sources, root.manifest)
            get_run_logger().info("%d to process, %d unchanged", len(plan.due), len(plan.unchanged))
            log.tell("run_planned", due=len(plan.due), unchanged=len(plan.unchanged), moved=len(plan.moves))
            moved = move_records(plan, root)
            began = time.perf_counter()
            reading = _reading(run, plan.due, root.holder, workers, dask_batch)
            published = _publish(plan, root, order, reading, log)
            summary = run.settle(plan, root, published, moved, time.perf_counter() - began)
            summary = run.conclude(root, summary, log, telling)
    tell_run(order.curated, summary, published)
    return summary


def _publish(
    plan: Plan, root: CuratedRoot, order: Order, reading: AbstractContextManager[Documents], log: RunLog
) -> list[PublishedDocument]:
    """Publish what is wanted of what is read; each document has its line in the log."""
    published = []
    with reading as documents:
        wanted = _wanted(documents, order, root)
        for outcome in root.publish_all(wanted, force=order.force, absent=plan.absent):
            published.append(outcome)
            _tell_document(log, outcome)
    return published


def _wanted(documents: Documents, order: Order, root: CuratedRoot) -> Iterator[tuple[ProcessedDocument, str]]:
    """Documents of the units and years that are asked for, with the places of their files."""
    for given, document in documents:
        if order.wants(document.record.unit, document.record.year):
            yield document, given.place
        else:
            root.discard(document)


class Batch:
    """Files to process together, in the order of their names, and their documents when that is done.

    It is no dataclass: Prefect would look for futures in every part of one. And the documents are not what a
    task returns: Prefect keeps that for as long as the flow runs.
    """

    def __init__(self, files: Sequence[Given]) -> None:
        self.files = files
        self.name = files[0].name + (f" and {len(files) - 1} more" if len(files) > 1 else "")
        self.documents: list[ProcessedDocument] = []

    def take(self) -> list[tuple[Given, ProcessedDocument]]:
        """The files with their documents, which are not kept here any longer."""
        documents, self.documents = self.documents, []
        return list(zip(self.files, documents, strict=True))


@task(task_run_name="discover", cache_policy=NO_CACHE)
def discover_sources(paths: Sequence[str]) -> list[Source]:
    """Find the PDFs."""
    sources = discover(paths)
    get_run_logger().info("%d PDFs found", len(sources))
    return sources


@task(task_run_name="process {batch.name}", cache_policy=NO_CACHE)
def process(batch: Batch, pool: Workers, done: Callable[[Given], None]) -> None:
    """Read and audit a batch of documents in worker processes, each within its limits."""
    logger = get_run_logger()

    def read(path: Path, document: str) -> ProcessedDocument:
        def fault(error: Exception) -> None:
            logger.error("processing %s failed", document, exc_info=error)

        return pool.process(path, document, fault=fault)

    batch.documents = process_batch(batch.files, read, done=done)


@contextmanager
def _reading(
    run: Run, due: Sequence[Given], holder: Holder, workers: int | None, dask_batch: int
) -> Iterator[Documents]:
    """Documents in the order of their names, as a Dask cluster or processes of this machine read them."""
    count = max(min(workers or os.cpu_count() or 1, len(due)), 1)
    with _progress(len(due)) as done:
        if dask_batch:
            from flows import dask

            with closing(dask.in_batches(due, dask_batch, run.settings, holder, done)) as documents:
                yield documents
            return
        with Workers(count, run.contracts, run.settings, process_in_worker, holder=holder) as pool:
            batches = [Batch(files) for files in in_batches(due, count)]
            yield _in_order(batches, pool, count * _AHEAD, done)


def _in_order(
    batches: Sequence[Batch], pool: Workers, ahead: int, done: Callable[[Given], None]
) -> Documents:
    """Documents in the order of their names, a bounded number of them in hand at once."""
    waiting: deque[tuple[Batch, PrefectFuture[None]]] = deque()
    rest = iter(batches)
    while True:
        # While one batch is published the next one keeps the workers busy.
        while len(waiting) < 2 or sum(len(batch.files) for batch, _ in waiting) < ahead:
            if (batch := next(rest, None)) is None:
                break
            waiting.append((batch, process.submit(batch, pool, done)))
        if not waiting:
            return
        batch, future = waiting.popleft()
        future.result()
        yield from batch.take()


def _tell_document(log: RunLog, outcome: PublishedDocument) -> None:
    """A line on a document that was processed; one on the flow's own log where it was refused."""
    record, refused = outcome.record, outcome.record.status != "published"
    log.tell(
        "document",
        level=logging.WARNING if refused else logging.INFO,
        document=record.source,
        sha256=record.sha256,
        status=record.status,
        unit=record.unit,
        year=record.year,
        codes=outcome.seen.codes,
        basis=outcome.seen.basis,
        checks=dict(outcome.seen.checks),
        findings=dict(outcome.seen.findings),
        consistency=record.consistency,
        reason=record.reason,
        pages=record.page_count,
        files_changed=outcome.changed,
        seconds=round(outcome.seconds, 3),
        stage_seconds={stage: round(seconds, 3) for stage, seconds in outcome.stages.items()},
    )
    for finding in outcome.findings:
        if finding.severity in ("error", "inconsistent"):
            log.tell(
                "finding",
                level=logging.WARNING,
                document=record.source,
                sha256=record.sha256,
                severity=finding.severity,
                code=finding.code,
                page=finding.page,
                message=finding.message,
            )
    if refused:
        get_run_logger().warning("%s: %s: %s", record.source, record.status, record.reason)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Given], None]]:
    """A bar, and what moves it on by one."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("ingest", total=total)
        yield lambda _: progress.advance(bar)
