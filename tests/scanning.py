"""Makes scans of PDFs: pictures of their pages, a little askew and noisy, and nothing else in the file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas


def scan(
    source: Path,
    target: Path,
    pages: Sequence[int] | None = None,
    *,
    degrees: float = 0.5,
    noise: float = 8.0,
    dpi: int = 300,
    quality: int = 85,
    quarters: int = 0,
    strips: int = 1,
    typed: Sequence[tuple[float, float, str]] = (),
    pixel: float | None = None,
    seen: Callable[[Any], Any] = lambda picture: picture,
) -> Path:
    """Write a PDF of pictures of another's pages.

    Args:
        source: the PDF.
        target: where the scan goes.
        pages: which pages, from 0; by default all.
        degrees: by which each lies askew, clockwise.
        noise: standard deviation of the noise in each pixel, of 255.
        dpi: resolution.
        quality: of the JPEG compression.
        quarters: by which each sheet was laid turned, counter-clockwise.
        strips: pictures that each page is cut into.
        typed: words typed over each page, and where, in shares of its width and height.
        pixel: points that a pixel is taken for; by default a page has the size of its paper.
        seen: makes of each picture what another machine sees of it, in the same size.

    Returns:
        The target.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    rng = np.random.default_rng(1)
    with _as_bytes():
        drawing = Canvas(str(target), invariant=1)
        for index in range(len(document)) if pages is None else pages:
            width, height = document[index].get_size()
            picture = seen(picture_of_page(document[index], degrees=degrees, noise=noise, dpi=dpi, rng=rng))
            if quarters % 2:
                width, height = height, width
            if pixel:
                width, height = (side * dpi / 72 * pixel for side in (width, height))
            drawing.setPageSize((width, height))
            lain = np.rot90(picture, quarters)
            top = height
            for strip in np.array_split(lain, strips):
                jpeg = io.BytesIO()
                Image.fromarray(strip).save(jpeg, "JPEG", quality=quality)
                jpeg.seek(0)
                high = height * len(strip) / len(lain)
                top -= high
                drawing.drawImage(ImageReader(jpeg), 0, top, width, high)
            for x, y, text in typed:
                drawing.drawString(x * width, y * height, text)
            drawing.showPage()
        document.close()
        drawing.save()
    return target


@contextmanager
def _as_bytes() -> Iterator[None]:
    """Pictures go into a file as they are: spelling them out in ASCII takes longer than all the rest."""
    usual, rl_config.useA85 = rl_config.useA85, 0
    try:
        yield
    finally:
        rl_config.useA85 = usual


def picture_of_page(page: Any, *, degrees: float, noise: float, dpi: int, rng: np.random.Generator) -> Any:
    """A page as a scanner sees it: grey, askew, noisy."""
    grey = page.render(scale=dpi / 72, grayscale=True).to_numpy()
    grey = grey.reshape(grey.shape[:2])
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    grey = cv2.warpAffine(grey, matrix, (width, height), borderValue=(255,)).astype(np.float32)
    return np.clip(grey + rng.normal(0.0, noise, grey.shape), 0, 255).astype(np.uint8)


def photographed(grey: Any) -> Any:
    """A page as it lies on a dark desk before a camera that is held aslant."""
    height, width = grey.shape
    sheet = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = np.array([[0.06, 0.04], [0.95, 0.07], [0.98, 0.96], [0.02, 0.93]], np.float32) * (width, height)
    aslant = cv2.getPerspectiveTransform(sheet, seen.astype(np.float32))
    return cv2.warpPerspective(grey, aslant, (width, height), borderValue=(70,))


def bowed(grey: Any) -> Any:
    """A page that curls, as at a book's back: its lines are bows, 1.5 mm high."""
    height, width = grey.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return cv2.remap(grey, x, y + 18 * np.sin(np.pi * x / width), cv2.INTER_LINEAR, borderValue=(255,))


def streaked(grey: Any) -> Any:
    """A page that was fed past two specks of dirt: one draws a line beside figures, one through them."""
    page = grey.copy()
    for share in (0.15, 0.5):
        at = round(share * page.shape[1])
        page[:, at : at + 3] = 90
    return page


def faded(grey: Any) -> Any:
    """A page as a printer without toner prints it."""
    return (255 - (255 - grey.astype(np.float32)) * 0.36).astype(np.uint8)


def screened(grey: Any) -> Any:
    """A page in black and white with a shaded row of dots, as copiers make grey."""
    height, width = grey.shape
    page = np.where(grey < 150, 0, 255).astype(np.uint8)
    y, x = np.mgrid[0:height, 0:width]
    dots = (x % 6 < 2) & (y % 6 < 2) & (y > 0.2 * height) & (y < 0.29 * height) & (x > 0.1 * width)
    return np.where(dots & (x < 0.95 * width), 0, page).astype(np.uint8)


def with_hairlines(grey: Any) -> Any:
    """A page whose rules came out pale: the writing is as it was."""
    ink = (grey < 190).astype(np.uint8)
    long = [cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(side, np.uint8)) for side in ((1, 90), (90, 1))]
    rules = cv2.dilate(cv2.max(*long), np.ones((3, 3), np.uint8))
    return np.where(rules > 0, np.maximum(grey, 205), grey).astype(np.uint8)


def ringed(grey: Any) -> Any:
    """A page with a black ring over two columns, as a seal in a photocopy."""
    height, width = grey.shape
    page = grey.copy()
    cv2.circle(page, (round(0.52 * width), round(0.35 * height)), round(0.16 * width), 40, 11, cv2.LINE_AA)
    return page


def sealed(grey: Any, *, red: tuple[float, float, float, float] | None = None) -> Any:
    """A page in colour, with a red seal on it.

    Args:
        grey: the page.
        red: left, upper, right and lower edge, in shares of the page, of what is printed in red.
    """
    height, width = grey.shape
    page = np.stack([grey] * 3, axis=2)
    if red is not None:
        x0, y0, x1, y1 = (round(at * side) for at, side in zip(red, (width, height) * 2, strict=True))
        page[y0:y1, x0:x1, 0] = 220
    ink = np.full_like(page, 255)
    middle = (round(0.52 * width), round(0.35 * height))
    cv2.circle(ink, middle, round(0.16 * width), (205, 40, 50), 11, cv2.LINE_AA)
    for turn in range(0, 360, 40):
        at = tuple(
            round(m + 0.12 * width * f(np.radians(turn)))
            for m, f in zip(middle, (np.cos, np.sin), strict=True)
        )
        cv2.putText(ink, "E", at, cv2.FONT_HERSHEY_SIMPLEX, 2.2, (205, 40, 50), 7, cv2.LINE_AA)
    return (page.astype(np.float32) * ink / 255).astype(np.uint8)


def with_pages_scanned(source: Path, target: Path, pages: Sequence[int], *, quarters: int = 0) -> Path:
    """A copy of a PDF in which some pages (from 0) are scans, as when a signed sheet is put back."""
    import pikepdf

    scanned = scan(source, target.with_suffix(".scan.pdf"), pages, quarters=quarters)
    with pikepdf.open(source) as document, pikepdf.open(scanned) as pictures:
        for index, picture in zip(pages, pictures.pages, strict=True):
            document.pages[index] = picture
        document.save(target)
    return target
