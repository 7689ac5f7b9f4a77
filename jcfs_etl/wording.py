"""Findings in words: the templates of contracts/findings.yaml, filled in with a finding's named values.

A template is text with ``{name}`` for a value; a part in ``[…]`` is left out where a value in it is not
given or empty. Both languages of a code show the same values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from jcfs_etl.findings import Both, Finding, Language, Phrase, Value

if TYPE_CHECKING:
    from jcfs_etl.contracts.model import Contracts

_NAME = re.compile(r"\{(\w+)\}")
_PART = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
#: Between the members of a list.
_BETWEEN: Mapping[Language, str] = {"en": ", ", "zh": "、"}


def names_in(template: str) -> frozenset[str]:
    """The values that a template shows."""
    return frozenset(_NAME.findall(template))


def worded(findings: Iterable[Finding], contracts: Contracts) -> tuple[Finding, ...]:
    """Findings with their messages in both languages.

    Args:
        findings: with the values that the templates of their codes show. One that brings its English
            message instead shows it as the value ``detail``. What is filled in already stays.
        contracts: whose templates are used.

    Raises:
        KeyError: a template shows a value that its finding does not have, outside of ``[…]``.
    """
    return tuple(f if f.message_zh else _worded(f, contracts) for f in findings)


def _worded(finding: Finding, contracts: Contracts) -> Finding:
    kind = contracts.findings[finding.code]
    plain = not finding.values
    values: Mapping[str, Value] = {"detail": finding.message} if plain else finding.values
    english = finding.message or filled(kind.message, values, "en", contracts)
    template = kind.message_zh
    if plain and names_in(template) != {"detail"}:
        # It does not bring the values that the template shows.
        template = f"{kind.says_zh}{{detail}}"
    return replace(
        finding,
        message=_sentence(english, "en"),
        message_zh=_sentence(filled(template, values, "zh", contracts), "zh"),
    )


def filled(template: str, values: Mapping[str, Value], language: Language, contracts: Contracts) -> str:
    """A template with its values.

    Args:
        template: of one language.
        values: by name.
        language: in which values that are words are shown.
        contracts: hold the templates of phrases.
    """

    def shown(value: Value) -> str:
        if isinstance(value, Both):
            return value.en if language == "en" else value.zh
        if isinstance(value, Phrase):
            phrase = contracts.phrases[value.name]
            return filled(phrase.en if language == "en" else phrase.zh, value.values, language, contracts)
        if isinstance(value, tuple):
            return _BETWEEN[language].join(shown(member) for member in value)
        return str(value)

    def part(text: str) -> str:
        return _NAME.sub(lambda match: shown(values[match[1]]), text)

    text = ""
    for match in _PART.finditer(template):
        optional, always = match.groups()
        if always is not None:
            text += part(always)
        elif all(values.get(name, "") not in ("", ()) for name in names_in(optional)):
            text += part(optional)
    return text


def _sentence(text: str, language: Language) -> str:
    """Begins as a sentence does, without white space that a missing part left."""
    text = " ".join(text.split())
    return text[:1].upper() + text[1:] if language == "en" and text[:1].islower() else text


def on_pages(numbers: Iterable[int]) -> Both:
    """Pages as a place: ``pages 3, 4`` and ``第3、4页``."""
    pages = [str(n) for n in sorted(set(numbers))]
    return Both(("page " if len(pages) == 1 else "pages ") + ", ".join(pages), f"第{'、'.join(pages)}页")


def reason_in_chinese(reason: str, contracts: Contracts) -> str:
    """The kind of slip that a suspect would be, in Chinese.

    Args:
        reason: in English, as ``reasons`` in contracts/findings.yaml has it.
        contracts: hold the reasons.

    Raises:
        KeyError: the contracts do not know it.
    """
    for pattern, chinese in _reasons(contracts.version, tuple((r.en, r.zh) for r in contracts.reasons)):
        if match := pattern.fullmatch(reason):
            lines = {line.en: line.zh for line in contracts.reasons}
            given = {name: lines.get(text, text) for name, text in match.groupdict().items()}
            return _NAME.sub(lambda name: given[name[1]], chinese)
    raise KeyError(f"{reason!r} is not among reasons in contracts/findings.yaml")


@lru_cache(maxsize=4)
def _reasons(version: str, reasons: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    patterns = []
    for english, chinese in reasons:
        pieces = _NAME.split(english)
        pattern = "".join(f"(?P<{p}>.+)" if i % 2 else re.escape(p) for i, p in enumerate(pieces))
        patterns.append((re.compile(pattern), chinese))
    return tuple(patterns)
