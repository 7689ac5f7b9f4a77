"""Files that have come in part: kept out of sight until they are whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import httpx

#: Folder of the parts below the folder collected into; hidden, so that nothing takes them for documents.
FOLDER = ".jcfs"


class Part:
    """What has come so far of the file at one address.

    Beside the bytes lies the validator under which they were sent. Without one, bytes of two versions
    could be joined unseen, so a part without it is not gone on with.

    Args:
        folder: where parts lie.
        url: the address asked for.
    """

    def __init__(self, folder: Path, url: httpx.URL) -> None:
        stem = hashlib.sha256(str(url).encode()).hexdigest()[:32]
        self.path = folder / f"{stem}.part"
        self._tag = folder / f"{stem}.tag"

    @property
    def validator(self) -> str | None:
        """What ``If-Range`` is sent with; None where the part cannot be gone on with."""
        try:
            return self._tag.read_text(encoding="ascii") or None
        except FileNotFoundError:
            return None

    @property
    def size(self) -> int:
        """Bytes that can be gone on from."""
        try:
            return self.path.stat().st_size if self.validator else 0
        except FileNotFoundError:
            return 0

    def begin(self, validator: str | None) -> None:
        """Begin from nothing.

        Args:
            validator: a strong one, if the server gives it.
        """
        self.discard()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if validator:
            self._tag.write_text(validator, encoding="ascii")
        self.path.touch()

    @contextmanager
    def append(self) -> Iterator[BinaryIO]:
        """Open it to add bytes, which are on the disk when it is closed."""
        with self.path.open("ab") as file:
            try:
                yield file
            finally:
                file.flush()
                os.fsync(file.fileno())

    def head(self, length: int) -> bytes:
        """Its first bytes."""
        with self.path.open("rb") as file:
            return file.read(length)

    def tail(self, length: int) -> bytes:
        """Its last bytes."""
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - length))
            return file.read()

    def digest(self) -> str:
        """SHA-256 of its bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def discard(self) -> None:
        """Remove it."""
        self.path.unlink(missing_ok=True)
        self._tag.unlink(missing_ok=True)

    def move(self, target: Path) -> None:
        """Give a whole file its place; a reader sees the old file or this one."""
        self.path.replace(target)
        self._tag.unlink(missing_ok=True)
