"""Self-evaluation forms (项目支出绩效自评表) as the site shows them, under the labels of the contracts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jcfs_etl.contracts.model import DatasetColumn
from jcfs_etl.report.site.model import FormView, GridView
from jcfs_etl.report.site.rows import Row, Rows, plain

#: Columns of a project that are told in a line of their own, and those that are texts, before the analysis.
_FACTS = ("department", "unit_name", "unit_code", "money_unit", "total_score", "grade")
_TEXTS = ("goals", "completion")
#: Columns that say which form a row is of and where it stands.
_NOT_SHOWN = ("form", "project", "position", "line", "is_total", "page", "x0", "y0", "x1", "y1")


def form_view(rows: Rows, form: Row) -> FormView:
    """A self-evaluation form, by its row of ``performance_projects``."""
    columns = rows.contracts.datasets.datasets["performance_projects"].columns

    def told(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
        return tuple((columns[n].label, _text(form[n])) for n in names if form.get(n) is not None)

    return FormView(
        form["project"] or "",
        form["first_page"],
        form["last_page"],
        told(_FACTS),
        _grid(rows, "performance_funds", form["form"]),
        _grid(rows, "performance_indicators", form["form"]),
        told((*_TEXTS, *rows.contracts.performance.analysis.columns)),
    )


def _grid(rows: Rows, dataset: str, form: int) -> GridView:
    columns = rows.contracts.datasets.datasets[dataset].columns
    mine = [row for row in rows.of(dataset) if row["form"] == form]
    shown = [
        (name, spec)
        for name, spec in columns.items()
        if name not in _NOT_SHOWN and any(row.get(name) is not None for row in mine)
    ]
    numeric = {i for i, (_, spec) in enumerate(shown) if spec.type in ("money", "decimal", "integer")}
    return GridView(
        tuple(_label(spec) for _, spec in shown),
        tuple(tuple(_text(row.get(name), spec) for name, spec in shown) for row in mine),
        frozenset(numeric),
    )


def _label(spec: DatasetColumn) -> str:
    return f"{spec.label}（{spec.unit}）" if spec.unit else spec.label


def _text(value: object, spec: DatasetColumn | None = None) -> str:
    if isinstance(value, Decimal):
        # Scores and rates are kept with four decimals, whatever they were printed with.
        return plain(value) if spec is None or spec.type == "decimal" else f"{value:,f}"
    return "" if value is None else str(value)
