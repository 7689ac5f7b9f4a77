"""Tells headings from text: parts, sections with their level, titles of tables, entries of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.narrative import Part
from jcfs_etl.contracts.once import once
from jcfs_etl.contracts.patterns import expanded, matching_any
from jcfs_etl.interpret.passage import end_of
from jcfs_etl.labels import squeezed

#: A longer line is no heading.
_LONGEST = 60
#: Lines of which it is remembered what they head.
_REMEMBERED = 4096
#: Headings of this level and deeper are text unless the contract lists them: 1、… begins items as well.
_ITEMS = 3
_PUNCTUATION = re.compile(r"[。,;:!?\t]|[0-9](?!号|月)[^年0-9月日]")
#: The level of a heading that is not printed: deeper than any.
IMPLIED = 99
_CLAUSES = re.compile("[,;:]")
#: What stands in no heading.
_IN_SENTENCES = re.compile(r"[0-9。,;:!?\t]")


class Heading(Struct, frozen=True):
    """A heading as printed, squeezed.

    ``level`` is 0 for parts and titles, then by the kind of its ordinal; ``section`` is its id in the
    contract, None where it lists none.
    """

    text: str
    level: int
    section: str | None


class Headings:
    """The headings of the contracts, ready to be compared.

    Args:
        contracts: ``narrative`` and the titles of the tables.

    Attributes:
        part_of: the part that begins with a text as a whole, if any.
        is_table_title: whether a text is the title of a published table.
        read: the heading that a paragraph in a part of the publication is or begins with, if any; outside the
            narrative only the part's own headings count.
    """

    def __init__(self, contracts: Contracts) -> None:
        narrative = contracts.narrative
        self._contracts = contracts
        self._years = re.compile(narrative.words["a_year"])
        #: How a heading without an ordinal ends.
        self._end = re.compile(narrative.words["of_heading"] + "$")
        self._parts = [
            (part, re.compile("|".join(patterns))) for part, patterns in narrative.layout.parts.items()
        ]
        self._ordinals = [re.compile(pattern) for pattern in narrative.layout.headings]
        self._any_part = matching_any(pattern.pattern for _, pattern in self._parts)
        self._any_ordinal = matching_any(p.pattern for p in self._ordinals)
        self._sections = [
            (name, re.compile("|".join(f"(?:{expanded(p, narrative.words)})" for p in patterns)))
            for name, patterns in narrative.sections.items()
        ]
        self._any_section = matching_any(pattern.pattern for _, pattern in self._sections)
        #: Sections whose headings say too little to leave the section that they stand under.
        self.plain = frozenset(narrative.plain_headings)
        self._says_so = {name: re.compile(words) for name, words in narrative.says_so.items()}
        self._headed_by = [
            (name, re.compile(words)) for entry in narrative.headed_by for name, words in entry.items()
        ]
        self._lead = re.compile(expanded(narrative.lead, narrative.words))
        goes_on = (*narrative.among, narrative.words["compared"])
        self._goes_on = re.compile(f"^(?:{'|'.join(goes_on)})|{narrative.reason}")
        self._implied_by = {name: re.compile(words) for name, words in narrative.implied_by.items()}
        # Each line is asked for several times, by itself and beside the lines around it: answers are kept.
        self.read = lru_cache(maxsize=_REMEMBERED)(self._heading)
        self.part_of = lru_cache(maxsize=_REMEMBERED)(self._part)
        self.is_table_title = lru_cache(maxsize=_REMEMBERED)(self._is_title)
        self._titles = {title for title, _ in contracts.titles_longest_first}

    def _part(self, text: str) -> Part | None:
        if self._any_part.fullmatch(text) is None:
            return None
        if len(text) > _LONGEST or _PUNCTUATION.search(self._years.sub("", text)):
            return None
        return next((part for part, pattern in self._parts if pattern.fullmatch(text)), None)

    def _is_title(self, text: str) -> bool:
        return self._contracts.label(text) in self._titles or squeezed(text) in self._titles

    def has_ordinal(self, text: str) -> bool:
        """Whether it begins with the ordinal of a heading."""
        return self._any_ordinal.match(text) is not None

    def is_heading(self, text: str, *, listed: bool = False) -> bool:
        """Whether the text, a line, is one heading and nothing else; a listed one needs no further line."""
        if self.part_of(text) is not None or self.is_table_title(text):
            return True
        heading = self.read(text, "narrative")
        is_whole = heading is not None and heading.text == text
        return heading is not None and is_whole and not (listed and heading.section is None)

    def could_be_entry(self, text: str) -> bool:
        """Whether the text could stand in a list of contents: short, and no sentence."""
        return len(text.rstrip(".·…0123456789")) <= _LONGEST and not re.search(r"[。;:!?]", text)

    def stays(self, heading: Heading, above: Sequence[Heading]) -> bool:
        """Whether a heading says too little to leave the sections that it stands under."""
        sections = [h.section for h in above if h.section]
        if heading.section in self.plain:
            return any(name not in self.plain for name in sections)
        words = self._says_so.get(heading.section or "")
        return words is not None and words.search(heading.text) is None and bool(self.plain & set(sections))

    def _heading(self, text: str, part: Part) -> Heading | None:
        level, start = self._level(text)
        end = end_of(text, start, "。:")
        if part in ("narrative", "other"):
            is_listed = self._any_section.fullmatch(text, start, end) is not None
            for name, pattern in self._sections if is_listed else ():
                if pattern.fullmatch(text, start, end) is None:
                    continue
                if end >= len(text) - 1:
                    return Heading(text, level, name)
                # A heading may run on into its text, when an ordinal and a stop say that it is one.
                if start:
                    return Heading(text[: end + 1], level, name)
            is_whole = end >= len(text) - 1
            if self._end.search(text[:end]) if not (start and is_whole) else True:
                named = self._by_key_words(text[start:end], level)
                if named is not None and (start or is_whole):
                    return Heading(text[: end + 1], level, named)
        plain = self._years.sub("", text[start:]).removesuffix(":")
        if start and level < _ITEMS and len(text) <= _LONGEST and not _PUNCTUATION.search(plain):
            return Heading(text, level, None)
        return None

    def implied(self, text: str) -> Heading | None:
        """What a paragraph under no heading is of, by the words before its first figure; None if it goes on.

        Items, parts after 其中, comparisons, reasons and words without a figure go on with what stands
        above them. Where the words name no section, the paragraph is of none that is known.
        """
        level, start = self._level(text)
        lead = self._lead.match(text, start)
        if level >= _ITEMS or lead is None or self._goes_on.search(lead["words"]) is not None:
            return None
        for number, clause in enumerate(_CLAUSES.split(self._years.sub("", lead["words"]))):
            name = next((name for name, pattern in self._headed_by if pattern.search(clause)), None)
            if name is not None and not (number and name in self.plain):
                needed = self._implied_by.get(name)
                return Heading("", IMPLIED, name if needed is None or needed.search(clause) else None)
        return Heading("", IMPLIED, None)

    def _by_key_words(self, text: str, level: int) -> str | None:
        """The section that a heading of no list names: no sentence, and no figure but a year in it."""
        if len(text) > _LONGEST or _IN_SENTENCES.search(self._years.sub("", text)):
            return None
        name = next((name for name, words in self._headed_by if words.search(text)), None)
        return None if level >= _ITEMS and name in self.plain else name

    def _level(self, text: str) -> tuple[int, int]:
        """Level by the ordinal and where the ordinal ends; the first level without one."""
        if self._any_ordinal.match(text) is None:
            return 1, 0
        for level, pattern in enumerate(self._ordinals, 1):
            if (match := pattern.match(text)) is not None:
                return level, match.end()
        return 1, 0


#: The headings of the contracts, made once.
headings_of = once(Headings)
