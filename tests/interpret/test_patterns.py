"""Patterns that are found by the character in the text are those that match there."""

from __future__ import annotations

import re

import pytest
from at_hand import DATA

from jcfs_etl.contracts import Contracts
from jcfs_etl.contracts.beginnings import ByBeginning, beginnings
from jcfs_etl.interpret.phrasebook import Phrasebook
from jcfs_etl.labels import squeezed

TEXTS = [squeezed(path.read_text()) for path in sorted((DATA / "excerpts").glob("*.txt"))]
TEXTS.append("组织开展了绩效自评,编报绩效目标3个,涉及金额5万元。")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("(?:本|全)?年", "本全年"),
        ("[ab0-3]+x", "ab0123"),
        ("(?:x|)y", "xy"),
        ("(?:x|y)*?z", "xyz"),
        ("(?<=a)(?!b)b(?=c)", "b"),
        ("(?P<number>-?[12])", "-12"),
        ("^a|b$", "ab"),
    ],
)
def test_what_a_pattern_begins_with(pattern: str, expected: str) -> None:
    assert beginnings(re.compile(pattern)) == frozenset(expected)


@pytest.mark.parametrize(
    "pattern",
    ["a*", "(?=a)", "[^a]b", ".a", r"\d", "[a-\uffff]", "(?i:a)b", "(?i)a", "(?>a)b", r"(a)?\1b", "(?!)"],
)
def test_a_pattern_that_may_begin_with_anything_is_tried_everywhere(pattern: str) -> None:
    expression = re.compile(pattern)
    assert beginnings(expression) is None
    every = ByBeginning([("it", expression)])
    for text in ("ab", "Ab", "bb", "0", "aab", ""):
        expected = expression.match(text)
        assert every.may_match(text, 0)
        assert [match.span() for _, match in every.matching(text, 0)] == (
            [expected.span()] if expected else []
        )


@pytest.mark.parametrize("kind", ["phrases", "references", "asides", "own_patterns", "contexts"])
def test_no_pattern_of_the_contract_is_missed(
    kind: str, contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Phrasebook(contracts)
    monkeypatch.setattr("jcfs_etl.contracts.beginnings.beginnings", lambda _: None)
    tried = Phrasebook(contracts)
    by_beginning, all_of_kind = getattr(found, kind), getattr(tried, kind)
    count = 0
    for text in TEXTS:
        for at in range(len(text) + 1):
            expected = [(of, match.span()) for of, match in all_of_kind.matching(text, at)]
            assert [(of, match.span()) for of, match in by_beginning.matching(text, at)] == expected
            assert found.anything.may_match(text, at) or not expected or kind == "asides"
            count += bool(expected)
    assert count
