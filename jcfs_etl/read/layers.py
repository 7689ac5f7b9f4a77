"""Layers of a page (optional content, ISO 32000-2, 8.11) that its document switches off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from playa.pdftypes import ContentStream, ObjRef, resolve1

if TYPE_CHECKING:
    import playa


def has_layer_switched_off(page: playa.Page) -> bool:
    """Whether something on a page may belong to a layer that is not shown when the document is opened.

    Args:
        page: the page.
    """
    layers = _dictionary(page.doc.catalog.get("OCProperties"))
    shown = _dictionary(layers.get("D"))
    on, off = (set(_numbers(shown.get(key))) for key in ("ON", "OFF"))
    if str(getattr(shown.get("BaseState"), "name", "")) == "OFF":
        off |= set(_numbers(layers.get("OCGs"))) - on
    return bool(off) and not off.isdisjoint(_used(page.resources))


def _used(resources: Any) -> Iterator[int]:
    """Object numbers of the layers that resources name for marked content and for drawings in the page."""
    yield from _members(_dictionary(resources.get("Properties")).values())
    drawings = (resolve1(drawing) for drawing in _dictionary(resources.get("XObject")).values())
    streams = (drawing for drawing in drawings if isinstance(drawing, ContentStream))
    yield from _members(s.get("OC") for s in streams if getattr(s.get("Subtype"), "name", "") == "Form")


def _members(layers: Iterable[Any]) -> Iterator[int]:
    """Object numbers of layers, and of those that a membership names."""
    for layer in layers:
        of = _dictionary(layer).get("OCGs")
        yield from _numbers([layer])
        yield from _numbers(of if isinstance(resolve1(of), list) else [of])


def _dictionary(value: Any) -> dict[str, Any]:
    """A dictionary; an empty one where there is none, as readers take what is broken."""
    found = resolve1(value)
    return found if isinstance(found, dict) else {}


def _numbers(references: Any) -> Iterator[int]:
    found = resolve1(references)
    for reference in found if isinstance(found, list) else ():
        if isinstance(reference, ObjRef):
            yield reference.objid
