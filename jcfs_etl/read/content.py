"""A page's drawing operations reduced to glyphs on their baselines and straight rules.

Every glyph that is not content (watermarks, hidden text, characters printed twice for bold) is set
aside with its reason; nothing is dropped without a record.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from playa.content import XObjectObject
from playa.pdftypes import ContentStream, resolve1
from playa.utils import transform_bbox

from jcfs_etl.read.annotations import figures_written_over
from jcfs_etl.read.backdrop import Seen, backdrop_reasons, may_overprint, overprinted
from jcfs_etl.read.dots import dotted_rules
from jcfs_etl.read.drawing import BROKEN, Drawing
from jcfs_etl.read.drawn import Drawn
from jcfs_etl.read.fonts import UNKNOWN, FontBook, is_whole_map
from jcfs_etl.read.glyphs import Glyph, PageContent, Run, box_of
from jcfs_etl.read.layers import has_layer_switched_off
from jcfs_etl.read.losses import OUTSIDE, current
from jcfs_etl.read.model import PRINTED_TWICE, SetAside, Unseen
from jcfs_etl.read.shapes import covered_share
from jcfs_etl.read.streams import content_streams, flaw_in, has_checksum
from jcfs_etl.read.unseen import REASONS, unseen_texts
from jcfs_etl.read.walk import Walk

if TYPE_CHECKING:
    import playa

_log = logging.getLogger(__name__)
#: Sides of a page in points: from nothing to the most that PDF viewers take.
_LEAST_SIDE, _MOST_SIDE = 1.0, 14_400.0
#: From so many characters without a meaning on, and this share of all, a page's text says too little: they
#: are more than marks of a list, or an ornament, in a font of their own.
_UNMAPPED, _UNMAPPED_SHARE = 10, 0.2
#: Share of a page's text from which pictures lie over all of it but for its number.
_COVERED = 0.9


def collect(page: playa.Page, fonts: FontBook | None = None) -> PageContent:
    """Read a page's content, turning the page first when most of its text runs sideways.

    Args:
        page: a page opened in playa's ``page`` space.
        fonts: the document's fonts; those of the pages before need not be looked at again.

    Returns:
        Glyphs, rules and set-aside text, in points from the upper left of the upright page.

    Raises:
        UnreadableDocumentError: part of the page is lost.
    """
    fonts = fonts or FontBook()
    losses = current()
    losses.page = page.page_idx + 1
    collector = _Collector(page, fonts)
    losses.check()
    turn = collector.turn()
    if turn:
        page.set_initial_ctm(page.space, (page.rotate + turn) % 360)
        collector = _Collector(page, fonts)
    return collector.content()


class _Collector:
    """Has a page's content drawn, and tells what of it is content."""

    def __init__(self, page: playa.Page, fonts: FontBook) -> None:
        crop = transform_bbox(page.ctm, page.cropbox)
        self._left, self._top = crop[0], crop[3]
        self.width, self.height = crop[2] - crop[0], crop[3] - crop[1]
        self._fonts = fonts
        self._losses = current()
        self._doc = page.doc
        if not all(_LEAST_SIDE <= side <= _MOST_SIDE for side in (self.width, self.height)):
            self._losses.give_up(f"its size is {self.width:g} × {self.height:g} points")
        self._drawn = self._read(page)
        self._found = list(unseen_texts(self._drawn))
        self._written_over = list(figures_written_over(page, self._left, self._top))

    def _read(self, page: playa.Page) -> Drawn:
        streams = content_streams(page)
        if streams is None:
            self._losses.give_up("its content is missing")
        self._check_maps(page.resources)
        if has_layer_switched_off(page):
            self._losses.give_up("part of it is in a layer that is switched off")
        drawn, is_empty = self._draw(page) or self._walk(page)
        if is_empty or not all(has_checksum(stream) for stream in streams):
            self._check_operators(streams)
        return drawn

    def _draw(self, page: playa.Page) -> tuple[Drawn, bool] | None:
        """What the loop over its tokens draws, and whether that is nothing; None: it cannot draw it."""
        drawn = Drawn(self._left, self._top)
        try:
            drawing = Drawing(page, drawn, self._fonts, self._losses)
            drawing.draw([stream.buffer for stream in page.streams])
        except BROKEN as why:
            _log.debug("page %d is walked over: %s", page.page_idx + 1, why)
            return None
        return drawn, drawing.is_empty

    def _walk(self, page: playa.Page) -> tuple[Drawn, bool]:
        """What the PDF library's own walk draws, and whether that is nothing."""
        drawn = Drawn(self._left, self._top)
        walk = Walk(drawn, self._fonts, self._losses, self._see)
        walk.over(page)
        return drawn, walk.is_empty

    def _see(self, within: XObjectObject) -> None:
        """Look at a drawing within the page."""
        if not has_checksum(within.stream):
            self._check_operators([within.stream])
        self._check_maps(within.resources or {})

    def _check_maps(self, resources: dict[str, Any]) -> None:
        """See that the Unicode maps of fonts are whole where no checksum says so."""
        fonts = resolve1(resources.get("Font"))
        for font in fonts.values() if isinstance(fonts, dict) else ():
            spec: Any = resolve1(font)
            stream = resolve1(spec.get("ToUnicode")) if isinstance(spec, dict) else None
            if not isinstance(stream, ContentStream) or has_checksum(stream):
                continue
            if not is_whole_map(stream.buffer):
                self._losses.give_up("the Unicode map of a font is damaged")

    def _check_operators(self, streams: list[Any]) -> None:
        flaw = flaw_in(streams, self._doc)
        if flaw:
            self._losses.give_up(flaw)

    def turn(self) -> int:
        """Degrees to turn the page clockwise so that most of its text stands upright."""
        if not self._drawn.angles:
            return 0
        angle = max(self._drawn.angles, key=lambda a: self._drawn.angles[a])
        return angle % 360

    def _runs(self, content: PageContent) -> list[Run]:
        """The page's texts, invisible ones last; in a searchable scan they are all the text there is."""
        runs: list[Run] = []
        hidden: list[Run] = []
        for run in self._drawn.runs:
            (hidden if run.reason == "invisible" else runs).append(run)
        if hidden and not any(r.reason is None for r in runs) and content.picture_share > 0.5:
            content.is_searchable_scan = True
            hidden = [run._replace(reason=None) for run in hidden]
        return runs + hidden

    def content(self) -> PageContent:
        rules = self._drawn.rules
        rules += dotted_rules(self._drawn.dots, rules)
        content = PageContent(self.width, self.height, rules=rules)
        pictures = [box for box, _, _ in self._drawn.pictures]
        content.picture_share = covered_share(pictures, self.width, self.height)
        runs = self._runs(content)
        content.unseen, unseen = self._unseen()
        content.is_covered = self._is_covered()
        content.written_over = self._written_over
        content.drawings = [*self._drawn.shapes, *pictures]
        backdrop = backdrop_reasons([r for r in runs if r.reason is None])
        suspects = may_overprint(runs)
        seen: Seen = {}
        content.turned = {index: run.turned for index, run in enumerate(runs) if run.turned}
        right, bottom = self.width + 1, self.height + 1
        for index, run in enumerate(runs):
            reason = run.reason or backdrop.get(id(run)) or unseen.get(id(run))
            if reason is not None:
                self._put_aside(content, run.glyphs, reason)
                continue
            glyphs = run.glyphs
            if glyphs[0].run != index:
                # Runs were put in another order only where hidden text moved to the end.
                glyphs = [glyph._replace(run=index) for glyph in glyphs]
            inside = [g for g in glyphs if -1 <= (g[1] + g[2]) / 2 <= right and -1 <= g[3] <= bottom]
            doubled = overprinted(inside, seen) if index in suspects else []
            if len(inside) < len(glyphs) or doubled:
                self._put_aside(content, doubled, PRINTED_TWICE)
                self._put_aside(content, [g for g in glyphs if g not in inside], OUTSIDE)
                inside = [g for g in inside if g not in doubled]
            content.glyphs += inside
        unmapped = sum([UNKNOWN in glyph.text for glyph in content.glyphs])
        content.is_unmapped = unmapped >= _UNMAPPED and unmapped > _UNMAPPED_SHARE * len(content.glyphs)
        return content

    def _unseen(self) -> tuple[list[Unseen], dict[int, str]]:
        """What holds digits and is not seen, and why runs are set aside of which nothing is."""
        found: list[Unseen] = []
        reasons: dict[int, str] = {}
        for at, unseen in self._found:
            if any(ch.isdigit() for ch in unseen.text):
                found.append(unseen)
            if unseen.is_aside:
                reasons[id(self._drawn.runs[at])] = REASONS[unseen.by]
        return found, reasons

    def _is_covered(self) -> bool:
        """Whether pictures lie over the text: some scanners lay what they have read under the picture."""
        covered = sum(len(unseen.text) for _, unseen in self._found if unseen.by == "picture")
        return covered > _COVERED * sum(len(run.glyphs) for run in self._drawn.runs if run.reason is None)

    @staticmethod
    def _put_aside(content: PageContent, glyphs: list[Glyph], reason: str) -> None:
        if glyphs:
            content.set_aside.append(SetAside(reason, "".join(g.text for g in glyphs), box_of(glyphs)))
