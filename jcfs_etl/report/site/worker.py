"""What runs in the worker processes: one publication's page, its charts and its pictures."""

from __future__ import annotations

import hashlib
import logging
import signal
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.contracts import load_contracts
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.store import Store
from jcfs_etl.curate.stores import open_store
from jcfs_etl.disk import put
from jcfs_etl.errors import JcfsError
from jcfs_etl.memory import limit_memory
from jcfs_etl.password import password_in_force
from jcfs_etl.report.site.charts import drawn
from jcfs_etl.report.site.gather import gather
from jcfs_etl.report.site.inventory import pdf_of
from jcfs_etl.report.site.ledger import Made
from jcfs_etl.report.site.model import Entry, Picture, Place, PublicationView
from jcfs_etl.report.site.pictures import ALL, LEAST, MADE, MOST, page_pictures
from jcfs_etl.report.site.render import WAN, Renderer


class Job(Struct, frozen=True):
    """A publication to make.

    Attributes:
        entry: which.
        before: its pages as they were, whose pictures may still serve.
        drawing: whether pictures are made; not where that has ended a process already.
    """

    entry: Entry
    before: Made | None = None
    drawing: bool = True


class _Bench(Struct, frozen=True):
    """What a worker keeps from one job to the next."""

    store: Store
    contracts: Contracts
    renderer: Renderer
    raw: Path | None
    out: Path


_benches: list[_Bench] = []


def start(curated: str, raw: Path | None, out: Path, memory: int) -> None:
    """Make a process ready; it may take ``memory`` bytes beyond what it takes then."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The bounds of what hostile files may take; loaded first, so that it does not count.
    import pypdfium2  # noqa: F401
    from PIL import Image

    Image.init()
    contracts = load_contracts()
    _benches[:] = [_Bench(open_store(curated), contracts, Renderer(contracts), raw, out)]
    limit_memory(memory)


def make(job: Job) -> Made | str:
    """Make a publication's pages.

    Returns:
        What was made; in words why it could not be, where its data cannot be read.
    """
    bench = _benches[0]
    entry = job.entry
    try:
        view = gather(bench.store, entry, bench.contracts)
    except JcfsError as error:
        return str(error)
    folder = bench.out / "p" / entry.key
    pictures, pictures_of = _pictures(bench, job, view, folder)
    files: dict[str, int] = {p.file: (folder / p.file).stat().st_size for p in pictures}
    for chart in view.charts:
        data = drawn(chart, WAN)
        put(folder / f"{chart.name}.svg", data)
        files[f"{chart.name}.svg"] = len(data)
    page = bench.renderer.publication(view, _with_boxes(view, pictures))
    # Last, as it shows the others.
    put(folder / "index.html", page)
    files["index.html"] = len(page)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    summary = replace(view.summary, bytes=sum(files.values()))
    return Made(entry.key, entry.version, summary, tuple(sorted(files)), pictures, pictures_of)


def _pictures(
    bench: _Bench, job: Job, view: PublicationView, folder: Path
) -> tuple[tuple[Picture, ...], str]:
    """Pictures of the pages that are needed, old ones where they serve, and what they are made from."""
    path = pdf_of(job.entry.source, bench.raw)
    pages = view.pages()
    if path is None or not pages or not job.drawing:
        return (), ""
    made_from = hashlib.sha256(f"{job.entry.sha256} {MADE} {pages}".encode()).hexdigest()[:16]
    before = job.before
    if (
        before
        and before.pictures_of == made_from
        and all((folder / p.file).exists() for p in before.pictures)
    ):
        return before.pictures, made_from
    try:
        made = page_pictures(path, job.entry.sha256, pages, password_in_force(), _budget(view))
    except (OSError, MemoryError) as error:
        logging.getLogger(__name__).warning("%s: no pictures: %s", job.entry.source, error)
        return (), ""
    for picture, data in made:
        put(folder / picture.file, data)
    return tuple(picture for picture, _ in made), made_from if made else ""


def _budget(view: PublicationView) -> int:
    """Bytes that pictures may have beside the page: a figure takes some 300, a character of text three."""
    figures = sum(len(row) for table in view.tables for row in table.rows)
    text = sum(len(run.text) for s in view.sections for p in s.paragraphs for run in p)
    statements = len(view.statements)
    return max(LEAST, min(MOST, ALL - 100_000 - 300 * figures - 3 * text - 1_000 * statements))


def _with_boxes(view: PublicationView, pictures: Sequence[Picture]) -> list[Picture]:
    places: dict[int, dict[str, Place]] = defaultdict(dict)
    for place in view.places():
        places[place.page][place.ref] = place
    return [replace(p, places=tuple(places[p.page].values())) for p in pictures]
