"""Footnote marks beside a figure are no digits of it, and digits that jump are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from drawing import FONT, canvas, draw_grid
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.audit.suspicion import is_confirmed
from jcfs_etl.places import Key
from jcfs_etl.read.second import SecondReading
from jcfs_etl.recognise.model import Fact

SIZE = 9.0
Drawn = Callable[[Canvas, float, float], None]


def table_with(folder: Path, draw: Drawn) -> AuditedPublication:
    """一般公共预算财政拨款支出决算表 with one cell drawn by ``draw``; what belongs there is 27.73."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(60, 740, "一般公共预算财政拨款支出决算表")
    drawing.drawString(60, 720, "公开05表  单位：万元")
    rows = [
        ["科目编码", "科目名称", "小计", "基本支出", "项目支出"],
        ["合计", "", "37.73", "", "10.00"],
        ["208", "社会保障和就业支出", "37.73", "27.73", "10.00"],
    ]
    draw_grid(drawing, rows, widths=[60, 150, 80, 80, 80], size=SIZE)
    draw(drawing, 60 + 60 + 150 + 80 + 3, 700 - 2 * 20 + 6)
    drawing.save()
    return read_publication(folder / "a.pdf")


def cell(document: AuditedPublication) -> Fact:
    table = document.publication.tables["general_budget_expenditure"]
    return next(f for f in table.cells if f.key == Key("general_budget_expenditure", "total", "basic"))


def of_code(document: AuditedPublication, code: str) -> list[str]:
    return [f.message for f in document.all_findings if f.code == code]


def beside(figure: str, mark: str, size: float, rise: float, *, before: bool = False) -> Drawn:
    """A figure and a mark of another size or height; sizes and rises in em."""

    def draw(drawing: Canvas, x: float, y: float) -> None:
        parts = (
            [(mark, size, rise), (figure, 1.0, 0.0)] if before else [(figure, 1.0, 0.0), (mark, size, rise)]
        )
        for text, em, up in parts:
            drawing.setFont(FONT, SIZE * em)
            drawing.drawString(x, y + SIZE * up, text)
            x += drawing.stringWidth(text, FONT, SIZE * em)

    return draw


MARKS = {
    "raised and small": beside("27.73", "1", 0.6, 0.35),
    "raised very high": beside("27.73", "1", 0.6, 0.7),
    "raised a little": beside("27.73", "2", 0.7, 0.2),
    "small on the line": beside("27.73", "1", 0.6, 0),
    "raised in its size": beside("27.73", "1", 1, 0.4),
    "lowered and small": beside("27.73", "1", 0.6, -0.25),
    "two digits": beside("27.73", "12", 0.6, 0.35),
    "in brackets": beside("27.73", "[1]", 0.6, 0.35),
    "a star": beside("27.73", "*", 0.6, 0.35),
    "注1": beside("27.73", "注1", 0.6, 0.35),
    "before it": beside("27.73", "1", 0.6, 0.35, before=True),
    "a sign in its size": beside("27.73", "①", 1, 0),
    "a number in square brackets": beside("27.73", "[1]", 1, 0),
}


@pytest.mark.parametrize("kind", MARKS)
def test_a_mark_is_no_digit_and_a_note_says_so(tmp_path: Path, kind: str) -> None:
    document = table_with(tmp_path, MARKS[kind])
    fact = cell(document)
    assert (fact.printed, fact.amount) == ("27.73", 27_730_000)
    (message,) = of_code(document, "footnote_mark")
    assert "beside 27.73" in message
    assert not [f for f in document.all_findings if f.blocks and f.code != "missing_table"]


@pytest.mark.parametrize("kind", MARKS)
def test_the_second_engine_leaves_it_out_as_well(tmp_path: Path, kind: str) -> None:
    document = table_with(tmp_path, MARKS[kind])
    with SecondReading(tmp_path / "a.pdf") as second:
        assert is_confirmed(cell(document), second.texts)


def test_what_a_mark_says_is_accounted_for(tmp_path: Path) -> None:
    plain = table_with(tmp_path, beside("27.73", "", 1, 0)).publication.account
    marked = table_with(tmp_path, MARKS["raised and small"]).publication.account
    assert marked.set_aside == plain.set_aside + 1 and marked.figures == plain.figures


