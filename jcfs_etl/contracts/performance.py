"""The contract of the self-evaluation forms (项目支出绩效自评表)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from jcfs_etl.contracts.base import ContractModel
from jcfs_etl.contracts.identity import Identity

#: What a column of a form holds; a rate is printed as a percentage, a score in points.
Measure = Literal["money", "rate", "score", "text"]

Labels = Annotated[tuple[str, ...], Field(min_length=1)]


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
    """Headings of the goals and of what came of them; of two in doubt the keys tell which is which."""

    sides: Labels
    goals: Labels
    completion: Labels
    completion_key: str
    aim_key: str


class TotalRow(ContractModel):
    """The row 总分, the grade and its words.

    ``key`` is a pattern of the words by which a row is it whose label stands in the place of texts;
    ``labels_above`` may stand among the fields, the total at their right.
    """

    labels: Labels
    labels_above: Labels
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


class FormIdentity(Identity):
    """An identity of the forms.

    ``together`` is the code of the one finding that all violations in a document make together.
    """

    id: str = Field(pattern=r"^performance\.[a-z0-9_]+$")
    together: str | None = None


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
    score_suffixes: tuple[str, ...]
    score_step: Decimal
    execution_weight: Decimal
    execution_points_pattern: str
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
