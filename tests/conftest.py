"""What the tests share: the sample, the contracts, and the real files where they are at hand."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from at_hand import DATA, SAMPLE, Truth, read_truth
from forking import quick_workers
from prefect_at_hand import make_database, serving_flows

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.curate import ProcessedDocument
from jcfs_etl.interface import process_document
from jcfs_etl.memory import collect_seldom
from jcfs_etl.read import read_pdf
from jcfs_etl.read.model import PdfDocument

TESTS = Path(__file__).parent

# Tests assert no time: on a busy machine any call may take a second.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


#: Files that take longest, in the order in which they are begun; the rest goes on beside them. The first one
#: waits for most of its time.
LONGEST = (
    "flows/test_operations.py",
    "flows/test_flow.py",
    "audit/test_block_slips.py",
    "flows/test_dask.py",
    "cli/test_documented_commands.py",
    "read/test_scans.py",
    "audit/test_rounding_alone.py",
    "flows/test_faults.py",
    "recognise/test_changed_labels.py",
    "whole/test_factory.py",
    "report/test_site.py",
    "report/test_export.py",
)


#: Files that ask a server of Prefect's: it takes ten seconds of a processor to start, and Prefect to load.
SERVED = (
    "flows/test_flow.py",
    "flows/test_dask.py",
    "report/test_metrics.py",
    "cli/test_documented_commands.py",
)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """In place of ``--dist loadfile``: a process takes a file, and one takes all files that are served."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = str(super()._split_scope(nodeid))
            return "served" if file.endswith(SERVED) else file

    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first, so that no process is left alone with one at the end."""
    order = {TESTS / name: number for number, name in enumerate(LONGEST)}
    assert all(path.exists() for path in order), "a file was renamed: name it in LONGEST as it is called now"
    items.sort(key=lambda item: order.get(item.path, len(order)))


def pytest_collectstart() -> None:
    """Hardly anything that is loaded with the tests is garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays: looking through it all anew takes a fifth of the time.

    What tests make has few circles as well, so that it looks less often, as in a worker.
    """
    gc.enable()
    gc.collect()
    gc.freeze()
    collect_seldom()


def pytest_unconfigure() -> None:
    """Libraries look for their own remains at the end."""
    gc.unfreeze()


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors: one of them waits for Prefect's server and its clocks."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def workers_begin_at_once() -> Iterator[None]:
    """Worker processes are forked off one that has loaded what they need."""
    with quick_workers():
        yield


@pytest.fixture(scope="session", autouse=True)
def power_does_not_fail() -> Iterator[None]:
    """Nothing is waited for until it is on the disk: only a failure of power would show it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session")
def contracts() -> Contracts:
    return load_contracts()


@pytest.fixture(scope="session")
def sample() -> AuditedPublication:
    return read_publication(SAMPLE)


@pytest.fixture(scope="session")
def sample_pages() -> PdfDocument:
    """The sample as it is read, before anything is recognised."""
    return read_pdf(SAMPLE)


@pytest.fixture(scope="session")
def document() -> ProcessedDocument:
    """The sample as it is published."""
    return process_document(SAMPLE, "sample.pdf")


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
