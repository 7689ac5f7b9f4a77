"""Comparisons with other publications as they come to stand beside the curated data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from at_hand import SAMPLE
from msgspec.structs import replace

from jcfs_etl.across.run import compare_published
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import ProcessedDocument, read_dataset
from jcfs_etl.curate.root import CuratedRoot
from jcfs_etl.curate.stores import open_store
from jcfs_etl.interface import process_document

UNIT = "晋城市人力资源和社会保障综合服务中心"
BESIDE = f"unit={UNIT}/year=2024/across.parquet"


@pytest.fixture(scope="module")
def processed() -> ProcessedDocument:
    return process_document(SAMPLE, "2023.pdf")


@pytest.fixture
def root(tmp_path: Path, contracts: Contracts) -> Iterator[CuratedRoot]:
    with CuratedRoot(open_store(str(tmp_path)), contracts) as held:
        yield held


def next_year(processed: ProcessedDocument) -> ProcessedDocument:
    """The same accounts once more, as if they were the next year's: balances carry over, changes do not."""
    record = replace(processed.record, year=2024, source="2024.pdf", sha256="f" * 64)
    return replace(processed, record=record)


def test_a_year_alone_is_compared_with_nothing(
    root: CuratedRoot, processed: ProcessedDocument, contracts: Contracts
) -> None:
    root.publish(processed)
    assert compare_published(root, "1", contracts) == []


def test_what_disagrees_stands_with_the_later_year_whichever_came_first(
    root: CuratedRoot, processed: ProcessedDocument, contracts: Contracts, tmp_path: Path
) -> None:
    root.publish(next_year(processed))
    root.publish(processed)
    [(partition, across)] = compare_published(root, "1", contracts)
    assert partition.year == 2024
    # The later year is the same publication once more, so its tables are last year's, too.
    assert {f.code for f in across.findings} == {"change_disagrees", "table_of_last_year"}
    assert (tmp_path / "findings" / BESIDE).exists() and (tmp_path / "checks" / BESIDE).exists()
    findings = read_dataset(tmp_path, "findings", contracts).to_pylist()
    assert {r["year"] for r in findings if r["code"] == "change_disagrees"} == {2024}
    checks = read_dataset(tmp_path, "checks", contracts).to_pylist()
    [opening] = [c for c in checks if c["check"] == "across.opening_balance"]
    assert (opening["year"], opening["verdict"], opening["reported"]) == (2024, "rounding", 866400)


def test_nothing_is_compared_again_until_something_changes(
    root: CuratedRoot, processed: ProcessedDocument, contracts: Contracts
) -> None:
    root.publish(processed)
    root.publish(next_year(processed))
    assert len(compare_published(root, "1", contracts)) == 1
    assert compare_published(root, "1", contracts) == []
    assert len(compare_published(root, "2", contracts)) == 1, "the contracts have changed"


def test_it_goes_when_the_other_publication_is_withdrawn(
    root: CuratedRoot, processed: ProcessedDocument, contracts: Contracts, tmp_path: Path
) -> None:
    root.publish(processed)
    root.publish(next_year(processed))
    compare_published(root, "1", contracts)
    root.withdraw(root.manifest.partitions[UNIT, 2023])
    assert compare_published(root, "1", contracts) == []
    assert not (tmp_path / "findings" / BESIDE).exists() and not (tmp_path / "checks" / BESIDE).exists()
