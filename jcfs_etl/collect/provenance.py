"""Where a collected file came from: a record beside it, ``<file>.source.json``."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from jcfs_etl.disk import put
from jcfs_etl.errors import RunError

SUFFIX = ".source.json"


class Version(BaseModel):
    """One version of a file as it was published.

    Attributes:
        address: the address that gave it, after redirects.
        collected_at: when these bytes were first received, ISO 8601 in UTC, to the second.
        sha256: hash of its bytes.
        size: its bytes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str
    collected_at: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int


class Provenance(BaseModel):
    """The record of a collected file.

    Attributes:
        source: id of the source that it was collected for.
        requested: the address asked for, before redirects.
        current: the version that lies beside the record.
        etag: what the server calls this version; None where it does not say.
        last_modified: when the server says that it was last modified, as sent.
        earlier: versions that it has replaced, the latest first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    requested: str
    current: Version
    etag: str | None = None
    last_modified: str | None = None
    earlier: tuple[Version, ...] = ()


def origin_of(path: Path, sha256: str) -> Version | None:
    """Where the bytes of a file came from, by the record beside it; one of other bytes says nothing.

    Returns:
        None where no record is there for these bytes, or it cannot be read.
    """
    try:
        record = read_provenance(beside(path))
    except RunError:
        return None  # The collector, which writes it, reports it.
    if record is None:
        return None
    return next((v for v in (record.current, *record.earlier) if v.sha256 == sha256), None)


def beside(path: Path) -> Path:
    """Where the record of a file lies."""
    return path.with_name(path.name + SUFFIX)


def read_provenance(path: Path) -> Provenance | None:
    """A record; None where there is none.

    Raises:
        RunError: it is damaged or cannot be read.
    """
    try:
        return Provenance.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        why = error.strerror if isinstance(error, OSError) else "not in the form that jcfs collect writes"
        raise RunError(
            f"{path}: the record of where a file came from cannot be read ({why})",
            "restore it, or remove it and its PDF, so that both are collected anew",
        ) from error


def write_provenance(path: Path, record: Provenance) -> None:
    """Write a record for good; one that says the same is not touched."""
    put(path, (record.model_dump_json(indent=2) + "\n").encode(), lasting=True)
