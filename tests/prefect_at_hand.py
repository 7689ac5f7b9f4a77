"""Prefect for tests: a database that is there already, and a server that runs while a process tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

#: What Prefect calls its database in its home.
DATABASE = "prefect.db"
#: Seconds for a server to answer.
START = 120


def make_database(folder: Path) -> Path:
    """An empty database of this Prefect, made once in a folder by whichever process comes first.

    Prefect makes one by some hundred migrations, which take longer than most of what is tested with it.

    Args:
        folder: of this run of the tests alone, and the same for all its processes.

    Returns:
        The file; to be copied, never used itself.
    """
    home = folder / "prefect"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        made, making = home / DATABASE, home / "making"
        if not made.exists():
            command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"]
            environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
            environment |= {"PREFECT_HOME": str(making), "DO_NOT_TRACK": "1"}
            subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300)
            # Nothing may be left beside it that a copy would lack.
            assert not (making / f"{DATABASE}-wal").exists()
            (making / DATABASE).rename(made)
    return made


def make_home(home: Path, database: Path) -> Path:
    """A home for Prefect with a database of its own.

    Args:
        home: the folder, which is made.
        database: the one to copy.
    """
    home.mkdir()
    shutil.copyfile(database, home / DATABASE)
    return home


@contextmanager
def serving_flows(folder: Path, database: Path) -> Iterator[None]:
    """Prefect's temporary server for the flows of this process, with a database of its own.

    Args:
        folder: where the database goes; Prefect removes it.
        database: the one to copy.
    """
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    # The harness calls its database so; under another name it would make one anew.
    shutil.copyfile(database, folder / "prefect-test.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("prefect.testing.utilities.mkdtemp", lambda: str(folder))
        with prefect_test_harness(server_startup_timeout=START):
            assert PREFECT_API_URL.value()
            yield
