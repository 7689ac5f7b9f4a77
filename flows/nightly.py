"""The nightly flow: collect → ingest → compact → describe → site → report → notify.

What the outside world may refuse for a while is tried again: addresses that could not be collected, and the
webhook. What a document refuses is not: it is quarantined, and its fate is the same tomorrow.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import asdict
from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run, task_run
from prefect.states import Completed

from flows.ingest import ingest
from flows.order import Order
from flows.outputs import Outputs, changes_in_words, describe, keep_site
from flows.steps import Run
from flows.telling import emit
from jcfs_etl.collect.collector import collect
from jcfs_etl.collect.model import CollectReport, Outcome
from jcfs_etl.contracts import load_contracts
from jcfs_etl.contracts.sources import SourcesContract, load_sources
from jcfs_etl.curate.compact import compact
from jcfs_etl.curate.stores import open_store
from jcfs_etl.errors import JcfsError, RunError
from jcfs_etl.report.log import figures, run_log
from jcfs_etl.report.notice import NoticeError, post_notice
from jcfs_etl.report.rendering import rendered
from jcfs_etl.report.summary import RunSummary
from jcfs_etl.settings import load_collect_settings, load_run_settings

#: A nightly run has ended, with or without something to look at; there is none where it failed.
COMPLETED = "jcfs.nightly.completed"
#: A nightly run could not be carried out.
FAILED = "jcfs.nightly.failed"
#: Faults of collecting that may be gone some minutes later.
PASSING = frozenset(("unknown_host", "unreachable", "silent", "cut_off", "too_many_requests", "server_error"))
#: Times that addresses with such faults are asked again, and that the webhook is.
_COLLECT_RETRIES, _NOTIFY_RETRIES = 2, 3
#: Documents and addresses that a notice names at most.
_NAMED = 50
#: Lines on what changed that a report has at most; `jcfs changes` has all.
_LINES = 100

#: Whose nights are counted: that of the schedule, and of those who publish.
_ZONE = ZoneInfo("Asia/Shanghai")

Standing = Literal["completed", "attention", "failed"]


class Collected(Struct):
    """What became of each address, over all attempts of a night.

    Attributes:
        outcomes: by source and address; what an earlier attempt collected stays collected.
    """

    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)

    def add(self, report: CollectReport) -> None:
        """Add an attempt; one that found everything as the one before left it says nothing new."""
        found = {(o.source, o.address): o for o in report.outcomes}
        settled = {k: o for k, o in self.outcomes.items() if o.state in ("new", "replaced")}
        self.outcomes = found | {
            k: o for k, o in settled.items() if k not in found or found[k].state == "unchanged"
        }

    @property
    def report(self) -> CollectReport:
        """All outcomes."""
        return CollectReport(tuple(self.outcomes.values()))

    @property
    def passing(self) -> list[Outcome]:
        """Failures that may be gone some minutes later."""
        return [o for o in self.outcomes.values() if o.state == "failed" and o.reason in PASSING]


class NightlyReport(Struct, frozen=True):
    """What a night brought.

    Attributes:
        collected: what became of each address; None where nothing was to be collected, or all failed.
        summary: what became of each document; None where ingesting failed, or there is no PDF yet.
        errors: what could not be carried out at all, in words.
        outputs: what was made of the data for people and tools.
    """

    collected: CollectReport | None
    summary: RunSummary | None
    errors: tuple[str, ...] = ()
    outputs: Outputs = field(default_factory=Outputs)

    @property
    def standing(self) -> Standing:
        """``failed``: a part could not be carried out; ``attention``: a person should look."""
        if self.errors:
            return "failed"
        failed = self.collected is not None and self.collected.exit_code
        summary = self.summary
        # Documents that are known to be quarantined are not told every night.
        refused = summary is not None and (summary.quarantined_by_reason or summary.disagreements)
        return "attention" if failed or refused else "completed"

    @property
    def not_collected(self) -> list[Outcome]:
        """Addresses that failed, as many as a notice names."""
        outcomes = self.collected.outcomes if self.collected is not None else ()
        return [o for o in outcomes if o.state == "failed"][:_NAMED]

    def sentence(self) -> str:
        """The night in words."""
        parts = [f"collected: {self.collected.sentence()}"] if self.collected is not None else []
        parts += [self.summary.sentence()] if self.summary is not None else []
        return " | ".join([*parts, *self.errors]) or "nothing to collect and nothing to read"

    def notice(self, run: str, curated: str) -> dict[str, Any]:
        """What the webhook is told, in plain values."""
        summary = self.summary
        lines = [] if summary is None else [li for li in summary.processed if li.status == "quarantined"]
        return {
            "event": COMPLETED if self.standing != "failed" else FAILED,
            "standing": self.standing,
            "run": run,
            "curated": curated,
            "sentence": self.sentence(),
            "figures": None if summary is None else figures(summary),
            "unusual": "" if summary is None else summary.unusual,
            "quarantined": [{"document": li.source, "reason": li.reason} for li in lines[:_NAMED]],
            "not_collected": [{"address": o.address, "reason": o.sentence()} for o in self.not_collected],
            "errors": list(self.errors),
        }

    def markdown(self) -> str:
        """The night as Markdown."""
        return rendered("night.md", night=self, lines=_LINES, address=_address).rstrip("\n")


def night_name() -> str:
    """A night's run by the day on which it was due, such as ``nightly 2026-11-24``."""
    due = flow_run.get_scheduled_start_time()
    return f"nightly {due.astimezone(_ZONE):%Y-%m-%d}"


