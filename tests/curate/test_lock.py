"""One run at a time writes to a curated root."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from curating import put_file, run, totals
from typer.testing import CliRunner

from jcfs_etl.cli import app
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import CuratedRoot, open_store
from jcfs_etl.curate.manifest import load_manifest
from jcfs_etl.errors import RunError


def hold_for_ever(root: str, told: Connection) -> None:
    hold = open_store(root).hold(0)
    told.send("held")
    time.sleep(600)
    hold.release()


def test_the_second_run_leaves_and_names_the_first(tmp_path: Path, contracts: Contracts) -> None:
    with (
        CuratedRoot(open_store(tmp_path), contracts),
        pytest.raises(RunError) as caught,
        CuratedRoot(open_store(tmp_path), contracts),
    ):
        pass
    assert f"another run is writing there (process {os.getpid()} of " in str(caught.value)
    assert "--wait" in str(caught.value)


def test_the_second_run_waits_when_asked(tmp_path: Path) -> None:
    first = open_store(tmp_path).hold(0)
    threading.Timer(0.5, first.release).start()
    began = time.monotonic()
    open_store(tmp_path).hold(30).release()
    assert 0.3 < time.monotonic() - began < 10


def test_waiting_ends(tmp_path: Path) -> None:
    hold = open_store(tmp_path).hold(0)
    began = time.monotonic()
    with pytest.raises(RunError, match="another run"):
        open_store(tmp_path).hold(0.5)
    assert 0.5 <= time.monotonic() - began < 5
    hold.release()


def test_a_dead_run_holds_nothing(tmp_path: Path) -> None:
    processes = multiprocessing.get_context("spawn")
    told, tell = processes.Pipe(duplex=False)
    process = processes.Process(target=hold_for_ever, args=(str(tmp_path), tell))
    process.start()
    assert told.recv() == "held"
    with pytest.raises(RunError, match="another run"):
        open_store(tmp_path).hold(0)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    open_store(tmp_path).hold(0).release()


def test_an_error_lets_go(tmp_path: Path, contracts: Contracts) -> None:
    with pytest.raises(ZeroDivisionError), CuratedRoot(open_store(tmp_path), contracts):
        raise ZeroDivisionError
    open_store(tmp_path).hold(0).release()


def test_reading_the_manifest_needs_no_lock(tmp_path: Path, contracts: Contracts) -> None:
    with CuratedRoot(open_store(tmp_path), contracts):
        assert load_manifest(open_store(tmp_path)).seen == {}


def test_the_command_leaves_with_one_line_and_exit_code_1(tmp_path: Path, contracts: Contracts) -> None:
    put_file(tmp_path / "raw" / "a.pdf", "甲局 2023 1.00")
    run(tmp_path / "raw", tmp_path / "curated")
    with CuratedRoot(open_store(tmp_path / "curated"), contracts):
        result = CliRunner().invoke(
            app, ["ingest", str(tmp_path / "raw"), "--curated", str(tmp_path / "curated"), "--wait", "0.3"]
        )
    assert result.exit_code == 1
    assert result.output.count("\n") == 1 and "another run is writing there" in result.output
    assert len(totals(tmp_path / "curated")) == 1
