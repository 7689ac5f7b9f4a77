"""The pages beside those of publications: the overview, the years, and the units."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from jcfs_etl.findings import Both
from jcfs_etl.report.runs import RunRecord
from jcfs_etl.report.site.charts import drawn
from jcfs_etl.report.site.inventory import unit_href, unit_key, year_href
from jcfs_etl.report.site.model import Bars, Summary
from jcfs_etl.report.site.render import WAN, Renderer, wan
from jcfs_etl.report.site.texts import short, texts

#: Publications that one page lists; of more, the overview leads to the years, and a year has several pages.
LISTED = 12_000
#: Runs that the overview shows, and units that the chart of a year does.
_RUNS, _UNITS = 20, 15
_AMOUNTS = ("income", "expenditure", "three_public_budget", "three_public")

#: Files by their address below the site.
Files = dict[str, bytes]


def index_page(
    renderer: Renderer, summaries: Sequence[Summary], runs: Sequence[RunRecord], changed: Sequence[Both]
) -> bytes:
    """The overview, with the runs noted, the oldest first, and what the last one changed, line by line."""
    by_year: dict[int | None, list[Summary]] = defaultdict(list)
    for summary in summaries:
        by_year[summary.year].append(summary)
    years = [
        {
            "year": year,
            "href": year_href(year),
            "count": len(mine),
            "states": Counter(s.state for s in mine),
            "income": wan(_sum(mine, "income")),
            "expenditure": wan(_sum(mine, "expenditure")),
        }
        for year, mine in sorted(by_year.items(), key=lambda one: -(one[0] or 0))
    ]
    return renderer.page(
        "index.html",
        root="",
        count=len(summaries),
        units=len({s.unit for s in summaries if s.unit}),
        years=years,
        totals=Counter(s.state for s in summaries),
        rows=renderer.listing(summaries, "") if len(summaries) <= LISTED else None,
        runs=list(reversed(runs[-_RUNS:])),
        changed=changed,
    )


def year_pages(renderer: Renderer, year: int | None, mine: Sequence[Summary]) -> Files:
    """The pages of a year: its units side by side, and the list, in parts where it is long."""
    parts = [mine[at : at + LISTED] for at in range(0, len(mine), LISTED)] or [mine]
    folder = year_href(year).removeprefix("y/").removesuffix(".html") + "/"
    largest = sorted(
        (s for s in mine if "expenditure" in s.amounts), key=lambda s: -Decimal(s.amounts["expenditure"])
    )
    charts = [_of_units(largest[:_UNITS])] if len(largest) > 1 else []
    files = {f"y/{folder}{chart.name}.svg": drawn(chart, WAN) for chart in charts}
    names = [year_href(year, at).removeprefix("y/") for at in range(len(parts))]
    for number, part in enumerate(parts):
        files[f"y/{names[number]}"] = renderer.page(
            "year.html",
            root="../",
            year=year,
            count=len(mine),
            totals=Counter(s.state for s in mine),
            parts=names,
            number=number,
            charts=charts,
            folder=folder,
            rows=renderer.listing(part, "../"),
        )
    return files


def unit_page(renderer: Renderer, unit: str, mine: Sequence[Summary]) -> Files:
    """The page of a unit: its years side by side."""
    mine = sorted(mine, key=lambda s: (s.year or 0, s.key))
    published = [s for s in mine if s.state in ("published", "noted")]
    charts = _of_years(published) if len(published) > 1 else []
    folder = f"{unit_key(unit)}/"
    files = {f"u/{folder}{chart.name}.svg": drawn(chart, WAN) for chart in charts}
    files[unit_href(unit)] = renderer.page(
        "unit.html",
        root="../",
        unit=unit,
        summaries=mine,
        published=published,
        amounts=[name for name in _AMOUNTS if any(name in s.amounts for s in mine)],
        classes=list(dict.fromkeys(name for s in reversed(published) for name in s.classes)),
        charts=charts,
        folder=folder,
    )
    return files


def _of_units(mine: Sequence[Summary]) -> Bars:
    labels = tuple(short(s.unit or s.source) for s in mine)
    title: Both = texts()["largest"]
    return Bars("units", title, labels, _series(mine, ("income", "expenditure")))


def _of_years(mine: Sequence[Summary]) -> list[Bars]:
    labels = tuple(str(s.year) for s in mine)
    title: Both = texts()["years"]
    three: Both = texts()["three_public"]
    charts = [
        Bars("years", title, labels, _series(mine, ("income", "expenditure"))),
        Bars("three_public", three, labels, _series(mine, ("three_public_budget", "three_public"))),
    ]
    return [c for c in charts if any(v for _, values in c.series for v in values)]


def _series(mine: Sequence[Summary], names: Iterable[str]) -> Any:
    words = texts()["amounts"]
    return tuple(
        (words[name].zh, tuple(Decimal(s.amounts[name]) if name in s.amounts else None for s in mine))
        for name in names
    )


def _sum(mine: Sequence[Summary], name: str) -> Decimal | None:
    amounts = [Decimal(s.amounts[name]) for s in mine if name in s.amounts]
    return sum(amounts, Decimal(0)) if amounts else None
