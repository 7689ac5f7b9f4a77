"""Faults on purpose: runs are killed, starved of disk, refused, misled about the time, run two at once.

    python benchmarks/faults.py [--kills 200] [--seed 1] [--folder DIR]

After each fault the curated data is read with pyarrow, pandas, Polars and DuckDB: every file must be, byte
for byte, the one before the run or the one after it, and readers must find the old or the new total of each
unit. Then the next run must end with the same bytes as a run that nothing disturbed, manifest and older
versions included. Reading PDFs is left out (`tests/curating.py` stands in for it), so that faults hit the
writing.

Faults of the disk need the right to mount; without it they are skipped, and it is said. The clock is set
back for what Python asks of it; nothing can be told to the system's own clock here.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path

from mounts import may_mount, mounted

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from forking import Forking  # noqa: E402

Tree = dict[str, bytes]
#: Documents of each kind in the folder of PDFs.
EACH = 6
#: KiB left on a disk that fills up; a whole run needs more than all but the last.
ROOMS = (0, 4, 16, 40, 80, 150, 250, 400, 700, 1200)


@dataclass
class Tally:
    """What came of the faults of one kind.

    Attributes:
        tried: how many there were.
        outcomes: how the disturbed runs ended.
        mixed: times that a reader found some datasets of a document new and others old.
        wrong: what must not be.
    """

    tried: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    mixed: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Scene:
    """A curated root before and after a run.

    Attributes:
        raw: the files of the run.
        old: the curated root before it.
        new: the same root after an undisturbed run.
        trees: the bytes of both.
    """

    raw: Path
    old: Path
    new: Path
    trees: tuple[Tree, Tree]


class Run:
    """A run in a process of its own that can be killed; it is at work when this returns.

    Args:
        raw: the files.
        curated: the curated root.
        wait: seconds to wait for another run.
        back: whether its clock is set back.
    """

    def __init__(self, raw: Path, curated: Path, *, wait: float = 0.0, back: bool = False) -> None:
        self._told, tell = _PROCESSES.Pipe(duplex=False)
        self._process = _PROCESSES.Process(target=_work, args=(str(raw), str(curated), wait, back, tell))
        self._process.start()
        tell.close()
        assert self._told.recv() == "begun"

    def kill(self) -> None:
        """End it as the system ends a process: without a word to it."""
        self._process.kill()

    def ended(self) -> str:
        """How it ended, when it has."""
        try:
            told = str(self._told.recv())
        except EOFError:
            told = "nothing said"
        self._process.join()
        code = self._process.exitcode
        return f"killed by signal {-code}" if code is not None and code < 0 else told


#: Processes are forked off one that has loaded everything and does nothing else.
_PROCESSES = Forking()


def _work(raw: str, curated: str, wait: float, back: bool, tell: Connection) -> None:
    from curating import run

    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.errors import RunError

    load_contracts()
    if back:
        _set_the_clock_back()
    tell.send("begun")
    try:
        run(Path(raw), Path(curated), wait=wait)
    except RunError as error:
        tell.send("refused for another run" if "another run" in str(error) else "refused")
    else:
        tell.send("ended")


def _set_the_clock_back() -> None:
    """Let this process believe that it is ten years ago, as far as Python asks for the time."""
    real, back = time.time, 10 * 365 * 86400
    time.time = lambda: real() - back
    time.time_ns = lambda: int((real() - back) * 1e9)


def make_scene(folder: Path) -> Scene:
    """Files and a curated root in which a run has something of everything to do."""
    from curating import put_file, run

    raw, old, new = folder / "raw", folder / "old", folder / "new"
    for n in range(EACH):
        put_file(raw / f"same{n}.pdf", f"同{n}局 2023 {n}.00")
        put_file(raw / f"changed{n}.pdf", f"改{n}局 2023 {n}.00")
        put_file(raw / f"moved{n}.pdf", f"移{n}局 2023 {n}.00")
        put_file(raw / f"worse{n}.pdf", f"坏{n}局 2023 {n}.00")
        put_file(raw / f"better{n}.pdf", f"好{n}局 2023 {n}.00 quarantined")
        put_file(raw / f"gone{n}.pdf", f"去{n}局 2023 {n}.00")
    run(raw, old)
    for n in range(EACH):
        put_file(raw / f"changed{n}.pdf", f"改{n}局 2023 {n}.50")
        (raw / f"moved{n}.pdf").rename(raw / f"moved to {n}.pdf")
        put_file(raw / f"worse{n}.pdf", f"坏{n}局 2023 {n}.50 quarantined")
        put_file(raw / f"better{n}.pdf", f"好{n}局 2023 {n}.50")
        (raw / f"gone{n}.pdf").unlink()
        put_file(raw / f"new{n}.pdf", f"新{n}局 2023 {n}.50")
        put_file(raw / f"copy{n}.pdf", f"同{n}局 2023 {n}.00")
    shutil.copytree(old, new)
    run(raw, new)
    return Scene(raw, old, new, (tree(old), tree(new)))


def tree(root: Path) -> Tree:
    """All files of a root but for the lock, which says who held it, and for folders of readers to come.

    Of the history of changes all but when a change was noted, and by which run: that no two runs share.
    """
    files = {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in sorted(root.rglob("*"))
        if p.is_file() and p.name != "lock"
    }
    history = "_jcfs/history.jsonl"
    if history in files:
        events = [json.loads(line) for line in files[history].splitlines()]
        files[history] = json.dumps([{**e, "at": "", "run": ""} for e in events]).encode()
    return files


def look(scene: Scene, curated: Path, tally: Tally) -> None:
    """Read what a disturbed run left, as readers would."""
    old, new = ({k: v for k, v in t.items() if not k.startswith("_jcfs/")} for t in scene.trees)
    now = {k: v for k, v in tree(curated).items() if not k.startswith("_jcfs/")}
    for name in {*old, *new, *now}:
        if now.get(name) not in (old.get(name), new.get(name)):
            tally.wrong.append(f"{name} is neither old nor new")
    states: dict[str, set[str]] = {}
    for name in {k for k in {*old, *new} if old.get(k) != new.get(k)}:
        unit = name.split("/")[1]
        states.setdefault(unit, set()).add("old" if now.get(name) == old.get(name) else "new")
    tally.mixed += any(len(found) > 1 for found in states.values())
    before, after = expected(scene.old), expected(scene.new)
    for reader, totals in read_by_all(curated):
        for unit in {*before, *after, *totals}:
            if totals.get(unit) not in (before.get(unit), after.get(unit)):
                tally.wrong.append(f"{reader}: {unit} has {totals.get(unit)}")


def expected(curated: Path) -> dict[str, Decimal]:
    """The totals of a root that nothing disturbed."""
    from curating import totals

    return {unit: total for (unit, _), total in totals(curated).items()}


def read_by_all(curated: Path) -> Iterator[tuple[str, dict[str, Decimal]]]:
    """The totals as four readers find them."""
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow.dataset as ds

    folder = curated / "income"
    table = ds.dataset(folder, partitioning="hive").to_table(columns=["unit", "total"])
    yield "pyarrow", dict(zip(table["unit"].to_pylist(), table["total"].to_pylist(), strict=True))
    frame = pd.read_parquet(folder, dtype_backend="pyarrow")
    yield "pandas", dict(zip(frame["unit"].astype(str), frame["total"], strict=True))
    polars = pl.read_parquet(folder, hive_partitioning=True)
    yield "Polars", dict(zip(polars["unit"], polars["total"], strict=True))
    source = f"read_parquet('{folder}/*/*/*.parquet', hive_partitioning = true)"
    yield "DuckDB", dict(duckdb.connect().execute(f"select unit, total from {source}").fetchall())


def mend(scene: Scene, curated: Path, tally: Tally) -> None:
    """Run once more, undisturbed, and compare with the run that nothing disturbed."""
    how = Run(scene.raw, curated).ended()
    if how != "ended":
        tally.wrong.append(f"the next run: {how}")
    now, new = tree(curated), scene.trees[1]
    for name in sorted({*now, *new}):
        if now.get(name) != new.get(name):
            tally.wrong.append(f"after the next run {name} differs")


def kills(scene: Scene, folder: Path, count: int, chance: random.Random) -> Tally:
    """Kill runs at random moments, some of them once more while they recover."""
    tally = Tally()
    curated = folder / "killed"
    lasts = _duration(scene, folder)
    for _ in range(count):
        shutil.copytree(scene.old, curated)
        for _ in range(chance.choice((1, 1, 2))):
            run = Run(scene.raw, curated)
            time.sleep(chance.uniform(0, lasts))
            run.kill()
            tally.outcomes[run.ended()] += 1
            look(scene, curated, tally)
        tally.tried += 1
        mend(scene, curated, tally)
        shutil.rmtree(curated)
    return tally


def _duration(scene: Scene, folder: Path) -> float:
    """Seconds that an undisturbed run takes from its beginning."""
    curated = folder / "timed"
    shutil.copytree(scene.old, curated)
    run = Run(scene.raw, curated)
    began = time.perf_counter()
    run.ended()
    shutil.rmtree(curated)
    return time.perf_counter() - began


def full_disk(scene: Scene, folder: Path, rooms: Sequence[int] = ROOMS) -> Tally:
    """Leave little room, in KiB, on a small disk of its own."""
    tally = Tally()
    for room in rooms:
        with mounted(folder / "small", "-t", "tmpfs", "-o", "size=16m", "tmpfs") as disk:
            curated = disk / "curated"
            shutil.copytree(scene.old, curated)
            ballast = disk / "ballast"
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
            ballast.write_bytes(b"\0" * max(free - room * 1024, 0))
            tally.outcomes[Run(scene.raw, curated).ended()] += 1
            tally.tried += 1
            look(scene, curated, tally)
            ballast.unlink()
            mend(scene, curated, tally)
    return tally


def read_only(scene: Scene, folder: Path) -> Tally:
    """Forbid writing to the root, to one dataset, and to the program's own folder."""
    tally = Tally()
    for part in (".", "income", "documents", "_jcfs"):
        curated = folder / "fixed"
        shutil.copytree(scene.old, curated)
        place = curated / part
        with mounted(place, "--bind", str(place)):
            subprocess.run(["mount", "-o", "remount,bind,ro", str(place)], check=True)
            tally.outcomes[Run(scene.raw, curated).ended()] += 1
            tally.tried += 1
            look(scene, curated, tally)
        mend(scene, curated, tally)
        shutil.rmtree(curated)
    return tally


