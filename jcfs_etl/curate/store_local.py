"""Curated data in a folder: files are written aside, flushed and renamed into place."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from jcfs_etl.curate.store import OWN, STAGING, Store
from jcfs_etl.disk import flush
from jcfs_etl.errors import RunError
from jcfs_etl.locking import FolderHold, Hold

#: Flushes under way at once: the system answers many with one flush of the disk.
_AT_ONCE = 16


class LocalStore(Store):
    """A folder, made when something is first written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = str(root)
        self._unsettled: set[Path] = set()
        self._numbers = count()
        self._threads = ThreadPoolExecutor(_AT_ONCE)

    def read(self, key: str) -> bytes | None:
        """What a file holds; None where there is none."""
        try:
            return (self.root / key).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise RunError(
                f"{self.root / key}: cannot be read ({error.strerror})", "check who may read there"
            ) from error

    def write(self, key: str, data: bytes) -> None:
        """Write a file aside, flush it, and rename it into place."""
        aside = f"{STAGING}/{os.getpid()}-{next(self._numbers)}"
        self.stage({aside: data})
        self.move([(aside, key)])
        self.settle()

    def stage(self, files: Mapping[str, bytes]) -> None:
        """Write files and flush them with their folders."""
        paths = [self.root / key for key in files]
        try:
            for path, data in zip(paths, files.values(), strict=True):
                with self._writing(path):
                    self._make(path.parent)
                    path.write_bytes(data)
                    self._unsettled.add(path.parent)
            with self._writing(self.root / STAGING / "files"):
                self._flush(paths)
            self.settle()
        except RunError:
            # What cannot be put aside whole is worth nothing, and takes room on a full disk.
            for path in paths:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            raise

    def ready(self, keys: Iterable[str]) -> None:
        """Make the folders of files, and see that one may write to them."""
        for folder in {key.rpartition("/")[0] for key in keys}:
            path = f"{self.name}/{folder}"
            if os.access(path, os.W_OK | os.X_OK):
                continue
            with self._writing(Path(path) / "file"):
                self._make(Path(path))
                if not os.access(path, os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, "it is read-only")

    def tidy(self, keys: Iterable[str]) -> None:
        """Remove the folders of files where they are empty."""
        for key in keys:
            self._remove_empty(self.root / key)

    def stage_file(self, key: str, path: Path) -> None:
        """Copy a file and flush it with its folder."""
        to = self.root / key
        with self._writing(to):
            self._make(to.parent)
            self._unsettled.add(to.parent)
            try:
                shutil.copyfile(path, to)
                flush([to])
            except OSError:
                to.unlink(missing_ok=True)
                raise
        self.settle()

    def move(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Rename files; folders are made, and those that become empty stay until something is deleted."""
        for key, to in pairs:
            old, new = self.root / key, self.root / to
            with self._writing(new):
                try:
                    old.replace(new)
                except FileNotFoundError:
                    if not old.exists():
                        continue
                    self._make(new.parent)
                    old.replace(new)
                self._unsettled |= {old.parent, new.parent}

    def copy(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Link files, or write them again where there are no links; a file that is gone is passed over."""
        for key, to in pairs:
            old, new = self.root / key, self.root / to
            with self._writing(new):
                self._make(new.parent)
                self._unsettled.add(new.parent)
                new.unlink(missing_ok=True)
                try:
                    os.link(old, new)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
                        raise
                    self.write(to, old.read_bytes())

    def delete(self, keys: Iterable[str]) -> None:
        """Remove files, and the folders that they leave empty, but for those of whole datasets."""
        for key in keys:
            path = self.root / key
            with self._writing(path):
                try:
                    path.unlink()
                except (FileNotFoundError, NotADirectoryError):
                    continue
                self._unsettled.add(path.parent)
            if not key.startswith(f"{STAGING}/"):
                self._remove_empty(path)

    def keys(self, prefix: str) -> list[str]:
        """All files below a folder."""
        found = []
        for at, _, names in os.walk(self.root / prefix):
            found += [(Path(at) / name).relative_to(self.root).as_posix() for name in names]
        return sorted(found)

    def settle(self) -> None:
        """Flush the folders in which something was renamed, made or removed."""
        with self._writing(self.root / "folders"):
            self._flush(folder for folder in self._unsettled if folder.is_dir())
        self._unsettled.clear()

    def _flush(self, paths: Iterable[Path]) -> None:
        paths = list(paths)
        list(self._threads.map(flush, (paths[at::_AT_ONCE] for at in range(min(_AT_ONCE, len(paths))))))

    def log(self, name: str, number: int, line: bytes) -> None:
        """Append a line to a file and flush it; what could not be written in full is taken back."""
        path = self.root / f"{name}.jsonl"
        with self._writing(path):
            self._make(path.parent)
            new = not path.exists()
            with path.open("ab") as file:
                end = file.seek(0, os.SEEK_END)
                try:
                    file.write(line + b"\n")
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    with suppress(OSError):
                        os.truncate(path, end)
                    raise
        if new:
            self._unsettled.add(path.parent)
            self.settle()

    def logged(self, name: str) -> list[bytes]:
        """The lines of the file; one without its end is broken off."""
        return (self.read(f"{name}.jsonl") or b"").splitlines(keepends=True)

    def clear_log(self, name: str) -> None:
        """Remove the file."""
        self.delete([f"{name}.jsonl"])
        self.settle()

    def hold(self, wait: float) -> Hold:
        """Lock a file, which the system unlocks when the process ends, however it ends."""
        path = self.root / OWN / "lock"
        with self._writing(path):
            self._make(path.parent)
            return FolderHold(path, self.name, wait)

    def dataset(self, dataset: str) -> tuple[str, None] | None:
        """The dataset's folder."""
        folder = self.root / dataset
        return (str(folder), None) if folder.is_dir() else None

    def _remove_empty(self, path: Path) -> None:
        """Remove the folders that a file leaves empty, but for those of whole datasets."""
        for folder in list(path.relative_to(self.root).parents)[:-2]:
            try:
                (self.root / folder).rmdir()
            except OSError:
                break
            self._unsettled.discard(self.root / folder)
            self._unsettled.add((self.root / folder).parent)

    def _make(self, folder: Path) -> None:
        """Make a folder and remember those whose entries are new."""
        if folder.is_dir():
            return
        self._make(folder.parent)
        folder.mkdir(exist_ok=True)
        self._unsettled |= {folder, folder.parent}

    @contextmanager
    def _writing(self, path: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self.cannot(f"{path.parent}: cannot be written", error) from error
