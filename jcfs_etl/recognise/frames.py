"""Published tables as Arrow tables and DataFrames, one row a line, code or basis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jcfs_etl.contracts.arrow import arrow_schema
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.money import yuan
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import PublishedTable, TableRow

if TYPE_CHECKING:
    import pandas as pd


def table_to_arrow(table: PublishedTable, contracts: Contracts) -> pa.Table:
    """A published table in the shape of its dataset: key columns, then amounts in 元.

    Args:
        table: the table.
        contracts: the contracts that named it.

    Returns:
        One row for each row of the table, in printed order; a column that this form does not print
        is null throughout.

    Raises:
        ValueError: a row lacks what the dataset promises of every row; a fault of the program.
    """
    contract = contracts.tables[table.dataset]
    schema = arrow_schema(contracts, table.dataset)
    by_key = table.by_key
    rows = []
    for row in table.rows:
        record = _key_columns(row, contract.kind)
        for column, spec in contract.columns.items():
            fact = by_key.get(Key(table.dataset, row.row, column))
            if fact is None:
                record[column] = None
            elif spec.measure == "count":
                record[column] = fact.count
            else:
                record[column] = None if fact.amount is None else yuan(fact.amount)
        rows.append(record)
    made = pa.Table.from_pylist(rows, schema=schema)
    for field in schema:
        if not field.nullable and made[field.name].null_count:
            raise ValueError(f"{table.title}: a row without {field.name}, which {table.dataset} promises")
    return made


def to_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as a DataFrame with Arrow types, so that amounts stay exact decimals."""
    import pandas as pd

    return table.to_pandas(types_mapper=pd.ArrowDtype)


def _key_columns(row: TableRow, kind: str) -> dict[str, Any]:
    if kind == "lines":
        named = {"side": row.side, "line": row.row, "label": row.label}
        return {**named, "line_no": row.line_no, "role": row.role}
    if kind == "bases":
        return {"basis": row.row}
    record = {"code": row.row, "name": row.label, "level": row.level, "is_leaf": row.is_leaf}
    if kind == "economic":
        record["group"] = row.group
    return record
