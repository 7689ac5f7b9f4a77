"""What a sentence compares, and which wholes and parts it has stated."""

from __future__ import annotations

from collections.abc import Container

from msgspec import Struct, field

from jcfs_etl.interpret.grammar import Grammar
from jcfs_etl.interpret.model import Period
from jcfs_etl.interpret.stating import StatedAt
from jcfs_etl.interpret.topics import Topic

#: So many characters before a clause 其中 and the number of its part are looked for, and after 由 its 组成.
AMONG_REACH, _AHEAD = 12, 150
_BUDGETS = ("budget", "adjusted_budget")


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


class Amounts(Struct):
    """What a sentence has stated of its subjects, and whose parts it goes on to speak of.

    Attributes:
        levels: of the current topic the periods of its amounts in this sentence.
        totals: subjects that are no part of another whose amount the sentence has stated, the last first.
        usual: what amounts are of that say no more: the budget under a heading of budgets.
        parts_of: what amounts of the parts after 其中 are levels of; None where that is not certain.
        whole: what the parts are parts of; None before 其中.
        parts: how many parts were spoken of.
        reference: what the whole is compared with, and its parts with it.
        recent: subjects of which the sentence has stated something, in order.
        among: subjects that bare shares are of, by words such as 收入总计中.
        stated: by subject the periods whose amounts the sentence has stated.
        is_sure: whether every figure of the sentence was read.
        is_compared: whether the last level of the current topic is what it is compared with: 较上年5万元.
        is_of_final: whether more than its budget was said of the current topic: 完成预算的90%.
        is_of_unknown: whether the parts are of a whole whose figure was not read.
        of_paragraph: the periods whose amounts the paragraph has stated.
    """

    levels: list[Period] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)
    usual: Period | None = "this"
    parts_of: Period | None = "this"
    whole: Topic | None = None
    parts: int = 0
    reference: Period | None = None
    recent: list[Topic] = field(default_factory=list)
    among: tuple[str, ...] = ()
    stated: dict[str, set[Period]] = field(default_factory=dict)
    is_sure: bool = True
    is_compared: bool = False
    is_of_final: bool = False
    is_of_unknown: bool = False
    of_paragraph: set[Period] = field(default_factory=set)

    @property
    def beside(self) -> Period | None:
        """The one period whose level the sentence states beside this year's."""
        if len(self.levels) < 2 or len(set(self.levels)) != 2 or "this" not in self.levels:
            return None
        return next(p for p in reversed(self.levels) if p != "this")

    @property
    def is_only_budget(self) -> bool:
        """Whether nothing but the budget of the current topic is known: what changed may be that."""
        is_said = bool(self.levels) or self.usual != "this"
        return is_said and not self.is_of_final and set(self.levels) <= set(_BUDGETS)

    def end_sentence(self, *, parts_follow: bool) -> Topic | None:
        """Forget the sentence, unless the next one speaks of its parts.

        Returns:
            What the next sentence speaks of where it names no subject: after parts the whole; else None.
        """
        whole = self.whole if self.parts and not parts_follow else None
        if not parts_follow:
            self.parts, self.is_sure = 0, True
            self.parts_of, self.whole = self.usual, None
            self.levels, self.recent, self.totals, self.among = [], [], [], ()
            self.stated = {}
            self.is_compared = self.is_of_final = self.is_of_unknown = False
        return whole

    def end_paragraph(self, *, items_follow: bool) -> None:
        """Below a budget alone and 具体情况如下: it is not certain that amounts of items are final."""
        only_budgets = bool(self.of_paragraph) and self.of_paragraph <= set(_BUDGETS)
        if items_follow and only_budgets and self.usual == "this":
            self.usual = self.parts_of = None
        self.of_paragraph = set()

    def divide(self, whole: Topic | None, reference: Period | None) -> None:
        """其中: the parts of a budget are budgets, those of last year's amount last year's.

        Unless the sentence also says what was spent this year.
        """
        self.parts_of = self._level_of_parts()
        self.is_of_unknown = whole is None and not self.is_sure
        self.whole, self.reference, self.parts = whole, reference, 0
        if self.levels:
            # The parts of a part are of that.
            self.among = ()

    def _level_of_parts(self) -> Period | None:
        """What amounts of the parts are levels of, by what was stated of the whole."""
        levels = set(self.levels)
        if not levels:
            return None if self.parts_of is None else self.usual
        if "this" in levels or (levels == {"last"} and self.is_compared):
            return "this"
        if len(levels) > 1:
            return None
        only = self.levels[-1]
        return only if self.is_sure or only not in _BUDGETS else None

    def take_up(self, topic: Topic | None, before: Topic | None) -> None:
        """Another topic after the one before it."""
        if topic is None or before is None or topic.subject != before.subject:
            # After its budget alone a change may be of that: 公务接待费预算5万元,…,公务接待费下降9%.
            self.levels = self._budgets_of(topic)
            self.is_compared = self.is_of_final = False
            self.parts += 1
        if topic is None or topic == self.whole:
            self.parts_of, self.whole = self.usual, None

    def _budgets_of(self, topic: Topic | None) -> list[Period]:
        """The budgets of a topic that the sentence has stated, where it has stated nothing else of it."""
        stated = self.stated.get(topic.subject, set()) if topic is not None else set()
        return [period for period in _BUDGETS if period in stated] if stated <= set(_BUDGETS) else []

    def return_to_whole(self) -> None:
        """After a semicolon the whole is spoken of again, of whichever year is said there."""
        self.levels = self._budgets_of(self.whole)
        self.is_compared = self.is_of_final = False

    def name_this_year(self) -> None:
        """The text names this year: what follows are no parts of last year's amount."""
        if self.parts_of == "last":
            self.parts_of = "this"

    def state(self, one: StatedAt, totals: Container[str], *, is_compared: bool) -> None:
        """Take an amount of the current topic, which may be what that is compared with."""
        self.levels.append(one.quantity.period)
        self.is_compared = is_compared
        self.stated.setdefault(one.quantity.subject, set()).add(one.quantity.period)
        self.of_paragraph.add(one.quantity.period)
        if one.quantity.period == "this" and one.quantity.subject in totals:
            self.totals.insert(0, one.quantity.subject)


def is_part(text: str, clause: int, at: int, grammar: Grammar) -> bool:
    """Whether 其中 stands right before a clause, or in it before a position; 预算5万元中, says the same."""
    start = max(clause, 0)
    among = grammar.book.among.search(text, start, at + _AHEAD)
    if among is not None and among.end() <= at:
        return True
    return grammar.book.ends_among.search(text, max(start - AMONG_REACH, 0), start) is not None
