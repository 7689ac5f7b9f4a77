"""What the prose of a publication states: claims with the quantities that they speak of."""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct

from jcfs_etl.places import Box

Period = Literal["this", "last", "budget", "adjusted_budget"]
ClaimKind = Literal["amount", "count", "share", "change", "rate", "score"]
#: What a claim's value is of its quantity q and its base b: q, q / b, q - b, or (q - b) / b.
Form = Literal["level", "ratio", "difference", "growth"]

#: One per cent in the unit of ratios, which are integers of a millionth.
PERCENT = 10_000
#: One point of a score in the same unit.
POINT = 1_000_000


class Quantity(NamedTuple):
    """An amount or count that the narrative speaks of: a subject of the contract in a period.

    ``this`` is the fiscal year's final figure, ``last`` the year before's, ``budget`` the budget,
    ``adjusted_budget`` the same as adjusted in the course of the year.
    """

    subject: str
    period: Period = "this"


class Reading(NamedTuple):
    """What a statement may be of, and what it is then compared with."""

    quantity: Quantity
    base: Quantity | None = None


class Stated(Struct, frozen=True):
    """What the narrative states of a quantity.

    Attributes:
        kind: what is stated.
        form: how the value follows from quantity and base.
        quantity: what it speaks of.
        base: what it is compared with; None for a level.
        value: 分, pieces or millionths (of a ratio, of a score's point); a decrease is negative.
        half: half a unit of the last printed decimal, in the same unit; 0 where exact to the 分.
        printed: the number as printed, without its unit.
        unit: its unit as printed, such as 万元, 元, %, 辆; empty where none is printed.
        is_approximate: whether the words say that it is not exact (约, 余, 基本持平); never judged.
        is_unsigned: whether the words do not say which of the two is larger (差值); the value is then
            printed without its sign.
        lacks_unit: whether its per cent sign is missing, which is a slip whatever the number.
        readings: what else it may be of, the likeliest first, where its words do not say.
    """

    kind: ClaimKind
    form: Form
    quantity: Quantity
    base: Quantity | None
    value: int
    half: int
    printed: str
    unit: str
    is_approximate: bool = False
    is_unsigned: bool = False
    lacks_unit: bool = False
    readings: tuple[Reading, ...] = ()


class Claim(Stated, frozen=True, kw_only=True):
    """One statement of the narrative, where it stands.

    Attributes:
        claim: id, ``<subject>.<phrase>`` of contracts/narrative.yaml.
        sentence: the sentence, white space removed.
        page, box: where the number stands.
    """

    claim: str
    sentence: str
    page: int
    box: Box


class UnreadFigure(Struct, frozen=True):
    """A figure of the narrative that no pattern takes."""

    printed: str
    sentence: str
    page: int
    box: Box


class Section(Struct, frozen=True):
    """A piece of prose under its headings.

    Attributes:
        part: ``contents`` (目录), ``overview`` (概况), ``narrative`` (情况说明), ``glossary`` (名词解释) or
            ``other``.
        heading: its own heading, ordinal and all, as printed; empty for text under none.
        text: its paragraphs, separated by a line feed.
        page: where it begins.
        breaks: the pages that its text goes on to, each with the place in the text where it does.
    """

    part: Literal["contents", "overview", "narrative", "glossary", "other"]
    heading: str
    text: str
    page: int
    breaks: tuple[tuple[int, int], ...] = ()

    def page_at(self, offset: int) -> int:
        """The page that a character of the text stands on."""
        return next((page for start, page in reversed(self.breaks) if start <= offset), self.page)


class Narrative(Struct, frozen=True):
    """The prose of a publication, interpreted.

    ``unread`` are figures that no pattern takes; all other of the ``figures`` that could be claims are.
    """

    claims: tuple[Claim, ...] = ()
    unread: tuple[UnreadFigure, ...] = ()
    figures: int = 0
    sections: tuple[Section, ...] = ()
