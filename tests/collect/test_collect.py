"""Collecting as a whole: pages, names, provenance, what is reported, and the command."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import threading
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from at_hand import ROOT, SAMPLE
from collecting import Collection, Exchange, a_pdf, serving
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from jcfs_etl.cli import app
from jcfs_etl.collect.folder import alone
from jcfs_etl.collect.names import disposition_name, file_name
from jcfs_etl.collect.pages import page_links
from jcfs_etl.collect.provenance import beside, origin_of
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.contracts.sources import LinkPattern, PublicationSource, load_sources
from jcfs_etl.curate import publish, read_dataset
from jcfs_etl.discover import discover
from jcfs_etl.errors import ContractError, RunError
from jcfs_etl.interface import process_document
from jcfs_etl.settings import load_collect_settings

PDF, OTHER = a_pdf(), a_pdf("更正")


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    with serving() as site:
        yield Collection(site, tmp_path / "raw")


def listing(collection: Collection, **more: Any) -> PublicationSource:
    """A page at /list/ whose links end in .pdf."""
    given: dict[str, Any] = {
        "id": "list",
        "page": collection.site.url("/list/"),
        "links": LinkPattern(address=r"\.pdf$"),
    }
    return PublicationSource(**(given | more))


def record(collection: Collection, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(beside(collection.into / name).read_text("utf-8"))
    return loaded


# Pages


def test_the_links_of_a_page_that_fit_are_collected_and_named_by_what_they_say(
    collection: Collection,
) -> None:
    collection.site.page(
        "/list/",
        """<a href="a.pdf">某局<b>2023</b>年 部门决算</a> <a href='/list/a.pdf'><img></a>
        <a href="b.pdf#page=2" title="某中心2023年单位决算"></a> <a href="c.doc">决算</a>
        <a href="javascript:void(0)">.pdf</a> <a href="mailto:a@b.pdf">x</a> <a>决算</a>""",
    )
    collection.site.gives("/list/a.pdf", PDF)
    collection.site.gives("/list/b.pdf", OTHER)
    report = collection.run(listing(collection))
    assert [o.state for o in report.outcomes] == ["new", "new"] and report.exit_code == 0
    assert collection.files() == {"某局2023年 部门决算.pdf": PDF, "某中心2023年单位决算.pdf": OTHER}


def test_links_are_chosen_by_text_and_address_together(collection: Collection) -> None:
    collection.site.page("/list/", '<a href="a.pdf">预算</a><a href="b.pdf">决算</a><a href="c.htm">决算</a>')
    collection.site.gives("/list/b.pdf", PDF)
    pattern = LinkPattern(text="决算", address=r"\.pdf$")
    assert collection.run(listing(collection, links=pattern)).exit_code == 0
    assert list(collection.files()) == ["决算.pdf"]


def test_pages_that_lie_between_are_looked_through(collection: Collection) -> None:
    collection.site.page("/list/", '<a href="1.htm">某局2023年度部门决算公开</a><a href="2.htm">通知</a>')
    collection.site.page("/list/1.htm", '<a href="../up/a.pdf">附件1</a>')
    collection.site.gives("/up/a.pdf", PDF)
    source = listing(collection, through=LinkPattern(text="决算公开"), unit="某局", year=2023)
    assert collection.run(source).exit_code == 0
    assert list(collection.files()) == ["某局-2023-附件1.pdf"]
    assert collection.site.asked("/list/2.htm") == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<a href=a.pdf>决算</a>".encode("gbk"), "text/html; charset=gb2312"),
        ('<meta charset="gb2312"><a href=a.pdf>决算</a>'.encode("gbk"), "text/html"),
        ("<a href=a.pdf>决算</a>".encode("utf-8-sig"), "text/html"),
        ("<a href=a.pdf>决算</a>".encode(), "text/html; charset=no-such"),
        ('<?xml version="1.0" encoding="gbk"?><a href=a.pdf>决算</a>'.encode(), "text/html"),
        ("<iframe src=a.pdf title=决算></iframe>".encode(), "text/html"),
        ("<base href=/x/><embed src=../a.pdf title=决算>".encode(), "text/html"),
    ],
)
def test_pages_are_read_in_their_own_encoding_and_ways(body: bytes, kind: str) -> None:
    url = httpx.URL("http://site.test/p.htm")
    [link] = page_links(body, httpx.Headers({"Content-Type": kind}), url)
    assert (link.text, str(link.url)) == ("决算", "http://site.test/a.pdf")


@given(st.binary(max_size=400))
def test_any_bytes_have_links_or_none(body: bytes) -> None:
    page_links(b"<a href=" + body, httpx.Headers(), httpx.URL("http://site.test/"))


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<a href='", "<div>", "<table>", "&#", "<a href=x>"])
def test_a_hostile_page_costs_no_time(piece: str) -> None:
    page_links((piece * 100_000).encode(), httpx.Headers(), httpx.URL("http://site.test/"))


def test_a_page_with_too_few_links_is_a_fault(collection: Collection) -> None:
    collection.site.page("/list/", "<p>改版了</p>")
    report = collection.run(listing(collection))
    assert report.exit_code == 3
    assert report.outcomes[0].reason == "too_few_links" and "0 links" in report.outcomes[0].message


def test_a_page_with_too_many_links_is_a_fault(collection: Collection) -> None:
    collection.site.page("/list/", "".join(f"<a href={n}.pdf>x</a>" for n in range(5)))
    report = collection.run(listing(collection, at_most=4))
    assert [o.reason for o in report.outcomes] == ["too_many_links"]


def test_a_page_with_more_links_than_a_page_has_is_refused(collection: Collection) -> None:
    collection.site.page("/list/", "".join(f"<a href={n}.pdf>" for n in range(20_001)))
    assert [o.reason for o in collection.run(listing(collection)).outcomes] == ["not_a_page"]


def test_a_page_that_is_a_pdf_says_what_to_do(collection: Collection) -> None:
    collection.site.gives("/list/", PDF)
    assert "give it as file" in collection.run(listing(collection)).outcomes[0].remedy


def test_a_link_to_a_host_that_is_not_named_is_refused_and_the_others_go_on(collection: Collection) -> None:
    away = collection.site.url("/a.pdf", "cdn.test")
    collection.site.page("/list/", f'<a href="{away}">a</a><a href="b.pdf">b</a>')
    collection.site.gives("/list/b.pdf", PDF)
    report = collection.run(listing(collection))
    assert [(o.state, o.reason) for o in report.outcomes] == [("failed", "host_not_allowed"), ("new", None)]
    assert report.exit_code == 3


def compressed(collection: Collection, body: bytes, encoding: str) -> None:
    headers = {"Content_Type": "text/html", "Content_Encoding": encoding}
    collection.site.answers["/list/"] = lambda e: e.send(body, **headers)


@pytest.mark.parametrize(("pack", "encoding"), [(gzip.compress, "gzip"), (zlib.compress, "deflate")])
def test_a_page_that_is_compressed_unasked_is_read(
    collection: Collection, pack: Callable[[bytes], bytes], encoding: str
) -> None:
    compressed(collection, pack(b"<a href=a.pdf>a</a>"), encoding)
    collection.site.gives("/list/a.pdf", PDF)
    assert collection.run(listing(collection)).exit_code == 0


def test_a_page_that_is_a_bomb_is_unfolded_no_further_than_the_limit(collection: Collection) -> None:
    bomb = gzip.compress(b"<a href=a.pdf>a</a>" + b" " * (50 << 20))
    compressed(collection, bomb, "gzip")
    assert collection.run(listing(collection)).outcomes[0].reason == "too_large"
    compressed(collection, gzip.compress(bomb), "gzip, gzip")
    assert collection.run(listing(collection)).outcomes[0].reason == "encoded"
    compressed(collection, bomb[:5000], "gzip")
    assert collection.run(listing(collection)).outcomes[0].reason in ("encoded", "too_large")


def test_a_page_that_is_too_large_is_not_read_in_part(collection: Collection) -> None:
    collection.site.page("/list/", "<a href=a.pdf>a</a>" + " " * (5 << 20) + "<a href=b.pdf>b</a>")
    assert [o.reason for o in collection.run(listing(collection)).outcomes] == ["too_large"]


# Names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/passwd", "etc_passwd.pdf"),
        ("..\\..\\evil", "evil.pdf"),
        ("/abs/olute", "abs_olute.pdf"),
        ("CON", "_CON.pdf"),
        ("com1.pdf", "_com1.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("x\0y\nz", "xy z.pdf"),
        ("-rf", "rf.pdf"),
        (".hidden", "hidden.pdf"),
        ("决算.PDF.pdf", "决算.pdf"),
        ("  . ", "fallback.pdf"),
        ('a:b*c?"<>|', "a_b_c.pdf"),
    ],
)
def test_a_name_cannot_leave_the_folder_or_trouble_a_disk(text: str, name: str) -> None:
    source = PublicationSource(id="a", page="http://site.test/", links=LinkPattern(text="."))
    assert file_name(source, text, b"", httpx.URL("http://site.test/fallback.pdf"), set()) == name


@given(st.text(max_size=300), st.binary(max_size=100))
def test_any_text_makes_a_name_that_any_disk_takes(text: str, header: bytes) -> None:
    source = PublicationSource(
        id="a", page="http://site.test/", links=LinkPattern(text="."), unit=text or None
    )
    name = file_name(source, text, header, httpx.URL("http://site.test/x"), set())
    assert len(name.encode()) <= 200 and name.endswith(".pdf") and not name.startswith((".", "-"))
    assert not set(name) & set('/\\:*?"<>|') and name.isprintable()
    assert Path(name).name == name == unicodedata.normalize("NFC", name)


def test_a_long_name_is_cut_between_characters_and_stays_apart() -> None:
    source = PublicationSource(id="a", page="http://site.test/", links=LinkPattern(text="."))
    first = file_name(source, "决" * 300, b"", httpx.URL("http://site.test/1"), set())
    second = file_name(source, "决" * 300, b"", httpx.URL("http://site.test/2"), {first.casefold()})
    assert len(first.encode()) <= 200 and len(second.encode()) <= 200 and first != second


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b'attachment; filename="a.pdf"', "a.pdf"),
        (b"attachment; filename*=UTF-8''%E5%86%B3%E7%AE%97.pdf", "决算.pdf"),
        (b'attachment; filename="%E5%86%B3%E7%AE%97.pdf"', "决算.pdf"),
        ('attachment; filename="决算.pdf"'.encode(), "决算.pdf"),
        ('attachment; filename="决算.pdf"'.encode("gbk"), "决算.pdf"),
        (b"attachment; filename*=no-such''a", ""),
        (b"inline", ""),
        (b"", ""),
    ],
)
def test_names_that_servers_give_are_understood(header: bytes, name: str) -> None:
    assert disposition_name(header) in (name, "a" if b"no-such" in header else name)


def test_what_the_server_calls_a_file_comes_before_its_address(collection: Collection) -> None:
    collection.site.gives("/down?id=7", PDF, Content_Disposition="attachment; filename=../../x.pdf")
    assert collection.file("/down?id=7").file == "x.pdf"
    assert sorted(p.name for p in collection.into.parent.iterdir()) == ["raw"]


def test_a_source_with_unit_and_year_names_its_file(collection: Collection) -> None:
    collection.site.gives("/a.pdf", PDF)
    source = PublicationSource(id="one", file=collection.site.url("/a.pdf"), unit="某局", year=2023)
    assert collection.run(source).outcomes[0].file == "某局-2023.pdf"


def test_two_addresses_never_share_a_name(collection: Collection) -> None:
    collection.site.page("/list/", "<a href=1.pdf>决算</a><a href=2.pdf>决算</a><a href=3.pdf>决算</a>")
    for n, body in enumerate((PDF, OTHER, PDF), 1):
        collection.site.gives(f"/list/{n}.pdf", body, ETag=f'"{n}"')
    first = collection.run(listing(collection))
    assert sorted(collection.files().values()) == sorted([PDF, OTHER, PDF])
    assert first.outcomes[2].message == "the same bytes as 决算.pdf"
    collection.run(listing(collection))
    assert len(collection.files()) == 3


@pytest.mark.parametrize(("there", "published"), [("a.pdf", "a.pdf"), ("A.pdf", "a.pdf"), ("a.pdf", "A.pdf")])
def test_a_file_put_there_by_hand_is_left_alone(collection: Collection, there: str, published: str) -> None:
    """Even on a disk that does not tell case apart."""
    collection.into.mkdir()
    (collection.into / there).write_bytes(OTHER)
    collection.site.gives(f"/{published}", PDF)
    outcome = collection.file(f"/{published}")
    assert outcome.state == "new" and str(outcome.file).casefold() != "a.pdf"
    assert (collection.into / there).read_bytes() == OTHER


def test_a_name_stays_with_its_address_when_the_file_is_removed(collection: Collection) -> None:
    collection.site.gives("/1/a.pdf", PDF)
    collection.site.gives("/2/a.pdf", OTHER)
    collection.file("/1/a.pdf")
    (collection.into / "a.pdf").unlink()
    assert collection.file("/2/a.pdf").file != "a.pdf"
    assert collection.file("/1/a.pdf").file == "a.pdf"
    assert collection.files()["a.pdf"] == PDF


def test_the_same_bytes_without_a_record_are_taken_over(collection: Collection) -> None:
    """Put there by hand, or by a run that ended before it could write the record."""
    collection.into.mkdir()
    (collection.into / "a.pdf").write_bytes(PDF)
    collection.site.gives("/a.pdf", PDF)
    assert (collection.file().state, list(collection.files())) == ("unchanged", ["a.pdf"])
    assert record(collection, "a.pdf")["current"]["address"] == collection.site.url("/a.pdf")


# Provenance


def test_the_record_says_where_and_when_and_which_bytes(collection: Collection) -> None:
    collection.site.gives("/a.pdf", PDF, ETag='"v1"')
    collection.file()
    assert record(collection, "a.pdf") == {
        "source": "one",
        "requested": collection.site.url("/a.pdf"),
        "current": {
            "address": collection.site.url("/a.pdf"),
            "collected_at": "2026-11-23T08:00:00Z",
            "sha256": hashlib.sha256(PDF).hexdigest(),
            "size": len(PDF),
        },
        "etag": '"v1"',
        "last_modified": None,
        "earlier": [],
    }


def test_a_new_version_replaces_the_old_one_which_the_record_remembers(collection: Collection) -> None:
    collection.site.gives("/a.pdf", PDF)
    collection.file()
    collection.world.a_day_passes()
    collection.site.gives("/a.pdf", OTHER)
    assert collection.file().state == "replaced"
    assert collection.files() == {"a.pdf": OTHER}
    written = record(collection, "a.pdf")
    assert written["current"]["collected_at"] == "2026-11-24T08:00:00Z"
    assert [v["sha256"] for v in written["earlier"]] == [hashlib.sha256(PDF).hexdigest()]


def test_the_time_is_that_of_the_first_download_of_the_same_bytes(collection: Collection) -> None:
    collection.site.gives("/a.pdf", PDF, ETag='"v1"')
    collection.file()
    collection.world.a_day_passes()
    collection.site.gives("/a.pdf", PDF, ETag='"v2"')  # Saved anew, with the same content.
    collection.file()
    assert record(collection, "a.pdf")["etag"] == '"v2"'
    assert record(collection, "a.pdf")["current"]["collected_at"] == "2026-11-23T08:00:00Z"


def test_documents_carry_the_address_and_time_of_these_bytes(
    collection: Collection, contracts: Contracts
) -> None:
    collection.site.gives("/a.pdf", SAMPLE.read_bytes())
    collection.file()
    path = collection.into / "a.pdf"
    [source] = discover([collection.into])
    assert source.path == path
    publish(process_document(path, source.name), collection.into.parent / "curated", contracts)
    [row] = read_dataset(collection.into.parent / "curated", "documents", contracts).to_pylist()
    assert row["collected_from"] == collection.site.url("/a.pdf")
    assert row["collected_at"] == "2026-11-23T08:00:00Z"
    path.write_bytes(b"%PDF-1.7 another file")
    assert process_document(path, "a.pdf").record.collected_from is None


def test_a_file_that_cannot_be_read_carries_them_too(collection: Collection) -> None:
    collection.site.gives("/a.pdf", PDF)
    collection.file()
    written = process_document(collection.into / "a.pdf", "a.pdf").record
    assert (written.status, written.collected_at) == ("quarantined", "2026-11-23T08:00:00Z")


def test_an_earlier_version_put_back_is_known_again(collection: Collection) -> None:
    for body in (PDF, OTHER):
        collection.site.gives("/a.pdf", body)
        collection.file()
    found = origin_of(collection.into / "a.pdf", hashlib.sha256(PDF).hexdigest())
    assert found is not None and found.size == len(PDF)


def test_a_damaged_record_stops_the_run_in_words(collection: Collection) -> None:
    collection.into.mkdir()
    (collection.into / "a.pdf.source.json").write_text("{}")
    with pytest.raises(RunError, match=r"a\.pdf\.source\.json: the record of where"):
        collection.file()
    assert origin_of(collection.into / "a.pdf", "0" * 64) is None


def test_what_is_no_longer_published_is_said_and_kept(collection: Collection) -> None:
    collection.site.page("/list/", "<a href=1.pdf>a</a><a href=2.pdf>b</a>")
    collection.site.gives("/list/1.pdf", PDF)
    collection.site.gives("/list/2.pdf", OTHER)
    collection.run(listing(collection))
    collection.site.page("/list/", "<a href=1.pdf>a</a>")
    report = collection.run(listing(collection))
    [gone] = [o for o in report.outcomes if o.state == "vanished"]
    assert gone.file == "b.pdf" and "no longer links" in gone.message
    assert report.exit_code == 0 and set(collection.files()) == {"a.pdf", "b.pdf"}


def test_a_file_withdrawn_from_its_address_is_said_and_kept(collection: Collection) -> None:
    collection.site.gives("/a.pdf", PDF)
    collection.file()
    del collection.site.answers["/a.pdf"]
    assert collection.file().state == "vanished"
    assert collection.files() == {"a.pdf": PDF}


def test_a_page_that_cannot_be_read_does_not_make_its_files_vanish(collection: Collection) -> None:
    collection.site.page("/list/", "<a href=1.pdf>a</a>")
    collection.site.gives("/list/1.pdf", PDF)
    collection.run(listing(collection))
    collection.site.answers["/list/"] = lambda e: e.send(b"", 500)
    assert [o.state for o in collection.run(listing(collection)).outcomes] == ["failed"]


# Runs


def test_a_dry_run_asks_for_no_pdf_and_writes_nothing(collection: Collection) -> None:
    collection.site.page("/list/", "<a href=1.pdf>决算</a>")
    report = collection.run(listing(collection), dry_run=True)
    assert [(o.state, o.message) for o in report.outcomes] == [("planned", "决算")]
    assert collection.site.asked("/list/1.pdf") == [] and not collection.into.exists()


def test_two_runs_do_not_collect_into_one_folder(collection: Collection) -> None:
    with alone(collection.into), pytest.raises(RunError, match=r"another run .* — wait for its end$"):
        collection.file()


def test_a_folder_that_cannot_be_written_is_said(collection: Collection) -> None:
    collection.into.write_text("a file")
    with pytest.raises(RunError, match="--into"):
        collection.file()


def test_a_reader_never_sees_half_a_file(collection: Collection) -> None:
    collection.site.gives("/a.pdf", PDF)
    collection.file()
    halfway, on = threading.Event(), threading.Event()

    def answer(exchange: Exchange) -> None:
        exchange.start(Content_Type="application/pdf", Content_Length=len(OTHER))
        exchange.write(OTHER[:3000])
        halfway.set()
        on.wait(5)
        exchange.write(OTHER[3000:])

    collection.site.answers["/a.pdf"] = answer
    run = threading.Thread(target=collection.file)
    run.start()
    assert halfway.wait(5)
    assert collection.files() == {"a.pdf": PDF}
    assert [source.name for source in discover([collection.into])] == ["a.pdf"]
    on.set()
    run.join()
    assert collection.files() == {"a.pdf": OTHER}


# The contract, the settings and the command


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{id: a}", "give either page or file"),
        ("{id: a, page: 'http://x/'}", "a page needs links"),
        ("{id: a, page: 'http://x/', links: {}}", "give a pattern"),
        ("{id: a, page: 'http://x/', links: {text: '('}}", "is no regular expression"),
        ("{id: a, file: 'ftp://x/'}", "is no http or https address"),
        ("{id: a, file: 'http://u:p@x/'}", "user name or password"),
        ("{id: a, file: 'http://x/', hosts: ['*.x']}", "is no host"),
        ("{id: a, file: 'http://x/', colour: red}", "no such key"),
        ("{id: first, file: 'http://x/'}", "first stands twice"),
        ("{id: a, file: 'http://first.test/'}", "http://first.test/ stands twice"),
    ],
)
def test_a_fault_of_the_sources_names_file_and_line(tmp_path: Path, entry: str, words: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"sources:\n  - {{id: first, file: 'http://first.test/'}}\n  - {entry}\n", "utf-8")
    with pytest.raises(ContractError) as caught:
        load_sources(path)
    assert str(caught.value).startswith(f"{path}:3: ") and words in str(caught.value)


def test_the_example_in_the_contract_holds(tmp_path: Path) -> None:
    text = (ROOT / "contracts" / "sources.yaml").read_text("utf-8")
    lines = [line.removeprefix("# ") for line in text.splitlines() if line.startswith(("# s", "#  "))]
    (tmp_path / "example.yaml").write_text("\n".join(lines), "utf-8")
    assert len(load_sources(tmp_path / "example.yaml").sources) == 2
    assert load_contracts().sources.sources == ()


def test_a_source_added_does_not_change_the_version_of_the_contracts(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("sources: [{id: a, file: 'http://x.test/'}]", "utf-8")
    assert [s.id for s in load_contracts(extra=[tmp_path]).sources.sources] == ["a"]
    assert load_contracts(extra=[tmp_path]).version == load_contracts(extra=[]).version


def test_settings_come_from_the_environment() -> None:
    given = {"JCFS_COLLECT_HOSTS": ".gov.cn, a.test", "JCFS_MAX_FILE_MIB": "3", "JCFS_COLLECT_ATTEMPTS": ""}
    settings = load_collect_settings(given)
    assert settings.allowed_hosts == (".gov.cn", "a.test")
    assert (settings.max_file_mib, settings.attempts) == (3, 4)
    for name, value in (("DELAY_SECONDS", "soon"), ("USER_AGENT", "a\r\nX: y"), ("HOSTS", "http://x")):
        with pytest.raises(RunError, match=f"JCFS_COLLECT_{name} is .* — correct it"):
            load_collect_settings({f"JCFS_COLLECT_{name}": value})


def jcfs(collection: Collection, entries: str, *words: str) -> Result:
    path = collection.into.parent / "sources.yaml"
    path.write_text(f"sources:\n{entries}", "utf-8")
    line = ["collect", "--sources", str(path), "--into", str(collection.into), *words]
    return CliRunner().invoke(app, line, env={"JCFS_COLLECT_DELAY_SECONDS": "0"})


def test_the_command_collects_and_says_what_failed(collection: Collection) -> None:
    base = f"http://127.0.0.1:{collection.site.port}"
    collection.site.gives("/a.pdf", PDF, ETag='"v1"')
    entries = f"  - {{id: good, file: '{base}/a.pdf'}}\n  - {{id: bad, file: '{base}/[b].pdf'}}\n"
    result = jcfs(collection, entries, "--allow-private")
    assert result.exit_code == 3
    assert "1 failed, 1 new" in result.output
    assert f"failed {base}/[b].pdf: there is nothing at the address (404) — give its new" in result.output
    good = entries.splitlines()[0] + "\n"
    assert jcfs(collection, good, "--allow-private").exit_code == 0
    assert jcfs(collection, good).exit_code == 3


def test_a_run_that_cannot_go_on_gets_one_line_and_exit_code_1(collection: Collection) -> None:
    result = jcfs(collection, "  - {id: a}\n")
    assert result.exit_code == 1
    assert result.output.count("\n") == 1 and "sources.yaml:2: " in result.output


def test_sources_of_a_folder_of_ones_own_are_collected(collection: Collection, tmp_path: Path) -> None:
    collection.site.gives("/a.pdf", PDF)
    address = f"http://127.0.0.1:{collection.site.port}/a.pdf"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "sources.yaml").write_text(f"sources: [{{id: a, file: '{address}'}}]", "utf-8")
    line = ["collect", "--contracts", str(tmp_path / "mine"), "--into", str(collection.into)]
    result = CliRunner().invoke(app, [*line, "--allow-private"], env={"JCFS_COLLECT_DELAY_SECONDS": "0"})
    assert (result.exit_code, list(collection.files())) == (0, ["a.pdf"])


def test_without_sources_there_is_nothing_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["collect", "--into", str(tmp_path / "raw")])
    assert result.exit_code == 0 and "no sources" in result.output


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_said(collection: Collection) -> None:
    collection.into.mkdir()
    collection.into.chmod(0o500)
    with pytest.raises(RunError, match="--into"):
        collection.file()
