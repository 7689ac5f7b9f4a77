"""Rounding alone never raises a finding: whole publications whose every figure was rounded on its own."""

from __future__ import annotations

import dataclasses
from collections import Counter
from random import Random

import pytest
from factory.accounts import Accounts, Appropriation, Own, ThreePublic
from factory.figures import Values
from factory.figures import figures as figures_of_accounts
from factory.publication import draw_document
from figures import CONTRACTS, HALF, IDENTITIES, STEP, Tables, accounts, tried, value_of, with_value
from made_up import made_up, recognised
from misprints import Target, with_texts
from msgspec.structs import replace

from jcfs_etl.audit import Audit, audit
from jcfs_etl.audit.identities import bind
from jcfs_etl.audit.model import Figures
from jcfs_etl.audit.spans import judge
from jcfs_etl.money import yuan
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Publication

#: Six sizes of six forms are audited whole; benchmarks/audit.py audits as many as one likes.
DOCUMENTS = 36
#: Of so many more each identity is tried by itself, which is quick.
MORE_DOCUMENTS = 144
#: Beyond three standard deviations lies less than this share of honest differences.
UNLIKELY = 0.003


def faults(result: Audit) -> list[str]:
    """What the audit finds fault with; that rounding hardly explains something is no fault."""
    return [f.message for f in result.findings if f.code != "unlikely_rounding"]


def test_honest_publications_of_all_forms_and_sizes_are_found_no_fault_with() -> None:
    for number in range(DOCUMENTS):
        result = audit(recognised(made_up(number, seed=7), CONTRACTS), CONTRACTS)
        assert faults(result) == [], f"made_up({number}, seed=7)"
        assert "violated" not in {c.verdict for c in result.checks}


def test_no_identity_of_hundreds_of_honest_publications_is_violated() -> None:
    verdicts: Counter[str] = Counter()
    unlikely = 0
    for number in range(DOCUMENTS, DOCUMENTS + MORE_DOCUMENTS):
        document = recognised(made_up(number, seed=7), CONTRACTS)
        figures = Figures.of_tables(document.tables, CONTRACTS)
        checks = [
            judge(e, figures)
            for i, d in IDENTITIES.values()
            for e in bind(i, d, figures, CONTRACTS).equations
        ]
        assert [c.check for c in checks if c.verdict == "violated"] == [], f"made_up({number}, seed=7)"
        verdicts.update(c.verdict for c in checks)
        unlikely += sum(c.unlikely for c in checks)
    assert verdicts["rounding"] > 1000, "where nothing was rounded, nothing is proved"
    assert unlikely < UNLIKELY * verdicts["rounding"] + 3


def test_figures_printed_to_the_fen_add_up_exactly() -> None:
    audited = 0
    for number in range(18):
        document = made_up(number, seed=8)
        if document.money_unit == "元":
            audited += 1
            result = audit(recognised(document, CONTRACTS), CONTRACTS)
            assert {c.verdict for c in result.checks} <= {"exact", "not_applicable"}
            assert result.findings == ()
    assert audited > 5


# -- half-way cases, rounded either way ----------------------------------------------------------


