"""White rules are seen on tinted cells, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid

from jcfs_etl.read import read_pdf

_TINTED, _HALF, _PAPER = (60, 640, 180, 60), (60, 640, 180, 18), None


@pytest.mark.parametrize("is_filled", [False, True])
@pytest.mark.parametrize(
    ("tint", "over", "count"),
    [(_TINTED, None, 6), (_PAPER, None, None), (_HALF, None, None), (_TINTED, _TINTED, None)],
)
def test_white_rules_are_rules_on_tinted_areas(
    tmp_path: Path,
    tint: tuple[int, int, int, int] | None,
    over: tuple[int, int, int, int] | None,
    count: int | None,
    is_filled: bool,
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    for area, light in ((tint, 0.85), (over, 1.0)):
        if area is not None:
            drawing.setFillGray(light)
            drawing.rect(*area, stroke=0, fill=1)
    drawing.setFillGray(1)
    drawing.setStrokeGray(1)
    if is_filled:
        for n in range(4):
            drawing.rect(60, 640 + 20 * n - 0.4, 180, 0.8, stroke=0, fill=1)
        for n in range(3):
            drawing.rect(60 + 90 * n - 0.4, 640, 0.8, 60, stroke=0, fill=1)
    else:
        draw_grid(drawing, [["", ""]] * 3, left=60, top=700)
    drawing.setFillGray(0)
    drawing.drawString(65, 686, "项目")
    drawing.save()
    grids = read_pdf(tmp_path / "a.pdf").pages[0].grids
    assert [len(grid.cells) for grid in grids] == ([] if count is None else [count])
