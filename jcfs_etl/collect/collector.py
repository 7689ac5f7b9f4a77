"""Collects what the sources publish into a folder: pages first, then their PDFs, host by host in turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from itertools import zip_longest
from pathlib import Path

import httpx
from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.collect.addresses import Hosts, hosts_of, parse_address
from jcfs_etl.collect.client import Client
from jcfs_etl.collect.download import receive
from jcfs_etl.collect.folder import RawFolder, alone
from jcfs_etl.collect.model import CollectError, CollectReport, Outcome, Surroundings
from jcfs_etl.collect.pages import PAGE_LIMIT, Link, page_links
from jcfs_etl.contracts.sources import LinkPattern, PublicationSource, SourcesContract
from jcfs_etl.errors import RunError
from jcfs_etl.settings import CollectSettings

#: Told how many addresses are done, how many there are as far as is known, and which is next.
Progress = Callable[[int, int, str], None]


class _Wanted(Struct, frozen=True):
    """A PDF that a source leads to."""

    source: PublicationSource
    hosts: Hosts
    url: httpx.URL
    text: str


def collect(
    sources: SourcesContract,
    into: Path,
    settings: CollectSettings,
    *,
    dry_run: bool = False,
    progress: Progress = lambda done, of, what: None,
    surroundings: Surroundings | None = None,
) -> CollectReport:
    """Collect the PDFs of all sources.

    A file that has not changed is not touched; one that has is replaced, and the record beside it keeps
    where both came from; one that is no longer published stays.

    Args:
        sources: where PDFs are published.
        into: the folder they go to, with a record of its provenance beside each.
        settings: pauses, limits and what may be asked.
        dry_run: pages are looked at, no PDF is asked for, and nothing is written.
        progress: told how far it is.
        surroundings: clock, chance and resolver; by default those of this machine.

    Returns:
        What became of each address, in the order of the sources. One that fails does not keep the others.

    Raises:
        RunError: the folder cannot be written, another run is at work in it, or a record is damaged.
    """
    surroundings = surroundings or Surroundings()
    try:
        with nullcontext() if dry_run else alone(into), Client(settings, surroundings) as client:
            folder = RawFolder(into)
            run = _Run(client, folder, settings, surroundings, progress)
            return run.report(sources, run.plan if dry_run else run.download)
    except OSError as error:
        raise RunError(
            f"{error.filename or into}: cannot be read or written ({error.strerror})",
            "free space, or give a folder that you may write to with --into",
        ) from error


class _Run(Struct, frozen=True):
    _client: Client
    _folder: RawFolder
    _settings: CollectSettings
    _surroundings: Surroundings
    _progress: Progress

    def report(self, sources: SourcesContract, handle: Callable[[_Wanted], Outcome]) -> CollectReport:
        """Look at all pages, then handle each PDF once, and put the outcomes in the sources' order."""
        outcomes: dict[str, list[Outcome]] = {source.id: [] for source in sources.sources}
        wanted: dict[str, _Wanted] = {}
        read = []
        for done, source in enumerate(sources.sources):
            self._progress(done, len(sources.sources), source.id)
            found, faults = self._of_source(source)
            outcomes[source.id] += faults
            for one in found:
                wanted.setdefault(str(one.url), one)
            # Of a page that could not be read as a whole it cannot be said what is no longer on it.
            if source.page is not None and not faults:
                read.append(source.id)
        for source_id in read:
            for address, name in self._folder.collected_for(source_id):
                if address not in wanted:
                    gone = _gone(source_id, address, name, "its page no longer links to it")
                    outcomes[source_id].append(gone)
        for done, one in enumerate(_in_turn(wanted.values())):
            self._progress(done, len(wanted), str(one.url))
            outcomes[one.source.id].append(handle(one))
        self._progress(len(wanted), len(wanted), "")
        return CollectReport(tuple(o for mine in outcomes.values() for o in mine))

    def plan(self, one: _Wanted) -> Outcome:
        """What a run would do with a PDF."""
        name = self._folder.name_of(one.url)
        message = one.text if name is None else "collected before; a run asks whether it has changed"
        return Outcome(one.source.id, str(one.url), "planned", name, message=message)

    def download(self, one: _Wanted) -> Outcome:
        """Collect one PDF."""
        folder, source, address = self._folder, one.source, str(one.url)
        before = folder.name_of(one.url)
        known = folder.known(one.url)
        try:
            received = receive(self._client, one.url, one.hosts, folder.part, known, self._settings)
        except CollectError as error:
            if error.reason in ("not_found", "gone") and before is not None:
                return _gone(source.id, address, before, error.message)
            return Outcome.failed(source.id, address, error, before)
        if received is None:
            return Outcome(source.id, address, "unchanged", before)
        state, name = folder.keep(source, one.url, one.text, received, self._surroundings.now())
        outcome = Outcome(source.id, address, state, name, size=received.size)
        if before is not None and known is None and state == "replaced":
            return replace(outcome, message="the file at hand was not the one collected, and gave way")
        twin = folder.same_as(name, received.sha256) if state != "unchanged" else None
        return outcome if twin is None else replace(outcome, message=f"the same bytes as {twin}")

    def _of_source(self, source: PublicationSource) -> tuple[list[_Wanted], list[Outcome]]:
        """The PDFs that a source leads to, and what went wrong on its pages."""
        address = source.address
        try:
            url = parse_address(address)
            hosts = hosts_of(source, self._settings.allowed_hosts)
            if source.page is None or source.links is None:
                return [_Wanted(source, hosts, url, "")], []
            pages = [url]
            if source.through is not None:
                pages = [link.url for link in self._links(url, hosts, source.through)]
                if not pages:
                    raise _too_few(0, 1, "leads on")
                _not_too_many(len(pages), source)
        except CollectError as error:
            return [], [Outcome.failed(source.id, address, error)]
        found: dict[str, _Wanted] = {}
        faults = []
        for page in pages:
            try:
                links = self._links(page, hosts, source.links)
                _not_too_many(len(found) + len(links), source)
            except CollectError as error:
                faults.append(Outcome.failed(source.id, str(page), error))
                continue
            for link in links:
                found.setdefault(str(link.url), _Wanted(source, hosts, link.url, link.text))
        if len(found) < source.at_least and not faults:
            few = _too_few(len(found), source.at_least, "is a PDF to collect")
            faults.append(Outcome.failed(source.id, address, few))
        return list(found.values()), faults

    def _links(self, url: httpx.URL, hosts: Hosts, pattern: LinkPattern) -> list[Link]:
        answer, body = self._client.text(url, hosts, PAGE_LIMIT)
        return [link for link in page_links(body, answer.headers, answer.url) if link.fits(pattern)]


def _gone(source: str, address: str, name: str, why: str) -> Outcome:
    remedy = "the file is kept; remove it by hand if the publication was withdrawn"
    return Outcome(source, address, "vanished", name, message=why, remedy=remedy)


def _too_few(number: int, expected: int, what: str) -> CollectError:
    return CollectError(
        "too_few_links",
        f"{number} links of the page fit the pattern of what {what}, at least {expected} should",
        "look at the page: it may have changed, or make its links by script; then give each PDF as file",
    )


def _not_too_many(number: int, source: PublicationSource) -> None:
    if number > source.at_most:
        raise CollectError(
            "too_many_links",
            f"{number} links fit the pattern, more than {source.at_most}",
            "narrow the pattern, or raise at_most of the source",
        )


def _in_turn(wanted: Iterable[_Wanted]) -> Iterator[_Wanted]:
    """One of each host after the other, so that the pause of one is spent on the others."""
    queues: dict[str, list[_Wanted]] = defaultdict(list)
    for one in wanted:
        queues[one.url.host].append(one)
    for round_ in zip_longest(*queues.values()):
        yield from filter(None, round_)
