"""Publications changed as publishers change them: figures exact, or refused.

A label is printed otherwise, or a row or column is moved, taken out or put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from msgspec.structs import replace

from jcfs_etl.audit.publication import audit
from jcfs_etl.contracts import Contracts
from jcfs_etl.places import Key
from jcfs_etl.read.model import Cell, Grid, PdfDocument
from jcfs_etl.recognise.model import Publication
from jcfs_etl.recognise.publication import recognise

#: Characters that publishers mistake for one another, and some that mean something else.
_WRONG = "拔付入出末初结余款项用费的及其"


def _misspelt(text: str, random: Random) -> str:
    at = random.randrange(len(text))
    return text[:at] + random.choice(_WRONG) + text[at + 1 :]


def _without(text: str, random: Random) -> str:
    at = random.randrange(len(text))
    return text[:at] + text[at + 1 :]


def _cut(text: str, random: Random) -> str:
    return text[: random.randint(1, len(text))]


def _cut_in_front(text: str, random: Random) -> str:
    return text[random.randrange(len(text)) :]


def _with_more(text: str, random: Random) -> str:
    more = random.choice(
        ["（万元）", "*", "（注1）", "数", "金额", "情况", "的", "（含专用结余）", "小计", "合计"]
    )
    return text + more


def _after_more(text: str, random: Random) -> str:
    return random.choice(["2024年", "本年", "其中：", "（一）", "1.", "上年", "减：", "加：", "其他"]) + text


def _wrapped(text: str, random: Random) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(["\n", " ", "　", "\n \n"]) + text[at:]


def _another(text: str, random: Random) -> str:
    return random.choice(["备注", "上年数", "增减%", "说明", "年初预算数", "甲", "金额", "余额", "——", ""])


CHANGES: dict[str, Callable[[str, Random], str]] = {
    "misspelt": _misspelt,
    "a character lost": _without,
    "cut off": _cut,
    "cut off in front": _cut_in_front,
    "more behind": _with_more,
    "more before": _after_more,
    "wrapped": _wrapped,
    "another word": _another,
}


@dataclass(frozen=True)
class Relabelled:
    """What came of one change; ``taken_out`` are the figures that stand on no page any more."""

    change: str
    before: str
    after: str
    page: int
    publication: Publication
    contracts: Contracts
    taken_out: frozenset[Key] = frozenset()

    @property
    def is_refused(self) -> bool:
        """Whether it is kept back; audited only where recognition lets it pass."""
        publication = self.publication
        return (
            publication.declined is not None
            or any(f.blocks for f in publication.findings)
            or any(f.blocks for f in audit(publication, self.contracts).findings)
        )

    def differing(self, truth: dict[Key, int]) -> dict[Key, tuple[int | None, int | None]]:
        """Figures that are not what was read before, but for those taken out: by key, before and now."""
        truth = {key: value for key, value in truth.items() if key not in self.taken_out}
        now = figures(self.publication)
        return {
            k: (truth.get(k), now.get(k)) for k in truth.keys() | now.keys() if truth.get(k) != now.get(k)
        }


def figures(publication: Publication) -> dict[Key, int]:
    """Every figure that is not nought; a nought under another name is no other figure."""
    return {f.key: f.value for f in publication.facts if f.value}


def labels(document: PdfDocument, publication: Publication) -> list[tuple[int, int, Cell]]:
    """Cells of the published tables that hold words: page, number of the grid on it, cell."""
    pages = {n for table in publication.tables.values() for n in table.pages}
    return [
        (page.number, at, cell)
        for page in document.pages
        if page.number in pages
        for at, grid in enumerate(page.grids)
        for cell in grid.cells
        if any("一" <= ch <= "鿿" for ch in cell.text)
    ]


def relabelled(
    document: PdfDocument, publication: Publication, contracts: Contracts, count: int, seed: int
) -> Iterator[Relabelled]:
    """The document with one label changed, again and again.

    Args:
        document: as read.
        publication: as recognised from it.
        contracts: for recognising it anew, and auditing it where that is asked.
        count: how often.
        seed: of the random choices.
    """
    random, found = Random(seed), labels(document, publication)
    for _ in range(count):
        number, at, cell = random.choice(found)
        change = random.choice(list(CHANGES))
        text = CHANGES[change](cell.text, random)
        recognised = recognise(with_text(document, number, at, cell, text), contracts)
        yield Relabelled(change, cell.text, text, number, recognised, contracts)


def with_text(document: PdfDocument, number: int, at: int, cell: Cell, text: str) -> PdfDocument:
    """The document with another text in a cell: of which page, and of which grid on it."""
    page = document.pages[number - 1]
    grids = tuple(_with(g, cell, text) if n == at else g for n, g in enumerate(page.grids))
    pages = [*document.pages[: number - 1], replace(page, grids=grids), *document.pages[number:]]
    return replace(document, pages=tuple(pages))


def _with(grid: Grid, cell: Cell, text: str) -> Grid:
    return Grid(
        grid.page,
        grid.columns,
        grid.rows,
        tuple(replace(c, text=text) if c is cell else c for c in grid.cells),
    )
