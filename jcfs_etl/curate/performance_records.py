"""Self-evaluation forms as Arrow tables in the shape that the contracts promise."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from jcfs_etl.contracts.arrow import arrow_schema
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.performance import Block, Measure
from jcfs_etl.curate.records import edges_of
from jcfs_etl.interpret.performance_model import (
    FormFigure,
    FormText,
    Performance,
    PerformanceForm,
    percent,
    points,
)
from jcfs_etl.money import yuan

#: The datasets that the forms fill.
DATASETS = ("performance_projects", "performance_funds", "performance_indicators")
#: The partition is called ``unit`` already.
_COLUMNS = {"unit": "unit_name"}


def performance_tables(performance: Performance, contracts: Contracts) -> dict[str, pa.Table]:
    """The forms of a publication by dataset, in printed order; without rows where there are none."""
    money, indicators = contracts.performance.money, contracts.performance.indicators
    rows: dict[str, list[dict[str, Any]]] = {dataset: [] for dataset in DATASETS}
    for form in performance.forms:
        rows["performance_projects"].append(_project(form, contracts))
        for line in form.funds:
            rows["performance_funds"].append(
                {
                    "form": form.number,
                    "project": _text(form.project),
                    "line": line.number,
                    "label": line.label,
                    "is_total": line.is_total,
                    **_values(line.figures, money),
                    "deviation": _text(line.deviation),
                    "page": line.page,
                }
            )
        for indicator in form.indicators:
            texts = [n for n, column in indicators.columns.items() if column.measure == "text"]
            rows["performance_indicators"].append(
                {
                    "form": form.number,
                    "project": _text(form.project),
                    "position": indicator.number,
                    **{name: _text(indicator.texts.get(name)) for name in texts},
                    **_values(indicator.figures, indicators),
                    "page": indicator.page,
                    **edges_of(indicator.box),
                }
            )
    return {
        dataset: pa.Table.from_pylist(these, schema=arrow_schema(contracts, dataset))
        for dataset, these in rows.items()
    }


def _project(form: PerformanceForm, contracts: Contracts) -> dict[str, Any]:
    coded = [n for n, f in contracts.performance.fields.items() if f.kind == "coded"]
    return {
        "form": form.number,
        "project": _text(form.project),
        **{_COLUMNS.get(name, name): _text(form.fields.get(name)) for name in coded},
        **{f"{name}_code": form.codes.get(name) for name in coded},
        "money_unit": form.money_unit,
        "goals": _text(form.goals),
        "completion": _text(form.completion),
        "total_weight": _value(form.total_weight, "score"),
        "total_score": _value(form.total_score, "score"),
        "grade": _text(form.grade),
        **{name: _text(form.analysis.get(name)) for name in contracts.performance.analysis.columns},
        "first_page": form.pages[0],
        "last_page": form.pages[-1],
    }


def _values(figures: Mapping[str, FormFigure], block: Block) -> dict[str, Decimal | None]:
    return {
        name: _value(figures.get(name), column.measure)
        for name, column in block.columns.items()
        if column.measure != "text"
    }


def _text(text: FormText | None) -> str | None:
    return text.text if text is not None else None


def _value(figure: FormFigure | None, measure: Measure) -> Decimal | None:
    """Money in 元, a rate in per cent, a score in points."""
    if figure is None or figure.value is None:
        return None
    if measure == "money":
        return yuan(figure.value)
    exact = percent(figure.value) if measure == "rate" else points(figure.value)
    return exact.quantize(Decimal("0.0001"))
