"""Connections that go to checked IP addresses only, and end when their time is up."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore

from jcfs_etl.collect.addresses import is_private
from jcfs_etl.collect.model import CollectError, Surroundings


class Deadline:
    """The moment at which whatever is being asked must be over, shared by all connections.

    One request is under way at a time, so one deadline is enough, and a connection that is kept open
    obeys that of the request that uses it now.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self._monotonic = surroundings.monotonic
        self.at = 0.0

    @contextmanager
    def limited(self, timeout: float | None) -> Iterator[float]:
        """A timeout, cut to what is left.

        Raises:
            CollectError: nothing is left, before or after.
        """
        left = self._left()
        try:
            yield left if timeout is None else min(timeout, left)
        except httpcore.TimeoutException:
            self._left()
            raise

    def _left(self) -> float:
        left = self.at - self._monotonic()
        if left <= 0:
            raise CollectError(
                "too_slow",
                "the server is so slow that the time for one address is up",
                "the next run tries again; or raise JCFS_COLLECT_FILE_SECONDS",
            )
        return left


class CheckedBackend(httpcore.NetworkBackend):
    """Resolves a host once, checks every address it has, and connects to one of those checked.

    A name that has a public address when it is checked and a private one when it is used (DNS
    rebinding) gains nothing, because it is not resolved again.
    """

    def __init__(self, surroundings: Surroundings, deadline: Deadline, *, allow_private: bool) -> None:
        self._surroundings, self._deadline, self._allow_private = surroundings, deadline, allow_private
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers.

        Raises:
            CollectError: the host has no address, or a private one.
            httpcore.ConnectError: none of its addresses takes the connection.
            httpcore.ConnectTimeout: nor does the last of them answer in time.
        """
        addresses = self._addresses(host, port)
        for last, address in ((a == addresses[-1], a) for a in addresses):
            try:
                with self._deadline.limited(timeout) as seconds:
                    stream = self._plain.connect_tcp(
                        address, port, seconds, local_address, socket_options or ()
                    )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last:
                    raise
            else:
                return _TimedStream(stream, self._deadline)
        raise AssertionError("a host has at least one address")

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = list(self._surroundings.resolve(host, port))
        except (OSError, UnicodeError) as error:
            raise CollectError(
                "unknown_host",
                f"the host {host} has no address ({getattr(error, 'strerror', None) or error})",
                "check the name, and that this machine can resolve names",
                passing=True,
            ) from error
        private = [address for address in addresses if is_private(address)]
        if private and not self._allow_private:
            raise CollectError(
                "private_address",
                f"{host} is at {private[0]}, which is not on the public internet",
                "if it is a server of your own, set JCFS_COLLECT_ALLOW_PRIVATE or give --allow-private",
            )
        if not addresses:
            raise CollectError("unknown_host", f"the host {host} has no address", "check the name")
        return addresses


class _TimedStream(httpcore.NetworkStream):
    """A connection that obeys the deadline with every piece: a server that drips cannot hold it."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with self._deadline.limited(timeout) as seconds:
            return self._stream.read(max_bytes, seconds)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with self._deadline.limited(timeout) as seconds:
            self._stream.write(buffer, seconds)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        # The certificate is held against the host's name, not against the address connected to.
        with self._deadline.limited(timeout) as seconds:
            try:
                stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
            except httpcore.ConnectError as error:
                if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                    why = error.__cause__.verify_message
                    raise CollectError(
                        "bad_certificate",
                        f"the certificate of {server_hostname} does not hold ({why})",
                        "name a file with the publisher's certificate chain in SSL_CERT_FILE, "
                        "or use the http address",
                    ) from None
                raise
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
