"""Pictures of a publication's pages, by PDFium, small enough for a site."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jcfs_etl.read.paper import POINT, pixels_to_the_point
from jcfs_etl.read.second import turn_of
from jcfs_etl.report.site.model import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

#: Width of a picture in pixels and shades of grey, from the best on; the first that is small enough is taken.
_QUALITIES = ((1000, 6), (860, 4), (700, 4))
#: Bytes that a publication may have in all, and what its pictures have of them at most and at least.
ALL, MOST, LEAST = 1_950_000, 1_500_000, 300_000
#: Pages that are shown at most.
MOST_PAGES = 120
#: Part of their names, to be raised when they are made otherwise.
MADE = "2"


def page_pictures(
    path: Path, sha256: str, pages: Sequence[int], password: str = "", budget: int = MOST
) -> list[tuple[Picture, bytes]]:
    """Pictures of some pages as WebP, or none where the file is not the one that the data were read from.

    Args:
        path: the PDF.
        sha256: of the bytes that the data were read from: boxes on the pages of another file would mislead.
        pages: numbers, from 1; those that the file does not have are left out.
        password: opens an encrypted file.
        budget: bytes that they may have together; of more pages than fit, the first are shown.

    Raises:
        OSError: the file cannot be read, or PDFium cannot open it.
    """
    import pypdfium2 as pdfium

    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        return []
    try:
        pdf = pdfium.PdfDocument(data, password=password or None)
    except pdfium.PdfiumError as error:
        raise OSError(f"{path.name}: {error}") from error
    try:
        wanted = [n for n in pages if 1 <= n <= len(pdf)][:MOST_PAGES]
        made: list[tuple[Picture, bytes]] = []
        for width, shades in _QUALITIES:
            made = list(_drawn(pdf, wanted, sha256, width, shades, budget))
            if len(made) == len(wanted):
                break
        return made
    finally:
        pdf.close()


def _drawn(
    pdf: object, pages: Sequence[int], sha256: str, width: int, shades: int, budget: int
) -> Iterator[tuple[Picture, bytes]]:
    """Pictures as long as they fit."""
    import pypdfium2 as pdfium

    assert isinstance(pdf, pdfium.PdfDocument)
    taken = 0
    for number in pages:
        page = pdf[number - 1]
        try:
            # As it was read: boxes are of the page as most of its text stands.
            turn = turn_of(page)
            # A picture was brought to the size of its paper to be read.
            as_read = 1.0 if page.get_textpage().count_chars() else pixels_to_the_point(page) * POINT
            wide, high = page.get_size() if turn % 2 == 0 else reversed(page.get_size())
            scale = min(width / wide, 1.5 * width / high, 4.0)
            picture = page.render(scale=scale, rotation=90 * turn, may_draw_forms=False).to_pil()
        except (pdfium.PdfiumError, ValueError, ZeroDivisionError):
            continue
        finally:
            page.close()
        data = _small(picture, shades)
        taken += len(data)
        if taken > budget:
            return
        name = f"{number}-{hashlib.sha256(f'{sha256} {MADE} {width} {shades}'.encode()).hexdigest()[:8]}.webp"
        yield Picture(number, name, wide * as_read, high * as_read), data


def _small(picture: Image, shades: int) -> bytes:
    """A page in a few shades of grey: printed text needs no more, and takes a third of the room."""
    steps = [round(round(v / 255 * (shades - 1)) * 255 / (shades - 1)) for v in range(256)]
    written = io.BytesIO()
    picture.convert("L").point(steps).save(written, "WEBP", lossless=True, quality=80, method=4)
    return written.getvalue()
