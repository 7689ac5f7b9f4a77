"""The contract of disclosure: what is looked for in the words of a publication."""

from __future__ import annotations

import re
from functools import cached_property

from pydantic import Field

from jcfs_etl.contracts.base import ContractModel

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the contract; ``{number}`` stands for a printed number without sign."""
    return re.compile(pattern.replace("{number}", _NUMBER))


class Wording(ContractModel):
    """A slip that is seen in the words alone.

    Attributes:
        patterns: with the group ``printed``.
        right: what would be right, with ``{printed}``; empty where that depends on what is meant.
    """

    patterns: tuple[str, ...] = Field(min_length=1)
    right: str = ""

    @cached_property
    def compiled(self) -> tuple[re.Pattern[str], ...]:
        """The patterns, ready to search with."""
        return tuple(compiled(pattern) for pattern in self.patterns)


class Comparison(ContractModel):
    """How a paragraph compares its budget with its final figure.

    Attributes:
        pairs: both figures, groups ``budget`` and ``final``.
        until: the word after which the paragraph speaks of parts.
        reached: an amount that another has become: ``before``, ``unit``, ``printed`` (the word), ``after``.
        less, more, equal: what it says of them, each with the group ``printed``.
        named: by subject of the narrative, names after which they are said of its figures in the tables.
    """

    pairs: tuple[str, ...]
    named: dict[str, str]
    until: str
    reached: str
    less: str
    more: str
    equal: str


class Reasons(ContractModel):
    """What a reason is given for.

    Attributes:
        turn: words of direction, ``{turn}`` of the others.
        right_after: a change and a reason with a word of its own: ``way``, ``number`` and ``printed``.
        change: a change alone: ``way`` and ``number``, and ``last`` where it is one from last year.
        of_last_year: a reason for the change from last year: ``printed``.
    """

    turn: str
    right_after: str
    change: str
    of_last_year: str

    def compiled(self, pattern: str) -> re.Pattern[str]:
        """One of the patterns, ready to search with."""
        return compiled(pattern.replace("{turn}", f"(?:{self.turn})"))


class Rule(ContractModel):
    """A rule of disclosure.

    Attributes:
        enabled: whether it is looked for.
        founded_on, founded_on_zh: what it rests on, in English and in Chinese.
    """

    enabled: bool = True
    founded_on: str
    founded_on_zh: str


class PartsRule(Rule):
    """Parts that must be there, each with the pattern of its words."""

    needed: dict[str, str]


class ContentsRule(Rule):
    """Entries of the table of contents that must come as headings.

    Attributes:
        entry: a whole line of the contents, with the group ``title``.
        alike: how much of their words an entry and its heading must share, from 0 to 1.
        left_out: words that most headings have and that tell none apart.
        least: how many entries make a table of contents.
    """

    entry: str
    left_out: tuple[str, ...] = ()
    alike: float = Field(gt=0, le=1)
    least: int


class ThreePublicRule(Rule):
    """What must be stated of a subject whose final figure is not 0: names with their patterns.

    ``section`` is the word of the heading under which it is looked for; without such a heading nothing is.
    """

    section: str
    needed: dict[str, dict[str, str]]


class TitlesRule(Rule):
    """Titles that name a unit: whole lines, with the group ``unit``."""

    pattern: str


class OldNamesRule(Rule):
    """Names of classes that others have replaced from a fiscal year on."""

    from_year: int = Field(alias="from")
    names: dict[str, str]


class Rules(ContractModel):
    """The rules of disclosure."""

    parts: PartsRule
    contents: ContentsRule
    three_public: ThreePublicRule
    titles: TitlesRule
    old_names: OldNamesRule


class DisclosureContract(ContractModel):
    """What is looked for in the words of a publication.

    Attributes:
        wordings: by the code of their finding.
        comparison: budget against final figure in words.
        reasons: a word of direction with a reason, after a change.
        own_year: a change against the year of the accounts itself, ``{year}``; with the group ``printed``.
        rules: what must be disclosed.
    """

    wordings: dict[str, Wording]
    comparison: Comparison
    reasons: Reasons
    own_year: str
    rules: Rules
