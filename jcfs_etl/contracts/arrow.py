"""Arrow schemas of the curated datasets, generated from the contracts."""

from __future__ import annotations

import pyarrow as pa

from jcfs_etl.contracts.model import Contracts, DatasetColumn

#: All amounts in 元, exact to the 分.
MONEY = pa.decimal128(18, 2)

_FIGURE = [("dataset", pa.string()), ("row", pa.string()), ("column", pa.string())]
_TERM = pa.struct(
    [("side", pa.string()), ("weight", pa.int32()), *_FIGURE, ("amount", MONEY), ("page", pa.int32())]
)
_SUSPECT = pa.struct(
    [
        ("rank", pa.int32()),
        *_FIGURE,
        ("printed", pa.string()),
        ("page", pa.int32()),
        ("implied_low", MONEY),
        ("implied_high", MONEY),
        ("reason", pa.string()),
        ("reason_zh", pa.string()),
    ]
)
_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int32(),
    "boolean": pa.bool_(),
    "money": MONEY,
    "decimal": pa.decimal128(18, 4),
    "number": pa.float64(),
    "strings": pa.list_(pa.field("element", pa.string())),
    "terms": pa.list_(pa.field("element", _TERM)),
    "suspects": pa.list_(pa.field("element", _SUSPECT)),
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


def _build(contracts: Contracts) -> dict[str, pa.Schema]:
    schemas = {}
    version = {SCHEMA_VERSION: str(contracts.datasets.version)}
    for dataset, table in contracts.tables.items():
        keys = contracts.datasets.kinds[table.kind]
        fields = [_field(name, column) for name, column in keys.items()]
        for name, amount in table.columns.items():
            money = amount.measure == "money"
            said = {"description": amount.description, "label": amount.labels[0]}
            said[UNIT] = "元" if money else "个"
            fields.append(pa.field(name, MONEY if money else pa.int32(), metadata=said))
        schemas[dataset] = pa.schema(fields, metadata={"description": table.description, **version})
    for dataset, system in contracts.datasets.datasets.items():
        schemas[dataset] = pa.schema(
            [_field(name, column) for name, column in system.columns.items()],
            metadata={"description": system.description, **version},
        )
    return schemas


def _field(name: str, column: DatasetColumn) -> pa.Field:
    metadata = {"description": column.description, "label": column.label}
    if unit := column.unit or ("元" if column.type == "money" else ""):
        metadata[UNIT] = unit
    return pa.field(name, _TYPES[column.type], nullable=column.nullable, metadata=metadata)
