"""Keeps what is worked out of the contracts: many documents are held against one contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

#: Of each function so many results are kept, as many as there may be tables.
_KEPT = 64

Given = ParamSpec("Given")
Made = TypeVar("Made")


def once(make: Callable[Given, Made]) -> Callable[Given, Made]:
    """A function of the contracts, and of one of them, whose results are kept; nothing changes them."""
    kept: dict[tuple[int, ...], tuple[tuple[object, ...], Made]] = {}

    def made(*given: Given.args, **named: Given.kwargs) -> Made:
        key = tuple(map(id, given))
        if key not in kept:
            if len(kept) >= _KEPT:
                kept.clear()
            # What was given is kept with it, so that nothing else can have its place in memory.
            kept[key] = given, make(*given, **named)
        return kept[key][1]

    return made
