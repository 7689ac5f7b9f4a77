"""Years that the narrative names and hardly means: last year before this one's figure, its own compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from jcfs_etl.audit.spots import ENDS, spot_of
from jcfs_etl.audit.statements import judge_narrative
from jcfs_etl.audit.words import claim_finding
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.interpret.model import Claim, Quantity, Section
from jcfs_etl.interpret.passage import begin_of
from jcfs_etl.recognise.model import Publication
from jcfs_etl.wording import listed

_YEAR = re.compile("(?<![0-9])[0-9]{4}(?=年)")


def of_meant_years(
    claims: Sequence[Claim], publication: Publication, contracts: Contracts
) -> tuple[tuple[Claim, ...], list[Finding]]:
    """Take amounts under the number of last year as this year's where the tables have them for this one.

    A text taken over from last year keeps its years: 2022年度收入总计5万元 in the accounts of 2023.

    Args:
        claims: of a narrative, in printed order.
        publication: its tables and year.
        contracts: which cells a statement speaks of.

    Returns:
        The claims, and a finding for each sentence with such a year.
    """
    year = publication.year
    suspects = [c for c in claims if year is not None and _may_be_stale(c, claims, year)]
    if not suspects:
        return tuple(claims), []
    this = [replace(claim, quantity=Quantity(claim.quantity.subject)) for claim in suspects]
    judged = judge_narrative(this, publication, contracts)
    meant = {id(old): j.claim for old, j in zip(suspects, judged, strict=True) if j.verdict == "exact"}
    sentences: dict[tuple[int, str], list[Claim]] = {}
    for claim in claims:
        if id(claim) in meant:
            sentences.setdefault((claim.page, claim.sentence), []).append(claim)
    findings = []
    for first, *others in sentences.values():
        printed = listed(f"{claim.printed} {claim.unit}" for claim in (first, *others))
        named, right = str((year or 0) - 1), str(year)
        findings.append(claim_finding("year_wrong", first, printed=printed, named=named, right=right))
    return tuple(meant.get(id(claim), claim) for claim in claims), findings


def _may_be_stale(claim: Claim, claims: Sequence[Claim], year: int) -> bool:
    """Whether a statement of last year, by its number alone, may be meant of this one.

    Not where anything says that both years were alike, or what last year's amount was.
    """
    quantity, text = claim.quantity, claim.sentence
    if claim.form != "level" or quantity.period != "last" or not claim.value or claim.is_approximate:
        return False
    if f"{year - 1}年" not in text or f"{year}年" in text:
        return False
    for other in claims:
        if other.quantity.subject != quantity.subject or other is claim:
            continue
        is_level, is_this = other.form == "level", other.quantity.period == "this"
        if is_level and is_this and (other.sentence == text or claim.kind == "count"):
            return False
        if is_level and not is_this and other.quantity == quantity and other.value != claim.value:
            return False
        if other.form == "difference" and other.base == quantity and not other.value:
            return False
    return True


def own_years_compared(
    sections: Sequence[Section], publication: Publication, contracts: Contracts
) -> Iterator[Finding]:
    """Comparisons with the very year of the accounts, in sentences that name no other: 比2023年增加5万元."""
    year = publication.year
    if year is None:
        return
    pattern = re.compile(contracts.disclosure.own_year.replace("{year}", str(year)))
    for section in sections:
        for match in pattern.finditer(section.text) if section.part == "narrative" else ():
            start = match.start()
            sentence = section.text[begin_of(section.text, start, ENDS) : start]
            paragraph = section.heading + section.text[begin_of(section.text, start, "\n") : start]
            is_of_later = any(int(named) > year for named in _YEAR.findall(paragraph))
            if is_of_later or any(int(named) != year for named in _YEAR.findall(sentence)):
                continue
            spot, printed = spot_of(section, *match.span("printed")), match["printed"]
            right = printed.replace(str(year), str(year - 1))
            yield spot.finding("own_year_compared", "warning", printed=printed, right=right)
