"""Downloads from a server that misbehaves: what is kept is whole, and what is not is said."""

from __future__ import annotations

import errno
import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from collecting import Collection, Exchange, a_pdf, serving

from jcfs_etl.collect import download
from jcfs_etl.errors import RunError

PDF = a_pdf()


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    with serving() as site:
        yield Collection(site, tmp_path / "raw")


def test_a_pdf_is_collected_under_the_end_of_its_address(collection: Collection) -> None:
    collection.site.gives("/2023/决算.pdf".encode().decode("latin-1"), PDF)
    collection.site.gives("/2023/%E5%86%B3%E7%AE%97.pdf", PDF)
    outcome = collection.file("/2023/决算.pdf")
    assert (outcome.state, outcome.file, outcome.size) == ("new", "决算.pdf", len(PDF))
    assert collection.files() == {"决算.pdf": PDF}
    assert collection.parts() == []


def test_it_says_who_asks_and_wants_the_bytes_as_published(collection: Collection) -> None:
    collection.site.gives("/a.pdf", PDF)
    collection.file()
    [headers] = collection.site.asked("/a.pdf")
    assert headers["user-agent"].startswith("jcfs-etl/")
    assert headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "validators", [{"ETag": '"v1"'}, {"Last_Modified": "Mon, 02 Sep 2024 01:02:03 GMT"}, {"ETag": 'W/"v1"'}]
)
def test_an_unchanged_file_is_asked_for_by_condition_and_not_touched(
    collection: Collection, validators: dict[str, str]
) -> None:
    def answer(exchange: Exchange) -> None:
        asked = exchange.headers.get("If-None-Match"), exchange.headers.get("If-Modified-Since")
        if asked == (validators.get("ETag"), validators.get("Last_Modified")):
            exchange.start(304)
        else:
            exchange.send(PDF, **validators)

    collection.site.answers["/a.pdf"] = answer
    assert collection.file().state == "new"
    before = collection.times()
    collection.world.a_day_passes()
    assert collection.file().state == "unchanged"
    assert collection.times() == before
    assert len(collection.site.asked("/a.pdf")) == 2


def test_a_file_without_validators_is_fetched_again_and_not_touched(collection: Collection) -> None:
    collection.site.gives("/a.pdf", PDF)
    collection.file()
    before = collection.times()
    assert collection.file().state == "unchanged"
    assert collection.times() == before


def test_304_to_a_question_without_condition_is_no_answer(collection: Collection) -> None:
    collection.site.answers["/a.pdf"] = lambda e: e.start(304)
    assert collection.file().reason == "odd_answer"
    assert collection.files() == {}


def test_a_file_changed_by_hand_gives_way_and_that_is_said(collection: Collection) -> None:
    collection.site.gives("/a.pdf", PDF, ETag='"v1"')
    collection.file()
    (collection.into / "a.pdf").write_bytes(b"scribble")
    outcome = collection.file()
    assert outcome.state == "replaced" and "not the one collected" in outcome.message
    assert "if-none-match" not in collection.site.asked("/a.pdf")[1]
    assert collection.files() == {"a.pdf": PDF}


def test_a_cut_off_body_is_asked_for_anew_and_never_joined(collection: Collection) -> None:
    """Not even where the server would go on: another version may have come in between."""
    new = a_pdf("更正", 9000)

    def answer(exchange: Exchange) -> None:
        if exchange.number == 1:
            exchange.start(Content_Type="application/pdf", Content_Length=len(PDF), ETag='"v1"')
            exchange.write(PDF[:3000])
            exchange.hang_up()
        else:
            exchange.send(new, ETag='"v2"')

    collection.site.answers["/a.pdf"] = answer
    assert collection.file(attempts=1).reason == "cut_off"
    assert collection.files() == {} and collection.parts() == []
    assert collection.file(attempts=1).state == "new"
    assert all("range" not in headers for headers in collection.site.asked("/a.pdf"))
    assert collection.files() == {"a.pdf": new} and collection.parts() == []


def test_what_a_killed_run_left_is_no_beginning(collection: Collection) -> None:
    part = collection.into / ".jcfs" / "part"
    part.parent.mkdir(parents=True)
    part.write_bytes(a_pdf("更正", 9000))
    assert collection.file().reason == "not_found"
    assert collection.parts() == []
    collection.site.gives("/a.pdf", PDF)
    assert collection.file().state == "new"
    assert collection.files() == {"a.pdf": PDF} and collection.parts() == []


def test_a_part_that_was_not_asked_for_is_no_file(collection: Collection) -> None:
    where = f"bytes 0-{len(PDF) - 1}/{len(PDF) + 5000}"
    collection.site.answers["/a.pdf"] = lambda e: e.send(PDF, 206, Content_Range=where)
    assert collection.file().reason == "odd_answer"
    assert collection.files() == {}


def test_a_disk_that_is_full_ends_the_run_and_keeps_no_half_file(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection.site.gives("/a.pdf", PDF)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download, "_look", full)
    with pytest.raises(RunError, match=r"No space left on device\) — free space"):
        collection.file()
    assert collection.files() == {} and collection.parts() == []


def test_a_length_that_is_too_long_is_a_broken_answer(collection: Collection) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.start(Content_Type="application/pdf", Content_Length=len(PDF) + 100)
        exchange.write(PDF)
        exchange.hang_up()

    collection.site.answers["/a.pdf"] = answer
    outcome = collection.file()
    assert (outcome.state, outcome.reason) == ("failed", "cut_off")
    assert len(collection.site.asked("/a.pdf")) == 4
    assert collection.files() == {} and collection.parts() == []


