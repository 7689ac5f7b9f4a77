"""Arrow schemas of the curated datasets, generated from the contracts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pyarrow as pa

from jcfs_etl.contracts.model import Contracts, DatasetColumn

#: Fields of what a check and a finding hold lists of, each with its type.
_FIGURE = {"dataset": "string", "row": "string", "column": "string"}
_TERM = {"side": "string", "weight": "integer", **_FIGURE, "amount": "money", "page": "integer"}
_SUSPECT = {
    "rank": "integer",
    **_FIGURE,
    "printed": "string",
    "page": "integer",
    "implied_low": "money",
    "implied_high": "money",
    "reason": "string",
    "reason_zh": "string",
}

#: Key of a column's metadata that says what it is measured in; `unit` is the body whose data they are.
UNIT = "measured_in"
#: Key of a file's metadata that says which version of the datasets' columns it has.
SCHEMA_VERSION = "schema_version"

#: Schemas already built, by version of the contracts.
_BUILT: dict[str, dict[str, pa.Schema]] = {}


def arrow_schema(contracts: Contracts, dataset: str) -> pa.Schema:
    """The Arrow schema of a dataset, with description, label and unit in each field's metadata.

    Args:
        contracts: the contracts.
        dataset: a table's dataset, or ``cells``, ``checks``, ``findings``, ``documents``.

    Raises:
        KeyError: no contract describes the dataset.
    """
    if contracts.version not in _BUILT:
        _BUILT[contracts.version] = _build(contracts)
    return _BUILT[contracts.version][dataset]


def dataset_names(contracts: Contracts) -> list[str]:
    """All datasets that the contracts describe, those of tables first."""
    return [*contracts.tables, *contracts.datasets.datasets]


def column_names(contracts: Contracts, dataset: str) -> list[str]:
    """Names of a dataset's columns, in their order."""
    if (table := contracts.tables.get(dataset)) is not None:
        return [*contracts.datasets.kinds[table.kind], *table.columns]
    return list(contracts.datasets.datasets[dataset].columns)


def _build(contracts: Contracts) -> dict[str, pa.Schema]:
    schemas, types = {}, arrow_types()
    version = {SCHEMA_VERSION: str(contracts.datasets.version)}
    for dataset, table in contracts.tables.items():
        keys = contracts.datasets.kinds[table.kind]
        fields = [_field(name, column, types) for name, column in keys.items()]
        for name, amount in table.columns.items():
            money = amount.measure == "money"
            said = {"description": amount.description, "label": amount.labels[0]}
            said[UNIT] = "元" if money else "个"
            fields.append(pa.field(name, types["money" if money else "integer"], metadata=said))
        schemas[dataset] = pa.schema(fields, metadata={"description": table.description, **version})
    for dataset, system in contracts.datasets.datasets.items():
        schemas[dataset] = pa.schema(
            [_field(name, column, types) for name, column in system.columns.items()],
            metadata={"description": system.description, **version},
        )
    return schemas


def dataset_in_english(contracts: Contracts, dataset: str) -> str:
    """What a dataset is, in English."""
    return str(arrow_schema(contracts, dataset).metadata[b"description"].decode())


@cache
def arrow_types() -> dict[str, pa.DataType]:
    """The types that contracts name. Made when they are asked for: until then nothing needs Arrow."""
    plain = {
        "string": pa.string(),
        "integer": pa.int32(),
        "boolean": pa.bool_(),
        # All amounts in 元, exact to the 分.
        "money": pa.decimal128(18, 2),
        "decimal": pa.decimal128(18, 4),
        "number": pa.float64(),
    }

    def list_of(element: pa.DataType) -> pa.DataType:
        return pa.list_(pa.field("element", element))

    terms, suspects = (pa.struct([(n, plain[t]) for n, t in of.items()]) for of in (_TERM, _SUSPECT))
    return {**plain, "strings": list_of(pa.string()), "terms": list_of(terms), "suspects": list_of(suspects)}


def _field(name: str, column: DatasetColumn, types: Mapping[str, pa.DataType]) -> pa.Field:
    metadata = {"description": column.description, "label": column.label}
    if unit := column.unit or ("元" if column.type == "money" else ""):
        metadata[UNIT] = unit
    return pa.field(name, types[column.type], nullable=column.nullable, metadata=metadata)
