"""The folder collected into: which file came from which address, and one run at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from jcfs_etl.collect.download import Received
from jcfs_etl.collect.model import State
from jcfs_etl.collect.names import file_name
from jcfs_etl.collect.provenance import SUFFIX, Provenance, Version, beside, read_provenance, write_provenance
from jcfs_etl.contracts.sources import PublicationSource
from jcfs_etl.disk import flush, sha256_of
from jcfs_etl.locking import FolderHold

#: Folder below the folder collected into; hidden, so that nothing takes what is in it for documents.
FOLDER = ".jcfs"
#: What has come of the file that is under way.
_PART = "part"


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Make a folder if need be, and keep other runs out of it.

    Raises:
        RunError: another run is at work there.
    """
    hidden = path / FOLDER
    hidden.mkdir(parents=True, exist_ok=True)
    hold = FolderHold(hidden / "lock", str(path), 0, "wait for its end")
    try:
        (hidden / _PART).unlink(missing_ok=True)  # left behind by a run that was killed
        yield
    finally:
        hold.release()


class RawFolder:
    """The files collected so far, by the address that was asked for; those of others are left alone.

    Raises:
        RunError: a record of provenance is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: dict[str, tuple[str, Provenance]] = {}
        names = sorted(entry.name for entry in path.iterdir()) if path.is_dir() else []
        self._taken = {name.casefold() for name in names}
        # A hidden one is what a run that was ended left behind.
        for name in (n for n in names if n.endswith(SUFFIX) and not n.startswith(".")):
            if (record := read_provenance(path / name)) is not None:
                pdf = name.removesuffix(SUFFIX)
                self._records[record.requested] = (pdf, record)
                self._taken.add(pdf.casefold())  # Its name stays its own, even where the file was removed.

    @property
    def part(self) -> Path:
        """Where the bytes of a file go until they are whole; one is under way at a time."""
        return self._path / FOLDER / _PART

    def name_of(self, url: httpx.URL) -> str | None:
        """The file that was collected from an address; None where none was."""
        entry = self._records.get(str(url))
        return entry[0] if entry is not None else None

    def collected_for(self, source: str) -> list[tuple[str, str]]:
        """Addresses collected for a source, in this run or before, each with its file."""
        return [(url, name) for url, (name, record) in self._records.items() if record.source == source]

    def known(self, url: httpx.URL) -> Provenance | None:
        """The record of an address, if its file still holds the bytes of which the record speaks."""
        entry = self._records.get(str(url))
        if entry is None or _sha256(self._path / entry[0]) != entry[1].current.sha256:
            return None
        return entry[1]

    def keep(
        self, source: PublicationSource, url: httpx.URL, link_text: str, received: Received, now: datetime
    ) -> tuple[State, str]:
        """Give a file that is whole its place, and write the record beside it.

        The file goes first: should the run end between the two, the record speaks of other bytes, and the
        next run asks for the file without conditions and sets it right.

        Returns:
            What became of it, and its name.
        """
        name, before = self._records.get(str(url), ("", None))
        name = name or self._name(source, url, link_text, received)
        target = self._path / name
        version = Version(
            address=str(received.url),
            collected_at=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            sha256=received.sha256,
            size=received.size,
        )
        version, earlier = (version, ()) if before is None else _after(before, version)
        state = self._place(target, received.sha256)
        record = Provenance(
            source=source.id,
            requested=str(url),
            current=version,
            etag=received.etag,
            last_modified=received.last_modified,
            earlier=earlier,
        )
        write_provenance(beside(target), record)
        self._records[str(url)] = (name, record)
        self._taken.add(name.casefold())
        return state, name

    def _place(self, target: Path, sha256: str) -> State:
        """Put the file that is whole where it belongs; what became of the one there."""
        if _sha256(target) == sha256:
            self.part.unlink()
            return "unchanged"
        state: State = "replaced" if target.exists() else "new"
        flush([self.part])
        self.part.replace(target)
        flush([self._path])
        return state

    def same_as(self, name: str, sha256: str) -> str | None:
        """Another file collected with the same bytes."""
        others = (n for n, record in self._records.values() if record.current.sha256 == sha256 and n != name)
        return next(others, None)

    def _name(self, source: PublicationSource, url: httpx.URL, link_text: str, received: Received) -> str:
        def named(taken: set[str]) -> str:
            return file_name(source, link_text, received.disposition, url, taken)

        plain = named(set())
        # The same bytes without a record: put there by hand, or by a run that was ended before it wrote one.
        stray = self._path / plain
        if not beside(stray).exists() and _sha256(stray) == received.sha256:
            return plain
        return named(self._taken)


def _after(before: Provenance, version: Version) -> tuple[Version, tuple[Version, ...]]:
    """The version of a record and its earlier ones, when a version was received after it."""
    if before.current.sha256 == version.sha256:
        return before.current, before.earlier
    return version, (before.current, *before.earlier)


def _sha256(path: Path) -> str | None:
    try:
        return sha256_of(path)
    except (FileNotFoundError, IsADirectoryError):
        return None
