"""Whether another version of the program curates the same bytes, document by document and dataset by dataset.

    python benchmarks/same.py --against HEAD~3
    python benchmarks/same.py --against main --documents 100 --pdf ../shared/real ../shared/layouts

Both versions read the sample, the PDFs named and made-up publications, which this version draws once. What
differs is listed; exit code 1 says that something did. Both take turns on each document, so that the ratio
of their seconds says something on a busy machine, too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
#: Reads one PDF a line of its input and answers with a hash a dataset, from the version on its path.
_READER = """
import gc, hashlib, json, sys, time
time.perf_counter = time.process_time  # stages are timed by the processor: others may run beside it
from pathlib import Path
from jcfs_etl.contracts import load_contracts
from jcfs_etl.interface import process_document
contracts = load_contracts()
from jcfs_etl.audit import schemas
from jcfs_etl.read import camelot_hooks, placement  # what a worker has loaded, and how it collects garbage
if settled := sys.argv[1:]:
    gc.collect()
    gc.freeze()
    gc.set_threshold(int(settled[0]))
for line in sys.stdin:
    path = Path(line.rstrip("\\n"))
    began = time.process_time()
    document = process_document(path, path.name, contracts=contracts)
    took = time.process_time() - began
    record = document.record
    said = [(f.code, f.severity, f.message, f.page) for f in document.findings]
    files = {name: hashlib.sha256(data).hexdigest() for name, data in document.files.items()}
    files["findings"] = hashlib.sha256(repr(said).encode()).hexdigest()
    files["status"] = f"{record.status} {record.unit} {record.year}"
    print(json.dumps({"files": files, "stages": dict(document.stages), "processor": took}), flush=True)
"""


class Version:
    """One version of the program in a process of its own.

    Args:
        checkout: where it lies.
        objects: made between two collections of garbage, as its workers have it; 0 for Python's own.

    Attributes:
        seconds: processor time of each stage, over all that was read.
        processor: processor time of all of it.
        last: processor time of each stage of what was read last, and ``whole``.
    """

    def __init__(self, checkout: Path, objects: int = 0) -> None:
        self.last: dict[str, float] = {}
        self.seconds: Counter[str] = Counter()
        self.processor = 0.0
        environment = {**os.environ, "PYTHONPATH": str(checkout), "JCFS_OCR": "off"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _READER, *([str(objects)] if objects else [])],
            cwd=checkout,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self, path: Path) -> dict[str, str]:
        """What it makes of a PDF: a hash a dataset, one of its findings, and its status in words."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"{path}: the version that reads it ended (exit {self._process.wait()})")
        read: dict[str, Any] = json.loads(answer)
        self.seconds.update(read["stages"])
        self.processor += read["processor"]
        self.last = {**read["stages"], "whole": read["processor"]}
        files: dict[str, str] = read["files"]
        return files

    def close(self) -> None:
        """End its process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def checked_out(revision: str, folder: Path) -> Iterator[Path]:
    """Another revision of the program in a folder, which is taken away afterwards."""
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), revision], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def corpora(folder: Path, documents: int, named: Sequence[Path]) -> Iterator[Path]:
    """The sample, the PDFs named and as many made-up publications, drawn into a folder."""
    yield from sorted((ROOT / "data" / "raw").glob("*.pdf"))
    for place in named:
        yield from sorted(place.rglob("*.pdf")) if place.is_dir() else [place]
    sys.path.insert(0, str(ROOT / "tests"))
    from factory.forms import forms
    from factory.producers import PRODUCERS
    from factory.publication import draw_document

    kinds = [(form, producer) for form in forms() for producer in PRODUCERS]
    for number in range(documents):
        form, producer = kinds[number % len(kinds)]
        path = folder / f"made-up-{number:04d}-{form}-{producer}.pdf"
        path.write_bytes(PRODUCERS[producer](draw_document(form, number)))
        yield path


def main() -> None:
    """Compare two versions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--against", default="HEAD", help="revision to compare with (default: HEAD)")
    parser.add_argument("--documents", type=int, default=20, help="made-up publications (default: 20)")
    parser.add_argument("--pdf", type=Path, nargs="*", default=(), help="further PDFs and folders of PDFs")
    chosen = parser.parse_args()
    missing = [str(p) for p in chosen.pdf if not p.exists()]
    if missing:
        parser.error(f"{', '.join(missing)}: not there")
    differing = count = 0
    with (
        tempfile.TemporaryDirectory(prefix="jcfs-same-") as place,
        checked_out(chosen.against, Path(place) / "other") as other,
    ):
        mine, theirs = Version(ROOT), Version(other)
        for path in corpora(Path(place), chosen.documents, [p.resolve() for p in chosen.pdf]):
            # They take turns in being first, since the first one finds the file unread.
            order = (mine, theirs) if count % 2 else (theirs, mine)
            results = {id(version): version.read(path) for version in order}
            ours, before = results[id(mine)], results[id(theirs)]
            changed = sorted(k for k in {*ours, *before} if ours.get(k) != before.get(k))
            count += 1
            if changed:
                differing += 1
                print(f"{path.name}: {', '.join(changed)}")
                if "status" in changed:
                    print(f"    {before['status']} -> {ours['status']}")
        mine.close()
        theirs.close()
    for stage, seconds in theirs.seconds.items():
        print(f"{stage}: {mine.seconds[stage] / seconds:.3f} of the other's {seconds:.2f} s")
    ratio = mine.processor / theirs.processor
    print(
        f"{count} documents, {differing} differ; this version takes {ratio:.3f} of the other's processor time"
    )
    raise SystemExit(1 if differing else 0)


if __name__ == "__main__":
    main()
