"""The prose of a publication: text lines → parts, sections and paragraphs, every character placed."""

from __future__ import annotations

import re
import statistics
from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.narrative import Part
from jcfs_etl.interpret.headings import IMPLIED, Heading, Headings, headings_of
from jcfs_etl.interpret.passage import Passage, passage_of
from jcfs_etl.places import Box, enclosing
from jcfs_etl.read.model import Page, PdfDocument, TextLine

#: Share of a page's height, at either end, where its number and running head stand.
_EDGE = 0.1
#: Pages that carry one line at their edge before it is a running head.
_REPEATED = 3
#: How far a first line is indented at least, and how far a paragraph's other lines may fall short of
#: the right margin, in characters. A number is not broken, so a line may be short by its length.
_INDENT, _SHORT, _VERY_SHORT = 0.5, 2.0, 9.0
#: How far a line that is full may fall short, in characters, and what numbers are broken at.
_FULL = 1.0
_IN_NUMBERS = "0123456789.%"
#: Long lines that say where a page's margins are.
_SHOWN = 3
_LEADERS = re.compile(r"[.·…・\-]*\d{0,4}$")


#: Words and where they stand on their page, in whole points.
_Spot = tuple[str, int, int]
_DIGITS = re.compile(r"[0-9]+")
#: What stands in figures and sentences and in no watermark.
_OF_TEXT = re.compile(r"[0-9,，.。:：;；、]")


class ProseSection(Struct, frozen=True):
    """Paragraphs under one heading.

    Attributes:
        part: the part of the publication.
        heading: as printed, squeezed; empty when there is none.
        ids: section ids of the contract that the heading and those above it name, outermost first.
        passage: heading and paragraphs, separated by a line feed.
        page: where it begins.
    """

    part: Part
    heading: str
    ids: tuple[str, ...]
    passage: Passage
    page: int

    @property
    def text(self) -> str:
        """The paragraphs without the heading."""
        return self.passage.text[len(self.heading) :].removeprefix("\n")

    @property
    def breaks(self) -> tuple[tuple[int, int], ...]:
        """Places of the text where it begins or goes on to another page, with the page."""
        return tuple(self.passage.pages(len(self.passage.text) - len(self.text)))


class _Line(Struct, frozen=True):
    """Pieces on one baseline, put together."""

    passage: Passage
    page: int
    page_width: float
    box: Box
    size: float
    after_grid: bool = False
    before_grid: bool = False

    @property
    def text(self) -> str:
        return self.passage.text


def read_prose(document: PdfDocument, contracts: Contracts) -> tuple[ProseSection, ...]:
    """The prose of a document in printed order: every line outside grids that is not page furniture.

    Args:
        document: the PDF, read.
        contracts: parts and headings of ``narrative``, titles of the tables.
    """
    headings = headings_of(contracts)
    lines = _without_furniture(document.pages, contracts)
    listed = _contents(lines, headings, {page.number for page in document.pages if page.grids})
    sections = [_section_of("contents", lines[listed])] if lines[listed] else []
    rest = [*lines[: listed.start], *lines[listed.stop :]]
    return (*sections, *_sections(_paragraphs(rest, headings), headings))


def sections_of(
    paragraphs: Sequence[Passage], contracts: Contracts, part: Part = "other"
) -> tuple[ProseSection, ...]:
    """Sections of paragraphs that are already put together, such as an excerpt's.

    Args:
        paragraphs: in printed order, none of them empty.
        contracts: headings of ``narrative``, titles of the tables.
        part: the part that the first of them stands in.
    """
    return tuple(_sections(paragraphs, headings_of(contracts), part))


