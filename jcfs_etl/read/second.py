"""Reads a cell again with another PDF engine, to tell the publisher's slips from ours.

PDFium takes no part in the first reading of a text layer, so a figure that both engines read from one
place stands on the page.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from pathlib import Path
from typing import Any

from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.read.model import Box

_NUMBER = re.compile(r"[-−(]?[\d,]*\.?\d+\)?")
#: Device units to a point: PDFium converts places in whole device units.
_SCALE = 100


class SecondReading:
    """A PDF that is opened a second time when it is first asked for, page by page.

    Args:
        path: the PDF.
        password: opens an encrypted file.
    """

    def __init__(self, path: Path | str, password: str = "") -> None:
        self._path = Path(path)
        self._password = password
        self._pdf: Any = None
        self._pages: dict[int, list[tuple[str, float, float]]] = {}

    def __enter__(self) -> SecondReading:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pdf is not None:
            self._pdf.close()

    def numbers(self, page: int, box: Box) -> tuple[str, ...]:
        """The numbers whose characters stand in a box, in the order of the text.

        Args:
            page: page number, from 1.
            box: points from the upper left corner of the page as shown.

        Raises:
            UnreadableDocumentError: the second engine cannot open the file.
        """
        if page not in self._pages:
            self._pages[page] = _characters(self._open()[page - 1])
        text = "".join(c if box.holds(x, y) else "\n" for c, x, y in self._pages[page])
        return tuple(m[0] for line in text.split("\n") for m in _NUMBER.finditer("".join(line.split())))

    def _open(self) -> Any:
        import pypdfium2

        if self._pdf is None:
            try:
                self._pdf = pypdfium2.PdfDocument(self._path, password=self._password or None)
            except pypdfium2.PdfiumError as error:
                raise UnreadableDocumentError(
                    "damaged", f"a second engine cannot open it ({error})", "print it to PDF again"
                ) from error
        return self._pdf


def _characters(page: Any) -> list[tuple[str, float, float]]:
    """Every character after NFKC with its centre, in points from the upper left corner as shown."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    size = (round(width * _SCALE), round(height * _SCALE))
    text = page.get_textpage()
    edges = [ctypes.c_double() for _ in range(4)]
    device = ctypes.c_int(), ctypes.c_int()
    characters = []
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if not pdfium.FPDFText_GetCharBox(text, index, *(ctypes.byref(e) for e in edges)):
            continue
        left, right, bottom, top = (e.value for e in edges)
        pdfium.FPDF_PageToDevice(
            page, 0, 0, *size, 0, (left + right) / 2, (bottom + top) / 2, *(ctypes.byref(d) for d in device)
        )
        x, y = (d.value / _SCALE for d in device)
        for character in unicodedata.normalize("NFKC", chr(code)) if code else "":
            characters.append((character, x, y))
    return characters
