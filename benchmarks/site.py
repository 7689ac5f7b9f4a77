"""Size and time of the site: making, an unchanged run, the largest pages, and how fast the overview opens.

    python benchmarks/site.py --documents 60 --pictures
    python benchmarks/site.py --documents 10000

Up to a few hundred publications are drawn and read; beyond, a few dozen stand in for all, as in `readers.py`.
Without `--pictures` no PDF is looked at, so that the figures say what the pages themselves cost. The overview
is opened in Chromium (`apt-get install chromium`) several times; the median counts until its list is shown.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from measured import Run, load, run
from readers import build

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests")]
JCFS = Path(sysconfig.get_path("scripts")) / "jcfs"
#: Above so many publications, some stand in for the others.
DRAWN = 300
#: Seconds that an unchanged run and opening the overview may take, and bytes of a publication's pages.
AIM_RERUN, AIM_OPEN, AIM_BYTES = 10.0, 1.0, 2_000_000


def draw(folder: Path, documents: int) -> None:
    """Draw publications and ingest them."""
    from factory.forms import forms
    from factory.producers import PRODUCERS
    from factory.publication import draw_document

    raw = folder / "raw"
    raw.mkdir(parents=True)
    names, producers = list(forms()), list(PRODUCERS)
    for number in range(documents):
        form, producer = names[number % len(names)], producers[number // len(names) % len(producers)]
        data = PRODUCERS[producer](draw_document(form, 5000 + number))
        (raw / f"{number:04d}-{form}-{producer}.pdf").write_bytes(data)
    done = run([JCFS, "ingest", raw, "--curated", folder / "curated"])
    print(f"ingested: {cost(done)}", flush=True)


def report(folder: Path, *, pictures: bool) -> None:
    """Make the site, make it again, and print what it is like."""
    site, empty = folder / "site", folder / "no-pdfs"
    empty.mkdir(exist_ok=True)
    raw = folder / "raw" if pictures else empty
    for what in ("made at first", "made again, unchanged"):
        done = run([JCFS, "report", "--curated", folder / "curated", "--raw", raw, "--out", site])
        print(f"{what}: {cost(done)}, exit {done.code}\n  {done.output.strip().splitlines()[-1]}", flush=True)
    print(f"  aim of an unchanged run under {AIM_RERUN:g} s: {reached(done.wall < AIM_RERUN)}")
    sizes = {p: p.stat().st_size for p in site.rglob("*") if p.is_file()}
    pages: dict[str, int] = {}
    for path, size in sizes.items():
        parts = path.relative_to(site).parts
        if parts[0] == "p":
            pages[parts[1]] = pages.get(parts[1], 0) + size
    print(f"{len(sizes)} files, {sum(sizes.values()) / 1e6:.0f} MB; of a publication:", end=" ")
    largest = max(pages.values())
    print(
        f"median {statistics.median(pages.values()) / 1e6:.2f}, largest {largest / 1e6:.2f} MB; "
        f"aim under 2 MB: {reached(largest < AIM_BYTES)}"
    )
    for path in sorted(sizes, key=lambda p: -sizes[p])[:3]:
        print(f"  largest files: {path.relative_to(site)} {sizes[path] / 1e6:.2f} MB")
    print(f"  overview {sizes[site / 'index.html'] / 1e6:.2f} MB", flush=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        print("overview not opened: no Chromium (apt-get install chromium)")
        return
    seconds = opened(chromium, site / "index.html")
    aim = f"aim under {AIM_OPEN:g} s: {reached(seconds < AIM_OPEN)}"
    print(f"overview opened in {seconds:.2f} s; {aim}; {load()}")


def opened(chromium: str, page: Path, rounds: int = 5) -> float:
    """Median of the seconds until the list of the overview is shown, each time in a new window."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for _ in range(rounds):
            context = browser.new_context()
            window = context.new_page()
            began = time.perf_counter()
            window.goto(page.as_uri())
            window.wait_for_selector(".each tbody tr")
            found.append(time.perf_counter() - began)
            context.close()
        browser.close()
    return statistics.median(found)


def cost(done: Run) -> str:
    """Time and memory of a command in words."""
    seconds = f"{done.wall:.1f} s, {done.processor:.1f} s of processor"
    return f"{seconds}, {done.peak('main'):.0f} MiB at most; {load()}"


def reached(is_so: bool) -> str:
    """Whether an aim is reached, in words."""
    return "reached" if is_so else "not reached"


def main(arguments: Sequence[str] | None = None) -> int:
    """Build what is not there, make the site twice, and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=60, help="publications (default 60)")
    parser.add_argument("--pictures", action="store_true", help="make pictures of pages too")
    parser.add_argument("--folder", type=Path, help="where to work; what is there already is used")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        if not (folder / "curated").exists():
            if options.documents > DRAWN:
                print(f"published in {build(folder, options.documents):.0f} s; {load()}", flush=True)
            else:
                draw(folder, options.documents)
        report(folder, pictures=options.pictures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
