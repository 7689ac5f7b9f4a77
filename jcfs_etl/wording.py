"""Findings in words: the templates of contracts/findings.yaml, filled in with a finding's named values.

A template is text with ``{name}`` for a value; a part in ``[…]`` is left out where a value in it is not
given or empty. Both languages of a code show the same values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from jcfs_etl.contracts.naming import figure_name, row_name
from jcfs_etl.findings import Both, Finding, Language, Value

if TYPE_CHECKING:
    from jcfs_etl.contracts.model import Contracts
    from jcfs_etl.contracts.table import Table

_NAME = re.compile(r"\{(\w+)\}")
_PART = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")


def names_in(template: str) -> frozenset[str]:
    """The values that a template shows."""
    return frozenset(_NAME.findall(template))


def worded(findings: Iterable[Finding], contracts: Contracts) -> tuple[Finding, ...]:
    """Findings with their messages in both languages.

    Args:
        findings: with the values that the templates of their codes show. One that brings its English
            message instead keeps it, and one without either says its kind. What is filled in already stays.
        contracts: whose templates are used.

    Raises:
        KeyError: a template shows a value that its finding does not have, outside of ``[…]``.
    """
    return tuple(f if f.message_zh else _worded(f, contracts) for f in findings)


def _worded(finding: Finding, contracts: Contracts) -> Finding:
    kind = contracts.findings[finding.code]
    suspects = tuple(replace(s, reason_zh=in_chinese(s.reason, contracts)) for s in finding.suspects)
    finding = replace(finding, suspects=suspects)
    if not finding.values and not finding.message:
        return replace(finding, message=kind.says, message_zh=kind.says_zh)
    if not finding.values:
        # What the fault of a file says is for who runs the program: its kind in Chinese, then its text.
        return replace(finding, message_zh=f"{kind.says_zh}{finding.message}")
    # With the phrases of contracts/findings.yaml in Chinese, such as why a reading is in doubt.
    phrases = contracts.phrases
    values = {n: phrases.get(v, v) if isinstance(v, str) else v for n, v in finding.values.items()}
    return replace(
        finding,
        message=" ".join(filled(kind.message, finding.values, "en").split()),
        message_zh=filled(kind.message_zh, values, "zh"),
    )


@lru_cache
def taking(template: str, piece: str = ".+") -> re.Pattern[str]:
    """A template as a pattern in which each ``{name}`` takes what stands there, a ``piece``."""
    parts = _NAME.split(template)
    return re.compile(
        "".join(f"(?P<{p}>{piece})" if at % 2 else re.escape(p) for at, p in enumerate(parts)), re.DOTALL
    )


def in_chinese(reason: str, contracts: Contracts) -> str:
    """What slip a suspect would be, by the phrases of contracts/findings.yaml; empty where none fits."""
    for phrase, chinese in contracts.phrases.items():
        if match := taking(phrase).fullmatch(reason):
            values = {name: contracts.phrases.get(text, text) for name, text in match.groupdict().items()}
            return filled(chinese, values, "zh")
    return ""


def filled(template: str, values: Mapping[str, Value], language: Language) -> str:
    """A template with its values.

    Args:
        template: of one language.
        values: by name.
        language: in which values that are words are shown.
    """

    def shown(value: Value) -> str:
        if isinstance(value, Both):
            return value.en if language == "en" else value.zh
        return str(value)

    def part(text: str) -> str:
        return _NAME.sub(lambda match: shown(values[match[1]]), text)

    text = ""
    for match in _PART.finditer(template):
        optional, always = match.groups()
        if always is not None:
            text += part(always)
        elif all(values.get(name, "") != "" for name in names_in(optional)):
            text += part(optional)
    return text


def sentence(contracts: Contracts, name: str, /, **values: Value) -> Both:
    """A sentence of contracts/findings.yaml with its values, in both languages."""
    template = contracts.sentences[name]
    return Both(filled(template.en, values, "en"), filled(template.zh, values, "zh"))


def figure_place(table: Table, row: str, column: str, page: int) -> Both:
    """A figure with its page, as people know it."""
    spec = table.columns.get(column)
    head = spec.labels[0] if spec else column
    return Both(
        f"page {page}, {figure_name(table, row, column)}",
        f"《{table.title}》（第{page}页）“{row_name(table, row)}”行“{head}”栏",
    )


def joined(parts: Iterable[Both], english: str, chinese: str) -> Both:
    """Words of both languages one after another, with what stands between them."""
    words = list(parts)
    return Both(english.join(w.en for w in words), chinese.join(w.zh for w in words))


def listed(texts: Iterable[str], most: int = 0) -> Both:
    """Words one after another; of more than ``most`` (where given) the number of the others."""
    words = list(texts)
    shown, more = (words[:most], len(words) - most) if most and len(words) > most else (words, 0)
    return Both(
        ", ".join(shown) + (f" and {more} more" if more else ""),
        "、".join(shown) + (f"等{len(words)}个" if more else ""),
    )


def shortened(text: str, at: int, most: int) -> str:
    """The part of a text around a place in it, of at most so many characters."""
    if len(text) <= most:
        return text
    start = max(0, min(at - most // 2, len(text) - most))
    return ("…" if start else "") + text[start : start + most] + ("…" if start + most < len(text) else "")


def on_pages(numbers: Iterable[int]) -> Both:
    """Pages as a place: ``pages 3, 4`` and ``第3、4页``."""
    pages = [str(n) for n in sorted(set(numbers))]
    return Both(("page " if len(pages) == 1 else "pages ") + ", ".join(pages), f"第{'、'.join(pages)}页")
