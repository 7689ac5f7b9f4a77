"""What runs in the worker processes: reading and auditing, without Prefect."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.context import BaseContext

#: Password for encrypted files; passed to workers through the environment, never logged.
PASSWORD = "JCFS_PASSWORD"


def worker_context() -> BaseContext:
    """Fresh processes: a fork of a process with threads, such as Prefect's, may hang."""
    return multiprocessing.get_context("spawn")


def start_worker() -> None:
    """Leave Ctrl-C to the main process, which ends the workers itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def process_in_worker(path: str, name: str):  # type: ignore[no-untyped-def]
    """Read and audit one document.

    Args:
        path: the PDF.
        name: how the data names it.
    """
    from jcfs_etl.interface import process_document

    return process_document(path, name, password=os.environ.get(PASSWORD, ""))
