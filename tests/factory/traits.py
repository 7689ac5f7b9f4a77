"""What office programs do to a publication, by program: drawn from the seed and applied to the document.

A trait is a word. Those that only change values and grids are applied here, whatever the program; the
producers see to the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from factory.model import MARGIN, PAGE, Align, Block, CaptionLine, Cell, Document, Grid, Section, Text
from factory.sizes import text_width

Traits = frozenset[str]

#: What a table's rules and place may be; a document has at most one of them, and most have none.
HARD: dict[str, tuple[str, ...]] = {
    "word": ("no rules", "horizontal rules", "side by side", "turned table"),
    "excel": ("no rules", "horizontal rules", "side by side", "two pages in width"),
    "html": ("no rules", "horizontal rules"),
    "chromium": ("no rules", "horizontal rules", "turned table"),
}
#: What is common with a program, each with its own chance.
COMMON: dict[str, dict[str, float]] = {
    "word": {
        "rows break": 0.5,
        "narrow labels": 0.3,
        "titles in the table": 0.3,
        "running head": 0.4,
        "stamp": 0.3,
        "watermark": 0.2,
        "brackets": 0.2,
    },
    "excel": {
        "number formats": 0.6,
        "brackets": 0.3,
        "text runs over": 0.3,
        "hidden rows": 0.3,
        "title apart": 0.3,
        "running head": 0.3,
        "stamp": 0.3,
    },
    "html": {"stamp": 0.3, "brackets": 0.2, "narrow labels": 0.3},
    "chromium": {"stamp": 0.3, "brackets": 0.2, "narrow labels": 0.3, "rows break": 0.4},
}
#: Points that titles and notes take above and below a turned table.
_ABOVE = 130.0
_HARD_SHARE = 0.3
_NEGATIVE = re.compile(r"-(\d[\d,]*(?:\.\d+)?)")
_STAMPS = ("附件2", "仅供内部审核", "部门决算公开文本")


def draw_traits(program: str, seed: int) -> Traits:
    """The traits of one document of a program; the same seed gives the same ones."""
    random = Random(f"{program}/{seed}")
    chosen = {trait for trait, chance in COMMON[program].items() if random.random() < chance}
    if random.random() < _HARD_SHARE:
        chosen.add(random.choice(HARD[program]))
    return frozenset(chosen)


def with_traits(document: Document, traits: Traits, seed: int) -> Document:
    """The document as its publisher has made it; its truth changes with what is printed."""
    random = Random(seed)
    if "brackets" in traits:
        document = _bracketed(document)
    if "stamp" in traits:
        first, *others = document.sections
        stamped = Section((Text(random.choice(_STAMPS), "note"), *first.blocks), first.landscape)
        document = replace(document, sections=(stamped, *others))
    if "narrow labels" in traits:
        document = _each_grid(document, _narrow)
    if "turned table" in traits:
        document = replace(document, sections=tuple(map(_upright, document.sections)))
    return document


def _each_grid(document: Document, change: Callable[[Grid], Grid]) -> Document:
    sections = tuple(
        replace(s, blocks=tuple(change(b) if isinstance(b, Grid) else b for b in s.blocks))
        for s in document.sections
    )
    return replace(document, sections=sections)


def _bracketed(document: Document) -> Document:
    """Negative amounts in brackets, as accountants' number formats print them."""

    def change(grid: Grid) -> Grid:
        rows = tuple(
            tuple(replace(c, text=bracketed(c.text)) if c is not None else None for c in row)
            for row in grid.rows
        )
        return replace(grid, rows=rows)

    truth = {key: bracketed(text) for key, text in document.truth.items()}
    return replace(_each_grid(document, change), truth=truth)


def bracketed(text: str) -> str:
    """A negative figure in brackets; anything else as it is."""
    match = _NEGATIVE.fullmatch(text)
    return f"({match[1]})" if match else text


def _narrow(grid: Grid) -> Grid:
    """Columns of labels at most seven characters wide."""
    widths = list(grid.widths)
    for c in range(len(widths)):
        body = [row[c] for row in grid.rows[grid.head_rows :]]
        cells = [cell for cell in body if cell is not None and cell.text and cell.column_span == 1]
        if cells and all(cell.align == "l" and not cell.text.isdigit() for cell in cells):
            widths[c] = min(widths[c], 7 * grid.font_size + 6)
    return replace(grid, widths=tuple(widths))


def _upright(section: Section) -> Section:
    """A page that lies on its side becomes an upright one, where its tables fit when turned."""
    roomy = {id(b): _roomy(b) for b in section.blocks if isinstance(b, Grid)}
    high = PAGE[1] - 2 * MARGIN - _ABOVE
    wide = PAGE[0] - 2 * MARGIN
    fits = all(len(g.rows) * _turned_width(g) < wide and sum(g.widths) < high for g in roomy.values())
    if not (section.landscape and fits):
        return section
    return replace(section, blocks=tuple(roomy.get(id(b), b) for b in section.blocks), landscape=False)


def _roomy(grid: Grid) -> Grid:
    """Columns as wide as their longest text: no text of a turned cell goes on in a second line."""
    widths = list(grid.widths)
    for row in grid.rows:
        for c, cell in enumerate(row):
            if cell is not None and cell.column_span == 1:
                widths[c] = max(widths[c], text_width(cell.text, grid.font_size) + 8)
    return replace(grid, widths=tuple(widths))


def _turned_width(grid: Grid) -> float:
    return max(grid.row_height, 1.6 * grid.font_size)


def is_turned(section: Section, grid: Grid) -> bool:
    """Whether a grid is too wide for the page and so is set turned by 90 degrees."""
    return not section.landscape and sum(grid.widths) > PAGE[0] - 60


def turned(grid: Grid) -> Grid:
    """The grid as it stands when turned counter-clockwise: its columns from the foot up become rows.

    Widths and heights change places; the text of every cell is to be turned by who draws it.
    """
    rows, columns = len(grid.rows), len(grid.widths)
    out: list[list[Cell | None]] = [[None] * rows for _ in range(columns)]
    for r, row in enumerate(grid.rows):
        for c, cell in enumerate(row):
            if cell is not None:
                top = columns - c - cell.column_span
                out[top][r] = replace(cell, row_span=cell.column_span, column_span=cell.row_span)
    return replace(
        grid,
        widths=(_turned_width(grid),) * len(grid.rows),
        rows=tuple(map(tuple, out)),
        head_rows=0,
        repeat_head=False,
    )


def beside(section: Section, following: Section) -> bool:
    """Whether two sections hold one narrow table each, so that they can be set side by side."""
    grids = [[b for b in s.blocks if isinstance(b, Grid)] for s in (section, following)]
    if any(len(found) != 1 for found in grids) or section.landscape or following.landscape:
        return False
    return all(len(found[0].rows) < 30 and len(found[0].widths) <= 8 for found in grids)


def caption(line: CaptionLine) -> str:
    """The parts of a caption line in one line of text."""
    return "　　".join(t for t in (line.left, line.middle, line.right) if t)


def alignment(block: Block) -> Align:
    """How a paragraph stands on the page."""
    return "c" if isinstance(block, Text) and block.style in ("cover", "part", "title") else "l"
