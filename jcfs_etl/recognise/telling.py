"""What titles, captions, running heads and text tell of unit and year, of a table's and of the publication's.

Text counts where neither the cover nor the head of a part or a table names one, or where these cannot be
chosen between: it may speak of other units and years, too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts, PublicationContract
from jcfs_etl.labels import squeezed, with_year_in_figures
from jcfs_etl.read.model import Page, PdfDocument
from jcfs_etl.recognise.model import Stated
from jcfs_etl.recognise.titles import CaptionedGrid, Statement, caption_statements

#: A paragraph begins so many letters to the right of the page's leftmost line.
_INDENT = 1.5
#: So many times as often as the next one is told what is taken.
_CLEARLY = 2
_YEAR = re.compile(r"(20\d\d)年度?")


def told(document: PdfDocument, contracts: Contracts) -> list[Statement]:
    """Units and years that the text outside the tables tells, in page order, each as often as it does."""
    found: list[Statement] = []
    for page in document.pages:
        for text in _beginnings(page, contracts.publication):
            found += _told_in(text, page.number, contracts.publication)
    if document.pages:
        found += lines_of_a_name(document.pages[0], contracts.publication)
    return found


def most_told(kind: str, found: Sequence[Statement], among: Sequence[str] = ()) -> str | None:
    """The value that is told clearly more often than any other; None where there is none.

    Args:
        kind: ``unit`` or ``year``.
        found: what the text tells.
        among: values to choose from, where two are stated equally often; all if empty.
    """
    counts = Counter(s.value for s in found if s.kind == kind and (not among or s.value in among))
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] < _CLEARLY * ranked[1][1]):
        return None
    return ranked[0][0]


def is_unit(name: str, publication: PublicationContract) -> bool:
    """Whether a name can be one of a public body by its last word, brackets left out."""
    return regex(publication.unit_name_pattern).fullmatch(name) is not None


def _beginnings(page: Page, publication: PublicationContract) -> Iterator[str]:
    """Texts of a page from where a line or a sentence begins, with the line below that it may go on in."""
    left = min((line.box.x0 for line in page.lines), default=0.0)
    texts = [squeezed(line.text) for line in page.lines]
    begins = [
        at == 0
        or line.box.x0 - left >= _INDENT * line.size
        or regex(publication.own_line_pattern).match(texts[at]) is not None
        or texts[at - 1].endswith("。")
        for at, line in enumerate(page.lines)
    ]
    for at, text in enumerate(texts):
        goes_on = at + 1 < len(texts) and not begins[at + 1]
        whole = text + (texts[at + 1] if goes_on else "")
        if begins[at]:
            yield whole
        for start in (n + 1 for n, ch in enumerate(text[:-1]) if ch == "。"):
            yield whole[start:]


def _told_in(text: str, page: int, publication: PublicationContract) -> Iterator[Statement]:
    for pattern in publication.told_patterns:
        match = regex(pattern).match(with_year_in_figures(text))
        if match is None:
            continue
        unit = match.groupdict().get("unit")
        if unit and is_unit(unit, publication):
            yield Statement("unit", unit, page)
        yield Statement("year", match["year"], page)
        return


def lines_of_a_name(cover: Page, publication: PublicationContract) -> Iterator[Statement]:
    """Lines of a cover of final accounts that are a body's name and nothing else."""
    texts = [squeezed(line.text) for line in cover.lines]
    if not cover.grids and any(regex(publication.accounts_pattern).search(text) for text in texts):
        for text in texts:
            if is_unit(text, publication):
                yield Statement("unit", text, cover.number)


def stated_by(parts: Iterable[CaptionedGrid], contracts: Contracts) -> Stated:
    """The units and years that a table states.

    Args:
        parts: its grids.
        contracts: what publications look like.
    """
    units: list[tuple[str, ...]] = []
    years: list[tuple[int, ...]] = []
    last_year = ""
    below, of_last_year = map(
        regex, (contracts.publication.units_below_pattern, contracts.publication.last_year_title_pattern)
    )
    for part in parts:
        before, of_title = _before_title(part, contracts)
        said = list(caption_statements(part, contracts.publication))
        units += [(s.value, *s.readings) for s in said if s.kind == "unit"]
        units += [(before,)] if _names_a_unit(before, contracts) else []
        units += [(match[0],) for match in below.finditer(part.title)]
        last_year = last_year or next((match[0] for match in of_last_year.finditer(part.title)), "")
        years += [(int(s.value),) for s in said if s.kind == "year"]
        years += [of_title] if of_title else []
    return Stated(tuple(dict.fromkeys(units)), tuple(dict.fromkeys(years)), last_year)


def _names_a_unit(before: str, contracts: Contracts) -> bool:
    """Whether words before a title are a name, and not a kind of body that a form is for."""
    publication = contracts.publication
    return is_unit(before, publication) and not regex(publication.body_kind_pattern).fullmatch(before)


def _before_title(item: CaptionedGrid, contracts: Contracts) -> tuple[str, tuple[int, ...]]:
    """What stands before a table's title but for years, such as a unit's name, and the years of its line."""
    title = with_year_in_figures(item.title)
    known = (name for name, dataset in contracts.titles_longest_first if dataset == item.dataset)
    at = next((title.find(name) for name in known if name in title), 0)
    return _YEAR.sub("", title[:at]), tuple(int(year) for year in _YEAR.findall(title))
