"""What a run collected, for the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from jcfs_etl.collect.model import CollectReport, State

_STYLE: dict[State, str] = {
    "new": "green",
    "replaced": "cyan",
    "unchanged": "dim",
    "planned": "cyan",
    "vanished": "yellow",
    "failed": "red",
}


def report_table(report: CollectReport) -> RenderableType:
    """A row for each address that is not as it was, what failed or vanished in words below, and the sum."""
    table = Table()
    for name in ("source", "state", "file", "address"):
        table.add_column(name, overflow="fold")
    notes: list[RenderableType] = []
    for outcome in report.outcomes:
        state = f"[{_STYLE[outcome.state]}]{outcome.state}[/]"
        where = (escape(outcome.source), state, escape(outcome.file or ""), escape(outcome.address))
        if outcome.state != "unchanged":
            table.add_row(*where)
        if outcome.message and outcome.state != "planned":
            notes.append(f"{state} {escape(outcome.address)}: {escape(outcome.sentence())}")
    body: list[RenderableType] = [table] if table.row_count else []
    return Group(*body, *notes, report.sentence())
