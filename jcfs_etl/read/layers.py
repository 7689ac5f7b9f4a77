"""Layers of a page (optional content, ISO 32000-2, 8.11) that its document switches off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from playa.pdftypes import ObjRef, dict_value, list_value, resolve1, stream_value

if TYPE_CHECKING:
    import playa


def has_layer_switched_off(page: playa.Page) -> bool:
    """Whether something on a page may belong to a layer that is not shown when the document is opened.

    Args:
        page: the page.
    """
    layers = resolve1(page.doc.catalog.get("OCProperties"))
    if not isinstance(layers, dict):
        return False
    shown = dict_value(layers.get("D") or {})
    on, off = (set(_numbers(shown.get(key))) for key in ("ON", "OFF"))
    if str(getattr(shown.get("BaseState"), "name", "")) == "OFF":
        off |= set(_numbers(layers.get("OCGs"))) - on
    return bool(off) and not off.isdisjoint(_used(page.resources))


def _used(resources: Any) -> Iterator[int]:
    """Object numbers of the layers that resources name for marked content and for drawings in the page."""
    yield from _members(dict_value(resources.get("Properties") or {}).values())
    drawings = (stream_value(drawing) for drawing in dict_value(resources.get("XObject") or {}).values())
    yield from _members(d.get("OC") for d in drawings if getattr(d.get("Subtype"), "name", "") == "Form")


def _members(layers: Any) -> Iterator[int]:
    """Object numbers of layers, and of those that a membership names."""
    for layer in layers:
        yield from _numbers([layer])
        value = resolve1(layer)
        if isinstance(value, dict) and (of := value.get("OCGs")) is not None:
            yield from _numbers(of if isinstance(resolve1(of), list) else [of])


def _numbers(references: Any) -> Iterator[int]:
    for reference in list_value(references or []):
        if isinstance(reference, ObjRef):
            yield reference.objid
