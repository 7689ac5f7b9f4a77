"""`jcfs package`: the Frictionless library accepts the description, and the data is what it describes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from commands import jcfs
from frictionless import Package

from jcfs_etl.contracts import Contracts
from jcfs_etl.contracts.arrow import dataset_names
from jcfs_etl.curate import CuratedRoot, ProcessedDocument, open_store, read_dataset
from jcfs_etl.report.reference import dictionary_page_zh


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, contracts: Contracts, document: ProcessedDocument) -> Path:
    root: Path = tmp_path_factory.mktemp("curated")
    with CuratedRoot(open_store(root), contracts) as curated:
        curated.publish(document)
    done = jcfs("package", "--curated", root)
    assert done.exit_code == 0, done.output
    return root


@pytest.fixture(scope="module")
def described(root: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads((root / "datapackage.json").read_text("utf-8"))
    return described


@pytest.fixture(scope="module")
def with_rows(root: Path, described: dict[str, Any]) -> dict[str, Any]:
    """The same package with the rows of the files that it names, as the library reads no exact decimals."""
    package = copy.deepcopy(described)
    for resource in package["resources"]:
        paths = resource.pop("path", [])
        for name in ("format", "mediatype"):
            resource.pop(name, None)
        rows: list[Any] = [
            {**row, "year": int(path.split("/")[2].removeprefix("year="))}
            for path in paths
            for row in pq.ParquetFile(root / path).read().to_pylist()
        ]
        # A table without rows is known by its head.
        resource["data"] = rows or [[field["name"] for field in resource["schema"]["fields"]]]
    return package


def test_the_library_accepts_the_description_and_its_files_are_there(
    root: Path, described: dict[str, Any]
) -> None:
    package = Package.from_descriptor(described)
    assert package.resource_names
    for resource in described["resources"]:
        assert all((root / path).is_file() for path in resource.get("path", []))


def test_every_row_of_every_file_is_valid_with_its_keys(
    root: Path, with_rows: dict[str, Any], contracts: Contracts
) -> None:
    report = Package.from_descriptor(with_rows).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "type", "message"])[:5]
    counts = {r["name"]: sum(isinstance(row, dict) for row in r["data"]) for r in with_rows["resources"]}
    assert counts == {d: read_dataset(root, d, contracts).num_rows for d in dataset_names(contracts)}


def rows_of(package: dict[str, Any], dataset: str) -> list[dict[str, Any]]:
    [rows] = [r["data"] for r in package["resources"] if r["name"] == dataset]
    return list(rows)


@pytest.mark.parametrize(
    ("dataset", "column", "value", "error"),
    [
        ("expenditure", "unit", "nobody", "foreign-key"),
        ("performance_funds", "form", 99, "foreign-key"),
        ("expenditure", "total", "much", "type-error"),
        ("cells", "printed", None, "constraint-error"),
        ("income", "code", "total", "primary-key"),
    ],
)
def test_what_breaks_the_description_is_found(
    dataset: str, column: str, value: object, error: str, with_rows: dict[str, Any]
) -> None:
    broken = copy.deepcopy(with_rows)
    rows_of(broken, dataset)[1][column] = value
    report = Package.from_descriptor(broken).validate()
    assert error in {e[0] for e in report.flatten(["type"])}


def test_every_field_has_its_type_words_and_unit(described: dict[str, Any], contracts: Contracts) -> None:
    assert [r["name"] for r in described["resources"]] == dataset_names(contracts)
    fields = {(r["name"], f["name"]): f for r in described["resources"] for f in r["schema"]["fields"]}
    amount = fields["income", "total"]
    assert (amount["type"], amount["decimals"], amount["unit"], amount["title"]) == (
        "number",
        2,
        "元",
        "本年收入合计",
    )
    assert fields["performance_funds", "execution_rate"]["unit"] == "%"
    assert fields["checks", "terms"]["type"] == "array" and fields["income", "is_leaf"]["type"] == "boolean"
    assert all(f["description"] and f["description_zh"] and f["title"] for f in fields.values())
    assert described["licenses"] and described["sources"]


def test_an_unchanged_package_is_not_written_again(root: Path) -> None:
    before = (root / "datapackage.json").stat()
    assert jcfs("package", "--curated", root).exit_code == 0
    assert (root / "datapackage.json").stat().st_mtime_ns == before.st_mtime_ns


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    assert "holds no curated data" in jcfs("package", "--curated", tmp_path).output


def test_the_chinese_dictionary_has_every_column_and_view(contracts: Contracts) -> None:
    page = dictionary_page_zh(contracts)
    for dataset in dataset_names(contracts):
        assert f"`{dataset}`\n" in page
    for view in contracts.views.values():
        assert f"## {view.name} " in page and all(f"| {c.label} |" in page for c in view.columns.values())
    for code in contracts.findings:
        assert f"| `{code}` |" in page
