"""What the tests share: the sample, the contracts, and the real files where they are at hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.contracts import Contracts, load_contracts

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(__file__).parent / "data"
SAMPLE = next((ROOT / "data" / "raw").glob("*.pdf"))
SHARED = ROOT.parent / "shared"

#: A figure by dataset, row and column.
Truth = dict[tuple[str, str, str], str]


def read_truth(path: Path) -> Truth:
    """Every cell that a publication prints, as printed; empty where it is blank."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(r["table"], r["row"], r["column"]): r["printed"] for r in csv.DictReader(file)}


def shared(path: str) -> Path:
    """A file that stands beside the project in its workshop; without it the test is skipped."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"needs shared/{path}, which is kept outside the project")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start a server come first: they take longest, and the rest goes on beside them."""
    slow = {item.path for item in items if item.get_closest_marker("prefect")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def contracts() -> Contracts:
    return load_contracts()


@pytest.fixture(scope="session")
def sample() -> AuditedPublication:
    return read_publication(SAMPLE)


@pytest.fixture(scope="session")
def sample_truth() -> Truth:
    return read_truth(DATA / "sample.truth.csv")
