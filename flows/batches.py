"""Documents in batches: read beside each other, each to its own end, handed on in the order of their names.

No Prefect in here: a batch is processed by one plain call, from a Prefect task or from anything else that
carries work to where it is done.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jcfs_etl.curate import ProcessedDocument
from jcfs_etl.curate.plan import Given

#: Documents of a batch at most: what is asked of Prefect once a batch costs each of them little, and
#: little is lost when a run is killed.
LARGEST = 25
#: Batches that each worker is to get of a run, so that the last ones end together.
_SHARES = 4

#: Reads and audits a file by its path and name, without ever raising for what is wrong with the file.
Reader = Callable[[Path, str], ProcessedDocument]


def process_batch(
    files: Sequence[Given], read: Reader, *, done: Callable[[Given], None] | None = None
) -> list[ProcessedDocument]:
    """Read and audit files beside each other.

    Args:
        files: what to process.
        read: such as :meth:`flows.workers.Workers.process`, which keeps each file's faults to itself and
            bounds how many are read at once.
        done: told of each file when it is processed, from any thread.

    Returns:
        A document for each file, in the same order.
    """

    def one(given: Given) -> ProcessedDocument:
        document = read(given.path, given.name)
        if done is not None:
            done(given)
        return document

    if not files:
        return []
    with ThreadPoolExecutor(len(files), thread_name_prefix="batch") as threads:
        return list(threads.map(one, files))


def in_batches(files: Sequence[Given], workers: int) -> Iterator[Sequence[Given]]:
    """Cut files into batches for so many workers, in their order: few files into small ones."""
    size = max(1, min(LARGEST, math.ceil(len(files) / (workers * _SHARES))))
    for start in range(0, len(files), size):
        yield files[start : start + size]
