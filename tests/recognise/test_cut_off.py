"""Tables of which a page is not in the file, or stands elsewhere in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from factory.model import Document, Grid, Section, Text
from factory.producers import PRODUCERS
from factory.publication import draw_document

from jcfs_etl import read_publication

TITLE = "支出决算表"
CLASS_OR_GROUP, ITEM = r"\d{3}(\d\d)?", r"\d{7}"


@pytest.fixture(scope="module")
def document() -> Document:
    return draw_document("national_2020", 0)


def _codes(grid: Grid) -> list[tuple[int, str]]:
    """Rows of a grid that begin with a code, and the codes."""
    texts = ((r, cell.text) for r, row in enumerate(grid.rows) if (cell := row[0]) is not None)
    return [(r, text) for r, text in texts if re.fullmatch(r"\d+", text) and r >= grid.head_rows]


def _errors(
    document: Document, ends: str, folder: Path, *, moved: bool = False
) -> set[tuple[str, str | None]]:
    """What keeps the document back when a table ends with such a code, the rest being lost or moved."""
    at = next(n for n, s in enumerate(document.sections) if Text(TITLE, "title") in s.blocks)
    section = document.sections[at]
    grid = next(block for block in section.blocks if isinstance(block, Grid))
    last = max(r for r, code in _codes(grid)[:-1] if re.fullmatch(ends, code))
    kept = replace(grid, rows=grid.rows[: last + 1])
    rest = replace(grid, rows=grid.rows[last + 1 :], head_rows=0)
    blocks = tuple(kept if block is grid else block for block in section.blocks)
    sections = [*document.sections[:at], replace(section, blocks=blocks), *document.sections[at + 1 :]]
    sections += [Section((rest,), section.landscape)] if moved else []
    path = folder / "a.pdf"
    path.write_bytes(PRODUCERS["fpdf2"](replace(document, sections=tuple(sections))))
    return {(f.code, f.dataset) for f in read_publication(path).all_findings if f.blocks}


def test_a_table_that_ends_with_a_code_that_should_be_broken_down_is_kept_back(
    document: Document, tmp_path: Path
) -> None:
    assert _errors(document, CLASS_OR_GROUP, tmp_path) == {("lines_cut_off", "expenditure")}


def test_a_table_that_ends_with_an_item_is_not(document: Document, tmp_path: Path) -> None:
    assert not _errors(document, ITEM, tmp_path)


def test_a_page_of_a_table_that_stands_elsewhere_is_no_unknown_table(
    document: Document, tmp_path: Path
) -> None:
    found = _errors(document, CLASS_OR_GROUP, tmp_path, moved=True)
    assert found == {("lines_cut_off", "expenditure"), ("stray_grid", None)}
