"""Measures reading speed beside camelot's and pdfplumber's, in one run, one process and on one core.

The contenders take turns on every file, round after round, because machines are noisy; what is printed
are medians. Ratios travel between machines, pages per second do not. Aims are stated, never asserted; they
are for real publications, which ``--shared`` takes: of shared/real, beside the project, those that are final
accounts. ``--short`` draws publications of nine pages, a cover and tables, where what a document costs
whatever its length is a larger part. The process is made ready as a worker is, which spares all contenders'
garbage collection alike.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import logging
import os
import platform
import pstats
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]

if TYPE_CHECKING:
    from jcfs_etl.contracts.model import Contracts

WHOLE, CAMELOT, PLUMBER = "whole document", "camelot default", "pdfplumber"
#: Pages a second on one core, and how many times as fast as the others the whole document should be.
AIM_PAGES, AIM_CAMELOT, AIM_PLUMBER = 70.0, 16.0, 4.0
#: The same of short documents, which have so many pages.
AIM_SHORT, SHORT = 45.0, 9
#: Processes started to time `jcfs inspect`.
INSPECTIONS = 3
#: Functions listed by --profile.
TOP = 25


@cache
def contracts() -> Contracts:
    """The contracts, loaded once as a run does."""
    from jcfs_etl.contracts import load_contracts

    return load_contracts()


@cache
def published_below() -> tempfile.TemporaryDirectory[str]:
    """The folder of this run."""
    return tempfile.TemporaryDirectory(prefix="jcfs-bench-")


def whole_document(path: Path) -> str:
    """From the PDF to its published Parquet; the folder is new, so that every file is written.

    The folders are taken away at the end of the run: that is no part of publishing.

    Returns:
        What became of the document, such as ``published``.
    """
    from jcfs_etl.curate import publish
    from jcfs_etl.interface import process_document

    document = process_document(path, path.name, contracts=contracts())
    folder = tempfile.mkdtemp(dir=published_below().name)
    return publish(document, Path(folder), contracts()).record.status


def camelot_default(path: Path) -> int:
    """Read with camelot as it comes; give back how many tables it saw."""
    from camelot.io import read_pdf

    return len(read_pdf(str(path), pages="all"))


def camelot_vector(path: Path) -> int:
    """Read with camelot's vector engine as a plain reader: no rendering, no layout analysis."""
    from camelot.io import read_pdf

    layout = {"boxes_flow": None, "detect_vertical": False}
    tables = read_pdf(str(path), pages="all", engine="vector", split_text=True, layout_kwargs=layout)
    return len(tables)


def pdfplumber_tables(path: Path) -> int:
    """Read with pdfplumber as it comes."""
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        return sum(len(page.extract_tables()) for page in pdf.pages)


def read_stage(path: Path) -> int:
    """Our reading alone: ruled grids with their text and the lines around them."""
    from jcfs_etl.read import read_pdf

    return sum(len(page.grids) for page in read_pdf(path).pages)


CONTENDERS: dict[str, Callable[[Path], object]] = {
    WHOLE: whole_document,
    CAMELOT: camelot_default,
    "camelot vector": camelot_vector,
    PLUMBER: pdfplumber_tables,
    "our reading alone": read_stage,
}


def final_accounts(paths: Sequence[Path]) -> Iterator[Path]:
    """Those that are no scans, and final accounts of a unit: the others are declined before the audit."""
    from jcfs_etl.interface import process_document

    for path in paths:
        document = process_document(path, path.name, contracts=contracts())
        if document.record.status == "declined" or not document.files:
            print(f"{path.name}: left out, {document.record.status}")
        else:
            yield path


def readable(paths: Sequence[Path]) -> list[Path]:
    """Warm every contender up on every file, and leave out files that one of them cannot read."""
    kept = []
    for path in paths:
        try:
            outcomes = {name: contender(path) for name, contender in CONTENDERS.items()}
        except Exception as error:  # readers raise whatever a damaged file provokes
            print(f"{path.name}: left out, {type(error).__name__}: {error}")
            continue
        tables = ", ".join(f"{n} {o}" for n, o in outcomes.items() if isinstance(o, int))
        print(f"{path.name}: {page_count(path)} pages, {outcomes[WHOLE]}; tables: {tables}")
        kept.append(path)
    return kept


def page_count(path: Path) -> int:
    """Pages of a PDF."""
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        return len(pdf.pages)


def measure(paths: Sequence[Path], rounds: int) -> dict[str, tuple[float, float]]:
    """Median wall and processor seconds of each contender over all files."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in CONTENDERS}
    for _ in range(rounds):
        spent = dict.fromkeys(CONTENDERS, (0.0, 0.0))
        for path in paths:
            for name, contender in CONTENDERS.items():
                gc.collect()
                wall, processor = time.perf_counter(), time.process_time()
                contender(path)
                wall, processor = time.perf_counter() - wall, time.process_time() - processor
                spent[name] = (spent[name][0] + wall, spent[name][1] + processor)
        for name, seconds in spent.items():
            taken[name].append(seconds)
    return {name: (median(w for w, _ in t), median(p for _, p in t)) for name, t in taken.items()}


def inspect_seconds(path: Path) -> float:
    """Seconds that `jcfs inspect` takes as a whole process, its start included."""
    jcfs = shutil.which("jcfs", path=sysconfig.get_path("scripts")) or "jcfs"
    taken = []
    for _ in range(INSPECTIONS):
        began = time.perf_counter()
        subprocess.run([jcfs, "inspect", str(path)], stdout=subprocess.DEVNULL, check=False)
        taken.append(time.perf_counter() - began)
    return median(taken)


def short_publications(folder: Path) -> Iterator[Path]:
    """One made-up publication of nine pages by each of the factory's programs."""
    sys.path.insert(0, str(ROOT / "tests"))
    from factory.model import Grid
    from factory.producers import PRODUCERS
    from factory.publication import draw_document

    drawn = draw_document("shanghai_2024", 1)
    tables = [s for s in drawn.sections if any(isinstance(block, Grid) for block in s.blocks)]
    for name, draw in PRODUCERS.items():
        path = folder / f"short-{name}.pdf"
        # Some tables run over their page.
        for count in range(SHORT - 1, 0, -1):
            path.write_bytes(draw(replace(drawn, sections=(drawn.sections[0], *tables[:count]))))
            if page_count(path) == SHORT:
                yield path
                break


