"""Files that are there whole or not at all, and that outlast a failure of power; and what they hold."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def put(path: Path, data: bytes, *, lasting: bool = False) -> None:
    """Write a file aside and rename it into place; one that holds the same bytes stays as it is.

    Args:
        path: the file; its folder is made when it is not there.
        data: all of it.
        lasting: whether file and folder are flushed to the disk.
    """
    try:
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(data)
        if lasting:
            flush([aside])
        aside.replace(path)
        if lasting:
            flush([path.parent])
    except OSError:
        aside.unlink(missing_ok=True)
        raise


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, which are never held in memory all at once."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(paths: Iterable[Path]) -> None:
    """Have the system write files or folders to the disk before it returns."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
