"""What all contract models have in common."""

from __future__ import annotations

import re
from functools import lru_cache

from pydantic import BaseModel, ConfigDict


class ContractModel(BaseModel):
    """A frozen part of a contract; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class FindingKind(ContractModel):
    """A kind of finding: what it says, and what to do about it.

    Attributes:
        says, says_zh: the kind in English and in Chinese.
        message, message_zh: templates of one finding; empty where it brings its own text.
        protects, protects_zh: of a kind that keeps a document from being published, which figures could
            otherwise be lost, invented or misnamed.
        passes, passes_zh: what looks like it and is let through, as no figure is at stake.
    """

    says: str
    says_zh: str = ""
    message: str = ""
    message_zh: str = ""
    remedy: str
    protects: str = ""
    protects_zh: str = ""
    passes: str = ""
    passes_zh: str = ""


def as_tuple(value: object) -> object:
    """A single word where a contract may give several."""
    return (value,) if isinstance(value, str) else value


@lru_cache(maxsize=512)
def regex(pattern: str) -> re.Pattern[str]:
    """A pattern of a contract, compiled once."""
    return re.compile(pattern)
