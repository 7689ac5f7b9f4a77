"""The words of the site, from ``texts.yaml``, and words of the program that it shows as they are."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from jcfs_etl.findings import SEVERITY_ZH, Both

_FILE = Path(__file__).with_name("texts.yaml")


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """Words by key, each in both languages; some keys hold words by a further key."""
    loaded = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    for severity, chinese in SEVERITY_ZH.items():
        loaded["severities"][severity]["zh"] = chinese
    return {key: _both(value) for key, value in loaded.items()}


def say(key: str, **values: object) -> Both:
    """Words with values in them."""
    words: Both = texts()[key]
    return Both(words.en.format(**values), words.zh.format(**values))


def _both(value: dict[str, Any]) -> Any:
    if value.keys() == {"zh", "en"}:
        return Both(**value)
    return {key: _both(inner) for key, inner in value.items()}
