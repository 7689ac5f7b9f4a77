"""What a host asks of programs in its robots.txt (RFC 9309)."""

from __future__ import annotations

import httpx
from msgspec import Struct
from protego import Protego

from jcfs_etl.collect.model import CollectError

#: As much as RFC 9309 wants a program to read, 500 KiB; what is beyond it is not read.
ROBOTS_LIMIT = 500 << 10


class Robots(Struct, frozen=True):
    """The rules of one origin for this program.

    Attributes:
        rules: as parsed; None where there are none, so that everything is allowed.
        agent: the program's name, without its version.
        closed: why nothing may be asked, where the rules could not be had.
    """

    rules: Protego | None
    agent: str
    closed: CollectError | None = None

    def check(self, url: httpx.URL) -> None:
        """Refuse an address that the host does not want programs to ask for.

        Raises:
            CollectError: it is not allowed.
        """
        if self.closed is not None:
            # Asking again would not ask the host again: for this run it is closed.
            raise CollectError(self.closed.reason, self.closed.message, self.closed.remedy)
        if self.rules is not None and not self.rules.can_fetch(str(url), self.agent):
            raise CollectError(
                "robots_disallow",
                f"the robots.txt of {url.host} does not allow it",
                "ask the publisher, or put the file into the folder by hand",
            )

    @property
    def delay(self) -> float:
        """Seconds that the host wants between two requests; 0 where it does not say."""
        if self.rules is None:
            return 0.0
        rate = self.rules.request_rate(self.agent)
        each = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
        return max(self.rules.crawl_delay(self.agent) or 0.0, each)


def parse_robots(body: bytes, agent: str) -> Robots:
    """The rules of a robots.txt; what is not understood says nothing.

    Args:
        body: its bytes, at most :data:`ROBOTS_LIMIT`; a last line that the limit cut is left out.
        agent: the program's name, without its version.
    """
    if len(body) >= ROBOTS_LIMIT:
        body = body[:ROBOTS_LIMIT].rpartition(b"\n")[0]
    return Robots(Protego.parse(body.decode("utf-8-sig", errors="replace")), agent)
