"""Final accounts (部门决算) of Chinese public bodies, from published PDFs to audited data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jcfs_etl.interface import AuditedPublication, read_publication

__version__ = "0.1.0"

__all__ = ["AuditedPublication", "__version__", "read_publication"]


def __getattr__(name: str) -> Any:
    # Imported on demand: reading brings OpenCV and pandas, which --help must not wait for.
    if name in ("AuditedPublication", "read_publication"):
        from jcfs_etl import interface

        return getattr(interface, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
