"""When each publication changed: a line a change, beside the manifest, to be asked what a run brought.

The lines are made by holding the manifest against what the lines before say. So nothing is lost when a run
dies before it notes what it committed: the next one notes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from msgspec import Struct, convert
from msgspec.json import decode
from msgspec.structs import replace

from jcfs_etl.curate.manifest import Key, Partition, to_line
from jcfs_etl.curate.store import OWN, Store
from jcfs_etl.errors import RunError

#: Where they are kept, a line of JSON a change, oldest first.
FILE = f"{OWN}/history.jsonl"
#: Changes of a unit and year that are kept at least; many more than versions are.
_KEPT = 50


class Event(Struct, frozen=True, omit_defaults=True):
    """A publication as it stood after it had changed.

    Attributes:
        unit, year: whose it is.
        version: its number.
        source: file that it was made from.
        at: when it was noted, in UTC; empty for what stood there before anything was noted.
        run: the run that changed it; empty where none was named.
        withdrawn: nothing is published any more.
        restored: the version that a person brought back, where one did.
    """

    unit: str
    year: int
    version: int
    source: str
    at: str = ""
    run: str = ""
    withdrawn: bool = False
    restored: int | None = None

    @property
    def key(self) -> Key:
        """Unit and year."""
        return self.unit, self.year


def read_history(store: Store) -> list[Event] | None:
    """All changes noted, oldest first; None where nothing was ever noted.

    Raises:
        RunError: they are damaged.
    """
    data = store.read(FILE)
    if data is None:
        return None
    try:
        return [decode(line, type=Event) for line in data.splitlines()]
    except ValueError as error:
        raise RunError(
            f"{store.name}/{FILE}: is damaged ({error})", "restore it, or remove it: it then begins anew"
        ) from error


def note_history(
    store: Store, before: Mapping[Key, Partition], after: Mapping[Key, Partition], run: str
) -> None:
    """Note what changed since it was last noted; nothing is written where nothing did.

    Args:
        store: the curated root, held by the caller.
        before: partitions as the caller found them: where nothing was ever noted, they were there before.
        after: partitions as they are now.
        run: the run's id.
    """
    noted = read_history(store)
    events = [_event(p) for _, p in sorted(before.items())] if noted is None else noted
    last = {event.key: (event.version, event.withdrawn) for event in events}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    new = [
        _event(partition, at, run)
        for key, partition in sorted(after.items())
        if last.get(key) != (partition.version, partition.withdrawn)
    ]
    if new:
        kept = _recent([*events, *new])
        store.write(FILE, b"".join(to_line(event) + b"\n" for event in kept))


def local_time(at: str) -> str:
    """A time that was noted as it is here; empty where none was."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M") if at else ""


def _event(partition: Partition, at: str = "", run: str = "") -> Event:
    return replace(convert(partition, Event, from_attributes=True), at=at, run=run)


def _recent(events: Iterable[Event]) -> list[Event]:
    """The last events of each unit and year, in their order."""
    counts: Counter[Key] = Counter()
    kept = []
    for event in reversed(list(events)):
        counts[event.key] += 1
        if counts[event.key] <= _KEPT:
            kept.append(event)
    return kept[::-1]
