"""Damaged and hostile files: each gets one clear line within its limits, and the run goes on."""

from __future__ import annotations

import logging
import logging.config
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import hostile
import pikepdf
import pytest
from at_hand import ROOT, SAMPLE
from forking import in_service
from hostile import HARMLESS, REFUSED, ROWS, UNKNOWN

from flows.workers import Workers, process_in_worker
from jcfs_etl import read_publication
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import ProcessedDocument
from jcfs_etl.curate.records import DocumentRecord
from jcfs_etl.errors import RunError, UnreadableDocumentError
from jcfs_etl.money import UnreadableFigureError, read_figure
from jcfs_etl.read import Page, read_pdf
from jcfs_etl.settings import Settings, load_settings

KEPT = sorted((ROOT / "tests" / "fixtures" / "hostile").glob("*.pdf"))

Build = Callable[[Path], None]


def made(build: Build, folder: Path) -> Path:
    path = hostile.plain(folder / f"{build.__name__}.pdf")
    build(path)
    return path


def texts(page: Page) -> list[list[str]]:
    grid = page.grids[0]
    return [[grid.by_position[r, c].text for c in range(grid.column_count)] for r in range(grid.row_count)]


def test_the_plain_page_reads_well(tmp_path: Path) -> None:
    [page] = read_pdf(hostile.plain(tmp_path / "a.pdf")).pages
    assert texts(page) == ROWS


@pytest.mark.parametrize("build", REFUSED, ids=lambda b: b.__name__)
def test_what_cannot_be_read_in_full_is_refused_with_one_line(build: Build, tmp_path: Path) -> None:
    code, words = REFUSED[build]
    with pytest.raises(UnreadableDocumentError) as caught:
        read_pdf(made(build, tmp_path))
    line = str(caught.value)
    assert caught.value.reason == code
    assert words in line and " — " in line
    assert line.isprintable() and len(line) < 250


@pytest.mark.parametrize("build", HARMLESS, ids=lambda b: b.__name__)
def test_what_costs_no_content_reads_as_the_plain_page(build: Build, tmp_path: Path) -> None:
    [page] = read_pdf(made(build, tmp_path)).pages
    assert texts(page) == ROWS
    assert [(s.reason, s.text) for s in page.set_aside] == HARMLESS[build]


@pytest.mark.parametrize("build", UNKNOWN, ids=lambda b: b.__name__)
def test_characters_without_a_meaning_make_a_figure_unreadable_not_blank(
    build: Build, tmp_path: Path
) -> None:
    [page] = read_pdf(made(build, tmp_path)).pages
    text = texts(page)[2][2]
    assert text.count("\ufffd") == 2
    with pytest.raises(UnreadableFigureError):
        read_figure(text)


def test_scripts_and_attachments_of_a_publication_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "sample.pdf"
    path.write_bytes(SAMPLE.read_bytes())
    hostile.javascript(path)
    hostile.embedded_file(path)
    assert read_publication(path).status == "published"
    assert [p.name for p in tmp_path.iterdir()] == ["sample.pdf"], "nothing was unpacked"


def test_pages_of_a_publication_exchanged_with_a_blank_one_are_missed(tmp_path: Path) -> None:
    path = tmp_path / "sample.pdf"
    with pikepdf.open(SAMPLE) as pdf:
        del pdf.pages[4].Contents
        pdf.save(path)
    with pytest.raises(UnreadableDocumentError, match="page 5"):
        read_pdf(path)


def test_losses_are_heard_whatever_a_program_does_to_its_logging(tmp_path: Path) -> None:
    path = made(hostile.damaged_stream, tmp_path)
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": True})
    with pytest.raises(UnreadableDocumentError, match="compressed data are damaged"):
        read_pdf(path)
    logging.disable(logging.CRITICAL)
    try:
        with pytest.raises(RunError, match="logging is switched off"):
            read_pdf(path)
    finally:
        logging.disable(logging.NOTSET)


# Limits.


@pytest.mark.parametrize(
    ("limits", "build", "words"),
    [
        ({"max_pages": 2}, lambda p: hostile.plain(p, pages=3), "more than 2 pages"),
        ({"max_stream_mib": 1}, lambda p: hostile.bomb(p, mib=8), "unfold to more than 1 MiB"),
    ],
    ids=["pages", "stream"],
)
def test_a_file_beyond_its_limits_is_too_large(
    limits: dict[str, int], build: Build, words: str, tmp_path: Path
) -> None:
    path = hostile.plain(tmp_path / "a.pdf")
    build(path)
    with pytest.raises(UnreadableDocumentError, match=words) as caught:
        read_pdf(path, settings=Settings.model_validate(limits))
    assert caught.value.reason == "too_large"
    assert f"raise JCFS_{next(iter(limits)).upper()}" in caught.value.remedy


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as file:
        file.truncate(3 << 20)
    with pytest.raises(UnreadableDocumentError, match="has 3 MiB, the limit is 2"):
        read_pdf(path, settings=Settings(max_file_mib=2))


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "a.pdf"
    os.mkfifo(pipe)
    with pytest.raises(UnreadableDocumentError, match="cannot be opened"):
        read_pdf(pipe)


