"""Makes a site and keeps it up: only what changed is made anew, each file is replaced as a whole."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as Expired
from functools import partial
from itertools import zip_longest
from pathlib import Path

from msgspec import Struct, to_builtins
from msgspec.structs import replace
from pebble import ProcessExpired, ProcessPool

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.store import Store
from jcfs_etl.curate.stores import open_store
from jcfs_etl.disk import put
from jcfs_etl.errors import RunError
from jcfs_etl.findings import Both
from jcfs_etl.report.changed import changes_of_run, in_words
from jcfs_etl.report.runs import RunRecord, past_runs
from jcfs_etl.report.site import worker
from jcfs_etl.report.site.inventory import entries, unit_href, year_href
from jcfs_etl.report.site.ledger import Ledger, Made, Site
from jcfs_etl.report.site.model import Entry, Summary
from jcfs_etl.report.site.pages import Files, index_page, unit_page, year_pages
from jcfs_etl.report.site.render import Renderer, site_version
from jcfs_etl.report.texts import Texts
from jcfs_etl.settings import Settings

#: Publications after which what was made is noted.
_NOTED = 50
#: Lines on what the last run changed that the overview shows; `jcfs changes` has all.
_CHANGED = 60


class SiteReport(Struct, frozen=True):
    """What became of a site.

    Attributes:
        publications: that it shows.
        made, unchanged, removed: how many of them, and how many that are no more.
        without_pictures: of those made, how many show pages of which there is no picture.
        failed: publications that could not be made, with the reason; their older pages stay.
        largest: bytes of the largest publication's pages.
    """

    publications: int
    made: int
    unchanged: int
    removed: int
    without_pictures: int
    failed: tuple[tuple[str, str], ...]
    largest: int

    def sentence(self, say: Texts, index: Path) -> str:
        """It in one sentence, with the site's first page."""
        return say(
            "report.done",
            index=str(index),
            count=self.publications,
            made=self.made,
            lacking=self.without_pictures or "",
            unchanged=self.unchanged,
            removed=self.removed,
            failed=len(self.failed) or "",
            largest=f"{self.largest / 1e6:.2f}",
        )


