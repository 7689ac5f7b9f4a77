"""Figures that are written over a page as annotations: readers see them, and the text layer has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from playa.pdftypes import resolve1
from playa.utils import decode_text, transform_bbox

from jcfs_etl.places import Box

if TYPE_CHECKING:
    import playa

#: Annotations whose text stands on the page; others are links, or notes that open.
_WRITTEN = ("FreeText", "Stamp", "Widget")
#: Flags of an annotation that is not shown: hidden, or not on the screen.
_UNSEEN = 2 | 32
_CORNERS = 4


def figures_written_over(page: playa.Page, left: float, top: float) -> Iterator[Box]:
    """Where annotations stand that are seen and hold digits.

    Args:
        page: the page.
        left: x of the visible page's left edge.
        top: y of its upper edge.
    """
    annotations = resolve1(page.attrs.get("Annots"))
    for found in annotations if isinstance(annotations, list) else ():
        annotation: Any = resolve1(found)
        if not isinstance(annotation, dict) or not _is_written(annotation):
            continue
        corners: Any = resolve1(annotation.get("Rect"))
        rect = [resolve1(number) for number in corners] if isinstance(corners, list) else []
        numbers = [number for number in rect if isinstance(number, int | float)]
        if len(numbers) == len(rect) == _CORNERS:
            x0, y0, x1, y1 = transform_bbox(page.ctm, (numbers[0], numbers[1], numbers[2], numbers[3]))
            yield Box(x0 - left, top - y1, x1 - left, top - y0)


def _is_written(annotation: dict[str, Any]) -> bool:
    kind, flags = resolve1(annotation.get("Subtype")), resolve1(annotation.get("F"))
    if getattr(kind, "name", "") not in _WRITTEN or (isinstance(flags, int) and flags & _UNSEEN):
        return False
    texts = (resolve1(annotation.get(key)) for key in ("Contents", "V"))
    return any(ch.isdigit() for text in texts if isinstance(text, bytes) for ch in decode_text(text))
