"""Runs a command and says how long it took and what memory each of its processes took at most."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: Seconds between two looks at the processes; the system itself keeps each one's peak.
_LOOK = 0.1


@dataclass
class Run:
    """What a command took.

    Attributes:
        code: exit code.
        wall: seconds.
        processor: seconds of processor, of all processes that it waited for.
        output: what it printed.
        peaks: MiB of resident memory at most, by process: ``main``, ``worker`` or ``server``.
    """

    code: int = 0
    wall: float = 0.0
    processor: float = 0.0
    output: str = ""
    peaks: dict[str, list[float]] = field(default_factory=dict)

    def peak(self, kind: str) -> float:
        """The greatest of a kind of processes, in MiB; 0 where there was none."""
        return max(self.peaks.get(kind, [0.0]))


def run(command: Sequence[str | Path]) -> Run:
    """Run a command to its end; Linux alone tells the memory."""
    done = Run()
    peaks: dict[int, tuple[str, float]] = {}
    over = threading.Event()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    with subprocess.Popen(
        [str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as child:
        watcher = threading.Thread(target=_watch, args=(child.pid, peaks, over))
        watcher.start()
        assert child.stdout is not None
        done.output = child.stdout.read().decode(errors="replace")
        done.code = child.wait()
    done.wall = time.perf_counter() - began
    over.set()
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    done.processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    for kind, peak in peaks.values():
        done.peaks.setdefault(kind, []).append(peak)
    return done


def load() -> str:
    """Processors and the load of the last minute, without which times mean little."""
    return f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"


def _watch(root: int, peaks: dict[int, tuple[str, float]], over: threading.Event) -> None:
    while not over.wait(_LOOK):
        for pid in _family(root):
            try:
                status = Path(f"/proc/{pid}/status").read_text()
                called = Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:
                continue
            kib = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")]
            if kib:
                peaks[pid] = (_kind(pid, root, called), kib[0] / 1024)


def _kind(pid: int, root: int, called: bytes) -> str:
    if pid == root:
        return "main"
    if b"uvicorn" in called:
        return "server"
    return "worker" if b"spawn_main" in called else "other"


def _family(root: int) -> list[int]:
    """A process and all that come from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found
