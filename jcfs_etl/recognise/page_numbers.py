"""Tells from the numbers that pages bear that some of them are not in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Page, PdfDocument

#: Shares of a page's height at its head and foot in which its number stands.
_HEAD, _FOOT = 0.1, 0.12
#: More numbers left out than these are another way to count, and no pages that are missing.
_MOST = 8


def skipped_pages(document: PdfDocument, contracts: Contracts) -> Iterator[Finding]:
    """A finding for each place where the numbers of the pages leave some out.

    On both sides of it at least two pages must count on from each other, and the numbers next to the gap
    must stand nowhere else: parts that count by themselves are put between others.
    """
    pattern = regex(contracts.publication.page_number_pattern)
    numbers = {page.number: n for page in document.pages if (n := _number(page, pattern)) is not None}
    borne = set(numbers.values())
    ahead = {at: number - at for at, number in numbers.items()}
    for before, here in pairwise(numbers):
        count = ahead[here] - ahead[before]
        goes_on = any(ahead[at] == ahead[before] for at in numbers if at < before) and any(
            ahead[at] == ahead[here] for at in numbers if at > here
        )
        if 0 < count <= _MOST and goes_on and not borne & {numbers[before] + 1, numbers[here] - 1}:
            values = {"page": here, "number": numbers[here], "before": before, "last": numbers[before]}
            yield Finding("pages_skipped", "warning", "document", values=values | {"count": count}, page=here)


def _number(page: Page, pattern: re.Pattern[str]) -> int | None:
    """The number that a page bears at its head or foot; None where none or several do."""
    edges = [
        squeezed(line.text)
        for line in page.lines
        if line.box.y1 < _HEAD * page.height or line.box.y0 > (1 - _FOOT) * page.height
    ]
    texts = filter(pattern.fullmatch, edges)
    found = {int(digits) for text in texts for digits in re.findall("[0-9]+", text)[:1]}
    return found.pop() if len(found) == 1 else None
