"""Narratives of made-up publications state what the tables hold, in every wording of the factory."""

from __future__ import annotations

from random import Random

import pytest
from made_up import made_up, recognised
from narrating import Amounts, narrated, wordings

from jcfs_etl.contracts import Contracts

WORDINGS = {**wordings("looked_at"), **wordings("held_back")}


@pytest.mark.parametrize("name", WORDINGS)
def test_every_figure_follows_from_the_amounts(name: str, contracts: Contracts) -> None:
    amounts = Amounts(recognised(made_up(8), contracts), contracts, Random(1))
    sentences = narrated(WORDINGS[name], amounts)
    figures = [(sentence, figure) for sentence in sentences for figure in sentence.figures]
    assert len(figures) >= 5
    for sentence, figure in figures:
        assert sentence.text[figure.start : figure.end] == figure.printed
        now = amounts.of(figure.quantity)
        assert now is not None
        if figure.base is None:
            assert abs(float(figure.printed) - now / 1_000_000) <= 0.005
            continue
        before = amounts.of(figure.base)
        assert before
        right = {
            "ratio": 100 * now / before,
            "difference": (now - before) / 1_000_000,
            "growth": 100 * (now - before) / before,
        }[figure.form]
        assert abs(float(figure.printed) - abs(right)) <= 0.02 + abs(right) * 10_000 / before
        if figure.direction is not None:
            start, end, _ = figure.direction
            word = sentence.text[start:end]
            falls = word.startswith(contracts.narrative.directions.down)
            assert falls == (right < 0) or abs(right) < 0.01


def test_at_least_eight_wordings_are_held_back() -> None:
    assert len(wordings("held_back")) >= 8
