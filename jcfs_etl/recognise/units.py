"""Units of money that the cells of a table and the notes below it name."""

from __future__ import annotations

from collections.abc import Iterable

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.known_titles import match_title
from jcfs_etl.recognise.titles import CaptionedGrid


def units_in(cells: Iterable[Cell], contracts: Contracts) -> frozenset[str]:
    """The units of money that stand in cells, each behind a word or in a line of its own.

    Args:
        cells: of a table's head or body.
        contracts: for the words.
    """
    unit = regex(contracts.publication.head_words.unit)
    texts = {squeezed(line) for cell in cells if "元" in cell.text for line in cell.text.split("\n")}
    return frozenset(match["money_unit"] for text in texts if (match := unit.search(text)) is not None)


def units_below(parts: Iterable[CaptionedGrid], contracts: Contracts) -> frozenset[str]:
    """The units of money that the notes below a table state.

    Args:
        parts: its grids.
        contracts: for how notes say it.
    """
    found: set[str] = set()
    for part in parts:
        for text in part.below:
            if match_title(text, contracts) is not None:
                break
            for pattern in contracts.publication.money_note_patterns:
                found |= {match["money_unit"] for match in regex(pattern).finditer(text)}
    return frozenset(found)