def test_operations_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jcfs_etl.read.walk.MOST_OPERATIONS", 500)
    path = made(hostile.drawing_ladder, tmp_path)
    with pytest.raises(UnreadableDocumentError, match="more than 500 drawing operations") as caught:
        read_pdf(path)
    assert caught.value.reason == "too_large"


def test_settings_come_from_the_environment() -> None:
    assert load_settings({}) == Settings()
    found = load_settings({"JCFS_MAX_PAGES": "7", "JCFS_TIMEOUT_SECONDS": "0.5", "JCFS_MEMORY_MIB": ""})
    assert (found.max_pages, found.timeout_seconds, found.memory_mib) == (7, 0.5, 2048)
    assert load_settings(found.as_environment()) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [("JCFS_MAX_PAGES", "many"), ("JCFS_TIMEOUT_SECONDS", "0"), ("JCFS_MEMORY_MIB", "1.5")],
)
def test_a_wrong_setting_is_named_with_its_value(name: str, value: str) -> None:
    with pytest.raises(RunError, match=f"{name} is '{value}'") as caught:
        load_settings({name: value})
    assert caught.value.remedy and "\n" not in str(caught.value)


# Worker processes: one pool with low limits for what goes wrong in them.


def misbehave(path: str, name: str) -> ProcessedDocument:
    """What a worker does, except with files of certain names."""
    if name == "hangs":
        time.sleep(3600)
    elif name == "quick":
        return ProcessedDocument(DocumentRecord(None, None, "", name, "published"), (), {}, {})
    elif name == "dies":
        os._exit(9)
    elif name == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif name == "greedy":
        bytearray(8 << 30)
    elif name == "faulty":
        raise ValueError("of ours\nin two lines")
    return process_in_worker(path, name)


@pytest.fixture(scope="module")
def workers(contracts: Contracts) -> Iterator[Workers]:
    with Workers(1, contracts, Settings(timeout_seconds=120, memory_mib=512), misbehave) as pool:
        yield pool


def assert_refused(document: ProcessedDocument, code: str, words: str) -> None:
    assert document.record.status == "quarantined"
    assert [f.code for f in document.findings] == [code]
    line = document.record.reason or ""
    assert words in line and " — " in line and "\n" not in line


def assert_goes_on(workers: Workers) -> None:
    assert workers.process(SAMPLE, SAMPLE.name).record.status == "published"


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("dies", "processing_failed", "ended with code 9"),
        ("killed", "too_large", "more memory than 512 MiB"),
        ("greedy", "too_large", "more memory than 512 MiB"),
        ("faulty", "processing_failed", "ValueError: of ours in two lines"),
    ],
)
def test_a_worker_that_goes_wrong_costs_its_document_only(
    workers: Workers, name: str, code: str, words: str
) -> None:
    assert_refused(workers.process(SAMPLE, name), code, words)
    assert_goes_on(workers)


def test_a_document_that_takes_too_long_is_ended(contracts: Contracts, tmp_path: Path) -> None:
    path = made(hostile.endless_length, tmp_path)
    with in_service(), Workers(1, contracts, Settings(timeout_seconds=2), misbehave) as pool:
        assert_refused(pool.process(path, path.name), "too_slow", "longer than 2 seconds")
        assert_refused(pool.process(SAMPLE, "hangs"), "too_slow", "longer than 2 seconds")
        assert pool.process(SAMPLE, "quick").findings == ()


def test_an_unseen_bomb_meets_the_limit_on_memory(workers: Workers, tmp_path: Path) -> None:
    path = made(hostile.bomb_in_bomb, tmp_path)
    assert path.stat().st_size < 100_000
    assert_refused(workers.process(path, "bomb"), "too_large", "memory")
    assert_goes_on(workers)


def test_hostile_files_are_accounted_for_between_good_ones(workers: Workers, tmp_path: Path) -> None:
    for build in (hostile.cyclic_drawing, hostile.deep_arrays, hostile.damaged_stream):
        code, words = REFUSED[build]
        assert_refused(workers.process(made(build, tmp_path), build.__name__), code, words)
    assert_goes_on(workers)


def test_a_pool_that_loses_an_idle_worker_is_replaced(contracts: Contracts) -> None:
    with Workers(1, contracts, Settings(), misbehave) as pool:
        assert_goes_on(pool)
        for pid in list(pool._pool._pool_manager.worker_manager.workers):
            os.kill(pid, signal.SIGKILL)
        assert_goes_on(pool)


@pytest.mark.parametrize("path", KEPT, ids=lambda p: p.stem)
def test_what_once_failed_is_refused(path: Path) -> None:
    """Files from the fuzzing that were once published with other figures, or crashed."""
    with pytest.raises(UnreadableDocumentError):
        read_pdf(path)
