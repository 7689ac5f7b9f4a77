"""Parquet partitions: where they lie, and the same bytes for the same table."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

#: The directory name by which Hive, and every reader of its layout, says null.
NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
#: The one file of a published partition that a document fills.
PART = "part-0.parquet"
_ESCAPED = re.compile(r"[\x00-\x1f\x7f\"#%'*/:=?\\{\[\]^]")
#: How every Parquet file is written.
_WRITTEN: dict[str, Any] = {"compression": "zstd", "version": "2.6", "write_statistics": True}
#: Bytes that file systems allow the name of a folder, less ``unit=``.
_LONGEST = 250
#: What readers take for a number or a date.
_NO_NAME = re.compile(r"(?=.*\d)[-+.:T \d]+", re.ASCII)


def partition_key(unit: str | None, year: int | None) -> str:
    """``unit=<unit>/year=<year>``, escaped as Hive does it.

    A unit or year that is not known goes to Hive's null partition.
    """
    folder = "unit=" + ("".join(_escaped(unit_in_path(unit))) if unit else NULL_PARTITION)
    return f"{folder}/year={year if year is not None else NULL_PARTITION}"


def file_key(dataset: str, unit: str | None, year: int | None, name: str = PART) -> str:
    """Where a file of a partition lies below the curated root."""
    return f"{dataset}/{partition_key(unit, year)}/{name}"


def unit_in_path(unit: str) -> str:
    """The unit as readers see it: itself, but for names that no folder or reader can take.

    Names too long for a folder, and those that readers take for null, a number or a date, end in ``~`` and a
    hash of the whole name. ``documents.unit_name`` holds every name in full.
    """
    tail = "~" + hashlib.sha256(unit.encode()).hexdigest()[:16]
    whole = "".join(_escaped(unit))
    if len(whole.encode()) <= _LONGEST and unit != NULL_PARTITION and not _NO_NAME.fullmatch(unit):
        return unit
    room, kept = _LONGEST - len(tail), ""
    for character in unit:
        room -= len(_escaped(character)[0].encode())
        if room < 0:
            break
        kept += character
    return kept + tail


def _escaped(unit: str) -> list[str]:
    if unit in (".", ".."):
        return ["%2E"] * len(unit)
    return [_ESCAPED.sub(lambda m: f"%{ord(m[0]):02X}", character) for character in unit]


def to_parquet(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file; the same table gives the same bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **_WRITTEN)
    return bytes(sink.getvalue())


def from_parquet(data: bytes, columns: list[str] | None = None) -> pa.Table:
    """The table that the bytes of a Parquet file hold, by default with all columns.

    Raises:
        OSError, ValueError: they are none.
    """
    return pq.read_table(pa.BufferReader(data), columns=columns)


def parquet_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Writes a Parquet file piece by piece; the same pieces give the same bytes.

    Rows are sorted by ``unit``, null last, which is noted in the file.
    """
    order = pq.SortingColumn.from_ordering(schema, [("unit", "ascending")], null_placement="at_end")
    return pq.ParquetWriter(path, schema, sorting_columns=order, **_WRITTEN)