def test_a_length_that_is_too_short_does_not_pass_for_the_whole(collection: Collection) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.start(Content_Type="application/pdf", Content_Length=len(PDF) - 100)
        exchange.write(PDF)
        exchange.hang_up()

    collection.site.answers["/a.pdf"] = answer
    outcome = collection.file()
    assert (outcome.state, outcome.reason) == ("failed", "cut_off")
    assert len(collection.site.asked("/a.pdf")) == 1  # The server says that this is all there is.
    assert collection.files() == {}


def test_a_broken_version_does_not_replace_a_good_one(collection: Collection) -> None:
    collection.site.gives("/a.pdf", PDF)
    collection.file()
    collection.site.gives("/a.pdf", PDF[:3000])
    outcome = collection.file()
    assert (outcome.state, outcome.reason, outcome.file) == ("failed", "cut_off", "a.pdf")
    assert collection.files() == {"a.pdf": PDF}


def test_a_body_in_chunks_of_unknown_length_is_taken(collection: Collection) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.start(Content_Type="application/octet-stream", Transfer_Encoding="chunked")
        for at in range(0, len(PDF), 700):
            piece = PDF[at : at + 700]
            exchange.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        exchange.write(b"0\r\n\r\n")

    collection.site.answers["/a.pdf"] = answer
    assert collection.file().state == "new"
    assert collection.files() == {"a.pdf": PDF}


def test_a_body_that_ends_with_the_connection_is_taken_if_it_is_whole(collection: Collection) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.start(Content_Type="application/pdf", Connection="close")
        exchange.write(PDF if exchange.number == 2 else PDF[:3000])
        exchange.hang_up()

    collection.site.answers["/a.pdf"] = answer
    assert collection.file().state == "new"
    assert len(collection.site.asked("/a.pdf")) == 2
    assert collection.files() == {"a.pdf": PDF}


def test_a_size_over_the_limit_is_refused_by_its_header(collection: Collection) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.start(Content_Type="application/pdf", Content_Length=5 << 20)
        exchange.hang_up()

    collection.site.answers["/a.pdf"] = answer
    outcome = collection.file(max_file_mib=1)
    assert outcome.reason == "too_large" and "JCFS_MAX_FILE_MIB" in outcome.remedy
    assert len(collection.site.asked("/a.pdf")) == 1


def test_a_size_over_the_limit_is_refused_as_it_comes(collection: Collection) -> None:
    sent = []

    def answer(exchange: Exchange) -> None:
        exchange.start(Content_Type="application/pdf", Transfer_Encoding="chunked", ETag='"v1"')
        piece = b"%PDF-" + b"0" * (1 << 18)
        for _ in range(400):
            try:
                exchange.handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            except OSError:
                return
            sent.append(len(piece))

    collection.site.answers["/a.pdf"] = answer
    assert collection.file(max_file_mib=1).reason == "too_large"
    assert sum(sent) < 40 << 20
    assert collection.files() == {} and collection.parts() == []


def test_a_file_sent_compressed_is_refused_unread(collection: Collection) -> None:
    collection.site.gives("/a.pdf", gzip.compress(PDF), Content_Encoding="gzip")
    outcome = collection.file()
    assert outcome.reason == "encoded" and "gzip" in outcome.message


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("<!DOCTYPE html><title>用户登录</title>".encode(), "application/pdf", "a web page (用户登录)"),
        ("<html><title>用户登录</title>".encode(), "text/html", "a web page (用户登录)"),
        (b"PK\x03\x04" + b"0" * 3000, "application/zip", "a ZIP archive or an Office document"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 3000, "application/msword", "an old Office document"),
        (b"", "application/pdf", "nothing"),
        (b"\x89PNG", "image/png", "something else (image/png)"),
    ],
)
def test_what_is_only_named_pdf_is_refused_by_its_bytes(
    collection: Collection, body: bytes, kind: str, words: str
) -> None:
    collection.site.gives("/a.pdf", body, Content_Type=kind)
    outcome = collection.file()
    assert (outcome.state, outcome.reason) == ("failed", "not_a_pdf")
    assert f"the address gives {words}, not a PDF" == outcome.message
    assert len(collection.site.asked("/a.pdf")) == 1
    assert collection.files() == {} and collection.parts() == []


def test_a_server_that_drips_is_left_when_the_time_is_up(collection: Collection) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.start(Content_Type="application/pdf", Content_Length=len(PDF), ETag='"v1"')
        for at in range(0, len(PDF), 50):
            exchange.write(PDF[at : at + 50])
            time.sleep(0.02)
            if not exchange.handler.wfile.closed and at > 4000:
                return

    collection.site.answers["/a.pdf"] = answer
    began = time.monotonic()
    outcome = collection.file(file_seconds=0.3)
    assert outcome.reason == "too_slow"
    assert time.monotonic() - began < 1.5
    assert collection.files() == {} and collection.parts() == []


def test_headers_that_drip_are_left_as_well(collection: Collection) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(60):
            exchange.write(b"X: y\r\n")
            time.sleep(0.02)
        exchange.hang_up()

    collection.site.answers["/a.pdf"] = answer
    began = time.monotonic()
    assert collection.file(file_seconds=0.3).reason == "too_slow"
    assert time.monotonic() - began < 1.2


def test_a_silent_server_is_tried_again_and_given_up(collection: Collection) -> None:
    def answer(exchange: Exchange) -> None:
        time.sleep(0.4)
        exchange.hang_up()

    collection.site.answers["/a.pdf"] = answer
    assert collection.file(timeout_seconds=0.1, attempts=2).reason == "silent"
    assert len(collection.site.asked("/a.pdf")) == 2


def test_nonsense_in_place_of_http_is_a_broken_answer(collection: Collection) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.write(b"\x00\xffHELO\r\n\r\n")
        exchange.hang_up()

    collection.site.answers["/a.pdf"] = answer
    assert collection.file().reason == "cut_off"
