"""Slips of the narrative that are seen in its words: a sign that is missing, a name that differs.

A figure that contradicts the tables is told by its claim. Here is what no claim can tell: 增长13.95
without its per cent sign, 0.39万 without 元, both directions of a template left in, 决算数小于预算数 where
it is not, a 款 that the tables call otherwise, a unit's name spelled otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jcfs_etl.contracts.disclosure import compiled
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding, Value
from jcfs_etl.interpret.cells import figures_of
from jcfs_etl.interpret.model import Quantity, Section
from jcfs_etl.money import to_fen
from jcfs_etl.recognise.model import Publication
from jcfs_etl.wording import on_pages, shortened

#: Characters of a sentence that a message quotes.
_QUOTED = 80
_ENDS = "。;\n"
_WAN = 1_000_000


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where something stands: the sentence around it, and its page."""

    sentence: str
    page: int


def wording_slips(
    sections: Sequence[Section], publication: Publication, contracts: Contracts
) -> list[Finding]:
    """What is wrong in the words of a narrative.

    Args:
        sections: all prose of the publication.
        publication: as recognised; names are held against its tables.
        contracts: contracts/disclosure.yaml has the patterns.
    """
    narrative = [s for s in sections if s.part == "narrative"]
    found = [f for s in narrative for f in _wordings(s, contracts)]
    found += [f for s in narrative for f in _comparisons(s, contracts)]
    found += _names(narrative, publication, contracts)
    found += _spellings(sections, publication, contracts)
    return found


def _spot(section: Section, start: int, end: int) -> _Spot:
    text = section.text
    first = max(text.rfind(mark, 0, start) for mark in _ENDS) + 1
    ends = [at for mark in _ENDS if (at := text.find(mark, end)) >= 0]
    last = min(ends) + 1 if ends else len(text)
    sentence = text[first:last].strip("\n")
    return _Spot(shortened(sentence, start - first, _QUOTED), section.page_at(start))


def _finding(code: str, spot: _Spot, severity: str = "warning", **values: Value) -> Finding:
    return Finding(
        code,
        "inconsistent" if severity == "inconsistent" else "warning",
        "document",
        page=spot.page,
        values={"page": spot.page, "sentence": spot.sentence, **values},
    )


def _wordings(section: Section, contracts: Contracts) -> Iterator[Finding]:
    for code, wording in contracts.disclosure.wordings.items():
        for pattern in wording.compiled:
            for match in pattern.finditer(section.text):
                printed = match["printed"]
                spot = _spot(section, *match.span("printed"))
                right = wording.right.format(printed=printed) or _meant(section, match, contracts)
                yield _finding(code, spot, printed=printed, right=right)


def _meant(section: Section, match: re.Match[str], contracts: Contracts) -> Value:
    """Which of two directions left over is meant, by the last word of direction before them."""
    start = match.start("printed")
    clause = re.split(f"[{_ENDS}]", section.text[:start])[-1]
    ways = contracts.narrative.directions
    before = [(at, w, way) for way in (ways.up, ways.down) for w in way if (at := clause.rfind(w)) >= 0]
    if not before:
        return ""
    # 减少 rather than the 少 in it.
    _, word, way = max(before, key=lambda found: (found[0] + len(found[1]), len(found[1])))
    fits = [part for part in re.split(r"[()/]", match["printed"]) if part in way]
    if len(fits) != 1:
        return ""
    return Both(f"{word} before it means {fits[0]}.", f"前文为“{word}”，应只写“{fits[0]}”。")


def _comparisons(section: Section, contracts: Contracts) -> Iterator[Finding]:
    """决算数小于预算数 and the like, where the figures before it say otherwise."""
    words = contracts.disclosure.comparison
    pair = compiled(words.pair)
    for match in re.finditer(r"[^\n]+", section.text):
        start, paragraph = match.start(), match[0]
        pairs = list(pair.finditer(paragraph))
        ends = [*(p.start() for p in pairs[1:]), len(paragraph)]
        for each, after in zip(pairs, ends[: len(pairs)], strict=True):
            stretch = paragraph[each.end() : after].partition(words.until)[0]
            budget, final = (_decimal(each[name]) for name in ("budget", "final"))
            half = _last_decimal(each["budget"], each["final"])
            difference = final - budget
            for said, holds in (
                (words.less, difference < half),
                (words.more, difference > -half),
                (words.equal, abs(difference) <= half),
            ):
                found = re.search(said, stretch)
                if found is None or holds:
                    continue
                at = start + each.end() + found.start("printed")
                yield _finding(
                    "comparison_wrong",
                    _spot(section, at, at + len(found["printed"])),
                    "inconsistent",
                    printed=found["printed"],
                    budget=each["budget"],
                    final=each["final"],
                    relation=Both("more", "大于") if difference > 0 else Both("less", "小于"),
                    difference=str(abs(difference)),
                )


