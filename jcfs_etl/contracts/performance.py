"""The contract of the self-evaluation forms (项目支出绩效自评表)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, cast, get_args

from pydantic import Field

from jcfs_etl.contracts.base import ContractModel

#: What a column of a form holds; a rate is printed as a percentage, a score in points.
Measure = Literal["money", "rate", "score", "text"]
#: Whose figures a term of a formula names.
Scope = Literal["row", "total", "sources", "indicator", "indicators", "form", "forms", "text"]

Labels = Annotated[tuple[str, ...], Field(min_length=1)]

_TERM = re.compile(
    r"\s*(?P<sign>[+-])?\s*(?:(?P<scope>[a-z]+)\.(?P<column>[a-z_]+)"
    r"|(?P<dataset>[a-z_]+)\[(?P<row>[^,\]]+),(?P<figure>[^,\]]+)\]|(?P<number>\d+))\s*"
)


@dataclass(frozen=True, slots=True)
class FormulaTerm:
    """A term of a formula: a column of some scope, a figure of a published table, or a number.

    Attributes:
        weight: 1 or -1.
        scope, column: whose figure, and which; empty for the other kinds.
        table: dataset, row and column of a published table's figure.
        number: a plain number of points.
    """

    weight: int
    scope: Scope | None = None
    column: str = ""
    table: tuple[str, str, str] | None = None
    number: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """Both sides of a form's identity: ``left (= or <=) sum of right``, or ``left = a / b``."""

    left: FormulaTerm
    right: tuple[FormulaTerm, ...]
    relation: Literal["=", "<=", "/"]

    @classmethod
    def parse(cls, text: str) -> Formula:
        """Take a formula apart.

        Raises:
            ValueError: with what was expected and where.
        """
        relation: Literal["=", "<=", "/"] = "<=" if "<=" in text else "="
        sides = text.split(relation)
        if len(sides) != 2:
            raise ValueError(f"a formula has one '=' or '<=': {text!r}")
        left = _terms(sides[0])
        if len(left) != 1:
            raise ValueError(f"the left side is one figure: {sides[0].strip()!r}")
        parts = sides[1].split("/")
        if len(parts) == 1:
            return cls(left[0], _terms(sides[1]), relation)
        share = tuple(term for part in parts for term in _terms(part))
        if len(share) != 2 or relation != "=":
            raise ValueError(f"a share is one figure of another: {sides[1].strip()!r}")
        return cls(left[0], share, "/")

    @property
    def terms(self) -> tuple[FormulaTerm, ...]:
        """Terms of both sides."""
        return (self.left, *self.right)


def _terms(text: str) -> tuple[FormulaTerm, ...]:
    terms: list[FormulaTerm] = []
    at = 0
    while at < len(text):
        match = _TERM.match(text, at)
        if match is None or (terms and match["sign"] is None):
            raise ValueError(f"expected a term such as row.executed at {text[at:].strip()!r}")
        weight = -1 if match["sign"] == "-" else 1
        if match["number"]:
            terms.append(FormulaTerm(weight, number=Decimal(match["number"])))
        elif match["dataset"]:
            table = (match["dataset"], match["row"].strip(), match["figure"].strip())
            terms.append(FormulaTerm(weight, table=table))
        elif match["scope"] in get_args(Scope):
            terms.append(FormulaTerm(weight, cast(Scope, match["scope"]), match["column"]))
        else:
            raise ValueError(f"there is no scope {match['scope']}")
        at = match.end()
    if not terms:
        raise ValueError("a side of the formula is empty")
    return tuple(terms)


class FormColumn(ContractModel):
    """A column of a block: the heads it appears under and what it holds.

    ``key`` is a pattern of the words that a head in its place must have to be taken for it; without, none is.
    """

    labels: Labels
    measure: Measure
    key: str = ""


class FormField(ContractModel):
    """A label with the cell at its right; ``coded`` ones may print a code before the name.

    ``key`` is a pattern of the words by which a label in the place of one is taken for it; without, none is.
    """

    labels: Labels
    kind: Literal["text", "coded"]
    key: str = ""


class Block(ContractModel):
    """A block of columns under a head.

    Attributes:
        sides: headings at its left.
        groups: heads over several columns.
        needs: columns without which the row is not this block's head.
        columns: by id.
        totals: labels of the row that the others add up into.
        totals_key: pattern of the words by which the first row is taken for it.
        within_pattern: begins the label of a row that is a part of the one above it.
        subtotal_pattern: in the label of a row that sums up some of the others.
        ignored: heads of columns that are known and left out.
        names: what may stand in a column, to join a name that a page break cut in two.
    """

    sides: Labels
    groups: tuple[str, ...] = ()
    needs: Labels
    columns: dict[str, FormColumn]
    totals: tuple[str, ...] = ()
    totals_key: str = "^$"
    within_pattern: str = "^$"
    subtotal_pattern: str = "^$"
    ignored: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Goals(ContractModel):
    """Headings of the goals and of what came of them; ``completion_key`` tells the latter of two in doubt."""

    sides: Labels
    goals: Labels
    completion: Labels
    completion_key: str


class TotalRow(ContractModel):
    """The row 总分, the grade and its words.

    ``key`` is a pattern of the words by which a row is it whose label stands in the place of texts.
    """

    labels: Labels
    key: str
    grade_labels: tuple[str, ...]
    grades: Labels


class Analysis(ContractModel):
    """Blocks of text by their labels."""

    sides: Labels
    columns: dict[str, Labels]


class TextStatement(ContractModel):
    """What the text states of a figure of the money block; ``within`` names blocks of the analysis."""

    within: Labels
    pattern: str


class NarrativeSubjects(ContractModel):
    """Subjects of the narrative that speak of the forms, and the columns of money that they may mean."""

    projects: str
    money: str
    columns: Labels


class FormIdentity(ContractModel):
    """An identity of the forms.

    ``together`` is the code of the one finding that all violations in a document make together.
    """

    id: str = Field(pattern=r"^performance\.[a-z0-9_]+$")
    statement: str
    formula: str
    together: str | None = None

    @cached_property
    def parsed(self) -> Formula:
        """The formula taken apart."""
        return Formula.parse(self.formula)


class PerformanceContract(ContractModel):
    """Titles, heads and labels of the forms, and the identities within them."""

    title_patterns: Labels
    other_title_patterns: tuple[str, ...]
    year_patterns: Labels
    label_suffix_pattern: str
    neutral_words: Labels
    telling_pattern: str
    other_column_pattern: str
    unit_patterns: Labels
    coded_pattern: str
    code_label_pattern: str
    labelled_coded_pattern: str
    dashes: tuple[str, ...]
    score_suffixes: tuple[str, ...]
    score_step: Decimal
    execution_weight: Decimal
    fields: dict[str, FormField]
    money: Block
    goals: Goals
    indicators: Block
    total: TotalRow
    analysis: Analysis
    note_pattern: str
    statements: dict[str, TextStatement]
    narrative: NarrativeSubjects
    other_bases: tuple[str, ...]
    identities: tuple[FormIdentity, ...]
