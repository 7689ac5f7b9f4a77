"""Every identity of the contracts binds on some document of the corpus, and breaks there with its figures."""

from __future__ import annotations

from functools import cache

import pytest
from at_hand import SHARED
from corpus import Coverage, coverage, coverage_table, evaluated
from figures import CONTRACTS, IDENTITIES, accounts, publication
from made_up import made_up, recognised
from msgspec.structs import replace

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.audit import Audit, audit
from jcfs_etl.audit.identities import bind
from jcfs_etl.audit.model import BoundEquation, Figures
from jcfs_etl.audit.spans import judge
from jcfs_etl.recognise.model import Publication

PUTUO = SHARED / "real/上海市普陀区财政局2024年度部门决算.pdf"


@cache
def made_up_documents() -> tuple[tuple[Publication, Audit], ...]:
    """Three sizes of all forms, and accounts in the forms before 2019."""
    documents = [recognised(made_up(number, seed=3), CONTRACTS) for number in range(18)]
    documents.append(publication(accounts(before_2019=True)))
    return tuple((document, audit(document, CONTRACTS)) for document in documents)


@pytest.fixture(scope="module")
def rows(sample: AuditedPublication) -> list[Coverage]:
    audits = [sample.result, *(result for _, result in made_up_documents())]
    if PUTUO.exists():
        audits.append(read_publication(PUTUO).result)
    return coverage(map(evaluated, audits), CONTRACTS)


def test_every_identity_is_tried_on_some_document(rows: list[Coverage]) -> None:
    assert [r.identity for r in rows] == list(IDENTITIES)
    assert [r.identity for r in rows if not r.documents] == []
    assert all(r.equations >= r.documents for r in rows)


def test_an_identity_that_is_never_tried_is_seen() -> None:
    rows = coverage([{"income.total": 7}, {"income.total": 2, "income.columns": 1}], CONTRACTS)
    by_id = {r.identity: (r.documents, r.equations) for r in rows}
    assert (by_id["income.total"], by_id["income.columns"]) == ((2, 9), (1, 1))
    assert by_id["cross.income_total"] == (0, 0)


def test_the_table_has_a_line_for_each_identity(rows: list[Coverage]) -> None:
    lines = coverage_table(rows).splitlines()
    assert len(lines) == 2 + len(IDENTITIES)
    assert lines[2].startswith(f"| `{rows[0].identity}` | {rows[0].statement} | {rows[0].documents} |")


@pytest.mark.parametrize("identity", IDENTITIES)
def test_it_ties_two_printed_figures_somewhere_and_breaks_when_either_moves(identity: str) -> None:
    """An identity in which all but one figure is always blank would bind nothing."""
    contract, home = IDENTITIES[identity]
    for document, _ in made_up_documents():
        figures = Figures.of_tables(document.tables, CONTRACTS)
        for equation in bind(contract, home, figures, CONTRACTS).equations:
            if sum(t.value is not None for t in equation.terms) < 2:
                continue
            assert judge(equation, figures).verdict in ("exact", "rounding")
            assert _breaks(equation, figures)
            return
    pytest.fail(f"{identity} never ties two printed figures")


def _breaks(equation: BoundEquation, figures: Figures) -> bool:
    """Whether each printed figure of it, moved beyond what all its cells can hide, violates it."""
    check = judge(equation, figures)
    assert check.reported is not None and check.computed is not None
    far = abs(check.reported - check.computed) + 1 + 2 * sum(figures.tolerance(t.key) for t in equation.terms)
    for index, term in enumerate(equation.terms):
        if term.value is None:
            continue
        # Towards the side that an upper limit forbids.
        side = 1 if index < len(equation.left) else -1
        moved = replace(term, value=term.value + side * term.weight * far)
        terms = [moved if t is term else t for t in equation.terms]
        count = len(equation.left)
        harmed = replace(equation, left=tuple(terms[:count]), right=tuple(terms[count:]))
        if judge(harmed, figures).verdict != "violated":
            return False
    return True
