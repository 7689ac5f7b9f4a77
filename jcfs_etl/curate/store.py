"""Where curated data lies: a folder, or a bucket of an S3-compatible store, behind the same few verbs.

Keys are paths below the root with ``/`` between their parts. Every verb either takes effect as a whole or
not at all, so that what is built on them needs no other knowledge of the store.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from jcfs_etl.errors import RunError
from jcfs_etl.locking import Hold

_T = TypeVar("_T")
_R = TypeVar("_R")
#: What belongs to the program and not to readers; outside every dataset, and hidden by its underscore.
OWN = "_jcfs"
#: Bytes on their way into place; what is found here when a run begins was left behind.
STAGING = f"{OWN}/staging"


class Store(ABC):
    """A curated root.

    Attributes:
        name: the folder or URL as messages call it.
    """

    name: str

    @abstractmethod
    def read(self, key: str) -> bytes | None:
        """What is stored under a key; None where nothing is."""

    def read_all(self, keys: Iterable[str]) -> dict[str, bytes]:
        """What is stored under several keys, without those under which nothing is."""
        return {key: data for key in keys if (data := self.read(key)) is not None}

    def at_once(self, work: Callable[[_T], _R], items: Iterable[_T]) -> list[_R]:
        """Do what only reads with several items, at once where the store takes its time to answer."""
        return [work(item) for item in items]

    @abstractmethod
    def write(self, key: str, data: bytes) -> None:
        """Store bytes under a key, in the place of what was there."""

    @abstractmethod
    def stage(self, files: Mapping[str, bytes]) -> None:
        """Store several keys for good that nobody reads yet."""

    @abstractmethod
    def ready(self, keys: Iterable[str]) -> None:
        """Make ready the places that keys are to be moved to, so that moving is least likely to fail.

        Raises:
            RunError: one of them cannot be written.
        """

    @abstractmethod
    def tidy(self, keys: Iterable[str]) -> None:
        """Take back places that were made ready for keys and hold nothing."""

    @abstractmethod
    def stage_file(self, key: str, path: Path) -> None:
        """Store a file of this machine for good that nobody reads yet; it is never held in memory whole."""

    @abstractmethod
    def move(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Move keys to others, each in the place of what was there; a key that is gone is passed over."""

    @abstractmethod
    def copy(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Keep what keys hold under others as well, as they are never changed in place."""

    @abstractmethod
    def delete(self, keys: Iterable[str]) -> None:
        """Remove keys that may not be there."""

    @abstractmethod
    def keys(self, prefix: str) -> list[str]:
        """All keys below a prefix, sorted."""

    @abstractmethod
    def settle(self) -> None:
        """Return when all that was moved and deleted survives a power cut."""

    @abstractmethod
    def log(self, name: str, number: int, line: bytes) -> None:
        """Add a numbered line to a log and return when it survives a power cut.

        Raises:
            RunError: the store cannot be written, or another run has written a line of that number.
        """

    @abstractmethod
    def logged(self, name: str) -> list[bytes]:
        """The lines of a log in their order; the last may be broken off."""

    @abstractmethod
    def clear_log(self, name: str) -> None:
        """Empty a log."""

    @abstractmethod
    def hold(self, wait: float) -> Hold:
        """Take the right to write; another run has ``wait`` seconds to end.

        Raises:
            RunError: another run holds it still, with its name.
        """

    @abstractmethod
    def dataset(self, dataset: str) -> tuple[str, Any] | None:
        """Path and file system by which Arrow finds a dataset; None where nothing of it is stored."""

    def cannot(self, what: str, error: OSError) -> RunError:
        """What a person reads when the store refuses something: what was tried, and what the system says."""
        return RunError(
            f"{what} ({error.strerror or error})",
            "free space or give a place that you may write to with --curated",
        )
