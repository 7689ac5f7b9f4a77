"""Holds what the narrative says of the self-evaluation against the forms that are attached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jcfs_etl.audit.spans import Span
from jcfs_etl.audit.words import claim_finding
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding
from jcfs_etl.interpret.model import Claim
from jcfs_etl.interpret.performance_model import Performance, PerformanceForm
from jcfs_etl.money import in_unit
from jcfs_etl.wording import listed, on_pages


def self_evaluation_slips(
    claims: Sequence[Claim], performance: Performance, contracts: Contracts
) -> Iterator[Finding]:
    """A finding where the stated money of the evaluated projects is in no column of their forms.

    The narrative does not say whether it means the budget or what was spent, so any column will do. Only
    where as many forms are attached as it speaks of projects can the two be compared.

    Args:
        claims: of the narrative.
        performance: the forms.
        contracts: contracts/performance.yaml names the subjects of the narrative and the columns.
    """
    subjects = contracts.performance.narrative
    numbers = {c.value for c in claims if c.quantity.subject == subjects.projects}
    if not performance.forms or numbers - {len(performance.forms)}:
        return
    sums = {name: _sum(performance.forms, name) for name in subjects.columns}
    known = {name: total for name, total in sums.items() if total is not None}
    stated = [c for c in claims if c.quantity.subject == subjects.money and not c.is_approximate]
    wrong: dict[int, list[Claim]] = {}
    for claim in stated:
        if known and not any(Span.around(claim.value, claim.half).meets(total) for total in known.values()):
            wrong.setdefault(claim.value, []).append(claim)
    for same in wrong.values():
        yield _finding(same, known, performance.forms, contracts)


def _finding(
    same: Sequence[Claim], sums: Mapping[str, Span], forms: Sequence[PerformanceForm], contracts: Contracts
) -> Finding:
    """What is said of money that is stated so many times, and is none of the sums of the forms."""
    first = same[0]
    fen = contracts.publication.money_units.get(first.unit, 100)
    columns = contracts.performance.money.columns
    sums_said = listed(
        f"{columns[name].labels[0]} {in_unit(int(total.value), fen, first.unit or '元')}"
        for name, total in sums.items()
    )
    pages = sorted({page for form in forms for page in form.pages})
    return claim_finding(
        "self_evaluation_disagrees",
        first,
        "inconsistent",
        pages=on_pages(c.page for c in same),
        printed=first.printed,
        unit=first.unit,
        count=len(forms),
        times=len(same) if len(same) > 1 else "",
        forms=Both(f"pages {pages[0]}–{pages[-1]}", f"第{pages[0]}–{pages[-1]}页"),
        sums=sums_said,
    ).stating(first.value, None, None)


def _sum(forms: Sequence[PerformanceForm], column: str) -> Span | None:
    """A column of the money block over all forms; None where some form does not give it."""
    lines = [form.total_line for form in forms if form.total_line and column in form.total_line.figures]
    printed = [f for line in lines if (f := line.figures[column]).value is not None]
    if len(printed) < len(forms):
        return None
    return Span.around(sum(f.value or 0 for f in printed), sum(f.half for f in printed))
