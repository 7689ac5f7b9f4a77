"""The main flow: discover → process (a task a document, in processes of their own) → publish → summary."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from flows.workers import Workers, process_in_worker
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.curate import ProcessedDocument, PublishedDocument, publish
from jcfs_etl.curate.partitions import check_writable
from jcfs_etl.discover import Source, discover
from jcfs_etl.report.summary import RunSummary, summarise
from jcfs_etl.settings import load_settings

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
) -> RunSummary:
    """Read, audit and publish PDFs.

    Args:
        paths: files and folders.
        curated: where the curated data goes.
        unit: publish only documents of this unit.
        year: publish only documents of this fiscal year.
        force: publish even where another file's publication of the same unit and year stands.
        workers: processes; by default one a processor.

    Returns:
        What became of each document.

    Raises:
        RunError: nothing to read, nowhere to write, or a wrong limit in the environment.
        ContractError: the contracts are wrong.
    """
    contracts, settings = load_contracts(), load_settings()
    root = Path(curated)
    check_writable(root)
    sources = discover_sources(paths)
    count = min(workers or os.cpu_count() or 1, len(sources))
    published: list[PublishedDocument] = []
    processed: list[ProcessedDocument] = []
    with (
        Workers(count, contracts, settings, process_in_worker) as pool,
        _progress() as progress,
    ):
        bar = progress.add_task("ingest", total=len(sources))
        for document in _in_order(sources, pool, count * _AHEAD):
            progress.advance(bar)
            if not _wanted(document, unit, year):
                continue
            processed.append(document)
            published.append(publish_document(document, root, contracts, force))
    summary = summarise(processed, published)
    report_run(summary)
    return summary


@task(task_run_name="discover", cache_policy=NO_CACHE)
def discover_sources(paths: Sequence[str]) -> list[Source]:
    """Find the PDFs."""
    sources = discover(paths)
    get_run_logger().info("%d PDFs found", len(sources))
    return sources


@task(task_run_name="process {source.name}", cache_policy=NO_CACHE)
def process(source: Source, pool: Workers) -> ProcessedDocument:
    """Read and audit one document in a worker process, within its limits."""

    def fault(_: Exception) -> None:
        get_run_logger().exception("processing %s failed", source.name)

    return pool.process(source.path, source.name, fault=fault)


@task(task_run_name="publish {document.record.source}", cache_policy=NO_CACHE)
def publish_document(
    document: ProcessedDocument, root: Path, contracts: Contracts, force: bool
) -> PublishedDocument:
    """Write one document's partitions."""
    return publish(document, root, contracts, force=force)


@task(task_run_name="summary", cache_policy=NO_CACHE)
def report_run(summary: RunSummary) -> None:
    """Keep the summary as an artifact of the run."""
    create_markdown_artifact(
        key="ingest-summary", markdown=summary.markdown(), description="What the run published"
    )


def _in_order(sources: Sequence[Source], pool: Workers, ahead: int) -> Iterator[ProcessedDocument]:
    """Documents in the order of their names, a bounded number of them in hand at once."""
    waiting: deque[PrefectFuture[ProcessedDocument]] = deque()
    rest = iter(sources)
    while True:
        while len(waiting) < ahead and (source := next(rest, None)) is not None:
            waiting.append(process.submit(source, pool))
        if not waiting:
            return
        yield waiting.popleft().result()


def _wanted(document: ProcessedDocument, unit: str | None, year: int | None) -> bool:
    record = document.record
    return (unit is None or record.unit == unit) and (year is None or record.year == year)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
