"""Where a figure stands: on the page, and in the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

Item = TypeVar("Item")


class Box(NamedTuple):
    """A rectangle in points from the page's upper left corner: ``x0 <= x1``, ``y0 <= y1``."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def area(self) -> float:
        """Area in square points."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies inside the box or on its edge."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def is_left_of(self, other: Box) -> bool:
        """Whether it stands beside the other, to its left: they share a height, and no width."""
        return self.x1 <= other.x0 and self.y0 < other.y1 and other.y0 < self.y1


def enclosing(boxes: list[Box]) -> Box:
    """The smallest box around several.

    Raises:
        ValueError: when there is none.
    """
    return Box(
        min([b.x0 for b in boxes]),
        min([b.y0 for b in boxes]),
        max([b.x1 for b in boxes]),
        max([b.y1 for b in boxes]),
    )


def in_runs(items: Iterable[Item], goes_on: Callable[[list[Item], Item], bool]) -> list[list[Item]]:
    """Items in their order, each with the run before it where it goes on with it, else as a new one."""
    runs: list[list[Item]] = []
    for item in items:
        if runs and goes_on(runs[-1], item):
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


class Key(NamedTuple):
    """Names one figure: dataset, row id and column id."""

    dataset: str
    row: str
    column: str
