"""The words of a stamp that is drawn over a table are none of its cells'."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid

from jcfs_etl.read import read_pdf


@pytest.mark.parametrize(
    ("words", "colour", "ring", "is_aside"),
    [
        ("财务专用章", (0.8, 0, 0), "round", True),
        ("财务专用章", (0.8, 0, 0), "closed", True),
        ("2024年5月", (0.8, 0, 0), "round", False),
        ("财务专用章", (0, 0, 0), "round", False),
        ("财务专用章", (0.8, 0, 0), "", False),
        ("财务专用章", (0.8, 0, 0), "square", False),
    ],
)
def test_words_within_a_round_outline_of_their_colour_are_set_aside(
    tmp_path: Path, words: str, colour: tuple[float, float, float], ring: str, is_aside: bool
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, [["项目", "合计"], ["教育支出", "1.00"], ["文化支出", "2.00"]], left=60, top=700)
    drawing.setStrokeColorRGB(0.8, 0, 0)
    if ring == "round":
        drawing.circle(150, 670, 50)
    elif ring == "closed":
        path = drawing.beginPath()
        path.circle(150, 670, 50)
        path.close()
        drawing.drawPath(path)
    elif ring:
        drawing.rect(100, 620, 100, 100)
    drawing.setFillColorRGB(*colour)
    drawing.drawCentredString(150, 670, words)
    drawing.save()
    page = read_pdf(tmp_path / "a.pdf").pages[0]
    assert [(aside.reason, aside.text) for aside in page.set_aside] == (
        [("within a stamp", words)] if is_aside else []
    )
    if is_aside:
        texts = [cell.text for grid in page.grids for cell in grid.cells]
        assert texts == ["项目", "合计", "教育支出", "1.00", "文化支出", "2.00"]
