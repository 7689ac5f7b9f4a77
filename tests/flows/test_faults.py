"""A short version of `benchmarks/faults.py`: killed runs, full disks and two runs at once do no harm."""

from __future__ import annotations

import importlib
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from at_hand import ROOT


@pytest.fixture(scope="module")
def faults() -> Iterator[Any]:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    yield importlib.import_module("faults")
    sys.path.remove(str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def scene(faults: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return faults.make_scene(tmp_path_factory.mktemp("scene"))


def test_killed_runs_leave_old_or_new_and_the_next_run_mends_all(
    faults: Any, scene: Any, tmp_path: Path
) -> None:
    tally = faults.kills(scene, tmp_path, 10, random.Random(7))
    assert tally.wrong == []
    assert tally.outcomes["killed by signal 9"] > 0


def test_two_runs_at_once_lose_nothing(faults: Any, scene: Any, tmp_path: Path) -> None:
    tally = faults.two_at_once(scene, tmp_path, 3, random.Random(7))
    assert tally.wrong == []


def test_a_clock_set_back_changes_nothing(faults: Any, scene: Any, tmp_path: Path) -> None:
    assert faults.clock_set_back(scene, tmp_path).wrong == []


def test_full_disks_and_read_only_folders_end_a_run_and_nothing_else(
    faults: Any, scene: Any, tmp_path: Path
) -> None:
    if not faults.may_mount(tmp_path):
        pytest.skip("needs the right to mount a small disk")
    for tally in (faults.full_disk(scene, tmp_path, (0, 40, 250)), faults.read_only(scene, tmp_path)):
        assert tally.wrong == []
        assert tally.outcomes["refused"] > 0
