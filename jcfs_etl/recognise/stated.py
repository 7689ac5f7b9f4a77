"""What a table says of itself in its title and captions: whose figures it holds, and of which year."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import with_year_in_figures
from jcfs_etl.recognise.model import Stated
from jcfs_etl.recognise.telling import is_unit
from jcfs_etl.recognise.titles import CaptionedGrid, caption_statements

_YEAR = re.compile(r"(20\d\d)年度?")


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
