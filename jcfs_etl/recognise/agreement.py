"""What a publication is of: unit, fiscal year, scope and money unit, by the weight of its places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding, Value, finding
from jcfs_etl.labels import squeezed
from jcfs_etl.recognise.telling import is_unit, most_told
from jcfs_etl.recognise.titles import Statement
from jcfs_etl.wording import joined, on_pages

#: So many places outweigh the cover, where they agree among themselves and not with it.
_OUTWEIGH = 3


def agreed(
    kind: str, stated: Sequence[Statement], text: Sequence[Statement], contracts: Contracts
) -> tuple[str | None, list[Finding]]:
    """The value that a publication states, and a finding for each other value that stands in it.

    The cover says it, unless at least three other pages agree on something else. A cover sets lines above
    the name that are no part of it (附件2, 仅供内部审核), so it offers several readings, and the other pages
    choose among them; names that differ in 与 and 和 alone are one. Without a cover most pages decide. Where
    none states one, or as many state another, the text decides, if it tells one far oftener than others.

    Args:
        kind: ``unit``, ``year``, ``scope`` or ``money_unit``.
        stated: all that the document states.
        text: what its titles and sentences tell.
        contracts: for the words that are written for one another.

    Returns:
        The value and the findings. None where nothing states one, and where pages state two units or years
        equally often: a publication is never kept under a name that was chosen by chance.
    """
    return _Places(kind, stated, text, contracts).agreed()


class _Places:
    """What the places of a publication state of one kind, and which of them say the same."""

    def __init__(
        self, kind: str, stated: Sequence[Statement], text: Sequence[Statement], contracts: Contracts
    ) -> None:
        self._kind, self._text, self._contracts = kind, text, contracts
        self._mine = [s for s in stated if s.kind == kind]
        if kind == "unit":
            self._mine = self._of_bodies()
        self._counts: Counter[str] = Counter()

    def agreed(self) -> tuple[str | None, list[Finding]]:
        """The value, and a finding for each other one."""
        if not self._mine:
            return most_told(self._kind, self._text), []
        cover = next((s for s in self._mine if s.page == 1), None)
        self._mine = [self._settled(s) for s in self._mine]
        # Each page counts once, however often it says so.
        pages = dict.fromkeys((self._same(s.value), s.page) for s in self._mine if s.page != 1)
        self._counts = Counter(value for value, _ in pages)
        if cover is None and self._kind in ("unit", "year") and self._is_tied():
            value = most_told(self._kind, self._text, [s.value for s in self._mine])
            return (None, [self._tie()]) if value is None else (value, self._others(value))
        value = self._commonest() if cover is None else self._chosen(cover)
        return value, self._others(value)

    def _same(self, value: str) -> str:
        """A value in the form in which those that are one are alike."""
        return compared_name(value, self._contracts) if self._kind == "unit" else value

    def _is_alike(self, one: str, other: str) -> bool:
        return one == other or (self._kind == "unit" and is_one_name(one, other, self._contracts))

    def _is_left_off(self, short: str, value: str) -> bool:
        """Whether heads of parts alone leave off what the name has at its end: 某局 for 某局(本级)."""
        rest = regex(self._contracts.publication.unit_rest_pattern)
        in_parts = all(s.in_part for s in self._mine if s.value == short)
        return in_parts and value.startswith(short) and rest.fullmatch(value[len(short) :]) is not None

    def _of_bodies(self) -> list[Statement]:
        """Statements without names that are none of a public body and stand in one place alone (附件2)."""
        units = (s for s in (*self._mine, *self._text) if s.kind == "unit")
        pages = {(self._same(v), s.page) for s in units for v in (s.value, *s.readings)}
        places = Counter(value for value, _ in pages)
        found = []
        for stated in self._mine:
            read = (stated.value, *stated.readings)
            names = [v for v in read if places[self._same(v)] > 1 or is_unit(v, self._contracts.publication)]
            if names:
                found.append(replace(stated, value=names[0], readings=tuple(names[1:])))
        return found

    def _settled(self, stated: Statement) -> Statement:
        """A statement above a table that reads in several ways, as other places read: whole, or one line."""
        if stated.page == 1 or not stated.readings:
            return stated
        others = {self._same(v) for s in self._mine if s.page == 1 for v in (s.value, *s.readings)}
        others |= {self._same(s.value) for s in self._mine if s.page != 1 and not s.readings}
        known = [v for v in (stated.value, *stated.readings) if self._same(v) in others]
        return replace(stated, value=known[0] if known else stated.value, readings=())

    def _chosen(self, cover: Statement) -> str:
        readings = (cover.value, *cover.readings)
        backed = [r for r in readings if self._counts[self._same(r)]]
        if backed:
            return max(backed, key=lambda r: self._counts[self._same(r)])
        if len(self._counts) == 1 and next(iter(self._counts.values())) >= _OUTWEIGH:
            other = self._commonest()
            # The tables of a department may name the body itself: 某局(本级). A name may be cut off by its
            # cell, or be written without the place that tells it from others (县医院).
            kept = other.startswith(f"{cover.value}(")
            kept = kept or self._same(cover.value).startswith(self._same(other))
            kept = kept or (self._is_alike(cover.value, other) and len(cover.value) > len(other))
            return cover.value if kept else other
        elsewhere = [s for s in self._text if s.page != cover.page]
        return most_told(cover.kind, elsewhere, readings) or self._without_superior(cover)

    def _without_superior(self, cover: Statement) -> str:
        """A cover's name without the body in a line above it, where what is below is whole by itself."""
        publication = self._contracts.publication
        for name in cover.readings if self._kind == "unit" else ():
            above = cover.value.removesuffix(name)
            whole = regex(publication.placed_unit_pattern).match(name) and is_unit(name, publication)
            if above != cover.value and whole and is_unit(above, publication):
                return name
        return cover.value

    def _commonest(self) -> str:
        best = max(self._counts.values())
        return next(s.value for s in self._mine if self._counts[self._same(s.value)] == best)

    def _is_tied(self) -> bool:
        counts = [count for _, count in self._counts.most_common(2)]
        return len(counts) == 2 and counts[0] == counts[1]

    def _tie(self) -> Finding:
        values = dict.fromkeys(s.value for s in self._mine)
        tied = joined((Both(value, f"“{value}”") for value in values), " and ", "、")
        return finding(f"conflicting_{self._kind}", "inconsistent", self._mine[0].page, tied=tied)

    def _others(self, value: str) -> list[Finding]:
        """A finding for each value that differs, with the pages that state it."""
        first = next((s for s in self._mine if value in (s.value, *s.readings)), None)
        first = first or next(s for s in self._mine if self._is_alike(s.value, value))
        findings = []
        for other in dict.fromkeys(s.value for s in self._mine if value not in (s.value, *s.readings)):
            pages = sorted({s.page for s in self._mine if s.value == other})
            said: dict[str, Value] = {"pages": on_pages(pages), "other": other}
            said |= {"first": on_pages([first.page]), "value": value}
            spelled = self._is_alike(other, value) or self._is_left_off(other, value)
            code = "other_spelling" if spelled else f"conflicting_{self._kind}"
            findings.append(finding(code, "info" if spelled else "inconsistent", pages[0], **said))
        return findings


def compared_name(name: str, contracts: Contracts) -> str:
    """A unit's name with one spelling for the words that are written for one another, or are left out."""
    compared = regex(contracts.publication.peoples_pattern).sub("", squeezed(name))
    for word, other in contracts.publication.unit_spellings.items():
        compared = compared.replace(word, other)
    return compared


def is_one_name(one: str, other: str, contracts: Contracts) -> bool:
    """Whether two names are one unit's: in other words for 与, with its places before it, or cut by a cell.

    Args:
        one: a name as printed.
        other: another one.
        contracts: for the words that are written for one another.
    """
    first, second = compared_name(one, contracts), compared_name(other, contracts)
    short, long = sorted((first, second), key=len)
    is_cut = long.startswith(short) and not is_unit(short, contracts.publication)
    return first == second or is_cut or _says_more(first, second, contracts)


def _says_more(one: str, other: str, contracts: Contracts) -> bool:
    """Whether of two names the longer is the other with the places before it that its own lies in."""
    short, long = sorted((one, other), key=len)
    before, _, behind = long.partition(short)
    pattern = contracts.publication.longer_unit_pattern
    return short in long and regex(pattern).fullmatch(f"{before}|{short}|{behind}") is not None
