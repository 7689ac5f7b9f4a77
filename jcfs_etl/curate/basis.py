"""What the result of reading a file depends on beside its bytes: contracts, program, libraries, settings."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import jcfs_etl
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.settings import Settings

#: Libraries whose versions can change what is read or how it is written; the last two are optional.
_LIBRARIES = ("camelot-py", "playa-pdf", "pypdfium2", "highspy", "pyarrow", "rapidocr", "onnxruntime")
#: Parts of the program that read, recognise, interpret and audit a document, and write what comes of it.
COUNTS = (
    "read",
    "recognise",
    "interpret",
    "audit",
    "contracts",
    "findings.py",
    "interface.py",
    "labels.py",
    "money.py",
    "pipeline.py",
    "places.py",
    "wording.py",
    "curate/audited.py",
    "curate/outcome.py",
    "curate/partitions.py",
    "curate/performance_records.py",
    "curate/prose_records.py",
    "curate/records.py",
)


def result_basis(contracts: Contracts, settings: Settings) -> str:
    """A short hash of contracts, extractor and settings; another one means that all is to be done again."""
    parts = [contracts.version, jcfs_etl.__version__, _program(), *_versions(), f"ocr={settings.ocr}"]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def limits_basis(settings: Settings) -> str:
    """The limits in words; when they change, what was refused is to be tried again."""
    limits = settings.model_dump(exclude={"ocr", "keep_versions"})
    return " ".join(f"{name}={value:g}" for name, value in sorted(limits.items()))


@cache
def _program() -> str:
    """A hash of the program's own text, as far as results depend on it.

    Its version alone stays the same while it is worked on; a changed help text reads nothing anew.
    """
    package = Path(jcfs_etl.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if name.split("/")[0] in COUNTS or name in COUNTS:
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _versions() -> list[str]:
    found = []
    for name in _LIBRARIES:
        try:
            found.append(f"{name}={version(name)}")
        except PackageNotFoundError:
            found.append(f"{name}=")
    return found