def _lines_of(page: Page, standing: Container[_Spot]) -> list[_Line]:
    """The page's lines from the top; pieces that a wide gap parts are one line, some are left out."""
    lines: list[_Line] = []
    grids = [grid.box for grid in page.grids]
    lowest = max((grid.y0 for grid in grids), default=0.0)
    for piece in page.lines:
        passage = passage_of(piece, page.number)
        if not passage.text or (standing and _spot(piece) in standing):
            continue
        last = lines[-1] if lines else None
        if last is not None and _on_one_baseline(last.box, piece.box):
            # Two columns of figures must not become one number.
            gap = last.text[-1].isdigit() and passage.text[0].isdigit()
            before = last.passage.then("\t") if gap else last.passage
            lines[-1] = replace(last, passage=before + passage, box=enclosing([last.box, piece.box]))
            continue
        above = last.box.y1 if last is not None else 0.0
        parted = any(above - 1 <= grid.y0 and grid.y1 <= piece.box.y0 + 1 for grid in grids)
        is_above = piece.box.y1 <= lowest + 1
        lines.append(_Line(passage, page.number, page.width, piece.box, piece.size, parted, is_above))
    return lines


def _on_one_baseline(left: Box, right: Box) -> bool:
    shared = min(left.y1, right.y1) - max(left.y0, right.y0)
    return shared > 0.6 * min(left.y1 - left.y0, right.y1 - right.y0) and right.x0 >= left.x1 - 1


def _without_furniture(pages: Sequence[Page], contracts: Contracts) -> list[_Line]:
    """Lines of all pages without page numbers and running heads."""
    number = regex(contracts.publication.page_number_pattern)
    heights = {page.number: page.height for page in pages}
    standing = _standing(pages)
    by_page = [lines for page in pages if (lines := _lines_of(page, standing))]
    lines = [line for page in by_page for line in page]
    counted = _counted(by_page, number)

    def at_edge(line: _Line) -> bool:
        height = heights[line.page]
        return line.box.y1 < _EDGE * height or line.box.y0 > (1 - _EDGE) * height

    edges = {
        (line.page, re.sub(r"\d+", "0", line.text), round(line.box.y0 / 3)) for line in lines if at_edge(line)
    }
    heads = {key for key, n in Counter(edge[1:] for edge in edges).items() if n >= _REPEATED}

    def is_furniture(line: _Line) -> bool:
        if not at_edge(line):
            return (line.page, line.box) in counted
        head = (re.sub(r"\d+", "0", line.text), round(line.box.y0 / 3))
        return number.fullmatch(line.text) is not None or head in heads

    return [line for line in lines if not is_furniture(line)]


def _spot(piece: TextLine) -> _Spot:
    return piece.text, round(piece.box.x0), round(piece.box.y0)


def _standing(pages: Sequence[Page]) -> set[_Spot]:
    """Where words of no sentence stand at one place of several pages, such as a watermark."""
    pieces = [piece for page in pages for piece in page.lines]
    often = {text for text, n in Counter(piece.text for piece in pieces).items() if n >= _REPEATED}
    spots = Counter(_spot(piece) for piece in pieces if piece.text in often)
    return {spot for spot, n in spots.items() if n >= _REPEATED and not _OF_TEXT.search(spot[0])}


def _counted(pages: Sequence[Sequence[_Line]], number: re.Pattern[str]) -> set[tuple[int, Box]]:
    """Where lines are the numbers of their pages, however near the text: first or last, they count on.

    Those that are not in digits need not.
    """
    places: dict[tuple[bool, int | None], set[tuple[int, Box]]] = {}
    for lines in pages:
        for is_last, line in enumerate((lines[0], lines[-1])):
            if number.fullmatch(line.text):
                digits = _DIGITS.search(line.text)
                ahead = int(digits[0]) - line.page if digits is not None else None
                places.setdefault((bool(is_last), ahead), set()).add((line.page, line.box))
    return {place for some in places.values() if len(some) >= _REPEATED for place in some}


