"""A publication to be drawn, as plain values: sections of text and ruled grids, with nothing of PDF in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

#: What ``read_publication(path).cells`` should give: printed text by dataset, row and column.
Truth = dict[tuple[str, str, str], str]
Align = Literal["l", "c", "r"]
TextStyle = Literal["cover", "part", "title", "body", "note", "entry"]
#: Where a page's type area lies, in points.
MARGIN = 48.0
PAGE = (595.0, 842.0)


@dataclass(frozen=True)
class Cell:
    """One ruled box; a line feed in its text is a break that must be drawn."""

    text: str = ""
    row_span: int = 1
    column_span: int = 1
    align: Align = "l"


@dataclass(frozen=True)
class Grid:
    """A ruled table; None stands where a merged cell of above or left covers the place."""

    widths: tuple[float, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    head_rows: int
    repeat_head: bool
    row_height: float
    font_size: float


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    style: TextStyle = "body"


@dataclass(frozen=True)
class CaptionLine:
    """One line above a grid: the unit at left, the year in the middle, the money unit at right."""

    left: str = ""
    middle: str = ""
    right: str = ""


@dataclass(frozen=True)
class FootTitle:
    """A title at the very foot of a page whose grid comes on the next one, where the section ends."""

    text: str


Block = Grid | Text | CaptionLine | FootTitle


@dataclass(frozen=True)
class Section:
    """What starts on a new page and may run over several."""

    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True)
class Watermark:
    """Text over or under every page: once and large, or small and many times."""

    text: str
    tiled: bool
    grey: float


@dataclass(frozen=True)
class Look:
    """How all pages and grids of a document look.

    Attributes:
        good_font: whether the font's metrics are right.
        rule: width of the grids' rules in points.
        shaded: whether heads have a grey ground.
        page_number: how page numbers stand at the foot, ``{}`` for the number; empty for none.
        watermark: over or under every page.
    """

    good_font: bool = True
    rule: float = 0.5
    shaded: bool = False
    page_number: str = ""
    watermark: Watermark | None = None


@dataclass(frozen=True)
class Document:
    """A publication with what reading it must give."""

    title: str
    unit: str
    year: int
    money_unit: str
    sections: tuple[Section, ...]
    look: Look
    truth: Truth = field(repr=False)
    unknown_titles: tuple[str, ...] = ()


class Producer(Protocol):
    """Turns a document into a PDF."""

    def __call__(self, document: Document, /) -> bytes: ...
