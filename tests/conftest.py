"""What the tests share: the sample, the contracts, and the real files where they are at hand."""

from __future__ import annotations

import pytest
from at_hand import DATA, SAMPLE, Truth, read_truth

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.contracts import Contracts, load_contracts


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
