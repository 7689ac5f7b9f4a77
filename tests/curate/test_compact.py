"""`jcfs compact`: one sorted file a dataset and year, the same rows as the partitions, never half of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace
from s3_at_hand import new_bucket, serving_s3
from typer.testing import CliRunner

from jcfs_etl.cli import app
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import CuratedRoot, ProcessedDocument, open_store, read_dataset
from jcfs_etl.curate import compact as module
from jcfs_etl.curate.compact import compact, compact_key, compact_schema
from jcfs_etl.curate.store import Store
from jcfs_etl.curate.store_local import LocalStore
from jcfs_etl.errors import RunError

#: In no order, with a name that is too long for a folder, and one that Hive escapes.
UNITS = ("乙局", "甲局", "丙局（本级）", "丁/戊局", "很长的单位名称" * 15)


def of(document: ProcessedDocument, unit: str, year: int, status: str = "published") -> ProcessedDocument:
    """The same publication as another unit's of another year."""
    sha256 = f"{abs(hash((unit, year))):064x}"[:64]
    record = replace(document.record, unit=unit, year=year, sha256=sha256, source=f"{unit[:9]}-{year}.pdf")
    if status != "published":
        record = replace(record, status="quarantined", reason="a test", unit=None, year=None)
        return replace(document, record=record, files={})
    return replace(document, record=record)


def put(store: Store, contracts: Contracts, documents: list[ProcessedDocument]) -> None:
    with CuratedRoot(store, contracts) as root:
        for each in documents:
            root.publish(each)


def withdraw(store: Store, contracts: Contracts, year: int) -> None:
    with CuratedRoot(store, contracts) as root:
        for partition in root.manifest.published():
            if partition.year == year:
                root.withdraw(partition)


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, document: ProcessedDocument, contracts: Contracts
) -> Path:
    folder: Path = tmp_path_factory.mktemp("published")
    documents = [of(document, unit, year) for unit in UNITS for year in (2022, 2023)]
    put(open_store(folder), contracts, [*documents, of(document, "坏", 2023, "quarantined")])
    return folder


@pytest.fixture
def root(tmp_path: Path, published: Path) -> Path:
    """What is published, for a test to do with as it likes."""
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    return tmp_path


def tree(root: Path) -> dict[str, bytes]:
    folder = root / module.FOLDER
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}


def states(root: Path) -> dict[Path, tuple[int, int]]:
    """When each file but the lock was written, and which file it is."""
    files = (p for p in root.rglob("*") if p.is_file() and p.name != "lock")
    return {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in files}


def test_the_same_rows_as_the_partitions(root: Path, contracts: Contracts) -> None:
    done = compact(open_store(root), contracts)
    datasets = {dataset for dataset, _ in done.written}
    assert datasets == {p.name for p in root.iterdir() if not p.name.startswith("_")}
    for dataset in datasets:
        partitions = read_dataset(root, dataset, contracts)
        keys = pa.schema([("unit", pa.string()), ("year", pa.int32())])
        schema = pa.schema([*keys, *compact_schema(contracts, dataset).remove(0)])
        found = ds.dataset(
            root / module.FOLDER / dataset,
            partitioning=ds.partitioning(pa.schema([("year", pa.int32())]), flavor="hive"),
            schema=schema,
        ).to_table()
        assert found.num_rows == partitions.num_rows

        def rows(table: pa.Table) -> list[str]:
            return sorted(map(repr, table.to_pylist()))

        assert rows(found) == rows(partitions), dataset


def test_sorted_by_unit_with_descriptions_and_the_order_noted(root: Path, contracts: Contracts) -> None:
    compact(open_store(root), contracts)
    file = pq.ParquetFile(root / compact_key("expenditure", 2023))
    table = file.read()
    units = table["unit"].to_pylist()
    assert units == sorted(units)
    assert len(set(units)) == len(UNITS)
    codes = [row["code"] for row in table.to_pylist() if row["unit"] == "甲局"]
    assert codes[0] == "total", "within a unit the form's own order stays"
    assert table.schema.equals(compact_schema(contracts, "expenditure"), check_metadata=True)
    assert file.metadata.row_group(0).sorting_columns[0].column_index == 0
    assert pq.ParquetFile(root / compact_key("documents", None)).read()["unit"].to_pylist() == [None]