def clock_set_back(scene: Scene, folder: Path) -> Tally:
    """Run with the clock ten years back and files of the future, then with the clock right again."""
    tally = Tally()
    for when in (0, 4_000_000_000):
        curated = folder / "late"
        shutil.copytree(scene.old, curated)
        for path in (*scene.raw.rglob("*"), *curated.rglob("*")):
            os.utime(path, (when, when))
        tally.outcomes[Run(scene.raw, curated, back=True).ended()] += 1
        tally.tried += 1
        look(scene, curated, tally)
        mend(scene, curated, tally)
        shutil.rmtree(curated)
    return tally


def two_at_once(scene: Scene, folder: Path, count: int, chance: random.Random) -> Tally:
    """Start two runs on one root; the second waits or leaves, or the first is killed under it."""
    tally = Tally()
    for number in range(count):
        curated = folder / "twice"
        shutil.copytree(scene.old, curated)
        how = ("leaves", "waits", "inherits")[number % 3]
        first = Run(scene.raw, curated)
        if how == "inherits":
            time.sleep(chance.uniform(0, 0.3))
            first.kill()
        second = Run(scene.raw, curated, wait=0.0 if how == "leaves" else 60.0)
        outcomes = [first.ended(), second.ended()]
        tally.outcomes[f"{how}: " + ", then ".join(outcomes)] += 1
        if how != "leaves" and outcomes[1] != "ended":
            tally.wrong.append(f"the second run did not end: {outcomes[1]}")
        tally.tried += 1
        look(scene, curated, tally)
        mend(scene, curated, tally)
        shutil.rmtree(curated)
    return tally


