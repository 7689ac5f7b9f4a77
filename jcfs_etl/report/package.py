"""``datapackage.json``: the data described in the Frictionless standard, for catalogues and other tools.

Data Package 2.0 with a Table Schema for each dataset: fields with types and units, keys, licences, sources.
Its resources are the compacted files; ``year`` is in their path: a schema has a field more than the files.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from jcfs_etl.contracts.arrow import SCHEMA_VERSION, dataset_in_english, dataset_names
from jcfs_etl.contracts.base import ContractModel
from jcfs_etl.contracts.chinese import ColumnInChinese, columns_in_chinese, dataset_description, dataset_label
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.compact import FOLDER
from jcfs_etl.curate.partitions import PART
from jcfs_etl.curate.store import Store
from jcfs_etl.errors import RunError

#: Its name below the curated root.
FILE = "datapackage.json"
_PROFILES = "https://datapackage.org/profiles/2.0"
_PARTITION = ("unit", "year")
#: Datasets that also hold rows of documents whose unit or year nobody knows: these have no key of them.
_OF_ANY = ("documents", "findings")


def write_package(store: Store, contracts: Contracts) -> int:
    """Describe what lies in a curated root, as it was last compacted.

    Returns:
        How many resources have files.

    Raises:
        RunError: nothing is compacted, or the root cannot be written.
    """
    files: dict[str, list[str]] = {}
    for key in store.keys(FOLDER):
        parts = key.split("/")
        if len(parts) == 4 and parts[2].startswith("year=") and parts[3] == PART:
            files.setdefault(parts[1], []).append(key)
    if not files:
        raise RunError(f"{store.name}: holds no compacted files to describe", "run jcfs compact first")
    text = json.dumps(data_package(contracts, files), ensure_ascii=False, indent=1)
    data = f"{text}\n".encode()
    if store.read(FILE) != data:
        store.write(FILE, data)
    return len(files)


def data_package(contracts: Contracts, files: dict[str, list[str]]) -> dict[str, Any]:
    """The descriptor; a dataset without compacted files is left out."""
    said = contracts.package
    collected = [{"title": s.id, "path": s.page or s.file or ""} for s in contracts.sources.sources]
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": said.name,
        "title": said.title,
        "description": said.description,
        "version": f"{contracts.datasets.version}.0.0",
        "keywords": list(said.keywords),
        "licenses": [_given(licence) for licence in said.licenses],
        "sources": [*(_given(source) for source in said.sources), *collected],
        "resources": [_resource(contracts, d, files[d]) for d in dataset_names(contracts) if d in files],
    }


def _resource(contracts: Contracts, dataset: str, files: list[str]) -> dict[str, Any]:
    english = dataset_in_english(contracts, dataset)
    columns = columns_in_chinese(contracts, dataset)
    return {
        "name": dataset,
        "type": "table",
        "title": dataset_label(contracts, dataset),
        "description": f"{english} {dataset_description(contracts, dataset)}",
        "path": files,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": {
            "$schema": f"{_PROFILES}/tableschema.json",
            SCHEMA_VERSION: contracts.datasets.version,
            "fieldsMatch": "superset",
            # An empty text is a text: null is null in Parquet.
            "missingValues": [],
            "fields": [_field(column, dataset) for column in columns],
            **_keys(contracts, dataset),
        },
    }


def _field(column: ColumnInChinese, dataset: str) -> dict[str, Any]:
    """A field: an exact decimal is a ``number`` with its count of decimals; lists are ``array``."""
    kind: dict[str, Any] = {"type": "string"}
    if pa.types.is_integer(column.type):
        kind = {"type": "integer"}
    elif pa.types.is_boolean(column.type):
        kind = {"type": "boolean"}
    elif pa.types.is_decimal(column.type):
        kind = {"type": "number", "decimals": column.type.scale}
    elif pa.types.is_floating(column.type):
        kind = {"type": "number"}
    elif pa.types.is_list(column.type):
        kind = {"type": "array"}
    of_partition = column.name in _PARTITION and dataset not in _OF_ANY
    required = {"constraints": {"required": True}} if of_partition or not column.nullable else {}
    return {
        "name": column.name,
        **kind,
        "title": column.label,
        "description": column.english,
        "description_zh": column.description,
        **({"unit": column.unit} if column.unit else {}),
        **required,
    }


def _keys(contracts: Contracts, dataset: str) -> dict[str, Any]:
    said, table = contracts.package, contracts.tables.get(dataset)
    own = said.kinds.get(table.kind, ()) if table is not None else said.keys.get(dataset, ())
    keys: dict[str, Any] = {"primaryKey": [*_PARTITION, *own]} if own else {}
    belongs = [(list(b.columns), b.to) for b in said.belongs_to if b.dataset == dataset]
    if dataset not in _OF_ANY:
        belongs.insert(0, (list(_PARTITION), "documents"))
    if belongs:
        keys["foreignKeys"] = [
            {"fields": columns, "reference": {"resource": to, "fields": columns}} for columns, to in belongs
        ]
    return keys


def _given(value: ContractModel) -> dict[str, str]:
    return {name: text for name, text in value.model_dump().items() if text}
