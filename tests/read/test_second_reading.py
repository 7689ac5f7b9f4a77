"""A cell read again by a second engine: on upright, turned and cropped pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf
import pytest
from at_hand import SAMPLE
from reportlab.pdfgen.canvas import Canvas

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.money import same_characters
from jcfs_etl.places import Box
from jcfs_etl.read.second import SecondReading


def disagreements(path: Path, document: AuditedPublication) -> list[str]:
    """Figures that the second engine does not read from the same place, and blanks where it reads some."""
    found = []
    with SecondReading(path) as second:
        for fact in document.publication.facts:
            texts = second.texts(fact.page, fact.box)
            if not any(same_characters(text, fact.printed) for text in texts):
                found.append(f"{fact.key}: {fact.printed!r}, {texts}")
    return found


def test_both_engines_read_the_same_from_every_cell(sample: AuditedPublication) -> None:
    assert disagreements(SAMPLE, sample) == []


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_places_are_those_of_the_page_as_shown(tmp_path: Path, turn: int) -> None:
    """Pages drawn on their side and shown upright, with a crop box: both engines speak of one place."""
    path = tmp_path / "turned.pdf"
    with pikepdf.open(SAMPLE) as pdf:
        for page in pdf.pages:
            _, _, width, height = (float(v) for v in page.mediabox)
            matrix = {
                0: (1, 0, 0, 1, 0, 0),
                90: (0, 1, -1, 0, height, 0),
                180: (-1, 0, 0, -1, width, height),
                270: (0, -1, 1, 0, 0, width),
            }[turn]
            w, h = (height, width) if turn in (90, 270) else (width, height)
            page.obj.MediaBox = pikepdf.Array([0, 0, w, h])
            page.obj.CropBox = pikepdf.Array([7, 11, w - 3, h - 5])
            page.contents_add(f"q {' '.join(f'{v:g}' for v in matrix)} cm".encode(), prepend=True)
            page.contents_add(b"Q")
            page.rotate(turn, relative=False)
        pdf.save(path)
    document = read_publication(path)
    assert len(document.publication.facts) == 518
    assert disagreements(path, document) == []


def test_a_file_that_the_second_engine_cannot_open_says_so(tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing")
    with SecondReading(path) as second, pytest.raises(UnreadableDocumentError, match="second engine"):
        second.texts(1, next(iter(read_publication(SAMPLE).publication.facts)).box)


# -- text as programs set it ---------------------------------------------------------------------

FIGURES = ("1,234.56", "-87.05", "0.00", "430.21")
WIDE, HIGH = 100.0, 20.0


def page_of(tmp_path: Path, show: Callable[[Canvas, str, float, float], None], order: Sequence[int]) -> Path:
    """Figures one below the other, each drawn by ``show`` at the left of its line, in some order."""
    path = tmp_path / "set.pdf"
    canvas = Canvas(str(path), pagesize=(400, 300))
    for number in order:
        canvas.setFont("Helvetica", 9)
        show(canvas, FIGURES[number], 20, 300 - HIGH * (number + 1) + 6)
    canvas.save()
    return path


def line(number: int) -> Box:
    return Box(10, HIGH * number, 10 + WIDE, HIGH * (number + 1))


def plain(canvas: Canvas, text: str, x: float, y: float) -> None:
    canvas.drawString(x, y, text)


def letter_spaced(canvas: Canvas, text: str, x: float, y: float) -> None:
    canvas.drawString(x, y, text, charSpace=4.5)


def glyph_by_glyph(canvas: Canvas, text: str, x: float, y: float) -> None:
    """From the last character to the first, as some programs set what is aligned to the right."""
    for at in reversed(range(len(text))):
        canvas.drawString(x + canvas.stringWidth(text[:at], "Helvetica", 9), y, text[at])


def jumping(canvas: Canvas, text: str, x: float, y: float) -> None:
    """Some characters stand a little higher or lower than the line."""
    for at, character in enumerate(text):
        canvas.drawString(x + 7 * at, y + (0, 1.2, -1.2)[at % 3], character)


def with_a_hyphen_at_the_end(canvas: Canvas, text: str, x: float, y: float) -> None:
    canvas.drawString(x, y, text)
    canvas.drawString(x + WIDE, y, "well-")
    canvas.drawString(x + WIDE, y - 10, "known")


def before_hidden_text(canvas: Canvas, text: str, x: float, y: float) -> None:
    """White characters and such as are only laid out stand beside it."""
    canvas.setFillGray(1)
    canvas.drawString(x + 45, y, "9")
    canvas.setFillGray(0)
    canvas.drawString(x, y, text)
    canvas.saveState()
    hidden = canvas.beginText(x + 55, y)
    hidden.setTextRenderMode(3)
    hidden.textOut("7")
    canvas.drawText(hidden)
    canvas.restoreState()


def under_a_stamp(canvas: Canvas, text: str, x: float, y: float) -> None:
    """A large grey digit, and one that lies obliquely."""
    canvas.drawString(x, y, text)
    canvas.saveState()
    canvas.setFillGray(0.8)
    canvas.setFont("Helvetica", 40)
    canvas.drawString(x + 10, y - 10, "8")
    canvas.restoreState()
    canvas.saveState()
    canvas.translate(x + 30, y)
    canvas.rotate(30)
    canvas.drawString(0, 0, "6")
    canvas.restoreState()


def over_the_edge(canvas: Canvas, text: str, x: float, y: float) -> None:
    """More than half of the figure stands in the cell, and it begins left of it."""
    canvas.drawString(4, y, text)


SETTINGS = [
    plain,
    letter_spaced,
    glyph_by_glyph,
    jumping,
    with_a_hyphen_at_the_end,
    before_hidden_text,
    under_a_stamp,
    over_the_edge,
]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 0, 3, 1)])
@pytest.mark.parametrize("show", SETTINGS, ids=lambda show: show.__name__)
def test_a_figure_is_found_by_the_places_of_its_characters(
    tmp_path: Path, show: Callable[[Canvas, str, float, float], None], order: tuple[int, ...]
) -> None:
    with SecondReading(page_of(tmp_path, show, order)) as second:
        for number, figure in enumerate(FIGURES):
            assert figure in second.texts(1, line(number))


def test_an_empty_place_is_empty_and_another_figure_is_not_taken_for_it(tmp_path: Path) -> None:
    with SecondReading(page_of(tmp_path, plain, (0, 1, 2, 3))) as second:
        assert second.texts(1, Box(200, 0, 300, 80)) == ("",)
        assert second.texts(1, line(1)) == ("-87.05",)
        assert second.texts(1, Box(10, 0, 110, 2 * HIGH)) == ("1,234.56\n-87.05",)
