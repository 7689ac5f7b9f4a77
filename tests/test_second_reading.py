"""A cell read again by a second engine: on upright, turned and cropped pages."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from conftest import SAMPLE

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.money import read_figure
from jcfs_etl.read.second import SecondReading


def disagreements(path: Path, document: AuditedPublication) -> list[str]:
    """Figures that the second engine does not read from the same place, and blanks where it reads some."""
    found = []
    with SecondReading(path) as second:
        for fact in document.publication.facts:
            values = {read_figure(n).value for n in second.numbers(fact.page, fact.box)}
            expected = set() if fact.value is None else {read_figure(fact.printed).value}
            if values != expected:
                found.append(f"{fact.key}: {fact.printed!r}, {values}")
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
        second.numbers(1, next(iter(read_publication(SAMPLE).publication.facts)).box)
