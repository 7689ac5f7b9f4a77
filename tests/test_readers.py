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
from conftest import SAMPLE

from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import publish
from jcfs_etl.interface import process_document

UNIT = "晋城市人力资源和社会保障综合服务中心"
#: 公开05表: the three classes, and 基本支出 and 项目支出 of 合计.
CLASSES = {"208": Decimal("3898100.00"), "210": Decimal("165100.00"), "221": Decimal("238800.00")}
BASIC, PROJECT = Decimal("2886800.00"), Decimal("1415300.00")
BLANK = ["2080108"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, contracts: Contracts) -> Path:
    root: Path = tmp_path_factory.mktemp("curated")
    publish(process_document(SAMPLE, "sample.pdf"), root, contracts)
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
