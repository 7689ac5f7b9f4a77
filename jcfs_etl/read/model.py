"""What a PDF page holds once it has been read: ruled grids of cells, lines of text, and what was set aside.

Plain frozen values. Coordinates are points from the upper left corner of the page as a viewer
shows it (its crop box, upright).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.places import Box

#: How text was read: from the PDF's text layer, or from a picture.
Source = Literal["text", "ocr"]
#: Why text is set aside that stands where the same text stands already, as in bold print.
PRINTED_TWICE = "printed twice"


class Cell(Struct, frozen=True):
    """One ruled box of a grid: where it starts, how far it spans, and the text that stands in it.

    Attributes:
        row: index of its upper row in the grid.
        column: index of its left column in the grid.
        row_span: rows it covers, at least 1.
        column_span: columns it covers, at least 1.
        text: the text as it stands, lines separated by a line feed; empty when blank.
        box: the ruled box.
        doubt: why the text is not certain, such as characters that overlap; empty when it is.
        source: ``text`` (the PDF's text layer) or ``ocr``.
        confidence: the reader's own estimate, 0 to 1, for ocr; 1 for text, a little less where digits may
            have been cut off or no rule parts it from its neighbours.
        is_aligned: whether its place was told by how texts stand under and beside each other, without rules.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    box: Box
    doubt: str = ""
    source: Source = "text"
    confidence: float = 1.0
    is_aligned: bool = False


def distinct(cells: Iterable[Cell]) -> list[Cell]:
    """Cells, each once though a merged one stands in several places, told by identity, which is quick."""
    every = list(cells)
    return list(dict(zip(map(id, every), every, strict=True)).values())


class Grid(Struct, frozen=True, dict=True):
    """A ruled table as drawn: its edges and the cells between them, merged cells being one cell.

    Attributes:
        page: page number, from 1.
        columns: x of the column edges, ascending, one more than there are columns.
        rows: y of the row edges, ascending, one more than there are rows.
        cells: every cell once, in reading order.
    """

    page: int
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    cells: tuple[Cell, ...]

    @property
    def box(self) -> Box:
        """The grid's outline."""
        return Box(self.columns[0], self.rows[0], self.columns[-1], self.rows[-1])

    def cells_in(self, row: int) -> list[Cell]:
        """The cells that cover a row, from left to right."""
        return distinct(self.by_position[row, column] for column in range(self.column_count))

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.rows) - 1

    @property
    def column_count(self) -> int:
        """Number of columns."""
        return len(self.columns) - 1

    @cached_property
    def by_position(self) -> dict[tuple[int, int], Cell]:
        """Every (row, column) of the lattice and the cell that covers it."""
        return {
            (r, c): cell
            for cell in self.cells
            for r in range(cell.row, cell.row + cell.row_span)
            for c in range(cell.column, cell.column + cell.column_span)
        }

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds any text."""
        return not any(cell.text for cell in self.cells)


class TextLine(Struct, frozen=True):
    """A run of text on one baseline outside every grid, cut where wide gaps part it.

    ``turned`` is 0 for upright text, 1 where it reads down the page, -1 where it reads up.
    """

    text: str
    box: Box
    size: float
    turned: int = 0


class Word(NamedTuple):
    """Characters outside every grid that touch on one baseline, as drawn; ``y`` is the baseline.

    ``run`` is the number of the operation that drew its first character.
    """

    text: str
    box: Box
    y: float
    size: float
    run: int


class SetAside(Struct, frozen=True):
    """Text that was printed or hidden on the page and is not part of its content, and why."""

    reason: str
    text: str
    box: Box


#: What hides a text: a picture or a filled area over it, the edge of what is drawn, its own size;
#: a line through it takes it back.
Veil = Literal["picture", "area", "edge", "size", "line", "sign"]


class Unseen(NamedTuple):
    """Characters of a text that no reader sees, and what hides them.

    ``is_aside`` where they are the whole text, which is set aside then. Under a picture none is: the picture
    may show the same.
    """

    by: Veil
    text: str
    box: Box
    is_aside: bool


class Page(Struct, frozen=True):
    """One page, read.

    Attributes:
        number: page number, from 1.
        width: width in points, upright.
        height: height in points, upright.
        grids: ruled tables from the top of the page down.
        lines: text outside the grids from the top down, left to right, after what is turned against it.
        set_aside: watermarks and other text that is not content, each with its reason.
        is_picture: whether it is a picture, as a scan is; OCR may have read it.
        picture_share: share of the page that pictures cover, 0 to 1.
        source: ``text``, or ``ocr`` for a picture that was read by OCR.
        unseen: what holds digits and is not seen, such as what a picture hides: a reader sees the picture.
        written_over: annotations that hold digits: a reader sees them, and the text layer does not know them.
        drawings: pictures and outlines so large as figures: a reader may see one that is no text.
        is_searchable_scan: whether its text is the invisible text that lies over a picture of it.
        is_unmapped: whether its characters have no meaning in the file; OCR may have read it.
        words: the upright text outside the grids word by word; none where it was read by OCR.
        levels: level rules outside the grids, from the top down; none where it was read by OCR.
    """

    number: int
    width: float
    height: float
    grids: tuple[Grid, ...]
    lines: tuple[TextLine, ...]
    set_aside: tuple[SetAside, ...] = ()
    is_picture: bool = False
    picture_share: float = 0.0
    source: Source = "text"
    unseen: tuple[Unseen, ...] = ()
    written_over: tuple[Box, ...] = ()
    drawings: tuple[Box, ...] = ()
    is_searchable_scan: bool = False
    is_unmapped: bool = False
    words: tuple[Word, ...] = ()
    levels: tuple[Box, ...] = ()

    def with_grids(self, grids: Iterable[Grid]) -> Page:
        """The page with other grids; itself where they are its own."""
        found = tuple(grids)
        return self if list(map(id, found)) == list(map(id, self.grids)) else replace(self, grids=found)


class PdfDocument(Struct, frozen=True, dict=True):
    """A PDF, read: its pages and what the file says of itself.

    Attributes:
        name: the file's name, for messages.
        sha256: hash of its bytes, hexadecimal.
        pages: all its pages in order.
        producer: the program that made it, as the file says; empty when it does not.
    """

    name: str
    sha256: str
    pages: tuple[Page, ...]
    producer: str = ""

    def with_pages(self, pages: Sequence[Page]) -> PdfDocument:
        """The document with other pages; itself where they are its own."""
        if all(new is old for new, old in zip(pages, self.pages, strict=True)):
            return self
        return replace(self, pages=tuple(pages))
