"""Reads the list of a department's units that the overview (概况) of a department's accounts gives."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from jcfs_etl.contracts.across import MembersList
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import squeezed
from jcfs_etl.places import Box
from jcfs_etl.read.model import Grid, PdfDocument
from jcfs_etl.recognise.model import Publication

#: Characters of the shortest name of a unit; 个 and 万元 are shorter.
_SHORTEST = 3


class Member(Struct, frozen=True):
    """A unit whose figures a department's accounts include, and the grid of the list.

    ``publishes`` says that it has accounts of its own; a remark says when it has not.
    """

    name: str
    publishes: bool
    page: int
    box: Box


def read_members(document: PdfDocument, publication: Publication, contracts: Contracts) -> tuple[Member, ...]:
    """The units that a department lists, in printed order; none where there is no such list.

    A list is a grid outside the pages of the published tables with a column headed as the contract says
    and no figure in it.
    """
    taken = {page for table in publication.tables.values() for page in table.pages}
    lists = contracts.across.members
    return tuple(
        member
        for page in document.pages
        if page.number not in taken
        for grid in page.grids
        for member in _members(grid, lists, contracts)
    )


def _members(grid: Grid, lists: MembersList, contracts: Contracts) -> list[Member]:
    heads = [_text(grid, 0, column) for column in range(grid.column_count)]
    names = [c for c, head in enumerate(heads) if contracts.label(head) in _labels(lists.name, contracts)]
    notes = [c for c, head in enumerate(heads) if contracts.label(head) in _labels(lists.note, contracts)]
    # In a form 单位 may be a label beside its text, or the unit in which indicators are measured.
    is_head = len(grid.cells_in(0)) == grid.column_count
    if len(names) != 1 or not is_head:
        return []
    found = []
    for row in range(1, grid.row_count):
        name = _text(grid, row, names[0])
        if len(name) < _SHORTEST or any(ch.isdigit() for ch in name):
            continue
        remark = "".join(_text(grid, row, column) for column in notes)
        found.append(Member(name, lists.merged.search(remark) is None, grid.page, grid.box))
    return found if len({member.name for member in found}) == len(found) else []


def _labels(printed: Collection[str], contracts: Contracts) -> set[str]:
    return {contracts.label(label) for label in printed}


def _text(grid: Grid, row: int, column: int) -> str:
    cell = grid.by_position.get((row, column))
    return squeezed(cell.text) if cell is not None else ""
