"""What commands say, in the reader's language: templates of the contracts with values."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from jcfs_etl.contracts import load_contracts
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Language, Value
from jcfs_etl.wording import filled


class Texts:
    """Says things in a reader's language, as the contracts word them."""

    def __init__(self, contracts: Contracts, language: Language) -> None:
        self.contracts, self.language = contracts, language

    def __call__(self, name: str, /, **values: Value) -> str:
        """A text with its values.

        Raises:
            KeyError: there is no such text, or it shows a value that is not given.
        """
        text = self.contracts.texts[name]
        return filled(text.en if self.language == "en" else text.zh, values, self.language)

    def word(self, group: str, value: str) -> str:
        """A word of the program, such as a status; itself where no text is given for it."""
        return self(f"{group}.{value}") if f"{group}.{value}" in self.contracts.texts else value

    def count(self, noun: str, n: int) -> str:
        """A number with its noun of the texts in ``count``: ``1 document``, ``3 documents``, ``3 份文件``."""
        return self(f"count.{noun}", n=n, s="" if n == 1 else "s")

    def listed(self, parts: Iterable[str]) -> str:
        """Parts one after another, with the language's comma."""
        return ("、" if self.language == "zh" else ", ").join(parts)


@lru_cache(maxsize=1)
def english() -> Texts:
    """English, for logs and artifacts, with the contracts in force."""
    return Texts(load_contracts(), "en")
