"""Datasets and their columns as Chinese readers know them."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
from msgspec import Struct

from jcfs_etl.contracts.arrow import UNIT, arrow_schema, dataset_names
from jcfs_etl.contracts.model import Contracts

#: Names of the columns of partitions, which are not stored in their files.
UNIT_LABEL, YEAR_LABEL = "单位", "年度"


class ColumnInChinese(Struct, frozen=True):
    """A column of a dataset.

    Attributes:
        name: its id.
        label: its Chinese name, unlike that of any other column of the dataset.
        description: in Chinese; in English where a contract of one's own gives none.
        english: description in English.
        unit: what it is measured in; empty where nothing.
        type: as stored.
        nullable: whether it may be null.
    """

    name: str
    label: str
    description: str
    english: str
    unit: str
    type: pa.DataType
    nullable: bool


def dataset_label(contracts: Contracts, dataset: str) -> str:
    """The Chinese name of a dataset: its own, else the title of its table, else its id."""
    own = contracts.chinese.datasets.get(dataset)
    if own is not None and own.name:
        return own.name
    table = contracts.tables.get(dataset)
    return table.title if table is not None else dataset


def dataset_description(contracts: Contracts, dataset: str) -> str:
    """What a row of a dataset is, in Chinese; in English where a contract of one's own gives none."""
    own = contracts.chinese.datasets.get(dataset)
    if own is not None:
        return own.description
    return str(arrow_schema(contracts, dataset).metadata[b"description"].decode())


def columns_in_chinese(contracts: Contracts, dataset: str) -> list[ColumnInChinese]:
    """All columns of a dataset as readers see it: unit and year, then those of its files.

    Two of one label are told apart by what they are measured in, and then by their ids.
    """
    schema = arrow_schema(contracts, dataset)
    own = contracts.chinese.datasets.get(dataset)
    table = contracts.tables.get(dataset)
    described = dict(contracts.chinese.kinds.get(table.kind, {})) if table is not None else {}
    described |= own.columns if own is not None else {}
    partition = contracts.chinese.partition
    columns = [
        ColumnInChinese("unit", UNIT_LABEL, partition["unit"], "The unit.", "", pa.string(), True),
        ColumnInChinese("year", YEAR_LABEL, partition["year"], "Fiscal year.", "", pa.int32(), True),
    ]
    labels = [field.metadata[b"label"].decode() for field in schema]
    units = [field.metadata.get(UNIT.encode(), b"").decode() for field in schema]
    times = Counter([UNIT_LABEL, YEAR_LABEL, *labels])
    pairs = zip(labels, units, strict=True)
    told = [f"{label}（{unit}）" if times[label] > 1 and unit else label for label, unit in pairs]
    again = Counter([UNIT_LABEL, YEAR_LABEL, *told])
    for field, label, unit in zip(schema, told, units, strict=True):
        english = field.metadata[b"description"].decode()
        own_label = label if again[label] == 1 else f"{label}（{field.name}）"
        said = (field.name, own_label, described.get(field.name, english), english, unit)
        columns.append(ColumnInChinese(*said, field.type, field.nullable))
    return columns


def value_words(contracts: Contracts, dataset: str, column: str) -> dict[str, str]:
    """Chinese words for the coded values of a column; empty where its values are none.

    Args:
        contracts: which words there are.
        dataset: dataset or view.
        column: one of its columns; ``dataset`` names datasets, which have names of their own.
    """
    if column == "dataset":
        return {name: dataset_label(contracts, name) for name in dataset_names(contracts)}
    values = contracts.chinese.values
    return values.get(f"{dataset}.{column}", values.get(column, {}))
