"""The memory that a worker process may take beyond what it takes at rest."""

from __future__ import annotations

from pathlib import Path


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
