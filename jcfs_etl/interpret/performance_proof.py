"""Whether the figures of a form prove each other, as a reading needs that could be otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from jcfs_etl.interpret.performance_model import (
    POINT,
    WHOLE,
    FormFigure,
    FundLine,
    Indicator,
    PerformanceForm,
)

#: Amounts of the money block that every form has.
_NEEDED = ("annual_budget", "executed")
_POINTS = ("weight", "score")


def proves_itself(form: PerformanceForm) -> bool:
    """Whether money, weights and scores of a form add up, and all are there and could be read.

    Args:
        form: the form, read.
    """
    rows: list[FundLine | Indicator] = [*form.funds, *form.indicators]
    figures = [f for row in rows for f in row.figures.values()]
    return all(f.is_readable for f in figures) and _money(form) and _points(form)


def _money(form: PerformanceForm) -> bool:
    total = form.total_line
    if total is None or any(line.is_within for line in form.sources):
        return False
    amounts = [total.figures[name].value for name in _NEEDED if name in total.figures]
    if len(amounts) != len(_NEEDED) or None in amounts:
        return False
    others = (*_POINTS, "execution_rate")
    names = {n for line in form.funds for n in line.figures if n not in others}
    sums = all(_comes_to(total.figures.get(n), (line.figures.get(n) for line in form.sources)) for n in names)
    return sums and all(_rate(line) for line in form.funds)


def _points(form: PerformanceForm) -> bool:
    """Whether scores come to 总分, and weights to what is printed beside it, or to all points."""
    rows: list[FundLine | Indicator] = [*form.indicators, *(line for line in form.funds if line.is_total)]
    if not form.indicators:
        return True
    if form.total_score is None or not form.total_score.is_readable:
        return False
    if not _comes_to(form.total_score, (row.figures.get("score") for row in rows)):
        return False
    weights = [row.figures["weight"].value or 0 for row in rows if "weight" in row.figures]
    total = form.total_weight.value if form.total_weight else 100 * POINT
    return not weights or sum(weights) == total


def _comes_to(total: FormFigure | None, parts: Iterable[FormFigure | None]) -> bool:
    """Whether figures come to a sum exactly; what rounding may hide proves nothing."""
    values = [f.value for f in parts if f is not None and f.value is not None]
    printed = total.value if total is not None else None
    return not values if printed is None else bool(values) and sum(values) == printed


def _rate(line: FundLine) -> bool:
    """Whether a row's 执行率, where it prints one, is that of its amounts."""
    rate, budget, spent = (line.figures.get(n) for n in ("execution_rate", *_NEEDED))
    if rate is None or rate.value is None:
        return True
    if budget is None or spent is None or not budget.value or spent.value is None:
        return not rate.value
    slack = rate.half + WHOLE * (spent.half + budget.half) / budget.value
    return abs(rate.value - WHOLE * spent.value / budget.value) <= slack
