"""How the collector asks: robots.txt, pauses, attempts, and only hosts that it may ask."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from collecting import Collection, Exchange, a_pdf, serving
from hypothesis import given
from hypothesis import strategies as st

from jcfs_etl.collect import connections
from jcfs_etl.collect.addresses import check_host, is_private, parse_address
from jcfs_etl.collect.model import CollectError
from jcfs_etl.collect.robots import ROBOTS_LIMIT, parse_robots
from jcfs_etl.contracts.sources import PublicationSource

PDF = a_pdf()


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    with serving() as site:
        site.gives("/a.pdf", PDF)
        yield Collection(site, tmp_path / "raw")


def robots(collection: Collection, text: str) -> None:
    collection.site.gives("/robots.txt", text.encode(), Content_Type="text/plain")


# robots.txt


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("User-agent: *\nDisallow: /\n", False),
        ("\ufeffUser-agent: *\nDisallow: /\n", False),
        ("User-agent: *\nDisallow: /*.pdf$\n", False),
        ("User-agent: *\nDisallow: /\nAllow: /a\n", True),
        ("User-agent: JCFS-ETL\nDisallow: /\n\nUser-agent: *\nAllow: /\n", False),
        ("User-agent: other\nDisallow: /\n", True),
        ("<html>404 not found</html>", True),
        ("", True),
    ],
)
def test_robots_txt_is_heeded(collection: Collection, text: str, allowed: bool) -> None:
    robots(collection, text)
    outcome = collection.file()
    assert outcome.state == ("new" if allowed else "failed")
    assert outcome.reason == (None if allowed else "robots_disallow")
    assert len(collection.site.asked("/a.pdf")) == allowed


def test_robots_txt_is_asked_for_once_a_run(collection: Collection) -> None:
    robots(collection, "User-agent: *\nAllow: /")
    sources = [PublicationSource(id=f"s{n}", file=collection.site.url(f"/a.pdf?{n}")) for n in range(3)]
    collection.run(*sources)
    assert len(collection.site.asked("/robots.txt")) == 1


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (503, False)])
def test_without_robots_txt_all_is_allowed_and_without_knowing_nothing(
    collection: Collection, status: int, allowed: bool
) -> None:
    collection.site.answers["/robots.txt"] = lambda e: e.send(b"", status)
    outcome = collection.file()
    assert outcome.reason == (None if allowed else "robots_unreachable")
    assert len(collection.site.asked("/a.pdf")) == allowed
    if not allowed:
        assert f"the robots.txt of site.test cannot be had (the server answers {status})" in outcome.message


def test_a_host_that_asks_for_pauses_gets_them(collection: Collection) -> None:
    robots(collection, "User-agent: *\nCrawl-delay: 7\n")
    collection.file()
    assert collection.world.waits == [pytest.approx(7, abs=0.5)]


def test_a_host_that_asks_for_very_long_pauses_is_left(collection: Collection) -> None:
    robots(collection, "User-agent: *\nCrawl-delay: 86400\n")
    outcome = collection.file()
    assert outcome.reason == "robots_delay" and "86400 seconds" in outcome.message
    assert collection.world.waits == []


def test_a_hostile_robots_txt_costs_no_time() -> None:
    rules = "User-agent: *\n" + "".join(f"Disallow: /{'*a' * 40}*b{n}$\n" for n in range(4000))
    began = time.process_time()
    found = parse_robots(rules.encode(), "jcfs-etl")
    found.check(parse_address(f"http://site.test/{'a' * 1500}"))
    # Trying every way to place the stars would take longer than anyone could wait.
    assert time.process_time() - began < 60


def test_of_a_huge_robots_txt_no_half_line_is_believed() -> None:
    body = b"User-agent: *\nDisallow: /public/" + b"x" * ROBOTS_LIMIT
    parse_robots(body[:ROBOTS_LIMIT], "jcfs-etl").check(parse_address("http://site.test/public/a"))


@given(st.binary(max_size=300))
def test_whatever_robots_txt_holds_is_understood_or_says_nothing(body: bytes) -> None:
    found = parse_robots(b"User-agent: *\n" + body, "jcfs-etl")
    assert found.delay >= 0
    try:
        found.check(parse_address("http://site.test/a.pdf"))
    except CollectError as error:
        assert error.reason == "robots_disallow"


# Pauses and attempts


def test_two_requests_to_a_host_lie_apart_and_hosts_take_turns(collection: Collection) -> None:
    sources = []
    for host in ("one.test", "two.test"):
        for n in range(2):
            collection.site.gives(f"/{host}{n}.pdf", PDF)
            address = collection.site.url(f"/{host}{n}.pdf", host)
            sources.append(PublicationSource(id=f"{host}-{n}", file=address))
    report = collection.run(*sources, delay_seconds=3)
    assert [o.source for o in report.outcomes] == [s.id for s in sources]
    asked = [path for _, path, _ in collection.site.requests if path != "/robots.txt"]
    assert asked == ["/one.test0.pdf", "/two.test0.pdf", "/one.test1.pdf", "/two.test1.pdf"]
    # robots.txt and two files of each host: the second host needs no wait while the first rests.
    assert 6 <= sum(collection.world.waits) <= 12.1
    assert max(collection.world.waits) <= 3


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_is_asked_again(collection: Collection, status: int) -> None:
    collection.site.answers["/a.pdf"] = lambda e: e.send(PDF) if e.number == 3 else e.send(b"", status)
    assert collection.file(delay_seconds=0).state == "new"
    assert collection.world.waits == [2, 4]


@pytest.mark.parametrize("value", ["9", "Mon, 23 Nov 2026 08:00:09 GMT"])
def test_it_waits_as_long_as_it_is_asked_to(collection: Collection, value: str) -> None:
    collection.site.answers["/a.pdf"] = lambda e: (
        e.send(PDF) if e.number == 2 else e.send(b"", 429, Retry_After=value)
    )
    assert collection.file(delay_seconds=0).state == "new"
    assert collection.world.waits == [9]


def test_it_does_not_wait_for_an_hour(collection: Collection) -> None:
    collection.site.answers["/a.pdf"] = lambda e: e.send(b"", 429, Retry_After=3600)
    outcome = collection.file(delay_seconds=0)
    assert outcome.reason == "too_many_requests" and "wait 3600 seconds" in outcome.message
    assert collection.world.waits == []
    assert len(collection.site.asked("/a.pdf")) == 1


@pytest.mark.parametrize(
    ("status", "reason"), [(400, "refused"), (401, "forbidden"), (403, "forbidden"), (404, "not_found")]
)
def test_a_refusal_is_not_asked_again(collection: Collection, status: int, reason: str) -> None:
    collection.site.answers["/a.pdf"] = lambda e: e.send(b"", status)
    outcome = collection.file()
    assert (outcome.state, outcome.reason) == ("failed", reason) and outcome.remedy
    assert len(collection.site.asked("/a.pdf")) == 1


def test_a_host_that_fails_again_and_again_is_left_alone(collection: Collection) -> None:
    sources = []
    for n in range(6):
        collection.site.answers[f"/{n}.pdf"] = lambda e: e.send(b"", 503)
        sources.append(PublicationSource(id=f"s{n}", file=collection.site.url(f"/{n}.pdf")))
    report = collection.run(*sources, attempts=1)
    reasons = [outcome.reason for outcome in report.outcomes]
    assert reasons == ["server_error"] * 3 + ["host_given_up"] * 3
    assert sum(path != "/robots.txt" for _, path, _ in collection.site.requests) == 3


# Redirects


def test_redirects_are_followed_and_the_last_address_is_kept(collection: Collection) -> None:
    collection.site.answers["/old"] = lambda e: e.redirect("/older", 301)
    collection.site.answers["/older"] = lambda e: e.redirect("../a.pdf", 307)
    assert collection.file("/old").state == "new"
    assert f'"address": "{collection.site.url("/a.pdf")}"' in (
        collection.into / "old.pdf.source.json"
    ).read_text("utf-8")


@pytest.mark.parametrize("path", ["/self", "/ping", "/on/0"])
def test_a_loop_of_redirects_ends(collection: Collection, path: str) -> None:
    answers = collection.site.answers
    answers["/self"] = lambda e: e.redirect("/self")
    answers["/ping"] = lambda e: e.redirect("/pong")
    answers["/pong"] = lambda e: e.redirect("/ping")
    for n in range(20):
        answers[f"/on/{n}"] = lambda e, n=n: e.redirect(f"/on/{n + 1}")  # type: ignore[misc]
    assert collection.file(path).reason == "redirect_loop"
    assert len(collection.site.requests) <= 7


@pytest.mark.parametrize("location", ["", "file:///etc/passwd", "ftp://site.test/a", "http://u:p@site.test/"])
def test_a_redirect_to_no_web_address_is_refused(collection: Collection, location: str) -> None:
    collection.site.answers["/a.pdf"] = lambda e: e.redirect(location)
    assert collection.file().reason in ("bad_address", "redirect_loop")


def test_robots_txt_holds_at_each_hop(collection: Collection) -> None:
    robots(collection, "User-agent: *\nDisallow: /a.pdf\n")
    collection.site.answers["/old"] = lambda e: e.redirect("/a.pdf")
    assert collection.file("/old").reason == "robots_disallow"
    assert collection.site.asked("/a.pdf") == []


def test_a_redirect_to_a_host_that_is_not_named_is_refused(collection: Collection) -> None:
    away = collection.site.url("/a.pdf", "files.other.test")
    collection.site.answers["/old"] = lambda e: e.redirect(away)
    outcome = collection.file("/old")
    assert outcome.reason == "host_not_allowed" and "files.other.test" in outcome.message
    assert set(collection.world.resolved) == {"site.test"}
    assert collection.file("/old", hosts=".other.test").state == "new"


def test_a_source_names_the_hosts_that_it_may_lead_to(collection: Collection) -> None:
    away = collection.site.url("/a.pdf", "files.other.test")
    collection.site.answers["/old"] = lambda e: e.redirect(away)
    address = collection.site.url("/old")
    source = PublicationSource(id="one", file=address, hosts=("files.other.test",))
    assert collection.run(source).exit_code == 0


@pytest.mark.parametrize(
    ("name", "host", "allowed"),
    [
        ("x.gov.cn", "X.gov.cn.", True),
        ("x.gov.cn", "y.x.gov.cn", False),
        (".x.gov.cn", "y.x.gov.cn", True),
        (".x.gov.cn", "evilx.gov.cn", False),
        ("x.gov.cn", "x.gov.cn.evil.test", False),
        ("xn--fsqu00a.cn", "例子.cn", True),
    ],
)
def test_hosts_are_compared_whole(name: str, host: str, allowed: bool) -> None:
    try:
        check_host(parse_address(f"https://{host}/"), (name,))
    except CollectError:
        assert not allowed
    else:
        assert allowed


# Private addresses


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
def test_what_is_private(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize("address", ["202.97.0.1", "2400:3200::1", "::ffff:202.97.0.1", "64:ff9b::ca61:1"])
def test_what_is_public(address: str) -> None:
    assert not is_private(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "site.test", "[::1]"])
def test_this_machine_is_not_asked_unless_allowed(collection: Collection, host: str) -> None:
    outcome = collection.file("/a.pdf", host, allow_private=False)
    assert outcome.reason == "private_address" and "--allow-private" in outcome.remedy
    assert collection.site.requests == []


@pytest.fixture
def public_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 is a public address here, and only it."""
    monkeypatch.setattr(connections, "is_private", lambda address: address != "127.0.0.1")


