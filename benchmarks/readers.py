"""Readers and unchanged runs on many unit-years: partitions beside compacted files.

    python benchmarks/readers.py --documents 10000

A few dozen made-up publications are drawn and read; what was made of them is published again and again for
other units and years, through the same code as any publication but without reading a PDF each time and
without waiting for the disk. So these figures say what files and queries cost, not what reading costs
(`scale.py`). Each unit-year has a PDF of its own, so that an unchanged run has its bytes to look at.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
from measured import Run, load, run
from msgspec.structs import replace

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests")]
JCFS = Path(sysconfig.get_path("scripts")) / "jcfs"
#: Every second year, so that no publication has a neighbour that it would be held against.
YEARS = (2015, 2017, 2019, 2021, 2023)
#: Publications that are really drawn and read.
DRAWN = 24
#: National totals by functional code.
QUERY = """
    select year, code, min(name) as name, count(distinct unit) as units, sum(total) as total
    from read_parquet('{files}', hive_partitioning = true)
    where code <> 'total' group by year, code order by year, code
"""
#: Seconds that the query over compacted data, and an unchanged run, may take.
AIM_QUERY, AIM_RERUN = 1.0, 10.0


def build(folder: Path, documents: int) -> float:
    """Make curated data of so many unit-years, and their PDFs; seconds that publishing took."""
    from factory.forms import forms
    from factory.producers import PRODUCERS
    from factory.publication import draw_document

    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.curate import CuratedRoot, open_store
    from jcfs_etl.curate.basis import limits_basis, result_basis
    from jcfs_etl.discover import place_of
    from jcfs_etl.interface import process_document
    from jcfs_etl.settings import load_settings

    raw = folder / "raw"
    raw.mkdir(parents=True)
    contracts, settings = load_contracts(), load_settings()
    drawn = []
    for number in range(DRAWN):
        form = list(forms())[number % len(forms())]
        pdf = PRODUCERS["reportlab"](draw_document(form, number))
        path = folder / "drawn.pdf"
        path.write_bytes(pdf)
        made = process_document(path, path.name, contracts=contracts)
        if made.record.status == "published":
            drawn.append((pdf, made))
    print(f"{len(drawn)} publications drawn and read; {load()}", flush=True)
    # Nobody else needs this data after a power cut.
    os.fsync = lambda _: None
    began = time.perf_counter()
    basis = {"basis": result_basis(contracts, settings), "limits": limits_basis(settings)}
    with CuratedRoot(open_store(folder / "curated"), contracts, keep=0, **basis) as root:
        for number in range(documents):
            pdf, made = drawn[number % len(drawn)]
            unit, year = f"某市第{number // len(YEARS)}单位", YEARS[number % len(YEARS)]
            path = raw / f"{number // 1000:03d}" / f"{number:07d}.pdf"
            path.parent.mkdir(exist_ok=True)
            data = pdf + f"% {number}\n".encode()
            path.write_bytes(data)
            sha256 = hashlib.sha256(data).hexdigest()
            record = replace(
                made.record,
                unit=unit,
                year=year,
                sha256=sha256,
                source=path.relative_to(raw).as_posix(),
                members=(),
                unit_codes=(),
            )
            root.publish(replace(made, record=record), place=place_of(path))
    return time.perf_counter() - began


def query(files: str, rounds: int) -> tuple[float, list[tuple[object, ...]]]:
    """Seconds of the quickest of some rounds, each in a connection of its own, and the totals."""
    best, rows = float("inf"), []
    for _ in range(rounds):
        began = time.perf_counter()
        rows = duckdb.connect().execute(QUERY.format(files=files)).fetchall()
        best = min(best, time.perf_counter() - began)
    return best, rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, compact, query, run again; print what each took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000, help="unit-years (default 10,000)")
    parser.add_argument("--folder", type=Path, help="where to work; what is there already is used")
    parser.add_argument("--rounds", type=int, default=3, help="of each query (default 3)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        if not (folder / "curated").exists():
            seconds = build(folder, options.documents)
            each = f"{seconds / options.documents * 1000:.1f} ms each"
            print(
                f"{options.documents} unit-years published in {seconds:.0f} s, {each}; {load()}", flush=True
            )
        report(folder, options.rounds)
    return 0


def report(folder: Path, rounds: int) -> None:
    """Measure what readers and unchanged runs take, and print it."""
    curated = folder / "curated"
    manifest = (curated / "_jcfs" / "manifest.jsonl").stat().st_size / 1e6
    count = sum(1 for _ in (curated / "expenditure").rglob("*.parquet"))
    print(f"{count} partitions of expenditure, manifest of {manifest:.1f} MB")
    for what in ("compacted at first", "compacted again, unchanged"):
        done = run([JCFS, "compact", "--curated", curated])
        print(f"{what}: {cost(done)}\n  {' '.join(done.output.split())}", flush=True)
    compacted = curated / "_compact"
    sizes: dict[str, int] = {}
    for path in sorted(compacted.rglob("*.parquet")):
        dataset = path.parent.parent.name
        sizes[dataset] = sizes.get(dataset, 0) + path.stat().st_size
    print("compacted bytes a unit-year:", {d: round(s / count) for d, s in sizes.items()}, flush=True)
    done = run([JCFS, "ingest", folder / "raw", "--curated", curated])
    print(f"unchanged run: {cost(done)}, exit {done.code}; {aim(done.wall, AIM_RERUN)}")
    print(f"  {' '.join(done.output.split()[-30:])}", flush=True)
    quick, rows = query(f"{compacted}/expenditure/*/*.parquet", rounds)
    print(f"national totals, compacted: {quick:.3f} s, {len(rows)} totals; {aim(quick, AIM_QUERY)}; {load()}")
    slow, same = query(f"{curated}/expenditure/*/*/*.parquet", 1)
    print(f"national totals, partitions: {slow:.3f} s, {slow / quick:.0f} times as long; {load()}")
    print("the same totals" if same == rows else "THE TOTALS DIFFER")


def cost(done: Run) -> str:
    """Time and memory of a command in words."""
    seconds = f"{done.wall:.1f} s, {done.processor:.1f} s of processor"
    return f"{seconds}, {done.peak('main'):.0f} MiB at most; {load()}"


def aim(seconds: float, under: float) -> str:
    """Whether an aim is reached, in words."""
    return f"aim under {under:g} s: {'reached' if seconds < under else 'not reached'}"


if __name__ == "__main__":
    sys.exit(main())
