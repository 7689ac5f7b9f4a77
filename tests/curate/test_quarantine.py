"""Documents that are not certain stand apart with their report, until they are retried or accepted."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from at_hand import shared
from curating import put_file, read_line, run, statuses, totals
from typer.testing import CliRunner, Result

from flows.order import Order
from jcfs_etl.cli import app
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import read_dataset


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    put_file(tmp_path / "raw" / "good.pdf", "甲局 2023 1.00")
    put_file(tmp_path / "raw" / "bad.pdf", "乙局 2023 2.00 quarantined")
    put_file(tmp_path / "raw" / "budget.pdf", "丁局 2023 4.00 declined")
    return tmp_path / "raw"


@pytest.fixture
def curated(tmp_path: Path, raw: Path) -> Path:
    run(raw, tmp_path / "curated")
    return tmp_path / "curated"


@pytest.fixture(autouse=True)
def reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """`accept` reads in a worker process; here the file's line is read instead."""
    import jcfs_etl.cli.curated

    monkeypatch.setattr(jcfs_etl.cli.curated, "_processed", lambda file, name, *_: read_line(file, name))


def quarantine(curated: Path, *words: object) -> Result:
    return CliRunner().invoke(app, ["quarantine", *map(str, words), "--curated", str(curated)])


def accept(curated: Path, file: Path) -> Result:
    return quarantine(curated, "accept", file, "--by", "王会计", "--reason", "与原件核对")


def test_list_names_each_with_its_reason(curated: Path) -> None:
    output = quarantine(curated, "list").output
    assert "bad.pdf" in output and "page 3: the total is missing" in output
    assert "good.pdf" not in output and "budget.pdf" not in output
    assert "budget.pdf" in quarantine(curated, "list", "--declined").output
    [line] = quarantine(curated, "list", "--json").output.splitlines()
    assert json.loads(line)["codes"] == ["missing_total"]


def test_an_empty_quarantine_says_so(tmp_path: Path) -> None:
    put_file(tmp_path / "raw" / "good.pdf", "甲局 2023 1.00")
    run(tmp_path / "raw", tmp_path / "curated")
    for command in ("list", "retry"):
        assert quarantine(tmp_path / "curated", command).output == "Nothing is quarantined.\n"


@pytest.mark.parametrize("words", [["list"], ["retry"], ["show", "a.pdf"]])
def test_a_folder_without_curated_data_has_no_empty_quarantine(tmp_path: Path, words: list[str]) -> None:
    result = quarantine(tmp_path / "nosuch", *words)
    assert result.exit_code == 1 and "holds no curated data" in result.output


def test_accept_takes_the_name_that_show_takes(curated: Path) -> None:
    result = quarantine(curated, "accept", "bad.pdf", "--by", "王会计", "--reason", "与原件核对")
    assert result.exit_code == 0, result.output


