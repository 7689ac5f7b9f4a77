"""What publishing costs per document from 100 to 10,000, and how long a run takes in which nothing changed.

    python benchmarks/incremental.py [--documents 10000] [--folder DIR] [--keep]

Reading is left out: one document is read once and published under many units and names, each with a file of
its own to hash. The last run is the command line in a process of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from flows.order import Order
from flows.steps import Run
from jcfs_etl.curate import ProcessedDocument
from jcfs_etl.discover import place_of
from jcfs_etl.interface import process_document

SAMPLE = next((Path(__file__).parents[1] / "data" / "raw").glob("*.pdf"))


def documents(
    document: ProcessedDocument, count: int, folder: Path
) -> Iterator[tuple[Path, ProcessedDocument]]:
    """Files that differ in their last line, and what reading them would give."""
    data = SAMPLE.read_bytes()
    for number in range(count):
        path = folder / f"{number // 1000:03d}" / f"{number:05d}.pdf"
        path.parent.mkdir(exist_ok=True)
        mine = data + b"\n%%%d\n%%%%EOF\n" % number
        path.write_bytes(mine)
        record = replace(
            document.record,
            sha256=hashlib.sha256(mine).hexdigest(),
            unit=f"甲市第{number:05d}局",
            source=path.relative_to(folder).as_posix(),
        )
        yield path, replace(document, record=record)


def publish_all(folder: Path, curated: Path, count: int) -> list[float]:
    """Publish the documents; seconds at which each was done."""
    document = process_document(SAMPLE, "sample.pdf")
    order = Order((str(folder),), str(curated))
    spent, done = 0.0, []
    with Run(order).root() as root:
        for path, made in documents(document, count, folder):
            began = time.perf_counter()
            root.publish(made, place=place_of(path))
            spent += time.perf_counter() - began
            done.append(spent)
        began = time.perf_counter()
    print(f"manifest written in {time.perf_counter() - began:.2f} s")
    return done


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="where to work; by default a temporary folder")
    parser.add_argument("--keep", action="store_true", help="leave the folder as it is at the end")
    chosen = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(dir=chosen.folder))
    raw, curated = folder / "raw", folder / "curated"
    raw.mkdir()
    try:
        done = publish_all(raw, curated, chosen.documents)
        step = 100
        while step <= len(done):
            window = min(100, step)
            cost = (done[step - 1] - (done[step - 1 - window] if step > window else 0)) / window
            print(f"{step:>6} documents: {1000 * cost:6.1f} ms each over the last {window}")
            step = step * 10 if step * 10 <= len(done) or step == len(done) else len(done)
        size = (curated / "_jcfs" / "manifest.jsonl").stat().st_size
        pdfs = sum(p.stat().st_size for p in raw.rglob("*.pdf"))
        print(f"manifest: {size / 1e6:.1f} MB; {pdfs / 1e9:.2f} GB of PDFs")
        before = (curated / "_jcfs" / "manifest.jsonl").stat().st_mtime_ns
        for attempt in ("first", "second"):
            began = time.perf_counter()
            code = "from jcfs_etl.cli import app; app()"
            command = [sys.executable, "-c", code, "ingest", str(raw), "--curated", str(curated)]
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
            print(f"{attempt} rerun: {time.perf_counter() - began:.1f} s, exit code {ended.returncode}")
            print("   ", ended.stdout.strip().splitlines()[-1] if ended.stdout.strip() else ended.stderr)
        untouched = before == (curated / "_jcfs" / "manifest.jsonl").stat().st_mtime_ns
        print("manifest untouched" if untouched else "MANIFEST WRITTEN AGAIN")
    finally:
        if not chosen.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
