"""Texts that have outgrown their cells and touch those of the next."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import FONT, canvas, draw_grid
from reportlab.pdfbase.pdfmetrics import stringWidth

from jcfs_etl.read import read_pdf
from jcfs_etl.read.model import Cell

_WIDTHS = (100, 30, 60, 60)
_TOUCHING, _CROSSING = "98200214105.32", "1298200214105.32"


def last_row(path: Path, figure: str, *, in_one: bool) -> list[Cell]:
    """Number and figure of a row, the figure too wide for its column and right behind the number."""
    drawing = canvas(path)
    draw_grid(drawing, [["项目", "行次"], ["支出", ""], ["支出", ""]], left=60, top=700, widths=_WIDTHS)
    end = 60 + sum(_WIDTHS[:3]) - 3
    drawing.drawRightString(end, 666, "12.34")
    x = end - stringWidth(figure, FONT, 9)
    drawing.drawRightString(x, 646, "24")
    for part in (figure,) if in_one else figure:
        drawing.drawString(x, 646, part)
        x += stringWidth(part, FONT, 9)
    drawing.save()
    (grid,) = read_pdf(path).pages[0].grids
    return [cell for cell in grid.cells if cell.row == 2][1:3]


@pytest.mark.parametrize("printed", [_TOUCHING, _CROSSING])
def test_a_figure_that_runs_into_the_number_before_it_is_told_from_it_where_identities_agree(
    tmp_path: Path, printed: str
) -> None:
    number, figure = last_row(tmp_path / "a.pdf", printed, in_one=True)
    assert (number.text, figure.text) == ("24", printed)
    assert figure.confidence < 1
    assert not figure.doubt


@pytest.mark.parametrize("printed", [_TOUCHING, _CROSSING])
def test_a_figure_drawn_digit_by_digit_over_a_rule_may_belong_to_either_cell(
    tmp_path: Path, printed: str
) -> None:
    assert all(cell.doubt for cell in last_row(tmp_path / "a.pdf", printed, in_one=False))
