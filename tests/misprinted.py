"""Publications with misprints on their pages: slips of the finger, texts that are no figure, marks."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from factory import model
from factory.producers import PRODUCERS
from made_up import pages_of
from misprints import Changes
from reportlab.pdfgen.canvas import Canvas

from jcfs_etl.recognise.model import Fact, Publication

#: Misprints that are no figure, from the plain text of a figure with two decimals.
NO_FIGURES: dict[str, Callable[[str], str]] = {
    "without its first digits": lambda text: "," + text[-6:] if len(text) > 5 else text[-3:],
    "a comma in the wrong place": lambda text: text[0] + "," + text[1:],
    "two points": lambda text: text[:-4] + "." + text[-4:] if len(text) > 4 else text + ".0",
    "a letter for a digit": lambda text: text[:-3] + "O" + text[-2:],
    "l for 1": lambda text: "l" + text[1:],
    "a blank inside": lambda text: text[0] + " " + text[1:] if len(text) > 4 else text[:-2] + " " + text[-2:],
    "two minus signs": lambda text: "--" + text,
    "a full stop for the point": lambda text: text.replace(".", "。"),
    "a comma for the point": lambda text: text.replace(".", ","),
}


def printed_anew(document: model.Document, publication: Publication, changes: Changes) -> model.Document:
    """The same document with other texts in some cells.

    Args:
        document: as drawn.
        publication: recognised from :func:`made_up.pages_of` of it, for the places of cells.
        changes: the new text of each cell.
    """
    facts = {f.key: f for f in publication.facts}
    pages = pages_of(document).pages
    texts: dict[tuple[int, int, int, int], str] = {}
    for key, text in changes.items():
        fact = facts[key]
        for number, grid in enumerate(pages[fact.page - 1].grids):
            for cell in grid.cells:
                if cell.box == fact.box:
                    texts[fact.page - 1, number, cell.row, cell.column] = text
    assert len(texts) == len(changes), "every cell has a place of its own"
    return replace(
        document,
        sections=tuple(_section(s, n, texts) for n, s in enumerate(document.sections)),
        truth={**document.truth, **{(k.dataset, k.row, k.column): text for k, text in changes.items()}},
    )


def _section(
    section: model.Section, at: int, texts: Mapping[tuple[int, int, int, int], str]
) -> model.Section:
    blocks: list[model.Block] = []
    grids = 0
    for block in section.blocks:
        if isinstance(block, model.Grid):
            rows = tuple(
                tuple(
                    replace(cell, text=texts[at, grids, r, c])
                    if cell and (at, grids, r, c) in texts
                    else cell
                    for c, cell in enumerate(row)
                )
                for r, row in enumerate(block.rows)
            )
            grids += 1
            blocks.append(replace(block, rows=rows))
        else:
            blocks.append(block)
    return replace(section, blocks=tuple(blocks))


def pdf_of(document: model.Document, producer: str, path: Path) -> Path:
    """Draw a document into a file."""
    path.write_bytes(PRODUCERS[producer](document))
    return path


# -- what is drawn over a finished page ----------------------------------------------------------


class Digit(NamedTuple):
    """Where a character stands: points from the lower left of the page."""

    left: float
    right: float
    y: float
    size: float
    text: str


def digits(path: Path, fact: Fact) -> list[Digit]:
    """The characters of a figure from the left, as PDFium has them."""
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[fact.page - 1]
        height, text = page.get_height(), page.get_textpage()
        found: list[Digit] = []
        x, y = ctypes.c_double(), ctypes.c_double()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index, loose=True)
            character = chr(pdfium.FPDFText_GetUnicode(text, index))
            inside = fact.box.holds((left + right) / 2, height - (bottom + top) / 2)
            if inside and character in "-0123456789.":
                pdfium.FPDFText_GetCharOrigin(text, index, x, y)
                found.append(Digit(left, right, y.value, pdfium.FPDFText_GetFontSize(text, index), character))
    return sorted(found)


def with_text(path: Path, page: int, texts: Sequence[tuple[float, float, float, str]]) -> None:
    """Draw further texts, each with its place from the lower left and its size, on a page of a file."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        target = pdf.pages[page - 1]
        box = [float(v) for v in target.mediabox]
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(box[2], box[3]))
        for x, y, size, text in texts:
            canvas.setFont("Helvetica", size)
            canvas.drawString(x, y, text)
        canvas.save()
        with pikepdf.open(io.BytesIO(out.getvalue())) as over:
            target.add_overlay(over.pages[0], pikepdf.Rectangle(*box))
        pdf.save(path)


def letter_spaced(path: Path) -> None:
    """Set all text of a file narrower, with white after every character that makes up for it in digits."""
    further = [
        ([pikepdf.Object.parse(b"90")], pikepdf.Operator("Tz")),
        ([pikepdf.Object.parse(b"0.4")], pikepdf.Operator("Tc")),
    ]
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for page in pdf.pages:
            operations: list[Any] = []
            for instruction in pikepdf.parse_content_stream(page):
                operations.append(instruction)
                if str(instruction.operator) == "BT":
                    operations += further
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(operations))
        pdf.save(path)