@flow(name="nightly", flow_run_name=night_name, validate_parameters=False)
def nightly(
    raw: str = "data/raw",
    curated: str = "data/curated",
    sources: str | None = None,
    collecting: bool = True,
    compacting: bool = True,
    workers: int | None = None,
    prune: bool = False,
    wait: float = 3600.0,
    patience: float = 300.0,
) -> NightlyReport:
    """Collect what is published, ingest what is new or changed, report and notify.

    Args:
        raw: folder that PDFs are collected into and ingested from.
        curated: folder or URL of the curated data.
        sources: file of sources; by default sources.yaml of the contracts in force.
        collecting: whether to collect; otherwise only what lies in the folder is ingested.
        compacting: whether to bring the compacted files for readers up to date.
        workers: processes that read; by default one a processor.
        prune: withdraw published data whose PDF is not there any more.
        wait: seconds to wait for another run on the same curated data.
        patience: seconds after which addresses that did not answer are asked again, doubled each time; the
            webhook after a tenth of them.

    Returns:
        What it brought; the run is completed, also where documents were quarantined or addresses failed.

    Raises:
        RunError: a part could not be carried out at all; the parts after it were, and the notice was sent.
    """
    night = _Night(raw, curated, workers, wait, patience)
    with night.part("collecting"):
        night.collected = _collect(raw, sources, patience) if collecting else None
    # Whatever it is, somebody is told before the run fails with it.
    with night.part("ingesting", Exception):
        night.ingest(prune)
    if night.summary is not None:
        night.make_outputs(compacting)
    return cast(NightlyReport, night.end())


class _Night(Struct):
    """A night under way: each part has its turn, whatever became of the one before it.

    Attributes:
        raw, curated, workers, wait, patience: as of :func:`nightly`.
        collected, summary, errors, outputs: as of :class:`NightlyReport`.
    """

    raw: str
    curated: str
    workers: int | None
    wait: float
    patience: float
    collected: CollectReport | None = None
    summary: RunSummary | None = None
    errors: list[str] = field(default_factory=list)
    outputs: Outputs = field(default_factory=Outputs)

    @contextmanager
    def part(self, name: str, kind: type[Exception] = JcfsError) -> Iterator[None]:
        """Carry out a part, and note its failure in words."""
        try:
            yield
        except kind as error:
            self.errors.append(f"{name} failed: {error if isinstance(error, JcfsError) else repr(error)}")

    def ingest(self, prune: bool) -> None:
        """Ingest what is there; an empty folder is noted as a run, too."""
        folder = Path(self.raw)
        if not folder.is_dir() or any(p.suffix.lower() == ".pdf" for p in folder.rglob("*")):
            paths, curated = [self.raw], self.curated
            self.summary = ingest(
                paths=paths, curated=curated, workers=self.workers, prune=prune, wait=self.wait
            )
        else:
            Run(Order((), self.curated, wait=self.wait)).note_empty()

    def make_outputs(self, compacting: bool) -> None:
        """Bring up to date what is made of the data."""
        compacted = False
        if compacting:
            with self.part("compacting"):
                bring_up_to_date(self.curated, self.wait)
                compacted = True
        with self.part("describing"):
            self.outputs.changes = changes_in_words(self.curated)
            # Views and package are of the compacted files: of none that are out of date.
            if compacted:
                self.outputs.places = describe(self.curated)
        with self.part("making the site"):
            self.outputs.places += keep_site(self.curated, self.raw, self.workers, self.wait)

    def end(self) -> State[NightlyReport]:
        """Report and notify; the state of the flow.

        Raises:
            RunError: a part could not be carried out.
        """
        report = NightlyReport(self.collected, self.summary, tuple(self.errors), self.outputs)
        _log_night(report)
        keep_report(report.markdown())
        notice = report.notice(flow_run.get_id() or "", self.curated)
        emit(notice["event"], self.curated, notice)
        _notify(notice, self.patience)
        if self.errors:
            raise RunError("; ".join(self.errors))
        # Prefect hands the data of a state to the caller.
        return Completed(
            name="Attention" if report.standing == "attention" else "Completed",
            message=f"{report.standing}: {report.sentence()}"[:2000],
            data=report,
        )


