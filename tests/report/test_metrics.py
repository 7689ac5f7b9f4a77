"""The figures of the last run as text for a scrape, read by a parser that is not ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from typer.testing import CliRunner

from jcfs_etl.cli import app
from jcfs_etl.errors import RunError
from jcfs_etl.report.metrics import openmetrics, write_metrics
from jcfs_etl.report.runs import RunRecord

RUN = RunRecord("r", "2026-11-24T18:20:00+00:00", "ingest", 5, 2, 60, 12.5, {"read": 9.0, "audit": 1.5})


def samples(text: str) -> dict[tuple[str, str], float]:
    """Values by name and by the label that tells samples of a name apart."""
    return {
        (one.name, one.labels.get("reason") or one.labels.get("stage") or ""): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_another_parser_reads_the_last_run() -> None:
    last = replace(RUN, quarantined_by_reason={"damaged": 2})
    found = samples(openmetrics("data/curated", [replace(RUN, processed=99), last]))
    assert found["jcfs_run_documents", ""] == 5
    assert found["jcfs_run_documents_quarantined", "damaged"] == 2
    assert found["jcfs_run_stage_seconds", "audit"] == 1.5
    assert found["jcfs_run_ended_timestamp_seconds", ""] == 1795544400


def test_a_name_with_quotes_and_lines_stays_one_label() -> None:
    odd = 'data\\"2024"\n决算'
    [family, *_] = text_string_to_metric_families(openmetrics(odd, [RUN]))
    assert family.samples[0].labels["curated"] == odd


def test_without_a_run_there_is_an_end_and_nothing_else() -> None:
    assert list(text_string_to_metric_families(openmetrics("x", []))) == []


def test_the_file_is_put_in_place_whole_and_can_be_read_by_others(tmp_path: Path) -> None:
    file = tmp_path / "scrape" / "jcfs.prom"
    for text in ("old\n", openmetrics("x", [RUN])):
        write_metrics(str(file), text)
    assert samples(file.read_text("utf-8"))
    assert [p.name for p in file.parent.iterdir()] == ["jcfs.prom"]
    assert file.stat().st_mode & 0o044 == 0o044


def test_a_file_that_cannot_be_written_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="metrics_file"):
        write_metrics(str(tmp_path / "file" / "jcfs.prom"), "x")


@pytest.mark.prefect
def test_a_run_that_finds_nothing_new_is_noted_and_told(
    server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jcfs_etl.curate.stores import open_store
    from jcfs_etl.report.runs import past_runs

    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    metrics = tmp_path / "jcfs.prom"
    monkeypatch.setenv("JCFS_RUN_METRICS_FILE", str(metrics))
    curated = str(tmp_path / "curated")
    given = ["ingest", str(tmp_path / "a.pdf"), "--curated", curated]
    codes = [CliRunner().invoke(app, [*given, *more]).exit_code for more in ([], [], ["--exit-3-for-known"])]
    # Known to be quarantined is no news, unless it is asked for.
    assert codes == [3, 0, 3]
    assert [run.processed for run in past_runs(open_store(curated))] == [1, 0, 0]
    assert samples(metrics.read_text("utf-8"))["jcfs_run_documents", ""] == 0
