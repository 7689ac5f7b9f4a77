"""Codes in cells merged over their rows that a page cuts: the text stands in one half alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from jcfs_etl.recognise.breaks import BodyRow


def rows_of_cut_codes(body: Sequence[BodyRow], columns: Sequence[int]) -> Iterator[BodyRow]:
    """Rows at the foot of a page whose part of a code stands on the next: it is not that of the row above.

    Args:
        body: the rows of a table.
        columns: those of its codes, 类 to 项.
    """
    for column in columns:
        cells = [row.cells[column] for row in body]
        if not any(one is other and one.text for one, other in pairwise(cells)):
            continue
        for at in range(len(body) - 1):
            if body[at].page == body[at + 1].page or cells[at].text:
                continue
            first = at
            while first and cells[first - 1] is cells[at]:
                first -= 1
            if first and body[first - 1].page == body[at].page:
                yield from body[first : at + 1]
