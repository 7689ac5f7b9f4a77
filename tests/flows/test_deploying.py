"""The units and the container's files: what can be said of them where nothing of theirs is running."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from at_hand import ROOT

DEPLOY = ROOT / "deploy"


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("needs systemd-analyze, of the package systemd")
    units = []
    for unit in sorted((DEPLOY / "systemd").glob("*.service")):
        text = unit.read_text("utf-8")
        # The program is not installed there on this machine, and systemd asks whether a command is.
        assert "/opt/jcfs/.venv/bin/prefect " in text
        text = text.replace("/opt/jcfs/.venv/bin/prefect ", f"{sys.executable} ")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
        units.append(str(tmp_path / unit.name))
    assert len(units) == 2
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    mine = [line for line in done.stderr.splitlines() if "jcfs-" in line]
    assert done.returncode == 0 and not mine, done.stderr


def test_the_containers_hold_what_the_wheel_and_the_deployments_are_made_of() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Containerfile").read_text("utf-8"), re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert {"pyproject.toml", "constraints.txt", "jcfs_etl", "flows", "contracts", "prefect.yaml"} <= names
    assert all((ROOT / name).exists() for name in names)


def test_every_service_of_the_compose_file_waits_for_one_that_is_there_and_says_when_it_is_ready() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    assert set(services) == {"database", "server", "setup", "worker"}
    for service in services.values():
        for name, condition in service.get("depends_on", {}).items():
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in services[name]
    assert services["server"]["ports"] == ["127.0.0.1:4200:4200"]
    for name in ("server", "setup", "worker"):
        assert services[name]["environment"]["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_the_setup_asks_for_an_automation_that_there_is() -> None:
    command = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["setup"]["command"][-1]
    [asked] = re.findall(r'automation inspect "([^"]+)"', command)
    listed = yaml.safe_load((ROOT / "automations" / "jcfs.yaml").read_text("utf-8"))["automations"]
    assert asked in {one["name"] for one in listed}
