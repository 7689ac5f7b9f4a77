"""Commands on the curated data: ``jcfs quarantine list | show | retry | accept`` and ``jcfs rollback``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer
from msgspec.structs import asdict

from jcfs_etl.cli.ingest import run_ingest
from jcfs_etl.cli.options import (
    CURATED,
    AsJson,
    Curated,
    Extra,
    Lang,
    Password,
    Verbose,
    Wait,
    Workers,
    require_curated,
    speaking,
)
from jcfs_etl.disk import sha256_of
from jcfs_etl.errors import RunError

if TYPE_CHECKING:
    from jcfs_etl.curate.manifest import Seen


app = typer.Typer()
quarantine = typer.Typer(help="Documents that are not certain enough to be published.", no_args_is_help=True)


@quarantine.command("list", epilog="Example:\n\n    jcfs quarantine list")
def list_quarantined(
    curated: Curated = CURATED,
    declined: Annotated[bool, typer.Option("--declined", help="Show declined documents too.")] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """List the documents that are not published, each with its reason."""
    from jcfs_etl.report.terminal import console, quarantine_table

    refused, say = _refused(curated, declined), speaking(lang)
    if as_json:
        for seen in refused:
            typer.echo(json.dumps(asdict(seen), ensure_ascii=False))
    elif refused:
        console().print(quarantine_table(refused, say))
    else:
        typer.echo(say("quarantine.none"))


@quarantine.command(epilog="Example:\n\n    jcfs quarantine show 2023/report.pdf")
def show(
    name: Annotated[str, typer.Argument(metavar="FILE", help="As `list` names it, or its path.")],
    curated: Curated = CURATED,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show why a document is not published: its report with all findings."""
    from jcfs_etl.curate import read_dataset
    from jcfs_etl.curate.stores import open_store
    from jcfs_etl.report.terminal import console, findings_report

    say = speaking(lang)
    contracts = say.contracts
    seen = _one(_refused(curated, declined=True), name)
    rows = _report(open_store(curated), seen)
    documents = read_dataset(curated, "documents", contracts).select(["sha256", "money_unit"]).to_pylist()
    money_unit = next((d["money_unit"] for d in documents if d["sha256"] == seen.sha256), None)
    if rows is None:
        rows = read_dataset(curated, "findings", contracts).to_pylist()
        rows = [row for row in rows if row["source"] == seen.source]
    if as_json:
        report = {**asdict(seen), "findings": rows}
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2, default=str))
        return
    state = say.word("status", seen.status) if say.language == "zh" else seen.status
    typer.echo(f"{seen.source}: {state}: {seen.reason}\nsha256 {seen.sha256}")
    rows = [{**row, "unit": seen.unit, "year": seen.year} for row in rows]
    console().print(findings_report(rows, {seen.source: money_unit}, say))


@quarantine.command(epilog="Example:\n\n    jcfs quarantine retry data/raw")
def retry(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="PDFs and folders of PDFs; by default where the quarantined ones came from."),
    ] = None,
    curated: Curated = CURATED,
    wait: Wait = 0.0,
    workers: Workers = None,
    password: Password = "",
    extra: Extra = None,
    verbose: Verbose = False,
) -> None:
    """Process quarantined documents again though nothing has changed, and no others."""
    from flows.order import Order

    given = [str(p) for p in paths] if paths else _folders(_refused(curated, declined=False))
    if not given:
        typer.echo(speaking()("quarantine.none"))
        return
    run_ingest(Order(tuple(given), curated, retry=True, wait=wait), workers, verbose)


@quarantine.command(
    epilog="Example:\n\n    jcfs quarantine accept data/raw/report.pdf --by 王会计 "
    '--reason "公开02表 page 7 compared with the original"'
)
def accept(
    name: Annotated[str, typer.Argument(metavar="FILE", help="As `list` names it, or its path.")],
    by: Annotated[str, typer.Option("--by", help="Who accepts it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why: what was compared with what.")],
    curated: Curated = CURATED,
    wait: Wait = 0.0,
    password: Password = "",
    extra: Extra = None,
) -> None:
    """Publish a quarantined document's data as it stands, on a person's word.

    It holds for exactly these bytes; `documents` says who and why, and the findings stay.
    """
    from flows.order import Order
    from flows.steps import Run
    from jcfs_etl.curate.accepted import accept as note
    from jcfs_etl.discover import place_of

    file, run = Path(name), Run(Order((), curated, wait=wait))
    if not file.exists():
        file = Path(_one(_refused(curated, declined=False), name).place)
    with run.root() as root:
        seen = _acceptable(root.manifest.seen.values(), file)
        document = _processed(file, seen.source, run.contracts, run.settings)
        if document.record.sha256 != seen.sha256 or not document.files:
            raise RunError(f"{file}: its figures could not be read", "only what was read can be accepted")
        note(root.store, seen.sha256, seen.source, by, reason)
        place = seen.place if seen.place in root.manifest.seen else place_of(file)
        outcome = root.publish(document, place=place)
        root.run = f"accept-{uuid4().hex[:8]}"
    record = outcome.record
    if record.status != "published":
        raise RunError(f"{file}: is accepted, but still {record.status}: {record.reason}")
    typer.echo(
        f"{seen.source}: published for {record.unit} {record.year}, accepted by {record.accepted_by}"
        if record.accepted_by
        else f"{seen.source}: published for {record.unit} {record.year}; it needed no acceptance"
    )


