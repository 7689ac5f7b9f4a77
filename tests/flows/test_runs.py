"""What a run tells: its log, its figures beside the data, what is unusual, and the night's report."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path

import pytest
from at_hand import SAMPLE
from typer.testing import CliRunner

from flows.batches import LARGEST, in_batches, process_batch
from flows.order import Order
from flows.selection import Choice, select
from flows.steps import Run
from jcfs_etl.cli import app
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import ProcessedDocument, publish, read_dataset
from jcfs_etl.curate.plan import Given
from jcfs_etl.curate.stores import open_store
from jcfs_etl.discover import place_of
from jcfs_etl.errors import RunError
from jcfs_etl.interface import process_document, refused_document
from jcfs_etl.report.log import run_log
from jcfs_etl.report.notice import NoticeError, post_notice
from jcfs_etl.report.runs import FILE, RunRecord, note_run, past_runs, record_of, unusual
from jcfs_etl.report.summary import RunSummary, SummaryLine
from jcfs_etl.settings import RunSettings, load_settings


def files(count: int) -> list[Given]:
    return [Given(f"/{n:03}.pdf", f"{n:03}.pdf", Path(f"/{n:03}.pdf"), str(n)) for n in range(count)]


# Batches


def test_a_batch_gives_its_documents_in_order_whichever_ends_first(contracts: Contracts) -> None:
    ended: list[str] = []
    others = threading.Event()

    def slower_first(path: Path, name: str) -> ProcessedDocument:
        assert name != "000.pdf" or others.wait(20)
        return refused_document(path, name, "empty", "empty", contracts)

    def done(given: Given) -> None:
        ended.append(given.name)
        if len(ended) == 4:
            others.set()

    documents = process_batch(files(5), slower_first, done=done)
    assert [d.record.source for d in documents] == [g.name for g in files(5)]
    assert ended[-1] == "000.pdf" and len(ended) == 5
    assert process_batch([], slower_first) == []


def test_documents_of_a_batch_are_in_hand_together(contracts: Contracts) -> None:
    meeting = threading.Barrier(3, timeout=20)

    def wait_for_the_others(path: Path, name: str) -> ProcessedDocument:
        meeting.wait()
        return refused_document(path, name, "empty", "empty", contracts)

    assert len(process_batch(files(3), wait_for_the_others)) == 3


@pytest.mark.parametrize(
    ("count", "workers", "size"), [(7, 2, 1), (40, 2, 5), (10_000, 2, LARGEST), (0, 1, 0)]
)
def test_few_documents_go_in_small_batches_and_many_in_large_ones(
    count: int, workers: int, size: int
) -> None:
    batches = list(in_batches(files(count), workers))
    assert max(map(len, batches), default=0) == size
    assert [given for batch in batches for given in batch] == files(count)


# The log


def summary(quarantined: int = 0, published: int = 0, elapsed: float = 2.0) -> RunSummary:
    def line(number: int, status: str, *codes: str) -> SummaryLine:
        return SummaryLine(f"{number}.pdf", status, changed=1, reason="why", pages=4, codes=codes)

    lines = [line(n, "quarantined", "damaged") for n in range(quarantined)]
    lines += [line(n, "published") for n in range(quarantined, quarantined + published)]
    return RunSummary(tuple(lines), stages={"read": 2.0, "audit": 1.0}, elapsed=elapsed)


def test_lines_of_json_name_the_run_and_leave_out_what_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "run.log"
    with run_log("r1", RunSettings(log="json", log_file=str(file))) as log:
        log.tell("document", document="决算.pdf", reason=None, pages=0)
        log.tell_end(summary(1, 3))
    first, last = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    assert (first["event"], first["run"], first["document"], first["pages"]) == (
        "document",
        "r1",
        "决算.pdf",
        0,
    )
    assert "reason" not in first and first["time"].endswith("+00:00")
    assert last["pages_per_second"] == 8.0 and last["quarantined_by_reason"] == {"damaged": 1}
    assert last["stage_seconds"] == {"read": 2.0, "audit": 1.0}


def test_a_logger_that_another_library_disabled_tells_all_the_same(tmp_path: Path) -> None:
    logging.getLogger("jcfs.run").disabled = True
    file = tmp_path / "run.log"
    with run_log("r1", RunSettings(log="text", log_file=str(file))) as log:
        log.tell("document", document="决算.pdf")
    assert "决算.pdf" in file.read_text("utf-8")


def test_lines_of_text_are_one_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with run_log("r1", RunSettings(log="text")) as log:
        log.tell("document", reason="two\nlines", stage_seconds={"read": 1.0})
    out = capsys.readouterr()
    assert out.out == "" and out.err.count("\n") == 1 and 'stage_seconds={"read": 1.0}' in out.err
    with run_log("r2", RunSettings()) as log:
        log.tell("document")
    assert capsys.readouterr().err == ""


def test_an_error_that_ends_a_run_is_the_last_line(tmp_path: Path) -> None:
    file = tmp_path / "run.log"
    settings = RunSettings(log="json", log_file=str(file))
    with pytest.raises(RunError), run_log("r1", settings):
        raise RunError("the disk is full", "free space")
    line = json.loads(file.read_text("utf-8"))
    assert (line["event"], line["level"]) == ("failed", "error") and "the disk is full" in line["error"]


def test_a_log_that_cannot_be_written_is_said_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = RunSettings(log="json", log_file=str(tmp_path / "file" / "run.log"))
    with pytest.raises(RunError, match=r"run.log: cannot be written"), run_log("r", settings):
        pass


def test_the_summary_tells_speed_stages_and_reasons() -> None:
    told = summary(1, 3).metrics()
    assert told == "8.0 pages/s over 2.0 s; read 2.0 s, audit 1.0 s; quarantined for damaged 1"
    assert told in summary(1, 3).markdown()
    assert RunSummary(()).metrics() == ""


# What is usual


def past(*counts: tuple[int, int]) -> list[RunRecord]:
    return [RunRecord("r", "", "ingest", processed, refused) for processed, refused in counts]


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ([(100, 5)] * 3, (100, 11), True),
        ([(100, 5)] * 3, (100, 10), False),
        ([(10, 0)] * 3, (10, 3), True),
        ([(10, 0)] * 3, (10, 2), False),
        ([(10, 0)] * 2, (10, 10), False),
        ([(100, 5), (100, 5), (1, 1), (100, 5)], (100, 11), True),
        ([(0, 0)] * 5, (10, 10), False),
    ],
)
def test_more_than_usual_is_twice_the_median_share_and_at_least_three(
    before: list[tuple[int, int]], now: tuple[int, int], said: bool
) -> None:
    record = RunRecord("now", "", "ingest", *now)
    assert bool(unusual(record, past(*before), RunSettings())) == said


def test_runs_that_read_old_documents_again_neither_count_nor_are_judged() -> None:
    retries = [RunRecord("r", "", "retry", 10, 10)] * 5
    assert (
        unusual(RunRecord("now", "", "ingest", 10, 5), [*past((10, 1), (10, 1)), *retries], RunSettings())
        == ""
    )
    assert unusual(RunRecord("now", "", "retry", 10, 10), past(*[(10, 0)] * 5), RunSettings()) == ""
    assert unusual(RunRecord("now", "", "ingest", 10, 5), [*past(*[(10, 1)] * 3), *retries], RunSettings())


def test_figures_of_runs_are_kept_beside_the_data_the_last_ones_only(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for number in range(4):
        note_run(store, record_of(f"r{number}", "ingest", summary(1, number)), keep=3)
    runs = past_runs(store)
    assert [r.run for r in runs] == ["r1", "r2", "r3"]
    assert runs[-1].share == 0.25 and runs[-1].stage_seconds["read"] == 2.0
    (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes() + b"{broken\n")
    assert past_runs(store) == runs


# The night


def test_the_webhook_is_never_named_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(NoticeError, match=r"webhook at 127\.0\.0\.1 cannot be told") as refused:
        post_notice("http://127.0.0.1:9/secret", {})
    assert "secret" not in str(refused.value) and refused.value.__cause__ is None


# Choosing what is read again


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory, contracts: Contracts) -> Path:
    root = tmp_path_factory.mktemp("curated")
    publish(process_document(SAMPLE, place_of(SAMPLE)), root, contracts)
    bad = root / "bad.pdf"
    bad.write_bytes(b"no PDF")
    publish(process_document(bad, place_of(bad)), root, contracts)
    bad.unlink()
    return root


def chosen(curated: Path, contracts: Contracts, choice: Choice) -> tuple[list[str], list[str]]:
    selection = select(str(curated), choice, contracts, load_settings({}))
    return [Path(p).name for p in selection.paths], [Path(s.place).name for s in selection.lost]


def test_documents_are_chosen_by_unit_year_status_and_version(curated: Path, contracts: Contracts) -> None:
    row = next(
        r for r in read_dataset(curated, "documents", contracts).to_pylist() if r["status"] == "published"
    )
    name = SAMPLE.name
    assert chosen(curated, contracts, Choice(unit=row["unit"], year=row["year"])) == ([name], [])
    assert chosen(curated, contracts, Choice(year=1999)) == ([], [])
    assert chosen(curated, contracts, Choice(status="quarantined")) == ([], ["bad.pdf"])
    assert chosen(curated, contracts, Choice(everything=True)) == ([name], ["bad.pdf"])
    assert chosen(curated, contracts, Choice(contract_version=contracts.version))[0] == [name]
    assert chosen(curated, contracts, Choice(contract_version="another")) == ([], [])
    # Published one by one, without noting by what program.
    assert chosen(curated, contracts, Choice(outdated=True))[0] == [name]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Choice(), "nothing is chosen"),
        (Choice(everything=True, year=2023), "everything is chosen together with a part"),
        (Choice(status="fine"), "no such status"),
    ],
)
def test_a_choice_must_be_one(curated: Path, contracts: Contracts, choice: Choice, said: str) -> None:
    with pytest.raises(RunError, match=said):
        chosen(curated, contracts, choice)


def test_the_command_lists_what_would_be_read_and_what_is_lost(curated: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in curated.rglob("*")}
    listed = CliRunner().invoke(app, ["backfill", "--curated", str(curated), "--everything", "--dry-run"])
    assert listed.exit_code == 0
    assert f"{SAMPLE.name}  published" in listed.stdout
    assert "documents: 1," in listed.stdout and "nothing was read" in listed.stdout
    assert "bad.pdf: is not there any more" in listed.stderr
    assert {p: p.stat().st_mtime_ns for p in curated.rglob("*")} == before
    refused = CliRunner().invoke(app, ["backfill", "--curated", str(curated)])
    assert refused.exit_code == 1 and "nothing is chosen" in refused.stderr


def test_a_night_without_any_pdf_leaves_its_line(tmp_path: Path, contracts: Contracts) -> None:
    Run(Order((), str(tmp_path / "curated")), contracts).note_empty()
    [run] = past_runs(open_store(tmp_path / "curated"))
    assert (run.kind, run.processed, run.quarantined) == ("ingest", 0, 0)
