"""What a publication is of: unit, fiscal year, scope and money unit, by the weight of its places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding, Severity, Value
from jcfs_etl.labels import squeezed
from jcfs_etl.recognise.telling import is_unit, most_told
from jcfs_etl.recognise.titles import Statement
from jcfs_etl.wording import joined, on_pages

#: So many places outweigh the cover, where they agree among themselves and not with it.
_OUTWEIGH = 3
_Same = Callable[[str], str]
_Alike = Callable[[str, str], bool]


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

    def same(value: str) -> str:
        return compared_name(value, contracts) if kind == "unit" else value

    def alike(one: str, other: str) -> bool:
        return same(one) == same(other) or (kind == "unit" and _says_more(same(one), same(other), contracts))

    mine = [s for s in stated if s.kind == kind]
    if kind == "unit":
        mine = _of_bodies(mine, text, same, contracts)
    if not mine:
        return most_told(kind, text), []
    cover = next((s for s in mine if s.page == 1), None)
    mine = [_settled(s, mine, same) for s in mine]
    # Each page counts once, however often it says so.
    pages = dict.fromkeys((same(s.value), s.page) for s in mine if s.page != 1)
    places = Counter(value for value, _ in pages)
    if cover is None and kind in ("unit", "year") and _is_tied(places):
        value = most_told(kind, text, [s.value for s in mine])
        return (None, [_tie(kind, mine)]) if value is None else (value, _others(kind, value, mine, alike))
    value = (
        _commonest(mine, places, same) if cover is None else _chosen(cover, mine, places, text, same, alike)
    )
    return value, _others(kind, value, mine, alike)


def _of_bodies(
    mine: Sequence[Statement], text: Sequence[Statement], same: _Same, contracts: Contracts
) -> list[Statement]:
    """Statements without names that are none of a public body and stand in one place alone (附件2)."""
    pages = {(same(v), s.page) for s in (*mine, *text) if s.kind == "unit" for v in (s.value, *s.readings)}
    places = Counter(value for value, _ in pages)
    found = []
    for stated in mine:
        read = (stated.value, *stated.readings)
        names = [v for v in read if places[same(v)] > 1 or is_unit(v, contracts.publication)]
        if names:
            found.append(replace(stated, value=names[0], readings=tuple(names[1:])))
    return found


def _settled(stated: Statement, mine: Sequence[Statement], same: _Same) -> Statement:
    """A statement above a table that reads in several ways, as the other places read: whole, or one line."""
    if stated.page == 1 or not stated.readings:
        return stated
    others = {same(v) for s in mine if s.page == 1 for v in (s.value, *s.readings)}
    others |= {same(s.value) for s in mine if s.page != 1 and not s.readings}
    known = [v for v in (stated.value, *stated.readings) if same(v) in others]
    return replace(stated, value=known[0] if known else stated.value, readings=())


def _chosen(
    cover: Statement,
    mine: Sequence[Statement],
    places: Counter[str],
    text: Sequence[Statement],
    same: _Same,
    alike: _Alike,
) -> str:
    readings = (cover.value, *cover.readings)
    backed = [r for r in readings if places[same(r)]]
    if backed:
        return max(backed, key=lambda r: places[same(r)])
    if len(places) == 1 and next(iter(places.values())) >= _OUTWEIGH:
        other = _commonest(mine, places, same)
        # The tables of a department may name the body itself: 某局(本级). A name may be cut off by its cell,
        # or be written without the place that tells it from others (县医院).
        kept = other.startswith(f"{cover.value}(") or same(cover.value).startswith(same(other))
        kept = kept or (alike(cover.value, other) and len(cover.value) > len(other))
        return cover.value if kept else other
    elsewhere = [s for s in text if s.page != cover.page]
    return most_told(cover.kind, elsewhere, readings) or cover.value


def _commonest(mine: Sequence[Statement], places: Counter[str], same: _Same) -> str:
    best = max(places.values())
    return next(s.value for s in mine if places[same(s.value)] == best)


def _is_tied(places: Counter[str]) -> bool:
    counts = [count for _, count in places.most_common(2)]
    return len(counts) == 2 and counts[0] == counts[1]


def _tie(kind: str, mine: Sequence[Statement]) -> Finding:
    values = dict.fromkeys(s.value for s in mine)
    tied = joined((Both(value, f"“{value}”") for value in values), " and ", "、")
    code, page = f"conflicting_{kind}", mine[0].page
    return Finding(code, "inconsistent", "document", values={"tied": tied}, page=page)


def _others(kind: str, value: str, mine: Sequence[Statement], alike: _Alike) -> list[Finding]:
    """A finding for each value that differs, with the pages that state it."""
    first = next((s for s in mine if value in (s.value, *s.readings)), None)
    first = first or next(s for s in mine if alike(s.value, value))
    findings = []
    for other in dict.fromkeys(s.value for s in mine if value not in (s.value, *s.readings)):
        pages = sorted({s.page for s in mine if s.value == other})
        said: dict[str, Value] = {"pages": on_pages(pages), "other": other}
        said |= {"first": on_pages([first.page]), "value": value}
        spelled = alike(other, value)
        code = "other_spelling" if spelled else f"conflicting_{kind}"
        severity: Severity = "info" if spelled else "inconsistent"
        findings.append(Finding(code, severity, "document", values=said, page=pages[0]))
    return findings


def compared_name(name: str, contracts: Contracts) -> str:
    """A unit's name with one spelling for the words that are written for one another."""
    compared = squeezed(name)
    for word, other in contracts.publication.unit_spellings.items():
        compared = compared.replace(word, other)
    return compared


def _says_more(one: str, other: str, contracts: Contracts) -> bool:
    """Whether of two names the longer is the other with the places before it that its own lies in."""
    short, long = sorted((one, other), key=len)
    before, _, behind = long.partition(short)
    pattern = contracts.publication.longer_unit_pattern
    return short in long and regex(pattern).fullmatch(f"{before}|{short}|{behind}") is not None
