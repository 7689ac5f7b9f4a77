"""Commits: what is to be stored is put aside whole, then written down, then moved into place.

A run may die at any moment. Before a commit is written down in the journal nothing of it is visible and the
next run throws it away; after that the next run completes it. Moving into place is a row of renames, each of
which can be repeated, so completing a commit that was complete changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, field

from jcfs_etl.curate.aside import Aside, File, Files
from jcfs_etl.curate.manifest import (
    FILE,
    JOURNAL,
    Entry,
    Update,
    load_manifest,
    merged,
    read_journal,
    read_manifest,
    to_line,
)
from jcfs_etl.curate.store import STAGING, Store
from jcfs_etl.locking import Hold

#: Commits after which the journal is worked into the manifest, to bound what a dead run leaves behind.
_CHECKPOINT = 1000


class _Group(Struct):
    """Commits that are to be made together."""

    put: dict[str, File] = field(default_factory=dict)
    large: dict[str, Path] = field(default_factory=dict)
    delete: list[str] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)


class Journal:
    """The manifest of a root that this run alone writes to.

    Attributes:
        manifest: what the root holds, with what was added to the group in hand.
        token: names what this run puts aside.

    Raises:
        RunError: what a dead run left behind cannot be completed.
    """

    def __init__(self, store: Store, hold: Hold) -> None:
        self._store, self._hold = store, hold
        # Names what this run puts aside; another run that lost its lease must not share it.
        self.token = uuid.uuid4().hex[:8]
        self._group = _Group()
        self.manifest = load_manifest(store)
        self._recover()

    def add(
        self,
        put: Files,
        delete: Sequence[str],
        update: Update,
        large: Mapping[str, Path] = MappingProxyType({}),
    ) -> None:
        """Make a commit part of the group that :meth:`flush` commits, and of the manifest in memory.

        What is in the store is as before until then, so nothing of the group may concern another's files.

        Args:
            put: files by key, in the order in which readers are to see them.
            delete: keys to remove, after the others are in place.
            update: what the manifest says afterwards.
            large: files by key that are too large to be held in memory; they come before the others.
        """
        group = self._group
        group.put.update(put)
        group.large.update(large)
        group.delete += delete
        group.updates.append(update)
        self.manifest.note(update)

    def flush(self) -> None:
        """Commit what was added, all of it or nothing: put aside, written down once, then moved into place.

        Raises:
            RunError: it could not be done; what was written down is completed by the next run.
        """
        group, self._group = self._group, _Group()
        if not group.updates:
            return
        self._hold.check()
        number = self.manifest.applied + 1
        base = f"{STAGING}/{number}-{self.token}"
        self._store.ready([*group.large, *group.put, *group.delete])
        moves = []
        bytes_aside = {}
        for index, (key, path) in enumerate(group.large.items()):
            moves.append((f"{base}-large-{index}", key))
            self._store.stage_file(moves[-1][0], path)
            self._hold.check()
        for index, (key, file) in enumerate(group.put.items()):
            name = file.key if isinstance(file, Aside) else f"{base}-{index}"
            moves.append((name, key))
            if isinstance(file, bytes):
                bytes_aside[name] = file
        if bytes_aside:
            self._store.stage(bytes_aside)
        # Commits are counted, not groups, whose size depends on how quickly documents come.
        last = number + len(group.updates) - 1
        entry = Entry(number, last, tuple(moves), tuple(group.delete), merged(group.updates))
        self._store.log(JOURNAL, number, to_line(entry))
        self._complete(entry)
        self.manifest.applied = last
        if last // _CHECKPOINT > (number - 1) // _CHECKPOINT:
            self.checkpoint()

    def checkpoint(self) -> None:
        """Work the journal into the manifest's file; nothing is written when there is nothing to add."""
        if not self._store.logged(JOURNAL):
            return
        self._hold.check()
        self._store.write(FILE, self.manifest.dump())
        self._store.clear_log(JOURNAL)

    def _recover(self) -> None:
        """Complete what a dead run had written down, and drop what it had not."""
        entries = read_journal(self._store)
        # Those before the last were completed, or the last would not have been begun.
        if entries and entries[-1].number > read_manifest(self._store).applied:
            self._complete(entries[-1])
        self._store.delete(self._store.keys(STAGING))
        self.checkpoint()

    def _complete(self, entry: Entry) -> None:
        """Move into place what was put aside, as quickly as can be, and see to it that it stays."""
        if not entry.moves and not entry.delete:
            return
        # `documents` speaks for the others, so it follows them, also where a store moves many at once.
        self._store.move(m for m in entry.moves if not m[1].startswith("documents/"))
        self._store.delete(entry.delete)
        self._store.move(m for m in entry.moves if m[1].startswith("documents/"))
        self._store.settle()
