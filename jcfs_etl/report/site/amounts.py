"""What the charts and the overview say of a publication in amounts."""

from __future__ import annotations

from decimal import Decimal

from jcfs_etl.report.site.model import Bars
from jcfs_etl.report.site.rows import Row, Rows
from jcfs_etl.report.site.texts import short, texts

#: Bars that a chart shows, the largest.
_MOST = 14


def totals(rows: Rows) -> dict[str, Decimal]:
    """The year's income, expenditure and 三公 in 元, where the tables have them."""
    summary = "income_expenditure_summary"
    wanted = {
        "income": ((summary, "income_total", "amount"), ("income", "total", "total")),
        "expenditure": ((summary, "expenditure_total", "amount"), ("expenditure", "total", "total")),
        "three_public_budget": (("three_public", "budget", "total"),),
        "three_public": (("three_public", "final", "total"),),
    }
    found = {}
    for name, keys in wanted.items():
        amounts = (rows.cells[key]["amount"] for key in keys if key in rows.cells)
        if (amount := next((a for a in amounts if a is not None), None)) is not None:
            found[name] = amount
    return found


def classes(rows: Rows) -> dict[str, Decimal]:
    """Expenditure by functional class (类) in 元."""
    return {
        row["name"]: row["total"]
        for row in rows.of("expenditure")
        if row["level"] == 1 and row.get("total") is not None
    }


def charts(rows: Rows) -> tuple[Bars, ...]:
    """The charts of a publication; one whose amounts are all nothing is left out."""
    made = (_income(rows), _expenditure(rows), _three_public(rows), _projects(rows))
    return tuple(chart for chart in made if any(v for _, values in chart.series for v in values))


def _income(rows: Rows) -> Bars:
    table = rows.contracts.tables["income"]
    total = next((r for r in rows.of("income") if r["code"] == "total"), {})
    found = [
        (spec.labels[0], total[column])
        for column, spec in table.columns.items()
        if spec.part_of == "total" and total.get(column)
    ]
    return Bars(
        "income",
        texts()["by_source"],
        tuple(short(label) for label, _ in found),
        (("", tuple(amount for _, amount in found)),),
    )


def _expenditure(rows: Rows) -> Bars:
    columns = rows.contracts.tables["expenditure"].columns
    lines = [r for r in rows.of("expenditure") if r["level"] == 1 and r.get("total")]
    lines.sort(key=lambda r: -abs(r["total"]))
    lines = lines[:_MOST]
    parts = [c for c, spec in columns.items() if spec.part_of == "total" and any(r.get(c) for r in lines)]
    return Bars(
        "expenditure",
        texts()["by_class"],
        tuple(short(r["name"]) for r in lines),
        tuple((columns[c].labels[0], tuple(r.get(c) for r in lines)) for c in parts),
        stacked=True,
    )


def _three_public(rows: Rows) -> Bars:
    table = rows.contracts.tables["three_public"]
    lines: dict[str, Row] = {r["basis"]: r for r in rows.of("three_public")}
    columns = [c for c in table.columns if any(r.get(c) for r in lines.values())]
    return Bars(
        "three_public",
        texts()["three_public"],
        tuple(short(table.columns[c].labels[0]) for c in columns),
        tuple(
            (table.rows[basis].labels[0], tuple(row.get(c) for c in columns)) for basis, row in lines.items()
        ),
    )


def _projects(rows: Rows) -> Bars:
    columns = rows.contracts.datasets.datasets["performance_funds"].columns
    shown = ("annual_budget", "executed")
    lines = [r for r in rows.of("performance_funds") if r["is_total"] and any(r.get(c) for c in shown)]
    return Bars(
        "projects",
        texts()["projects"],
        tuple(short(r["project"] or "") for r in lines[:_MOST]),
        tuple((columns[c].label, tuple(r.get(c) for r in lines[:_MOST])) for c in shown),
    )
