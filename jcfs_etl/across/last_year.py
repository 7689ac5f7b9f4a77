"""Tables that print the figures of the year before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jcfs_etl.across.model import CuratedFigure, CuratedPublication
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding
from jcfs_etl.places import Key
from jcfs_etl.wording import on_pages

#: Different figures that a table must have from the year before, digits of each, and their share of all.
_DIFFERENT, _DIGITS, _SHARE = 5, 3, 0.95


def taken_from_last_year(
    this: CuratedPublication, last: CuratedPublication, contracts: Contracts
) -> Iterator[Finding]:
    """A finding for each table with last year's figures, which no two years have alike by chance."""
    for dataset in dict.fromkeys(key.dataset for key in this.figures):
        mine = {k: f for k, f in this.figures.items() if k.dataset == dataset and _is_telling(f)}
        same = [k for k, f in mine.items() if k in last.figures and last.figures[k].amount == f.amount]
        if len({mine[k].amount for k in same}) < _DIFFERENT or len(same) < _SHARE * len(mine):
            continue
        first: Key = same[0]
        yield Finding(
            "table_of_last_year",
            "inconsistent",
            "document",
            values={
                "title": contracts.tables[dataset].title,
                "pages": on_pages(mine[k].page for k in mine),
                "same": len(same),
                "figures": len(mine),
                "last": Both(f"{last.year} ({last.source})", f"{last.year}年（{last.source}）"),
            },
            dataset=dataset,
            row=first.row,
            column=first.column,
            page=mine[first].page,
            box=mine[first].box,
        )


def without_consequences(findings: Sequence[Finding]) -> list[Finding]:
    """The findings but for those that a table with last year's figures explains."""
    taken = {f.dataset for f in findings if f.code == "table_of_last_year"}
    return [f for f in findings if f.code != "years_disagree" or f.dataset not in taken]


def _is_telling(figure: CuratedFigure) -> bool:
    """Whether a figure has digits enough to be recognised again."""
    return bool(figure.amount) and len(str(abs(figure.amount or 0)).rstrip("0")) >= _DIGITS
