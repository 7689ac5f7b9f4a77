"""What becomes of each address, and the faults that keep one from being collected."""

from __future__ import annotations

import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from msgspec import Struct

from jcfs_etl.errors import JcfsError

State = Literal["new", "replaced", "unchanged", "planned", "vanished", "failed"]


class CollectError(JcfsError):
    """An address cannot be collected.

    Args:
        reason: a stable word for the kind of fault, such as ``too_large``.
        message: what is wrong, in one line, without the address.
        remedy: what the reader can do about it.
        passing: whether it may be gone at the next attempt.
        after: seconds after which the server asks to be tried again, where it says.
    """

    def __init__(
        self, reason: str, message: str, remedy: str, *, passing: bool = False, after: float | None = None
    ) -> None:
        super().__init__(message, remedy)
        self.reason = reason
        self.passing = passing
        self.after = after


class Outcome(Struct, frozen=True):
    """What became of one address.

    Attributes:
        source: id of the source that it belongs to.
        address: as it was asked for, before redirects.
        state: ``new``, ``replaced`` (the published file has changed), ``unchanged``, ``planned`` (a dry
            run), ``vanished`` (collected before, and no longer published; the file is kept) or ``failed``.
        file: name of the file in the folder; None where there is none.
        reason: stable word for why it failed; None where it did not.
        message: what a person should know of it; empty where the state says all.
        remedy: what to do about it.
        size: bytes of the file where it was received now, else 0.
    """

    source: str
    address: str
    state: State
    file: str | None = None
    reason: str | None = None
    message: str = ""
    remedy: str = ""
    size: int = 0

    @classmethod
    def failed(cls, source: str, address: str, error: CollectError, file: str | None = None) -> Outcome:
        """An address that could not be collected, with the fault."""
        return cls(source, address, "failed", file, error.reason, error.message, error.remedy)

    def sentence(self) -> str:
        """What should be known of it, and what to do."""
        return f"{self.message} — {self.remedy}" if self.remedy else self.message


class CollectReport(Struct, frozen=True):
    """What a run collected: outcomes in the order of the sources."""

    outcomes: tuple[Outcome, ...]

    @property
    def counts(self) -> Counter[State]:
        """How many addresses ended in each state."""
        return Counter(outcome.state for outcome in self.outcomes)

    @property
    def exit_code(self) -> int:
        """0 when nothing failed, else 3."""
        return 3 if self.counts["failed"] else 0

    def sentence(self) -> str:
        """The run in one line."""
        parts = [f"{number} {state}" for state, number in sorted(self.counts.items())]
        return ", ".join(parts) if parts else "no sources"


def _resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Surroundings(Struct, frozen=True):
    """The world outside: time, chance and names, which tests replace.

    Attributes:
        monotonic: seconds on a clock that never goes back.
        sleep: waits for seconds.
        now: the time of day.
        chance: a number from 0 to 1.
        resolve: IP addresses of a host and port; raises OSError where there are none.
    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = partial(datetime.now, UTC)
    chance: Callable[[], float] = random.random
    resolve: Callable[[str, int], Sequence[str]] = _resolve
