"""Finds the PDFs that a run is to process."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from jcfs_etl.errors import RunError


class Source(Struct, frozen=True):
    """A PDF to process, and the name under which the data knows it: its path below the folder given."""

    path: Path
    name: str

    @property
    def place(self) -> str:
        """Where it lies, which tells it from other files of the same name."""
        return place_of(self.path)


def discover(paths: Iterable[Path | str]) -> list[Source]:
    """PDFs in files and folders, each once, sorted by name.

    A file is taken as it is, whatever it is called, and whether or not it exists: reading it says
    what is wrong with it, and the others go on. A folder is searched through and through for
    ``*.pdf``; hidden files and folders are left out.

    Raises:
        RunError: a folder cannot be listed, nothing that was named exists, or there is no PDF at all.
    """
    given = [Path(p) for p in paths]
    if given and not any(path.exists() for path in given):
        raise RunError(f"{', '.join(map(str, given))}: there is no such file or folder", "check the path")
    found: dict[Path, Source] = {}
    for path in given:
        sources = _in_folder(path) if path.is_dir() else [Source(path, _writable(path.name))]
        for source in sources:
            found.setdefault(source.path.absolute(), source)
    if not found:
        where = ", ".join(map(str, given)) or "nowhere"
        raise RunError(f"{where}: no PDF found", "put PDFs there or name files or another folder")
    return sorted(found.values(), key=lambda s: (s.name, str(s.path)))


def place_of(path: Path) -> str:
    """A path in full, as text that can be written in any encoding."""
    return _writable(path.absolute().as_posix())


def _writable(name: str) -> str:
    """A file's name without the bytes in it that are no text, which are told by their number."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _in_folder(folder: Path) -> Iterator[Source]:
    def refuse(error: OSError) -> None:
        raise RunError(
            f"{error.filename}: the folder cannot be listed ({error.strerror})", "check that you may read it"
        ) from error

    for at, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(".pdf") and not name.startswith("."):
                path = Path(at) / name
                yield Source(path, _writable(path.relative_to(folder).as_posix()))
