"""Slips of the narrative that are seen in its words: a sign that is missing, a name that differs.

A figure that contradicts the tables is told by its claim. Here is what no claim can tell: 增长13.95
without its per cent sign, 0.39万 without 元, both directions of a template left in, 决算数小于预算数 where
it is not, a 款 that the tables call otherwise, a unit's name spelled otherwise, 减少5万元,增长的原因是….
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from jcfs_etl.audit.called import lines_called_otherwise, unit_spelled_otherwise
from jcfs_etl.audit.spots import ENDS, spot_of
from jcfs_etl.contracts.disclosure import Comparison, compiled
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding, Value
from jcfs_etl.interpret.cells import figures_of
from jcfs_etl.interpret.model import Quantity, Section
from jcfs_etl.interpret.passage import begin_of
from jcfs_etl.recognise.model import Publication
from jcfs_etl.wording import listed, on_pages, sentence

#: 分 of a 万元.
_WAN = Decimal(1_000_000)


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
    found += [f for s in narrative for f in _comparisons(s, publication, contracts)]
    found += [f for s in narrative for f in _reached(s, contracts)]
    found += lines_called_otherwise(narrative, publication, contracts)
    found += unit_spelled_otherwise(sections, publication, contracts)
    return found


def _wordings(section: Section, contracts: Contracts) -> Iterator[Finding]:
    for code, wording in contracts.disclosure.wordings.items():
        found = sorted(
            (m for pattern in wording.compiled for m in pattern.finditer(section.text)),
            key=lambda m: m.start("printed"),
        )
        if wording.right:
            for match in found:
                printed = match["printed"]
                spot, right = spot_of(section, *match.span("printed")), wording.right.format(printed=printed)
                yield spot.finding(code, "warning", printed=printed, right=right)
            continue
        # Both directions of a template, left in twice in a sentence, are one slip; so is a minus.
        for _, group in groupby(found, key=lambda m: begin_of(section.text, m.start("printed"), ENDS)):
            first, *others = group
            meant = _meant(section, first, contracts) if code == "template_left" and not others else ""
            left = listed(dict.fromkeys(m["printed"] for m in (first, *others)))
            spot = spot_of(section, *first.span("printed"))
            yield spot.finding(code, "warning", printed=left, right=meant)


def _meant(section: Section, match: re.Match[str], contracts: Contracts) -> Value:
    """Which of two directions left over is meant, by the last word of direction before them."""
    start = match.start("printed")
    clause = re.split(f"[{ENDS}]", section.text[:start])[-1]
    ways = contracts.narrative.directions
    before = [(at, w, way) for way in (ways.up, ways.down) for w in way if (at := clause.rfind(w)) >= 0]
    if not before:
        return ""
    # 减少 rather than the 少 in it.
    _, word, way = max(before, key=lambda found: (found[0] + len(found[1]), len(found[1])))
    fits = [part for part in re.split(r"[()/、]|或者?", match["printed"]) if part in way]
    if len(fits) != 1:
        return ""
    return Both(f"{word} before it means {fits[0]}.", f"前文为“{word}”，应只写“{fits[0]}”。")


def _comparisons(section: Section, publication: Publication, contracts: Contracts) -> Iterator[Finding]:
    """决算数小于预算数 and the like, where the figures before it, or else the tables, say otherwise."""
    words = contracts.disclosure.comparison
    patterns = [compiled(pair) for pair in words.pairs]
    compared: dict[int, Finding | None] = {}
    for match in re.finditer(r"[^\n]+", section.text):
        start, paragraph = match.start(), match[0]
        pairs = sorted((p for pattern in patterns for p in pattern.finditer(paragraph)), key=re.Match.start)
        ends = [*(p.start() for p in pairs[1:]), len(paragraph)]
        for each, after in zip(pairs, ends[: len(pairs)], strict=True):
            stretch = paragraph[each.end() : after].partition(words.until)[0]
            budget, final = (_decimal(each[name]) for name in ("budget", "final"))
            half = _last_decimal(each["budget"], each["final"])
            for said, holds in _relations(words, final - budget, half):
                if (found := re.search(said, stretch)) is not None:
                    at = start + each.end() + found.start("printed")
                    finding = _otherwise(section, at, found["printed"], each["budget"], each["final"])
                    compared[at] = None if holds else finding
    for name, pattern in words.named.items():
        amounts = [_in_tables(Quantity(name, of), publication, contracts) for of in ("budget", "this")]
        if None in amounts:
            continue
        budget, final = (Decimal(fen or 0) / _WAN for fen in amounts)
        half = Decimal(2 * publication.half + 1) / _WAN
        for said, holds in _relations(words, final - budget, half):
            for found in re.finditer(pattern + said, section.text) if not holds else ():
                finding = _otherwise(
                    section, found.start("printed"), found["printed"], f"{budget:.2f}", f"{final:.2f}"
                )
                compared.setdefault(found.start("printed"), finding)
    yield from (finding for finding in compared.values() if finding is not None)


def _relations(words: Comparison, difference: Decimal, half: Decimal) -> Iterator[tuple[str, bool]]:
    """What words say of a budget and a final figure, and whether it holds of a difference."""
    yield words.less, difference < half
    yield words.more, difference > -half
    yield words.equal, abs(difference) <= half


def _otherwise(section: Section, at: int, printed: str, budget: str, final: str) -> Finding:
    difference = _decimal(final) - _decimal(budget)
    return spot_of(section, at, at + len(printed)).finding(
        "comparison_wrong",
        "inconsistent",
        printed=printed,
        budget=budget,
        final=final,
        relation=Both("more", "大于") if difference > 0 else Both("less", "小于"),
        difference=str(abs(difference)),
    )


def _in_tables(quantity: Quantity, publication: Publication, contracts: Contracts) -> int | None:
    """What the tables have for a quantity, in 分; None where they have nothing."""
    cells = figures_of(quantity, publication, contracts)
    if cells is None:
        return None
    return sum(weight * (publication.tables[key.dataset].by_key[key].amount or 0) for weight, key in cells)


def _reached(section: Section, contracts: Contracts) -> Iterator[Finding]:
    """由5万元增加到4万元: the amounts go the other way than the word between them."""
    for match in compiled(contracts.disclosure.comparison.reached).finditer(section.text):
        change = _decimal(match["after"]) - _decimal(match["before"])
        says_less = match["printed"] in contracts.narrative.directions.down
        if not change or (change < 0) == says_less:
            continue
        spot = spot_of(section, *match.span("printed"))
        yield spot.finding(
            "direction_wrong",
            "inconsistent",
            pages=on_pages([spot.page]),
            times="",
            printed=match["printed"],
            unit="",
            seen=Both("The amounts stated give", "按所述金额应为"),
            right=sentence(
                contracts,
                "change.less" if change < 0 else "change.more",
                shown=f"{abs(change)} {match['unit']}",
            ),
            because="",
            follows="",
        )


def _decimal(printed: str) -> Decimal:
    return Decimal(printed.replace(",", ""))


def _last_decimal(*printed: str) -> Decimal:
    """One unit of the coarser last decimal: by so much can rounding alone make two figures differ."""
    return max(Decimal(1).scaleb(int(_decimal(text).as_tuple().exponent)) for text in printed)


def contradicting_reasons(sections: Sequence[Section], contracts: Contracts) -> Iterator[Finding]:
    """A finding for each reason whose word of direction is the other of the change that it follows.

    Args:
        sections: all prose of the publication.
        contracts: ``reasons`` of contracts/disclosure.yaml, and the words of direction of the narrative.

    Yields:
        Reasons right after a change, and those for the change from last year where the paragraph has stated
        none that way.
    """
    words, down = contracts.disclosure.reasons, contracts.narrative.directions.down
    after, change, of_year = map(words.compiled, (words.right_after, words.change, words.of_last_year))
    for section in sections:
        for paragraph in re.finditer(r"[^\n]+", section.text) if section.part == "narrative" else ():
            reasons = [(m, [m], True) for m in after.finditer(paragraph[0])]
            for match in of_year.finditer(paragraph[0]):
                before = [*change.finditer(paragraph[0], 0, match.start())]
                reasons.append((match, before, any(c["last"] for c in before)))
            for reason, changes, is_told in reasons:
                told = [c for c in changes if Decimal(c["number"].replace(",", ""))]
                goes_down = reason["printed"] in down
                if is_told and told and all((c["way"] in down) != goes_down for c in told):
                    at, printed = paragraph.start() + reason.start("printed"), reason["printed"]
                    spot = spot_of(section, at, at + len(printed))
                    yield spot.finding("reason_contradicts", "warning", printed=printed, said=told[0]["way"])
