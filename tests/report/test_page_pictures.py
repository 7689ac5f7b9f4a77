"""A page is shown as it was read, with most of its text upright."""

from __future__ import annotations

import hashlib
import io
from importlib.util import find_spec
from pathlib import Path

import pytest
from drawing import canvas, draw_grid
from PIL import Image
from scanning import scan

from jcfs_etl.read import read_pdf
from jcfs_etl.report.site.pictures import page_pictures


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_boxes_lie_on_the_picture_of_a_page_whose_text_lies_sideways(tmp_path: Path, degrees: int) -> None:
    path = tmp_path / "a.pdf"
    drawing = canvas(path)
    drawing.translate(*{0: (0, 0), 90: (595, 0), 180: (595, 842), 270: (0, 842)}[degrees])
    drawing.rotate(degrees)
    draw_grid(drawing, [["合计", "1.00"]], left=50, top=200)
    drawing.save()
    (page,) = read_pdf(path).pages
    ((shown, data),) = page_pictures(path, hashlib.sha256(path.read_bytes()).hexdigest(), [1])
    assert (shown.width, shown.height) == pytest.approx((page.width, page.height), abs=1)
    picture = Image.open(io.BytesIO(data)).convert("L")
    scale = picture.width / page.width
    box = page.grids[0].box
    ink = picture.point(lambda light: 255 if light < 200 else 0).getbbox()
    assert ink == pytest.approx([edge * scale for edge in box], abs=3)


@pytest.mark.skipif(find_spec("rapidocr") is None, reason="needs the extra ocr")
def test_boxes_lie_on_the_picture_of_a_page_that_was_brought_to_the_size_of_its_paper(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, [["合计", "1.00"]], left=50, top=200)
    drawing.save()
    path = scan(tmp_path / "a.pdf", tmp_path / "scan.pdf", degrees=0, noise=0, dpi=144, pixel=1.0)
    (page,) = read_pdf(path).pages
    ((shown, _),) = page_pictures(path, hashlib.sha256(path.read_bytes()).hexdigest(), [1])
    assert (shown.width, shown.height) == pytest.approx((page.width, page.height), abs=1)
    assert page.grids[0].box[:2] == pytest.approx((50, 842 - 200), abs=3)
