"""What stands right beside a table's outline and may be a part of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from drawing import FONT, canvas, draw_grid
from one_table import errors
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from jcfs_etl import read_publication

Draw = Callable[[Canvas], object]
ROWS = [["项目", "合计", "公务接待费"], ["预算数", "2.00", "2.00"], ["决算数", "1.00", "1.00"]]
#: The outline of its table, in points from the lower left.
LEFT, RIGHT, TOP, BOTTOM = 60.0, 330.0, 700.0, 640.0
FOUND = {"figure_beside_table", "picture_beside_table", "picture_among_tables"}


def _table(drawing: Canvas, title: str) -> None:
    drawing.setFont(FONT, 9)
    drawing.drawString(60, 740, title)
    drawing.drawString(60, 720, "部门：甲市财政局")
    drawing.drawString(250, 720, "单位：万元")
    draw_grid(drawing, ROWS, top=TOP)


def _found(folder: Path, beside: Draw, *, between: Draw | None = None) -> set[str]:
    """What keeps back a publication with something drawn beside its first table, or on a page behind it."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2021年度部门决算")
    _table(drawing, "“三公”经费支出决算表")
    beside(drawing)
    drawing.showPage()
    if between is not None:
        between(drawing)
        drawing.showPage()
    _table(drawing, "国有资本经营预算财政拨款支出决算表")
    drawing.save()
    return errors(read_publication(folder / "a.pdf")) & FOUND


def _text(text: str, x: float, y: float) -> Draw:
    return lambda drawing: drawing.drawString(x, y, text)


def _picture(left: float, top: float, right: float, bottom: float) -> Draw:
    image = ImageReader(Image.new("L", (40, 10), 120))
    return lambda drawing: drawing.drawImage(image, left, bottom, right - left, top - bottom)


@pytest.mark.parametrize(("x", "y"), [(170, BOTTOM - 14), (270, BOTTOM - 20), (RIGHT + 4, 666)])
def test_an_amount_right_beside_a_table_keeps_the_document_back(x: float, y: float, tmp_path: Path) -> None:
    assert _found(tmp_path, _text("3.00", x, y)) == {"figure_beside_table"}


@pytest.mark.parametrize("text", ["合计  3.00  3.00", "2010301 行政运行 3.00", "公务接待费  6  3.00"])
def test_a_row_written_as_text_on_the_page_of_a_table_keeps_the_document_back(
    text: str, tmp_path: Path
) -> None:
    assert _found(tmp_path, _text(text, 60, BOTTOM - 60)) == {"figure_beside_table"}


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        ("2021 年公务接待费支出 3.00", 60, BOTTOM - 30),
        ("注：含结转3.00万元。", 60, BOTTOM - 14),
        ("- 3 -", 180, BOTTOM - 14),
        ("3.00", 170, BOTTOM - 80),
        ("3.00", RIGHT + 120, 666),
    ],
)
def test_notes_page_numbers_and_what_is_further_away_are_no_finding(
    text: str, x: float, y: float, tmp_path: Path
) -> None:
    assert not _found(tmp_path, _text(text, x, y))


@pytest.mark.parametrize(
    "picture", [_picture(LEFT, BOTTOM, RIGHT, 600), _picture(LEFT - 3, BOTTOM - 8, RIGHT + 2, 560)]
)
def test_a_picture_in_the_place_of_rows_keeps_the_document_back(picture: Draw, tmp_path: Path) -> None:
    assert _found(tmp_path, picture) == {"picture_beside_table"}


@pytest.mark.parametrize(
    "picture", [_picture(150, BOTTOM + 10, 230, 560), _picture(LEFT, BOTTOM - 60, RIGHT, 400)]
)
def test_a_seal_and_a_picture_further_away_are_no_finding(picture: Draw, tmp_path: Path) -> None:
    assert not _found(tmp_path, picture)


def test_an_unread_picture_among_the_tables_keeps_the_document_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JCFS_OCR", "off")
    page = _picture(0, 842, 595, 0)
    assert _found(tmp_path, _text("", 0, 0), between=page) == {"picture_among_tables"}
    assert not _found(tmp_path, _text("", 0, 0))
