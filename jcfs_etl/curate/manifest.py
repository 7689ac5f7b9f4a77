"""What a curated root holds and why: every file seen, every partition published.

The manifest is one file of JSON lines, sorted, and a journal of what was committed since it was written.
It answers whether anything has to be done for a file, without opening any Parquet file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct, field, json

from jcfs_etl.curate.store import OWN, Store
from jcfs_etl.errors import RunError

FILE = f"{OWN}/manifest.jsonl"
JOURNAL = f"{OWN}/journal"
_FORMAT = 1

#: Unit and fiscal year of a partition.
Key = tuple[str, int]
#: What became of a file; the last two were published once and stand back by a person's decision.
SeenStatus = Literal["published", "quarantined", "declined", "superseded", "rolled_back"]


class Seen(Struct, frozen=True, omit_defaults=True):
    """A file and what became of its bytes when they were last processed.

    Attributes:
        place: where the file lies, which tells it from others of the same name.
        source: how the data names it.
        sha256: of its bytes.
        basis: all else that the result depends on, as :func:`jcfs_etl.curate.basis.result_basis` sums it up.
        limits: the limits it was read within; they matter only to what was refused.
        status: what became of it.
        unit, year: of the document; None where not known.
        reason: why it is not published.
        codes: codes of the findings that kept it from being published.
        files: keys of the report that stands beside published data.
        pages: page count.
        tables: counts of tables found, empty and missing.
        checks: how often each verdict was reached.
        findings: how many findings of each severity.
    """

    place: str
    source: str
    sha256: str
    basis: str
    limits: str
    status: SeenStatus
    unit: str | None = None
    year: int | None = None
    reason: str | None = None
    codes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    pages: int = 0
    tables: Mapping[str, int] = field(default_factory=dict)
    checks: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)


class Partition(Struct, frozen=True, omit_defaults=True):
    """What is published of a unit and year.

    Attributes:
        unit, year: whose it is.
        place, source, sha256: the file that it was made from, as in :class:`Seen`.
        version: counts how often the published data changed, from 1.
        files: SHA-256 of each of its files by key.
        withdrawn: nothing is published any more; older versions may be left.
        restored: the version that was brought back by a person, where one was.
        held: SHA-256 of the document that must not take its place again, as a person decided.
        further_basis: what its further files, such as comparisons with other years, were made from.
        members: units that a department lists, and that publish accounts of their own.
        unit_codes: codes that its self-evaluation forms give the unit.
    """

    unit: str
    year: int
    place: str
    source: str
    sha256: str
    version: int
    files: Mapping[str, str] = field(default_factory=dict)
    withdrawn: bool = False
    restored: int | None = None
    held: str = ""
    further_basis: str = ""
    members: tuple[str, ...] = ()
    unit_codes: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """Unit and year."""
        return self.unit, self.year


class Update(Struct, frozen=True):
    """What a commit changes in the manifest.

    Attributes:
        seen: files to note.
        forget: places of files to forget.
        partitions: partitions to note.
    """

    seen: tuple[Seen, ...] = ()
    forget: tuple[str, ...] = ()
    partitions: tuple[Partition, ...] = ()


class Entry(Struct, frozen=True):
    """A line of the journal: commits made together.

    Attributes:
        number: the first of the commits.
        last: the last of them.
        moves: keys that were put aside, each with the one that it is to be moved to.
        delete: keys that are to go.
        update: what the manifest is to say.
    """

    number: int
    last: int
    moves: tuple[tuple[str, str], ...]
    delete: tuple[str, ...]
    update: Update


class _Head(Struct, frozen=True):
    """The first line of the manifest's file."""

    format: int
    applied: int


class _Line(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Another line: what is said of a file or of a partition."""

    seen: Seen | None = None
    partition: Partition | None = None


def merged(updates: Sequence[Update]) -> Update:
    """Updates of which none concerns what another does, as one."""
    return Update(
        tuple(s for u in updates for s in u.seen),
        tuple(place for u in updates for place in u.forget),
        tuple(p for u in updates for p in u.partitions),
    )


class Manifest:
    """Files seen and partitions published.

    Attributes:
        seen: files by place.
        partitions: partitions by unit and year.
        applied: number of the last commit that is part of it.
    """

    def __init__(self) -> None:
        self.seen: dict[str, Seen] = {}
        self.partitions: dict[Key, Partition] = {}
        self.applied = 0

    def apply(self, number: int, update: Update) -> None:
        """Make a commit part of it."""
        self.note(update)
        self.applied = number

    def note(self, update: Update) -> None:
        """Make what a commit is to change part of it."""
        for place in update.forget:
            self.seen.pop(place, None)
        self.seen |= {s.place: s for s in update.seen}
        self.partitions |= {p.key: p for p in update.partitions}

    def published(self) -> list[Partition]:
        """Partitions with published data, sorted."""
        return [p for _, p in sorted(self.partitions.items()) if not p.withdrawn]

    def dump(self) -> bytes:
        """Its file: the same manifest gives the same bytes."""
        lines: list[_Head | _Line] = [_Head(_FORMAT, self.applied)]
        lines += [_Line(seen=s) for _, s in sorted(self.seen.items())]
        lines += [_Line(partition=p) for _, p in sorted(self.partitions.items())]
        return b"".join(to_line(line) + b"\n" for line in lines)


def load_manifest(store: Store) -> Manifest:
    """The manifest with all commits of the journal, whole or about to be completed; nothing is written.

    Raises:
        RunError: it is damaged, or of a newer program.
    """
    manifest = read_manifest(store)
    for entry in read_journal(store):
        if entry.number > manifest.applied:
            manifest.apply(entry.last, entry.update)
    return manifest


def read_manifest(store: Store) -> Manifest:
    """The manifest as it was last written; an empty one where there is none."""
    manifest = Manifest()
    data = store.read(FILE)
    if data is None:
        return manifest
    try:
        first, _, rest = data.partition(b"\n")
        head = json.decode(first, type=_Head)
        if head.format != _FORMAT:
            raise RunError(f"{store.name}/{FILE}: was written by another version of jcfs", "use that version")
        lines = json.Decoder(_Line).decode_lines(rest)
    except ValueError as error:
        raise RunError(
            f"{store.name}/{FILE}: is damaged ({error})",
            "restore it, or remove it: everything is then processed again, and what is the same stays",
        ) from error
    seen, partitions = (line.seen for line in lines), (line.partition for line in lines)
    update = Update(tuple(filter(None, seen)), (), tuple(filter(None, partitions)))
    manifest.apply(head.applied, update)
    return manifest


def read_journal(store: Store) -> list[Entry]:
    """The commits since the manifest was last written.

    A last line that is broken off was never acted on: its run died while it wrote it.

    Raises:
        RunError: another line is damaged.
    """
    entries: list[Entry] = []
    lines = store.logged(JOURNAL)
    for index, line in enumerate(lines):
        try:
            if not line.endswith(b"\n"):
                raise ValueError("it breaks off")
            entries.append(json.decode(line, type=Entry))
        except ValueError as error:
            if index + 1 < len(lines):
                raise RunError(
                    f"{store.name}/{JOURNAL}: line {index + 1} is damaged ({error})",
                    "restore it, or remove it and run with --again",
                ) from error
    return sorted(entries, key=lambda e: e.number)


def to_line(values: object) -> bytes:
    """Values as one line of JSON, the same every time, without its end."""
    return json.encode(values, order="sorted")
