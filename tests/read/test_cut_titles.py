"""A title that is too wide for its page loses its year at the edge; figures that are lost there are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas
from reportlab.pdfbase.pdfmetrics import stringWidth

from jcfs_etl.read import read_pdf


@pytest.mark.parametrize(
    ("cut", "rest", "unseen"),
    [
        ("2023", "年度收入决算表", []),
        ("2023", "收入决算表", ["2023"]),
        ("20231", "年度收入决算表", ["20231"]),
        ("1.25", " ", ["1.25"]),
    ],
)
def test_digits_beyond_what_is_drawn_are_told_unless_they_are_a_titles_year(
    tmp_path: Path, cut: str, rest: str, unseen: list[str]
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    path = drawing.beginPath()
    path.rect(60, 400, 400, 400)
    drawing.clipPath(path, stroke=0, fill=0)
    drawing.drawString(60 - stringWidth(cut, "STSong-Light", 9), 700, cut)
    drawing.drawString(60, 700, rest)
    drawing.save()
    page = read_pdf(tmp_path / "a.pdf").pages[0]
    assert [text.text for text in page.unseen] == unseen
