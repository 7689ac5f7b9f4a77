"""The memory of a process: what it may take beyond what it takes at rest, and how often it is tidied."""

from __future__ import annotations

import atexit
import gc
import sys
from pathlib import Path

#: Objects that are made between two collections; Python's own 700 are for programs that hold few.
BETWEEN_COLLECTIONS = 50_000


def collect_seldom() -> None:
    """Let the garbage collector look less often, and not at all when the process ends.

    Libraries and contracts make some hundred thousand objects that stay for good; to look through them
    again and again, and once more at the end, takes a quarter of what a short command takes.
    """
    gc.set_threshold(BETWEEN_COLLECTIONS)
    atexit.register(_end_at_once)


def _end_at_once() -> None:
    """Leave what is there to the system, unless a library looks for its own remains and reports them."""
    if "duckdb" not in sys.modules:
        gc.freeze()


def limit_memory(limit: int) -> None:
    """Let the system refuse this process memory beyond what it has now and the limit.

    The data segment is limited, not the address space: libraries reserve far more of that than they use,
    the more the more processors there are.

    Args:
        limit: bytes.
    """
    taken = _data_size()
    if taken is None:
        return  # Only Linux tells and limits the size; elsewhere the time limit alone holds.
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (taken + limit, taken + limit))
    # A process that is ended for its memory need not leave it behind in a file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _data_size() -> int | None:
    """Bytes that this process holds as data when everything is loaded that reading needs."""
    try:
        import pyarrow as pa

        from jcfs_etl.curate.partitions import to_parquet

        # The first file written makes Arrow reserve its memory.
        to_parquet(pa.table({"a": [0]}))
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("VmData:")]
    return int(found[0]) << 10 if found else None
