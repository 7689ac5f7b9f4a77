"""Commits: what is to be stored is put aside whole, then written down, then moved into place.

A run may die at any moment. Before a commit is written down in the journal nothing of it is visible and the
next run throws it away; after that the next run completes it. Moving into place is a row of renames, each of
which can be repeated, so completing a commit that was complete changes nothing.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jcfs_etl.curate.manifest import (
    FILE,
    JOURNAL,
    Manifest,
    Update,
    load_manifest,
    read_journal,
    read_manifest,
    to_line,
)
from jcfs_etl.curate.store import STAGING, Hold, Store

#: Commits after which the journal is worked into the manifest, to bound what a dead run leaves behind.
_CHECKPOINT = 1000


class Journal:
    """The manifest of a root that this run alone writes to.

    Args:
        store: the root.
        hold: the right to write to it.

    Raises:
        RunError: what a dead run left behind cannot be completed.
    """

    def __init__(self, store: Store, hold: Hold) -> None:
        self._store, self._hold = store, hold
        # Names what this run puts aside; another run that lost its lease must not share it.
        self._token = uuid.uuid4().hex[:8]
        self.manifest = self._recovered()

    def commit(
        self,
        put: Mapping[str, bytes],
        delete: Sequence[str],
        update: Update,
        large: Mapping[str, Path] = MappingProxyType({}),
    ) -> None:
        """Store and remove files and change the manifest, all of it or nothing.

        Args:
            put: bytes by key, in the order in which readers are to see them.
            delete: keys to remove, after the others are in place.
            update: what the manifest says afterwards.
            large: files by key that are too large to be held in memory; they come before the others.

        Raises:
            RunError: it could not be done; what was written down is completed by the next run.
        """
        self._hold.check()
        number = self.manifest.applied + 1
        aside = f"{STAGING}/{number}-{self._token}"
        self._store.ready([*large, *put, *delete])
        moves = [(f"{aside}-{index}", key) for index, key in enumerate([*large, *put])]
        for name, key in moves[: len(large)]:
            self._store.stage_file(name, large[key])
            self._hold.check()
        if put:
            self._store.stage({name: put[key] for name, key in moves[len(large) :]})
        entry = {"number": number, "moves": moves, "delete": list(delete), "update": update.as_json()}
        self._store.log(JOURNAL, number, to_line(entry))
        self._complete(entry)
        self.manifest.apply(number, update)
        if number % _CHECKPOINT == 0:
            self.checkpoint()

    def checkpoint(self) -> None:
        """Work the journal into the manifest's file; nothing is written when there is nothing to add."""
        if not self._store.logged(JOURNAL):
            return
        self._hold.check()
        self._store.write(FILE, self.manifest.dump())
        self._store.clear_log(JOURNAL)

    def _recovered(self) -> Manifest:
        """The manifest, after completing what a dead run had written down and dropping what it had not."""
        entries = read_journal(self._store)
        manifest = load_manifest(self._store)
        # Those before the last were completed, or the last would not have been begun.
        if entries and entries[-1]["number"] > read_manifest(self._store).applied:
            self._complete(entries[-1])
        self._store.delete(self._store.keys(STAGING))
        if entries or self._store.logged(JOURNAL):
            self._store.write(FILE, manifest.dump())
            self._store.clear_log(JOURNAL)
        return manifest

    def _complete(self, entry: Mapping[str, Any]) -> None:
        """Move into place what was put aside, as quickly as can be, and see to it that it stays."""
        moves: list[tuple[str, str]] = [(name, key) for name, key in entry["moves"]]
        if not moves and not entry["delete"]:
            return
        # `documents` speaks for the others, so it follows them, also where a store moves many at once.
        self._store.move(m for m in moves if not m[1].startswith("documents/"))
        self._store.delete(entry["delete"])
        self._store.move(m for m in moves if m[1].startswith("documents/"))
        self._store.settle()


def digest(data: bytes) -> str:
    """SHA-256 of what a file holds."""
    return hashlib.sha256(data).hexdigest()
