"""What was read of a section, every figure with its sentence and its place."""

from __future__ import annotations

from operator import attrgetter

from msgspec import Struct, field
from msgspec.structs import astuple

from jcfs_etl.interpret.model import Claim, Stated, UnreadFigure
from jcfs_etl.interpret.passage import Passage, begin_of, end_of
from jcfs_etl.interpret.stating import StatedAt

_STOPS = "。\n"
_stated = attrgetter(*Stated.__struct_fields__)
#: The fields that a claim shares with what a phrase states come first in both.
_STATED = len(Stated.__struct_fields__)


class Reading(Struct):
    """What was read.

    Attributes:
        passage: the text that is read.
        claims: in printed order.
        unread: figures that no pattern takes.
        figures: numbers that are figures.
    """

    passage: Passage
    claims: list[Claim] = field(default_factory=list)
    unread: list[UnreadFigure] = field(default_factory=list)
    figures: int = 0

    @property
    def last(self) -> Claim | None:
        """The claim that was read last."""
        return self.claims[-1] if self.claims else None

    def add(self, one: StatedAt) -> None:
        """Take a claim."""
        place = self.passage.place(one.start, one.end)
        if any(c.isdigit() for c in one.printed):
            self.figures += 1
        self.claims.append(
            Claim(
                *astuple(one)[:_STATED],
                claim=f"{one.quantity.subject.partition('/')[0]}.{one.name}",
                sentence=self._sentence(one.start, one.end),
                page=place.page,
                box=place.box,
            )
        )

    def leave(self, start: int, end: int) -> None:
        """Leave the figure that stands between two places unread."""
        place = self.passage.place(start, end)
        self.figures += 1
        self.unread.append(
            UnreadFigure(self.passage.text[start:end], self._sentence(start, end), place.page, place.box)
        )

    def _sentence(self, start: int, end: int) -> str:
        text = self.passage.text
        return text[begin_of(text, start, _STOPS) : end_of(text, end, _STOPS) + 1].rstrip("\n")
