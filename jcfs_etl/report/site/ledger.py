"""What a site holds and what it was made from: lines of JSON beside it, so that only what changed is made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct, convert, field, to_builtins

from jcfs_etl.disk import put
from jcfs_etl.errors import RunError
from jcfs_etl.findings import Both
from jcfs_etl.locking import FolderHold
from jcfs_etl.report.site.model import Picture, Summary

_OWN = "_site"
_FILE = "ledger.jsonl"


class Made(Struct, frozen=True):
    """The pages of one publication, as they were made.

    Attributes:
        key, version: of the entry that they were made from.
        summary: what the overview says of it.
        files: names of the files in its folder.
        pictures: without the boxes on them.
        pictures_of: what the pictures were made from; empty where there are none.
    """

    key: str
    version: str
    summary: Summary
    files: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    pictures_of: str = ""


class Ledger(Struct):
    """What a site holds.

    Attributes:
        made: publications by key.
        others: what other pages were made from, by their address below the site.
        version: of the program and the contracts that made them.
        run, changed: the last run of which is told what it changed, and that in both languages, line by line.
    """

    made: dict[str, Made] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    version: str = ""
    run: str = ""
    changed: tuple[Both, ...] = ()


class Site:
    """The folder of a site, held by one run at a time; made when it is not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._own = folder / _OWN
        self._path = self._own / _FILE

    @contextmanager
    def held(self, wait: float = 0.0) -> Iterator[Ledger]:
        """Hold the site and read what it has; another run has ``wait`` seconds to end.

        Raises:
            RunError: it holds something else, cannot be written, or another run writes to it.
        """
        try:
            if self.folder.exists() and not self._own.exists() and any(self.folder.iterdir()):
                raise RunError(f"{self.folder}: holds something else", "give an empty or a new folder")
            self._own.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._cannot(error) from error
        hold = FolderHold(self._own / "lock", str(self.folder), wait)
        try:
            yield self._read()
        except OSError as error:
            raise self._cannot(error) from error
        finally:
            hold.release()

    def note(self, made: Iterable[Made]) -> None:
        """Add publications to what is noted, so that a run that is ended need not make them again."""
        with self._path.open("ab") as file:
            file.write(b"".join(_line({"made": to_builtins(one)}) for one in made))

    def keep(self, ledger: Ledger) -> None:
        """Write all that is noted, in the place of what was."""
        changed = [[words.zh, words.en] for words in ledger.changed]
        lines: list[dict[str, Any]] = [{"version": ledger.version, "run": ledger.run, "changed": changed}]
        lines += [{"made": to_builtins(one)} for _, one in sorted(ledger.made.items())]
        lines += [{"other": key, "from": value} for key, value in sorted(ledger.others.items())]
        put(self._path, b"".join(map(_line, lines)))

    def _read(self) -> Ledger:
        """What is noted; what a line that is broken off, or of another release, is about is made again."""
        ledger = Ledger()
        lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        for line in lines:
            try:
                values = json.loads(line)
                if "made" in values:
                    one = convert(values["made"], Made)
                    ledger.made[one.key] = one
                elif "other" in values:
                    ledger.others[values["other"]] = values["from"]
                else:
                    ledger.version, ledger.run = values["version"], values["run"]
                    ledger.changed = tuple(Both(en, zh) for zh, en in values["changed"])
            except (ValueError, KeyError, TypeError):
                continue
        return ledger

    def _cannot(self, error: OSError) -> RunError:
        return RunError(
            f"{self.folder}: cannot be written ({error.strerror or error})",
            "free space or give a place that you may write to with --out",
        )


def _line(values: dict[str, Any]) -> bytes:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode("utf-8", "backslashreplace")
