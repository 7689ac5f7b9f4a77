"""Reads PDFs in both ways: by the loop over a page's tokens, and by the PDF library's walk alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import playa

from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.read import content, read_pdf
from jcfs_etl.read.drawing import BROKEN, Drawing
from jcfs_etl.read.drawn import Drawn
from jcfs_etl.read.fonts import FontBook
from jcfs_etl.read.losses import current, watching
from jcfs_etl.read.walk import Walk


@dataclass
class Held:
    """Both ways held to each other.

    Attributes:
        looped: pages that the loop drew.
        left: why it left the others to the walk, page by page.
    """

    looped: int = 0
    left: list[str] = field(default_factory=list)


def hold(path: Path) -> Held:
    """Draw every page in both ways, and see that they agree to the last bit.

    Raises:
        AssertionError: they differ.
        UnreadableDocumentError: the walk cannot read it.
    """
    held = Held()
    fonts, others = FontBook(), FontBook()
    with watching() as losses, playa.open(path, space="page") as document:
        for page in document.pages:
            looped, walked = Drawn(0.0, page.height), Drawn(0.0, page.height)
            losses.page = page.page_idx + 1
            drawing: Drawing | None = None
            try:
                drawing = Drawing(page, looped, fonts, current())
                drawing.draw([stream.buffer for stream in page.streams])
            except BROKEN as why:
                held.left.append(str(why))
                drawing = None
            walk = Walk(walked, others, losses, lambda within: None)
            walk.over(page)
            losses.check()
            if drawing is not None:
                held.looped += 1
                assert drawing.is_empty == walk.is_empty
                assert what_is_drawn(looped) == what_is_drawn(walked), f"page {losses.page}"
    return held


def what_is_drawn(drawn: Drawn) -> str:
    """All that a page's drawing came to, so that floats differ by their last bit and zeros by their sign."""
    # Whether a number without a point is a float or not is the library's affair.
    runs = [run._replace(luminance=float(run.luminance), size=float(run.size)) for run in drawn.runs]
    places = [(tuple(map(float, box)), before) for box, before, _ in drawn.pictures]
    seen = [(p.opacity, p.blend_mode, p.smask) for _, _, p in drawn.pictures]
    rules = [tuple(map(float, rule)) for rule in drawn.rules]
    areas = [(tuple(map(float, box)), float(light), *rest) for box, light, *rest in drawn.areas]
    dots = [tuple(map(float, dot)) for dot in drawn.dots]
    beyond = (drawn.clipped, areas, dots)
    return repr((runs, rules, places, seen, dict(drawn.angles), beyond))


@contextmanager
def walked_alone() -> Iterator[None]:
    """Leave every page to the library's walk."""
    draw = content._Collector._draw
    content._Collector._draw = lambda self, page: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        content._Collector._draw = draw  # type: ignore[method-assign]


def outcome(path: Path) -> str:
    """All that is read of a file, or why it is not."""

    try:
        return repr(read_pdf(path).pages)
    except UnreadableDocumentError as error:
        return f"{error.reason}: {error}"


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A content with one to four small damages: bits, bytes lost or doubled, signs that mean something."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(found))
        kind = chance.randrange(5)
        if kind == 0:
            found[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del found[at : at + chance.choice((1, 1, 2, 9))]
        elif kind == 2:
            found[at:at] = found[at : at + chance.choice((1, 4, 40))]
        elif kind == 3:
            found[at] = chance.choice(b"()<>[]{}/%\\ \x00\r.-+'\"0qQTE")
        else:
            found[at:at] = chance.choice(_ODD)
    return bytes(found)


_ODD = (
    b" BT ",
    b" Q ",
    b" q ",
    b" 0 Tr ",
    b" 3 Tr ",
    b" 50 Tz ",
    b" 2 Ts ",
    b" 1e3 ",
    b" -.5 ",
    b" 4. ",
    b" null ",
    b" true ",
    b" /F1 ",
    b" (x) Tj ",
    b" <4> ",
    b" [ ",
    b" << ",
    b" % ",
    b" 99999999999999999999 ",
    b" 0.1 0 0 0.1 0 0 cm ",
    b" n ",
    b" h ",
    b" 1 1 1 rg ",
    b" /Pattern cs ",
)
