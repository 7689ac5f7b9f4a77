"""Older versions of published partitions, kept for the day when a newer one turns out to be wrong."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.json import decode

from jcfs_etl.curate.aside import digest
from jcfs_etl.curate.manifest import Partition, to_line
from jcfs_etl.curate.partitions import PART, partition_key
from jcfs_etl.curate.store import OWN, Store
from jcfs_etl.errors import RunError

_RECORD = "partition.json"


class Version(Struct, frozen=True):
    """A version that is kept.

    Attributes:
        partition: what was published.
        files: bytes of its files by key.
    """

    partition: Partition
    files: Mapping[str, bytes]


def keep_version(store: Store, partition: Partition) -> None:
    """Keep what is published now under its version number; doing so twice is as good as once.

    Further files of the partition are made anew from what is published, so they are not kept. Neither is a
    version of which somebody has changed or removed a file by hand.
    """
    folder = _folder(partition, partition.version)
    files = [key for key in partition.files if key.endswith(f"/{PART}")]
    there = store.read_all(files)
    if any(key not in there or digest(there[key]) != partition.files[key] for key in files):
        return
    store.copy((key, f"{folder}/{key.partition('/')[0]}/{PART}") for key in files)
    store.write(f"{folder}/{_RECORD}", to_line(partition) + b"\n")


def kept_versions(store: Store, partition: Partition) -> list[int]:
    """Numbers of the versions that are kept, but for the published one, oldest first."""
    base = f"{OWN}/versions/{partition_key(*partition.key)}/"
    found = {
        int(key[len(base) :].partition("/")[0]) for key in store.keys(base) if key.endswith(f"/{_RECORD}")
    }
    return sorted(n for n in found if n < partition.version or partition.withdrawn)


def read_version(store: Store, partition: Partition, number: int) -> Version:
    """A version that is kept.

    Raises:
        RunError: it is not kept, or not whole.
    """
    folder = _folder(partition, number)
    record = store.read(f"{folder}/{_RECORD}")
    if record is None:
        kept = ", ".join(map(str, kept_versions(store, partition))) or "none"
        raise RunError(
            f"{partition.unit} {partition.year}: version {number} is not kept", f"kept are: {kept}"
        )
    old, files = decode(record, type=Partition), {}
    for key in old.files:
        data = store.read(f"{folder}/{key.partition('/')[0]}/{PART}") if key.endswith(f"/{PART}") else b""
        if data is None:
            raise RunError(f"{store.name}/{folder}: a file of {key} is missing", "choose another version")
        if data:
            files[key] = data
    return Version(old, files)


def differing(one: Partition, other: Partition) -> list[str]:
    """Datasets of which two versions of a partition hold other bytes, or only one of them any; sorted.

    What is made anew beside a version, such as comparisons, is left out, as it is not kept.
    """
    first, second = ({k: h for k, h in p.files.items() if k.endswith(f"/{PART}")} for p in (one, other))
    return sorted(
        {key.partition("/")[0] for key in first.keys() | second.keys() if first.get(key) != second.get(key)}
    )


def drop_versions(store: Store, partition: Partition, keep: int) -> None:
    """Remove all older versions of a partition but the newest ``keep``."""
    numbers = kept_versions(store, partition) if partition.version > 1 else []
    for number in numbers[: max(len(numbers) - keep, 0)]:
        # Its record first: a version without one is none.
        folder = _folder(partition, number)
        store.delete([f"{folder}/{_RECORD}"])
        store.delete(store.keys(folder + "/"))


def _folder(partition: Partition, number: int) -> str:
    return f"{OWN}/versions/{partition_key(*partition.key)}/{number}"
