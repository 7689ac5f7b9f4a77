"""What a run has to do: the files it was given, held against what the curated root knows of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.curate.changes import CONFLICT
from jcfs_etl.curate.manifest import Manifest, Partition, Seen

#: What is known of files with these statuses goes with the file; nothing is published of them.
_UNPUBLISHED = ("quarantined", "declined", "superseded")


class Given(Struct, frozen=True):
    """A file that a run was given.

    Attributes:
        place: where it lies.
        name: how the data names it.
        path: by which it is opened.
        sha256: of its bytes; empty where they cannot be read.
    """

    place: str
    name: str
    path: Path
    sha256: str


class Wishes(Struct, frozen=True):
    """What a run is asked for.

    Attributes:
        basis, limits: what results depend on now.
        again: process everything, changed or not.
        force: publish over other files' publications and over what was brought back.
        retry: process what is quarantined, and nothing else.
        password: whether encrypted files can be opened.
    """

    basis: str = ""
    limits: str = ""
    again: bool = False
    force: bool = False
    retry: bool = False
    password: bool = False


class Plan(Struct, frozen=True):
    """What a run has to do.

    Attributes:
        due: files to process, in the order of their names.
        unchanged: what is known of files for which nothing has to be done.
        moves: what is known of files that were moved or renamed, and how they are given now.
        duplicates: files with the bytes of another, and the name of that other.
        absent: places of files that should be in a folder that was searched, and are not.
        gone: those of them that were not published: their reports have no object any more.
    """

    due: tuple[Given, ...]
    unchanged: tuple[Seen, ...]
    moves: tuple[tuple[Seen, Given], ...]
    duplicates: tuple[tuple[Given, str], ...]
    absent: frozenset[str]
    gone: tuple[Seen, ...]


def make_plan(
    manifest: Manifest,
    given: Iterable[Given],
    searched: Collection[str],
    wishes: Wishes,
    is_there: Callable[[str], bool],
) -> Plan:
    """Decide for each file whether it has to be processed. Nothing is read or written.

    Args:
        manifest: what the curated root holds.
        given: the files.
        searched: places of folders of which all files are given.
        wishes: what the run is asked for.
        is_there: says whether there is a file at a place that was not searched.
    """
    files = {g.place: g for g in given}
    known = {place: manifest.seen[place] for place in files if place in manifest.seen}
    files = {p: replace(g, name=known[p].source) if p in known else g for p, g in files.items()}
    absent = _absent(manifest, files, searched)
    contested = {(s.unit, s.year) for s in known.values() if CONFLICT in s.codes or s.status == "superseded"}

    due, unchanged, moves, duplicates = [], [], [], []
    for file, seen, copy_of in _matched(manifest, files, known, absent, is_there):
        if copy_of is not None:
            duplicates.append((file, copy_of))
            continue
        if seen is not None and seen.place != file.place:
            moves.append((seen, file))
        if not file.sha256 or seen is None or _is_due(seen, manifest, wishes, absent, contested):
            if not wishes.retry or not file.sha256 or (seen is not None and seen.status == "quarantined"):
                due.append(file)
        elif seen.place == file.place:
            unchanged.append(seen)
    if wishes.retry:
        return Plan(_by_name(due), (), tuple(moves), (), absent, ())
    gone = _gone(manifest, absent, moves)
    return Plan(_by_name(due), tuple(unchanged), tuple(moves), tuple(duplicates), absent, gone)


def _matched(
    manifest: Manifest,
    files: Mapping[str, Given],
    known: Mapping[str, Seen],
    absent: Collection[str],
    is_there: Callable[[str], bool],
) -> Iterator[tuple[Given, Seen | None, str | None]]:
    """Each file with what is known of its bytes, or the name of the file that it is a copy of."""
    by_bytes = {seen.sha256: seen for seen in reversed(manifest.seen.values())}
    first: dict[str, str] = {}
    # Of several files with the same bytes, the one that is known is the first, then the one named first.
    for file in sorted(files.values(), key=lambda g: (_is_new(g, known), g.name, g.place)):
        seen, copy_of = known.get(file.place), None
        if file.sha256 in first:
            copy_of = first[file.sha256]
        elif file.sha256:
            first[file.sha256] = file.name
            if _is_new(file, known):
                seen = by_bytes.get(file.sha256)
                if seen is not None and _still_there(seen, files, absent, is_there):
                    copy_of = seen.source
        yield file, seen, copy_of


def _gone(
    manifest: Manifest, absent: Collection[str], moves: Iterable[tuple[Seen, Given]]
) -> tuple[Seen, ...]:
    """Files that are not there any more, were not moved, and of which nothing was published."""
    moved = {old.place for old, _ in moves}
    gone = (manifest.seen[place] for place in sorted(absent) if place in manifest.seen and place not in moved)
    return tuple(seen for seen in gone if seen.status in _UNPUBLISHED)


def missing(manifest: Manifest, plan: Plan) -> list[Partition]:
    """Published partitions whose file is no longer where it was, or is another document's by now.

    To be asked when the plan has been carried out.
    """
    missing = []
    for partition in manifest.published():
        seen = manifest.seen.get(partition.place)
        other = seen is not None and seen.sha256 != partition.sha256 and seen.status == "published"
        if partition.place in plan.absent or other:
            missing.append(partition)
    return missing


def _absent(manifest: Manifest, files: Collection[str], searched: Collection[str]) -> frozenset[str]:
    folders = tuple(folder.rstrip("/") + "/" for folder in searched)
    expected = {*manifest.seen, *(p.place for p in manifest.published())}
    return frozenset(place for place in expected if place not in files and place.startswith(folders))


def _is_new(file: Given, known: Mapping[str, Seen]) -> bool:
    """Whether a file's bytes are not those that were last processed from its place."""
    seen = known.get(file.place)
    return seen is None or seen.sha256 != file.sha256


def _still_there(
    seen: Seen, files: Mapping[str, Given], absent: Collection[str], is_there: Callable[[str], bool]
) -> bool:
    """Whether a known file still lies where it was, with the bytes that it had."""
    if seen.place in files:
        return files[seen.place].sha256 == seen.sha256
    return seen.place not in absent and is_there(seen.place)


def _is_due(
    seen: Seen, manifest: Manifest, wishes: Wishes, absent: Collection[str], contested: Collection[object]
) -> bool:
    """Whether a file whose bytes are known has to be processed again."""
    if wishes.again or wishes.retry or seen.basis != wishes.basis:
        return True
    refused = seen.status == "quarantined"
    if refused and (seen.limits != wishes.limits or (wishes.password and "encrypted" in seen.codes)):
        return True
    if wishes.force and (seen.status == "rolled_back" or (seen.unit, seen.year) in contested):
        return True
    if seen.unit is None or seen.year is None:
        return False
    partition = manifest.partitions.get((seen.unit, seen.year))
    if CONFLICT in seen.codes:
        free = partition is None or partition.withdrawn or partition.place in {*absent, seen.place}
        return free and refused
    if seen.status == "published":
        return partition is None or partition.withdrawn or partition.sha256 != seen.sha256
    return False


def _by_name(files: Iterable[Given]) -> tuple[Given, ...]:
    return tuple(sorted(files, key=lambda g: (g.name, g.place)))