@app.command(
    epilog="Examples:\n\n    jcfs rollback --unit 上海市普陀区财政局 --year 2024 --list\n\n"
    "    jcfs rollback --unit 上海市普陀区财政局 --year 2024 --to 2"
)
def rollback(
    unit: Annotated[str, typer.Option("--unit", help="The unit.")],
    year: Annotated[int, typer.Option("--year", help="The fiscal year.")],
    to: Annotated[
        int | None, typer.Option("--to", help="Version; by default the newest that is kept.")
    ] = None,
    show_versions: Annotated[
        bool, typer.Option("--list", help="List the versions that are kept, and change nothing.")
    ] = False,
    curated: Curated = CURATED,
    wait: Wait = 0.0,
) -> None:
    """Publish an older version of a unit and year again.

    It stays until the bytes of its document change, or until `jcfs ingest --force`.
    """
    from jcfs_etl.curate.root import CuratedRoot
    from jcfs_etl.curate.stores import open_store
    from jcfs_etl.settings import load_settings

    say, store = speaking(), open_store(curated)
    if show_versions:
        typer.echo("\n".join(_versions(store, unit, year)))
        return
    keep = load_settings().keep_versions
    with CuratedRoot(store, say.contracts, keep=keep, wait=wait, run=f"rollback-{uuid4().hex[:8]}") as root:
        partition = root.rollback(unit, year, to)
    typer.echo(
        say(
            "rollback.done",
            unit=unit,
            year=year,
            restored=partition.restored or "",
            version=partition.version,
            source=partition.source,
        )
    )


def _refused(curated: str, declined: bool) -> list[Seen]:
    """Files that are not published, by name.

    Raises:
        RunError: there is no curated data.
    """
    from jcfs_etl.curate.manifest import load_manifest

    wanted = ("quarantined", "declined") if declined else ("quarantined",)
    seen = load_manifest(require_curated(curated)).seen.values()
    return sorted((s for s in seen if s.status in wanted), key=lambda s: (s.source, s.place))


def _one(refused: list[Seen], name: str) -> Seen:
    """The file that a name or a path means.

    Raises:
        RunError: none of them, or several.
    """
    from jcfs_etl.discover import place_of

    place = place_of(Path(name))
    found = [s for s in refused if s.place == place] or [s for s in refused if s.source == name]
    if not found:
        raise RunError(f"{name}: is not among the documents that are not published", "see quarantine list")
    if len(found) > 1:
        places = ", ".join(s.place for s in found)
        raise RunError(f"{name}: several files have that name ({places})", "give the path of one")
    return found[0]


def _folders(refused: list[Seen]) -> list[str]:
    """The folders or files that were named when the files were ingested, each once."""
    roots = {
        s.place.removesuffix(s.source).rstrip("/") if s.place.endswith(f"/{s.source}") else s.place
        for s in refused
    }
    return sorted(roots)


def _report(store: Any, seen: Seen) -> list[dict[str, Any]] | None:
    """The findings that stand beside the published data for a file; None where they do not."""
    from jcfs_etl.curate.partitions import from_parquet

    for key in seen.files:
        if key.startswith("findings/") and (data := store.read(key)) is not None:
            rows: list[dict[str, Any]] = from_parquet(data).to_pylist()
            return rows
    return None


def _acceptable(known: Any, file: Path) -> Seen:
    """What is known of a file that may be accepted.

    Raises:
        RunError: it is not quarantined, or nothing of it can be published.
    """
    from jcfs_etl.curate.changes import CONFLICT

    try:
        sha256 = sha256_of(file)
    except OSError as error:
        raise RunError(f"{file}: cannot be opened ({error.strerror})", "check the path") from error
    found: list[Seen] = [s for s in known if s.sha256 == sha256 and s.status == "quarantined"]
    if not found:
        raise RunError(f"{file}: these bytes are not quarantined", "run jcfs ingest on it first")
    seen = found[0]
    if seen.unit is None or seen.year is None:
        raise RunError(
            f"{file}: its unit and year are not known, so there is no place to publish it",
            "only what was read can be accepted",
        )
    if seen.codes == (CONFLICT,):
        raise RunError(f"{file}: {seen.reason}", "an acceptance does not decide between two files")
    return seen


def _processed(file: Path, name: str, contracts: Any, settings: Any) -> Any:
    from flows.workers import Workers

    with Workers(1, contracts, settings) as pool:
        return pool.process(file, name)


def _versions(store: Any, unit: str, year: int) -> list[str]:
    """A line for each version of a partition, with when it was published; blank where that was not noted."""
    from jcfs_etl.curate.history import local_time, read_history
    from jcfs_etl.curate.manifest import load_manifest
    from jcfs_etl.curate.versions import differing, kept_versions, read_version

    current = load_manifest(store).partitions.get((unit, year))
    if current is None:
        raise RunError(f"{unit} {year}: nothing was ever published", "see the units of `documents`")
    versions = [read_version(store, current, n).partition for n in kept_versions(store, current)]
    on = {e.version: local_time(e.at) for e in read_history(store) or () if e.key == current.key}
    lines = [
        f"{p.version:>6}  {on.get(p.version, ''):16}  {p.source}  sha256 {p.sha256[:16]}"
        # What is withdrawn has no files to be held against.
        + ("" if current.withdrawn else f"  differs in {', '.join(differing(p, current)) or 'nothing'}")
        for p in versions
    ]
    state = "withdrawn" if current.withdrawn else "published"
    when = on.get(current.version, "")
    return [
        *lines,
        f"{current.version:>6}  {when:16}  {current.source}  sha256 {current.sha256[:16]}  {state}",
    ]
