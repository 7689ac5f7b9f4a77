"""Where the pages of units and years lie below the site: hashes and numbers, never names."""

from __future__ import annotations

import hashlib


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
