"""The steps of a run but for processing; no Prefect in them, so that a run with nothing to do is quick."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from flows.order import Order
from jcfs_etl.across.run import compare_published
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate.basis import limits_basis, result_basis
from jcfs_etl.curate.manifest import Manifest, Seen
from jcfs_etl.curate.plan import Given, Plan, Wishes, make_plan, missing
from jcfs_etl.curate.processed import PublishedDocument
from jcfs_etl.curate.root import CuratedRoot
from jcfs_etl.curate.stores import open_store
from jcfs_etl.discover import Source, discover, place_of
from jcfs_etl.password import password_in_force
from jcfs_etl.report.log import RunLog, run_log
from jcfs_etl.report.metrics import openmetrics, write_metrics
from jcfs_etl.report.runs import note_run, past_runs, record_of, unusual
from jcfs_etl.report.summary import RunSummary, summarise
from jcfs_etl.settings import RunSettings, Settings, load_run_settings


def open_root(order: Order, contracts: Contracts, settings: Settings) -> CuratedRoot:
    """The curated root, held by this run.

    Raises:
        RunError: it cannot be written, or another run holds it.
    """
    return CuratedRoot(
        open_store(order.curated),
        contracts,
        keep=settings.keep_versions,
        wait=order.wait,
        basis=result_basis(contracts, settings),
        limits=limits_basis(settings),
    )


def plan_run(
    order: Order, sources: Sequence[Source], manifest: Manifest, contracts: Contracts, settings: Settings
) -> Plan:
    """Hash the files and decide what has to be done.

    Args:
        order: what the run is asked for.
        sources: the files.
        manifest: what the curated root holds.
        contracts: those in force.
        settings: those in force.
    """
    wishes = Wishes(
        basis=result_basis(contracts, settings),
        limits=limits_basis(settings),
        again=order.again,
        force=order.force,
        retry=order.retry,
        password=bool(password_in_force()),
    )
    searched = [place_of(Path(p)) for p in order.paths if Path(p).is_dir()]
    return make_plan(manifest, _hashed(sources), searched, wishes, os.path.exists)


def settle_run(
    order: Order,
    plan: Plan,
    root: CuratedRoot,
    published: Iterable[PublishedDocument],
    moved: Sequence[int],
    contracts: Contracts,
    settings: Settings,
    elapsed: float = 0.0,
) -> RunSummary:
    """Do what needs no processing, when all that needs it is published, and sum the run up.

    Args:
        order: what the run was asked for.
        plan: what was to be done.
        root: the curated root.
        published: what was processed.
        moved: what :func:`move_records` gave.
        contracts: those in force.
        settings: those in force.
        elapsed: seconds that processing and publishing took.
    """
    for seen in plan.gone:
        root.forget(seen)
    lost = [] if order.retry else [p for p in missing(root.manifest, plan) if order.wants(*p.key)]
    withdrawn = [(p, root.withdraw(p)) for p in lost] if order.prune else []
    compared = compare_published(root, result_basis(contracts, settings), contracts)
    followed = _followed(plan, root, moved)
    return summarise(
        published,
        unchanged=[s for s in plan.unchanged if order.wants(s.unit, s.year)],
        moved=[m for m in followed if order.wants(m[1].unit, m[1].year)],
        duplicates=[(g.name, first) for g, first in plan.duplicates] if order.wants(None, None) else [],
        missing=[] if order.prune else lost,
        withdrawn=withdrawn,
        compared=compared,
        elapsed=elapsed,
    )


def _followed(plan: Plan, root: CuratedRoot, moved: Sequence[int]) -> list[tuple[str, Seen, int]]:
    """Old name, what is known and files written, of each file that moved and is not due."""
    due = {given.place for given in plan.due}
    return [
        (old.source, root.manifest.seen[new.place], written)
        for (old, new), written in zip(plan.moves, moved, strict=True)
        if new.place not in due
    ]


def conclude_run(
    order: Order, root: CuratedRoot, summary: RunSummary, log: RunLog, settings: RunSettings
) -> RunSummary:
    """Note a run's figures beside the data that it holds still, and say whether they are usual.

    Args:
        order: what the run was asked for.
        root: the curated root.
        summary: what the run did.
        log: where its end is told.
        settings: what is usual, and how many runs are kept.

    Returns:
        The summary, with what is unusual.
    """
    record = record_of(log.run, "retry" if order.retry else "again" if order.again else "ingest", summary)
    past = past_runs(root.store)
    summary = replace(summary, unusual=unusual(record, past, settings))
    note_run(root.store, record, settings.keep_runs)
    root.run = log.run
    if settings.metrics_file:
        write_metrics(settings.metrics_file, openmetrics(order.curated, [*past, record]))
    log.tell_end(summary)
    return summary


def move_records(plan: Plan, root: CuratedRoot) -> list[int]:
    """Let records follow the files that were moved; how many files were written for each."""
    return root.move((old, new.place, new.name) for old, new in plan.moves)


def run_without_processing(order: Order, contracts: Contracts, settings: Settings) -> RunSummary | None:
    """The whole run, when no document has to be processed.

    Returns:
        What became of each document; None when some have to be processed, and nothing was done yet.

    Raises:
        RunError: nothing to read, nowhere to write, or another run holds the curated root.
    """
    telling = load_run_settings()
    sources = discover(order.paths)
    with open_root(order, contracts, settings) as root:
        plan = plan_run(order, sources, root.manifest, contracts, settings)
        if plan.due:
            return None
        moved = move_records(plan, root)
        summary = settle_run(order, plan, root, [], moved, contracts, settings)
        with run_log(uuid4().hex, telling) as log:
            return conclude_run(order, root, summary, log, telling)


def note_empty_run(order: Order, contracts: Contracts, settings: Settings) -> None:
    """Note a run that found no PDF at all: that a night ran is told by its line, whatever it brought.

    Raises:
        RunError: nowhere to write, or another run holds the curated root.
    """
    telling = load_run_settings()
    with open_root(order, contracts, settings) as root, run_log(uuid4().hex, telling) as log:
        conclude_run(order, root, summarise(), log, telling)


def _hashed(sources: Sequence[Source]) -> list[Given]:
    """The files with the hashes of their bytes, read by several threads."""
    with ThreadPoolExecutor(min(8, 2 * (os.cpu_count() or 1))) as threads:
        hashes = threads.map(_sha256, (source.path for source in sources))
        return [Given(s.place, s.name, s.path, h) for s, h in zip(sources, hashes, strict=True)]


def _sha256(path: Path) -> str:
    """The hash of a file's bytes; empty where they cannot be read."""
    try:
        stat = path.stat()
        return _hash_of(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
    except OSError:
        return ""


@lru_cache(maxsize=1 << 17)
def _hash_of(path: Path, *state: int) -> str:
    # Kept within one process only: a run that finds work to do plans once more when Prefect has started.
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
