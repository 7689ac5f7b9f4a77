"""Publishing: partitions of one document, replaced whole or not at all, with the same bytes every time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from at_hand import SAMPLE
from msgspec.structs import replace

from jcfs_etl.checkout import commit
from jcfs_etl.contracts import Contracts
from jcfs_etl.contracts.arrow import arrow_schema, dataset_names
from jcfs_etl.curate import CuratedRoot, ProcessedDocument, open_store, publish, read_dataset
from jcfs_etl.curate.partitions import NULL_PARTITION, file_key
from jcfs_etl.curate.store_local import LocalStore
from jcfs_etl.errors import RunError
from jcfs_etl.interface import process_document

UNIT = "晋城市人力资源和社会保障综合服务中心"


def partition_folder(root: Path, dataset: str, unit: str | None, year: int | None) -> Path:
    return (root / file_key(dataset, unit, year)).parent


def snapshot(root: Path) -> dict[str, tuple[bytes, int]]:
    return {
        p.relative_to(root).as_posix(): (p.read_bytes(), p.stat().st_mtime_ns)
        for p in sorted(root.rglob("*"))
        if p.is_file() and "_jcfs" not in p.parts
    }


def test_one_file_a_partition_named_by_unit_and_year(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    publish(document, tmp_path, contracts)
    assert set(snapshot(tmp_path)) == {
        f"{dataset}/unit={UNIT}/year=2023/part-0.parquet" for dataset in dataset_names(contracts)
    }


def test_publishing_again_touches_no_file(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    publish(document, tmp_path, contracts)
    before = snapshot(tmp_path)
    again = process_document(SAMPLE, "sample.pdf")
    assert publish(again, tmp_path, contracts).changed == 0
    assert snapshot(tmp_path) == before


def test_files_carry_the_promised_schema_with_labels_and_units(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    publish(document, tmp_path, contracts)
    for dataset in dataset_names(contracts):
        path = partition_folder(tmp_path, dataset, UNIT, 2023) / "part-0.parquet"
        assert pq.read_schema(path).equals(arrow_schema(contracts, dataset), check_metadata=True), dataset
    field = pq.read_schema(partition_folder(tmp_path, "expenditure", UNIT, 2023) / "part-0.parquet").field(
        "basic"
    )
    assert field.metadata[b"label"].decode() == "基本支出"
    assert field.metadata[b"measured_in"].decode() == "元"


def test_a_table_that_is_gone_leaves_no_stale_partition(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    publish(document, tmp_path, contracts)
    files = {d: data for d, data in document.files.items() if d != "disclosure_statistics"}
    outcome = publish(replace(document, files=files), tmp_path, contracts)
    assert outcome.changed == 1
    assert not any("disclosure_statistics" in name for name in snapshot(tmp_path))


def test_a_quarantined_document_leaves_the_published_version_alone(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    publish(document, tmp_path, contracts)
    before = snapshot(tmp_path)
    worse = replace(document, record=document.record.refused("a table is missing"), files={})
    publish(worse, tmp_path, contracts)
    after = snapshot(tmp_path)
    assert {name: after[name] for name in before} == before
    documents = read_dataset(tmp_path, "documents", contracts).to_pylist()
    assert sorted(d["status"] for d in documents) == ["published", "quarantined"]
    publish(document, tmp_path, contracts)
    assert [d["status"] for d in read_dataset(tmp_path, "documents", contracts).to_pylist()] == ["published"]


def test_two_publications_of_one_unit_and_year_are_a_finding_not_an_overwrite(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    publish(document, tmp_path, contracts)
    before = snapshot(tmp_path)
    other = replace(document, record=replace(document.record, sha256="0" * 64, source="other.pdf"))
    outcome = publish(other, tmp_path, contracts)
    assert outcome.record.status == "quarantined"
    assert outcome.findings[-1].code == "conflicting_publication"
    assert "sample.pdf" in (outcome.record.reason or "")
    after = snapshot(tmp_path)
    assert {name: after[name] for name in before} == before
    forced = publish(other, tmp_path, contracts, force=True)
    assert forced.record.status == "published"
    assert [d["source"] for d in read_dataset(tmp_path, "documents", contracts).to_pylist()] == ["other.pdf"]


def test_a_corrected_file_of_the_same_name_replaces_the_old_version(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    publish(document, tmp_path, contracts)
    corrected = replace(document, record=replace(document.record, sha256="1" * 64))
    assert publish(corrected, tmp_path, contracts).record.status == "published"
    assert [d["sha256"] for d in read_dataset(tmp_path, "documents", contracts).to_pylist()] == ["1" * 64]


def test_a_failed_write_leaves_the_old_file_and_no_remains(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalStore(tmp_path)
    store.write("income/part-0.parquet", b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunError, match="No space left"):
        store.write("income/part-0.parquet", b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.rglob("*") if p.is_file()] == [
        ("part-0.parquet", b"old")
    ]


@pytest.mark.parametrize("unit", ["../../etc", "..", "a/b=c%", 'x"#*:?\\{}[]^', "甲局（本级）"])
def test_no_unit_name_leads_out_of_its_dataset(unit: str, tmp_path: Path) -> None:
    folder = partition_folder(tmp_path, "income", unit, 2023)
    assert folder.parent.parent == tmp_path / "income"
    assert folder.resolve().is_relative_to((tmp_path / "income").resolve())


def test_unknown_unit_and_year_go_to_hives_null_partition(tmp_path: Path) -> None:
    folder = partition_folder(tmp_path, "documents", None, None)
    assert folder == tmp_path / "documents" / f"unit={NULL_PARTITION}" / f"year={NULL_PARTITION}"


def test_documents_that_could_not_be_read_are_listed_with_their_reason(
    tmp_path: Path, contracts: Contracts
) -> None:
    (tmp_path / "broken.pdf").write_text("<html>not found</html>")
    outcome = publish(
        process_document(tmp_path / "broken.pdf", "broken.pdf"), tmp_path / "curated", contracts
    )
    assert outcome.record.status == "quarantined"
    [row] = read_dataset(tmp_path / "curated", "documents", contracts).to_pylist()
    assert (row["unit"], row["year"], row["source"]) == (None, None, "broken.pdf")
    assert "not a PDF" in row["reason"]
    [finding] = read_dataset(tmp_path / "curated", "findings", contracts).to_pylist()
    assert (finding["source"], finding["code"]) == ("broken.pdf", "not_a_pdf")


def test_identical_runs_write_identical_bytes(tmp_path: Path, contracts: Contracts) -> None:
    def run(name: str) -> Iterator[tuple[str, bytes]]:
        publish(process_document(SAMPLE, "sample.pdf"), tmp_path / name, contracts)
        return ((path, data) for path, (data, _) in snapshot(tmp_path / name).items())

    assert dict(run("a")) == dict(run("b"))


def of(root: Path, contracts: Contracts) -> tuple[str, str | None]:
    """What the published row of ``documents`` says of the program."""
    [row] = read_dataset(root, "documents", contracts).to_pylist()
    return row["basis"], row["extractor_commit"]


def publish_by(document: ProcessedDocument, root: Path, contracts: Contracts, basis: str) -> int:
    with CuratedRoot(open_store(root), contracts, basis=basis) as curated:
        return curated.publish(document).changed


def test_documents_say_which_program_made_the_data(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    made = replace(document, record=replace(document.record, extractor_commit="0123abcd"))
    publish_by(made, tmp_path, contracts, "first")
    assert of(tmp_path, contracts) == ("first", "0123abcd")


def test_a_newer_program_that_makes_the_same_data_changes_nothing(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    publish_by(document, tmp_path, contracts, "first")
    before = snapshot(tmp_path)
    assert publish_by(document, tmp_path, contracts, "second") == 0
    assert snapshot(tmp_path) == before
    other = replace(document, files={**document.files, "income": document.files["expenditure"]})
    assert publish_by(other, tmp_path, contracts, "third") == 2, "income, and the row of documents"
    assert of(tmp_path, contracts)[0] == "third"


def test_the_commit_is_that_of_the_checkout_or_as_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commit.cache_clear()
    monkeypatch.setenv("JCFS_COMMIT", "0123abcd")
    assert commit() == "0123abcd"
    commit.cache_clear()
