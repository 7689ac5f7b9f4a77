"""The command line: what it prints, and the exit codes that scripts rely on."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from at_hand import ROOT, SAMPLE
from commands import jcfs
from rich.console import Console
from typer.testing import CliRunner

from jcfs_etl import read_publication
from jcfs_etl.cli import app
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.curate import publish
from jcfs_etl.interface import process_document
from jcfs_etl.report.inspect import inspect_document
from jcfs_etl.report.terminal import inspection
from jcfs_etl.report.texts import english


def test_inspect_shows_tables_checks_and_verdict() -> None:
    result = jcfs("inspect", SAMPLE)
    assert result.exit_code == 0
    for text in ("收入支出决算总表", "30 rounding", "declared empty", "can be published"):
        assert text in result.output


def test_inspect_as_json_is_for_programs() -> None:
    report = json.loads(jcfs("inspect", SAMPLE, "--json").output)
    assert report["unit"] == "晋城市人力资源和社会保障综合服务中心"
    assert report["status"] == "published"
    assert report["checks"]["rounding"] == 30
    [page] = [p for p in report["pages"] if p["page"] == 5]
    assert page["tables"][0]["dataset"] == "income_expenditure_summary"
    assert page["set_aside"] == [{"reason": "oblique", "text": "仅供内部审核"}]


def test_square_brackets_of_a_reason_are_printed() -> None:
    """They are markup to the terminal library, and an extra's name stands in them."""
    refused = {"status": "declined", "reason": "install '.[ocr]'"}
    report = inspect_document(read_publication(SAMPLE)) | refused
    output = io.StringIO()
    Console(file=output, width=200).print(inspection(report, english()))
    assert "install '.[ocr]'" in output.getvalue()


