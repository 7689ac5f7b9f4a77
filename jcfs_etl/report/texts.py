"""What commands say, in the reader's language: templates of the contracts with values."""

from __future__ import annotations

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Language, Value
from jcfs_etl.wording import filled


class Texts:
    """Says things in a language.

    Args:
        contracts: whose templates are used.
        language: of the reader.
    """

    def __init__(self, contracts: Contracts, language: Language) -> None:
        self._texts, self.language = contracts.texts, language

    def __call__(self, name: str, /, **values: Value) -> str:
        """A text with its values.

        Args:
            name: id of the text.
            values: by the names that its template shows.

        Raises:
            KeyError: there is no such text, or it shows a value that is not given.
        """
        text = self._texts[name]
        return filled(text.en if self.language == "en" else text.zh, values, self.language)
