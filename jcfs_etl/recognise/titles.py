"""Which title belongs to which grid, and what the lines around the grids state."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts, PublicationContract
from jcfs_etl.labels import squeezed, with_year_in_figures
from jcfs_etl.places import Box, enclosing
from jcfs_etl.read.model import Grid, Page, PdfDocument, TextLine
from jcfs_etl.recognise.known_titles import match_title, titled_alone

#: A line that goes on below begins there within so many points of where it began.
_FLUSH = 2.0
#: Lines of one text stand so far apart at most, in parts of their size; those of a title may be set wider.
_GAP, _TITLE_GAP = 0.5, 1.25
#: Letters of one title may differ in size by this share.
_SIZE = 0.1


class Statement(Struct, frozen=True):
    """Something that a line of text states about the whole document, such as the fiscal year.

    ``readings`` are other values that the same words may mean: a cover's name without the lines above it.
    ``in_part`` says that it stands in the head of a part.
    """

    kind: str
    value: str
    page: int
    readings: tuple[str, ...] = ()
    in_part: bool = False


class CaptionedGrid(Struct, frozen=True):
    """A grid with the lines that belong to it.

    Attributes:
        grid: the grid.
        dataset: the table that its title names; None when no contract knows the title.
        title: the title as printed; empty when there is none.
        above: lines between the grid or text before and this grid, squeezed.
        below: lines between this grid and the next title, squeezed.
        first_on_page: whether no other grid stands above it on its page.
        wrapped: for lines above that go on in a line of their own, both together.
        from_foot: whether its title stands at the foot of the page before.
    """

    grid: Grid
    dataset: str | None
    title: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    first_on_page: bool
    wrapped: Mapping[str, str] = field(default_factory=dict)
    from_foot: bool = False


def captioned_grids(document: PdfDocument, contracts: Contracts) -> tuple[CaptionedGrid, ...]:
    """Every grid of a document with its title, in reading order; found out once and kept with the document.

    A title is the last line above a grid that names a table; when the first grid of a page has none
    on its page, a title at the very foot of the page before counts, unless that page is contents.
    """
    kept: dict[str, tuple[CaptionedGrid, ...]] = vars(document)
    if contracts.version not in kept:
        kept[contracts.version] = tuple(_captioned(document, contracts))
    return kept[contracts.version]


def _captioned(document: PdfDocument, contracts: Contracts) -> list[CaptionedGrid]:
    found = []
    before: Page | None = None
    for page in document.pages:
        frame = _frame(page, contracts)
        placed = [replace(line, box=frame(line.box)) for line in page.lines]
        boxes = {id(grid): frame(grid.box) for grid in page.grids}
        if any(line.turned for line in page.lines):
            placed.sort(key=lambda line: line.box.y0)
        for index, grid in enumerate(sorted(page.grids, key=lambda g: boxes[id(g)].y0)):
            box = boxes[id(grid)]
            lane, lines = _lane(box, list(boxes.values()), placed)
            top = max((b.y1 for b in lane if b.y1 <= box.y0), default=-math.inf)
            bottom = min((b.y0 for b in lane if b.y0 >= box.y1), default=math.inf)
            above = _between(lines, top, box.y0)
            dataset, title = _title(above, contracts)
            from_foot = False
            if not title and index == 0 and before is not None:
                dataset, title = _title_at_foot(before, contracts)
                from_foot = bool(title)
            found.append(
                CaptionedGrid(
                    grid,
                    dataset,
                    title,
                    tuple(squeezed(line.text) for line in above),
                    tuple(squeezed(line.text) for line in _between(lines, box.y1, bottom)),
                    index == 0,
                    _wrapped(above, contracts.publication),
                    from_foot,
                )
            )
        before = page
    titled = {item.dataset for item in found}
    return [
        item
        if item.dataset is not None
        else replace(item, dataset=titled_alone(item.title, titled, contracts))
        for item in found
    ]


def statements(
    document: PdfDocument, captioned: Sequence[CaptionedGrid], contracts: Contracts
) -> list[Statement]:
    """What the cover, the heads of the parts and the heads of known tables state, in page order.

    Kinds: ``title`` (as printed), ``unit``, ``year``, ``scope``, ``money_unit``.
    """
    publication = contracts.publication
    found: list[Statement] = []
    if document.pages:
        found += cover_statements(document.pages[0], publication)
    for page in document.pages[1:]:
        for line in page.lines:
            text = squeezed(line.text)
            if regex(publication.part_pattern).match(text):
                stated = _title_statements(text, page.number, publication)
                found += [replace(statement, in_part=True) for statement in stated]
                found += _matches("year", publication.part_year_patterns, text, page.number)
    for item in captioned:
        if item.dataset is not None:
            found += [*caption_statements(item, publication), *_money_units(item, publication)]
    return found


def caption_statements(item: CaptionedGrid, publication: PublicationContract) -> Iterator[Statement]:
    """The unit and the year that the lines above a table state."""
    for text in item.above:
        number = item.grid.page
        yield from _unit_statements(text, item.wrapped.get(text), number, publication)
        yield from _matches("year", publication.table_year_patterns, text, number)


def _unit_statements(
    text: str, whole: str | None, page: int, publication: PublicationContract
) -> Iterator[Statement]:
    """The unit that a line above a table names: with the line below that it may go on in, or without."""
    alone = list(_matches("unit", publication.unit_patterns, text, page))
    if not alone or whole is None:
        yield from alone
        return
    for stated in _matches("unit", publication.unit_patterns, whole, page):
        yield replace(stated, readings=(alone[0].value,))


def _wrapped(lines: Sequence[TextLine], publication: PublicationContract) -> dict[str, str]:
    """Lines that go on below: flush left or centred, in letters of one size, close, and without a label.

    A unit's name that is too long for its place above a table is wrapped by the program that prints it.
    """
    found = {}
    for line in lines:
        for below in lines:
            shorter = below.box.x1 - below.box.x0 < line.box.x1 - line.box.x0
            words = squeezed(below.text)
            if shorter and _goes_on(line, below) and regex(publication.name_rest_pattern).match(words):
                found[squeezed(line.text)] = squeezed(line.text) + words
    return found


def cover_statements(page: Page, publication: PublicationContract) -> Iterator[Statement]:
    """What a cover's title states: by default its lines of one size of letters.

    What stands above them is no part of the name, or is its first line in another size: both are readings.
    """
    lines, number = page.lines[: publication.cover_lines], page.number
    texts = [squeezed(line.text) for line in lines]
    titles = ["".join(texts[start:]) for start in range(len(lines))]
    ways = [
        (start, list(_title_statements(title, number, publication))) for start, title in enumerate(titles)
    ]
    first = next((start for start, stated in ways if stated), None)
    if first is None:
        if any(regex(publication.accounts_pattern).search(text) for text in texts):
            for text in texts:
                yield from _matches("year", publication.cover_year_patterns, text, number)
        return
    year = next(s.value for s in ways[first][1] if s.kind == "year")
    named = [start for start, stated in ways[first:] if stated and Statement("year", year, number) in stated]
    # The last line that still gives a name is where the name begins, or where its last part does.
    begins = named[-1]
    while begins - 1 in named and _same_size(lines[begins - 1], lines[named[-1]]):
        begins -= 1
    units = {start: next(s.value for s in ways[start][1] if s.kind == "unit") for start in named}
    others = tuple(unit for start, unit in units.items() if start != begins)
    yield Statement("title", titles[begins][:80], number)
    for stated in ways[begins][1]:
        yield replace(stated, readings=others) if stated.kind == "unit" else stated


def _same_size(line: TextLine, other: TextLine) -> bool:
    return abs(line.size - other.size) <= _SIZE * other.size


def money_unit(item: CaptionedGrid, contracts: Contracts) -> str | None:
    """The money unit stated above a grid, as printed; None when nothing says.

    The one nearest to it: what stands further above may be a note of the table before.
    """
    found = [stated.value for stated in _money_units(item, contracts.publication)]
    return found[-1] if found else None


def stated_units(item: CaptionedGrid, contracts: Contracts) -> frozenset[str]:
    """The units of money that are stated between a grid and its title, or above a grid without a title."""
    below = item.above[item.above.index(item.title) + 1 :] if item.title in item.above else item.above
    stated = _money_units(replace(item, above=below), contracts.publication)
    return frozenset(each.value for each in stated) & contracts.publication.money_units.keys()


def _money_units(item: CaptionedGrid, publication: PublicationContract) -> Iterator[Statement]:
    """Units of money above a grid, also where a narrow table wraps their line: 单位 and :元 below it.

    Lines of what wraps beside it may stand between the two.
    """
    patterns, number = publication.money_unit_patterns, item.grid.page
    for at, text in enumerate(item.above):
        rest = next((below for below in item.above[at + 1 :] if is_wrapped(text, below, patterns)), "")
        yield from _matches("money_unit", patterns, text + rest, number)


def is_wrapped(line: str, below: str, patterns: Sequence[str]) -> bool:
    """Whether what a line of a caption says ends on the line below, and nothing else stands there."""
    whole = line + below
    matches = (match for pattern in patterns for match in regex(pattern).finditer(whole))
    return any(match.start() < len(line) < match.end() == len(whole) for match in matches)


def is_contents(page: Page, contracts: Contracts) -> bool:
    """Whether a page is a table of contents: headed 目录, or naming three tables and no grid."""
    if page.grids:
        return False
    texts = [squeezed(line.text) for line in page.lines]
    if any(regex(contracts.publication.contents_pattern).search(t) for t in texts):
        return True
    return sum(match_title(t, contracts) is not None for t in texts) >= 3


def lines_of_titles(page: Page, contracts: Contracts) -> list[TextLine]:
    """The lines of a page, the title of a known table that is wrapped into two lines being one."""
    lines = list(page.lines)
    tops = sorted((line.box.y0, place) for place, line in enumerate(page.lines))
    for line in page.lines:
        text = squeezed(line.text)
        if match_title(text, contracts) is not None:
            continue
        # Lines that begin anywhere near its foot, so that a long page is not compared with itself as a whole.
        first = bisect_left(tops, (line.box.y1 - 2 * _FLUSH, 0))
        last = bisect_left(tops, (line.box.y1 + _TITLE_GAP * line.size + _FLUSH, 0))
        for below in (page.lines[place] for place in sorted(place for _, place in tops[first:last])):
            rest = squeezed(below.text)
            if (
                below is not line
                and _goes_on(line, below, _TITLE_GAP)
                and match_title(rest, contracts) is None
                and match_title(text + rest, contracts) is not None
            ):
                whole = replace(line, text=text + rest, box=enclosing([line.box, below.box]))
                lines = [whole if one is line else one for one in lines if one is not below]
                break
    return lines


def _frame(page: Page, contracts: Contracts) -> Callable[[Box], Box]:
    """Turns places of a page into those of its titles, which may read across its tables.

    A table that is too wide is set turned on an upright page, and its title is not: the page was turned as
    most of its text stands, so the title reads down or up beside the grid.
    """
    titled = [line for line in page.lines if line.turned and match_title(squeezed(line.text), contracts)]
    if not titled:
        return lambda box: box
    if titled[0].turned == 1:
        return lambda box: Box(box.y0, -box.x1, box.y1, -box.x0)
    return lambda box: Box(-box.y1, box.x0, -box.y0, box.x1)


def _lane(box: Box, boxes: Sequence[Box], lines: list[TextLine]) -> tuple[Sequence[Box], list[TextLine]]:
    """The grids and lines that stand in line with a grid; all of the page where none stands beside it."""
    x0 = max(((b.x1 + box.x0) / 2 for b in boxes if b.is_left_of(box)), default=-math.inf)
    x1 = min(((b.x0 + box.x1) / 2 for b in boxes if box.is_left_of(b)), default=math.inf)

    def inside(other: Box) -> bool:
        return x0 <= (other.x0 + other.x1) / 2 <= x1

    return [b for b in boxes if inside(b)], [line for line in lines if inside(line.box)]


def _between(lines: Sequence[TextLine], top: float, bottom: float) -> list[TextLine]:
    return [ln for ln in lines if top - 1 <= (ln.box.y0 + ln.box.y1) / 2 <= bottom + 1]


def _title_at_foot(page: Page, contracts: Contracts) -> tuple[str | None, str]:
    """Dataset and title that stand at the foot of a page; nothing for one that no contract knows."""
    dataset, title = _title(_foot(page, contracts), contracts)
    return (dataset, title) if dataset else (None, "")


def _foot(page: Page, contracts: Contracts) -> list[TextLine]:
    """The last lines of a page below its last grid but for its numbers; none of a contents page."""
    if is_contents(page, contracts):
        return []
    lines = _between(page.lines, page.grids[-1].box.y1 if page.grids else 0.0, page.height)
    number = regex(contracts.publication.page_number_pattern)
    lines = [line for line in lines if number.fullmatch(squeezed(line.text)) is None]
    return lines[-contracts.publication.foot_lines :]


def _title(lines: Sequence[TextLine], contracts: Contracts) -> tuple[str | None, str]:
    """Dataset and title of the last line, or pair of lines, that reads as a table's title."""
    for index in range(len(lines) - 1, -1, -1):
        text = squeezed(lines[index].text)
        dataset = match_title(text, contracts)
        before = squeezed(lines[index - 1].text) if index else ""
        goes_on = index > 0 and match_title(before, contracts) is None
        if dataset is None and goes_on:
            dataset = match_title(before + text, contracts)
            text = before + text if dataset is not None else text
        elif dataset is not None and goes_on and _goes_on(lines[index - 1], lines[index], _TITLE_GAP):
            # 政府性基金预算财政拨款收入 / 支出决算表: the rest of a title may be the title of another table.
            whole = match_title(before + text, contracts)
            if whole is not None:
                return whole, before + text if whole != dataset else text
            if regex(contracts.publication.title_begun_pattern).search(before):
                return None, before + text
        if dataset is not None:
            return dataset, text
        # The lines above an unknown title belong to whatever came before it.
        if _may_be_title(text, contracts):
            return None, text
        if goes_on and _goes_on(lines[index - 1], lines[index], _TITLE_GAP):
            text = before + text
            if _may_be_title(text, contracts):
                return None, text
    return None, ""