def test_inspect_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    jcfs("inspect", SAMPLE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"hello", "not a PDF"),
        (SAMPLE.read_bytes()[:100_000], "breaks off before its end"),
        (SAMPLE.read_bytes()[:100_000] + b"\n%%EOF\n", "cross-reference"),
    ],
)
def test_a_bad_file_gets_one_line_and_exit_code_1(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.pdf"
    path.write_bytes(content)
    result = jcfs("inspect", path)
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert str(path) in result.output and words in result.output and " — " in result.output


def test_a_missing_file_and_a_folder_get_one_line(tmp_path: Path) -> None:
    assert "no such file" in jcfs("inspect", tmp_path / "none.pdf").output
    assert "cannot be opened" in jcfs("inspect", tmp_path).output


def test_an_encrypted_file_opens_with_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JCFS_PASSWORD", "")  # and is as it was when the test is over
    path = tmp_path / "locked.pdf"
    with pikepdf.open(SAMPLE) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="o", user="geheim"))
    refused = jcfs("inspect", path)
    assert refused.exit_code == 1 and "--password" in refused.output
    assert jcfs("inspect", path, "--password", "geheim").exit_code == 0
    # Processes that are started for a run inherit it.
    assert os.environ.pop("JCFS_PASSWORD") == "geheim"
    assert CliRunner().invoke(app, ["inspect", str(path)], env={"JCFS_PASSWORD": "geheim"}).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{empty}"], "no PDF found"),
        (["{empty}/nowhere"], "no such file or folder"),
        ([str(SAMPLE), "--curated", "{file}/x"], "cannot be written"),
    ],
)
def test_a_run_that_cannot_go_on_says_so_in_one_line(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    named = [a.format(empty=tmp_path / "empty", file=tmp_path / "file") for a in arguments]
    result = jcfs("ingest", *named)
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert words in result.output and " — " in result.output


def test_a_damaged_contract_stops_the_run_before_anything_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "contracts"
    shutil.copytree(ROOT / "contracts", folder)
    path = folder / "tables" / "income.yaml"
    text = path.read_text("utf-8").replace("part_of: total", "part_of: totl", 1)
    path.write_text(text, "utf-8")
    line = text[: text.index("part_of: totl")].count("\n") + 1
    result = CliRunner().invoke(
        app,
        ["ingest", str(SAMPLE), "--curated", str(tmp_path / "out")],
        env={"JCFS_CONTRACTS": str(folder)},
    )
    assert result.exit_code == 1
    assert result.output.startswith(f"jcfs: tables/income.yaml:{line}: there is no column totl — ")
    assert not (tmp_path / "out").exists()
    assert jcfs("contracts", "check", "--folder", folder).exit_code == 1


def test_contracts_check_counts_what_it_validated() -> None:
    result = jcfs("contracts", "check")
    assert result.exit_code == 0
    assert "tables: 10" in result.output


def test_findings_are_told_in_words_worst_first(tmp_path: Path, contracts: Contracts) -> None:
    (tmp_path / "broken.pdf").write_text("no PDF")
    publish(process_document(SAMPLE, "sample.pdf"), tmp_path / "curated", contracts)
    publish(process_document(tmp_path / "broken.pdf", "broken.pdf"), tmp_path / "curated", contracts)
    output = jcfs("findings", "--curated", tmp_path / "curated").output
    assert "error not_a_pdf: this is not a PDF file" in output
    assert output.index("not_a_pdf") < output.index("execution_rate_contradicted"), "the worst document first"
    everything = jcfs("findings", "--curated", tmp_path / "curated", "--all", "--year", "2023").output
    assert "line_number_skipped" in everything and "not_a_pdf" not in everything
    rows = jcfs("findings", "--curated", tmp_path / "curated", "--json").output.splitlines()
    assert json.loads(rows[0])["code"] == "not_a_pdf"


def test_findings_of_a_unit_or_year_that_is_not_there_are_no_good_news(
    tmp_path: Path, contracts: Contracts
) -> None:
    publish(process_document(SAMPLE, "sample.pdf"), tmp_path / "curated", contracts)
    for words, says in (
        (("--unit", "晋城市人力资源和社会保障局"), "did you mean 晋城市人力资源和社会保障综合服务中心?"),
        (("--year", "2024"), "there are [2023]"),
    ):
        result = jcfs("findings", "--curated", tmp_path / "curated", *words)
        assert result.exit_code == 1 and says in result.output


def test_a_misspelt_key_of_a_contract_is_named_with_the_one_that_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The option is handed on to worker processes in the environment.
    monkeypatch.setenv("JCFS_CONTRACTS_EXTRA", "")
    (tmp_path / "publication.yaml").write_text("\ntitel_patterns: ['x']\n", "utf-8")
    result = jcfs("contracts", "check", "--contracts", tmp_path)
    assert result.exit_code == 1
    assert "publication.yaml:2: titel_patterns: no such key" in result.output
    assert "did you mean title_patterns?" in result.output


def test_a_folder_of_contracts_that_is_not_there_is_named_as_a_folder(tmp_path: Path) -> None:
    result = jcfs("contracts", "check", "--folder", tmp_path / "nosuch")
    assert result.exit_code == 1 and "nosuch: there is no such folder of contracts" in result.output


def test_findings_without_curated_data_says_what_to_do(tmp_path: Path) -> None:
    result = jcfs("findings", "--curated", tmp_path)
    assert result.exit_code == 1
    assert "run jcfs ingest first" in result.output


@pytest.mark.parametrize("command", ["ingest", "inspect", "findings"])
def test_help_shows_examples(command: str) -> None:
    assert "jcfs " + command in jcfs(command, "--help").output


def test_inspect_waits_for_nothing_that_takes_longer_to_load_than_a_document_to_read() -> None:
    code = (
        "import sys; from jcfs_etl.cli import app; app(['inspect', sys.argv[1]], standalone_mode=False); "
        "loaded = {'prefect', 'pandas', 'pandera'} & sys.modules.keys(); sys.exit(str(loaded or '') or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, SAMPLE], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_commands_speak_the_language_that_is_set(tmp_path: Path) -> None:
    contracts = load_contracts()
    publish(process_document(SAMPLE, "sample.pdf"), tmp_path, contracts)
    chinese = {"JCFS_LANG": "zh"}

    def said(*words: object) -> str:
        return CliRunner().invoke(app, [str(w) for w in words], env=chinese).output

    assert "可以发布" in said("inspect", SAMPLE) and "勾稽检查：" in said("inspect", SAMPLE)
    assert "没有被隔离的文件" in said("quarantine", "list", "--curated", tmp_path)
    assert "个分区文件写成" in said("compact", "--curated", tmp_path)
    assert "个视图；" in said("views", "--curated", tmp_path)
    assert "个有数据的数据集" in said("package", "--curated", tmp_path)
    assert "没有需要报告的" in said("findings", "--curated", tmp_path, "--year", 2023) or "不符" in said(
        "findings", "--curated", tmp_path
    )
    assert "Usage" in said("findings", "--help"), "help is English"
