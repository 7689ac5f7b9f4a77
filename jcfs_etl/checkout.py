"""Which commit of the program runs, where that can be told."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

#: Says which commit an installation was built from, where there is no checkout to ask.
ENVIRONMENT = "JCFS_COMMIT"
#: Seconds that git may take.
_PATIENCE = 10


@cache
def commit() -> str | None:
    """The commit as ``git describe`` names it, with ``-dirty`` where the checkout was changed.

    Returns:
        ``JCFS_COMMIT`` where it is set; None where the program runs from no checkout, or git is not there.
    """
    if named := os.environ.get(ENVIRONMENT):
        return named
    checkout = Path(__file__).resolve().parents[1]
    if not (checkout / ".git").exists():
        return None
    command = ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
