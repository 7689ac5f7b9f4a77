"""Disks that are mounted for a while, where this user may mount any."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def mounted(place: Path, *how: str) -> Iterator[Path]:
    """Something mounted for a while."""
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", *how, str(place)], check=True, capture_output=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def may_mount(folder: Path) -> bool:
    """Whether this user may mount."""
    try:
        with mounted(folder / "try", "-t", "tmpfs", "-o", "size=1m", "tmpfs"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False
