"""What the curated data hold, where its pages lie, and what they would be made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from jcfs_etl.curate.manifest import Partition, Seen, load_manifest, to_line
from jcfs_etl.curate.store import Store
from jcfs_etl.report.site.model import Entry

#: Documents that are not published for what they are.
_REFUSED = ("quarantined", "declined")


def unit_href(unit: str | None) -> str:
    """The page of a unit below the site; empty where the unit is not known."""
    return f"u/{unit_key(unit)}.html" if unit else ""


def unit_key(unit: str) -> str:
    """The name of a unit's files, whatever it is called."""
    return hashlib.sha256(f"unit\0{unit}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def year_href(year: int | None, part: int = 0) -> str:
    """A page of a year below the site."""
    name = "unknown" if year is None else f"{year:d}"
    return f"y/{name}{f'-{part + 1}' if part else ''}.html"


def entries(store: Store, raw: Path | None) -> list[Entry]:
    """Publications and refused documents, sorted by unit, year and name; those of unknown units last.

    Args:
        store: the curated data.
        raw: folder of the PDFs; whether one is there is part of what its page is made from.

    Raises:
        RunError: the manifest is damaged.
    """
    manifest = load_manifest(store)
    found = [_published(p, raw) for p in manifest.published()]
    found += [_refused(s, raw) for s in manifest.seen.values() if s.status in _REFUSED and s.files]
    return sorted(found, key=lambda e: (e.unit is None, e.unit or "", e.year or 0, e.source, e.key))


def pdf_of(source: str, raw: Path | None) -> Path | None:
    """The PDF that the data calls so, below a folder; None where there is none."""
    if raw is None:
        return None
    path = raw / source
    # A name is data: it may not lead out of the folder.
    return path if path.is_file() and path.resolve().is_relative_to(raw.resolve()) else None


def _published(partition: Partition, raw: Path | None) -> Entry:
    made_from = [f"{key}={sha}" for key, sha in sorted(partition.files.items())]
    return Entry(
        key=_hash("published", partition.unit, str(partition.year))[:16],
        unit=partition.unit,
        year=partition.year,
        status="published",
        source=partition.source,
        place=partition.place,
        sha256=partition.sha256,
        files=tuple(sorted(partition.files)),
        version=_hash(partition.source, partition.sha256, *made_from, *_looks(partition.source, raw)),
    )


def _refused(seen: Seen, raw: Path | None) -> Entry:
    return Entry(
        key=_hash("refused", seen.place)[:16],
        unit=seen.unit,
        year=seen.year,
        status="quarantined" if seen.status == "quarantined" else "declined",
        source=seen.source,
        place=seen.place,
        sha256=seen.sha256,
        files=tuple(sorted(seen.files)),
        version=_hash(to_line(seen).decode(), *_looks(seen.source, raw)),
    )


def _looks(source: str, raw: Path | None) -> Iterable[str]:
    """Whether the PDF is there: a page without pictures is made anew when it is found."""
    path = pdf_of(source, raw)
    return () if path is None else (str(path.stat().st_size),)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
