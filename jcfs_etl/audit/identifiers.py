"""Numbers that identify rather than measure: line numbers (行次) run on without a gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from jcfs_etl.findings import Finding
from jcfs_etl.recognise.model import Publication, PublishedTable
from jcfs_etl.wording import listed


def line_number_slips(publication: Publication) -> Iterator[Finding]:
    """A finding for each table whose printed 行次 skip or repeat a number.

    Both sides of a form count on from one another, and lines without a label are numbered as well.
    """
    for table in publication.filled:
        counts = Counter(n.number for n in table.line_numbers)
        if len(counts) < 2:
            continue
        numbers = sorted(counts)
        skipped = sorted(set(range(numbers[0], numbers[-1])) - counts.keys())
        repeated = [n for n in numbers if counts[n] > 1]
        for which, code in ((skipped, "line_number_skipped"), (repeated, "line_number_repeated")):
            if which:
                yield _slip(code, table, which, (numbers[0], numbers[-1]))


def _slip(code: str, table: PublishedTable, which: Sequence[int], ends: tuple[int, int]) -> Finding:
    after = max((n for n in table.line_numbers if n.number <= which[0]), key=lambda n: n.number)
    at, numbers = (after.page, after.box), listed(map(str, which))
    return table.finding(code, "warning", *at, numbers=numbers, first=ends[0], last=ends[1])
