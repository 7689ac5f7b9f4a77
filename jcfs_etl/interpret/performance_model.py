"""What self-evaluation forms say: projects with their money, goals, indicators and texts, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from jcfs_etl.findings import Finding
from jcfs_etl.places import Box

#: A score of one point; scores and weights are integers of a thousandth of a point.
POINT = 1000
#: A share of one; rates are integers of a millionth.
WHOLE = 1_000_000


class FormText(Struct, frozen=True):
    """A text of a form with its place; lines that wrap inside a cell are put together."""

    text: str
    page: int
    box: Box


class FormFigure(Struct, frozen=True):
    """A figure of a form.

    Attributes:
        printed: the cell's text as it stands.
        value: 分 (money), millionths (a rate) or thousandths of a point (a score); None where blank or ——.
        half: half a unit of the last printed decimal, in the same unit.
        is_readable: whether the cell could be read; one that could not has no value, and is not zero.
        page, box: where it stands.
        source: ``text`` or ``ocr``.
    """

    printed: str
    value: int | None
    half: int
    is_readable: bool
    page: int
    box: Box
    source: str = "text"


class FundLine(Struct, frozen=True):
    """A row of the money block: 资金总额 or a source of funds.

    Attributes:
        number: place in the block, from 1.
        is_within: whether its label says that it is a part of the source above it, or a subtotal.
        figures: by column id of the contract; a column that the form does not have is not there.
        deviation: reasons and measures, None where nothing stands.
    """

    number: int
    label: str
    is_total: bool
    is_within: bool
    figures: Mapping[str, FormFigure]
    deviation: FormText | None
    page: int


class Indicator(Struct, frozen=True):
    """A row of the indicators.

    Attributes:
        number: place in the form, from 1.
        texts: level1 to level3, targets, actual value and deviation by column id; those that are blank
            are not there.
        figures: weight and score by column id.
        page, box: where the row stands.
    """

    number: int
    texts: Mapping[str, FormText]
    figures: Mapping[str, FormFigure]
    page: int
    box: Box


class PerformanceForm(Struct, frozen=True):
    """One 项目支出绩效自评表.

    Attributes:
        number: place in the document, from 1.
        title: as printed above it or in its first row; empty when there is none.
        year: fiscal year that the form names; None when it names none.
        project: 项目名称 as printed.
        fields: the other labelled cells by field id: ``department``, ``unit``.
        codes: codes printed before the names of ``fields``, by field id.
        money_unit: such as 万元; None when nothing says.
        execution_points: points of the money block that a heading or head of it prints; None where none does.
        funds: money rows in printed order.
        goals, completion: 年度目标 and 实际完成情况.
        indicators: in printed order.
        total_score, total_weight: figures of the row 总分.
        grade: such as 优.
        analysis: texts by block id.
        pages: pages that it stands on.
    """

    number: int
    title: str
    year: int | None
    project: FormText | None
    fields: Mapping[str, FormText]
    codes: Mapping[str, str]
    money_unit: str | None
    execution_points: Decimal | None
    funds: tuple[FundLine, ...]
    goals: FormText | None
    completion: FormText | None
    indicators: tuple[Indicator, ...]
    total_score: FormFigure | None
    total_weight: FormFigure | None
    grade: FormText | None
    analysis: Mapping[str, FormText]
    pages: tuple[int, ...]

    @property
    def name(self) -> str:
        """How messages call it: the project's name, else its title or number."""
        return self.project.text if self.project else self.title or f"form {self.number}"

    @property
    def total_line(self) -> FundLine | None:
        """The row 资金总额."""
        return next((line for line in self.funds if line.is_total), None)

    @property
    def has_scores(self) -> bool:
        """Whether it has a column 得分 in any of its blocks."""
        rows: tuple[FundLine | Indicator, ...] = (*self.funds, *self.indicators)
        return any("score" in row.figures for row in rows)

    @property
    def sources(self) -> tuple[FundLine, ...]:
        """Money rows but for 资金总额."""
        return tuple(line for line in self.funds if not line.is_total)


class Performance(Struct, frozen=True):
    """The self-evaluation forms of a publication.

    Attributes:
        forms: in printed order.
        findings: what could not be read for certain.
        taken: page and box of each grid that a form was read from, whole or up to cells that findings name.
    """

    forms: tuple[PerformanceForm, ...] = ()
    findings: tuple[Finding, ...] = ()
    taken: tuple[tuple[int, Box], ...] = ()


def points(value: int) -> Decimal:
    """A score or weight in points."""
    return Decimal(value) / POINT


def percent(value: int) -> Decimal:
    """A rate in per cent."""
    return Decimal(value) * 100 / WHOLE