@task(name="collect", cache_policy=NO_CACHE)
def collect_publications(sources: SourcesContract, into: Path, collected: Collected) -> None:
    """Collect; fails, to be tried again, while an address has a fault that may pass."""
    collected.add(collect(sources, into, load_collect_settings()))
    get_run_logger().info("collected: %s", collected.report.sentence())
    # Prefect counts attempts from 1; the last one leaves its failures to the report.
    if collected.passing and task_run.get_run_count() <= _COLLECT_RETRIES:
        first = collected.passing[0]
        raise OSError(f"{len(collected.passing)} addresses, such as {first.address}: {first.message}")


@task(name="compact", cache_policy=NO_CACHE)
def bring_up_to_date(curated: str, wait: float) -> None:
    """Bring the compacted files for readers up to date."""
    written = compact(open_store(curated), load_contracts(), wait=wait)
    get_run_logger().info(
        "compacted: %d files written, %d removed, %d unchanged",
        len(written.written),
        len(written.removed),
        written.unchanged,
    )


@task(name="report", cache_policy=NO_CACHE)
def keep_report(markdown: str) -> None:
    """Keep the night's report as an artifact."""
    create_markdown_artifact(key="nightly-report", markdown=markdown, description="What the night brought")


@task(name="notify", cache_policy=NO_CACHE)
def notify(notice: dict[str, Any]) -> None:
    """Tell the webhook of the settings."""
    post_notice(load_run_settings().webhook, notice)


def _collect(raw: str, sources: str | None, patience: float) -> CollectReport | None:
    """Collect from all sources; None where there are none."""
    contract = load_sources(Path(sources)) if sources else load_contracts().sources
    if not contract.sources:
        return None
    collected = Collected()
    task = collect_publications.with_options(
        retries=_COLLECT_RETRIES,
        retry_delay_seconds=_delays(patience, _COLLECT_RETRIES),
        retry_condition_fn=_passing,
    )
    task(contract, Path(raw), collected)
    return collected.report


def _passing(_task: object, _run: object, state: State[Any]) -> bool:
    """Whether a failed attempt to collect is worth another: not where the folder or a source is at fault."""
    return isinstance(state.result(raise_on_failure=False), OSError)


def _log_night(report: NightlyReport) -> None:
    """Lines on the addresses that are not as they were, and one on the night."""
    with run_log(flow_run.get_id() or "", load_run_settings()) as log:
        for one in report.collected.outcomes if report.collected is not None else ():
            if one.state != "unchanged":
                level = logging.WARNING if one.state == "failed" else logging.INFO
                log.tell("address", level=level, **asdict(one))
        level = logging.ERROR if report.errors else logging.INFO
        log.tell("night_ended", level=level, standing=report.standing, sentence=report.sentence())


def _notify(notice: dict[str, Any], patience: float) -> None:
    """Tell the webhook, if there is one. That it cannot be told does not undo the night: it is logged."""
    if not load_run_settings().webhook:
        return
    delays = _delays(patience / 10, _NOTIFY_RETRIES)
    try:
        notify.with_options(retries=_NOTIFY_RETRIES, retry_delay_seconds=delays)(notice)
    except NoticeError as error:
        get_run_logger().error("nobody was told: %s", error)


def _delays(first: float, count: int) -> list[float]:
    return [first * 2**number for number in range(count)]


def _address(where: str) -> str:
    return where if "://" in where else Path(where).resolve().as_uri()
