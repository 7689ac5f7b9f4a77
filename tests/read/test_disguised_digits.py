"""Fonts whose maps say another digit than is drawn: every engine reads the map, the page shows the shape."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pytest
from factory.producers import PRODUCERS
from factory.producers.fonts import font_path
from factory.publication import draw_document
from fpdf import FPDF

from jcfs_etl import read_publication
from jcfs_etl.places import Box
from jcfs_etl.read.second import SecondReading

DRAWN = "1,234,567.89\n-90.05"


def _exchanged(pdf: bytes, one: str, other: str) -> bytes:
    """The PDF, the Unicode maps of its fonts saying one digit where the other is drawn."""
    codes = {f"{ord(a):04X}": f"{ord(b):04X}" for a, b in ((one, other), (other, one))}

    def meant(match: re.Match[str]) -> str:
        return f"{match[1]}<{codes.get(match[2].upper(), match[2])}>"

    document = pikepdf.open(io.BytesIO(pdf))
    for part in document.objects:
        if isinstance(part, pikepdf.Stream) and b"begincmap" in (data := part.read_bytes()):
            text = re.sub(r"(<[0-9A-Fa-f]+>\s*)<([0-9A-Fa-f]{4})>(?=\s*\n)", meant, data.decode("ascii"))
            part.write(text.encode("ascii"))
    document.save(out := io.BytesIO())
    return out.getvalue()


@pytest.mark.parametrize("pair", ["38", "69", "25"])
def test_a_digit_is_the_one_that_is_drawn(pair: str, tmp_path: Path) -> None:
    pdf = FPDF(unit="pt")
    pdf.add_page()
    pdf.add_font("kai", fname=font_path(True))
    pdf.set_font("kai", size=12)
    pdf.multi_cell(0, 20, DRAWN)
    path = tmp_path / "a.pdf"
    path.write_bytes(_exchanged(bytes(pdf.output()), *pair))
    with SecondReading(path) as second:
        assert second.texts(1, Box(0, 0, 595, 842)) == (DRAWN,)


def test_a_publication_with_such_a_font_is_kept_back(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(_exchanged(PRODUCERS["fpdf2"](draw_document("shanghai_2024", 0)), "6", "9"))
    assert "misread_suspect" in {f.code for f in read_publication(path).all_findings if f.blocks}
