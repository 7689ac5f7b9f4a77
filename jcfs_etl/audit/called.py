"""Names in the narrative that differ from the tables: of lines of the classification, and of the unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from jcfs_etl.audit.edits import distance
from jcfs_etl.audit.spots import Spot, spot_of
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding, Value, finding
from jcfs_etl.interpret.model import Section
from jcfs_etl.interpret.phrasebook import phrasebook
from jcfs_etl.interpret.vocabulary import lexicon
from jcfs_etl.recognise.model import Publication
from jcfs_etl.wording import on_pages

#: The classification that narratives name line by line.
_FAMILY = "functional"
#: The level of a code by its length.
_LEVELS = {3: "类", 5: "款", 7: "项"}
#: Characters of a name that a slip may change at most, and of a name that it is known in at least.
_SLIPS, _LONG = 2, 8
#: What tells bodies of nearly one name apart.
_NUMERALS = re.compile("[一二三四五六七八九十东西南北中上下新老大小]")


def lines_called_otherwise(
    sections: Sequence[Section], publication: Publication, contracts: Contracts
) -> Iterator[Finding]:
    """类, 款 and 项 that the narrative calls otherwise than the table; one finding for each name."""
    table = publication.tables.get(contracts.narrative.families[_FAMILY].rows_of)
    if table is None:
        return
    codes, book = lexicon(contracts).families[_FAMILY].codes(publication)[0], phrasebook(contracts)
    told: dict[tuple[str, str], list[Spot]] = {}
    for section in sections:
        paths = [*codes.paths_in(section.text)]
        ends = [*(path.start() for path in paths[1:]), len(section.text)]
        for path, end in zip(paths, ends, strict=False):
            # Up to the next path, what stands after one is of that.
            stated = book.amounts_in(section.text[path.end() : end].partition("\n")[0])
            for group, code in codes.called_otherwise(path, stated):
                spot = spot_of(section, path.start(group), path.end(group))
                told.setdefault((path[group], code), []).append(spot)
    labels = {row.row: contracts.name_of_code(row.label) for row in table.rows}
    for (name, code), spots in told.items():
        said: dict[str, Value] = {
            "name": name,
            "level": _LEVELS[len(code)],
            "right": labels[code],
            "code": code,
        }
        pages = on_pages(s.page for s in spots)
        found = table.finding("name_differs", "info", spots[0].page, pages=pages, **said)
        yield found.of(row=code)


def unit_spelled_otherwise(
    sections: Sequence[Section], publication: Publication, contracts: Contracts
) -> Iterator[Finding]:
    """The unit's name in words that are written for one another, such as 与 for 和, or with a slip in it.

    A name with a slip is known only where the year follows that its figures are of: other bodies have names
    that are nearly the same.
    """
    unit = publication.unit
    if unit is None:
        return
    pattern = _spelled(unit, tuple(contracts.publication.unit_spellings.items()))
    pages: dict[str, list[int]] = {}
    for section in sections:
        for match in pattern.finditer(section.text):
            if match[0] != unit:
                pages.setdefault(match[0], []).append(section.page_at(match.start()))
        for match in _before_year(len(unit), publication.year).finditer(section.text):
            name = match["name"]
            if name not in pages and pattern.fullmatch(name) is None and is_slip(name, unit):
                pages.setdefault(name, []).append(section.page_at(match.start("name")))
    told = {f.values.get("other") for f in publication.findings if f.code == "other_spelling"}
    for other, where in pages.items():
        if other not in told:
            said: dict[str, Value] = {"first": on_pages([1]), "pages": on_pages(where)}
            yield finding("other_spelling", "info", min(where), other=other, value=unit, **said)


@lru_cache(maxsize=64)
def _before_year(length: int, year: int | None) -> re.Pattern[str]:
    """A name of about so many characters that begins its clause and that the fiscal year follows."""
    least = max(length - _SLIPS, _LONG)
    name = rf"[\u4e00-\u9fff()]{{{least},{max(length + _SLIPS, least)}}}"
    return re.compile(rf"(?:^|(?<=[。;,:\n]))(?P<name>{name})(?={year or '20[0-9]{2}'}年)", re.MULTILINE)


def is_slip(name: str, unit: str) -> bool:
    """Whether a name is the unit's but for a character or two, and neither a part nor a number of another.

    Args:
        name: as printed.
        unit: the unit's own.
    """
    if len(unit) < _LONG or name in unit or unit in name:
        return False
    return _NUMERALS.findall(name) == _NUMERALS.findall(unit) and distance(name, unit) <= _SLIPS


@lru_cache(maxsize=64)
def _spelled(unit: str, spellings: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    pattern = re.escape(unit)
    words = sorted({word for pair in spellings for word in pair}, key=len, reverse=True)
    if words:
        either = f"(?:{'|'.join(map(re.escape, words))})"
        pattern = re.sub(either, lambda _: either, pattern)
    return re.compile(pattern)