def make_site(
    curated: str,
    raw: Path | None,
    out: Path,
    contracts: Contracts,
    settings: Settings,
    *,
    workers: int | None = None,
    wait: float = 0.0,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> SiteReport:
    """Make the site of curated data, or bring it up to date.

    Args:
        curated: folder or URL of the curated data.
        raw: folder of the PDFs that they were read from; without it there are no pictures of pages.
        out: folder of the site.
        contracts: for the words of the forms.
        settings: limits on the time and memory that the pictures of one PDF may take.
        workers: processes; by default one a processor.
        wait: seconds to wait for another run on the same site.
        progress: told how many of how many publications are made.

    Raises:
        RunError: the curated data cannot be read, or the site cannot be written.
    """
    _apart(curated, raw, out)
    store, site = open_store(curated), Site(out)
    with site.held(wait) as ledger:
        wanted = entries(store, raw)
        jobs = _due(site, ledger, wanted, site_version(contracts))
        results = _run(jobs, curated, raw, out, settings, workers)
        done, failed = _noted(site, ledger, results, lambda number: progress(number, len(jobs)))
        summaries, gone = _finish(site, ledger, store, wanted, contracts)
    lacking = sum(not made.pictures_of for made in done)
    largest = max((summary.bytes for summary in summaries), default=0)
    unchanged = len(wanted) - len(jobs)
    return SiteReport(len(summaries), len(done), unchanged, len(gone), lacking, tuple(failed), largest)


def _due(site: Site, ledger: Ledger, wanted: Sequence[Entry], version: str) -> list[worker.Job]:
    """Publications whose pages are not there as they should be: all, where the site's version is another."""
    known, fresh = ledger.made, ledger.version == version
    jobs = [
        worker.Job(e, known.get(e.key))
        for e in wanted
        if not fresh
        or e.key not in known
        or known[e.key].version != e.version
        or not (site.folder / "p" / e.key / "index.html").exists()
    ]
    if not fresh:
        # What is noted from here on is of this version, also where the run is ended.
        ledger.version = version
        ledger.made = {k: replace(m, version="") for k, m in known.items()}
        ledger.others, ledger.run = {}, ""
        site.keep(ledger)
    return jobs


def _noted(
    site: Site,
    ledger: Ledger,
    results: Iterable[tuple[worker.Job, Made | str]],
    progress: Callable[[int], None],
) -> tuple[list[Made], list[tuple[str, str]]]:
    """What was made, noted as it comes, and what could not be made, with the reason."""
    done: list[Made] = []
    failed: list[tuple[str, str]] = []
    for job, made in results:
        if isinstance(made, str):
            failed.append((job.entry.source, made))
        else:
            done.append(made)
            ledger.made[made.key] = made
        progress(len(done) + len(failed))
        if len(done) % _NOTED == 0:
            site.note(done[-_NOTED:])
    return done, failed


def _finish(
    site: Site, ledger: Ledger, store: Store, wanted: Sequence[Entry], contracts: Contracts
) -> tuple[list[Summary], set[str]]:
    """Make the pages of all publications, take away those that are no more; what there is, and what went."""
    out, renderer = site.folder, Renderer(contracts)
    gone = ledger.made.keys() - {e.key for e in wanted}
    summaries = [ledger.made[e.key].summary for e in wanted if e.key in ledger.made]
    _write_others(ledger, out, summaries, renderer)
    runs = past_runs(store)
    _tell_changes(ledger, runs, store, contracts)
    put(out / "index.html", index_page(renderer, summaries, runs, ledger.changed))
    for key in gone:
        shutil.rmtree(out / "p" / key, ignore_errors=True)
        del ledger.made[key]
    site.keep(ledger)
    return summaries, gone


def _tell_changes(ledger: Ledger, runs: Sequence[RunRecord], store: Store, contracts: Contracts) -> None:
    """Note in the ledger what the last run changed; one that is noted is not looked at again.

    Raises:
        RunError: what was noted of runs is damaged.
    """
    if not runs or runs[-1].run == ledger.run:
        return
    changes = changes_of_run(store, runs[-1].run)
    english, chinese = Texts(contracts, "en"), Texts(contracts, "zh")
    in_both = zip_longest(*(in_words(changes, say) for say in (english, chinese)), fillvalue="")
    told = [Both(en, zh) for en, zh in in_both]
    if (more := len(told) - _CHANGED) > 0:
        rest = Both(english("changes.more", count=more), chinese("changes.more", count=more))
        told = [*told[:_CHANGED], rest]
    ledger.run, ledger.changed = runs[-1].run, tuple(told)


def _apart(curated: str, raw: Path | None, out: Path) -> None:
    """Refuse a site within the data, or data within the site: removing pages must not come near them."""
    for name in (curated, raw):
        if name is None or "://" in str(name):
            continue
        data, site = Path(name).resolve(), out.resolve()
        if site == data or site.is_relative_to(data) or data.is_relative_to(site):
            raise RunError(f"{out}: lies within {name}, or around it", "give a folder of its own with --out")


def _run(
    jobs: Sequence[worker.Job],
    curated: str,
    raw: Path | None,
    out: Path,
    settings: Settings,
    workers: int | None,
) -> Iterator[tuple[worker.Job, Made | str]]:
    """Each job with what came of it.

    A process that its PDF ends, or that takes too long, costs that publication its pictures only.
    """
    if not jobs:
        return
    count = max(1, min(workers or os.cpu_count() or 1, len(jobs)))
    again: list[worker.Job] = []
    for round_ in (jobs, again):
        if not round_:
            return
        with ProcessPool(
            max_workers=count,
            context=multiprocessing.get_context("spawn"),
            initializer=worker.start,
            initargs=(curated, raw, out, settings.memory_mib << 20),
        ) as pool:
            results = pool.map(worker.make, round_, timeout=settings.timeout_seconds).result()
            try:
                for job in list(round_):
                    made = _result(results)
                    if isinstance(made, _Ended) and job.drawing:
                        again.append(replace(job, drawing=False))
                    elif isinstance(made, Exception):
                        # Whatever it is, the others are made, and the command says so.
                        yield job, f"its page could not be made ({made!r}); report this with the file"
                    else:
                        yield job, made
            except BaseException:
                # Ended from outside: what is still to be made is for the next run.
                pool.stop()  # type: ignore[no-untyped-call]
                raise


#: What ends a process, or the time of a job.
_Ended = (ProcessExpired, Expired, MemoryError)


def _result(results: Iterator[Made | str]) -> Made | str | Exception:
    """What came of the next job."""
    try:
        return next(results)
    except Exception as error:
        return error


def _write_others(ledger: Ledger, out: Path, summaries: Sequence[Summary], renderer: Renderer) -> None:
    """Pages of years and units whose publications changed; those of others that are no more go."""
    years: dict[int | None, list[Summary]] = defaultdict(list)
    units: dict[str, list[Summary]] = defaultdict(list)
    for summary in summaries:
        years[summary.year].append(summary)
        if summary.unit:
            units[summary.unit].append(summary)
    pages: dict[str, tuple[str, Callable[[], Files]]] = {}
    for year, mine in years.items():
        pages[year_href(year)] = (_digest(mine), partial(year_pages, renderer, year, mine))
    for unit, mine in units.items():
        pages[unit_href(unit)] = (_digest(mine), partial(unit_page, renderer, unit, mine))
    for href, (digest, make) in pages.items():
        if ledger.others.get(href) != digest or not (out / href).exists():
            files = make()
            for name, data in files.items():
                put(out / name, data)
            for path in _parts(out / href):
                if path.relative_to(out).as_posix() not in files:
                    path.unlink()
            ledger.others[href] = digest
    for href in ledger.others.keys() - pages.keys():
        for path in (out / href, *_parts(out / href)):
            path.unlink(missing_ok=True)
        shutil.rmtree((out / href).with_suffix(""), ignore_errors=True)
        del ledger.others[href]


def _parts(path: Path) -> Iterable[Path]:
    """The further parts of a page that is there."""
    return path.parent.glob(f"{path.stem}-*.html")


def _digest(summaries: Sequence[Summary]) -> str:
    text = json.dumps(to_builtins(summaries), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
