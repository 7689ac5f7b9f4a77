"""A required table that a publication does not hold is no reason to keep it back where all else is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Severity
from jcfs_etl.places import Box
from jcfs_etl.read.model import Page, PdfDocument, TextLine
from jcfs_etl.recognise import recognise

TITLE, FORMS = "一般公共预算财政拨款基本支出决算表", 17


@pytest.fixture(scope="module")
def shortened(sample_pages: PdfDocument) -> PdfDocument:
    """The sample without 基本支出决算表 and whatever names it, and without its self-evaluation forms."""
    document = sample_pages
    place = _place(document).number
    pages = []
    for page in document.pages:
        lines = tuple(line for line in page.lines if "基本支出决算" not in line.text)
        # The table goes on on the next page.
        grids = () if page.number in (place, place + 1) or page.number >= FORMS else page.grids
        pages.append(replace(page, lines=() if page.number == place else lines, grids=grids))
    return replace(document, pages=tuple(pages))


def _text(page: Page) -> str:
    return "".join("".join(line.text.split()) for line in page.lines)


def _place(document: PdfDocument) -> Page:
    return next(page for page in document.pages if page.grids and "基本支出决算" in _text(page))


def told(document: PdfDocument, contracts: Contracts) -> list[tuple[str, Severity]]:
    found = recognise(document, contracts).findings
    return [(f.code, f.severity) for f in found if f.dataset == "basic_expenditure"]


def on_page(document: PdfDocument, number: int, change: Callable[[Page], Page]) -> PdfDocument:
    pages = [change(page) if page.number == number else page for page in document.pages]
    return replace(document, pages=tuple(pages))


def with_lines(*texts: str) -> Callable[[Page], Page]:
    def change(page: Page) -> Page:
        first = page.lines[0]
        added = [
            TextLine(text, Box(first.box.x0, 700 + 20 * at, first.box.x1, 710 + 20 * at), first.size)
            for at, text in enumerate(texts)
        ]
        return replace(page, lines=(*page.lines, *added))

    return change


def test_a_table_that_nothing_names_is_not_published(shortened: PdfDocument, contracts: Contracts) -> None:
    assert told(shortened, contracts) == [("unpublished_table", "warning")]


def test_a_table_that_the_contents_or_the_text_names_is_missing(
    shortened: PdfDocument, contracts: Contracts
) -> None:
    for text in (f"六、{TITLE}……10", f"详见《{TITLE}》。"):
        document = on_page(shortened, 2, with_lines(text))
        assert told(document, contracts) == [("missing_table", "error")]


def test_a_picture_or_loose_amounts_may_be_the_table(shortened: PdfDocument, contracts: Contracts) -> None:
    pictured = on_page(shortened, 3, lambda page: replace(page, picture_share=0.1))
    loose = on_page(shortened, 3, with_lines("12.00", "3.00", "15.00"))
    for document in (pictured, loose):
        assert told(document, contracts) == [("missing_table", "error")]


def test_characters_without_a_meaning_may_be_the_table(
    shortened: PdfDocument, sample_pages: PdfDocument, contracts: Contracts
) -> None:
    place = _place(sample_pages)
    garbled = [
        replace(g, cells=tuple(replace(c, text="\ufffd" * len(c.text)) for c in g.cells)) for g in place.grids
    ]
    in_part = on_page(shortened, place.number, lambda page: replace(page, grids=tuple(garbled)))
    all_of_it = on_page(shortened, 3, lambda page: replace(page, is_unmapped=True))
    for document in (in_part, all_of_it):
        assert told(document, contracts) == [("missing_table", "error")]


def test_a_grid_of_an_unknown_title_may_be_the_table(
    sample_pages: PdfDocument, shortened: PdfDocument, contracts: Contracts
) -> None:
    place = _place(sample_pages)
    renamed = replace(
        place,
        lines=tuple(replace(line, text=line.text.replace("基本支出决算", "某某")) for line in place.lines),
    )
    document = on_page(shortened, place.number, lambda _: renamed)
    assert told(document, contracts) == [("missing_table", "error")]


def test_a_grid_without_any_text_may_be_the_table_drawn_as_lines(
    sample_pages: PdfDocument, shortened: PdfDocument, contracts: Contracts
) -> None:
    place = _place(sample_pages)
    drawn = [replace(g, cells=tuple(replace(c, text="") for c in g.cells)) for g in place.grids]
    document = on_page(shortened, place.number, lambda page: replace(page, grids=tuple(drawn)))
    assert told(document, contracts) == [("missing_table", "error")]


def test_a_few_tables_are_a_part_of_a_publication(shortened: PdfDocument, contracts: Contracts) -> None:
    few = [replace(page, grids=() if page.number > 6 else page.grids) for page in shortened.pages]
    document = replace(shortened, pages=tuple(few))
    assert ("missing_table", "error") in told(document, contracts)


@pytest.fixture(scope="module")
def without_three_public(sample_pages: PdfDocument) -> PdfDocument:
    """The sample without 三公 and its title in the contents, with its self-evaluation forms."""
    place = next(p for p in sample_pages.pages if p.grids and "”经费支出决算表" in _text(p)).number
    pages = [
        replace(
            page,
            lines=tuple(x for x in page.lines if page.number != place and "”经费支出决算表" not in x.text),
            grids=() if page.number == place else page.grids,
        )
        for page in sample_pages.pages
    ]
    return replace(sample_pages, pages=tuple(pages))


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("", ("unpublished_table", "warning")),
        ("公务接待费", ("missing_table", "error")),
        ("\ufffd\ufffd\ufffd", ("missing_table", "error")),
    ],
)
def test_a_form_without_any_word_of_the_table_is_not_it(
    word: str, outcome: tuple[str, str], without_three_public: PdfDocument, contracts: Contracts
) -> None:
    def change(page: Page) -> Page:
        first, *rest = page.grids[0].cells
        return replace(page, grids=(replace(page.grids[0], cells=(replace(first, text=word), *rest)),))

    document = on_page(without_three_public, FORMS + 4, change)
    found = recognise(document, contracts).findings
    assert [(f.code, f.severity) for f in found if f.dataset == "three_public"] == [outcome]
