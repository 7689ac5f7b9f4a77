"""What a run, or the time since a date, changed: publications new, replaced, withdrawn; figure by figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from jcfs_etl.contracts.naming import figure_name
from jcfs_etl.curate.history import Event, local_time, read_history
from jcfs_etl.curate.manifest import Key, Manifest, load_manifest
from jcfs_etl.curate.partitions import file_key, from_parquet
from jcfs_etl.curate.store import Store
from jcfs_etl.curate.versions import differing, kept_versions, read_version
from jcfs_etl.errors import RunError
from jcfs_etl.report.runs import past_runs
from jcfs_etl.report.texts import Texts

Kind = Literal["new", "replaced", "withdrawn"]
#: Figures of a publication, and publications, that words list; JSON has all.
_FIGURES, _PUBLICATIONS = 20, 200
#: Runs that an error names.
_NAMED = 3

FigureKey = tuple[str, str, str]


class Figure(Struct, frozen=True):
    """A figure as a version has it: as printed, its amount in 元, its page."""

    printed: str
    amount: Decimal | None
    page: int
    label: str
    version: int


class FigureChange(Struct, frozen=True):
    """A figure that differs between two versions; None where a version does not have it."""

    dataset: str
    row: str
    column: str
    old: Figure | None
    new: Figure | None


class Change(Struct, frozen=True):
    """What became of a unit and year.

    Attributes:
        kind: whether it is new, replaced or withdrawn.
        unit, year, source: whose it is, and from which file; of what stood there, where it is withdrawn.
        before, after: versions; None where nothing is published.
        restored: the version that a person brought back, where one did.
        figures: those that differ, for a replaced one.
        datasets: datasets that differ in any row, for a replaced one.
        lost: a version that is not kept any more, so that figures cannot be compared.
    """

    kind: Kind
    unit: str
    year: int
    source: str
    before: int | None
    after: int | None
    restored: int | None = None
    figures: tuple[FigureChange, ...] = ()
    datasets: tuple[str, ...] = ()
    lost: int | None = None


class Changes(Struct, frozen=True):
    """What changed.

    Attributes:
        run: the run that changed it; empty for a time.
        at: when the run ended, or since when.
        changes: by unit and year.
    """

    run: str
    at: str
    changes: tuple[Change, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many publications are new, replaced and withdrawn."""
        return Counter(change.kind for change in self.changes)

    def as_json(self) -> dict[str, Any]:
        """Plain values; amounts as text, which keeps them exact."""
        changes = to_builtins(self.changes)
        return {"run": self.run, "at": self.at, "counts": dict(self.counts), "changes": changes}


def changes_of_run(store: Store, run: str | None = None) -> Changes:
    """What a run changed: the one whose id is or begins so, by default the last.

    Raises:
        RunError: there is no such run, or several begin so.
    """
    history = read_history(store) or []
    ended = {record.run: record.ended for record in past_runs(store)}
    known = list(dict.fromkeys([*(e.run for e in history if e.run), *ended]))
    if run is None:
        # A run that changed nothing is in the list of runs only; a rollback in the history only.
        # Of two in one second the one that was noted later.
        run = max(reversed(known), key=lambda r: max(ended.get(r, ""), _last_at(history, r)), default=None)
        if run is None:
            raise RunError(f"{store.name}: no run has been noted yet", "run jcfs ingest first")
    found = [name for name in known if name.startswith(run)]
    if run in found:
        found = [run]
    if len(found) != 1:
        near = ", ".join(found[-_NAMED:] or known[-_NAMED:]) or "none"
        what = "several runs begin so" if found else "there is no such run"
        raise RunError(f"{run}: {what}", f"the last are {near}")
    of_run = [index for index, event in enumerate(history) if event.run == found[0]]
    before: dict[Key, Event] = {}
    after: dict[Key, Event] = {}
    for event in history[: of_run[0]] if of_run else history:
        before[event.key] = event
    for index in of_run:
        after[history[index].key] = history[index]
    at = ended.get(found[0]) or (history[of_run[-1]].at if of_run else "")
    return Changes(found[0], at, _between(store, before, after))


def changes_since(store: Store, since: datetime) -> Changes:
    """What changed since a time, as it stands now: what changed and changed back is left out.

    Args:
        store: the curated root.
        since: the time, with its zone.

    Raises:
        RunError: changes were not noted at that time yet.
    """
    history = read_history(store) or []
    dated = [event.at for event in history if event.at]
    if not dated or (len(dated) < len(history) and datetime.fromisoformat(dated[0]) > since):
        first = f"since {local_time(dated[0])}" if dated else "from the next change on"
        raise RunError(f"{local_time(since.isoformat())}: changes are noted {first}", "give a later time")
    before: dict[Key, Event] = {}
    after: dict[Key, Event] = {}
    for event in history:
        into = after if event.at and datetime.fromisoformat(event.at) > since else before
        into[event.key] = event
    return Changes("", since.isoformat(timespec="seconds"), _between(store, before, after))


