"""What the figures of a narrative speak of, and by which words it is known."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class Topic(Struct, frozen=True):
    """A subject as the text is read: what figures that follow it speak of.

    Attributes:
        subject: id, ``<family>/<code>`` for a code.
        within: sections and contexts in which it is meant; everywhere when empty.
        share_of: subjects that its shares may be of, the likeliest first.
        also: subjects that the label may mean as well, the likeliest first.
        counts: subject of a count by its unit.
        costs: subject of an amount that is said of a count.
        part_of: subject after whose figures alone it is meant.
    """

    subject: str
    within: frozenset[str] = frozenset()
    share_of: tuple[str, ...] = ()
    counts: Mapping[str, str] = field(default_factory=dict)
    costs: str | None = None
    also: tuple[str, ...] = ()
    part_of: str | None = None

    @property
    def is_count(self) -> bool:
        """Whether it is itself counted and has no amount."""
        return self.subject in self.counts.values()

    def counted_in(self, unit: str, alike: frozenset[str]) -> str | None:
        """Its own subject where it is counted in one of some units that are alike, and this is another."""
        own = {name for name, subject in self.counts.items() if subject == self.subject}
        return self.subject if unit in alike and own & alike else None

    def is_meant(self, active: frozenset[str]) -> bool:
        """Whether it is meant where these sections and contexts are open."""
        return not self.within or bool(self.within & active)


class Label(Struct, frozen=True):
    """A printed form of a topic.

    Attributes:
        text: the form.
        topic: what it means.
        complete: whether it needs no phrase right after it.
        only_there: whether it is never known outside the sections of its topic.
    """

    text: str
    topic: Topic
    complete: bool = False
    only_there: bool = False