def test_digits_that_jump_are_digits(tmp_path: Path) -> None:
    def jumping(drawing: Canvas, x: float, y: float) -> None:
        for at, character in enumerate("27.73"):
            drawing.drawString(x, y + (0, 1.2, -1.2)[at % 3], character)
            x += drawing.stringWidth(character, FONT, SIZE)

    document = table_with(tmp_path, jumping)
    assert cell(document).printed == "27.73"
    assert not of_code(document, "footnote_mark") and not of_code(document, "uncertain_figure")


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(beside("27.", "73", 0.6, 0.3), id="small decimals"),
        pytest.param(beside("27", "73", 0.6, 0), id="small digits after a whole number"),
    ],
)
def test_small_digits_that_may_belong_to_the_figure_are_in_doubt(tmp_path: Path, draw: Drawn) -> None:
    document = table_with(tmp_path, draw)
    assert of_code(document, "uncertain_figure"), "never taken for certain, and never left out"
    assert not of_code(document, "footnote_mark")


# -- figures that slipped into another row -------------------------------------------------------


@pytest.mark.parametrize("pieces", [("27.73",), ("27", ".", "73")])
def test_a_figure_that_slipped_onto_one_like_it_is_not_lost_in_silence(
    tmp_path: Path, pieces: tuple[str, ...]
) -> None:
    def slipped(drawing: Canvas, x: float, y: float) -> None:
        for piece in pieces:
            drawing.drawString(x, y - 20, piece)
            x += drawing.stringWidth(piece, FONT, SIZE)

    document = table_with(tmp_path, slipped)
    (message,) = of_code(document, "figure_printed_twice")
    assert "27.73 is printed twice over each other in row 3" in message and "row 2 is blank" in message
    assert cell(document).amount is None, "nothing is guessed"


def test_a_row_in_bold_by_printing_twice_is_no_slip(tmp_path: Path) -> None:
    def bold(drawing: Canvas, x: float, y: float) -> None:
        for text, at in (("37.73", x - 80), ("27.73", x), ("10.00", x + 80)):
            drawing.drawString(at + 0.3, y - 20, text)

    assert not of_code(table_with(tmp_path, bold), "figure_printed_twice")


# -- pictures over figures -----------------------------------------------------------------------


def picture(alpha: int | None) -> ImageReader:
    """A white picture; with an opacity for each pixel, or without."""
    plain = Image.new("RGB", (40, 10), "white")
    if alpha is not None:
        plain.putalpha(alpha)
    return ImageReader(plain)


def covered(alpha: int | None) -> Drawn:
    def draw(drawing: Canvas, x: float, y: float) -> None:
        drawing.drawString(x, y, "27.73")
        drawing.drawImage(picture(alpha), x - 1, y - 2, 40, 10, mask="auto")

    return draw


@pytest.mark.parametrize("alpha", [None, 255])
def test_a_picture_that_hides_a_figure_keeps_the_document_back(tmp_path: Path, alpha: int | None) -> None:
    (message,) = of_code(table_with(tmp_path, covered(alpha)), "picture_over_figures")
    assert "page 1: a picture lies over 27.73" in message


def test_a_seal_that_lets_figures_be_seen_is_no_finding(tmp_path: Path) -> None:
    assert not of_code(table_with(tmp_path, covered(90)), "picture_over_figures")


def test_a_picture_under_a_figure_is_no_finding(tmp_path: Path) -> None:
    def on_paper(drawing: Canvas, x: float, y: float) -> None:
        drawing.drawImage(picture(None), x - 1, y - 2, 40, 10)
        drawing.drawString(x, y, "27.73")

    assert not of_code(table_with(tmp_path, on_paper), "picture_over_figures")


# -- figures that are not seen -------------------------------------------------------------------


