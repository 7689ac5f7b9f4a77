"""Small files made into large ones for readers: one sorted file a dataset and year, beside the partitions.

A query over ten thousand units opens ten thousand files, and that is where its time goes. The compacted
files hold the same rows as the partitions, so they are made from nothing else, and only where the manifest
says that something changed. All files of a year change together, by the same journal as publications.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from jcfs_etl.contracts.arrow import arrow_schema, dataset_names
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.aside import digest
from jcfs_etl.curate.commit import Journal
from jcfs_etl.curate.manifest import Manifest, Update, to_line
from jcfs_etl.curate.partitions import NULL_PARTITION, PART, parquet_writer, unit_in_path
from jcfs_etl.curate.store import OWN, Store
from jcfs_etl.errors import RunError

#: Where compacted files lie; the underscore hides them from readers that are given the whole root.
FOLDER = "_compact"
#: What each compacted file was made from.
STATE = f"{OWN}/compact.json"
#: Rows of a row group: what is held in memory, and what a reader can pass over by its units.
ROWS = 32_768
_KEY = re.compile(rf"{FOLDER}/(?P<dataset>[^/]+)/year=(?P<year>\d+|{NULL_PARTITION})/{re.escape(PART)}")
#: Part of what a file is made from: to be raised when the way it is made changes.
_FORMAT = 1
#: Partition files read ahead: a store far away takes long for each and can answer many at once.
_AHEAD = 16

#: Dataset and fiscal year; the year is None where documents state none.
Target = tuple[str, int | None]


class Source(Struct, frozen=True):
    """A file of the partitions.

    Attributes:
        unit: as readers see it; None where it is not known.
        key: where it lies.
        state: the hash of its bytes, or of what a report was made from.
        exact: whether the state is the hash of its bytes.
    """

    unit: str | None
    key: str
    state: str
    exact: bool


class Compaction(Struct, frozen=True):
    """What a compaction did.

    Attributes:
        written: compacted files that were written anew, with their rows.
        removed: compacted files of which nothing is published any more.
        unchanged: compacted files that stand as they are.
        sources: partition files that were read.
    """

    written: Mapping[Target, int]
    removed: tuple[Target, ...]
    unchanged: int
    sources: int


def compact_key(dataset: str, year: int | None) -> str:
    """Where the compacted file of a dataset and year lies below the curated root."""
    return f"{FOLDER}/{dataset}/year={year if year is not None else NULL_PARTITION}/{PART}"


def compact_schema(contracts: Contracts, dataset: str) -> pa.Schema:
    """Columns of a dataset's compacted files: the unit, which is in the partitions' path, and its own."""
    schema = arrow_schema(contracts, dataset)
    said = {"description": "The unit, as readers of the partitions see it.", "label": "单位"}
    unit = pa.field("unit", pa.string(), metadata=said)
    return pa.schema([unit, *schema], metadata=schema.metadata)


def compact(store: Store, contracts: Contracts, *, wait: float = 0.0) -> Compaction:
    """Bring the compacted files up to what is published; another run has ``wait`` seconds to end.

    Raises:
        RunError: the root cannot be written, another run holds it, or a partition is not what was noted.
    """
    hold = store.hold(wait)
    try:
        journal = Journal(store, hold)
        targets = _targets(journal.manifest)
        _require_known(targets, contracts)
        there = {target for key in store.keys(FOLDER) if (target := _target_of(key)) is not None}
        state = {target: basis for target, basis in _read_state(store).items() if target in there}
        after = {target: _basis(sources, contracts) for target, sources in targets.items()}
        due = [t for t in targets if state.get(t) != after[t]]
        removed = sorted(there - set(after), key=_order)
        written: dict[Target, int] = {}
        for year in sorted({t[1] for t in [*due, *removed]}, key=_year_order):
            with tempfile.TemporaryDirectory(prefix="jcfs-compact-") as folder:
                files: dict[str, Path] = {}
                for target in (t for t in due if t[1] == year):
                    path, schema = Path(folder) / f"{target[0]}.parquet", compact_schema(contracts, target[0])
                    written[target] = _write(store, targets[target], schema, path)
                    files[compact_key(*target)] = path
                    state[target] = after[target]
                gone = [t for t in removed if t[1] == year]
                for target in gone:
                    state.pop(target, None)
                put = {STATE: _dump_state(state)}
                journal.add(put, [compact_key(*t) for t in gone], Update(), large=files)
                journal.flush()
        journal.checkpoint()
    finally:
        hold.release()
    read = sum(len(targets[target]) for target in due)
    return Compaction(written, tuple(removed), len(targets) - len(due), read)


def _targets(manifest: Manifest) -> dict[Target, list[Source]]:
    """The files that each compacted file is made from, sorted by unit; units that are not known last."""
    found: dict[Target, dict[str, Source]] = {}
    for partition in manifest.published():
        published_for = unit_in_path(partition.unit)
        for key, sha256 in partition.files.items():
            found.setdefault((key.partition("/")[0], partition.year), {})[key] = Source(
                published_for, key, sha256, exact=True
            )
    for seen in manifest.seen.values():
        state = hashlib.sha256(to_line(seen)).hexdigest()
        unit = unit_in_path(seen.unit) if seen.unit else None
        for key in seen.files:
            found.setdefault((key.partition("/")[0], seen.year), {})[key] = Source(
                unit, key, state, exact=False
            )
    return {
        target: sorted(found[target].values(), key=lambda s: (s.unit is None, s.unit or "", s.key))
        for target in sorted(found, key=_order)
    }


def _require_known(targets: Iterable[Target], contracts: Contracts) -> None:
    unknown = sorted({dataset for dataset, _ in targets} - set(dataset_names(contracts)))
    if unknown:
        raise RunError(
            f"{', '.join(unknown)}: published, but described by no contract in force",
            "name the folder of contracts that adds it with --contracts",
        )


def _basis(sources: Iterable[Source], contracts: Contracts) -> str:
    """What a compacted file is made from, as a hash."""
    made = hashlib.sha256(f"{_FORMAT} {ROWS} {contracts.version} {pa.__version__}".encode())
    for source in sources:
        made.update(f"\n{source.key}\0{source.state}".encode())
    return made.hexdigest()[:16]


def _write(store: Store, sources: list[Source], schema: pa.Schema, path: Path) -> int:
    """Write a compacted file to a local path.

    Returns:
        How many rows it has.
    """
    rows = 0
    with parquet_writer(path, schema) as writer:
        for group in _groups(_read_ahead(store, sources, schema), schema):
            writer.write_table(group, row_group_size=ROWS)
            rows += group.num_rows
    return rows


def _groups(tables: Iterable[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    """The same rows in tables of :data:`ROWS` each, the last one shorter."""
    held: list[pa.Table] = []
    count = 0
    for table in tables:
        held.append(table)
        count += table.num_rows
        while count >= ROWS:
            whole = pa.concat_tables(held)
            yield whole.slice(0, ROWS)
            held, count = [whole.slice(ROWS)], count - ROWS
    if count:
        yield pa.concat_tables([schema.empty_table(), *held])


def _read_ahead(store: Store, sources: list[Source], schema: pa.Schema) -> Iterator[pa.Table]:
    """Tables of partition files in order, a bounded number of them under way at once."""
    with ThreadPoolExecutor(_AHEAD) as threads:
        waiting: deque[tuple[Source, Future[bytes | None]]] = deque()
        rest = iter(sources)
        try:
            for source in chain(rest, (None for _ in range(_AHEAD))):
                if source is not None:
                    waiting.append((source, threads.submit(store.read, source.key)))
                if waiting and (source is None or len(waiting) == _AHEAD):
                    first, future = waiting.popleft()
                    yield _table(store, first, future.result(), schema)
        finally:
            for _, future in waiting:
                future.cancel()


def _table(store: Store, source: Source, data: bytes | None, schema: pa.Schema) -> pa.Table:
    """The rows of a partition file with their unit, in the columns of the contracts in force.

    Raises:
        RunError: the file is missing or was altered, or its columns are of other contracts.
    """
    where = f"{store.name}/{source.key}"
    if data is None or (source.exact and digest(data) != source.state):
        what = "is missing" if data is None else "is not what was published"
        raise RunError(f"{where}: {what}", "run jcfs ingest --again, which makes it anew")
    table = pq.ParquetFile(pa.BufferReader(data)).read(use_threads=False)
    if (table.schema.names, table.schema.types) != (schema.names[1:], schema.types[1:]):
        raise RunError(
            f"{where}: was published by other contracts, its columns are not those of today",
            "run jcfs ingest --again, with --force where an older version was brought back",
        )
    units = pa.nulls(table.num_rows, pa.string())
    if source.unit is not None:
        units = pa.repeat(pa.scalar(source.unit, pa.string()), table.num_rows)
    return pa.table([units, *table.columns], names=schema.names).cast(schema)


def _read_state(store: Store) -> dict[Target, str]:
    """What each compacted file was made from."""
    data = store.read(STATE)
    if data is None:
        return {}
    try:
        noted: list[dict[str, Any]] = json.loads(data)["files"]
        return {(f["dataset"], f["year"]): f["basis"] for f in noted}
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"{store.name}/{STATE}: is damaged ({error})", "remove it: everything is then compacted again"
        ) from error


def _target_of(key: str) -> Target | None:
    """Dataset and year of a compacted file; None for a file that is none."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    return found["dataset"], None if found["year"] == NULL_PARTITION else int(found["year"])


def _dump_state(state: Mapping[Target, str]) -> bytes:
    files = [{"dataset": t[0], "year": t[1], "basis": state[t]} for t in sorted(state, key=_order)]
    return to_line({"files": files}) + b"\n"


def _order(target: Target) -> tuple[tuple[bool, int], str]:
    return _year_order(target[1]), target[0]


def _year_order(year: int | None) -> tuple[bool, int]:
    return year is None, year or 0
