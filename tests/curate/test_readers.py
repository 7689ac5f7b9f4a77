"""The curated data read by pyarrow, pandas, Polars and DuckDB alike, with sums equal to the page."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pytest
from msgspec.structs import replace

from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import CuratedRoot, ProcessedDocument, open_store, publish, read_dataset
from jcfs_etl.curate.manifest import load_manifest
from jcfs_etl.curate.partitions import unit_in_path
from jcfs_etl.interface import process_document

UNIT = "晋城市人力资源和社会保障综合服务中心"
#: 公开05表: the three classes, and 基本支出 and 项目支出 of 合计.
CLASSES = {"208": Decimal("3898100.00"), "210": Decimal("165100.00"), "221": Decimal("238800.00")}
BASIC, PROJECT = Decimal("2886800.00"), Decimal("1415300.00")
BLANK = ["2080108"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, contracts: Contracts, document: ProcessedDocument) -> Path:
    root: Path = tmp_path_factory.mktemp("curated")
    publish(document, root, contracts)
    broken = root.parent / "broken.pdf"
    broken.write_text("no PDF")
    publish(process_document(broken, "broken.pdf"), root, contracts)
    return root


def query(sql: str) -> list[Any]:
    return duckdb.connect().execute(sql).fetchall()


def test_pyarrow(root: Path) -> None:
    table = ds.dataset(root / "general_budget_expenditure", partitioning="hive").to_table()
    classes = table.filter(pc.equal(table["level"], 1))
    assert dict(zip(classes["code"].to_pylist(), classes["total"].to_pylist(), strict=True)) == CLASSES
    total = table.filter(pc.equal(table["code"], "total")).to_pylist()[0]
    assert (total["basic"], total["project"], total["unit"], total["year"]) == (BASIC, PROJECT, UNIT, 2023)
    assert table.filter(pc.is_null(table["basic"]))["code"].to_pylist() == BLANK


def test_pandas(root: Path) -> None:
    frame = pd.read_parquet(root / "general_budget_expenditure", dtype_backend="pyarrow")
    classes = frame[frame["level"] == 1].set_index("code")
    assert classes["total"].to_dict() == CLASSES
    assert classes["basic"].sum() == Decimal("2886700.00"), "rounded one by one, they miss by 0.01 万元"
    assert list(frame["unit"].astype(str).unique()) == [UNIT]
    assert list(frame.loc[frame["basic"].isna(), "code"]) == BLANK


def test_polars(root: Path) -> None:
    frame = pl.read_parquet(root / "general_budget_expenditure", hive_partitioning=True)
    classes = frame.filter(pl.col("level") == 1)
    assert dict(zip(classes["code"], classes["total"], strict=True)) == CLASSES
    total = frame.row(by_predicate=pl.col("code") == "total", named=True)
    assert (total["basic"], total["project"], total["unit"], total["year"]) == (BASIC, PROJECT, UNIT, 2023)
    assert frame.filter(pl.col("basic").is_null())["code"].to_list() == BLANK


def test_duckdb(root: Path) -> None:
    source = f"read_parquet('{root}/general_budget_expenditure/*/*/*.parquet', hive_partitioning = true)"
    rows = query(f"select code, total from {source} where level = 1")
    assert dict(rows) == CLASSES
    [row] = query(f"select basic, project, unit, year from {source} where code = 'total'")
    assert row == (BASIC, PROJECT, UNIT, 2023)
    assert query(f"select code from {source} where basic is null") == [(c,) for c in BLANK]


def test_all_readers_know_the_null_partition_of_documents(root: Path) -> None:
    expected = {(UNIT, "published"), (None, "quarantined")}
    arrow = ds.dataset(root / "documents", partitioning="hive").to_table()
    assert set(zip(arrow["unit"].to_pylist(), arrow["status"].to_pylist(), strict=True)) == expected
    frame = pl.read_parquet(root / "documents", hive_partitioning=True)
    assert set(zip(frame["unit"], frame["status"], strict=True)) == expected
    source = f"read_parquet('{root}/documents/*/*/*.parquet', hive_partitioning = true)"
    assert set(query(f"select unit, status from {source}")) == expected
    pandas = pd.read_parquet(root / "documents", dtype_backend="pyarrow")
    units = [None if pd.isna(u) else str(u) for u in pandas["unit"]]
    assert set(zip(units, pandas["status"], strict=True)) == expected


def test_blank_zero_and_dash_are_three_things(root: Path) -> None:
    cells = pl.read_parquet(root / "cells", hive_partitioning=True)
    assert cells.filter(pl.col("printed") == "")["amount"].null_count() == (cells["printed"] == "").sum()
    assert cells.filter(pl.col("printed") == "——")["amount"].null_count() == 16
    assert (
        cells.filter(pl.col("printed").str.contains(r"\d") & ~pl.col("column").str.contains("count"))[
            "amount"
        ].null_count()
        == 0
    )


#: Names that could lead out of the root, or that folders, file systems or readers have trouble with.
NAMES = [
    "../../etc",
    "..",
    ".",
    "con",
    "长" * 300,
    "x" * 300,
    "a" * 249 + "%%",
    "🏛️财政局",
    "a/b=c%",
    'x"#*:?\\{}[]^',
    "甲局（本级）",
    "__HIVE_DEFAULT_PARTITION__",
    "a b+c&d",
    "%41",
    "~",
    "a\tb",
    "null",
    "true",
    "123",
    "2023-01-01",
]


@pytest.fixture(scope="module")
def names(
    tmp_path_factory: pytest.TempPathFactory, contracts: Contracts, document: ProcessedDocument
) -> Path:
    """A root with a document of each such unit."""
    root: Path = tmp_path_factory.mktemp("names") / "curated"
    with CuratedRoot(open_store(root), contracts) as curated:
        for number, unit in enumerate(NAMES):
            record = replace(document.record, unit=unit, source=f"{number}.pdf", sha256=f"{number:064x}")
            outcome = curated.publish(replace(document, record=record))
            assert outcome.record.status == "published"
    return root


def test_no_name_leads_out_of_the_root(names: Path) -> None:
    assert [p.name for p in names.parent.iterdir()] == [names.name]
    for path in names.rglob("part-0.parquet"):
        assert path.resolve().relative_to(names.resolve()).parts[1].startswith("unit=")
        assert len(path.relative_to(names).parts) == 4
        assert all(len(part.encode()) <= 255 for part in path.relative_to(names).parts)


def test_four_readers_find_every_name(names: Path, contracts: Contracts) -> None:
    expected = {name: unit_in_path(name) for name in NAMES}
    assert len(set(expected.values())) == len(NAMES)
    arrow = ds.dataset(names / "documents", partitioning="hive").to_table()
    assert dict(zip(arrow["unit_name"].to_pylist(), arrow["unit"].to_pylist(), strict=True)) == expected
    pandas = pd.read_parquet(names / "documents", dtype_backend="pyarrow")
    assert dict(zip(pandas["unit_name"], pandas["unit"].astype(str), strict=True)) == expected
    frame = pl.read_parquet(names / "documents", hive_partitioning=True)
    assert dict(zip(frame["unit_name"], frame["unit"], strict=True)) == expected
    source = f"read_parquet('{names}/documents/*/*/*.parquet', hive_partitioning = true)"
    assert dict(query(f"select unit_name, unit from {source}")) == expected
    ours = read_dataset(names, "documents", contracts)
    assert dict(zip(ours["unit_name"].to_pylist(), ours["unit"].to_pylist(), strict=True)) == expected


def test_a_name_is_itself_unless_no_folder_or_reader_could_take_it() -> None:
    changed = {name for name in NAMES if unit_in_path(name) != name}
    assert changed == {
        "长" * 300,
        "x" * 300,
        "a" * 249 + "%%",
        "__HIVE_DEFAULT_PARTITION__",
        "123",
        "2023-01-01",
    }
    for name in changed:
        start, _, tail = unit_in_path(name).rpartition("~")
        assert name.startswith(start) and len(tail) == 16
    assert unit_in_path("长" * 300) != unit_in_path("长" * 301)


def test_names_come_back_from_the_manifest(names: Path) -> None:
    assert {unit for unit, _ in load_manifest(open_store(names)).partitions} == set(NAMES)


def test_columns_that_are_words_of_sql_are_read_in_quotation_marks(root: Path) -> None:
    rows = query(
        f"""select "row", "column", amount from read_parquet('{root}/cells/*/*/*.parquet')
        where "column" = 'basic' and "row" = 'total' and dataset = 'general_budget_expenditure'"""
    )
    assert rows == [("total", "basic", BASIC)]
