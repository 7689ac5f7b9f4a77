"""Level rules that no grid holds: all that some publishers draw of a table's rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jcfs_etl.places import Box
from jcfs_etl.read.glyphs import Rule
from jcfs_etl.read.model import Grid

#: Shorter strokes (points) are dashes or parts of drawings.
_SHORTEST = 8.0


def levels_outside(rules: Iterable[Rule], grids: Sequence[Grid]) -> tuple[Box, ...]:
    """Level rules outside every grid.

    Args:
        rules: straight strokes of the page.
        grids: its ruled tables.

    Returns:
        Their places, from the top down.
    """
    boxes = [grid.box for grid in grids]
    found = [
        Box(*rule)
        for rule in rules
        if rule.y0 == rule.y1
        and rule.x1 - rule.x0 >= _SHORTEST
        and not any(box.holds((rule.x0 + rule.x1) / 2, rule.y0) for box in boxes)
    ]
    return tuple(sorted(found, key=lambda box: (box.y0, box.x0)))
