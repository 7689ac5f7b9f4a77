"""Whole made-up publications, drawn by several programs: every figure is read as printed, nothing else is."""

from __future__ import annotations

import pytest
from factory.comparison import compare_drawn, compare_read
from factory.fixtures import FIXTURES, OFFICE_FIXTURES, fixture_document, fixture_path
from factory.forms import forms
from factory.model import Document, Grid
from factory.producers import PRODUCERS
from factory.publication import draw_document

from jcfs_etl import read_publication

#: More of them are drawn by benchmarks/factory.py.
SEEDS = range(2)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("producer", PRODUCERS)
@pytest.mark.parametrize("form", forms())
def test_every_cell_is_exact_and_nothing_is_invented(form: str, producer: str, seed: int) -> None:
    comparison = compare_drawn(form, producer, seed)
    assert comparison.is_right, str(comparison)


@pytest.mark.parametrize("program", [program for program, _, _ in FIXTURES])
def test_publications_printed_by_other_programs_are_read_exactly(program: str) -> None:
    comparison = compare_read(fixture_document(program), read_publication(fixture_path(program)))
    assert comparison.is_right, str(comparison)


@pytest.mark.parametrize("name", [name for name, *_ in OFFICE_FIXTURES])
def test_publications_written_as_office_files_are_read_exactly(name: str) -> None:
    """Word and Excel files, and HTML, printed by LibreOffice, which breaks lines where it likes."""
    read = read_publication(fixture_path(name))
    comparison = compare_read(fixture_document(name), read, wraps=True)
    assert comparison.is_right, str(comparison)


@pytest.fixture(scope="module")
def many() -> list[Document]:
    return [draw_document(form, seed) for form in forms() for seed in range(20)]


@pytest.mark.parametrize("producer", PRODUCERS)
def test_a_seed_draws_the_same_bytes_again(producer: str) -> None:
    first, second = (PRODUCERS[producer](draw_document("shanghai_2024", 3)) for _ in range(2))
    assert first == second


def test_the_seeds_reach_what_publishers_do(many: list[Document]) -> None:
    printed = [text for document in many for text in document.truth.values()]
    reached = {
        "blank": "" in printed,
        "0": "0" in printed,
        "0.00": "0.00" in printed,
        "dash": "——" in printed,
        "wrapped": any("\n" in text for text in printed),
        "commas": any("," in text for text in printed),
        "negative": any(text.startswith("-") for text in printed),
        "万元": any(d.money_unit == "万元" for d in many),
        "元": any(d.money_unit == "元" for d in many),
        "bad font": any(not d.look.good_font for d in many),
        "watermark": {d.look.watermark.tiled for d in many if d.look.watermark} == {True, False},
        "repeated heads": {g.repeat_head for d in many for g in _grids(d)} == {True, False},
        "empty table": any(not any(key[0] == "state_capital" for key in d.truth) for d in many),
        "unknown tables": any(len(d.unknown_titles) == 3 for d in many),
    }
    assert [word for word, found in reached.items() if not found] == []


def test_the_factory_says_so_when_the_reading_is_wrong(many: list[Document]) -> None:
    """A comparison that cannot fail would prove nothing."""
    read = read_publication(fixture_path("chromium"))
    truth = fixture_document("chromium").truth
    key = next(iter(truth))
    assert key in compare_read(_with_truth(truth | {key: "1.23"}), read).differing
    without = {k: text for k, text in truth.items() if k != key}
    assert list(compare_read(_with_truth(without), read).invented) == [key]
    assert not compare_read(many[0], read).is_right


def _with_truth(truth: dict[tuple[str, str, str], str]) -> Document:
    kept = fixture_document("chromium")
    return Document(kept.title, kept.unit, kept.year, kept.money_unit, (), kept.look, truth)


def _grids(document: Document) -> list[Grid]:
    return [b for section in document.sections for b in section.blocks if isinstance(b, Grid)]
