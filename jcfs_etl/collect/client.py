"""A client for HTTP that asks as a polite visitor does: robots.txt, pauses, few attempts, no detours."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpcore
import httpx
from msgspec import Struct

from jcfs_etl.collect.addresses import Hosts, check_host, origin, parse_address
from jcfs_etl.collect.connections import CheckedBackend, Deadline
from jcfs_etl.collect.model import CollectError, Surroundings
from jcfs_etl.collect.robots import ROBOTS_LIMIT, Robots, parse_robots
from jcfs_etl.settings import CollectSettings

Result = TypeVar("Result")

#: Hops from one address to the next.
_REDIRECTS = 5
#: Time for a robots.txt or a page with all attempts, which are small.
_TEXT_SECONDS = 90.0
#: Addresses of a host that fail on the way, one after the other, before the run leaves the host alone.
_STRIKES = 3
_REDIRECTING = (301, 302, 303, 307, 308)
#: What answers mean that give no file and would be the same again: reason, message and remedy.
_FORBIDDEN = ("forbidden", "the server refuses ({status})", "ask the publisher, or fetch the file by hand")
_REFUSED = ("refused", "the server answers {status}", "check the address in a browser")
_ODD = ("odd_answer", "the server answers {status} and gives no file", "check the address")
_MEANINGS = {
    401: _FORBIDDEN,
    403: _FORBIDDEN,
    404: ("not_found", "there is nothing at the address (404)", "give its new address"),
    410: ("gone", "the publisher has withdrawn it (410)", "remove it from the sources"),
}


class Answer(Struct, frozen=True):
    """A server's answer whose body is yet to be read.

    Attributes:
        status: its status code; never a redirect.
        headers: its headers.
        url: the address that gave it, after redirects.
        body: pieces of the body as received; raises :class:`CollectError` where it is cut off.
    """

    status: int
    headers: httpx.Headers
    url: httpx.URL
    body: Iterator[bytes]


class Client:
    """Asks for addresses one at a time, within the pauses and limits of the settings."""

    def __init__(self, settings: CollectSettings, surroundings: Surroundings) -> None:
        self._settings, self._surroundings = settings, surroundings
        self._deadline = Deadline(surroundings)
        self._pool = httpcore.ConnectionPool(
            # A connection a host: there is never more than one request under way.
            max_keepalive_connections=20,
            keepalive_expiry=60.0,
            network_backend=CheckedBackend(
                surroundings, self._deadline, allow_private=settings.allow_private
            ),
        )
        self._robots: dict[str, Robots] = {}
        self._free_at: dict[str, float] = {}
        self._pauses: dict[str, float] = {}
        self._strikes: Counter[str] = Counter()
        kinds = ("connect", "read", "write", "pool")
        self._extensions = {"timeout": dict.fromkeys(kinds, settings.timeout_seconds)}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def attempts(self, url: httpx.URL, seconds: float, attempt: Callable[[], Result]) -> Result:
        """Try until it succeeds, fails for good, or the time is up; pauses grow and vary by chance.

        Args:
            url: what is asked for; a host that has failed too often in a row is not asked again.
            seconds: time for all attempts together.
            attempt: one attempt.

        Raises:
            CollectError: that of the last attempt.
        """
        settings, surroundings = self._settings, self._surroundings
        if self._strikes[url.host] >= _STRIKES:
            raise CollectError(
                "host_given_up",
                f"{url.host} failed again and again or asked for a long pause, so it is left alone",
                "see its failures before this one; the next run tries again",
            )
        until = surroundings.monotonic() + seconds
        for count in range(1, settings.attempts + 1):
            self._deadline.at = until
            try:
                result = attempt()
            except CollectError as error:
                wait = error.after if error.after is not None else 2**count * (0.5 + surroundings.chance())
                late = surroundings.monotonic() + wait >= until
                long = wait > settings.max_wait_seconds
                if error.passing and not late and not long and count < settings.attempts:
                    surroundings.sleep(wait)
                    continue
                if error.passing or error.reason == "too_slow":
                    asked_to_leave = long and error.after is not None
                    self._strikes[url.host] += _STRIKES if asked_to_leave else 1
                else:
                    self._strikes[url.host] = 0
                raise
            self._strikes[url.host] = 0
            return result
        raise AssertionError("the last attempt returns or raises")

    @contextmanager
    def open(
        self, url: httpx.URL, hosts: Hosts, headers: dict[str, str], *, robots: bool = True
    ) -> Iterator[Answer]:
        """Ask for an address and follow its redirects, each hop checked like the first.

        Args:
            url: the address.
            hosts: hosts that may be asked.
            headers: beside those of every request.
            robots: whether robots.txt is heeded; not when it is what is asked for.

        Raises:
            CollectError: it may not be asked for, or there is no whole answer.
        """
        seen = [url]
        while True:
            check_host(url, hosts)
            if robots:
                self._robots_of(url, hosts).check(url)
            self._pause(url.host)
            try:
                with (
                    _faults(url),
                    self._pool.stream(
                        "GET", str(url), headers=self._headers(url, headers), extensions=self._extensions
                    ) as response,
                ):
                    given = httpx.Headers(response.headers)
                    if response.status not in _REDIRECTING:
                        yield Answer(response.status, given, url, _pieces(url, response))
                        return
            finally:
                self._free_at[url.host] = self._surroundings.monotonic()
            url = parse_address(given.get("location", ""), url)
            if url in seen or len(seen) > _REDIRECTS:
                raise CollectError(
                    "redirect_loop",
                    f"it leads on and on ({len(seen)} redirects, the last to {url})",
                    "give the address that a browser ends at",
                )
            seen.append(url)

    def text(self, url: httpx.URL, hosts: Hosts, limit: int, *, robots: bool = True) -> tuple[Answer, bytes]:
        """A small answer as a whole, at most one byte more than the limit.

        Args:
            url: the address.
            hosts: hosts that may be asked.
            limit: bytes, as received and as unfolded, beyond which nothing is read.
            robots: whether robots.txt is heeded.

        Raises:
            CollectError: there is none, in all attempts.
        """

        def attempt() -> tuple[Answer, bytes]:
            with self.open(url, hosts, {}, robots=robots) as answer:
                refuse_status(answer)
                body = bytearray()
                for piece in answer.body:
                    body += piece
                    if len(body) > limit:
                        break
                return answer, unfolded(bytes(body), answer.headers, limit)[: limit + 1]

        return self.attempts(url, min(_TEXT_SECONDS, self._settings.file_seconds), attempt)

    def _robots_of(self, url: httpx.URL, hosts: Hosts) -> Robots:
        """The rules of an address's origin, asked for once a run."""
        key = origin(url)
        if key not in self._robots:
            until = self._deadline.at
            agent = self._settings.user_agent.partition("/")[0]
            self._robots[key] = self._ask_robots(url.join("/robots.txt"), hosts, agent)
            self._deadline.at = until
            before = self._pauses.get(url.host, self._settings.delay_seconds)
            self._pauses[url.host] = max(before, self._robots[key].delay)
        return self._robots[key]

    def _ask_robots(self, url: httpx.URL, hosts: Hosts, agent: str) -> Robots:
        try:
            _, body = self.text(url, hosts, ROBOTS_LIMIT, robots=False)
        except CollectError as error:
            if error.reason in ("not_found", "gone", "forbidden", "refused"):
                return Robots(None, agent)
            if error.reason in ("private_address", "unknown_host", "bad_certificate"):
                return Robots(None, agent, error)
            closed = CollectError(
                "robots_unreachable",
                f"the robots.txt of {url.host} cannot be had ({error.message}), so nothing is asked of it",
                error.remedy,
            )
            return Robots(None, agent, closed)
        robots = parse_robots(body, agent)
        if robots.delay > self._settings.max_wait_seconds:
            asked = CollectError(
                "robots_delay",
                f"the robots.txt of {url.host} asks for {robots.delay:g} seconds between requests",
                "raise JCFS_COLLECT_MAX_WAIT_SECONDS if the run may take that long",
            )
            return Robots(None, agent, asked)
        return robots

    def _pause(self, host: str) -> None:
        """Wait until the host may be asked again."""
        if host in self._free_at:
            pause = self._pauses.get(host, self._settings.delay_seconds)
            left = self._free_at[host] + pause - self._surroundings.monotonic()
            if left > 0:
                self._surroundings.sleep(left)
                self._deadline.at += left

    def _headers(self, url: httpx.URL, more: dict[str, str]) -> list[tuple[str, str]]:
        return [
            ("Host", url.netloc.decode("ascii")),
            ("User-Agent", self._settings.user_agent),
            ("Accept", "*/*"),
            # Bytes as published: what is not unfolded cannot be a bomb, and its length can be believed.
            ("Accept-Encoding", "identity"),
            *more.items(),
        ]


