"""Parquet partitions on disk: where they lie, and how they are replaced without a torn read."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from jcfs_etl.errors import RunError

#: The directory name by which Hive, and every reader of its layout, says null.
NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
_ESCAPED = re.compile(r"[\x00-\x1f\x7f\"#%'*/:=?\\{\[\]^]")


def partition_folder(root: Path, dataset: str, unit: str | None, year: int | None) -> Path:
    """``<root>/<dataset>/unit=<unit>/year=<year>``, escaped as Hive does it.

    A unit or year that is not known goes to Hive's null partition.
    """
    return (
        root
        / dataset
        / f"unit={_escape(unit) if unit else NULL_PARTITION}"
        / f"year={year if year is not None else NULL_PARTITION}"
    )


def _escape(value: str) -> str:
    escaped = _ESCAPED.sub(lambda m: f"%{ord(m[0]):02X}", value)
    return escaped.replace(".", "%2E") if escaped in (".", "..") else escaped


def to_parquet(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file; the same table gives the same bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", version="2.6", write_statistics=True)
    return bytes(sink.getvalue())


def put(path: Path, data: bytes) -> bool:
    """Write a file beside its place, flush it, and rename it into place.

    A reader sees the old file or the new one. A file that already holds these bytes is not touched.

    Returns:
        Whether the file changed.

    Raises:
        RunError: the folder cannot be written.
    """
    try:
        if path.exists() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.parent / f".{path.name}.{os.getpid()}.tmp"
        try:
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(
            f"{path.parent}: cannot be written ({error.strerror})",
            "free space or give a folder that you may write to with --curated",
        ) from error
    return True


def remove(path: Path) -> bool:
    """Remove a file that may not be there; say whether it was."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise RunError(
            f"{path}: cannot be removed ({error.strerror})", "check who may write there"
        ) from error
    return True


def check_writable(root: Path) -> None:
    """Make the root if need be, and try to write there, so that a run fails before its work.

    Raises:
        RunError: it cannot be made or written.
    """
    put(root / ".jcfs-write-test", b"")
    remove(root / ".jcfs-write-test")
