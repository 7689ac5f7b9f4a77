"""Documents that a person vouches for: bound to the bytes of the file, with who and why."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct
from msgspec.json import decode

from jcfs_etl.curate.manifest import to_line
from jcfs_etl.curate.store import OWN, Store
from jcfs_etl.errors import RunError


class Acceptance(Struct, frozen=True):
    """A person's word that a quarantined document's data may be published as it stands.

    Attributes:
        sha256: of the file; another file is not accepted.
        source: how the data named it then.
        by: who.
        reason: why.
        when: time in UTC.
    """

    sha256: str
    source: str
    by: str
    reason: str
    when: str


def accept(store: Store, sha256: str, source: str, by: str, reason: str) -> Acceptance:
    """Note an acceptance.

    Raises:
        RunError: who or why is not said, or the store cannot be written.
    """
    if not by.strip() or not reason.strip():
        raise RunError("An acceptance needs a name and a reason", "give --by and --reason")
    when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    acceptance = Acceptance(sha256, source, by.strip(), reason.strip(), when)
    store.write(_key(sha256), to_line(acceptance) + b"\n")
    return acceptance


def acceptance_of(store: Store, sha256: str) -> Acceptance | None:
    """The acceptance of a file, if there is one."""
    data = store.read(_key(sha256))
    return None if data is None else decode(data, type=Acceptance)


def _key(sha256: str) -> str:
    return f"{OWN}/accepted/{sha256}.json"