def main(arguments: Sequence[str]) -> int:
    """Run all faults; 1 when anything was as it must not be."""
    parser = argparse.ArgumentParser(description="Faults on purpose.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=12, help="times that two runs are started at once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to work; by default a temporary folder")
    chosen = parser.parse_args(arguments)
    chance = random.Random(chosen.seed)
    wrong = 0
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        folder = Path(name)
        scene = make_scene(folder)
        may = may_mount(folder)
        kinds: dict[str, Callable[[], Tally]] = {
            "killed": lambda: kills(scene, folder, chosen.kills, chance),
            "two at once": lambda: two_at_once(scene, folder, chosen.pairs, chance),
            "clock set back": lambda: clock_set_back(scene, folder),
            "disk full (tmpfs)": lambda: full_disk(scene, folder),
            "read-only (bind mounts)": lambda: read_only(scene, folder),
        }
        for what, fault in kinds.items():
            if "(" in what and not may:
                print(f"{what}: skipped, as mounting is not permitted")
                continue
            tally = fault()
            outcomes = ", ".join(f"{n} {how}" for how, n in sorted(tally.outcomes.items()))
            print(
                f"{what}: {tally.tried} tried; {outcomes}; {tally.mixed} between two renames; "
                f"{len(tally.wrong)} wrong",
                flush=True,
            )
            for line in tally.wrong[:20]:
                print("   ", line)
            wrong += len(tally.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
