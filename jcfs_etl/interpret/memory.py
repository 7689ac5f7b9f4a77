"""What is remembered while a section of the narrative is read, and how marks and claims change it."""

from __future__ import annotations

import re
from collections import defaultdict

from msgspec.structs import replace

from jcfs_etl.contracts.narrative import Phrase
from jcfs_etl.interpret.comparing import AMONG_REACH, Amounts, Comparison
from jcfs_etl.interpret.grammar import Grammar
from jcfs_etl.interpret.model import Period
from jcfs_etl.interpret.naming import Names
from jcfs_etl.interpret.passage import begin_of
from jcfs_etl.interpret.prose import ProseSection
from jcfs_etl.interpret.reading import Reading
from jcfs_etl.interpret.shared import shared_out
from jcfs_etl.interpret.stating import StatedAt, Surroundings, as_growth, stated
from jcfs_etl.interpret.topics import Label, Topic

STOPS = "。\n"
#: Words that have nothing to do with what is read stand in this clause.
SPOILT = -1
#: Characters before a comma in which 决算中 stands.
_FINAL = 5


class Memory(Names):
    """Topic, comparison, clause and what the sentence has stated.

    Args:
        section: the section that is read.
        grammar: the contract's.
    """

    def __init__(self, section: ProseSection, grammar: Grammar) -> None:
        self._text = section.passage.text
        self._sections = frozenset(section.ids)
        if self._sections and self._sections <= grammar.plain_sections:
            # 收入 and 支出 are spoken of under each other's heading.
            self._sections |= grammar.plain_sections
        self._depth = {name: depth for depth, name in enumerate(section.ids)}
        self._grammar = grammar
        self._reading = Reading(section.passage)
        self._active = self._sections
        self._topic: Topic | None = None
        #: Where the topic's label ended, with linking words after it.
        self._topic_end = -1
        self._compared = Comparison()
        #: Topics outside the brackets that are open.
        self._outside: list[tuple[Topic | None, Comparison]] = []
        #: Places after which numbers are shared out, and subjects that share those of 分别.
        self._shared_out = shared_out(self._text)
        self._sharing: list[Topic] = []
        usual = grammar.level_below(section.heading)
        self._amounts = Amounts(usual=usual, parts_of=usual)
        self._last_kind = ""
        #: By side the total whose amount the paragraph has stated last.
        self._totals_named: dict[str, Topic] = {}
        #: All totals whose amounts the paragraph has stated.
        self._totals_stated: list[Topic] = []
        #: By side what changes of its totals were compared with in the paragraph.
        self._sides_compared: dict[str, Period] = {}
        #: The subject whose amount the paragraph stated first.
        self._first: Topic | None = None
        #: By total the parts of it whose amounts the paragraph has stated.
        self._parts: defaultdict[str, set[str]] = defaultdict(set)
        #: Whether what is said is of a part of what the accounts are of, and whether it goes on below.
        self._is_narrower = self._stays_narrower = False
        #: Whether nothing has been read yet in the sentence.
        self._is_fresh = True
        #: The year that the sentence names; None where it is neither this one nor the last.
        self._period: Period | None = "this"
        #: Whether the paragraph has turned to a later year, so that nothing in it is of this one.
        self._is_of_later = False
        #: The year that the sentence named, where its reason then named another.
        self._before_reason: tuple[Period | None] | None = None
        #: Whether only this clause is of that year.
        self._is_of_clause = False
        #: Where the words began that stand before the next subject or phrase.
        self._clause = 0
        #: Which words may stand there: after a subject or a comparison others than in a new clause.
        self._joints = grammar.carriers
        #: Whether unknown words stand in the clause before a date, so that no phrase is of the topic.
        self._is_unclear = False
        #: Whether parts stand on lines of their own.
        self._is_list = False
        #: Whether the clause is spoilt by a row of nouns.
        self._is_in_row = False
        #: Where the last thing that was taken ended.
        self._taken = 0
        #: End of an aside whose figures are left unread, and whether a subject may end it here.
        self._muted_until = 0
        self._until_subject = False
        #: Where that aside began, and whether money in it is another subject's.
        self._muted_from, self._names_subjects = 0, False
        self._may_unmute = False
        #: What a phrase that stands here was last asked for, and said.
        self._asked: dict[re.Match[str], tuple[Topic, Surroundings, list[StatedAt] | None]] = {}

    def _around(self, at: int, reference: Period | None) -> Surroundings:
        amounts = self._amounts
        return Surroundings(
            reference,
            "last" if amounts.parts_of == "last" else self._period,
            self._sections,
            self._text,
            at,
            beside=None if self._compared.is_of_another else amounts.beside or self._compared.only,
            totals=tuple(amounts.totals),
            whole=amounts.whole.subject if amounts.whole is not None else None,
            among=amounts.among,
        )

    def _stated(
        self, phrase: Phrase, match: re.Match[str], topic: Topic, around: Surroundings
    ) -> list[StatedAt] | None:
        """What a phrase says of a topic; mostly asked after the topic's label, and again at the phrase."""
        asked = self._asked.get(match)
        if asked is None or asked[:2] != (topic, around):
            asked = topic, around, stated(phrase, match, topic, around, self._grammar)
            self._asked[match] = asked
        return asked[2]

    def _name_period(self, period: Period | None, *, is_later: bool = False) -> None:
        """Take a year that the text names; of a later one goes on what the sentence begins with."""
        self._period = period
        self._is_of_later = is_later or (self._is_of_later and period != "this")
        if period == "this":
            self._amounts.name_this_year()

    def _pass_mark(self, at: int) -> None:
        """A mark that parts clauses, sentences or paragraphs."""
        mark, clause, is_unclear = self._text[at], self._clause, self._is_unclear
        if mark == '"' and clause != SPOILT:
            # "进修及培训"(款)5万元 is not of what was spoken of before.
            is_unclear = is_unclear or not self._says_nothing(self._text[clause:at])
        if mark == "。" and self._is_list and self._text.startswith("\n", at + 1) and self._is_item(at + 2):
            mark = ";"
        if self._is_of_clause and mark in ",;":
            self._period, self._is_of_clause = "this", False
        if mark != "、":
            self._clause, self._is_in_row, self._is_unclear = at + 1, False, mark == '"' and is_unclear
        elif self._taken == at:
            self._clause = at + 1
        elif self._clause != SPOILT and self._grammar.is_of_money(self._text[self._clause : at]):
            # Between nouns 、 parts no clauses: in "A、B共5万元" the amount is not of B.
            self._clause, self._is_in_row = SPOILT, True
        self._joints = self._grammar.carriers
        goes_on = mark == ";" and self._grammar.book.goes_on.match(self._text, at + 1) is not None
        self._may_unmute = (
            self._until_subject and not goes_on and (mark == ";" or (self._may_unmute and mark in '"(:'))
        )
        if mark == ";" and self._may_unmute and self._before_reason is not None:
            # The year of a reason is none of the clause after it.
            (self._period,), self._before_reason = self._before_reason, None
        is_made_up = mark == "," and self._text.endswith(self._grammar.contract.made_up, 0, at)
        if (mark == ";" or is_made_up) and self._amounts.whole is not None:
            # A clause without a subject is of the whole again.
            self._topic, self._topic_end = self._amounts.whole, -1
            self._amounts.return_to_whole()
        if mark in "()":
            self._pass_bracket(mark, at, SPOILT if is_unclear else clause)
        if mark in ",:" and self._text[at - 1] == self._grammar.contract.among_them:
            self._name_whole(at - 1)
        if mark == ":" or (mark == "," and self._text[at - 1] == self._grammar.contract.among_them):
            self._divide_level(mark, at)
        if mark == "\n" and self._list_goes_on(at):
            return
        if mark in STOPS and not (self._outside and self._text.startswith(")", at + 1)):
            # A stop right before the bracket ends what stands within: (…增加1万元。)比上年增加2万元.
            self._end_sentence(at, mark)

    def _divide_level(self, mark: str, at: int) -> None:
        """A mark after which parts follow: they are of the level that was spoken of."""
        if (level := self._level_before(at)) != "this":
            self._amounts.parts_of = level
        elif mark == "," and self._grammar.contract.final in self._text[max(at - _FINAL, 0) : at]:
            # 预算中,…,决算中,…: what follows is final again.
            self._amounts.parts_of = "this"

    def _says_nothing(self, words: str) -> bool:
        """Whether words name no subject, or only open a clause."""
        return self._grammar.openers.fullmatch(words) is not None or self._grammar.says_nothing_else(words)

    def _pass_bracket(self, mark: str, at: int, clause: int) -> None:
        if mark == "(":
            # Words before the brackets that nothing took may be of another subject.
            is_of_topic = clause != SPOILT and self._grammar.says_nothing_else(self._text[clause:at])
            self._outside.append((self._topic if is_of_topic else None, replace(self._compared)))
            if self._compared.ends == at:
                # 与2022年度(收入总计5万元)相比: within stands what is compared with.
                self._compared.ends = self._compared.level_at = at + 1
        elif self._outside:
            # What follows the brackets is of what stands before them.
            self._topic, compared = self._outside.pop()
            self._topic_end = -1
            self._compared.resume(compared)

    def _list_goes_on(self, at: int) -> bool:
        """Whether a sentence goes on below a line: 预算5万元,其中: and its parts on lines of their own.

        A line with more than one clause of its own is an item of which a paragraph speaks.
        """
        begins = self._text[at - 1] == ":" and (
            self._grammar.book.ends_among.search(self._text, max(at - AMONG_REACH, 0), at) is not None
            or self._level_before(at - 1) != "this"
        )
        goes_on = self._is_list and (self._text[at - 1] in ";," or self._is_item(at + 1))
        self._is_list = (begins or goes_on) and self._is_one_clause(at + 1)
        return self._is_list

    def _level_before(self, at: int) -> Period | None:
        """What amounts are of after the colon at a position: 预算安排情况:公务接待费5万元."""
        start = begin_of(self._text, at, ",;。:\n")
        return self._grammar.level_below(self._text[start:at])

    def _is_one_clause(self, at: int) -> bool:
        """Whether the line at a position is one clause."""
        return {"。", ";"}.isdisjoint(self._text[at:].partition("\n")[0][:-1])

    def _is_item(self, at: int) -> bool:
        """Whether the line at a position is one clause with an ordinal."""
        return self._grammar.book.item.match(self._text, at) is not None and self._is_one_clause(at)

    def _name_whole(self, end: int) -> None:
        """Take the subject before 中 as what bare shares of the sentence are of."""
        if self._taken == end and self._topic is not None:
            # 本年支出212.82万元中,…: the amount was taken.
            self._amounts.among = (self._topic.subject, *self._topic.also)
            return
        self._amounts.among = self._whole_before(end) or self._amounts.among

    def _end_sentence(self, at: int, mark: str) -> None:
        before, parts_follow = (
            self._text[at - 1 : at],
            bool(self._grammar.book.among.match(self._text, at + 1)),
        )
        self._outside.clear()
        self._is_fresh = True
        if not parts_follow:
            self._is_of_later = self._is_of_later and mark != "\n"
            self._period, self._is_of_clause = None if self._is_of_later else "this", False
        elif self._before_reason is not None:
            (self._period,) = self._before_reason
        self._before_reason = None
        parts, was_counted = self._amounts.parts, not self._amounts.levels
        whole = self._amounts.end_sentence(parts_follow=parts_follow)
        if whole is None and was_counted and self._is_counted_part():
            # 公务接待费5万元。国内公务接待2批次。比上年减少1万元: of what the paragraph stated first.
            whole, parts = self._first, 0
        if whole is not None:
            if parts == 1 and self._topic is not None and self._topic.subject != whole.subject:
                # After one part alone what is said may be of that as well.
                whole = replace(whole, also=(*whole.also, self._topic.subject))
            self._topic, self._topic_end = whole, -1
        self._compared.end_sentence(before, mark, parts_follow=parts_follow)
        if mark != "\n":
            return
        self._amounts.end_paragraph(items_follow=before == ":")
        self._sharing, self._first = [], None
        self._totals_named, self._totals_stated, self._sides_compared = {}, [], {}
        self._parts.clear()
        self._stays_narrower = self._stays_narrower or (self._is_narrower and before == ":")
        self._is_narrower = self._stays_narrower
        item_follows = self._grammar.book.item.match(self._text, at + 1) is not None
        self._compared.end_paragraph(before, item_follows=item_follows)
        # A paragraph that names a topic and nothing else is a heading of the next.
        if self._topic_end < 0 or self._text[self._topic_end : at] not in ("", "。", ":"):
            self._topic, self._topic_end = None, -1

    def _is_counted_part(self) -> bool:
        """Whether the topic is a part of what the paragraph stated first."""
        first, topic = self._first, self._topic
        return first is not None and topic is not None and first.subject in topic.share_of

    def _take_up(self, topic: Topic | None, end: int, reference: Period | None) -> None:
        self._amounts.take_up(topic, self._topic)
        self._sharing = []
        self._topic, self._topic_end, self._clause = topic, end, end
        self._compared.take_up(reference)
        self._joints = self._grammar.links
        self._is_fresh = self._is_in_row = self._is_unclear = False
        self._muted_until = 0

    def _state(self, found: list[StatedAt]) -> None:
        for one in found:
            subject = one.quantity.subject
            is_budget = one.kind == "amount" and one.quantity.period in ("budget", "adjusted_budget")
            self._last_kind = "budget" if is_budget else one.kind
            if one.kind == "amount":
                is_compared = self._clause == self._compared.level_at
                self._amounts.state(one, self._grammar.vocabulary.totals, is_compared=is_compared)
                self._first = self._first or self._topic
                self._name_total(one)
            elif one.base is not None and one.base.subject == subject:
                self._compared.reference = one.base.period
                self._amounts.is_of_final = True
                self._take_change(one)
            self._reading.add(one)

    def _without_per_cent(self, one: StatedAt, end: int) -> StatedAt:
        """A change without unit beside the same with its unit is a growth without its per cent sign."""
        if one.form != "difference" or one.unit or not one.value:
            return one
        last = self._reading.last
        is_second = last is not None and (last.form, last.quantity, last.base) == (
            "difference",
            one.quantity,
            one.base,
        )
        # Unless what follows is of another subject.
        follows = self._text[end : end + 1] in (",", "(")
        named = follows and next(self._grammar.vocabulary.at(self._text, end + 1, self._active), None)
        is_first = (
            follows
            and not named
            and any(
                match.groupdict().get("direction") and (match.groupdict().get("amount_unit") or "")
                for _, match in self._grammar.phrases_at(self._text, end + 1, self._active)
            )
        )
        return as_growth(one) if is_second or is_first else one

    def _name_total(self, one: StatedAt) -> None:
        """Take a total whose amount was stated as what 收入 or 支出 alone means from here."""
        vocabulary, subject = self._grammar.vocabulary, one.quantity.subject
        for whole in self._topic.share_of if self._topic is not None else ():
            self._parts[whole].add(subject)
        side = vocabulary.sides.get(subject)
        if side is not None and subject in vocabulary.totals and one.quantity.period == "this":
            self._totals_named[side] = vocabulary.topics[subject]
            self._totals_stated.append(vocabulary.topics[subject])

    def _take_change(self, one: StatedAt) -> None:
        """Take what one side of the accounts is compared with, for the other in the next sentence."""
        side = self._grammar.vocabulary.sides.get(one.quantity.subject)
        if side is not None and one.form == "difference" and one.base is not None:
            self._sides_compared[side] = one.base.period

    def _compared_as_other_side(self, label: Label) -> Period | None:
        """What a bare side is compared with after the other: 比上年,收入增加5万元,…。支出增加4万元."""
        side = self._grammar.vocabulary.sides.get(label.topic.subject)
        if not self._grammar.vocabulary.is_bare(label) or side in self._sides_compared:
            return None
        return next(iter(self._sides_compared.values()), None)

    def _total_named(self, label: Label) -> Topic | None:
        """The total that 收入 or 支出 alone means where no amount follows: the one stated last."""
        sides = self._grammar.vocabulary.sides
        side = sides.get(label.topic.subject, "")
        named = self._totals_named.get(side) if self._grammar.vocabulary.is_bare(label) else None
        if named is None:
            return None
        others = (t.subject for t in self._totals_stated if sides[t.subject] == side and t != named)
        return replace(named, also=tuple(dict.fromkeys((*named.also, *others))))

    def _total_or_part(self, words: str) -> Topic | None:
        """What a new sentence is of that compares with 上年支出 after the parts of a total: likely that."""
        part, sides = self._topic, self._grammar.vocabulary.sides
        if part is None:
            return None
        totals = [t for t in self._totals_stated if t.subject in part.share_of]
        total = next(
            (t for t in reversed(totals) if sides[t.subject] in words or len(self._parts[t.subject]) > 1),
            None,
        )
        return replace(total, also=(*total.also, part.subject)) if total is not None else None

    def _is_implied_budget(self) -> bool:
        """Whether the last amount is a budget as its whole's is: what is final then may be either's."""
        last, whole = self._reading.last, self._amounts.whole
        if last is None or whole is None or whole == self._topic:
            return False
        return last.quantity.period in ("budget", "adjusted_budget") and last.claim.endswith(".amount")

    def _goes_with_topic(self, label: Label) -> bool:
        """Whether a label is one of the current topic's counts and names no topic of its own."""
        if self._topic is None or label.text not in self._grammar.book.relative:
            return False
        return set(label.topic.counts) <= set(self._topic.counts)

    def _is_within(self, subject: str) -> bool:
        """Whether a subject, or a part of it, is the current topic."""
        return any(
            one is not None and subject in (one.subject, one.part_of)
            for one in (self._topic, self._amounts.whole)
        )

    def _is_final_of_budget(self, label: Label) -> bool:
        """Whether a label only says that the final figure follows the budget: 年初预算5万元,支出决算4万元."""
        sides = self._grammar.vocabulary.sides
        return (
            self._topic is not None
            and self._last_kind == "budget"
            and self._grammar.vocabulary.is_generic(label)
            and sides.get(self._topic.subject.partition("/")[0]) == sides.get(label.topic.subject)
        )
