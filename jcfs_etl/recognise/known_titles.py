"""Which table a line of text is the title of."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts

#: Lines kept in mind with what they title.
_MOST_SEEN = 1 << 14


def match_title(text: str, contracts: Contracts) -> str | None:
    """The dataset whose title a line carries, allowing only a label, a year or an ordinal around it.

    Args:
        text: the line, squeezed.
        contracts: the contracts.
    """
    seen = _titles_seen(contracts.version)
    if text not in seen:
        if len(seen) >= _MOST_SEEN:
            seen.clear()
        seen[text] = _match_title(text, contracts)
    return seen[text]


@lru_cache(maxsize=4)
def _titles_seen(version: str) -> dict[str, str | None]:
    """Lines seen under a version of the contracts with what they title: each is asked for several times."""
    return {}


def _match_title(text: str, contracts: Contracts) -> str | None:
    for title, dataset in contracts.titles_longest_first:
        at = text.find(title)
        if at >= 0 and _stands_alone(text, at, at + len(title), contracts):
            return dataset
    patterns = ((t.title_pattern, d) for d, t in contracts.tables.items() if t.title_pattern)
    return next((d for pattern, d in patterns if regex(pattern).search(text)), None)


def titled_alone(text: str, titled: Collection[str | None], contracts: Contracts) -> str | None:
    """The dataset that an unknown title means where no table of the publication has a title of its own.

    Args:
        text: the title, squeezed.
        titled: datasets that have one.
        contracts: the contracts.
    """
    for dataset, table in contracts.tables.items():
        if dataset in titled or not table.titles_alone or "表" not in text:
            continue
        for match in regex(table.titles_alone).finditer(text):
            if _stands_alone(text, *match.span(), contracts):
                return dataset
    return None


def is_plain_title(text: str, contracts: Contracts) -> bool:
    """Whether a title says nothing of what its table tells but income, expenditure or both.

    Args:
        text: the title, squeezed.
        contracts: the contracts.
    """
    plain = regex(contracts.publication.plain_title_pattern)
    return any(_stands_alone(text, *match.span(), contracts) for match in plain.finditer(text))


def _stands_alone(text: str, start: int, end: int, contracts: Contracts) -> bool:
    """Whether nothing stands around a title on its line but what may."""
    publication = contracts.publication
    prefix = contracts.label(text[:start] + "|")[:-1]
    before = regex(publication.title_prefix_pattern).search(prefix)
    return before is not None and regex(publication.title_suffix_pattern).search(text[end:]) is not None
