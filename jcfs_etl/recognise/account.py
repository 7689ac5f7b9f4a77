"""The token account: every numeric token on the pages of published tables ends in exactly one place.

Sums that add up do not prove a reading; column numbers, years and a table read twice add up as well. So
the page itself is accounted for: what is printed in a grid and was taken for nothing is a finding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from jcfs_etl.findings import Finding
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Grid, PdfDocument
from jcfs_etl.recognise.draft import DraftTable, Use
from jcfs_etl.recognise.model import TokenAccount

_TOKEN = re.compile(r"\d[\d,.]*")
#: Where the tokens of a cell end that was taken for something; the first counts.
_ENDS = (
    ("figure", "figures"),
    ("number", "numbers"),
    ("code", "codes"),
    ("label", "labels"),
    ("aside", "set_aside"),
)


class _Tally(Struct):
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


def account_for(document: PdfDocument, drafts: Iterable[DraftTable]) -> tuple[TokenAccount, list[Finding]]:
    """Account for every numeric token on the pages that hold published tables.

    Args:
        document: the PDF, read.
        drafts: the tables that are published, with what each of their cells was used as.

    Returns:
        The account, and a finding for each cell whose token is left over or used twice.
    """
    tally = _Tally()
    tables = list(drafts)
    owner: dict[int, DraftTable] = {id(part.grid): draft for draft in tables for part in draft.source.parts}
    pages = {part.grid.page for draft in tables for part in draft.source.parts}
    for page in document.pages:
        if page.number not in pages:
            continue
        for grid in page.grids:
            draft = owner.get(id(grid))
            if draft is None:
                tally.counts["other_tables"] += sum(_tokens(cell.text) for cell in grid.cells)
            else:
                _account_grid(grid, draft, tally)
        tally.counts["outside"] += sum(_tokens(line.text) for line in page.lines)
        tally.counts["set_aside"] += sum(_tokens(item.text) for item in page.set_aside)
    return TokenAccount(**tally.counts), tally.findings


def _account_grid(grid: Grid, draft: DraftTable, tally: _Tally) -> None:
    for cell in grid.cells:
        count = _tokens(cell.text)
        if not count:
            continue
        uses: Sequence[Use] = draft.uses.get(id(cell), ())
        kinds = set(uses) - {"reported"}
        tally.counts[next((name for use, name in _ENDS if use in kinds), "left_over")] += count
        if uses.count("figure") > 1 or (not kinds and "reported" not in uses):
            code, at = (
                "token_used_twice" if kinds else "token_left_over",
                {"row": cell.row + 1, "column": cell.column + 1},
            )
            tally.findings.append(
                draft.finding(code, "error", grid.page, cell.box, printed=squeezed(cell.text), **at)
            )


def _tokens(text: str) -> int:
    return len(_TOKEN.findall(squeezed(text)))
