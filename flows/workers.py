"""What runs in the worker processes: reading and auditing, without Prefect."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from multiprocessing.context import BaseContext

from jcfs_etl.contracts import load_contracts
from jcfs_etl.curate import ProcessedDocument
from jcfs_etl.interface import process_document

#: Password for encrypted files; passed to workers through the environment, never logged.
PASSWORD = "JCFS_PASSWORD"


def worker_context() -> BaseContext:
    """Fresh processes: a fork of a process with threads, such as Prefect's, may hang."""
    return multiprocessing.get_context("spawn")


def start_worker() -> None:
    """Make a worker ready: contracts loaded, and Ctrl-C left to the main process, which ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    load_contracts()
    # What is loaded by now stays for good; the garbage collector need not look at it again and again.
    gc.freeze()


def process_in_worker(path: str, name: str) -> ProcessedDocument:
    """Read and audit one document.

    Args:
        path: the PDF.
        name: how the data names it.
    """
    return process_document(path, name, password=os.environ.get(PASSWORD, ""))