def test_retry_without_a_path_looks_where_the_files_came_from(
    raw: Path, curated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import jcfs_etl.cli.curated

    orders: list[Order] = []
    monkeypatch.setattr(jcfs_etl.cli.curated, "run_ingest", lambda order, *_: orders.append(order))
    assert quarantine(curated, "retry").exit_code == 0
    assert [order.paths for order in orders] == [(str(raw),)]


def test_show_gives_the_report(curated: Path, raw: Path) -> None:
    for name in ("bad.pdf", raw / "bad.pdf"):
        output = quarantine(curated, "show", name).output
        assert "missing_total" in output and "page 3" in output and "sha256" in output
    report = json.loads(quarantine(curated, "show", "bad.pdf", "--json").output)
    assert [f["code"] for f in report["findings"]] == ["missing_total"]
    wrong = quarantine(curated, "show", "good.pdf")
    assert wrong.exit_code == 1 and "quarantine list" in wrong.output


def test_retry_processes_only_what_is_quarantined(raw: Path, curated: Path) -> None:
    summary = run(raw, curated, retry=True)
    assert statuses(summary) == {"bad.pdf": "quarantined"}


def test_accepted_data_is_published_with_who_and_why(raw: Path, curated: Path, contracts: Contracts) -> None:
    result = accept(curated, raw / "bad.pdf")
    assert result.exit_code == 0, result.output
    assert "published for 乙局 2023, accepted by 王会计" in result.output
    assert totals(curated)["乙局", 2023] == Decimal("2.00")
    [row] = [r for r in read_dataset(curated, "documents", contracts).to_pylist() if r["unit"] == "乙局"]
    assert (row["status"], row["accepted_by"], row["accepted_reason"]) == (
        "published",
        "王会计",
        "与原件核对",
    )
    assert row["reason"] == "page 3: the total is missing"
    findings = read_dataset(curated, "findings", contracts).to_pylist()
    assert [f["code"] for f in findings if f["unit"] == "乙局"] == ["missing_total"], "they are kept"
    assert not list(curated.glob("documents/unit=乙局/*/rejected-*"))
    assert quarantine(curated, "list").output == "Nothing is quarantined.\n"


def test_an_acceptance_outlasts_runs_that_process_again(raw: Path, curated: Path) -> None:
    accept(curated, raw / "bad.pdf")
    for again in (False, True):
        assert statuses(run(raw, curated, again=again))["bad.pdf"] == "published"


def test_an_acceptance_ends_with_the_bytes(raw: Path, curated: Path) -> None:
    accept(curated, raw / "bad.pdf")
    put_file(raw / "bad.pdf", "乙局 2023 2.50 quarantined")
    assert statuses(run(raw, curated))["bad.pdf"] == "quarantined"
    assert totals(curated)["乙局", 2023] == Decimal("2.00"), "the last good version stays"


def test_what_is_not_quarantined_cannot_be_accepted(raw: Path, curated: Path, tmp_path: Path) -> None:
    for file, words in (
        (raw / "good.pdf", "these bytes are not quarantined"),
        (raw / "budget.pdf", "these bytes are not quarantined"),
        (raw / "none.pdf", "is not among the documents that are not published"),
    ):
        result = accept(curated, file)
        assert result.exit_code == 1 and words in result.output and result.output.count("\n") == 1


def test_a_document_without_unit_and_year_cannot_be_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jcfs_etl.curate import publish
    from jcfs_etl.interface import process_document

    broken = tmp_path / "broken.pdf"
    broken.write_text("<html>")
    from jcfs_etl.contracts import load_contracts

    publish(process_document(broken, "broken.pdf"), tmp_path / "curated", load_contracts())
    assert "no place to publish it" in accept(tmp_path / "curated", broken).output


def test_an_acceptance_does_not_decide_between_two_files(raw: Path, curated: Path) -> None:
    put_file(raw / "other.pdf", "甲局 2023 1.50")
    run(raw, curated)
    result = accept(curated, raw / "other.pdf")
    assert result.exit_code == 1 and "does not decide between two files" in result.output
    assert totals(curated)["甲局", 2023] == Decimal("1.00")


def test_an_acceptance_needs_a_name_and_a_reason(raw: Path, curated: Path) -> None:
    result = quarantine(curated, "accept", raw / "bad.pdf", "--by", " ", "--reason", "x")
    assert result.exit_code == 1 and "needs a name and a reason" in result.output


def test_a_real_document_with_tampered_figures_can_be_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contracts: Contracts
) -> None:
    """One whose figures were read and that was quarantined for a stray table, by a worker process."""
    from msgspec.structs import replace

    from jcfs_etl.curate import publish
    from jcfs_etl.interface import process_document

    file = shared("real/上海市普陀区财政局2024年度部门决算.pdf")
    document = process_document(file, "report.pdf")
    doubted = replace(document, record=document.record.refused("page 9: in doubt"))
    publish(doubted, tmp_path, contracts)
    assert read_dataset(tmp_path, "income", contracts).num_rows == 0
    monkeypatch.setattr("jcfs_etl.cli.curated._processed", lambda *_: doubted)
    assert accept(tmp_path, file).exit_code == 0
    assert read_dataset(tmp_path, "income", contracts).num_rows > 0
