"""What the terms of a form's identity stand for on a document: amounts with their precision and place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.contracts.equations import TermPattern
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.performance import Measure, PerformanceContract
from jcfs_etl.interpret.performance_model import (
    POINT,
    WHOLE,
    FormFigure,
    FundLine,
    Indicator,
    PerformanceForm,
)
from jcfs_etl.labels import squeezed
from jcfs_etl.money import UnreadableFigureError, half_unit, in_unit, read_figure, to_fen
from jcfs_etl.places import Box, Key
from jcfs_etl.recognise.model import Publication

#: Hundredths in what a figure counts, by measure: 分, hundredths of a point, hundredths of a per cent.
_SCALE = {"money": Fraction(1), "score": Fraction(100, POINT), "rate": Fraction(10_000, WHOLE)}


def half_of_line(line: FundLine, contract: PerformanceContract) -> int:
    """Half a unit of a money row: figures drop zeros at the end, so it is as fine as its finest figure."""
    money = (f for n, f in line.figures.items() if contract.money.columns[n].measure == "money")
    return min((f.half for f in money if f.value is not None), default=0)


class NotOnFormError(Exception):
    """A figure that an identity names is not on the form, or could not be read."""


class Amount(Struct, frozen=True):
    """A figure in an identity.

    Attributes:
        value: hundredths of 元, points or per cent; None where blank.
        half: how far the true amount may lie from it, in the same unit.
        key, page, box: its name in the data and its place; None for a number of the contract.
        label: its row and column in words.
        is_computed: whether publishers compute it from other figures rather than give it.
    """

    value: Fraction | None
    half: Fraction
    printed: str
    measure: Measure
    key: Key | None = None
    label: str = ""
    page: int | None = None
    box: Box | None = None
    is_computed: bool = False


class Place(Struct, frozen=True):
    """What an identity is tried on: the document, a form, or a row of one."""

    forms: tuple[PerformanceForm, ...]
    form: PerformanceForm | None = None
    row: FundLine | None = None
    indicator: Indicator | None = None


class FormFigures:
    """Finds the amounts that the terms of identities name.

    Args:
        publication: the publication, for figures of its tables.
        contracts: the contracts.
    """

    def __init__(self, publication: Publication, contracts: Contracts) -> None:
        self._publication = publication
        self._contracts = contracts
        self._contract = contracts.performance

    def of(self, term: TermPattern, place: Place) -> list[Amount]:
        """The amounts that a term adds up.

        Raises:
            NotOnFormError: one of them is not there or could not be read; it is never read as zero.
        """
        if term.number is not None:
            return [self._number(term.number)]
        assert term.dataset is not None
        column = term.column.name
        if term.dataset in self._contracts.tables:
            return [self._of_table(Key(term.dataset, term.row.name, column))]
        if term.whose == "forms":
            return [self._total(form, column) for form in place.forms]
        assert place.form is not None
        form = place.form
        match term.dataset, str(term.row):
            case "performance_funds", "row":
                return [self._of_line(form, place.row, column)]
            case "performance_funds", "total":
                return [self._total(form, column)]
            case "performance_funds", _:
                return self._sources(form, column)
            case "performance_indicators", "row":
                return [self._of_indicator(form, place.indicator, column)]
            case "performance_indicators", _:
                every = [self._of_indicator(form, each, column) for each in form.indicators]
                return self._filled(every, "indicator", column)
            case _, "form":
                return [self._of_form(form, column)]
            case _:
                return [self._of_text(form, column)]

    def _number(self, number: Decimal) -> Amount:
        return Amount(Fraction(number) * 100, Fraction(0), f"{number.normalize():f}", "score")

    def _of_table(self, key: Key) -> Amount:
        table = self._publication.tables.get(key.dataset)
        fact = table.by_key.get(key) if table is not None else None
        if table is None or fact is None or fact.amount is None:
            raise NotOnFormError(f"{key.dataset} prints no {key.row}/{key.column}")
        contract = self._contracts.tables[key.dataset]
        label = f"{contract.columns[key.column].labels[0]} of {contract.title}"
        value, half = Fraction(fact.amount), Fraction(table.half)
        return Amount(value, half, fact.printed, "money", key, label, fact.page, fact.box)

    def _sources(self, form: PerformanceForm, column: str) -> list[Amount]:
        if any(line.is_within for line in form.sources):
            raise NotOnFormError("which sources are parts of others is not printed for certain")
        return self._filled([self._of_line(form, line, column) for line in form.sources], "source", column)

    @staticmethod
    def _filled(amounts: list[Amount], what: str, column: str) -> list[Amount]:
        if all(amount.value is None for amount in amounts):
            raise NotOnFormError(f"no {what} has {column}")
        return amounts

    def _total(self, form: PerformanceForm, column: str) -> Amount:
        line = form.total_line
        if line is None:
            raise NotOnFormError("the form has no 资金总额")
        if column == "weight" and (column not in line.figures or not line.figures[column].printed.strip()):
            return self._weight_not_printed(form)
        if column == "score" and column not in line.figures and _points(form) == 100 * POINT:
            return self._number(Decimal(0))
        total = self._of_line(form, line, column)
        if total.measure == "rate" and len(form.sources) == 1:
            # With one source alone both rows print one rate; the finer of the two says more.
            other = self._of_line(form, form.sources[0], column)
            if (
                total.value is not None
                and other.value is not None
                and other.half < total.half >= abs(total.value - other.value)
            ):
                return replace(total, value=other.value, half=other.half, printed=other.printed)
        return total

    def _weight_not_printed(self, form: PerformanceForm) -> Amount:
        """The points of a money block that prints none.

        None where 预算执行率 is an indicator, so that these come to all points.

        Raises:
            NotOnFormError: 总分 is that of the indicators alone.
        """
        given, total = form.execution_points or self._contract.execution_weight, form.total_weight
        alone = _points(form)
        if alone == 100 * POINT:
            return self._number(Decimal(0))
        if total is not None and total.value == alone:
            raise NotOnFormError("the form adds up its indicators alone")
        return self._number(given)

    def _of_line(self, form: PerformanceForm, line: FundLine | None, column: str) -> Amount:
        assert line is not None
        block = self._contract.money.columns[column]
        key = Key("performance_funds", f"{form.number}/{line.number}", column)
        label = f"{block.labels[0]} of {line.label}"
        amount = self._amount(line.figures.get(column), block.measure, key, label)
        if block.measure == "money":
            amount = replace(amount, half=Fraction(half_of_line(line, self._contract)))
        return replace(amount, is_computed=True)

    def _of_indicator(self, form: PerformanceForm, indicator: Indicator | None, column: str) -> Amount:
        assert indicator is not None
        block = self._contract.indicators.columns[column]
        key = Key("performance_indicators", f"{form.number}/{indicator.number}", column)
        names = [indicator.texts[n].text for n in ("level3", "level2", "level1") if n in indicator.texts]
        label = f"{block.labels[0]} of {names[0] if names else f'indicator {indicator.number}'}"
        figure = indicator.figures.get(column)
        if figure is None and column in self._columns(form):
            # It stands in a cell merged with the row above, where it is counted.
            return Amount(None, Fraction(0), "", block.measure, key, label, indicator.page, indicator.box)
        return self._amount(figure, block.measure, key, label)

    @staticmethod
    def _columns(form: PerformanceForm) -> set[str]:
        return {name for indicator in form.indicators for name in indicator.figures}

    def _of_form(self, form: PerformanceForm, column: str) -> Amount:
        figure = {"total_score": form.total_score, "total_weight": form.total_weight}[column]
        key = Key("performance_projects", str(form.number), column)
        of = self._contract.indicators.columns[column.removeprefix("total_")]
        label = f"{of.labels[0]} of {self._contract.total.labels[0]}"
        return replace(self._amount(figure, "score", key, label), is_computed=True)

    def _of_text(self, form: PerformanceForm, column: str) -> Amount:
        stated = self._contract.statements[column]
        measure = self._contract.money.columns[column].measure
        found = {}
        for block in stated.within:
            text = form.analysis.get(block)
            for match in re.finditer(stated.pattern, squeezed(text.text)) if text else ():
                found[match[0]] = (block, match, text)
        if len(found) != 1:
            raise NotOnFormError(f"the text states {'no' if not found else 'more than one'} {column}")
        ((block, match, text),) = found.values()
        assert text is not None
        key = Key("performance_projects", str(form.number), block)
        label = f"the text on {self._contract.money.columns[column].labels[0]}"
        try:
            printed = read_figure(match["value"])
            assert printed.value is not None
            fen = self._contracts.publication.money_units[match["money_unit"]] if measure == "money" else 0
            amount = to_fen(printed.value, fen)
        except (UnreadableFigureError, KeyError) as error:
            raise NotOnFormError(f"{match[0]} in the text is not one figure") from error
        if measure == "money":
            value = Fraction(amount)
            half = Fraction(half_unit(printed.decimals, fen))
            shown = match["value"] + match["money_unit"]
        else:
            value = Fraction(printed.value) * 100
            half = Fraction(100, 2 * 10**printed.decimals)
            shown = match["value"] + "%"
        return Amount(value, half, shown, measure, key, label, text.page, text.box)

    @staticmethod
    def _amount(figure: FormFigure | None, measure: Measure, key: Key, label: str) -> Amount:
        if figure is None:
            raise NotOnFormError(f"the form has no {key.column}")
        if not figure.is_readable:
            raise NotOnFormError(f"{label} could not be read")
        scale = _SCALE[measure]
        value = None if figure.value is None else figure.value * scale
        half = figure.half * scale
        return Amount(value, half, figure.printed, measure, key, label, figure.page, figure.box)


def _points(form: PerformanceForm) -> int:
    """The points of the indicators alone."""
    return sum(i.figures["weight"].value or 0 for i in form.indicators if "weight" in i.figures)


def with_score_precision(amounts: Sequence[Amount], step: Decimal) -> list[Amount]:
    """Scores as exact as they are given.

    Points are given by hand in steps and are exact. Where a figure is finer than a step, it is computed
    and rounded, and then what publishers sum up or compute may be rounded as well.
    """
    unit = Fraction(step) * 100
    finer = [a.measure == "score" and a.value is not None and a.value % unit != 0 for a in amounts]
    if not any(a.measure == "score" for a in amounts):
        return list(amounts)
    return [
        a if fine or (any(finer) and a.is_computed) else replace(a, half=Fraction(0))
        for a, fine in zip(amounts, finer, strict=True)
    ]


def shown(amount: Fraction, measure: Measure, fen: int, unit: str) -> str:
    """An amount as a person writes it: money in the form's unit, points, per cent."""
    if measure == "money":
        return in_unit(round(amount), fen, unit)
    value = (Decimal(round(amount * 100)) / 10_000).normalize()
    return f"{value:f}{'%' if measure == 'rate' else ''}"