def unseen(how: str) -> Drawn:
    """27.73, and what hides it, or does not."""

    def draw(drawing: Canvas, x: float, y: float) -> None:
        cover = (x - 1, y - 2, 45, 11)
        drawing.saveState()
        if how.startswith("clipped"):
            path = drawing.beginPath()
            path.rect(x - 1, y + 15 if how == "clipped" else -2, 14, 9)
            drawing.clipPath(path, stroke=0, fill=0)
        if how == "on a tint":
            drawing.setFillGray(0.9)
            drawing.rect(*cover, stroke=0, fill=1)
            drawing.setFillGray(0)
        if how == "beyond its drawing":
            drawing.beginForm("within", 0, 0, 90, 90)
        drawing.setFont(FONT, {"tiny": 0.5, "small": 5.0}.get(how, SIZE))
        drawing.drawString(x, y, "27.73")
        if how == "beyond its drawing":
            drawing.endForm()
            drawing.doForm("within")
        drawing.setFillGray({"under black": 0.0, "under a frame": 0.9}.get(how, 1.0))
        if how == "under a clipped area":
            path = drawing.beginPath()
            path.rect(x, y + 20, 40, 9)
            drawing.clipPath(path, stroke=0, fill=0)
        if how == "under a tint":
            drawing.setFillAlpha(0.3)
        if how == "under a frame":
            path = drawing.beginPath()
            path.rect(*cover)
            path.rect(x - 0.5, y - 1, 40, 9)
            drawing.drawPath(path, stroke=0, fill=1, fillMode=0)
        elif how.startswith("under"):
            drawing.rect(*cover, stroke=0, fill=1)
        if how.endswith("again"):
            drawing.setFillGray(0)
            drawing.drawString(x, y, "27.73" if how == "under the same again" else "27.74")
        drawing.restoreState()

    return draw


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("under white", "a filled area"),
        ("under black", "a filled area"),
        ("under another again", "a filled area"),
        ("clipped", "beyond the edge"),
        ("clipped in the middle", "beyond the edge"),
        ("beyond its drawing", "beyond the edge"),
        ("tiny", "too small"),
    ],
)
def test_a_figure_that_no_reader_sees_keeps_the_document_back(tmp_path: Path, how: str, why: str) -> None:
    (message,) = of_code(table_with(tmp_path, unseen(how)), "unseen_figures")
    assert "page 1: 27.73 is in the file, and a reader does not see it as it stands there" in message
    assert why in message


@pytest.mark.parametrize(
    "how",
    ["small", "on a tint", "under a tint", "under a frame", "under a clipped area", "under the same again"],
)
def test_a_figure_that_is_seen_is_no_finding(tmp_path: Path, how: str) -> None:
    document = table_with(tmp_path, unseen(how))
    assert not of_code(document, "unseen_figures")
    assert cell(document).printed == "27.73"


@pytest.mark.parametrize(
    ("height", "is_struck"), [(2.5, True), (3.6, True), (-1, False), (0, False), (8, False)]
)
def test_a_figure_that_is_struck_out_keeps_the_document_back(
    tmp_path: Path, height: float, is_struck: bool
) -> None:
    """A line through it; one under or over it is none."""

    def struck(drawing: Canvas, x: float, y: float) -> None:
        drawing.drawString(x, y, "27.73")
        drawing.line(x, y + height, x + 22, y + height)

    messages = of_code(table_with(tmp_path, struck), "unseen_figures")
    assert ["it is struck out" in message for message in messages] == [True] * is_struck


@pytest.mark.parametrize(("start", "end", "is_minus"), [(-5, -1, True), (-5, 0.5, True), (-40, -1, False)])
def test_a_minus_sign_that_is_drawn_as_a_line_keeps_the_document_back(
    tmp_path: Path, start: float, end: float, is_minus: bool
) -> None:
    def signed(drawing: Canvas, x: float, y: float) -> None:
        drawing.drawString(x, y, "27.73")
        drawing.line(x + start, y + 2.8, x + end, y + 2.8)

    messages = of_code(table_with(tmp_path, signed), "unseen_figures")
    assert ["a minus sign is drawn" in message for message in messages] == [True] * is_minus


# -- figures that are no text --------------------------------------------------------------------


def as_picture(width: float, height: float) -> Drawn:
    def draw(drawing: Canvas, x: float, y: float) -> None:
        drawing.drawImage(picture(None), x, y, width, height)

    return draw


def as_outlines(drawing: Canvas, x: float, y: float) -> None:
    """A seven."""
    path = drawing.beginPath()
    path.moveTo(x, y + 6)
    for right, up in ((4, 6), (4, 5), (2, 0), (1, 0), (3, 5), (0, 5)):
        path.lineTo(x + right, y + up)
    path.close()
    drawing.drawPath(path, stroke=0, fill=1)


@pytest.mark.parametrize("draw", [as_picture(30, 8), as_picture(30, 60), as_outlines])
def test_a_drawing_in_a_cell_without_text_keeps_the_document_back(tmp_path: Path, draw: Drawn) -> None:
    assert of_code(table_with(tmp_path, draw), "drawing_in_blank_cell")


@pytest.mark.parametrize("draw", [as_picture(113, 113), as_picture(30, 1), lambda *_: None])
def test_a_seal_or_a_line_on_a_cell_without_text_is_no_finding(tmp_path: Path, draw: Drawn) -> None:
    assert not of_code(table_with(tmp_path, draw), "drawing_in_blank_cell")