def _may_be_title(text: str, contracts: Contracts) -> bool:
    publication = contracts.publication
    if not regex(publication.any_title_pattern).search(contracts.label(text)):
        return False
    return not regex(publication.title_prefix_pattern).search(text)


def _goes_on(line: TextLine, below: TextLine, gap: float = _GAP) -> bool:
    """Whether a line may be the rest of the one right above it: flush left or centred, in its size.

    ``gap`` is the space between them, in parts of the size, at most.
    """
    flush = abs(below.box.x0 - line.box.x0) <= _FLUSH
    centred = abs(below.box.x0 + below.box.x1 - line.box.x0 - line.box.x1) <= 2 * _FLUSH
    near = -_FLUSH <= below.box.y0 - line.box.y1 <= gap * line.size and below.box.y0 > line.box.y0
    return (flush or centred) and near and _same_size(line, below)


def _title_statements(text: str, page: int, publication: PublicationContract) -> Iterator[Statement]:
    for pattern in publication.title_patterns:
        match = regex(pattern).search(with_year_in_figures(text))
        if match:
            yield Statement("unit", match["unit"], page)
            yield Statement("year", match["year"], page)
            if match["scope"]:
                yield Statement("scope", publication.scopes[match["scope"]], page)
            return


def _matches(kind: str, patterns: Sequence[str], text: str, page: int) -> Iterator[Statement]:
    for pattern in patterns:
        match = regex(pattern).search(with_year_in_figures(text))
        if match:
            yield Statement(kind, match[kind], page)
            return
