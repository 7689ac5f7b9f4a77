"""The steps of a run but for processing; no Prefect in them, so that a run with nothing to do is quick."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from uuid import uuid4

from msgspec import Struct, field
from msgspec.structs import replace

from flows.order import Order
from jcfs_etl.across.run import compare_published
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.curate.basis import limits_basis, result_basis
from jcfs_etl.curate.manifest import Manifest, Seen
from jcfs_etl.curate.plan import Given, Plan, Wishes, make_plan, missing
from jcfs_etl.curate.processed import PublishedDocument
from jcfs_etl.curate.root import CuratedRoot
from jcfs_etl.curate.stores import open_store
from jcfs_etl.discover import Source, discover, place_of
from jcfs_etl.disk import sha256_of
from jcfs_etl.password import password_in_force
from jcfs_etl.report.log import RunLog, run_log
from jcfs_etl.report.metrics import openmetrics, write_metrics
from jcfs_etl.report.runs import note_run, past_runs, record_of, unusual
from jcfs_etl.report.summary import RunSummary, summarise
from jcfs_etl.settings import RunSettings, Settings, load_run_settings, load_settings


class Run(Struct, frozen=True, dict=True):
    """A run: what it is asked for, and the contracts and settings that it is carried out by."""

    order: Order
    contracts: Contracts = field(default_factory=load_contracts)
    settings: Settings = field(default_factory=load_settings)

    @cached_property
    def basis(self) -> str:
        """What results depend on beside the files' bytes."""
        return result_basis(self.contracts, self.settings)

    def root(self) -> CuratedRoot:
        """The curated root, held by this run.

        Raises:
            RunError: it cannot be written, or another run holds it.
        """
        return CuratedRoot(
            open_store(self.order.curated),
            self.contracts,
            keep=self.settings.keep_versions,
            wait=self.order.wait,
            basis=self.basis,
            limits=limits_basis(self.settings),
        )

    def plan(self, sources: Sequence[Source], manifest: Manifest) -> Plan:
        """Hash the files and decide what has to be done, by what the curated root holds."""
        order = self.order
        wishes = Wishes(
            basis=self.basis,
            limits=limits_basis(self.settings),
            again=order.again,
            force=order.force,
            retry=order.retry,
            password=bool(password_in_force()),
        )
        searched = [place_of(Path(p)) for p in order.paths if Path(p).is_dir()]
        return make_plan(manifest, _hashed(sources), searched, wishes, os.path.exists)

    def settle(
        self,
        plan: Plan,
        root: CuratedRoot,
        published: Iterable[PublishedDocument],
        moved: Sequence[int],
        elapsed: float = 0.0,
    ) -> RunSummary:
        """Do what needs no processing, when all that needs it is published, and sum the run up.

        Args:
            plan: what was to be done.
            root: the curated root.
            published: what was processed.
            moved: what :func:`move_records` gave.
            elapsed: seconds that processing and publishing took.
        """
        order = self.order
        for seen in plan.gone:
            root.forget(seen)
        lost = [] if order.retry else [p for p in missing(root.manifest, plan) if order.wants(*p.key)]
        withdrawn = [(p, root.withdraw(p)) for p in lost] if order.prune else []
        followed = _followed(plan, root, moved)
        return summarise(
            published,
            unchanged=[s for s in plan.unchanged if order.wants(s.unit, s.year)],
            moved=[m for m in followed if order.wants(m[1].unit, m[1].year)],
            duplicates=[(g.name, first) for g, first in plan.duplicates] if order.wants(None, None) else [],
            missing=[] if order.prune else lost,
            withdrawn=withdrawn,
            compared=compare_published(root, self.basis, self.contracts),
            elapsed=elapsed,
        )

    def conclude(
        self, root: CuratedRoot, summary: RunSummary, log: RunLog, settings: RunSettings
    ) -> RunSummary:
        """Note a run's figures beside the data that it holds still, and say whether they are usual.

        Args:
            root: the curated root.
            summary: what the run did.
            log: where its end is told.
            settings: what is usual, and how many runs are kept.

        Returns:
            The summary, with what is unusual.
        """
        order = self.order
        record = record_of(log.run, "retry" if order.retry else "again" if order.again else "ingest", summary)
        past = past_runs(root.store)
        summary = replace(summary, unusual=unusual(record, past, settings))
        note_run(root.store, record, settings.keep_runs)
        root.run = log.run
        if settings.metrics_file:
            write_metrics(settings.metrics_file, openmetrics(order.curated, [*past, record]))
        log.tell_end(summary)
        return summary

    def without_processing(self) -> RunSummary | None:
        """The whole run, when no document has to be processed.

        Returns:
            What became of each document; None when some have to be processed, and nothing was done yet.

        Raises:
            RunError: nothing to read, nowhere to write, or another run holds the curated root.
        """
        telling = load_run_settings()
        sources = discover(self.order.paths)
        with self.root() as root:
            plan = self.plan(sources, root.manifest)
            if plan.due:
                return None
            summary = self.settle(plan, root, [], move_records(plan, root))
            with run_log(uuid4().hex, telling) as log:
                return self.conclude(root, summary, log, telling)

    def note_empty(self) -> None:
        """Note that it found no PDF at all: that a night ran is told by its line, whatever it brought.

        Raises:
            RunError: nowhere to write, or another run holds the curated root.
        """
        telling = load_run_settings()
        with self.root() as root, run_log(uuid4().hex, telling) as log:
            self.conclude(root, summarise(), log, telling)


def move_records(plan: Plan, root: CuratedRoot) -> list[int]:
    """Let records follow the files that were moved; how many files were written for each."""
    return root.move((old, new.place, new.name) for old, new in plan.moves)


def _followed(plan: Plan, root: CuratedRoot, moved: Sequence[int]) -> list[tuple[str, Seen, int]]:
    """Old name, what is known and files written, of each file that moved and is not due."""
    due = {given.place for given in plan.due}
    return [
        (old.source, root.manifest.seen[new.place], written)
        for (old, new), written in zip(plan.moves, moved, strict=True)
        if new.place not in due
    ]


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
    return sha256_of(path) if path.is_file() else ""