def _contents(lines: Sequence[_Line], headings: Headings, with_grids: set[int]) -> slice:
    """Which lines are the list of contents.

    It ends where its first entry stands again, where a page has tables, or before the page on which
    a line reads unlike an entry.
    """
    start = next((i for i, line in enumerate(lines) if headings.part_of(line.text) == "contents"), None)
    if start is None:
        return slice(0, 0)
    first = ""
    for index in range(start + 1, len(lines)):
        line = lines[index]
        entry = _LEADERS.sub("", line.text)
        if line.page in with_grids or (first and entry == first):
            return slice(start, index)
        if not headings.could_be_entry(line.text):
            # The last page seen is no list, unless the list began on it.
            same = next(i for i in range(start, index + 1) if lines[i].page == line.page)
            return slice(start, index if same == start else same)
        first = first or entry
    return slice(start, len(lines))


class _Margins(NamedTuple):
    """Where the body's lines begin and end on a page, in points, and how many lines show it."""

    left: float
    right: float
    shown_by: int

    @classmethod
    def of(cls, lines: Sequence[_Line]) -> _Margins:
        """The margins of one page by its longest lines; both alike where only one line is long."""
        right = max(line.box.x1 for line in lines)
        full = [line.box for line in lines if line.box.x1 > right - _SHORT * line.size]
        left = min(box.x0 for box in full)
        return cls(left, right if len(full) > 1 else max(right, lines[0].page_width - left), len(full))