def test_row_groups_are_cut_at_a_fixed_number_of_rows(
    root: Path, contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    compact(open_store(root), contracts)
    whole = pq.read_table(root / compact_key("cells", 2023))
    monkeypatch.setattr(module, "ROWS", 100)
    compact(open_store(root), contracts)
    file = pq.ParquetFile(root / compact_key("cells", 2023))
    sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    assert set(sizes[:-1]) == {100}
    assert file.read().equals(whole)


def test_nothing_is_written_when_nothing_changed(root: Path, contracts: Contracts) -> None:
    compact(open_store(root), contracts)
    before = states(root)
    again = compact(open_store(root), contracts)
    assert (again.written, again.removed, again.sources) == ({}, (), 0)
    assert states(root) == before


def test_only_the_year_that_changed_is_made_anew_and_bytes_do_not_depend_on_the_way_there(
    root: Path, contracts: Contracts, document: ProcessedDocument, tmp_path_factory: pytest.TempPathFactory
) -> None:
    compact(open_store(root), contracts)
    put(open_store(root), contracts, [of(document, "己局", 2023)])
    done = compact(open_store(root), contracts)
    assert {year for _, year in done.written} == {2023}
    fresh = tmp_path_factory.mktemp("fresh")
    documents = [of(document, unit, year) for unit in reversed(UNITS) for year in (2023, 2022)]
    put(
        open_store(fresh),
        contracts,
        [of(document, "己局", 2023), *documents, of(document, "坏", 2023, "quarantined")],
    )
    compact(open_store(fresh), contracts)
    assert tree(fresh) == tree(root)


def test_a_year_that_is_withdrawn_goes(root: Path, contracts: Contracts) -> None:
    compact(open_store(root), contracts)
    withdraw(open_store(root), contracts, 2022)
    done = compact(open_store(root), contracts)
    assert {year for _, year in done.removed} == {2022}
    assert not [key for key in tree(root) if "year=2022" in key]
    assert [key for key in tree(root) if "year=2023" in key]


def test_readers_of_the_partitions_do_not_see_them_and_readers_of_them_need_one_file(root: Path) -> None:
    def of_partitions() -> tuple[int, int]:
        sql = f"from read_parquet('{root}/expenditure/**/*.parquet', hive_partitioning = true)"
        [[duck]] = duckdb.connect().execute(f"select count(*) {sql}").fetchall()
        arrow = ds.dataset(root / "expenditure", partitioning="hive").count_rows()
        return duck, arrow

    before = of_partitions()
    assert CliRunner().invoke(app, ["compact", "--curated", str(root)]).exit_code == 0
    assert of_partitions() == before
    everything = pl.scan_parquet(root / module.FOLDER / "expenditure", hive_partitioning=True)
    assert everything.select(pl.len()).collect().item() == before[0]
    sums = (
        duckdb.connect()
        .execute(
            "select year, code, sum(total) from read_parquet("
            f"'{root}/{module.FOLDER}/expenditure/*/*.parquet', hive_partitioning = true) "
            "where level = 1 group by all"
        )
        .fetchall()
    )
    assert {year for year, _, _ in sums} == {2022, 2023}


def test_a_crash_leaves_the_old_files_or_the_new_ones(
    root: Path, contracts: Contracts, document: ProcessedDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    compact(open_store(root), contracts)
    old = tree(root)
    put(open_store(root), contracts, [of(document, "己局", 2023)])

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(LocalStore, "log", die)
        with pytest.raises(KeyboardInterrupt):
            compact(open_store(root), contracts)
    assert tree(root) == old, "not written down, so it never was"

    moved = []
    replaced = os.replace

    def move_once(source: Path, to: Path) -> Path:
        moved.append(to)
        if len(moved) > 4:
            raise KeyboardInterrupt
        replaced(source, to)
        return to

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", move_once)
        with pytest.raises(KeyboardInterrupt):
            compact(open_store(root), contracts)
    done = compact(open_store(root), contracts)
    assert done.written == {}, "written down, so the next run completed it"
    rows = pq.read_table(root / compact_key("checks", 2023))
    assert "己局" in rows["unit"].to_pylist()
    assert not list((root / "_jcfs" / "staging").glob("*"))


def test_a_partition_that_was_altered_or_lost_is_named_and_nothing_changes(
    root: Path, contracts: Contracts
) -> None:
    compact(open_store(root), contracts)
    before = tree(root)
    (root / "_jcfs" / "compact.json").unlink()
    file = root / "cells" / "unit=甲局" / "year=2022" / "part-0.parquet"
    file.write_bytes((root / "checks" / "unit=甲局" / "year=2022" / "part-0.parquet").read_bytes())
    with pytest.raises(RunError, match=r"cells/unit=甲局/year=2022.*is not what was published"):
        compact(open_store(root), contracts)
    file.unlink()
    with pytest.raises(RunError, match=r"cells/unit=甲局/year=2022.*is missing"):
        compact(open_store(root), contracts)
    assert tree(root) == before


def test_the_command_says_what_it_did(root: Path) -> None:
    first = CliRunner().invoke(app, ["compact", "--curated", str(root)])
    assert first.exit_code == 0
    assert "unchanged, 0 removed" in first.output
    assert CliRunner().invoke(app, ["compact", "--curated", str(root / "no")]).exit_code == 1


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with serving_s3() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield new_bucket("compacting")


def test_the_same_bytes_in_a_bucket(
    bucket: str, tmp_path: Path, contracts: Contracts, document: ProcessedDocument
) -> None:
    documents = [of(document, unit, year) for unit in UNITS[:2] for year in (2022, 2023)]
    stores = (open_store(tmp_path), open_store(bucket))
    for store in stores:
        put(store, contracts, documents)
        compact(store, contracts)
    far = {key: stores[1].read(key) for key in stores[1].keys(module.FOLDER)}
    assert far == tree(tmp_path)
    withdraw(stores[1], contracts, 2022)
    compact(stores[1], contracts)
    assert not [key for key in stores[1].keys(module.FOLDER) if "year=2022" in key]