def print_results(
    results: dict[str, tuple[float, float]], pages: int, inspected: float, aim_pages: float
) -> None:
    """The table, and whether the aims are reached: by the processor's time, as others may run beside it."""
    whole = results[WHOLE][1]
    print(f"\n{'':20}{'seconds':>9}{'of CPU':>9}{'pages/s':>9}{'x whole':>9}")
    for name, (wall, processor) in results.items():
        print(f"{name:20}{wall:9.2f}{processor:9.2f}{pages / processor:9.1f}{processor / whole:9.2f}")
    print(f"{'jcfs inspect':20}{inspected:9.2f}   one process on the first file, start included\n")
    for what, value, aim in (
        ("pages a second on one core", pages / whole, aim_pages),
        ("times as fast as camelot's default", results[CAMELOT][1] / whole, AIM_CAMELOT),
        ("times as fast as pdfplumber", results[PLUMBER][1] / whole, AIM_PLUMBER),
    ):
        verdict = "reached" if value >= aim else "not reached"
        print(f"aim: {aim:g} {what}; measured {value:.1f}: {verdict}")


def print_profile(paths: Sequence[Path]) -> None:
    """Where the whole document's time goes. The profiler makes small functions look dearer."""
    profiler = cProfile.Profile()
    profiler.enable()
    for path in paths:
        whole_document(path)
    profiler.disable()
    stats = pstats.Stats(profiler)
    entries = stats.stats.items()  # type: ignore[attr-defined]

    def cumulative(name: str, part: str) -> float:
        return sum(float(e[3]) for (file, _, n), e in entries if n == name and part in Path(file).as_posix())

    total = cumulative("whole_document", "throughput")
    stages = {
        "read": cumulative("read_pdf", "jcfs_etl/read/"),
        "recognise": cumulative("recognise", "jcfs_etl/recognise/"),
        "audit": cumulative("audit", "jcfs_etl/audit/"),
    }
    made = cumulative("process_document", "jcfs_etl/interface")
    made -= cumulative("read_publication", "jcfs_etl/interface")
    # What is left of process_document is the making of the Parquet files.
    stages["curate"] = made + cumulative("publish", "jcfs_etl/curate/")
    stages["other"] = total - sum(stages.values())
    print(f"\nprofile of the whole document, {total:.2f} s under the profiler")
    for name, seconds in stages.items():
        print(f"  {name:12}{seconds:8.3f} s{seconds / total:7.1%}")
    stats.strip_dirs()
    for order in ("tottime", "cumulative"):
        stats.sort_stats(order).print_stats(TOP)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit code only says whether there was anything to measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="PDFs; by default those of data/raw")
    parser.add_argument("--shared", action="store_true", help="the final accounts of ../shared/real")
    parser.add_argument("--short", action="store_true", help=f"made-up publications of {SHORT} pages")
    parser.add_argument("--rounds", type=int, default=3, help="rounds after the warm-up (default 3)")
    parser.add_argument("--profile", action="store_true", help="profile the whole document as well")
    options = parser.parse_args(arguments)
    rounds = max(1, options.rounds)
    if hasattr(os, "sched_setaffinity"):
        # One core for the threads of OpenCV, pdfium and Arrow, too.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    warnings.simplefilter("ignore")
    for name in ("pdfminer", "camelot"):
        logging.getLogger(name).setLevel(logging.ERROR)
    versions = ", ".join(f"{name} {version(name)}" for name in ("jcfs-etl", "camelot-py", "pdfplumber"))
    print(f"{versions}, Python {platform.python_version()}; one core, {rounds} rounds")
    # Scans are another matter: benchmarks/scans.py.
    os.environ["JCFS_OCR"] = "off"
    from flows.workers import settle

    settle()
    print(f"load on the machine: {os.getloadavg()[0]:.1f}")
    given = options.paths or sorted((ROOT / "data" / "raw").glob("**/*.pdf"))
    if options.shared:
        given = list(final_accounts(sorted((ROOT.parent / "shared" / "real").glob("*.pdf"))))
    if options.short:
        given = list(short_publications(Path(published_below().name)))
    paths = readable(given)
    if not paths:
        print("nothing to measure: name PDFs, or put some into data/raw", file=sys.stderr)
        return 1
    results = measure(paths, rounds)
    aim = AIM_SHORT if options.short else AIM_PAGES
    print_results(results, sum(page_count(p) for p in paths), inspect_seconds(paths[0]), aim)
    if options.profile:
        print_profile(paths)
    return 0


if __name__ == "__main__":
    sys.exit(main())
