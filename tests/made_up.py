"""Made-up publications of all sizes, recognised without a PDF: the factory's grids put on pages at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from itertools import accumulate
from random import Random

from factory import model
from factory.accounts import OWN_KINDS, SOURCES, Accounts, Appropriation, Own
from factory.forms import forms
from factory.publication import draw_document

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell, Grid, Page, PdfDocument, TextLine
from jcfs_etl.recognise import Publication, recognise

#: How many items (项) of the general budget a document has at most; None: as the factory draws them.
SIZES = (2, 6, None, None, 60, 160)
#: An item is split into at most this many.
_MOST_PARTS = 12
_LINE = 20.0


def made_up(number: int, seed: int = 0) -> model.Document:
    """A made-up publication; forms and sizes take turns, and the same numbers give the same one.

    Every figure is worked out in 分 and rounded on its own to what the form prints, so sums of printed
    figures miss by what rounding leaves; a third of the documents print 元 to the 分.

    Args:
        number: which one; forms and sizes go round with it.
        seed: which series.
    """
    names = list(forms())
    size = SIZES[number // len(names) % len(SIZES)]
    random = Random(f"size/{seed}/{number}")
    return draw_document(
        names[number % len(names)],
        100_000 * (seed + 1) + number,
        lambda accounts: accounts if size is None else _resized(accounts, size, random),
    )


def pages_of(document: model.Document) -> PdfDocument:
    """What reading gives of a document whose every cell was read exactly as drawn."""
    pages = (_page(section, number) for number, section in enumerate(document.sections, 1))
    return PdfDocument("made-up.pdf", "", tuple(pages))


def recognised(document: model.Document, contracts: Contracts) -> Publication:
    """What recognition makes of it."""
    return recognise(pages_of(document), contracts)


# -- pages ---------------------------------------------------------------------------------------


def _page(section: model.Section, number: int) -> Page:
    """A section on one page, as long as it takes."""
    width = model.PAGE[1 if section.landscape else 0]
    y = model.MARGIN
    grids: list[Grid] = []
    lines: list[TextLine] = []
    for block in section.blocks:
        match block:
            case model.Grid():
                grids.append(_grid(block, number, y))
                y = grids[-1].box.y1
            case model.CaptionLine(left, middle, right):
                room = width - 2 * model.MARGIN
                for share, text in enumerate((left, middle, right)):
                    if text:
                        lines.append(_line(text, model.MARGIN + share * room / 3, y))
            case model.Text(text) | model.FootTitle(text):
                lines.append(_line(text, model.MARGIN, y))
        y += _LINE
    return Page(number, width, y + model.MARGIN, tuple(grids), tuple(lines))


def _line(text: str, x: float, y: float) -> TextLine:
    return TextLine(text, Box(x, y, x + 10.0 * len(text), y + 12.0), 10.0)


def _grid(grid: model.Grid, page: int, top: float) -> Grid:
    columns = tuple(accumulate(grid.widths, initial=model.MARGIN))
    rows = tuple(top + grid.row_height * index for index in range(len(grid.rows) + 1))
    cells = tuple(
        Cell(
            r,
            c,
            cell.row_span,
            cell.column_span,
            cell.text,
            Box(columns[c], rows[r], columns[c + cell.column_span], rows[r + cell.row_span]),
        )
        for r, row in enumerate(grid.rows)
        for c, cell in enumerate(row)
        if cell is not None
    )
    return Grid(page, columns, rows, cells)


# -- sizes ---------------------------------------------------------------------------------------


def _resized(accounts: Accounts, size: int, random: Random) -> Accounts:
    """The same accounts with about as many items of the general budget; every sum stays what it is."""
    general = accounts.budgets["general_budget"]
    if len(general) > size:
        return _merged(accounts, size)
    budget: dict[str, Appropriation] = {}
    names = dict(accounts.names)
    free = [f"{group:02d}{item:02d}" for group in range(60, 98) for item in range(1, 30)]
    for code, appropriation in general.items():
        count = min(_MOST_PARTS, max(1, size // len(general)))
        parts = _split(appropriation, count, random)
        # Some of the new items stand under the item's own 款, some under one of their own.
        for part in parts[1:]:
            new = code[:3] + free[random.randrange(len(free))]
            if new not in budget:
                names |= {new: names[code], new[:5]: names[code[:5]]}
                budget[new] = part
            else:
                parts[0] = _together(parts[0], part)
        budget[code] = parts[0]
    return replace(accounts, names=names, budgets={**accounts.budgets, "general_budget": budget})


def _split(whole: Appropriation, count: int, random: Random) -> list[Appropriation]:
    columns = [
        _parts(amount, count, random) for amount in (whole.opening, whole.income, whole.basic, whole.project)
    ]
    return [Appropriation(*amounts) for amounts in zip(*columns, strict=True)]


def _parts(whole: int, count: int, random: Random) -> list[int]:
    """Random parts that add up to the whole, some of them nothing."""
    cuts = sorted(random.choice((0, random.randint(0, whole))) for _ in range(count - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, whole], strict=True)]


def _together(one: Appropriation, other: Appropriation) -> Appropriation:
    return Appropriation(
        one.opening + other.opening,
        one.income + other.income,
        one.basic + other.basic,
        one.project + other.project,
    )


def _merged(accounts: Accounts, size: int) -> Accounts:
    """All items beyond the first few, and what the unit had of its own, booked under those."""
    general = accounts.budgets["general_budget"]
    kept = list(general)[:size]
    home = {code: kept[index % size] for index, code in enumerate(general)}
    budget: dict[str, Appropriation] = dict.fromkeys(kept, Appropriation(0, 0, 0, 0))
    for code, appropriation in general.items():
        budget[home[code]] = _together(budget[home[code]], appropriation)
    own: dict[str, Own] = {}
    for code, mine in accounts.own.items():
        before = own.get(home[code], Own(dict.fromkeys(SOURCES, 0), dict.fromkeys(OWN_KINDS, 0)))
        own[home[code]] = Own(_sums(before.income, mine.income), _sums(before.spent, mine.spent))
    return replace(accounts, budgets={**accounts.budgets, "general_budget": budget}, own=own)


def _sums(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int, one)
    for key, amount in other.items():
        sums[key] += amount
    return dict(sums)
