"""What runs in the worker processes, and the pool of them: reading and auditing, without Prefect.

A document is read in a process of its own that has a limit on its memory, and is ended when its time is
up; whatever becomes of the process costs its own document only.
"""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import Any

from pebble import ProcessExpired, ProcessPool

from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.curate import ProcessedDocument
from jcfs_etl.curate.aside import Holder
from jcfs_etl.curate.staging import PuttingAside
from jcfs_etl.interface import process_document, refused_document
from jcfs_etl.memory import collect_seldom, limit_memory
from jcfs_etl.settings import Settings

#: Signals by which a process ends that asked for more memory than there is: compiled parts abort, and
#: the system itself kills.
_OUT_OF_MEMORY = (-signal.SIGABRT, -signal.SIGKILL)
#: Times that a document is given to a fresh pool when the one it was given to broke.
_ATTEMPTS = 3

#: What is imported late, with the first document.
_NEEDED = (
    "highspy",
    "jcfs_etl.audit.schemas",
    "jcfs_etl.read.camelot_hooks",
    "jcfs_etl.read.placement",
    "jcfs_etl.read.second",
)

Work = Callable[[str, str], ProcessedDocument]

#: In a worker: puts aside what it makes.
_put_aside: PuttingAside | None = None


def start_worker(settings: Settings | None = None, threads: int = 1, holder: Holder | None = None) -> None:
    """Make a worker ready: contracts loaded, limits set, and Ctrl-C left to the main process.

    Args:
        settings: limits that its documents are read with; by default those of the environment, and
            none on memory.
        threads: by which it recognises the characters of scans.
        holder: the run that the worker is to put aside what it makes for; without it, it hands on bytes.
    """
    global _put_aside  # noqa: PLW0603  a worker works for one run
    # Imported late: it brings OpenCV, which the main process has no use for.
    from jcfs_etl.read.document import use_threads

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    contracts = load_contracts()
    use_threads(threads)
    _put_aside = None if holder is None else PuttingAside(holder, contracts)
    settle()
    if settings is not None:
        os.environ.update(settings.as_environment())
        _quieten()
        limit_memory(settings.memory_mib << 20)


def settle() -> None:
    """Load what every document needs, and spare the garbage collector what stays for good.

    The collector then looks at what documents make alone, and less often: they leave few circles behind. That
    saves a tenth of a document's time.
    """
    for name in _NEEDED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    collect_seldom()


def process_in_worker(path: str, name: str) -> ProcessedDocument:
    """Read and audit one document in a worker, under the name that the data gives it."""
    document = process_document(path, name)
    return document if _put_aside is None else _put_aside(document)


class Workers:
    """A pool of worker processes in which every document comes to an end, and with a result.

    Args:
        count: processes.
        contracts: the contracts in force.
        settings: limits for each document.
        work: what a worker does with a path and a name.
        processors: that the processes have for themselves; by default all of this machine.
        holder: as for :func:`start_worker`.

    Attributes:
        ended: the processes were stopped, and no more documents are read.
    """

    def __init__(
        self,
        count: int,
        contracts: Contracts,
        settings: Settings,
        work: Work = process_in_worker,
        processors: int | None = None,
        holder: Holder | None = None,
    ) -> None:
        self._holder = holder
        self._threads = max(1, (processors or os.cpu_count() or 1) // count)
        self._count, self._contracts, self._settings, self._work = count, contracts, settings, work
        self._lock = threading.Lock()
        self.ended = False
        self._pool = self._new_pool()

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if kind is not None:
            self.stop()
            return
        self._pool.close()
        self._pool.join()

    def stop(self) -> None:
        """End the processes at once, whatever they are reading."""
        with self._lock:
            self.ended = True
        self._pool.stop()
        self._pool.join()

    def process(
        self, path: Path, name: str, *, fault: Callable[[Exception], None] | None = None
    ) -> ProcessedDocument:
        """Read and audit one document; called from a thread for each document in hand.

        Args:
            path: the PDF.
            name: how the data names it.
            fault: told of exceptions that should not happen.

        Returns:
            The document; quarantined when its process exceeded a limit or died.
        """
        for _ in range(_ATTEMPTS):
            if self.ended:
                break
            pool = self._pool
            try:
                document: ProcessedDocument = self._result(pool, path, name)
            except (BrokenProcessPool, CancelledError):
                self._replace(pool)
            except Exception as error:
                # A pool that was replaced meanwhile takes no more documents.
                if isinstance(error, RuntimeError) and not pool.active:
                    self._replace(pool)
                    continue
                return self._undone(path, name, error, fault)
            else:
                return document
        return self._failed(path, name, "the processes that should read it ended at once")

    def _result(self, pool: Any, path: Path, name: str) -> Any:
        future = pool.schedule(self._work, args=[str(path), name], timeout=self._settings.timeout_seconds)
        # A pool that breaks forgets the tasks that it has not yet begun.
        while not wait([future], timeout=1).done:
            if not pool.active and not wait([future], timeout=1).done:
                raise BrokenProcessPool
        return future.result()

    def _new_pool(self) -> Any:
        return ProcessPool(
            max_workers=self._count,
            # Fresh ones: a fork of a process with threads, such as Prefect's, may hang.
            context=multiprocessing.get_context("spawn"),
            initializer=start_worker,
            initargs=[self._settings, self._threads, self._holder],
        )

    def _replace(self, broken: Any) -> None:
        """Put a fresh pool in the place of one that broke, once."""
        with self._lock:
            # A run that was ended has no use for another pool.
            if self._pool is broken and not self.ended:
                broken.stop()
                broken.join()
                self._pool = self._new_pool()

    def _undone(
        self, path: Path, name: str, error: Exception, fault: Callable[[Exception], None] | None
    ) -> ProcessedDocument:
        """What stands for a document that could not be processed, and says why."""
        expired = error.exitcode if isinstance(error, ProcessExpired) else None
        if isinstance(error, TimeoutError):
            what = f"reading it took longer than {self._settings.timeout_seconds:g} seconds"
            remedy = "if it is a genuine publication, raise JCFS_TIMEOUT_SECONDS"
            return self._refused(path, name, "too_slow", what, remedy)
        if isinstance(error, MemoryError) or expired in _OUT_OF_MEMORY:
            what = f"reading it took more memory than {self._settings.memory_mib} MiB"
            remedy = "if it is a genuine publication, raise JCFS_MEMORY_MIB"
            return self._refused(path, name, "too_large", what, remedy)
        if expired is not None:
            return self._failed(path, name, f"the process that read it ended with code {expired}")
        # A fault of ours: the document is quarantined with it, and the run goes on.
        if fault is not None:
            fault(error)
        return self._failed(path, name, " ".join(f"{type(error).__name__}: {error}".split())[:300])

    def _failed(self, path: Path, name: str, why: str) -> ProcessedDocument:
        what = f"it could not be processed ({why})"
        return self._refused(path, name, "processing_failed", what, "report this with the file")

    def _refused(self, path: Path, name: str, code: str, what: str, remedy: str) -> ProcessedDocument:
        return refused_document(path, name, code, f"{what} — {remedy}", self._contracts)


def _quieten() -> None:
    """Keep what libraries print to themselves: what a worker has to say is in the document's record."""
    sys.stderr.flush()
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)
