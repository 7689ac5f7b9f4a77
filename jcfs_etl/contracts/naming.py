"""Figures in the words of the form, for messages: people do not know ids."""

from __future__ import annotations

from jcfs_etl.contracts.model import Table


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
