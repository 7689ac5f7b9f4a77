"""Places words into the cells of grids, and the rest into lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jcfs_etl.read.glyphs import Glyph, PageContent, box_of
from jcfs_etl.read.lattice import Lattice
from jcfs_etl.read.model import Grid, SetAside, TextLine, Word
from jcfs_etl.read.text_lines import aisles, joined, text_lines, turned_lines, words_of

if TYPE_CHECKING:
    from camelot.core import Table


class Placed(NamedTuple):
    """What became of a page's characters.

    Attributes:
        grids: from the top down.
        lines: text outside them, turned lines first, then from the top down.
        marks: footnote marks beside figures.
        words: the upright text outside the grids, word by word in drawing order.
    """

    grids: tuple[Grid, ...]
    lines: tuple[TextLine, ...]
    marks: tuple[SetAside, ...]
    words: tuple[Word, ...]


def place(content: PageContent, tables: list[Table], page: int) -> Placed:
    """Give each word to the smallest grid that holds it, or to the lines around the grids.

    Args:
        content: what the page holds.
        tables: camelot's tables of this page.
        page: page number.

    Returns:
        The grids, the text outside them by lines and by words, and footnote marks beside figures.
    """
    drawn = [Lattice(t, page, content.height, content.turned) for t in tables]
    lattices = sorted(drawn, key=lambda g: g.box.area)
    outside: list[Glyph] = []
    left = [word for word in words_of(content.glyphs) if not any(lattice.take(word) for lattice in lattices)]
    tables_only = [t for t, lattice in zip(tables, drawn, strict=True) if not lattice.is_frame(lattices)]
    if len(tables_only) < len(tables):
        return place(content, tables_only, page)
    for lattice in lattices:
        lattice.settle()
    for word in left:
        # A line that is turned against the tables stands over them, whatever it comes near to.
        if word[0].run in content.turned or not any(lattice.beside(word) for lattice in lattices):
            outside += word
    lattices.sort(key=lambda g: (g.box.y0, g.box.x0))
    grids = tuple(lattice.grid() for lattice in lattices)
    upright = [glyph for glyph in outside if glyph.run not in content.turned]
    lines = [
        line
        for way in (1, -1)
        for line in turned_lines([g for g in outside if content.turned.get(g.run) == way], way)
    ]
    lines += text_lines(upright, aisles(grids))
    marks = tuple(m for lattice in lattices for m in lattice.marks)
    words = tuple(_word(glyphs) for glyphs in words_of(upright))
    return Placed(grids, tuple(lines), marks, words)


def _word(glyphs: list[Glyph]) -> Word:
    first = glyphs[0]
    return Word(joined(glyphs), box_of(glyphs), first.y, first.size, first.run)
