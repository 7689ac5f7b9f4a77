"""What a page's drawing operations come to: characters on their baselines, straight rules, pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct, field

from jcfs_etl.places import Box
from jcfs_etl.read.model import SetAside, Unseen

#: Em by which a character's box reaches above its baseline, and below.
_ABOVE, _BELOW = 0.88, 0.12
#: Em above the baseline of a digit's middle.
_MIDDLE = 0.35
#: Share of a page's height, at its upper and lower edge, in which no table begins or ends.
_EDGE = 0.1
#: Characters that a title, a unit and a page number have at most, together.
_FEW = 150


class Glyph(NamedTuple):
    """One character where it is printed; ``y`` is its baseline. Points, origin at the upper left."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    run: int

    @property
    def box(self) -> Box:
        """A box standing on the baseline, whatever the font says of its descent."""
        return Box(self.x0, self.y - _ABOVE * self.size, self.x1, self.y + _BELOW * self.size)

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of what is seen of it, upright."""
        return (self.x0 + self.x1) / 2, self.y - _MIDDLE * self.size


def box_of(glyphs: Sequence[Glyph]) -> Box:
    """The smallest box around the boxes of glyphs.

    Raises:
        ValueError: when there is none.
    """
    _, x0s, x1s, ys, sizes, _ = zip(*glyphs, strict=True)
    largest = max(sizes)
    if min(sizes) == largest:
        return Box(min(x0s), min(ys) - _ABOVE * largest, max(x1s), max(ys) + _BELOW * largest)
    return Box(
        min(x0s),
        min([g.y - _ABOVE * g.size for g in glyphs]),
        max(x1s),
        max([g.y + _BELOW * g.size for g in glyphs]),
    )


def width_turned(glyph: Glyph) -> float:
    """About how wide a turned character is, whose width along the page is unknown: half an em if Latin."""
    return glyph.size * (0.5 if glyph.text.isascii() else 1.0)


def upright(glyph: Glyph, way: int) -> Glyph:
    """An upright glyph that has its middle where that of a turned one is.

    Args:
        glyph: as drawn.
        way: 1 where its text reads down the page, -1 where it reads up.
    """
    x = glyph.x0 + way * _MIDDLE * glyph.size
    y = glyph.y + way * width_turned(glyph) / 2 + _MIDDLE * glyph.size
    return glyph._replace(x0=x, x1=x, y=y)


class Rule(NamedTuple):
    """A straight horizontal or vertical stroke. Points, origin at the upper left."""

    x0: float
    y0: float
    x1: float
    y1: float


class Area(NamedTuple):
    """A filled area, drawn after so many runs; a rectangle that hides what is under it if it ``is_solid``."""

    box: Box
    light: float
    before: int
    is_solid: bool


class Run(NamedTuple):
    """One text-showing operation: its glyphs and the signs that tell content from watermark."""

    glyphs: list[Glyph]
    luminance: float
    size: float
    reason: str | None
    #: 1 where it reads down the page, -1 where it reads up, 0 otherwise.
    turned: int = 0


class PageContent(Struct):
    """Glyphs and rules of one page, and what was set aside.

    Attributes:
        width: of the visible page, in points.
        height: of the visible page, in points.
        glyphs: characters that are content, in drawing order, white space left out.
        rules: visible straight strokes.
        set_aside: runs of text that are not content.
        picture_share: share of the page that pictures cover.
        unseen: what holds digits and no reader sees.
        written_over: annotations that hold digits and stand on the page.
        drawings: pictures, and outlines so large as characters.
        turned: operations whose text reads down (1) or up (-1) the page, by their number.
        is_searchable_scan: whether the glyphs are invisible text that lies over a picture of the page.
        is_covered: whether pictures lie over the glyphs.
        is_unmapped: whether too many characters have no meaning, as where a print was made a PDF again.
    """

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    picture_share: float = 0.0
    unseen: list[Unseen] = field(default_factory=list)
    written_over: list[Box] = field(default_factory=list)
    drawings: list[Box] = field(default_factory=list)
    turned: dict[int, int] = field(default_factory=dict)
    is_searchable_scan: bool = False
    is_covered: bool = False
    is_unmapped: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether the page is a picture, as a scan is: no text stands on it but at its upper or lower edge.

        Programs that scan type the page's number there, or their own name.
        """
        edge = _EDGE * self.height
        return self.picture_share > 0.5 and all(not edge < g.y < self.height - edge for g in self.glyphs)

    @property
    def may_be_picture(self) -> bool:
        """Whether a picture may hold all that is seen of the page, or all but a few words.

        The text of a searchable scan was read from it by others; tables are put in as pictures, too.
        """
        has_few_words = len(self.glyphs) <= _FEW and not self.rules
        return self.picture_share > 0.5 and (self.is_searchable_scan or self.is_covered or has_few_words)

    def forget_text(self) -> None:
        """Let the text layer go: what stands on the page is taken from its picture."""
        self.glyphs, self.unseen, self.turned = [], [], {}
        if self.is_unmapped:
            self.set_aside = []
        self.is_searchable_scan = False