def halves(accounts: Accounts) -> Accounts:
    """Accounts of odd multiples of 50 元 as far as sums allow: half-way between two texts."""

    def half(fen: int) -> int:
        return fen and (fen // STEP) * STEP + HALF

    budgets = {
        budget: {
            code: Appropriation(half(a.opening), half(a.income), half(a.basic), half(a.project))
            for code, a in codes.items()
        }
        for budget, codes in accounts.budgets.items()
    }
    economic = {code: half(fen) for code, fen in accounts.economic.items()}
    basic = sum(a.basic for a in budgets["general_budget"].values())
    economic[next(iter(economic))] += basic - sum(economic.values())
    three = {
        basis: ThreePublic(*map(half, (t.abroad, t.vehicle_purchase, t.vehicle_operation, t.hospitality)))
        for basis, t in accounts.three_public.items()
    }
    own = {
        code: Own({k: half(v) for k, v in o.income.items()}, {k: half(v) for k, v in o.spent.items()})
        for code, o in accounts.own.items()
    }
    return dataclasses.replace(
        accounts,
        budgets=budgets,
        own=own,
        economic=economic,
        three_public=three,
        own_opening=half(accounts.own_opening),
        own_used=half(accounts.own_used),
        distribution=half(accounts.distribution),
        procurement={k: half(v) for k, v in accounts.procurement.items()},
    )


def rounded_either_way(seed: int) -> Publication:
    """A publication in 万元 whose half-way figures went up or down by chance, as several programs would."""
    true: Values = {}

    def noted(drawn: Accounts) -> Accounts:
        found = halves(drawn)
        true.update(figures_of_accounts(found))
        return found

    document = draw_document("shanghai_2024", seed, noted)
    found = recognised(document, CONTRACTS)
    random = Random(seed)
    texts = {}
    for fact in found.facts:
        if fact.amount:
            fen = true[fact.key]
            low = fen // STEP * STEP
            printed = low if low == fen else low + random.choice((0, STEP))
            texts[fact.key] = f"{yuan(printed) / 10_000:.2f}"
    return with_texts(found, texts, CONTRACTS)


def test_figures_half_way_between_two_texts_may_go_either_way() -> None:
    residuals: Counter[bool] = Counter()
    for seed in range(24):
        document = rounded_either_way(seed)
        if document.money_unit != "万元":
            continue
        result = audit(document, CONTRACTS)
        assert faults(result) == [], seed
        residuals.update(abs(c.residual or 0) == c.tolerance for c in result.checks if c.tolerance)
    assert residuals[True] > 20, "some differences must be as large as rounding can make them"


# -- at the ends of the interval, in whole publications ------------------------------------------


def verdict(document: Publication, identity: str, key: Key) -> str:
    """What the audit says of the identity about this figure."""
    (check,) = [c for c in audit(document, CONTRACTS).checks if (c.check, c.key) == (identity, key)]
    return check.verdict


def test_a_difference_that_rounding_left_brings_the_end_nearer() -> None:
    """From a difference that is there already, a figure may move to either end and not one 分 further."""
    document = recognised(made_up(19), CONTRACTS)
    base = Figures.of_tables(document.tables, CONTRACTS)
    tested = 0
    for equation in Target(document, CONTRACTS).equations:
        check = judge(equation, base)
        if check.verdict != "rounding" or check.tolerance is None or check.residual is None or check.note:
            continue
        if any(t.value is None for t in equation.terms):
            continue
        tested += 1
        for sign in (1, -1):
            for beyond, expected in ((0, "rounding"), (1, "violated")):
                moved = sign * (check.tolerance + beyond) - check.residual
                first = equation.left[0]
                values = {**base.values, first.key: (first.value or 0) + moved}
                left = (replace(first, value=values[first.key]), *equation.left[1:])
                assert judge(replace(equation, left=left), replace(base, values=values)).verdict == expected
    assert tested > 10


SUMMARY, INCOME = Key("income_expenditure_summary", "income_total", "amount"), Key("income", "total", "total")


def with_half(tables: Tables, dataset: str, half: int) -> Tables:
    """The same tables, one of them printed with another precision."""
    return tables | {dataset: replace(tables[dataset], half=half)}


@pytest.mark.parametrize(
    ("summary", "income"),
    [
        pytest.param(HALF, 0, id="0.01 万元 against 元 to the 分"),
        pytest.param(0, HALF, id="元 to the 分 against 0.01 万元"),
        pytest.param(500_000, HALF, id="whole 万元 against 0.01 万元"),
        pytest.param(50, 0, id="whole 元 against 元 to the 分"),
        pytest.param(0, 0, id="both to the 分"),
    ],
)
def test_a_figure_printed_in_two_tables_may_differ_by_the_precision_of_both(
    summary: int, income: int
) -> None:
    tables = with_half(with_half(accounts(), SUMMARY.dataset, summary), INCOME.dataset, income)
    true = value_of(tables, SUMMARY)
    for sign in (1, -1):
        at_the_end, beyond = (
            tried("cross.income_total", with_value(tables, SUMMARY, true + sign * (summary + income + fen)))[
                0
            ]
            for fen in (0, 1)
        )
        assert at_the_end.verdict == ("rounding" if summary + income else "exact")
        assert (beyond.verdict, beyond.tolerance) == ("violated", summary + income)


def test_an_upper_limit_that_is_blank_is_zero_and_may_hide_half_a_unit() -> None:
    abroad, paid = Key("three_public", "final", "abroad"), Key("basic_expenditure", "30212", "amount")
    tables = with_value(accounts(), abroad, None)
    verdicts = [
        [(c.verdict, c.note is None) for c in tried("cross.abroad", with_value(tables, paid, amount))]
        for amount in (0, HALF, HALF + 1, STEP, STEP + 1)
    ]
    assert verdicts == [
        [("exact", True)],
        [("rounding", True)],
        [("rounding", False)],
        [("rounding", False)],
        [("violated", True)],
    ]


def test_a_blank_is_below_every_upper_limit() -> None:
    tables = with_value(accounts(), Key("basic_expenditure", "30212", "amount"), None)
    (check,) = tried("cross.abroad", tables)
    assert (check.verdict, check.note) == ("exact", None)


def test_a_total_of_one_part_is_that_part_within_a_unit() -> None:
    """A code with one code below it: printed twice in one column, it may differ by a whole unit."""
    tables = accounts()
    identity, home = IDENTITIES["income.hierarchy"]
    parent, child = Key("income", "21011", "total"), Key("income", "2101102", "total")
    for moved, expected in ((STEP, "rounding"), (STEP + 1, "violated"), (-STEP, "rounding")):
        harmed = with_value(tables, parent, value_of(tables, child) + moved)
        data = Figures.of_tables(harmed, CONTRACTS)
        (equation,) = [e for e in bind(identity, home, data, CONTRACTS).equations if e.left[0].key == parent]
        assert judge(equation, data).verdict == expected
