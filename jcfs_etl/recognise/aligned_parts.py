"""A page's share of a table without rules: its lines, without captions, notes and page numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts, HeadWords, PublicationContract
from jcfs_etl.labels import squeezed
from jcfs_etl.places import Box
from jcfs_etl.read.model import Page, Word
from jcfs_etl.recognise.aligned_head import edges_of
from jcfs_etl.recognise.aligned_words import AMOUNT, DECIMALS, Line, lines_of, middle
from jcfs_etl.recognise.titles import is_contents

#: A page's number is at most this many em wide, and stands this many em below the last row.
_NUMBER_WIDTH, _NUMBER_GAP = 10.0, 2.5
#: Columns are told from the next page, too, where so few lines of a table stand on its first.
_FEW = 4
#: Three rules around a head and what is below it part no rows: they are above, between and below the two.
_BANDED = 4
#: A page has at most so many lines of a running head.
RUNNING = 3


class Part(Struct, frozen=True):
    """A table's share of a page: its words and level rules."""

    page: int
    lines: tuple[Line, ...]
    levels: tuple[Box, ...]
    has_title: bool = False


def part_of(page: Page, top: float, bottom: float) -> Part:
    """What stands between two heights of a page; from below a title, where it does not begin at the top."""
    words = [w for w in page.words if top <= middle(w) <= bottom]
    levels = tuple(box for box in page.levels if top <= box.y0 <= bottom)
    return Part(page.number, tuple(lines_of(words)), levels, has_title=top > 0)


def lists_tables(page: Page, contracts: Contracts) -> bool:
    """Whether a page is a table of contents, which states no unit of money as tables do."""
    texts = [squeezed(line.text) for line in page.lines]
    patterns = contracts.publication.money_unit_patterns
    return is_contents(page, contracts) and not any(regex(p).search(text) for p in patterns for text in texts)


def trimmed(part: Part, publication: PublicationContract) -> Part:
    """A part without the notes below its table and the number of its page."""
    lines = list(part.lines)
    for at, line in enumerate(lines):
        if regex(publication.below_table_pattern).search(line.text):
            lines = lines[:at]
            break
    if lines:
        last = lines[-1]
        narrow = last.box.x1 - last.box.x0 <= _NUMBER_WIDTH * last.size
        is_far = len(lines) < 2 or last.y - lines[-2].y >= _NUMBER_GAP * lines[-2].size
        its_own = last.text.isdigit() and part.page - int(last.text) in (0, 1)
        is_number = regex(publication.page_number_pattern).fullmatch(last.text)
        if narrow and is_number and (is_far or its_own or not last.text.isdigit()):
            lines.pop()
    return replace(part, lines=tuple(lines))


def repeated_head(lines: Sequence[Line], head: Sequence[Line]) -> tuple[int, int] | None:
    """Where a page repeats the head at its top: its first line and the one below it; None where it does not.

    Rows may be higher there, so that its words stand on other lines.
    """
    words = Counter(squeezed(w.text) for line in head for w in line.words)
    for start in range(min(RUNNING + 1, len(lines))):
        found: Counter[str] = Counter()
        for end in range(start, min(start + len(head) + RUNNING, len(lines))):
            found += Counter(squeezed(w.text) for w in lines[end].words)
            if found == words:
                return start, end + 1
    return None


def row_rules(part: Part, head: Sequence[Line], body: Sequence[Line]) -> list[float]:
    """Heights of the level rules that part the rows of a table; none where rows have none between them."""
    ys, lines = edges_of(part.levels), (*head, *body)
    if len(ys) < (_BANDED if head else _BANDED - 1) or not lines:
        return []
    if any(not ys[0] <= line.y <= ys[-1] for line in lines):
        return []
    # A caption in ruled rows of the table has rules of its own.
    ys = ys[bisect_right(ys, min(line.y for line in lines)) - 1 :]
    # A line of dashes alone may be half of one that is wrapped in a narrow cell.
    with_amounts = [
        line
        for line in lines
        if any(AMOUNT.fullmatch(squeezed(w.text)) for w in line.words) and line.text.strip("-")
    ]
    for top, bottom in pairwise(ys):
        band = [line for line in with_amounts if top <= line.y <= bottom]
        if any(b.y - a.y > min(a.size, b.size) for a, b in pairwise(band)):
            return []
    return ys


def columned(line: Line, words: HeadWords) -> list[Word]:
    """Words of a line of the body that stand in one column: not 合计 and the like, in merged cells."""
    return [w for w in line.words if not regex(words.merged).search(squeezed(w.text))]


def has_figures(lines: Sequence[Line]) -> bool:
    """Whether amounts stand beside other words, as they do in tables."""
    return any(
        DECIMALS.fullmatch(squeezed(w.text)) and len(line.words) > 1 for line in lines for w in line.words
    )


class Share(Struct, frozen=True, dict=True):
    """A page's share of a table, with the lines of its head, none where it does not repeat it, and body."""

    part: Part
    head: Sequence[Line]
    body: Sequence[Line]

    @cached_property
    def rules(self) -> list[float]:
        """Heights of the rules that part its rows, see :func:`row_rules`."""
        return row_rules(self.part, self.head, self.body)


def surely_body(shares: Sequence[Share]) -> Iterator[Line]:
    """Lines of the body on the first page and others that repeat the head; of the next where few are."""
    for number, share in enumerate(shares):
        if share.head or (number == 1 and len(shares[0].body) < _FEW):
            yield from share.body
