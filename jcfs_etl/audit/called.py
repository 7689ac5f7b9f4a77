"""Names in the narrative that differ from the tables: of lines of the classification, and of the unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from jcfs_etl.audit.edits import distance
from jcfs_etl.audit.spots import Spot, spot_of
from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.disclosure import compiled
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding, Value, finding
from jcfs_etl.interpret.cells import figures_of
from jcfs_etl.interpret.model import Quantity, Section
from jcfs_etl.interpret.paths import nearest
from jcfs_etl.money import to_fen
from jcfs_etl.recognise.model import Publication, PublishedTable
from jcfs_etl.wording import on_pages

_WAN = 1_000_000
#: The level of a code by its length.
_LEVELS = {3: "类", 5: "款", 7: "项"}
#: Characters of a name that a slip may change at most, and of a name that it is known in at least.
_SLIPS, _LONG = 2, 8
#: What tells bodies of nearly one name apart.
_NUMERALS = re.compile("[一二三四五六七八九十东西南北中上下新老大小]")


def lines_called_otherwise(
    sections: Sequence[Section], publication: Publication, contracts: Contracts
) -> Iterator[Finding]:
    """款 and 项 that the narrative calls otherwise than the table; one finding for each name."""
    table = publication.tables.get(contracts.narrative.families["functional"].rows_of)
    if table is None:
        return
    lines = _Lines(table, publication, contracts)
    told: dict[tuple[str, str], list[Spot]] = {}
    for section in sections:
        for match in lines.pattern.finditer(section.text):
            for group, code in lines.called_otherwise(match, section.text):
                spot = spot_of(section, match.start(group), match.end(group))
                told.setdefault((match[group], code), []).append(spot)
    for (name, code), spots in told.items():
        yield table.finding(
            "name_differs",
            "info",
            spots[0].page,
            pages=on_pages(s.page for s in spots),
            name=name,
            level=_LEVELS[len(code)],
            right=lines.labels[code],
            code=code,
        ).of(row=code)


class _Lines:
    """The lines of a table of functional classes, and what a path of the narrative means among them."""

    def __init__(self, table: PublishedTable, publication: Publication, contracts: Contracts) -> None:
        path = contracts.disclosure.path
        self.pattern = regex(path.pattern)
        rows = [row for row in table.rows if row.row.isdigit() and row.label]
        self.labels = {row.row: contracts.name_of_code(row.label) for row in rows}
        self._amount, self._endings = compiled(path.amount), path.endings
        self._table, self._publication, self._contracts = table, publication, contracts

    def called_otherwise(self, path: re.Match[str], text: str) -> Iterator[tuple[str, str]]:
        """Parts of a path (``class``, ``section``, ``item``) with another name than the line they are."""
        firsts = {c: label for c, label in self.labels.items() if len(c) == 3}
        classes = [c for c in firsts if self._is_called(c, path["class"])]
        if not classes and (near := nearest(path["class"], firsts)) is not None:
            classes = [near]
            yield "class", near
        if len(classes) != 1:
            return
        items = [c for c in self.labels if len(c) == 7 and c.startswith(classes[0])]
        inside = [c for c in items if c[:5] in self.labels and self._is_called(c[:5], path["section"])]
        named = [c for c in items if self._is_called(c, path["item"])]
        if any(c in inside for c in named):
            return
        stated = self._stated_after(path, text)
        if inside and stated is not None:
            group, candidates = "item", [c for c in inside if self._figure(c) == stated]
        else:
            group, candidates = "section", [c[:5] for c in named if c[:5] in self.labels and not inside]
        if len(candidates) == 1:
            yield group, candidates[0]

    def _stated_after(self, path: re.Match[str], text: str) -> int | None:
        """The amount in 分 that is stated of a path: up to the next one, what stands after it is of that."""
        paragraph = text[path.end() :].partition("\n")[0]
        following = self.pattern.search(paragraph)
        stated = self._amount.search(paragraph[: following.start()] if following else paragraph)
        return to_fen(Decimal(stated["final"].replace(",", "")), _WAN) if stated else None

    def _is_called(self, code: str, name: str) -> bool:
        known = self._contracts.functional.get(code)
        label = self._contracts.label(name)
        return self._is_same(self.labels[code], name) or (known is not None and label in known.names)

    def _is_same(self, one: str, other: str) -> bool:
        a, b = (_bare(self._contracts.label(name), self._endings) for name in (one, other))
        return a == b or (min(len(a), len(b)) >= 4 and (a.startswith(b) or b.startswith(a)))

    def _figure(self, code: str) -> int | None:
        cells = figures_of(Quantity(f"functional/{code}"), self._publication, self._contracts)
        return None if cells is None else sum(w * (self._table.by_key[k].value or 0) for w, k in cells)


def _bare(name: str, endings: Sequence[str]) -> str:
    for ending in endings:
        name = name.removesuffix(ending)
    return name


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