def _pieces(url: httpx.URL, response: httpcore.Response) -> Iterator[bytes]:
    with _faults(url):
        yield from response.iter_stream()


@contextmanager
def _faults(url: httpx.URL) -> Iterator[None]:
    """What goes wrong on the way to a host or back, in words."""
    try:
        yield
    except httpcore.ConnectError as error:
        raise CollectError(
            "unreachable", f"{url.host} takes no connection ({error})", "try again later", passing=True
        ) from None
    except httpcore.TimeoutException:
        raise CollectError(
            "silent", f"{url.host} does not answer in time", "try again later", passing=True
        ) from None
    except httpcore.LocalProtocolError as error:
        raise CollectError("bad_address", f"it cannot be asked for ({error})", "correct it") from None
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise CollectError(
            "cut_off", f"the answer is broken or cut off ({error})", "try again later", passing=True
        ) from None


def unfolded(body: bytes, headers: httpx.Headers, limit: int) -> bytes:
    """A small answer that a server compressed though it was asked not to; at most a byte over the limit.

    Only one layer of gzip or zlib is undone: layers within layers are bombs.

    Raises:
        CollectError: it is compressed otherwise, or damaged.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding in ("gzip", "x-gzip", "deflate"):
        unfolding = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # Its head says which of the two it is.
        try:
            plain = unfolding.decompress(body, limit + 1)
        except zlib.error:
            plain = b""
        if unfolding.eof or len(plain) > limit:
            return plain
    raise CollectError(
        "encoded", f"the answer is compressed ({encoding[:40]}) and cannot be unfolded", "tell the publisher"
    )


def refuse_status(answer: Answer) -> None:
    """Refuse an answer that is not the whole thing asked for.

    Raises:
        CollectError: saying what the status means, and whether it may pass.
    """
    status = answer.status
    if status == 200:
        return
    if status == 429 or status >= 500:
        after = retry_after(answer)
        asks = "" if after is None else f" and asks to wait {after:g} seconds"
        raise CollectError(
            "too_many_requests" if status == 429 else "server_error",
            f"the server answers {status}{asks}",
            "the next run tries again",
            passing=True,
            after=after,
        )
    other = _REFUSED if 400 <= status < 500 else _ODD
    reason, message, remedy = _MEANINGS.get(status, other)
    raise CollectError(reason, message.format(status=status), remedy)


def retry_after(answer: Answer) -> float | None:
    """Seconds that an answer asks to wait, given as such or as a date; None where it does not say."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        then = parsedate_to_datetime(value)
        sent = parsedate_to_datetime(answer.headers.get("date", ""))
        return max(0.0, (then - sent).total_seconds())
    except (ValueError, TypeError):
        return None
