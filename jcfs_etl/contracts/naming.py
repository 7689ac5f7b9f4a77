"""Figures in the words of the form, for messages: people do not know ids."""

from __future__ import annotations

from typing import Any

import yaml

from jcfs_etl.contracts.table import Table


def row_name(table: Table, row: str, printed: str = "") -> str:
    """A row as people know it: its code with its name, or its label.

    Args:
        table: the table's contract.
        row: row id: a line, a code or a basis.
        printed: its label as printed, where it is at hand.
    """
    spec = table.all_rows.get(row)
    label = printed or (spec.labels[0] if spec else "")
    return f"{row} {label}".rstrip() if row.isdigit() and row != label else label or row


def figure_name(table: Table, row: str, column: str, printed: str = "") -> str:
    """A figure as people know it: ``支出决算表, 20801 人力资源和社会保障管理事务 基本支出``."""
    spec = table.columns.get(column)
    return f"{table.title}, {row_name(table, row, printed)} {spec.labels[0] if spec else column}"


def entry_to_add(table: Table, kind: str, key: str, printed: str) -> dict[str, Any] | None:
    """What to add to a table's contract so that a printed label names a row or column.

    Args:
        table: the contract of the table.
        kind: ``row`` or ``column``.
        key: id of the row or column.
        printed: the label.

    Returns:
        The entry, nested as in the contract; None for a functional class, whose names stand in the
        classification.
    """
    entry = {key: {"labels": [printed]}}
    if kind == "column":
        return {"columns": entry}
    if key in table.rows:
        return {"rows": entry}
    sides = (name for name, side in table.sides.items() if key in side.rows)
    return next(({"sides": {name: {"rows": entry}}} for name in sides), None)


def line_to_add(table: Table, kind: str, key: str, printed: str) -> str:
    """:func:`entry_to_add` as a line of YAML, or where else the label is to be added."""
    entry = entry_to_add(table, kind, key, printed)
    if entry is None:
        return f"# classifications/functional.csv: {printed} as an alias of {key}"
    return yaml.safe_dump(entry, allow_unicode=True, default_flow_style=True, width=1000).strip()[1:-1]
