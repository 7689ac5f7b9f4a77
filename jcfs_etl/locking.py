"""One run at a time writes to a place: a locked file in a folder, a lease in a bucket.

A lock dies with its process. A lease is renewed while its run lives; how old it is, is read off the store's
own clock, so that no clock of ours can make it look older or younger than it is.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from jcfs_etl.errors import RunError

#: Seconds between two tries while waiting.
_PAUSE = 0.2
#: What to do about another run, where a command can wait for it.
WAITING = "wait for its end, or use --wait SECONDS"


class Hold(ABC):
    """The right to write to a root, held by one run at a time."""

    @abstractmethod
    def check(self) -> None:
        """Make sure that it is still held.

        Raises:
            RunError: it was lost, because this run stood still for too long.
        """

    @abstractmethod
    def release(self) -> None:
        """Let others have it."""


def who() -> dict[str, Any]:
    """What is noted about the run that holds a lock: process, machine, user and the time it began."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return {
        "process": os.getpid(),
        "machine": socket.gethostname(),
        "user": user,
        "since": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
    }


def taken(name: str, holder: bytes | None, remedy: str = WAITING) -> RunError:
    """The error that names the run that is in the way.

    Args:
        name: the place.
        holder: what the lock says, as JSON; may be damaged or still missing.
        remedy: what to do about it.
    """
    try:
        noted = json.loads(holder or b"")
        told = "process {process} of {user} on {machine}, since {since}".format(**noted)
    except (ValueError, KeyError, TypeError):
        told = "another process"
    return RunError(f"{name}: another run is writing there ({told})", remedy)


def until(attempt: Callable[[], bool], wait: float, pause: float = _PAUSE) -> bool:
    """Try until it works or the time is up; at least once.

    Args:
        attempt: says whether it worked.
        wait: seconds, by a clock that nobody sets.
        pause: seconds between two tries.
    """
    end = time.monotonic() + wait
    while not attempt():
        left = end - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
    return True


class FolderHold(Hold):
    """A lock on a file that the system takes away with the process.

    Args:
        path: the file; it stays, because removing it would let two runs lock two files of one name.
        name: the place, for messages.
        wait: seconds to wait for another run.
        remedy: what to do about another run.

    Raises:
        RunError: another run holds it.
        OSError: the file cannot be opened for writing.
    """

    def __init__(self, path: Path, name: str, wait: float, remedy: str = WAITING) -> None:
        import fcntl

        self._file: IO[bytes] = path.open("a+b")

        def attempt() -> bool:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        if not until(attempt, wait):
            self._file.seek(0)
            holder = self._file.read()
            self._file.close()
            raise taken(name, holder, remedy)
        self._file.truncate(0)
        self._file.write(json.dumps(who(), ensure_ascii=False).encode())
        self._file.flush()

    def check(self) -> None:
        """Nothing can take it away from a living process."""

    def release(self) -> None:
        """Unlock; what the file says is wiped, as it is no longer true."""
        self._file.truncate(0)
        self._file.close()
