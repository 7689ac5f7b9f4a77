"""Worker processes for tests that begin at once: forked off one that has everything loaded and only waits.

What is at work in service is a fresh process for each worker, which loads the same modules and contracts each
time: more than a second before the first document. Tests start such workers by the dozen. Those that hold the
beginning of a process itself call :func:`in_service`, and so do all commands that are run as typed.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.context import BaseContext, ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

#: What is loaded before a process is forked off.
LOADED = "loaded"
#: Workers may be started by several threads at once, and the environment is of all of them.
_LOADING = threading.Lock()
_usual = multiprocessing.get_context


class _Process(ForkServerProcess):
    """A process with the environment of the one that asked for it, as a fresh one has."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._environment = dict(os.environ)

    def start(self) -> None:
        _load()
        super().start()

    def run(self) -> None:
        os.environ.clear()
        os.environ.update(self._environment)
        super().run()


def _load() -> None:
    """Start the process that others are forked off, where it is not running."""
    with _LOADING:
        before = os.environ.get("PYTHONPATH")
        # Python 3.11 tells it sys.path and does not use it, and a module that it does not find it leaves out.
        os.environ["PYTHONPATH"] = os.pathsep.join((str(Path(__file__).parent), *filter(None, sys.path)))
        try:
            forkserver.set_forkserver_preload([LOADED])
            forkserver.ensure_running()
        finally:
            del os.environ["PYTHONPATH"]
            if before is not None:
                os.environ["PYTHONPATH"] = before


class Forking(ForkServerContext):
    """Makes such processes."""

    Process = _Process


def get_context(method: str | None = None) -> BaseContext:
    """As :func:`multiprocessing.get_context`, but fresh processes are forked off one that is loaded."""
    return Forking() if method == "spawn" else _usual(method)


@contextmanager
def quick_workers() -> Iterator[None]:
    """Whatever asks for fresh processes gets forked ones meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(multiprocessing, "get_context", get_context)
        yield


@contextmanager
def in_service() -> Iterator[None]:
    """Fresh processes are what they are in service."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(multiprocessing, "get_context", _usual)
        yield
