"""The words of the site, from ``texts.yaml``; those of coded values are the contracts' in Chinese."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both

_FILE = Path(__file__).with_name("texts.yaml")
#: Characters of a label that has room beside its bars.
_LABEL = 24


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """Words by key, each in both languages; some keys hold words by a further key."""
    return {key: _both(value) for key, value in _loaded()["words"].items()}


def vocabulary(contracts: Contracts) -> dict[str, dict[str, Both]]:
    """Words of coded values by column: English ones of the site, Chinese ones of the contracts.

    What the contracts have no word for, as it is no value of the data, is the site's in both languages.
    """
    chinese = contracts.chinese.values
    return {
        column: {
            value: words
            if isinstance(words := _both(english), Both)
            else Both(english, chinese.get(column, {}).get(value, english))
            for value, english in values.items()
        }
        for column, values in _loaded()["values"].items()
    }


def kind_in_words(contracts: Contracts, code: str) -> Both:
    """What a kind of finding says; its code where data of another release have one that is not known."""
    kind = contracts.findings.get(code)
    return Both(code, code) if kind is None else Both(kind.says, kind.says_zh or kind.says)


def say(key: str, **values: object) -> Both:
    """Words with values in them."""
    words: Both = texts()[key]
    return Both(words.en.format(**values), words.zh.format(**values))


@lru_cache(maxsize=1)
def _loaded() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded


def _both(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value.keys() == {"zh", "en"}:
        return Both(**value)
    return {key: _both(inner) for key, inner in value.items()}


def short(text: str) -> str:
    """A label that has room beside its bars."""
    return text if len(text) <= _LABEL else text[: _LABEL - 1] + "…"
