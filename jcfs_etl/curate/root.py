"""A curated root that one run writes to: documents published, moved, withdrawn, brought back."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any

import pyarrow.parquet as pq

from jcfs_etl.contracts.arrow import dataset_names
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.accepted import acceptance_of
from jcfs_etl.curate.changes import conflict_with, held_back, renamed, withdrawn
from jcfs_etl.curate.commit import Journal, digest
from jcfs_etl.curate.history import note_history
from jcfs_etl.curate.manifest import Key, Manifest, Partition, Seen, Update
from jcfs_etl.curate.partitions import PART, file_key, to_parquet
from jcfs_etl.curate.processed import ProcessedDocument, PublishedDocument, seen_document
from jcfs_etl.curate.records import DocumentRecord, documents_table, findings_table
from jcfs_etl.curate.store import Store
from jcfs_etl.curate.versions import drop_versions, keep_version, kept_versions, read_version
from jcfs_etl.errors import RunError
from jcfs_etl.findings import Finding
from jcfs_etl.wording import worded

#: Columns of ``documents`` that say which program made the data.
_PROGRAM = ("extractor_commit", "basis")
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
        self._contracts, self._keep = contracts, keep
        self._basis, self._limits = basis, limits
        self._hold = store.hold(wait)
        try:
            self._journal = Journal(store, self._hold)
            self._found = dict(self._journal.manifest.partitions)
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
        record, findings = replace(self._as_accepted(document), basis=self._basis), document.findings
        place = place or record.source
        standing = self._standing(record)
        held = False
        if record.status == "published" and standing is not None and not force:
            held = standing.held == record.sha256
            if not held and (conflict := conflict_with(record, place, standing, absent)):
                told = worded([conflict], self._contracts)
                record = record.refused(told[0].message)
                findings = (*findings, *told)
        seen = seen_document(document, record, findings, place, self._basis, self._limits)
        if not record.sha256:
            changed = 0
        elif held and standing is not None:
            seen = held_back(seen, standing.restored)
            changed = self._commit({}, self._reports(place), Update((seen,)))
        elif record.status == "published":
            files = self._as_it_stands(self._published_files(document, record, findings), record, standing)
            changed = self._replace(record, seen, files, standing, absent)
        else:
            files = self._tables(record, findings, f"rejected-{record.sha256[:16]}.parquet")
            seen = replace(seen, files=tuple(files))
            stale = [key for key in self._reports(place) if key not in files]
            changed = self._commit(self._differing(files), stale, Update((seen,)))
        return PublishedDocument(record, findings, changed, seen, document.seconds, document.stages)

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
        kept = kept_versions(self.store, current)
        if to is None and not kept:
            raise RunError(f"{unit} {year}: no older version is kept", "see JCFS_KEEP_VERSIONS")
        number = kept[-1] if to is None else to
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
        put = self._differing(version.files)
        gone = [key for key in current.files if key not in version.files]
        self._commit(put, gone, Update(seen=noted, partitions=(restored,)))
        drop_versions(self.store, restored, self._keep)
        return restored

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
        return self._commit(self._differing(put), gone, Update(partitions=(noted,)))

    def _as_it_stands(
        self, files: Mapping[str, bytes], record: DocumentRecord, standing: Partition | None
    ) -> Mapping[str, bytes]:
        """The same files, with the published row of ``documents`` where all else came out the same.

        Its columns on the program say what made the data; a newer program that makes the same data is no
        reason for another version of it.
        """
        key = file_key("documents", record.unit, record.year)
        if standing is None or standing.withdrawn:
            return files
        there = {k: h for k, h in standing.files.items() if k.endswith(f"/{PART}") and k != key}
        if there != {k: digest(data) for k, data in files.items() if k != key}:
            return files
        old = self.store.read(key)
        if old is None or _without_program(old) != _without_program(files[key]):
            return files
        return {**files, key: old}

    def _replace(
        self,
        record: DocumentRecord,
        seen: Seen,
        files: Mapping[str, bytes],
        standing: Partition | None,
        absent: Collection[str],
    ) -> int:
        """Put a document's files in the place of what stands there."""
        assert record.unit is not None and record.year is not None
        there = set(standing.files) if standing is not None else set()
        stale = [key for key in there if key not in files and key.endswith(f"/{PART}")]
        # A file that the manifest does not know, because it was lost, is replaced or removed all the same.
        others = {file_key(d, record.unit, record.year) for d in dataset_names(self._contracts)}
        stale += [k for k in others - there - set(files) if self.store.read(k) is not None]
        put = self._differing(files)
        further = [key for key in there if not key.endswith(f"/{PART}")]
        version = standing.version if standing is not None else 0
        hashes = {key: digest(data) for key, data in files.items()}
        known = standing.files if standing is not None else {}
        # Files that somebody changed by hand are put right; that is no new version.
        is_new = {key: known[key] for key in known if key not in further} != hashes
        if is_new:
            if standing is not None and not standing.withdrawn:
                self._keep_version(standing)
            stale += further
            further, version = [], version + 1
        partition = Partition(
            record.unit,
            record.year,
            seen.place,
            record.source,
            record.sha256,
            version,
            dict(sorted({**hashes, **{key: known[key] for key in further}}.items())),
            further_basis=standing.further_basis if standing is not None and further else "",
            members=record.members,
            unit_codes=record.unit_codes,
        )
        update = self._update(seen, partition, standing, absent)
        elsewhere = [p for p in update.partitions if p.withdrawn]
        for gone in elsewhere:
            before = self.manifest.partitions[gone.key]
            self._keep_version(before)
            stale += before.files
        changed = self._commit(put, [*stale, *self._reports(seen.place)], update)
        if is_new:
            drop_versions(self.store, partition, self._keep)
        return changed

    def _update(
        self, seen: Seen, partition: Partition, standing: Partition | None, absent: Collection[str]
    ) -> Update:
        """What the manifest says when a partition is published, of its file and of others concerned."""
        noted, forget, partitions = [seen], [], [partition]
        before = self.manifest.seen.get(seen.place)
        if before is not None and before.unit is not None and before.year is not None:
            # The same bytes were taken for another unit or year, by other contracts: not twice the same data.
            old = self.manifest.partitions.get((before.unit, before.year))
            if (
                old is not None
                and not old.withdrawn
                and old.key != partition.key
                and (old.place, old.sha256) == (seen.place, seen.sha256)
            ):
                partitions.append(withdrawn(old))
        other = self.manifest.seen.get(standing.place) if standing is not None else None
        if (
            standing is not None
            and other is not None
            and other.place != seen.place
            and (other.sha256, other.status) == (standing.sha256, "published")
        ):
            if other.place in absent:
                forget.append(other.place)
            else:
                reason = f"{seen.source} was published in its place with --force"
                noted.append(replace(other, status="superseded", reason=reason))
        return Update(tuple(noted), tuple(forget), tuple(partitions))

    def _standing(self, record: DocumentRecord) -> Partition | None:
        """What is published of a document's unit and year; known by its files where the manifest is lost."""
        if record.unit is None or record.year is None:
            return None
        known = self.manifest.partitions.get((record.unit, record.year))
        if known is not None:
            return known
        data = self.store.read(file_key("documents", record.unit, record.year))
        if data is None:
            return None
        row = pq.read_table(io.BytesIO(data), columns=["sha256", "source"]).to_pylist()[0]
        keys = [file_key(d, record.unit, record.year) for d in dataset_names(self._contracts)]
        files = {key: digest(data) for key in keys if (data := self.store.read(key)) is not None}
        lost = Partition(record.unit, record.year, row["source"], row["source"], row["sha256"], 1, files)
        kept = kept_versions(self.store, replace(lost, withdrawn=True))
        return replace(lost, version=max(kept, default=0) + 1)

    def _as_accepted(self, document: ProcessedDocument) -> DocumentRecord:
        record = document.record
        readable = record.unit is not None and record.year is not None and document.files
        if record.status != "quarantined" or not readable:
            return record
        acceptance = acceptance_of(self.store, record.sha256)
        if acceptance is None:
            return record
        return replace(
            record, status="published", accepted_by=acceptance.by, accepted_reason=acceptance.reason
        )

    def _published_files(
        self, document: ProcessedDocument, record: DocumentRecord, findings: Sequence[Finding]
    ) -> dict[str, bytes]:
        """All files of a document's partition, ``documents`` last."""
        files = {file_key(d, record.unit, record.year): data for d, data in document.files.items()}
        return {**files, **self._tables(record, findings, PART)}

    def _tables(self, record: DocumentRecord, findings: Sequence[Finding], name: str) -> dict[str, bytes]:
        tables = {
            "findings": findings_table(record.source, findings, self._contracts),
            "documents": documents_table(record, findings, self._contracts),
        }
        return {file_key(d, record.unit, record.year, name): to_parquet(t) for d, t in tables.items()}

    def _reports(self, place: str) -> list[str]:
        """Keys of what was said of a file when it was not published."""
        seen = self.manifest.seen.get(place)
        return list(seen.files) if seen is not None else []

    def _differing(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        return {key: data for key, data in files.items() if self.store.read(key) != data}

    def _keep_version(self, partition: Partition) -> None:
        if self._keep:
            keep_version(self.store, partition)

    def _commit(self, put: Mapping[str, bytes], delete: Sequence[str], update: Update) -> int:
        """Commit what changes anything; how many files did."""
        manifest = self.manifest
        unchanged = (
            all(manifest.seen.get(s.place) == s for s in update.seen)
            and all(manifest.partitions.get(p.key) == p for p in update.partitions)
            and not any(place in manifest.seen for place in update.forget)
        )
        if put or delete or not unchanged:
            self._journal.commit(put, delete, update)
        return len(put) + len(delete)


def _without_program(documents: bytes) -> list[dict[str, Any]]:
    """The rows of ``documents`` without what they say of the program."""
    table = pq.read_table(io.BytesIO(documents))
    rows: list[dict[str, Any]] = table.select(
        [c for c in table.column_names if c not in _PROGRAM]
    ).to_pylist()
    return rows