def in_words(changes: Changes, say: Texts) -> list[str]:
    """The changes as lines of text."""
    counts = {kind: changes.counts[kind] for kind in ("new", "replaced", "withdrawn")}
    head = "changes.run" if changes.run else "changes.since"
    lines = [say(head, run=changes.run, at=local_time(changes.at), **counts)]
    for change in changes.changes[:_PUBLICATIONS]:
        lines += _publication(change, say)
    if (more := len(changes.changes) - _PUBLICATIONS) > 0:
        lines.append(say("changes.more", count=more))
    return lines


def _publication(change: Change, say: Texts) -> list[str]:
    name = f"changes.{change.kind}" + ("" if change.lost is None else "_unknown")
    lines = [
        say(
            name,
            unit=change.unit,
            year=change.year,
            source=change.source,
            before=change.before or "",
            after=change.after or "",
            restored=change.restored or "",
            count=len(change.figures),
            lost=change.lost or "",
        )
    ]
    for figure in change.figures[:_FIGURES]:
        lines.append("    " + _figure(figure, say))
    if (more := len(change.figures) - _FIGURES) > 0:
        lines.append("    " + say("changes.more", count=more))
    if change.datasets and not change.figures:
        lines.append("    " + say("changes.datasets", datasets=", ".join(change.datasets)))
    return lines


def _figure(figure: FigureChange, say: Texts) -> str:
    """One figure: where it stands, what it was and what it is."""
    shown = figure.new or figure.old
    assert shown is not None
    table = say.contracts.tables.get(figure.dataset)
    name = (
        figure_name(table, figure.row, figure.column, shown.label)
        if table is not None
        else f"{figure.dataset} {figure.row} {figure.column}"
    )

    def told(side: Figure | None) -> str:
        if side is None:
            return say("changes.absent")
        return side.printed.strip() or say("changes.blank")

    return say("changes.figure", name=name, page=shown.page, old=told(figure.old), new=told(figure.new))


def _between(store: Store, before: Mapping[Key, Event], after: Mapping[Key, Event]) -> tuple[Change, ...]:
    """What lies between two states; the second names only what changed."""
    manifest = load_manifest(store)
    changes = []
    for key in sorted(after):
        old, new = before.get(key), after[key]
        stood = old is not None and not old.withdrawn
        if new.withdrawn:
            if stood:
                assert old is not None
                changes.append(Change("withdrawn", *key, old.source, old.version, None))
        elif not stood:
            changes.append(Change("new", *key, new.source, None, new.version, new.restored))
        elif old is not None and old.version != new.version:
            changes.append(_replaced(store, manifest, old, new))
    return tuple(changes)


def _replaced(store: Store, manifest: Manifest, old: Event, new: Event) -> Change:
    """A replaced publication with the figures that differ, where both versions are still there."""
    change = Change("replaced", *new.key, new.source, old.version, new.version, new.restored)
    sides = []
    for event in (old, new):
        read = _read(store, manifest, event.key, event.version)
        if read is None:
            return replace(change, lost=event.version)
        sides.append(read)
    (was, first), (now, second) = sides
    figures = tuple(
        FigureChange(key[0], key[1], key[2], first.get(key), second.get(key))
        for key in {**first, **second}
        if _value(first.get(key)) != _value(second.get(key))
    )
    return replace(change, figures=figures, datasets=tuple(differing(was, now)))


def _value(figure: Figure | None) -> tuple[str, Decimal | None] | None:
    """What makes a figure the same: its text and its amount, wherever it stands."""
    return None if figure is None else (figure.printed, figure.amount)


def _read(store: Store, manifest: Manifest, key: Key, version: int) -> Any:
    """A version's record and figures; None where it is not kept any more."""
    current = manifest.partitions.get(key)
    if current is None:
        return None
    if current.version == version and not current.withdrawn:
        partition, cells = current, store.read(file_key("cells", *key))
    elif version in kept_versions(store, current):
        kept = read_version(store, current, version)
        partition, cells = kept.partition, kept.files.get(file_key("cells", *key))
    else:
        return None
    return partition, _figures(cells, version)


def _figures(cells: bytes | None, version: int) -> dict[FigureKey, Figure]:
    """Figures of a version by dataset, row and column, in printed order."""
    if cells is None:
        return {}
    wanted = ["dataset", "row", "column", "label", "printed", "amount", "page"]
    rows: Sequence[Mapping[str, Any]] = from_parquet(cells, wanted).to_pylist()
    return {
        (r["dataset"], r["row"], r["column"]): Figure(
            r["printed"], r["amount"], r["page"], r["label"], version
        )
        for r in rows
    }


def _last_at(history: Sequence[Event], run: str) -> str:
    return max((event.at for event in history if event.run == run), default="")
