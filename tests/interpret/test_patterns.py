"""Expressions that say where a phrase may stand miss none of them."""

from __future__ import annotations

import pytest
from at_hand import DATA

from jcfs_etl.contracts import Contracts
from jcfs_etl.interpret.phrasebook import phrasebook
from jcfs_etl.labels import squeezed

TEXTS = [squeezed(path.read_text()) for path in sorted((DATA / "excerpts").glob("*.txt"))]


@pytest.mark.parametrize("kind", ["phrases", "own_patterns"])
def test_where_one_of_a_kind_matches_the_expression_for_all_does(kind: str, contracts: Contracts) -> None:
    book = phrasebook(contracts)
    every = {"phrases": book.any_phrase, "own_patterns": book.any_own}[kind]
    stand = passed = 0
    for text in TEXTS:
        for at in range(len(text)):
            some = any(one[-1].match(text, at) for one in getattr(book, kind))
            may = every.match(text, at) is not None
            assert may or not some, text[at : at + 40]
            stand, passed = stand + some, passed + may
    # It is of use only where it passes few others.
    assert 0 < stand <= passed < len("".join(TEXTS)) / 2
