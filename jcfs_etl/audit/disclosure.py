"""What a publication fails to disclose, by the rules of contracts/disclosure.yaml; no arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from msgspec.structs import replace

from jcfs_etl.contracts.disclosure import Rule
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding, Severity, Value, finding
from jcfs_etl.interpret.cells import figures_of
from jcfs_etl.interpret.model import Quantity, Section
from jcfs_etl.recognise.agreement import compared_name
from jcfs_etl.recognise.model import Publication
from jcfs_etl.wording import listed, on_pages, sentence

#: Sections with text that make a narrative; fewer may be a few notes beside tables.
_SECTIONS = 3


def undisclosed(
    sections: Sequence[Section], members: Sequence[str], publication: Publication, contracts: Contracts
) -> list[Finding]:
    """Everything that the rules find missing, left over or out of date.

    Args:
        sections: all prose of the publication.
        members: names of the units that a department lists; a title may name one of them.
        publication: as recognised.
        contracts: contracts/disclosure.yaml has the rules.

    Returns:
        Notes and warnings. None of a publication without a narrative, nor of one read by OCR, in which words
        may be lost.
    """
    narrative = [s for s in sections if s.part == "narrative"]
    if len([s for s in narrative if s.text]) < _SECTIONS or any(f.source == "ocr" for f in publication.facts):
        return []
    prose = [s for s in sections if s.part != "contents"]
    rules = contracts.disclosure.rules
    looked_for = (
        (rules.parts, _parts(prose, contracts)),
        (rules.contents, _contents(sections, prose, contracts)),
        (rules.three_public, _three_public(narrative, publication, contracts)),
        (rules.titles, _titles(prose, members, publication, contracts)),
        (rules.old_names, _old_names(narrative, publication, contracts)),
    )
    return [finding for rule, found in looked_for if rule.enabled for finding in found]


def _told(
    name: str,
    rule: Rule,
    severity: Severity,
    contracts: Contracts,
    pages: Sequence[int] = (),
    /,
    **said: Value,
) -> Finding:
    found = finding(
        "disclosure",
        severity,
        min(pages) if pages else None,
        pages=on_pages(pages) if pages else "",
        what=sentence(contracts, f"disclosure.{name}", **said),
        right=sentence(contracts, f"disclosure.{name}.right", **said),
        founded=Both(rule.founded_on, rule.founded_on_zh),
    )
    return replace(found, check=f"disclosure.{name}")


def _lines(section: Section) -> Iterator[tuple[str, int]]:
    """The heading and the paragraphs with the pages that they begin on."""
    yield section.heading, section.page
    at = 0
    for line in section.text.split("\n"):
        yield line, section.page_at(at)
        at += len(line) + 1


def _parts(prose: Sequence[Section], contracts: Contracts) -> Iterator[Finding]:
    rule = contracts.disclosure.rules.parts
    lines = [line[:40] for section in prose for line, _ in _lines(section)]
    for part, words in rule.needed.items():
        if not any(re.search(words, line) for line in lines):
            yield _told("parts", rule, "warning", contracts, part=part)


def _contents(
    sections: Sequence[Section], prose: Sequence[Section], contracts: Contracts
) -> Iterator[Finding]:
    rule = contracts.disclosure.rules.contents
    entries = [
        (match["title"], line, page)
        for section in sections
        if section.part == "contents"
        for line, page in _lines(section)
        if (match := re.fullmatch(rule.entry, line))
    ]
    if len(entries) < rule.least:
        return
    # The title of a table is nearly that of the section about it.
    headings = [contracts.label(s.heading) for s in prose if s.heading and s.part != "other"]
    text = "\n".join(line for section in prose for line, _ in _lines(section))
    for title, line, page in entries:
        if title in text or any(_alike(title, heading, rule.left_out) >= rule.alike for heading in headings):
            continue
        yield _told("contents", rule, "info", contracts, [page], name=line.rstrip(".·…-0123456789"))


def _alike(one: str, other: str, left_out: Sequence[str]) -> float:
    """How much two headings have in common but for words that most of them have."""
    for word in left_out:
        one, other = one.replace(word, ""), other.replace(word, "")
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _three_public(
    narrative: Sequence[Section], publication: Publication, contracts: Contracts
) -> Iterator[Finding]:
    rule = contracts.disclosure.rules.three_public
    if not any(rule.section in section.heading for section in narrative):
        return
    text = "".join(f"{section.heading}{section.text}" for section in narrative).replace("\n", "")
    for subject, needed in rule.needed.items():
        cells = figures_of(Quantity(subject), publication, contracts)
        if cells is None:
            continue
        tables = publication.tables
        if not any(tables[key.dataset].by_key[key].value for _, key in cells):
            continue
        missing = listed(name for name, pattern in needed.items() if not re.search(pattern, text))
        if missing.en:
            label = contracts.narrative.subjects[subject].labels[0]
            yield _told("three_public", rule, "warning", contracts, label=label, missing=missing)


def _titles(
    prose: Sequence[Section], members: Sequence[str], publication: Publication, contracts: Contracts
) -> Iterator[Finding]:
    rule, unit = contracts.disclosure.rules.titles, publication.unit
    if unit is None:
        return
    pattern = re.compile(rule.pattern)
    pages: dict[str, list[int]] = {}
    for section in prose:
        for line, page in _lines(section):
            match = pattern.fullmatch(line)
            if match and not _is_of(match["unit"], unit, members, contracts):
                pages.setdefault(match["unit"], []).append(page)
    told = {str(f.values.get("other")) for f in publication.findings if f.code == "conflicting_unit"}
    for other, where in pages.items():
        if other not in told:
            yield _told("titles", rule, "warning", contracts, where, other=other, unit=unit)


def _is_of(name: str, unit: str, members: Sequence[str], contracts: Contracts) -> bool:
    """Whether a title's name is the unit's, in another spelling, a part of it, or one of its members'."""
    one, other = (compared_name(text, contracts) for text in (name, unit))
    return one in other or other in one or name in members


def _old_names(
    narrative: Sequence[Section], publication: Publication, contracts: Contracts
) -> Iterator[Finding]:
    rule = contracts.disclosure.rules.old_names
    if publication.year is None or publication.year < rule.from_year:
        return
    for old, new in rule.names.items():
        pages = [
            table.pages[0]
            for table in publication.tables.values()
            if any(contracts.label(row.label) == old for row in table.rows)
        ]
        for section in narrative:
            pages += [section.page_at(match.start()) for match in re.finditer(re.escape(old), section.text)]
        if pages:
            yield _told("old_names", rule, "info", contracts, pages, old=old, new=new)
