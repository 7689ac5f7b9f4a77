"""A curated root that one run writes to: documents published, moved, withdrawn, brought back."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import TracebackType

from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.aside import Aside, Files, Holder, digest
from jcfs_etl.curate.changes import held_back, renamed, withdrawn
from jcfs_etl.curate.commit import Journal
from jcfs_etl.curate.decide import Deciding, differing, touched
from jcfs_etl.curate.history import note_history
from jcfs_etl.curate.manifest import Key, Manifest, Partition, Seen, Update
from jcfs_etl.curate.partitions import file_key
from jcfs_etl.curate.processed import ProcessedDocument, PublishedDocument
from jcfs_etl.curate.store import Store
from jcfs_etl.curate.versions import drop_versions, keep_version, kept_versions, read_version
from jcfs_etl.errors import RunError

#: Documents that are committed together at most, and seconds after which a smaller group is.
_GROUP, _PATIENCE = 32, 1.0
#: Datasets that say which file their rows come from.
_NAMING = ("documents", "findings")


class CuratedRoot:
    """A curated root, held by this run from the first write to the last.

    Use it as a context. When it is left in order the manifest is written; when it is left by an error,
    what was committed stays, and the next run works it in.

    Args:
        store: where the data lies.
        contracts: for the schemas and the names of the datasets.
        keep: older versions of a partition to keep.
        wait: seconds to wait for another run.
        basis, limits: what results depend on, for the manifest.
        run: names the run in the history of changes.

    Raises:
        RunError: the store cannot be written, or another run holds it.
    """

    def __init__(
        self,
        store: Store,
        contracts: Contracts,
        *,
        keep: int = 3,
        wait: float = 0.0,
        basis: str = "",
        limits: str = "",
        run: str = "",
    ) -> None:
        self.store, self.run = store, run
        self._keep, self._basis = keep, basis
        self._hold = store.hold(wait)
        try:
            self._journal = Journal(store, self._hold)
            self._found = dict(self._journal.manifest.partitions)
            self._deciding = Deciding(store, contracts, self.manifest, basis, limits)
        except BaseException:
            self._hold.release()
            raise

    def __enter__(self) -> CuratedRoot:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._journal.checkpoint()
                note_history(self.store, self._found, self.manifest.partitions, self.run)
        finally:
            self._hold.release()

    @property
    def manifest(self) -> Manifest:
        """What the root holds."""
        return self._journal.manifest

    @property
    def holder(self) -> Holder:
        """This run, as workers must know it that put files aside for it."""
        return Holder(self.store.name, self._journal.token, self._basis)

    def publish(
        self,
        document: ProcessedDocument,
        *,
        place: str | None = None,
        force: bool = False,
        absent: Collection[str] = (),
    ) -> PublishedDocument:
        """Replace a document's partitions, all of them or none.

        A file whose bytes could not be read leaves no record: there is nothing to know it by. A document
        that is not published leaves the published version of its unit and year alone; its rows of
        ``documents`` and ``findings`` are written beside, named after its bytes.

        Args:
            document: what to publish.
            place: where its file lies; by default its source.
            force: publish even over another file's publication, or over what a person brought back.
            absent: places of files that are no longer there; their publications do not stand in the way.

        Raises:
            RunError: the root cannot be written.
        """
        [published] = self.publish_all([(document, place)], force=force, absent=absent)
        return published

    def publish_all(
        self,
        documents: Iterable[tuple[ProcessedDocument, str | None]],
        *,
        force: bool = False,
        absent: Collection[str] = (),
    ) -> Iterator[PublishedDocument]:
        """Publish documents one after another as :meth:`publish` does, committing several at a time.

        A group has one line in the journal, and is there whole or not at all. Each document is handed on when
        its group is committed; one that comes slowly does not keep others waiting.

        Args:
            documents: each with the place of its file; None stands for its source.
            force: as for :meth:`publish`.
            absent: as for :meth:`publish`.

        Raises:
            RunError: the root cannot be written.
        """
        group: list[tuple[ProcessedDocument, str]] = []
        concerned: set[Key | str] = set()
        began = 0.0

        def committed() -> Iterator[PublishedDocument]:
            return self._committed(group, force=force, absent=absent)

        for document, at in documents:
            place = at or document.record.source
            of_this = touched(self.manifest, document.record, place)
            if of_this & concerned:
                yield from committed()
                group, concerned = [], set()
                of_this = touched(self.manifest, document.record, place)
            began = began if group else time.monotonic()
            group.append((document, place))
            concerned |= of_this
            if len(group) >= _GROUP or time.monotonic() - began > _PATIENCE:
                yield from committed()
                group, concerned = [], set()
        yield from committed()

    def discard(self, document: ProcessedDocument) -> None:
        """Take back what a worker put aside of a document that is not to be published."""
        files = {**document.files, **document.reports}
        aside = {dataset: f.key for dataset, f in files.items() if isinstance(f, Aside)}
        self.store.delete(aside.values())
        self.store.tidy(file_key(dataset, document.record.unit, document.record.year) for dataset in aside)

    def _committed(
        self, group: Sequence[tuple[ProcessedDocument, str]], *, force: bool, absent: Collection[str]
    ) -> Iterator[PublishedDocument]:
        """Commit documents of which none concerns another, and what became of each."""
        decisions = self.store.at_once(
            lambda one: self._deciding.decide(*one, force=force, absent=absent), group
        )
        changes = []
        for decision in decisions:
            for partition in decision.kept:
                self._keep_version(partition)
            changes.append(self._add(decision.put, decision.delete, decision.update))
        self._journal.flush()
        for (document, _), decision, changed in zip(group, decisions, changes, strict=True):
            if decision.renewed is not None:
                drop_versions(self.store, decision.renewed, self._keep)
            used = {file.key for file in decision.put.values() if isinstance(file, Aside)}
            files = (*document.files.values(), *document.reports.values())
            if any(isinstance(file, Aside) and file.key not in used for file in files):
                self.discard(document)
            yield PublishedDocument(
                decision.record, decision.findings, changed, decision.seen, document.seconds, document.stages
            )

    def move(self, moves: Iterable[tuple[Seen, str, str]]) -> list[int]:
        """Let records follow files that were moved or renamed; nothing is processed.

        Args:
            moves: for each file what was noted of it, where it lies now, and how the data is to name it.

        Returns:
            How many files were written for each, in the same order.
        """
        moves = list(moves)
        made_from: dict[str, list[Partition]] = {}
        for partition in self.manifest.published():
            made_from.setdefault(partition.place, []).append(partition)
        written = []
        for old, place, source in moves:
            partitions, put = [], renamed(self.store, old.files, old.source, source)
            for partition in made_from.get(old.place, []):
                naming = [k for k in partition.files if k.partition("/")[0] in _NAMING]
                named = renamed(self.store, naming, partition.source, source)
                hashes = {**partition.files, **{key: digest(data) for key, data in named.items()}}
                partitions.append(replace(partition, place=place, source=source, files=hashes))
                put |= named
            new = replace(old, place=place, source=source)
            # Files that changed places with each other: what is noted there may be the other's by now.
            forget = (old.place,) if self.manifest.seen.get(old.place) is old else ()
            written.append(self._commit(put, [], Update((new,), forget, tuple(partitions))))
        return written

    def withdraw(self, partition: Partition) -> int:
        """Remove what is published of a unit and year; it is kept as an older version.

        Returns:
            How many files were removed.
        """
        self._keep_version(partition)
        seen = self.manifest.seen.get(partition.place)
        forget = (partition.place,) if seen is not None and seen.sha256 == partition.sha256 else ()
        changed = self._commit(
            {}, list(partition.files), Update(forget=forget, partitions=(withdrawn(partition),))
        )
        drop_versions(self.store, self.manifest.partitions[partition.key], self._keep)
        return changed

    def forget(self, seen: Seen) -> None:
        """Remove the report on a file that was not published and is no longer there."""
        self._commit({}, list(seen.files), Update(forget=(seen.place,)))

    def rollback(self, unit: str, year: int, to: int | None = None) -> Partition:
        """Publish an older version again, as a new version.

        It stays until the bytes of the document change, or until it is published with force.

        Args:
            unit: the unit.
            year: the fiscal year.
            to: number of the version; by default the newest of those kept.

        Returns:
            The partition as it is now.

        Raises:
            RunError: there is no such partition or version.
        """
        current = self.manifest.partitions.get((unit, year))
        if current is None:
            raise RunError(f"{unit} {year}: nothing was ever published", "see the units of `documents`")
        number = self._newest_kept(current) if to is None else to
        version = read_version(self.store, current, number)
        seen = self.manifest.seen.get(current.place)
        restored = replace(
            version.partition,
            version=current.version + 1,
            files={key: digest(data) for key, data in version.files.items()},
            restored=number,
            held=seen.sha256 if seen is not None else current.sha256,
            further_basis="",
        )
        if not current.withdrawn:
            self._keep_version(current)
        noted: tuple[Seen, ...] = ()
        if seen is not None and (seen.unit, seen.year) == current.key:
            stays = seen.sha256 == restored.sha256
            noted = (replace(seen, status="published", reason=None) if stays else held_back(seen, number),)
        gone = [key for key in current.files if key not in version.files]
        self._commit(differing(self.store, version.files), gone, Update(noted, (), (restored,)))
        drop_versions(self.store, restored, self._keep)
        return restored

    def _newest_kept(self, current: Partition) -> int:
        kept = kept_versions(self.store, current)
        if not kept:
            where = f"{current.unit} {current.year}"
            raise RunError(f"{where}: no older version is kept", "see JCFS_KEEP_VERSIONS")
        return kept[-1]

    def attach(self, key: Key, name: str, files: Mapping[str, bytes], basis: str) -> int:
        """Set the further files of a published partition, such as comparisons with other years.

        They go when the partition changes, so that what they say is never about other data.

        Args:
            key: unit and year.
            name: name of the files, such as ``across.parquet``.
            files: bytes by dataset; a dataset that is missing has no such file any more.
            basis: what they were made from; kept as ``further_basis`` in the manifest.

        Returns:
            How many files changed.
        """
        partition = self.manifest.partitions[key]
        put = {file_key(dataset, *key, name): data for dataset, data in files.items()}
        gone = [k for k in partition.files if k.endswith(f"/{name}") and k not in put]
        rest = {k: h for k, h in partition.files.items() if k not in gone}
        hashes = {**rest, **{k: digest(data) for k, data in put.items()}}
        noted = replace(partition, files=dict(sorted(hashes.items())), further_basis=basis)
        return self._commit(differing(self.store, put), gone, Update(partitions=(noted,)))

    def _keep_version(self, partition: Partition) -> None:
        if self._keep:
            keep_version(self.store, partition)

    def _commit(self, put: Files, delete: Sequence[str], update: Update) -> int:
        """Commit what changes anything; how many files did."""
        changed = self._add(put, delete, update)
        self._journal.flush()
        return changed

    def _add(self, put: Files, delete: Sequence[str], update: Update) -> int:
        """Make what changes anything part of the next commit; how many files do."""
        manifest = self.manifest
        unchanged = (
            all(manifest.seen.get(s.place) == s for s in update.seen)
            and all(manifest.partitions.get(p.key) == p for p in update.partitions)
            and not any(place in manifest.seen for place in update.forget)
        )
        if put or delete or not unchanged:
            self._journal.add(put, delete, update)
        return len(put) + len(delete)
