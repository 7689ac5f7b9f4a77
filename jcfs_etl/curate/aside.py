"""Files to be published, as their bytes or as a name in the staging area."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from msgspec import Struct


class Aside(Struct, frozen=True):
    """A file in the staging area.

    Attributes:
        key: where it stands.
        sha256: of its bytes.
    """

    key: str
    sha256: str


class Holder(NamedTuple):
    """The run that workers put files aside for.

    Attributes:
        curated: folder or URL of the root that it holds.
        token: names what is its own there.
        basis: what its results depend on.
    """

    curated: str
    token: str
    basis: str


#: A file to be published: its bytes, or where they have been put aside.
File: TypeAlias = bytes | Aside
Files: TypeAlias = Mapping[str, File]


def digest(file: File) -> str:
    """SHA-256 of what a file holds."""
    return file.sha256 if isinstance(file, Aside) else hashlib.sha256(file).hexdigest()
