"""Settings: one file, the environment above it, and a name and a line for everything that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jcfs_etl.cli import app
from jcfs_etl.errors import RunError
from jcfs_etl.settings import (
    RunSettings,
    Settings,
    load_collect_settings,
    load_run_settings,
    load_settings,
    settings_in_force,
)


def written(tmp_path: Path, text: str) -> dict[str, str]:
    """An environment that names a file with a text."""
    file = tmp_path / "jcfs.toml"
    file.write_text(text, encoding="utf-8")
    return {"JCFS_SETTINGS": str(file)}


def test_a_file_sets_what_the_environment_does_not(tmp_path: Path) -> None:
    environment = written(
        tmp_path,
        'max_pages = 7\nocr = false\n\n[collect]\ndelay_seconds = 0.5\n[run]\nlog = "json" # for machines\n',
    )
    assert load_settings(environment) == Settings(max_pages=7, ocr=False)
    assert load_collect_settings(environment).delay_seconds == 0.5
    assert load_run_settings(environment).log == "json"
    assert load_settings({**environment, "JCFS_MAX_PAGES": "8"}).max_pages == 8


def test_a_limit_for_reading_and_collecting_is_set_once(tmp_path: Path) -> None:
    environment = written(tmp_path, "max_file_mib = 3\n")
    assert load_settings(environment).max_file_mib == load_collect_settings(environment).max_file_mib == 3
    with pytest.raises(RunError, match=r"jcfs.toml:2: there is no setting 'max_file_mib' in \[collect\]"):
        load_settings(written(tmp_path, "[collect]\nmax_file_mib = 3\n"))


def test_the_file_of_the_working_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings({}) == Settings()
    written(tmp_path, "keep_versions = 9")
    assert load_settings({}).keep_versions == 9


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ocr = true\nmax_page = 3\n", r"jcfs.toml:2: there is no setting 'max_page' — known are"),
        ("\n[colect]\ndelay_seconds = 1\n", r"jcfs.toml:3: .*'delay_seconds' in \[colect\] — sections are"),
        ("[collct]\n", r"jcfs.toml:1: there is no section \[collct\]"),
        ("[run]\nwebhok = 'x'\n", r"jcfs.toml:2: there is no setting 'webhok' in \[run\]"),
        ("max_pages = 0\n", r"jcfs.toml:1: max_pages is 0, which is not greater than or equal to 1"),
        ("max_pages = 'many'\n", r"jcfs.toml:1: max_pages is 'many'"),
        ("max_pages = \n", r"jcfs.toml:1: not valid TOML"),
        ("[run]\nlog = 'loud'\n", r"jcfs.toml:2: log is 'loud', which is not 'none', 'text' or 'json'"),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    environment = written(tmp_path, text)
    with pytest.raises(RunError, match=said):
        for load in (load_settings, load_run_settings):
            load(environment)


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"no.toml: cannot be read"):
        load_settings({"JCFS_SETTINGS": str(tmp_path / "no.toml")})


def test_a_mistyped_variable_is_refused() -> None:
    with pytest.raises(RunError, match="JCFS_MAXPAGES: there is no such setting"):
        load_settings({"JCFS_MAXPAGES": "3"})


def test_a_webhook_must_be_an_address_and_is_never_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="JCFS_RUN_WEBHOOK is set to something, which is not") as refused:
        load_run_settings({"JCFS_RUN_WEBHOOK": "ftp://secret"})
    assert "secret" not in str(refused.value)
    shown = settings_in_force({"JCFS_RUN_WEBHOOK": "https://host.test/secret"})
    assert "secret" not in str(shown)
    assert load_run_settings({}) == RunSettings()


def test_the_command_shows_where_each_value_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JCFS_MAX_PAGES", "8")
    written(tmp_path, "timeout_seconds = 60\n")
    result = CliRunner().invoke(app, ["settings", "--json"])
    found = {line["variable"]: line for line in map(json.loads, result.stdout.splitlines())}
    assert result.exit_code == 0
    assert found["JCFS_TIMEOUT_SECONDS"]["origin"] == "jcfs.toml:1"
    assert (found["JCFS_MAX_PAGES"]["value"], found["JCFS_MAX_PAGES"]["origin"]) == ("8", "JCFS_MAX_PAGES")
    assert found["JCFS_OCR"]["origin"] == "default"
    assert len(found) == len({*Settings.model_fields}) + 8 + len(RunSettings.model_fields)
    assert CliRunner().invoke(app, ["settings"]).exit_code == 0