def _decimal(printed: str) -> Decimal:
    return Decimal(printed.replace(",", ""))


def _last_decimal(*printed: str) -> Decimal:
    """One unit of the coarser last decimal: by so much can rounding alone make two figures differ."""
    return max(Decimal(1).scaleb(int(_decimal(text).as_tuple().exponent)) for text in printed)


# -- names -----------------------------------------------------------------------------------------


def _names(sections: Sequence[Section], publication: Publication, contracts: Contracts) -> Iterator[Finding]:
    """款 and 项 that the narrative calls otherwise than the table; one finding for each name."""
    family = contracts.narrative.families["functional"]
    table = publication.tables.get(family.rows_of)
    if table is None:
        return
    labels = {row.row: row.label for row in table.rows if row.row.isdigit() and row.label}
    path = contracts.disclosure.path
    pattern, amount = re.compile(path.pattern), compiled(path.amount)

    def same(one: str, other: str) -> bool:
        a, b = (_bare(contracts.label(name), path.endings) for name in (one, other))
        return a == b or (min(len(a), len(b)) >= 4 and (a.startswith(b) or b.startswith(a)))

    def called(code: str, name: str) -> bool:
        known = contracts.functional.get(code)
        return same(labels[code], name) or (known is not None and contracts.label(name) in known.names)

    def figure(code: str) -> int | None:
        cells = figures_of(Quantity(f"functional/{code}"), publication, contracts)
        return None if cells is None else sum(w * (table.by_key[k].value or 0) for w, k in cells)

    told: dict[tuple[str, str], list[_Spot]] = {}
    for section in sections:
        for match in pattern.finditer(section.text):
            classes = [c for c in labels if len(c) == 3 and called(c, match["class"])]
            if len(classes) != 1:
                continue
            paragraph = section.text[match.end() :].partition("\n")[0]
            # Up to the next line that is named: what stands after it is of that one.
            following = pattern.search(paragraph)
            stated = amount.search(paragraph[: following.start()] if following else paragraph)
            items = [c for c in labels if len(c) == 7 and c.startswith(classes[0])]
            inside = [c for c in items if c[:5] in labels and called(c[:5], match["section"])]
            named = [c for c in items if called(c, match["item"])]
            if any(c in inside for c in named):
                continue
            if inside and stated:
                fen = to_fen(_decimal(stated["final"]), _WAN)
                level, candidates = "item", [c for c in inside if figure(c) == fen]
            else:
                level, candidates = "section", [c for c in named if c[:5] in labels] if not inside else []
            if len(candidates) == 1:
                code = candidates[0] if level == "item" else candidates[0][:5]
                spot = _spot(section, match.start(level), match.end(level))
                told.setdefault((match[level], code), []).append(spot)
    for (name, code), spots in told.items():
        yield Finding(
            "name_differs",
            "info",
            "document",
            dataset=table.dataset,
            row=code,
            page=spots[0].page,
            values={
                "pages": on_pages(s.page for s in spots),
                "name": name,
                "level": "款" if len(code) == 5 else "项",
                "table": table.title,
                "right": labels[code],
                "code": code,
            },
        )


def _bare(name: str, endings: Sequence[str]) -> str:
    for ending in endings:
        name = name.removesuffix(ending)
    return name


def _spellings(
    sections: Sequence[Section], publication: Publication, contracts: Contracts
) -> Iterator[Finding]:
    """The unit's name in words that are written for one another, such as 与 for 和."""
    unit = publication.unit
    if unit is None:
        return
    pattern = _spelled(unit, tuple(contracts.publication.unit_spellings.items()))
    pages: dict[str, list[int]] = {}
    for section in sections:
        for match in pattern.finditer(section.text):
            if match[0] != unit:
                pages.setdefault(match[0], []).append(section.page_at(match.start()))
    told = {f.values.get("other") for f in publication.findings if f.code == "other_spelling"}
    for other, where in pages.items():
        if other not in told:
            yield Finding(
                "other_spelling",
                "info",
                "document",
                page=min(where),
                values={"pages": on_pages(where), "other": other, "first": on_pages([1]), "value": unit},
            )


@lru_cache(maxsize=64)
def _spelled(unit: str, spellings: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    pattern = re.escape(unit)
    words = sorted({word for pair in spellings for word in pair}, key=len, reverse=True)
    if words:
        either = f"(?:{'|'.join(map(re.escape, words))})"
        pattern = re.sub(either, lambda _: either, pattern)
    return re.compile(pattern)
