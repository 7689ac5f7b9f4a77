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


@pytest.mark.parametrize("beside", ["", "三、国防支出"])
def test_a_label_drawn_in_steps_runs_on_over_a_blank_cell_and_takes_no_label_beside_it(
    tmp_path: Path, beside: str
) -> None:
    """The label beside it begins at the rule, where others of its column do."""
    drawing = canvas(tmp_path / "a.pdf")
    rows = [["项目", "说明"], ["支出", "二、外交支出"], ["", ""]]
    draw_grid(drawing, rows, left=60, top=700, widths=(90, 200))
    x = 63.0
    for part in ("对民间非营", "利组织和" if beside else "利组织和群众性", "" if beside else "自治组织"):
        drawing.drawString(x, 646, part)
        x += stringWidth(part, FONT, 9)
    drawing.drawString(153, 646, beside)
    drawing.save()
    (grid,) = read_pdf(tmp_path / "a.pdf").pages[0].grids
    label, other = (cell for cell in grid.cells if cell.row == 2)
    assert not label.doubt and not other.doubt
    assert (label.text, other.text) == (
        ("对民间非营利组织和", beside) if beside else ("对民间非营利组织和群众性自治组织", "")
    )


@pytest.mark.parametrize(("width", "is_sure"), [(60, True), (28, False)])
def test_a_figure_at_the_left_rule_may_be_cut_where_it_has_no_room_at_its_end(
    tmp_path: Path, width: int, is_sure: bool
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, [["项目", "金额"], ["支出", ""]], left=60, top=700, widths=(90, width))
    drawing.drawString(150.4, 666, "298.62")
    drawing.save()
    (grid,) = read_pdf(tmp_path / "a.pdf").pages[0].grids
    assert (grid.cells[-1].text, grid.cells[-1].confidence == 1.0) == ("298.62", is_sure)
