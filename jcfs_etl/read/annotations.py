"""Annotations that write figures over a page or strike them out: readers see it, the text layer does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from playa.pdftypes import ContentStream, resolve1
from playa.utils import decode_text, transform_bbox

from jcfs_etl.places import Box

if TYPE_CHECKING:
    import playa

#: Annotations whose text stands on the page; others are links, or notes that open.
_WRITTEN = ("FreeText", "Stamp", "Widget")
#: Annotations that strike out or cover what is under them: as they are, or where they are filled.
_STRIKING, _FILLED = ("StrikeOut", "Redact"), ("Square", "Circle", "Polygon")
#: What an appearance shows: text, and digits in a font of single bytes.
_TEXT, _DIGITS = re.compile(rb"T[jJ]\b"), re.compile(rb"\([^()]*\d[^()]*\)[^()]*T[jJ]\b")
#: Flags of an annotation that is not shown: hidden, or not on the screen.
_UNSEEN = 2 | 32
_CORNERS = 4


def figures_written_over(page: playa.Page, left: float, top: float) -> Iterator[Box]:
    """Where annotations stand that show figures, strike them out or cover them.

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
    """Whether an annotation is seen and shows a figure, or takes one away."""
    kind, flags = getattr(resolve1(annotation.get("Subtype")), "name", ""), resolve1(annotation.get("F"))
    if isinstance(flags, int) and flags & _UNSEEN:
        return False
    if kind in _STRIKING or (kind in _FILLED and resolve1(annotation.get("IC"))):
        return True
    if kind not in _WRITTEN:
        return False
    # A field's value may stand with the field that it is a part of.
    field: Any = resolve1(annotation.get("Parent"))
    known = [annotation, field] if isinstance(field, dict) else [annotation]
    found = (resolve1(of.get(key)) for of in known for key in ("Contents", "V"))
    texts = [decode_text(text) for text in found if isinstance(text, bytes) and text]
    shown = _appearance(annotation)
    has_digits = any(ch.isdigit() for text in texts for ch in text) or _DIGITS.search(shown)
    return bool(has_digits or (not texts and _TEXT.search(shown)))


def _appearance(annotation: dict[str, Any]) -> bytes:
    """What draws an annotation; nothing where it has several states, as buttons have, or none."""
    appearances: Any = resolve1(annotation.get("AP"))
    drawn = resolve1(appearances.get("N")) if isinstance(appearances, dict) else None
    return drawn.buffer if isinstance(drawn, ContentStream) else b""
