"""Damages PDFs by the thousand and reads each through the worker processes that a run uses.

Every damaged file must come to an end within its limits and with one outcome: published with the
figures of the original, quarantined with a reason, or declined. The worst is a file that is published
with other figures; such files are kept, listed, and make the exit code 1. Which byte is damaged, and
how, follows from seed and number alone, so that `--only NUMBER` repeats one case.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pyarrow.parquet as pq

from flows.workers import Workers, process_in_worker
from jcfs_etl.contracts import load_contracts
from jcfs_etl.curate import ProcessedDocument
from jcfs_etl.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
#: A figure of a publication: dataset, row, column, text as printed.
Figures = frozenset[tuple[str, ...]]


def flip_bits(data: bytearray, chance: random.Random) -> None:
    """One to a dozen single bits."""
    for _ in range(chance.randint(1, 12)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def flip_one_bit(data: bytearray, chance: random.Random) -> None:
    """One bit anywhere."""
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def zero_run(data: bytearray, chance: random.Random) -> None:
    """A run of bytes lost to zeros, as a bad disk block."""
    at, size = chance.randrange(len(data)), chance.choice((1, 8, 64, 512, 4096))
    end = min(at + size, len(data))
    data[at:end] = bytes(end - at)


def cut(data: bytearray, chance: random.Random) -> None:
    """The end or a piece of the middle lost."""
    at = chance.randrange(len(data))
    del data[at : at + chance.choice((1, 100, 10_000, len(data)))]


def cut_but_ended(data: bytearray, chance: random.Random) -> None:
    """The middle lost, the file's last kilobyte in place."""
    at = chance.randrange(max(1, len(data) - 1024))
    del data[at : min(at + chance.choice((1, 64, 2048, 65_536)), len(data) - 1024)]


def duplicate(data: bytearray, chance: random.Random) -> None:
    """A piece that stands twice."""
    at, size = chance.randrange(len(data)), chance.choice((16, 512, 8192))
    data[at:at] = data[at : at + size]


def edit_number(data: bytearray, chance: random.Random) -> None:
    """A number outside the compressed data replaced by an awkward one."""
    spots = [m.span() for m in re.finditer(rb"(?<=[ \[/])-?\d+(?:\.\d+)?(?=[ \]\r\n/>])", bytes(data))]
    if spots:
        start, end = chance.choice(spots)
        awkward = ("0", "-1", "1", "7", "65536", "2147483648", "99999999999999999999", "1e9", "-0.5", "null")
        data[start:end] = chance.choice(awkward).encode()


def edit_name(data: bytearray, chance: random.Random) -> None:
    """A name such as /Contents damaged in one letter."""
    spots = [m.start(1) for m in re.finditer(rb"/([A-Za-z])[A-Za-z]+", bytes(data))]
    if spots:
        data[chance.choice(spots)] ^= 1 << chance.randrange(5)


def damage_stream(data: bytearray, chance: random.Random) -> None:
    """A byte inside a stream."""
    spots = [m.span(1) for m in re.finditer(rb"stream\r?\n(.*?)endstream", bytes(data), re.DOTALL)]
    spots = [(start, end) for start, end in spots if end > start]
    if spots:
        data[chance.randrange(*chance.choice(spots))] = chance.randrange(256)


def damage_index(data: bytearray, chance: random.Random) -> None:
    """A digit of the cross-reference table or trailer."""
    start = data.rfind(b"xref", 0, max(0, data.rfind(b"startxref")))
    spots = [i for i in range(max(0, start), len(data)) if chr(data[i]).isdigit()]
    if spots:
        data[chance.choice(spots)] = ord(str(chance.randrange(10)))


def swap_references(data: bytearray, chance: random.Random) -> None:
    """Two references exchanged."""
    spots = [m.span() for m in re.finditer(rb"\d+ 0 R", bytes(data))]
    if len(spots) > 1:
        (a, b), (c, d) = sorted(chance.sample(spots, 2))
        data[a:d] = data[c:d] + data[b:c] + data[a:b]


KINDS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flip_bits,
    flip_one_bit,
    zero_run,
    cut,
    cut_but_ended,
    duplicate,
    edit_number,
    edit_name,
    damage_stream,
    damage_index,
    swap_references,
)