def _margins(lines: Sequence[_Line]) -> dict[int, _Margins]:
    """The margins of every page; one with few long lines takes the left one of pages as wide as it."""
    by_page: dict[int, list[_Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    margins = {number: _Margins.of(page) for number, page in by_page.items()}
    lefts: dict[float, list[float]] = {}
    for number, margin in margins.items():
        if margin.shown_by > _SHOWN:
            lefts.setdefault(round(by_page[number][0].page_width), []).append(margin.left)
    for number, margin in margins.items():
        known = lefts.get(round(by_page[number][0].page_width))
        if known and margin.shown_by <= _SHOWN:
            margins[number] = margin._replace(left=min(margin.left, statistics.median_low(known)))
    return margins


def _paragraphs(lines: Sequence[_Line], headings: Headings) -> list[Passage]:
    """Lines joined into paragraphs, over page breaks as well."""
    if not lines:
        return []
    margins = _margins(lines)
    body = _usual_size(lines)
    paragraphs = [lines[0].passage]
    for above, line in pairwise(lines):
        if _begins_paragraph(above, line, margins[above.page], margins[line.page], body, headings):
            paragraphs.append(line.passage)
        else:
            paragraphs[-1] += line.passage
    return paragraphs


def _usual_size(lines: Sequence[_Line]) -> float:
    """The median of the characters' sizes."""
    by_size = sorted(lines, key=lambda line: line.size)
    counted = list(accumulate(len(line.text) for line in by_size))
    return by_size[bisect_right(counted, counted[-1] // 2)].size


def _begins_paragraph(
    above: _Line, line: _Line, margin_above: _Margins, margin: _Margins, body: float, headings: Headings
) -> bool:
    if line.after_grid:
        return True
    ended = above.text[-1] in "。;:!?"
    is_next = above.page != line.page
    if (is_next and above.before_grid) or ((is_next or ended) and headings.part_of(line.text) is not None):
        return True
    if abs(above.size - line.size) < 0.5 and line.size > 1.15 * body and above.page == line.page:
        # A title in large letters may run over two centred lines.
        return headings.has_ordinal(line.text) or line.box.y0 - above.box.y1 > 1.5 * line.size
    short = (margin_above.right - above.box.x1) / above.size
    is_listed = headings.is_heading(above.text, listed=True)
    if is_listed or (headings.is_heading(above.text) and (short > _SHORT or ended)):
        return True
    if headings.is_heading(line.text) and (ended or short > _SHORT or headings.is_heading(above.text)):
        return True
    if short < _FULL and not ended and _goes_on(above, line):
        return False
    indent = (line.box.x0 - margin.left) / line.size
    if indent > _INDENT or (indent > _INDENT / 3 and ended):
        return True
    if above.text[-1] in ",、(" or line.text[0] in ",、)。;":
        return False
    return short > (_SHORT if ended else _VERY_SHORT)


def _goes_on(above: _Line, line: _Line) -> bool:
    """Whether a line after a full one goes on: a number is broken, or it is no further in than that one.

    A page with few long lines does not show by itself where its margin is.
    """
    is_number = above.text[-1] in _IN_NUMBERS and line.text[0] in _IN_NUMBERS
    return is_number or line.box.x0 < above.box.x0 + _INDENT / 3 * line.size


class _Open(Struct):
    """The section that paragraphs are being added to."""

    part: Part = "other"
    heading: Heading | None = None
    above: list[Heading] = field(default_factory=list)
    passage: Passage = field(default_factory=Passage)

    @property
    def is_headed(self) -> bool:
        """Whether it stands under a printed heading, of whatever level below the part's."""
        return any(0 < h.level < IMPLIED for h in (*self.above, self.heading) if h is not None)

    def section(self) -> ProseSection | None:
        if not self.passage.text:
            return None
        names = [h.section for h in (*self.above, self.heading) if h is not None and h.section]
        text = self.heading.text if self.heading is not None else ""
        ids = tuple(dict.fromkeys(names))
        return ProseSection(self.part, text, ids, self.passage, self.passage.stretches[0].run.page)


def _section_of(part: Part, lines: Sequence[_Line]) -> ProseSection:
    passage = _joined([line.passage for line in lines])
    return ProseSection(part, lines[0].text, (), passage, lines[0].page)


def _joined(passages: Sequence[Passage]) -> Passage:
    whole = passages[0]
    for passage in passages[1:]:
        whole = whole.then("\n") + passage
    return whole


def _implied(
    paragraph: Passage, current: _Open, sections: Sequence[ProseSection], headings: Headings
) -> Heading | None:
    """The heading that a paragraph without one would stand under, by its words, where it begins a section."""
    is_narrative = current.part == "narrative"
    is_before = current.part == "other" and not any(section.part == "narrative" for section in sections)
    may_begin = is_before or (is_narrative and not current.is_headed)
    implied = headings.implied(paragraph.text) if may_begin else None
    if implied is None or implied == current.heading:
        return None
    return implied if is_narrative or implied.section == "summary" else None


def _sections(paragraphs: Sequence[Passage], headings: Headings, first: Part = "other") -> list[ProseSection]:
    sections: list[ProseSection] = []
    current = _Open(first)

    def begin(part: Part, heading: Heading | None, above: list[Heading], passage: Passage) -> None:
        nonlocal current
        if (done := current.section()) is not None:
            sections.append(done)
        current = _Open(part, heading, above, passage)

    for paragraph in paragraphs:
        part = headings.part_of(paragraph.text)
        if part is not None:
            begin(part, Heading(paragraph.text, 0, None), [], paragraph)
            continue
        if headings.is_table_title(paragraph.text):
            begin("other", Heading(paragraph.text, 0, None), [], paragraph)
            continue
        heading = headings.read(paragraph.text, current.part)
        implied = _implied(paragraph, current, sections, headings) if heading is None else None
        if implied is not None:
            begin("narrative", implied, [], paragraph)
            continue
        if heading is None:
            current.passage = _joined([current.passage, paragraph]) if current.passage.text else paragraph
            continue
        part = "narrative" if heading.section and current.part == "other" else current.part
        line = [*current.above, *([current.heading] if current.heading is not None else [])]
        above = [h for h in line if h.level < heading.level and part == current.part]
        if headings.stays(heading, above):
            heading = replace(heading, section=None)
        end = len(heading.text)
        begin(part, heading, above, paragraph[:end])
        if paragraph.text[end:]:
            current.passage = _joined([current.passage, paragraph[end:]])
    if (done := current.section()) is not None:
        sections.append(done)
    return sections
