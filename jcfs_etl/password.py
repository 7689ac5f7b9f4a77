"""The password of encrypted files: handed over in the environment, to other processes too; never logged."""

from __future__ import annotations

import os

#: The variable that holds it.
PASSWORD = "JCFS_PASSWORD"


def hand_over(password: str) -> str:
    """Put a password where whoever opens a file looks for it, in processes to come too.

    Args:
        password: as given; nothing is changed where it is empty.
    """
    if password:
        os.environ[PASSWORD] = password
    return password


def password_in_force() -> str:
    """What opens encrypted files; empty when nothing was given."""
    return os.environ.get(PASSWORD, "")
