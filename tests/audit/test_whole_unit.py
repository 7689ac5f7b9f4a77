"""Captions that name another unit of money than the narrative, over the same figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from factory.model import Block, CaptionLine, Document, Grid, Text
from factory.producers import PRODUCERS
from factory.publication import draw_document

from jcfs_etl import read_publication

#: Its tables and its narrative are in 元.
FORM, SEED = "shanghai_2024", 0


@pytest.fixture(scope="module")
def document() -> Document:
    drawn = draw_document(FORM, SEED)
    assert drawn.money_unit == "元"
    return drawn


def _errors(document: Document, change: Callable[[Block], Block], folder: Path) -> set[str]:
    sections = tuple(replace(s, blocks=tuple(map(change, s.blocks))) for s in document.sections)
    path = folder / "a.pdf"
    path.write_bytes(PRODUCERS["fpdf2"](replace(document, sections=sections)))
    return {f.code for f in read_publication(path).all_findings if f.blocks}


def _captions(other: str, unit: str = "元") -> Callable[[Block], Block]:
    def change(block: Block) -> Block:
        return (
            replace(block, right=block.right.replace(unit, other))
            if isinstance(block, CaptionLine)
            else block
        )

    return change


def _sentences(unit: str, most: int) -> Callable[[Block], Block]:
    """The first paragraphs of the narrative that tell amounts in 元, in another unit."""
    left = [most]

    def change(block: Block) -> Block:
        if isinstance(block, Text) and block.style == "body" and "元" in block.text and left[0]:
            left[0] -= 1
            return replace(block, text=block.text.replace("元", unit))
        return block

    return change


@pytest.mark.parametrize(
    "change",
    [_captions("万元"), _sentences("万元", 1000)],
    ids=["万元", "narrative"],
)
def test_tables_in_another_unit_than_the_narrative_says_are_kept_back(
    change: Callable[[Block], Block], document: Document, tmp_path: Path
) -> None:
    assert "money_unit_contradicted" in _errors(document, change, tmp_path)


def test_a_slip_of_one_sentence_is_none_of_the_unit(document: Document, tmp_path: Path) -> None:
    assert not _errors(document, _sentences("万元", 1), tmp_path)


def _without_narrative(document: Document) -> Document:
    sections = [s for s in document.sections if any(isinstance(b, Grid) for b in s.blocks)]
    return replace(document, sections=(document.sections[0], *sections))


@pytest.mark.parametrize(("seed", "unit", "other"), [(0, "元", "万元"), (1, "万元", "元")])
def test_the_sums_tell_the_unit_where_no_narrative_does(
    seed: int, unit: str, other: str, tmp_path: Path
) -> None:
    drawn = _without_narrative(draw_document(FORM, seed))
    assert drawn.money_unit == unit
    assert not _errors(drawn, lambda block: block, tmp_path)
    assert _errors(drawn, _captions(other, unit), tmp_path) == {"money_unit_contradicted"}


def test_a_narrative_that_states_the_same_amounts_confirms_the_captions(
    document: Document, tmp_path: Path
) -> None:
    in_captions, in_sentences = _captions("万元"), _sentences("万元", 1000)
    errors = _errors(document, lambda block: in_captions(in_sentences(block)), tmp_path)
    assert "money_unit_contradicted" not in errors
