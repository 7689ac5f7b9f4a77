"""What publishing costs the one process that holds a root, with workers that put files aside and without.

    python benchmarks/committing.py --documents 1000
    python benchmarks/committing.py --documents 100 --s3

Stand-ins of the sample, each of another unit, are published three ways: one by one from bytes, in groups from
bytes, and in groups from files that a worker has put aside. All must leave the same data. Milliseconds are
those of the process that publishes, for each document; what a worker spends is told beside. ``--s3`` does
so in a bucket of moto's server, whose answers take time of their own.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.curate import CuratedRoot, ProcessedDocument, open_store
from jcfs_etl.curate.staging import PuttingAside
from jcfs_etl.curate.store import OWN, Store
from jcfs_etl.interface import process_document

ROOT = Path(__file__).resolve().parents[1]


def stand_ins(contracts: Contracts, count: int) -> list[ProcessedDocument]:
    """The sample for many units."""
    path = next((ROOT / "data" / "raw").glob("*.pdf"))
    document = process_document(path, path.name, contracts=contracts)
    return [
        replace(
            document,
            record=replace(document.record, unit=f"单位{n}", source=f"{n}.pdf", sha256=f"{n:064x}"),
        )
        for n in range(count)
    ]


def contents(store: Store) -> str:
    """A hash of all that readers see."""
    digest = hashlib.sha256()
    for key in store.keys(""):
        if not key.startswith(OWN):
            digest.update(key.encode() + b"\0" + (store.read(key) or b""))
    return digest.hexdigest()


@contextmanager
def bucket() -> Iterator[str]:
    """The URL of a bucket of moto's server."""
    import s3fs

    code = "from moto.server import main; main(['-H', '127.0.0.1', '-p', '5557'])"
    server = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.environ |= {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5557",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        for _ in range(100):
            try:
                s3fs.S3FileSystem(skip_instance_cache=True).call_s3("create_bucket", Bucket="bench")
                break
            except Exception:
                time.sleep(0.2)
        yield f"s3://bench/{uuid.uuid4().hex}"
    finally:
        server.terminate()
        server.wait()


def main() -> int:
    """Measure, and say whether the three ways agree."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--s3", action="store_true")
    arguments = parser.parse_args()
    contracts = load_contracts()
    documents = stand_ins(contracts, arguments.documents)
    hashes = set()

    def measure(name: str, place: str, aside: bool, publish: Callable[..., object]) -> None:
        with CuratedRoot(open_store(place), contracts) as root:
            ready: Iterable[ProcessedDocument] = documents
            if aside:
                putting = PuttingAside(root.holder, contracts)
                began = time.process_time()
                ready = [putting(document) for document in documents]
                spent = (time.process_time() - began) / len(documents) * 1000
            wall, processor = time.perf_counter(), time.process_time()
            publish(root, ready)
            wall, processor = time.perf_counter() - wall, time.process_time() - processor
        each = 1000 / len(documents)
        beside = f"; a worker {spent:.1f} ms to put aside" if aside else ""
        print(
            f"{name}: {processor * each:.2f} ms of processor, {wall * each:.2f} ms of wall, "
            f"{len(documents) / wall:.0f} documents a second{beside}"
        )
        hashes.add(contents(open_store(place)))

    def one_by_one(root: CuratedRoot, ready: Iterable[ProcessedDocument]) -> None:
        for document in ready:
            root.publish(document)

    def in_groups(root: CuratedRoot, ready: Iterable[ProcessedDocument]) -> None:
        list(root.publish_all((document, None) for document in ready))

    def all_ways(base: str) -> None:
        measure("one by one, from bytes", f"{base}/one", False, one_by_one)
        measure("in groups, from bytes", f"{base}/groups", False, in_groups)
        measure("in groups, put aside", f"{base}/aside", True, in_groups)

    if arguments.s3:
        with bucket() as url:
            all_ways(url)
    else:
        with tempfile.TemporaryDirectory() as folder:
            all_ways(folder)
    print("the same data" if len(hashes) == 1 else "THE DATA DIFFERS")
    return 0 if len(hashes) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
