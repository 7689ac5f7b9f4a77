"""A web server on loopback that does as it is told, and a world around the collector that does not wait."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jcfs_etl.collect.collector import collect
from jcfs_etl.collect.model import CollectReport, Outcome, Surroundings
from jcfs_etl.contracts.sources import PublicationSource, SourcesContract
from jcfs_etl.settings import CollectSettings


def a_pdf(text: str = "决算", size: int = 5000) -> bytes:
    """Bytes that begin and end as a PDF does."""
    return b"%PDF-1.7\n" + (text.encode() * (size // len(text.encode()) + 1))[:size] + b"\n%%EOF\n"


@dataclass
class Exchange:
    """One request, and the means to answer it in whatever way."""

    handler: BaseHTTPRequestHandler
    number: int

    @property
    def headers(self) -> Any:
        return self.handler.headers

    def start(self, status: int = 200, /, **headers: object) -> None:
        self.handler.send_response_only(status)
        self.handler.send_header("Date", "Mon, 23 Nov 2026 08:00:00 GMT")
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), str(value))
        self.handler.end_headers()

    def write(self, data: bytes) -> None:
        try:
            self.handler.wfile.write(data)
            self.handler.wfile.flush()
        except OSError:
            pass  # The visitor has left, as it should.

    def hang_up(self) -> None:
        self.handler.close_connection = True

    def send(self, body: bytes, status: int = 200, /, **headers: object) -> None:
        headers = {"Content_Type": "application/pdf", "Content_Length": len(body)} | headers
        self.start(status, **headers)
        self.write(body)

    def redirect(self, location: str, status: int = 302) -> None:
        self.start(status, Location=location, Content_Length=0)


Answerer = Callable[[Exchange], None]


@dataclass
class Site:
    """The server: what each path answers, and what was asked of it."""

    port: int = 0
    answers: dict[str, Answerer] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str, host: str = "site.test") -> str:
        return f"http://{host}:{self.port}{path}"

    def gives(self, path: str, body: bytes, **headers: object) -> None:
        self.answers[path] = lambda exchange: exchange.send(body, **headers)

    def page(self, path: str, html: str, **headers: object) -> None:
        body = html.encode()
        self.answers[path] = lambda e: e.send(body, Content_Type="text/html; charset=utf-8", **headers)

    def asked(self, path: str) -> list[dict[str, str]]:
        """The headers of each request for a path."""
        return [headers for _, p, headers in self.requests if p == path]


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.requests.append((headers.get("host", ""), self.path, headers))
            exchange = Exchange(self, len(site.asked(self.path)))
            answer = site.answers.get(self.path)
            if answer is None:
                exchange.send(b"nothing here", 404, Content_Type="text/plain")
            else:
                answer(exchange)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # The visitor has left, as it should.

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class World:
    """Time that passes at once when it is waited for, and names that all lead to loopback."""

    waits: list[float] = field(default_factory=list)
    names: dict[str, Sequence[str]] = field(default_factory=dict)
    resolved: list[str] = field(default_factory=list)
    day: datetime = datetime(2026, 11, 23, 8, 0, 0, tzinfo=UTC)

    def resolve(self, host: str, port: int) -> Sequence[str]:
        self.resolved.append(host)
        return self.names.get(host, ["127.0.0.1"])

    def surroundings(self) -> Surroundings:
        return Surroundings(
            monotonic=lambda: time.monotonic() + sum(self.waits),
            sleep=self.waits.append,
            now=lambda: self.day,
            chance=lambda: 0.5,
            resolve=self.resolve,
        )

    def a_day_passes(self) -> None:
        self.day += timedelta(days=1)


@dataclass
class Collection:
    """A folder, a site and a world: what the tests collect with."""

    site: Site
    into: Path
    world: World = field(default_factory=World)
    settings: CollectSettings = field(
        default_factory=lambda: CollectSettings(allow_private=True, timeout_seconds=5)
    )

    def run(self, *sources: PublicationSource, dry_run: bool = False, **settings: Any) -> CollectReport:
        return collect(
            SourcesContract(sources=sources),
            self.into,
            self.settings.model_copy(update=settings),
            dry_run=dry_run,
            surroundings=self.world.surroundings(),
        )

    def file(self, path: str = "/a.pdf", /, host: str = "site.test", **settings: Any) -> Outcome:
        """Collect one address, without unit or year."""
        [outcome] = self.run(PublicationSource(id="one", file=self.site.url(path, host)), **settings).outcomes
        return outcome

    def files(self) -> dict[str, bytes]:
        """The PDFs in the folder."""
        return {p.name: p.read_bytes() for p in sorted(self.into.iterdir()) if p.name.endswith(".pdf")}

    def times(self) -> dict[str, int]:
        """When each file and each record was last written."""
        return {p.name: p.stat().st_mtime_ns for p in self.into.iterdir() if p.is_file()}

    def parts(self) -> list[str]:
        """What lies about in part."""
        return sorted(p.name for p in (self.into / ".jcfs").iterdir() if p.name != "lock")