def variants(data: bytes) -> dict[str, bytes]:
    """The file as it is, without compression, and with its objects packed in streams."""
    found = {"as it is": data}
    ways = {
        "uncompressed": {
            "compress_streams": False,
            "stream_decode_level": pikepdf.StreamDecodeLevel.generalized,
        },
        "packed": {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
    }
    for name, options in ways.items():
        with pikepdf.open(io.BytesIO(data)) as pdf:
            out = io.BytesIO()
            pdf.save(out, **options)  # type: ignore[arg-type]
            found[name] = out.getvalue()
    return found


@dataclass(frozen=True)
class Case:
    """One damaged file."""

    number: int
    source: str
    kind: str
    data: bytes

    @property
    def name(self) -> str:
        """A file's name that tells what was done."""
        return f"{self.number:06d}-{self.kind}.pdf"


def cases(originals: Sequence[tuple[str, bytes]], numbers: Iterator[int], seed: int) -> Iterator[Case]:
    """Damaged files, each following from seed and number alone."""
    for number in numbers:
        chance = random.Random(f"{seed}:{number}")
        source, original = originals[number % len(originals)]
        damage = chance.choice(KINDS)
        data = bytearray(original)
        damage(data, chance)
        yield Case(number, source, damage.__name__, bytes(data))


def measured(path: str, name: str) -> ProcessedDocument:
    """What a worker does, and the most memory it took beside the file."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5", encoding="ascii")
    try:
        return process_in_worker(path, name)
    finally:
        status = Path("/proc/self/status")
        if status.exists():
            [peak] = re.findall(r"VmHWM:\s+(\d+)", status.read_text(encoding="ascii"))
            Path(path).with_suffix(".peak").write_text(peak, encoding="ascii")


@dataclass(frozen=True)
class Result:
    """What became of a damaged file."""

    case: Case
    outcome: str
    reason: str
    seconds: float
    peak_mib: int


def figures_of(document: ProcessedDocument) -> Figures:
    """The figures that a published document holds, and which tables it says it has."""
    if "cells" not in document.files:
        return frozenset()
    cells = pq.read_table(io.BytesIO(document.files["cells"])).to_pylist()
    names = ("dataset", "row", "column", "label", "printed", "amount")
    found = {tuple(str(cell.get(name)) for name in names) for cell in cells}
    record = document.record
    found |= {("table", name, "", "") for name in (*record.tables_found, *record.tables_empty)}
    return frozenset(found | {("record", str(record.unit), str(record.year), str(record.money_unit))})


def unlabelled(figures: Figures) -> Figures:
    """The same without the words of the rows, and without what is blank."""
    return frozenset((*f[:3], *f[4:]) for f in figures if len(f) < 6 or f[4])


def judge(document: ProcessedDocument, truth: Figures) -> tuple[str, str]:
    """The outcome in a word, and the reason."""
    record = document.record
    if record.status == "published":
        found = figures_of(document)
        if found == truth:
            return "published, same figures", ""
        lost, new = sorted(truth - found), sorted(found - truth)
        what = f"lost {lost[:4]} new {new[:4]} ({len(lost)}, {len(new)})"
        if unlabelled(found) == unlabelled(truth):
            return "published, other labels", what
        return "PUBLISHED, OTHER FIGURES", what
    if record.status == "quarantined":
        codes = [f.code for f in document.findings if f.severity == "error"] or ["?"]
        return f"quarantined: {codes[0]}", record.reason or ""
    return str(record.status), record.reason or ""


def main() -> int:
    """Damage, read, count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("files", nargs="*", type=Path, help="PDFs; by default those of data/raw")
    parser.add_argument("-n", type=int, default=2000, help="damaged files to make")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, nargs="*", help="only the cases of these numbers")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--timeout", type=float, default=60, help="seconds a document may take")
    parser.add_argument("--memory", type=int, default=1024, help="MiB a document may take")
    parser.add_argument("--keep", type=Path, help="folder for the files that went wrong")
    options = parser.parse_args()

    paths = options.files or sorted((ROOT / "data" / "raw").glob("*.pdf"))
    originals = [
        (f"{path.name}, {way}", data) for path in paths for way, data in variants(path.read_bytes()).items()
    ]
    settings = Settings(timeout_seconds=options.timeout, memory_mib=options.memory)
    keep = options.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    keep.mkdir(parents=True, exist_ok=True)
    numbers = iter(options.only if options.only is not None else range(options.n))
    results: list[Result] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Workers(options.workers, load_contracts(), settings, measured) as pool,
        ThreadPoolExecutor(options.workers) as threads,
    ):
        truths = {}
        for index, (source, data) in enumerate(originals):
            path = Path(folder) / f"original-{index}.pdf"
            path.write_bytes(data)
            truths[source] = figures_of(pool.process(path, path.name))
            print(f"{source}: {len(truths[source])} figures")

        def run(case: Case) -> Result:
            path = Path(folder) / case.name
            path.write_bytes(case.data)
            began = time.perf_counter()
            document = pool.process(path, case.name)
            seconds = time.perf_counter() - began
            outcome, reason = judge(document, truths[case.source])
            peak = path.with_suffix(".peak")
            peak_mib = int(peak.read_text(encoding="ascii")) >> 10 if peak.exists() else 0
            bad = "other" in outcome.lower() or "processing_failed" in outcome
            if bad or "too_" in outcome or "\n" in reason or options.only is not None:
                shutil.copy(path, keep / case.name)
            path.unlink()
            peak.unlink(missing_ok=True)
            return Result(case, outcome, reason, seconds, peak_mib)

        # A bounded number in hand: the damaged files need not all be in memory at once.
        stream = cases(originals, numbers, options.seed)
        while batch := [case for _, case in zip(range(16 * options.workers), stream, strict=False)]:
            results += threads.map(run, batch)
            print(f"  {len(results)} done", flush=True)
    report(results, keep)
    return int(any(r.outcome.startswith("PUBLISHED") for r in results))


def report(results: Sequence[Result], keep: Path) -> None:
    """Say what became of the damaged files."""
    print(f"\n{len(results)} damaged files")
    for outcome, count in Counter(r.outcome for r in results).most_common():
        print(f"  {count:6d}  {outcome}")
    print("by damage:")
    for kind, count in sorted(Counter((r.case.kind, r.outcome) for r in results).items()):
        print(f"  {count:6d}  {kind[0]:16s} {kind[1]}")
    for title, key in (("slowest (s)", "seconds"), ("largest (MiB)", "peak_mib")):
        most = sorted(results, key=lambda r: getattr(r, key), reverse=True)[:5]
        print(f"{title}: " + ", ".join(f"{getattr(r, key):.1f} {r.case.name}" for r in most))
    for result in results:
        worst = "other" in result.outcome.lower() or "processing_failed" in result.outcome
        if worst or "too_" in result.outcome or "\n" in result.reason:
            print(f"{result.case.name} [{result.case.source}]: {result.outcome}: {result.reason}")
    if len(results) <= 20:
        for result in results:
            print(f"{result.case.name} [{result.case.source}]: {result.outcome}: {result.reason}")
    print(f"kept in {keep}")


if __name__ == "__main__":
    raise SystemExit(main())
