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
        pair: both figures, groups ``budget`` and ``final``.
        until: the word after which the paragraph speaks of parts.
        less, more, equal: what it says of them, each with the group ``printed``.
    """

    pair: str
    until: str
    less: str
    more: str
    equal: str


class NamedPath(ContractModel):
    """How a line of the functional classification is named.

    Attributes:
        pattern: groups ``class``, ``section`` and ``item``.
        amount: its final figure, group ``final``.
        endings: what names may end with or not.
    """

    pattern: str
    amount: str
    endings: tuple[str, ...] = ()


class DisclosureContract(ContractModel):
    """What is looked for in the words of a publication.

    Attributes:
        wordings: by the code of their finding.
        comparison: budget against final figure in words.
        path: names of the functional classification in words.
    """

    wordings: dict[str, Wording]
    comparison: Comparison
    path: NamedPath
