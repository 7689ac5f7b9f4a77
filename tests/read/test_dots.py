"""Rules that browsers draw of dots, and frames that are filled between two outlines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from drawing import canvas
from hostile import add_content

from jcfs_etl.read import read_pdf

Dot = tuple[float, float, float, float]
_SIDE = 0.75
_EDGES, _LEVELS = (60, 90, 120), (640, 660, 680, 700)


def row(along: float, to: float, across: float, *, is_level: bool) -> Iterator[Dot]:
    """Dots as a browser sets them: on whole pixels, so that some touch and some are twice as long."""
    count = round((to - along) / _SIDE / 2)
    pitch = (to - along) / count
    for i in range(count + 1):
        start = along + round(i * pitch / _SIDE) * _SIDE
        length = 2 * _SIDE if i % 10 == 9 else _SIDE
        yield (start, across, length, _SIDE) if is_level else (across, start, _SIDE, length)


def lattice() -> list[list[Dot]]:
    uprights = [list(row(_LEVELS[0], _LEVELS[-1], x, is_level=False)) for x in _EDGES]
    return uprights + [list(row(_EDGES[0], _EDGES[-1], y, is_level=True)) for y in _LEVELS]


def grids(path: Path, rows: list[list[Dot]]) -> list[tuple[int, int]]:
    drawing = canvas(path)
    for x, y, width, height in (dot for row in rows for dot in row):
        drawing.rect(x, y, width, height, stroke=0, fill=1)
    drawing.save()
    return [(grid.row_count, grid.column_count) for grid in read_pdf(path).pages[0].grids]


def test_rows_of_dots_that_close_a_lattice_are_its_rules(tmp_path: Path) -> None:
    assert grids(tmp_path / "a.pdf", lattice()) == [(3, 2)]


def test_rules_of_dots_end_at_whole_ones_too(tmp_path: Path) -> None:
    whole: dict[int, Dot] = {
        0: (60, 640, 1, 61),
        2: (120, 640, 1, 61),
        3: (60, 640, 61, 1),
        6: (60, 700, 61, 1),
    }
    rows = [[whole[i]] if i in whole else dots for i, dots in enumerate(lattice())]
    assert grids(tmp_path / "a.pdf", rows) == [(3, 2)]


@pytest.mark.parametrize("of", [1, 4])
@pytest.mark.parametrize("left", ["every other", "part", "five", "one and another beside"])
def test_rows_that_may_be_missed_leave_all_dots_without_a_meaning(left: str, of: int, tmp_path: Path) -> None:
    rows = lattice()
    kept = rows[of]
    rows[of] = {
        "every other": kept[::3],
        "part": kept[: 2 * len(kept) // 5],
        "five": kept[:5],
        "one and another beside": [*kept, (200.0, 600.0, _SIDE, _SIDE)],
    }[left]
    assert grids(tmp_path / "a.pdf", rows) == []


@pytest.mark.parametrize(("how", "found"), [(b"f*", [(1, 2)]), (b"B*", [(1, 2)]), (b"f", [])])
def test_cells_framed_by_filling_between_two_outlines(
    how: bytes, found: list[tuple[int, int]], tmp_path: Path
) -> None:
    path = tmp_path / "a.pdf"
    drawing = canvas(path)
    drawing.showPage()
    drawing.save()
    for x in (60, 120):
        add_content(path, b"%d 600 60 30 re %d 601 58 28 re %b" % (x, x + 1, how))
    assert [(grid.row_count, grid.column_count) for grid in read_pdf(path).pages[0].grids] == found
