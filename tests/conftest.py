"""What the tests share: the sample, the contracts, and the real files where they are at hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from at_hand import DATA, SAMPLE, Truth, read_truth
from prefect_at_hand import make_database, serving_flows

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


@pytest.fixture(scope="session")
def prefect_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of Prefect, to be copied; one for all processes of a run."""
    own = tmp_path_factory.getbasetemp()
    return make_database(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def server(prefect_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Prefect's temporary server, for all flows that tests call in this process."""
    with serving_flows(tmp_path_factory.mktemp("prefect"), prefect_database):
        yield
