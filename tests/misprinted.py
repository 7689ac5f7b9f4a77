"""Publications with misprints on their pages: slips of the finger, texts that are no figure, marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from factory import model
from factory.producers import PRODUCERS
from made_up import pages_of
from misprints import Changes

from jcfs_etl.recognise.model import Publication

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
