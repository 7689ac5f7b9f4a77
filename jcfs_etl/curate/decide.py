"""What is to become of a document beside what stands in the root; nothing is written here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.contracts.arrow import dataset_names
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.accepted import acceptance_of
from jcfs_etl.curate.aside import File, Files, digest
from jcfs_etl.curate.changes import conflict_with, held_back, withdrawn
from jcfs_etl.curate.manifest import Key, Manifest, Partition, Seen, Update
from jcfs_etl.curate.partitions import PART, file_key, from_parquet
from jcfs_etl.curate.processed import ProcessedDocument, seen_document
from jcfs_etl.curate.records import DocumentRecord, report_files
from jcfs_etl.curate.store import Store
from jcfs_etl.curate.versions import kept_versions
from jcfs_etl.findings import Finding
from jcfs_etl.wording import worded

#: Columns of ``documents`` that say which program made the data.
_PROGRAM = ("extractor_commit", "basis")


class Decision(Struct, frozen=True):
    """What is to be done with a document.

    Attributes:
        record, findings: as they are to be written.
        seen: what the manifest is to note of its file.
        put: files to store, in the order in which readers are to see them.
        delete: files to remove.
        update: what the manifest says afterwards.
        kept: partitions as they stand that are to be kept as older versions first.
        renewed: the partition, where it is a new version; older ones beyond those kept are dropped then.
    """

    record: DocumentRecord
    findings: tuple[Finding, ...]
    seen: Seen
    put: Files
    delete: tuple[str, ...]
    update: Update
    kept: tuple[Partition, ...] = ()
    renewed: Partition | None = None


def differing(store: Store, files: Files) -> dict[str, File]:
    """Those files that do not stand there with the same bytes."""
    there = store.read_all(files)
    return {k: f for k, f in files.items() if k not in there or digest(there[k]) != digest(f)}


def reports(manifest: Manifest, place: str) -> list[str]:
    """Keys of what was said of a file when it was not published."""
    seen = manifest.seen.get(place)
    return list(seen.files) if seen is not None else []


def touched(manifest: Manifest, record: DocumentRecord, place: str) -> set[Key | str]:
    """What a decision on a document looks at and may change: places of files, and units with years."""
    found: set[Key | str] = {place}
    before = manifest.seen.get(place)
    for of in (record, before):
        if of is not None and of.unit is not None and of.year is not None:
            found.add((of.unit, of.year))
    return found


class Deciding:
    """Decides on documents of one run, and only reads the root."""

    def __init__(
        self, store: Store, contracts: Contracts, manifest: Manifest, basis: str, limits: str
    ) -> None:
        self._store, self._contracts, self._manifest = store, contracts, manifest
        self._basis, self._limits = basis, limits

    def decide(
        self, document: ProcessedDocument, place: str, *, force: bool, absent: Collection[str]
    ) -> Decision:
        """What is to become of a document, whose arguments are those of :meth:`CuratedRoot.publish`."""
        record, findings = replace(self._as_accepted(document), basis=self._basis), document.findings
        standing = self._standing(record)
        held = False
        if record.status == "published" and standing is not None and not force:
            held = standing.held == record.sha256
            if not held and (conflict := conflict_with(record, place, standing, absent)):
                told = worded([conflict], self._contracts)
                record = record.refused(told[0].message)
                findings = (*findings, *told)
        seen = seen_document(document, record, findings, place, self._basis, self._limits)
        said = reports(self._manifest, place)
        if not record.sha256:
            return Decision(record, findings, seen, {}, (), Update())
        if held and standing is not None:
            seen = held_back(seen, standing.restored)
            return Decision(record, findings, seen, {}, tuple(said), Update((seen,)))
        if record.status == "published":
            files = self._as_it_stands(self._published_files(document, record, findings), record, standing)
            return self._replacing(record, findings, seen, files, standing, absent)
        name = f"rejected-{record.sha256[:16]}.parquet"
        made = report_files(record, findings, self._contracts)
        tables = {file_key(d, record.unit, record.year, name): data for d, data in made.items()}
        seen = replace(seen, files=tuple(tables))
        stale = tuple(key for key in said if key not in tables)
        return Decision(record, findings, seen, differing(self._store, tables), stale, Update((seen,)))

    def _as_it_stands(self, files: Files, record: DocumentRecord, standing: Partition | None) -> Files:
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
        old, file = self._store.read(key), files[key]
        new = file if isinstance(file, bytes) else self._store.read(file.key)
        if old is None or new is None or _without_program(old) != _without_program(new):
            return files
        return {**files, key: old}

    def _replacing(
        self,
        record: DocumentRecord,
        findings: tuple[Finding, ...],
        seen: Seen,
        files: Files,
        standing: Partition | None,
        absent: Collection[str],
    ) -> Decision:
        """A document's files in the place of what stands there."""
        assert record.unit is not None and record.year is not None
        known = standing.files if standing is not None else {}
        stale = self._stale(record.unit, record.year, files, known) if standing is not None else []
        further = [key for key in known if not key.endswith(f"/{PART}")]
        version = standing.version if standing is not None else 0
        hashes = {key: digest(file) for key, file in files.items()}
        kept: list[Partition] = []
        # Files that somebody changed by hand are put right; that is no new version.
        is_new = {key: known[key] for key in known if key not in further} != hashes
        if is_new:
            if standing is not None and not standing.withdrawn:
                kept.append(standing)
            stale += further
            further, version = [], version + 1
        hashes |= {key: known[key] for key in further}
        basis = standing.further_basis if standing is not None and further else ""
        partition = _partition(record, seen, version, hashes, basis)
        update = self._update(seen, partition, standing, absent)
        for other in update.partitions:
            if other.withdrawn:
                before = self._manifest.partitions[other.key]
                kept.append(before)
                stale += before.files
        put = self._put(files, known)
        gone = (*stale, *reports(self._manifest, seen.place))
        new = partition if is_new else None
        return Decision(record, findings, seen, put, gone, update, tuple(kept), new)

    def _stale(self, unit: str, year: int, files: Files, known: Collection[str]) -> list[str]:
        """What is to go when a document's files are put in their place."""
        # A file that the manifest does not know, because it was lost, is replaced or removed all the same.
        others = {file_key(d, unit, year) for d in dataset_names(self._contracts)}
        lost = self._store.read_all(others - {*known, *files})
        return [key for key in known if key not in files and key.endswith(f"/{PART}")] + [*lost]

    def _put(self, files: Files, known: Mapping[str, str]) -> dict[str, File]:
        """Files to store: those that are to be others, and those that somebody changed by hand."""
        same = {key: file for key, file in files.items() if known.get(key) == digest(file)}
        changed = differing(self._store, same)
        return {key: file for key, file in files.items() if key not in same or key in changed}

    def _update(
        self, seen: Seen, partition: Partition, standing: Partition | None, absent: Collection[str]
    ) -> Update:
        """What the manifest says when a partition is published, of its file and of others concerned."""
        noted, forget, partitions = [seen], [], [partition]
        before = self._manifest.seen.get(seen.place)
        if before is not None and before.unit is not None and before.year is not None:
            # The same bytes were taken for another unit or year, by other contracts: not twice the same data.
            old = self._manifest.partitions.get((before.unit, before.year))
            if (
                old is not None
                and not old.withdrawn
                and old.key != partition.key
                and (old.place, old.sha256) == (seen.place, seen.sha256)
            ):
                partitions.append(withdrawn(old))
        other = self._manifest.seen.get(standing.place) if standing is not None else None
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
        known = self._manifest.partitions.get((record.unit, record.year))
        if known is not None:
            return known
        data = self._store.read(file_key("documents", record.unit, record.year))
        if data is None:
            return None
        row = from_parquet(data, ["sha256", "source"]).to_pylist()[0]
        keys = [file_key(d, record.unit, record.year) for d in dataset_names(self._contracts)]
        files = {key: digest(data) for key, data in self._store.read_all(keys).items()}
        lost = Partition(record.unit, record.year, row["source"], row["source"], row["sha256"], 1, files)
        kept = kept_versions(self._store, replace(lost, withdrawn=True))
        return replace(lost, version=max(kept, default=0) + 1)

    def _as_accepted(self, document: ProcessedDocument) -> DocumentRecord:
        record = document.record
        readable = record.unit is not None and record.year is not None and document.files
        if record.status != "quarantined" or not readable:
            return record
        acceptance = acceptance_of(self._store, record.sha256)
        if acceptance is None:
            return record
        return replace(
            record, status="published", accepted_by=acceptance.by, accepted_reason=acceptance.reason
        )

    def _published_files(
        self, document: ProcessedDocument, record: DocumentRecord, findings: Sequence[Finding]
    ) -> dict[str, File]:
        """All files of a document's partition, ``documents`` last."""
        reports: Files = document.reports
        if not reports or record != replace(document.record, basis=self._basis):
            reports = report_files(record, findings, self._contracts)
        files = {**document.files, **reports}
        return {file_key(d, record.unit, record.year): file for d, file in files.items()}


def _without_program(documents: bytes) -> list[dict[str, Any]]:
    """The rows of ``documents`` without what they say of the program."""
    table = from_parquet(documents)
    rows: list[dict[str, Any]] = table.select(
        [c for c in table.column_names if c not in _PROGRAM]
    ).to_pylist()
    return rows


def _partition(
    record: DocumentRecord, seen: Seen, version: int, hashes: Mapping[str, str], further_basis: str
) -> Partition:
    """What the manifest says of a document's published files."""
    assert record.unit is not None and record.year is not None
    return Partition(
        record.unit,
        record.year,
        seen.place,
        record.source,
        record.sha256,
        version,
        dict(sorted(hashes.items())),
        further_basis=further_basis,
        members=record.members,
        unit_codes=record.unit_codes,
    )
