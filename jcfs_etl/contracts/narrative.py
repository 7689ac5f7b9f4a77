"""The contract of the narrative (情况说明): what it speaks of and how it says it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from jcfs_etl.contracts.base import ContractModel, as_tuple

Part = Literal["contents", "overview", "narrative", "glossary", "other"]
BaseWord = Literal["reference", "budget", "whole"]
#: Placeholders of patterns that stand for a printed number.
NumberName = Literal["money", "amount", "percent", "rate", "count", "score"]


Words = Annotated[tuple[str, ...], BeforeValidator(as_tuple)]


class ProseLayout(ContractModel):
    """How the prose of a publication is laid out.

    Attributes:
        parts: whole headings of the parts.
        headings: ordinals before headings, the highest level first.
    """

    parts: dict[Part, Words]
    headings: Words


class Subject(ContractModel):
    """Something that the narrative gives figures for.

    Attributes:
        statement: what it is, in a sentence.
        within: sections and contexts in which it is meant; everywhere when empty.
        labels: how it is printed; the longest that fits is taken, and only directly before a phrase.
        spoken: labels that mean it in a sentence alone and name nothing in a table (总收入, 收支).
        patterns: whole phrases that name it and its number at once.
        figure: the cell or sum of cells that hold it for the fiscal year.
        budget_figure: those that hold its budget.
        share_of: subjects that a share may be of, the likeliest first, where the sentence does not say.
        counts: which subject a count in a unit belongs to when this is the topic.
        costs: of a count, the subject of an amount that is said of it.
        counted_by: part whose counts are its own where nothing is said of its other parts.
        part_of: subject after whose figures alone it is meant; anywhere when empty.
    """

    statement: str
    within: Words = ()
    labels: Words = ()
    spoken: Words = ()
    patterns: Words = ()
    figure: str | None = None
    budget_figure: str | None = None
    share_of: Words = ()
    counts: dict[str, str] = Field(default_factory=dict)
    costs: str | None = None
    counted_by: str | None = None
    part_of: str | None = None

    @property
    def names(self) -> Words:
        """All its labels."""
        return (*self.labels, *self.spoken)


class Ambiguous(ContractModel):
    """Labels of a subject that may mean others as well, the likeliest first."""

    labels: Words
    also: Words


class OtherMeaning(ContractModel):
    """Labels that mean another subject where certain words follow."""

    label: Words
    followed_by: str
    subject: str


class Family(ContractModel):
    """Subjects that a classification names: one for each of its codes, ``<family>/<code>``.

    Attributes:
        statement: what they are, in a sentence.
        classification: whose codes.
        within: sections and contexts in which they are meant.
        rows_of: published table whose rows name codes as well.
        labels: forms of their labels; ``{1}``, ``{2}``, ``{3}`` are the names of 类, 款 and 项,
            ``{1~}`` the same without a closing 支出, ``{code}`` the code itself. A form belongs to the
            codes of its deepest level.
        complete: labels that end so are meant even when no phrase follows directly.
        figure: the cell; its row is ``code``.
        share_of: subjects that a share may be of, the likeliest first, where the sentence does not say.
        also: families whose figure of the same code may be meant as well, the likeliest first.
        also_where: datasets of which one must have an amount for the code; elsewhere they are one figure.
    """

    statement: str
    classification: Literal["functional", "economic"]
    within: Words = ()
    rows_of: str
    labels: Words
    complete: str = ""
    figure: str
    share_of: Words = ()
    also: Words = ()
    also_where: Words = ()


class Statement(ContractModel):
    """What a number says of the topic.

    Attributes:
        kind, form: as in the values of the interpret stage.
        period: of the quantity; ``this`` yields to a year that the text names, ``reference`` is what the text
            compares with.
        base: what it is compared with: the ``reference`` of the text, the ``budget``, the ``whole``.
        value: the number where the words imply it (持平).
        of: whose amount it is, the topic's or that of the ``whole`` that the phrase names.
    """

    kind: Literal["amount", "count", "share", "change", "rate", "score"]
    form: Literal["level", "ratio", "difference", "growth"]
    period: Literal["this", "last", "budget", "adjusted_budget", "reference"] = "this"
    base: BaseWord | None = None
    value: int | None = None
    of: Literal["topic", "whole"] = "topic"


class Phrase(ContractModel):
    """A way to state figures.

    Attributes:
        patterns: regular expressions with placeholders for numbers; see contracts/README.md.
        states: statement of each placeholder; ``implied`` for one without a number.
        direct: whether it counts only directly after its subject.
        after: what the claim of the same subject right before must be; anything when empty.
        within: sections and contexts in which it is understood; everywhere when empty.
        approximate: whether its words say that the figure is not exact.
    """

    patterns: Words
    states: dict[NumberName | Literal["implied"], str]
    direct: bool = False
    after: tuple[Literal["count", "budget", "share", "change", "rate"], ...] = ()
    within: Words = ()
    approximate: bool = False


class Reference(ContractModel):
    """Words that say what the figures after them are compared with; ``period`` is None for anything else."""

    patterns: Words
    period: Literal["last", "budget"] | None


class Aside(ContractModel):
    """Text that makes no claim.

    Attributes:
        patterns: how it reads.
        figures: whether numbers in it are figures, which then stay unread; dates and ordinals are none.
        until_subject: whether it may end early, after a semicolon that a subject follows.
        names_money: whether money that it names is no other subject of a comparison that follows it.
    """

    patterns: Words
    figures: bool = False
    until_subject: bool = False
    names_money: bool = False


class Direction(ContractModel):
    """Words of growth and of decline; ``printed`` leave the sign to the number, ``unsigned`` say none."""

    up: Words
    down: Words
    printed: Words
    unsigned: Words


class Ends(ContractModel):
    """Labels that are only the end of a longer name after certain words: 机构运行经费|支出."""

    labels: Words
    after: Words


class NarrativeContract(ContractModel):
    """Subjects of the narrative, the phrases that state figures, and what is no claim.

    Its keys are those of ``narrative.yaml``, where each has a comment that says what it is and an example.
    """

    layout: ProseLayout
    sections: dict[str, Words]
    headed_by: tuple[dict[str, str], ...]
    plain_headings: Words
    contexts: dict[str, Words]
    subjects: dict[str, Subject]
    families: dict[str, Family]
    statements: dict[str, Statement]
    phrases: dict[str, Phrase]
    references: dict[str, Reference]
    asides: dict[str, Aside]
    directions: Direction
    count_units: dict[str, Words]
    any_thing: Words
    loose_total: str
    around_wholes: str
    pointing_back: str
    spent_on: str
    after_comma: Words
    after_headings: str
    of_budgets: str
    short_units: dict[str, str]
    last_years: str
    among: Words
    limits: str
    among_them: str
    and_so_on: str
    made_up: Words
    reason: str
    final: str
    this_year: Words
    about: Words
    about_after: Words
    openers: Words
    restricting: Words
    ends: Ends
    short_labels: Words
    money_words: Words
    sides: Words
    labels_in: dict[str, dict[str, Words]]
    labels_among: dict[str, dict[str, Words]]
    says_so: dict[str, str]
    lead: str
    implied_by: dict[str, str]
    links: Words
    carriers: Words
    generic: str
    bare: str
    known_elsewhere: Words
    unknown_in: dict[str, Words]
    synonyms: tuple[Words, ...]
    ambiguous: dict[str, Ambiguous]
    means_otherwise: tuple[OtherMeaning, ...]
    relative: Words
    anew: Words
    goes_on: Words
    narrower: Words
    same_money: dict[str, str]
    of_all_money: Words
    likely_same_money: dict[str, str]
    divided: dict[str, Words]
    rests: Words
    divides_classes: str
    all_of: str
    both: dict[str, tuple[str, str]]
    endings: Words
    words: dict[str, str]
