"""What the figures of a text are compared with: the last words of comparison, and how far they reach."""

from __future__ import annotations

from msgspec import Struct, field

from jcfs_etl.interpret.model import Period


class Comparison(Struct):
    """The words of comparison that are in force.

    Attributes:
        reference: what figures are compared with; None where nothing is said.
        is_of_topic: whether the words are of the current topic alone, and not of those that follow.
        is_of_another: whether they named what no figure here is of, such as the year before last.
        ends: where the words ended; -1 before the first.
        level_at: where an amount would be the level that is compared with: 较上年1174万元减少….
    """

    reference: Period | None = None
    is_of_topic: bool = False
    is_of_another: bool = False
    ends: int = -1
    level_at: int = -1
    #: What the words of comparison in the sentence name.
    named: set[Period | None] = field(default_factory=set)
    #: What the items of a list are compared with.
    _listed: Period | None = None

    def begin(self, reference: Period | None, end: int, *, is_of_topic: bool) -> None:
        """Words of comparison that end at a position."""
        self.reference, self.is_of_another, self.is_of_topic = reference, reference is None, is_of_topic
        self.ends = self.level_at = end
        self.named.add(reference)

    def take_up(self, reference: Period | None) -> None:
        """Another topic, with what it is compared with."""
        self.reference, self.is_of_topic, self.is_of_another = reference, False, False

    def resume(self, before: Comparison) -> None:
        """After brackets: what stands before them goes on."""
        self.reference, self.is_of_topic = before.reference, before.is_of_topic

    def of_label(self, clause: int, *, is_part: bool) -> Period | None:
        """What the figures of a subject are compared with whose clause begins at a position.

        What one topic is compared with goes for its parts, and not for the next topic.
        """
        return self.reference if clause == self.ends or is_part or not self.is_of_topic else None

    @property
    def only(self) -> Period | None:
        """The year before, where all words of comparison in the sentence name it and nothing else."""
        return "last" if self.named == {"last"} else None

    def end_sentence(self, before: str, mark: str, *, parts_follow: bool) -> None:
        """The end of a sentence or paragraph, with the character before it."""
        self.is_of_another = False
        if not parts_follow:
            self.named = set()
        if mark == "。" and parts_follow:
            self.is_of_topic = False
        elif mark == "。" or before not in (":", ";"):
            self.reference, self.is_of_topic = None, False

    def end_paragraph(self, before: str, *, item_follows: bool) -> None:
        """The end of a paragraph: items of a list are compared as the words before the list say."""
        if before == ":":
            self._listed, self.is_of_topic = self.reference, False
        elif self._listed is not None and item_follows:
            self.reference = self._listed
        else:
            self._listed = None
