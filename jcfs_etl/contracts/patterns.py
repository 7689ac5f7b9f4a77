"""Turns the patterns of the narrative's contract into regular expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import squeezed

#: A printed number: thousands in groups of three, or none.
NUMBER = r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
#: Where the money may have lost its unit: the clause ends after the number, or a change follows.
_CLAUSE_ENDS = r"(?=[,;。)(:\n]|、(?![0-9])|$|{turns})"
#: Where a per cent sign may be missing: the clause ends after the number, and it is no ratio of two numbers.
_RATE_ENDS = r"(?=[,;。)\n]|$)"
#: What follows a short unit of money where it is none: 3万人.
_COUNTED = r"[人次辆台个株亩吨平套件户名米字元余多]"
_NAME = re.compile(r"\{([a-z_]+)\}")
_GROUP = re.compile(r"\(\?P<\w+>")
#: Takes nothing: no text holds it.
NEVER = "(?!)"


def expanded(pattern: str, words: Mapping[str, str]) -> str:
    """A pattern with ``{name}`` replaced by the words of that name; other names stay."""
    return _NAME.sub(lambda m: words.get(m[1], m[0]), pattern)


def names_in(pattern: str) -> set[str]:
    """Names in braces that a pattern refers to."""
    return set(_NAME.findall(pattern))


def any_of(words: Iterable[str]) -> str:
    """A group that takes any of these words, the longest first."""
    return "(?:" + "|".join(re.escape(w) for w in sorted(map(squeezed, words), key=len, reverse=True)) + ")"


def placeholders(contracts: Contracts) -> dict[str, str]:
    """What the placeholders of phrases stand for; each captures what it is named after."""
    contract = contracts.narrative
    units = f"(?:{any_of(contracts.publication.money_units)}|{any_of(contract.short_units)}(?!{_COUNTED}))"
    counts = any_of(form for forms in contract.count_units.values() for form in forms)
    about, after = any_of(contract.about), any_of(contract.about_after)
    directions = contract.directions
    turns = (*directions.up, *directions.down, *directions.printed, *directions.unsigned)
    ends = _CLAUSE_ENDS.replace("{turns}", any_of((*directions.up, *directions.down)))

    def number(name: str, unit: str) -> str:
        return (
            f"(?P<{name}_about>{about})?(?<![0-9.])(?P<{name}>{NUMBER})(?P<{name}_more>{after})?"
            f"(?P<{name}_unit>{unit})(?P<{name}_after>{after}(?![支0-9]))?"
        )

    return {
        "money": number("money", units),
        "amount": number("amount", f"{units}|{ends}"),
        "percent": number("percent", "%"),
        "rate": number("rate", _RATE_ENDS),
        "count": number("count", counts),
        "score": number("score", any_of(contract.count_units.get("分", ("分",)))),
        "direction": f"(?P<direction>{any_of(turns)})",
        "whole": r"(?P<whole>[^,;。:\n0-9%]{2,40}?)",
    }


def compiled(pattern: str, words: Mapping[str, str], values: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern of the contract as a regular expression.

    Args:
        pattern: as the contract writes it.
        words: pieces that the contract names.
        values: what the placeholders stand for.

    Raises:
        re.error: it is none.
    """
    return re.compile(expanded(expanded(pattern, words), values))


def union(patterns: Sequence[str], words: Mapping[str, str]) -> re.Pattern[str]:
    """One regular expression that takes what any of the patterns takes."""
    return re.compile("|".join(f"(?:{expanded(p, words)})" for p in patterns))


def repeated(patterns: Sequence[str], words: Mapping[str, str], values: Mapping[str, str]) -> re.Pattern[str]:
    """A regular expression that takes any number of the patterns, one after the other."""
    return re.compile("(?:" + "|".join(expanded(expanded(p, words), values) for p in patterns) + ")*")


def matching_any(patterns: Iterable[str]) -> re.Pattern[str]:
    """An expression without names that matches where one of some expressions does."""
    return re.compile("|".join(f"(?:{_GROUP.sub('(?:', p)})" for p in patterns) or NEVER)
