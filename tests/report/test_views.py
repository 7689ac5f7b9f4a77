"""`jcfs views`: what the partitions hold, under names that people know, and described."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from at_hand import ROOT
from commands import jcfs
from msgspec.structs import replace

from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.contracts.arrow import dataset_names
from jcfs_etl.contracts.chinese import columns_in_chinese, dataset_label
from jcfs_etl.curate import CuratedRoot, ProcessedDocument, open_store, read_dataset
from jcfs_etl.errors import ContractError


def asked(root: Path, query: str) -> list[dict[str, Any]]:
    """Rows of a query on the views, as a tool asks that is told the folder."""
    path = str(root / "views.duckdb")
    with duckdb.connect(path, read_only=True, config={"file_search_path": str(root)}) as data:
        rows: list[dict[str, Any]] = data.sql(query).to_arrow_table().to_pylist()
        return rows


def of(document: ProcessedDocument, unit: str, year: int, status: str = "published") -> ProcessedDocument:
    record = replace(
        document.record, unit=unit, year=year, sha256=f"{year:064d}", source=f"{unit}-{year}.pdf"
    )
    if status != "published":
        record = replace(record, status="quarantined", reason="a test", unit=None, year=None)
        return replace(document, record=record, files={})
    return replace(document, record=record)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, contracts: Contracts, document: ProcessedDocument) -> Path:
    """Two years of a unit, one of another, and a document without unit or year."""
    root: Path = tmp_path_factory.mktemp("curated")
    with CuratedRoot(open_store(root), contracts) as curated:
        for unit, year in (("甲局", 2022), ("甲局", 2023), ("乙局", 2023)):
            curated.publish(of(document, unit, year))
        curated.publish(of(document, "坏", 2021, "quarantined"))
    done = jcfs("views", "--curated", root)
    assert done.exit_code == 0, done.output
    return root


def test_each_dataset_has_the_rows_of_its_partitions_under_both_names(
    root: Path, contracts: Contracts
) -> None:
    for dataset in dataset_names(contracts):
        told = columns_in_chinese(contracts, dataset)
        expected = read_dataset(root, dataset, contracts).select([c.name for c in told]).to_pylist()
        rows = asked(root, f'from "{dataset}"')
        assert sorted(map(str, rows)) == sorted(map(str, expected)), dataset
        chinese = asked(root, f'from "{dataset_label(contracts, dataset)}"')
        assert len(chinese) == len(expected)
        assert all(list(row) == [c.label for c in told] for row in chinese), dataset


def test_amounts_stay_exact(root: Path) -> None:
    [row] = asked(
        root,
        "select 本年支出合计 as t from 支出决算表 "
        "where 单位 = '甲局' and 年度 = 2023 and 功能分类科目编码 = 'total'",
    )
    [same] = asked(
        root, "select total as t from expenditure where unit = '甲局' and year = 2023 and code = 'total'"
    )
    assert row["t"] == same["t"] and isinstance(row["t"], Decimal)


def test_coded_values_are_words_in_the_chinese_views(root: Path) -> None:
    assert {r["结论"] for r in asked(root, "select distinct 结论 from 勾稽检查")} <= {
        "相符",
        "四舍五入内相符",
        "不符",
        "不适用",
    }
    assert {r["状态"] for r in asked(root, "select 状态 from 文件")} == {"已发布", "已隔离"}
    assert {"收入决算表"} < {r["表"] for r in asked(root, "select distinct 表 from 科目金额")}


def test_every_view_and_column_is_described(root: Path) -> None:
    lacking = asked(
        root,
        "select view_name from duckdb_views() where not internal and comment is null union all "
        "select table_name || '.' || column_name from duckdb_columns() "
        "where not internal and comment is null "
        "and table_name not in ('finding_kinds', 'dataset_names', 'column_names', 'subject_names')",
    )
    assert lacking == []


def test_the_views_that_are_described_are_what_their_queries_give(root: Path, contracts: Contracts) -> None:
    for name, view in contracts.views.items():
        columns = [r["column_name"] for r in asked(root, f"describe {name}")]
        assert columns == list(view.columns), name
        assert [r["column_name"] for r in asked(root, f'describe "{view.name}"')] == [
            c.label for c in view.columns.values()
        ]


def test_shares_and_changes_are_those_of_the_years_before_only(root: Path) -> None:
    rows = asked(root, "from amounts_by_code where code = 'total' and dataset = 'expenditure'")
    by_key = {(r["unit"], r["year"]): r for r in rows}
    assert by_key["甲局", 2023]["change"] == 0 and by_key["甲局", 2023]["last_year"] > 0
    assert by_key["甲局", 2022]["last_year"] is None and by_key["乙局", 2023]["change"] is None
    assert {r["share"] for r in rows} == {100.0}
    parts = asked(
        root,
        "select sum(share) as s from amounts_by_code "
        "where level = 1 and dataset = 'income' and unit = '乙局'",
    )
    assert parts[0]["s"] == pytest.approx(100, abs=0.02)


def test_findings_say_where_also_of_what_is_not_published(root: Path) -> None:
    rows = asked(root, "from findings_located")
    assert len(rows) == len(asked(root, "from findings"))
    assert {r["status"] for r in rows} == {"published", "quarantined"}
    assert all(r["kind_of_finding"] and r["kind_zh"] for r in rows)


def test_units_that_do_not_add_up_are_those_with_violated_identities(root: Path) -> None:
    violated = asked(
        root, "select unit, year, count(*) as n from checks where verdict = 'violated' group by all"
    )
    told = {(r["unit"], r["year"]): r["checks_violated"] for r in asked(root, "from units_not_adding_up")}
    assert violated and all(told[r["unit"], r["year"]] == r["n"] for r in violated)


def test_the_script_makes_the_same_views(root: Path) -> None:
    script = (root / "views.sql").read_text("utf-8")
    with duckdb.connect(config={"file_search_path": str(root)}) as data:
        data.execute(script)
        listed = "select view_name, comment from duckdb_views() where not internal order by all"
        assert data.sql(listed).to_arrow_table().to_pylist() == asked(root, listed)


def test_nothing_can_be_written_and_nothing_else_is_there(root: Path) -> None:
    assert (root / "views.duckdb").stat().st_mode & 0o222 == 0
    assert not list(root.glob(".views*")) and not list(root.glob("*.wal"))
    assert asked(root, "select * from duckdb_tables() where not internal") == []


def test_paths_are_relative_unless_asked_otherwise(root: Path, tmp_path: Path) -> None:
    assert str(root) not in (root / "views.sql").read_text("utf-8")
    moved = tmp_path / "elsewhere's"
    root.rename(moved)
    try:
        assert asked(moved, "select count(*) as n from 文件")[0]["n"] == 4
    finally:
        moved.rename(root)
    before = (root / "views.duckdb").stat().st_ino
    assert jcfs("views", "--curated", root, "--absolute").exit_code == 0
    with duckdb.connect(str(root / "views.duckdb"), read_only=True) as data:
        assert data.sql("select count(*) from 文件").fetchall() == [(4,)]
    assert (root / "views.duckdb").stat().st_ino != before
    assert jcfs("views", "--curated", root).exit_code == 0


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    result = jcfs("views", "--curated", tmp_path)
    assert result.exit_code == 1 and "holds no curated data" in result.output
    assert "Examples" in jcfs("views", "--help").output


# -- what the contracts say ---------------------------------------------------------------------


def test_every_dataset_and_column_is_described_in_chinese(contracts: Contracts) -> None:
    chinese = re.compile("[一-鿿]")
    for dataset in dataset_names(contracts):
        assert dataset in contracts.chinese.datasets
        assert chinese.search(dataset_label(contracts, dataset))
        for column in columns_in_chinese(contracts, dataset):
            assert chinese.search(column.label), (dataset, column.name)
            assert chinese.search(column.description), (dataset, column.name)


def test_no_two_columns_of_a_dataset_have_one_chinese_name(contracts: Contracts) -> None:
    for dataset in dataset_names(contracts):
        labels = [c.label for c in columns_in_chinese(contracts, dataset)]
        assert len(labels) == len(set(labels)), dataset


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("chinese.yaml", "  income:\n", "  incomes:\n", "there is no dataset incomes"),
        ("chinese.yaml", "institutional:", "instituted:", "income has no column instituted"),
        ("chinese.yaml", "line_no:", "number:", "lines has no column number"),
        ("views.yaml", "name: 科目金额", "name: 收入决算表", "is the name of something else"),
        ("views.yaml", "label: 增减率", "label: 增减额", "two columns are called 增减额"),
    ],
)
def test_a_name_that_names_nothing_is_refused_with_its_line(
    file: str, old: str, new: str, words: str, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    path = tmp_path / "contracts" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ContractError, match=words) as caught:
        load_contracts(tmp_path / "contracts", extra=())
    assert re.match(rf"{file}:\d+: ", str(caught.value))


def test_what_readers_are_told_changes_no_result(tmp_path: Path, contracts: Contracts) -> None:
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    for name in ("chinese.yaml", "views.yaml"):
        path = tmp_path / "contracts" / name
        path.write_text("# more\n" + path.read_text("utf-8"), "utf-8")
        assert yaml.safe_load(path.read_text("utf-8"))
    assert load_contracts(tmp_path / "contracts", extra=()).version == contracts.version