@pytest.mark.usefixtures("public_loopback")
def test_a_redirect_to_a_private_address_is_refused(collection: Collection) -> None:
    collection.world.names["inside.test"] = ["127.0.0.2"]
    inside = collection.site.url("/a.pdf", "inside.test")
    collection.site.answers["/old"] = lambda e: e.redirect(inside)
    outcome = collection.file("/old", allow_private=False, hosts="inside.test")
    assert outcome.reason == "private_address" and "127.0.0.2" in outcome.message
    assert {host for host, _, _ in collection.site.requests} == {f"site.test:{collection.site.port}"}


@pytest.mark.usefixtures("public_loopback")
def test_one_private_address_among_public_ones_is_enough_to_refuse(collection: Collection) -> None:
    collection.world.names["site.test"] = ["127.0.0.1", "10.0.0.1"]
    assert collection.file(allow_private=False).reason == "private_address"


@pytest.mark.usefixtures("public_loopback")
def test_a_name_is_not_resolved_between_the_check_and_the_connection(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when it is checked, private ever after."""
    answers = iter([["127.0.0.1"]])

    def resolve(host: str, port: int) -> Sequence[str]:
        return next(answers, ["10.0.0.1"])

    monkeypatch.setattr(collection.world, "resolve", resolve)
    robots(collection, "User-agent: *\nAllow: /\n")
    # One connection serves robots.txt and the file; a second one would be checked anew, and refused.
    assert collection.file(allow_private=False).state == "new"


def test_the_next_address_of_a_host_is_tried(collection: Collection) -> None:
    collection.world.names["site.test"] = ["127.0.0.9", "127.0.0.1"]
    assert collection.file().state == "new"


def test_a_host_without_address_says_so(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr(collection.world, "resolve", resolve)
    outcome = collection.file()
    assert outcome.reason == "unknown_host" and "Name or service not known" in outcome.message
    assert len(collection.world.waits) == 3  # For its robots.txt, and not again for the file.


def test_a_host_that_asks_for_an_hour_is_left_alone_in_this_run(collection: Collection) -> None:
    collection.site.answers["/a.pdf?0"] = lambda e: e.send(b"", 503, Retry_After=3600)
    sources = [PublicationSource(id=f"s{n}", file=collection.site.url(f"/a.pdf?{n}")) for n in range(2)]
    assert [o.reason for o in collection.run(*sources).outcomes] == ["server_error", "host_given_up"]


def test_a_robots_txt_on_a_host_that_is_not_named_closes_the_host(collection: Collection) -> None:
    away = collection.site.url("/robots.txt", "other.test")
    collection.site.answers["/robots.txt"] = lambda e: e.redirect(away)
    outcome = collection.file()
    assert outcome.reason == "robots_unreachable" and "JCFS_COLLECT_HOSTS" in outcome.remedy


def test_a_host_that_takes_no_connection_says_so(collection: Collection) -> None:
    outcome = collection.run(PublicationSource(id="one", file="http://site.test:1/a.pdf")).outcomes[0]
    assert outcome.reason == "robots_unreachable" and "takes no connection" in outcome.message


@pytest.mark.parametrize("text", ["javascript:void(0)", "http://", "http://a b/", "http://x:0/", "x" * 5000])
def test_what_is_no_address_is_refused_in_words(text: str) -> None:
    with pytest.raises(CollectError):
        parse_address(text)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        url = parse_address(text, parse_address("http://site.test/a/b"))
    except CollectError as error:
        assert error.reason == "bad_address"
    else:
        assert url.scheme in ("http", "https") and url.host


def test_a_page_of_many_exchanges_uses_one_connection(collection: Collection) -> None:
    ports = set()

    def answer(exchange: Exchange) -> None:
        ports.add(exchange.handler.client_address)
        exchange.send(PDF)

    sources = []
    for n in range(5):
        collection.site.answers[f"/{n}.pdf"] = answer
        sources.append(PublicationSource(id=f"s{n}", file=collection.site.url(f"/{n}.pdf")))
    collection.run(*sources)
    assert len(ports) == 1
