"""The flow once on Prefect's own embedded server, over a folder of good, bad and foreign files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from at_hand import SAMPLE
from drawing import canvas, draw_grid

from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import read_dataset
from jcfs_etl.report.summary import RunSummary

pytestmark = pytest.mark.prefect

BAD = {
    "not_a_pdf.pdf": "not a PDF",
    "empty.pdf": "the file is empty",
    "cut.pdf": "breaks off before its end",
    "encrypted.pdf": "protected by a password",
    "no_pages.pdf": "has no pages",
}


def make_bad_files(folder: Path) -> None:
    data = SAMPLE.read_bytes()
    (folder / "not_a_pdf.pdf").write_text("<html>404</html>")
    (folder / "empty.pdf").touch()
    (folder / "cut.pdf").write_bytes(data[: len(data) // 2])
    with pikepdf.open(SAMPLE) as pdf:
        pdf.save(folder / "encrypted.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    with pikepdf.new() as pdf:
        pdf.save(folder / "no_pages.pdf")


def make_raw(folder: Path) -> Path:
    """A folder with the sample, a budget, and files that cannot be read."""
    make_bad_files(folder)
    drawing = canvas(folder / "budget.pdf")
    drawing.drawString(60, 720, "甲局2024年度部门预算")
    draw_grid(drawing, [["项目", "预算数"], ["一、事业收入", "1.00"]])
    drawing.save()
    shutil.copy(SAMPLE, folder / "sample.pdf")
    return folder


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_raw(tmp_path_factory.mktemp("raw"))


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("curated")
    return folder


@pytest.fixture(scope="module")
def summary(server: None, raw: Path, curated: Path) -> RunSummary:
    from flows.ingest import ingest

    return ingest(paths=[str(raw)], curated=str(curated), workers=2)


def test_one_broken_document_never_stops_the_others(summary: RunSummary) -> None:
    assert summary.counts == {"published": 1, "quarantined": 5, "declined": 1}
    assert summary.exit_code == 3
    assert [line.source for line in summary.lines] == sorted([*BAD, "budget.pdf", "sample.pdf"])


@pytest.mark.parametrize(("file", "words"), BAD.items())
def test_each_bad_file_has_one_line_with_its_reason_and_remedy(
    summary: RunSummary, file: str, words: str
) -> None:
    [line] = [line for line in summary.lines if line.source == file]
    assert line.status == "quarantined"
    assert words in line.reason
    assert " — " in line.reason, "what to do about it"
    assert "\n" not in line.reason


def test_the_budget_is_declined_with_the_reason_a_person_would_give(summary: RunSummary) -> None:
    [line] = [line for line in summary.lines if line.source == "budget.pdf"]
    assert (line.status, line.reason) == ("declined", "This is a budget (预算), not final accounts (决算).")


def test_documents_lists_every_file(summary: RunSummary, curated: Path, contracts: Contracts) -> None:
    rows = read_dataset(curated, "documents", contracts).to_pylist()
    assert {r["source"]: r["status"] for r in rows} == {s.source: s.status for s in summary.lines}


def test_the_run_leaves_its_summary_as_an_artifact(summary: RunSummary) -> None:
    from prefect.artifacts import Artifact

    artifact: Any = Artifact.get("ingest-summary")
    assert "sample.pdf" in str(artifact.data)


def test_a_rerun_leaves_every_file_as_it_is(summary: RunSummary, raw: Path, curated: Path) -> None:
    from flows.ingest import ingest

    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in curated.rglob("*.parquet")}
    again = ingest(paths=[str(raw)], curated=str(curated), workers=1)
    assert sum(line.changed for line in again.lines) == 0
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in curated.rglob("*.parquet")} == before


def test_only_the_wanted_unit_and_year_is_published(server: None, raw: Path, tmp_path: Path) -> None:
    from flows.ingest import ingest

    summary = ingest(paths=[str(raw)], curated=str(tmp_path), year=1999, workers=1)
    assert summary.lines == ()
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_worker_that_dies_costs_its_document_only(
    server: None, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import flows.ingest

    monkeypatch.setattr(flows.ingest, "process_in_worker", die_on_budget)
    summary = flows.ingest.ingest(
        paths=[str(raw / "budget.pdf"), str(raw / "sample.pdf")], curated=str(tmp_path), workers=1
    )
    assert {line.source: line.status for line in summary.lines} == {
        "budget.pdf": "quarantined",
        "sample.pdf": "published",
    }
    assert "ended with code" in summary.lines[0].reason


def test_a_retry_reads_what_is_quarantined_in_one_batch_and_is_no_usual_run(
    summary: RunSummary, raw: Path, curated: Path
) -> None:
    import flows.ingest
    from flows.order import Order
    from jcfs_etl.curate.stores import open_store
    from jcfs_etl.report.runs import past_runs

    run = prefect_flow(flows.ingest.carry_out)
    again = run(Order((str(raw),), str(curated), retry=True), workers=1)
    assert again.counts == {"quarantined": 5}
    assert [line.source for line in again.processed] == sorted(BAD)
    assert [record.kind for record in past_runs(open_store(curated))][-1] == "retry"


def test_a_backfill_lists_and_then_reads_what_was_chosen(
    summary: RunSummary, raw: Path, curated: Path
) -> None:
    from prefect.artifacts import Artifact

    from flows.backfill import backfill

    assert backfill(curated=str(curated), status="declined").lines == ()
    artifact: Any = Artifact.get("backfill-selection")
    assert "documents: 1, pages: 1" in str(artifact.data)
    read = backfill(curated=str(curated), status="declined", dry_run=False, workers=1)
    assert [(li.source, li.status, li.changed) for li in read.lines] == [("budget.pdf", "declined", 0)]
    assert read.metrics()


def test_a_night_without_sources_ingests_what_lies_there_and_needs_no_webhook(
    server: None, tmp_path: Path, raw: Path
) -> None:
    from flows.nightly import nightly

    folder = tmp_path / "raw"
    folder.mkdir()
    report = nightly(raw=str(folder), curated=str(tmp_path / "curated"))
    assert (report.standing, report.summary) == ("completed", None)
    shutil.copy(raw / "sample.pdf", folder)
    report = nightly(raw=str(folder), curated=str(tmp_path / "curated"), workers=1)
    assert report.standing == "completed"
    assert report.summary is not None and report.summary.counts == {"published": 1}
    text, curated = report.markdown(), (tmp_path / "curated").resolve()
    for name in ("views.duckdb", "views.sql", "datapackage.json"):
        assert (curated / name).is_file() and f"({(curated / name).as_uri()})" in text
    assert "## What changed" in text and "new 1, replaced 0, withdrawn 0" in text


def test_a_night_makes_only_what_is_set(
    server: None, tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.nightly import nightly

    monkeypatch.setenv("JCFS_RUN_VIEWS", "false")
    monkeypatch.setenv("JCFS_RUN_PACKAGE", "false")
    monkeypatch.setenv("JCFS_LANG", "zh")
    report = nightly(raw=str(raw / "sample.pdf"), curated=str(tmp_path / "curated"), workers=1)
    assert report.standing == "completed" and report.outputs.places == ()
    assert not list((tmp_path / "curated").glob("views*")) and "新增 1" in report.markdown()


def test_a_night_whose_sources_are_wrong_ingests_all_the_same_and_fails(
    server: None, tmp_path: Path, raw: Path
) -> None:
    from flows.nightly import nightly
    from jcfs_etl.errors import RunError

    (tmp_path / "sources.yaml").write_text("sources: [{}]\n")
    with pytest.raises(RunError, match=r"collecting failed: .*sources.yaml:1"):
        nightly(
            raw=str(raw / "sample.pdf"),
            curated=str(tmp_path / "curated"),
            sources=str(tmp_path / "sources.yaml"),
            workers=1,
        )
    assert list(tmp_path.rglob("part-0.parquet"))


def prefect_flow(function: Any) -> Any:
    from prefect import flow

    from flows.ingest import RUNNER

    return flow(task_runner=RUNNER, validate_parameters=False)(function)


def die_on_budget(path: str, name: str) -> object:
    from flows.workers import process_in_worker

    if name == "budget.pdf":
        os._exit(9)
    return process_in_worker(path, name)


def test_a_night_keeps_the_site_up_where_it_is_asked_to(
    server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.nightly import nightly

    raw, site = tmp_path / "raw", tmp_path / "site"
    raw.mkdir()
    (raw / "sample.pdf").write_bytes(SAMPLE.read_bytes())
    monkeypatch.setenv("JCFS_RUN_SITE", str(site))
    report = nightly(raw=str(raw), curated=str(tmp_path / "curated"), workers=1, compacting=False)
    assert report.errors == ()
    assert f"- site: [{site / 'index.html'}]({(site / 'index.html').as_uri()})" in report.markdown()
    assert list(site.glob("p/*/*.webp"))
    overview = (site / "index.html").read_text(encoding="utf-8")
    assert "新增 1，替换 0，撤回 0" in overview and "new 1, replaced 0, withdrawn 0" in overview
