"""Publications held against each other: two years of a unit, a department and its units."""

from __future__ import annotations

from typing import Any

import pytest
from made_up import made_up, recognised
from msgspec.structs import replace

from jcfs_etl.across.judge import audit_across
from jcfs_etl.across.model import CuratedFigure, CuratedPublication, StatedChange
from jcfs_etl.across.run import Neighbours
from jcfs_etl.contracts import load_contracts
from jcfs_etl.curate.manifest import Partition
from jcfs_etl.places import Box, Key

CONTRACTS = load_contracts()
HALF = 5_000
WAN = 1_000_000
BOX = Box(0, 0, 10, 10)
OPENING = Key("income_expenditure_summary", "opening_balance", "amount")
CLOSING = Key("income_expenditure_summary", "closing_balance", "amount")
TOTAL = Key("general_budget_expenditure", "total", "total")
FUND = "government_fund"


def figure(wan: str | None, low: int | None = None, high: int | None = None) -> CuratedFigure:
    amount = None if wan is None else round(float(wan) * 100) * WAN // 100
    middle = amount or 0
    return CuratedFigure(
        amount, middle - HALF if low is None else low, middle + HALF if high is None else high, 4, BOX
    )


def published(
    year: int, figures: dict[Key, CuratedFigure], unit: str = "某市统计局", **more: Any
) -> CuratedPublication:
    return CuratedPublication(unit, year, f"{unit}{year}.pdf", ("万元", WAN), figures, **more)


def verdicts(
    this: CuratedPublication, last: CuratedPublication | None, **units: CuratedPublication
) -> dict[str, str]:
    across = audit_across(this, last, units, [], CONTRACTS)
    return {c.check: c.verdict for c in across.checks if c.verdict != "not_applicable"}


@pytest.mark.parametrize(
    ("closing", "opening", "verdict"),
    [
        ("86.64", "86.64", "exact"),
        ("86.64", "86.65", "rounding"),
        ("86.64", "86.66", "violated"),
        (None, None, "exact"),
        ("86.64", None, "violated"),
    ],
)
def test_the_opening_balance_is_last_years_closing_balance(
    closing: str | None, opening: str | None, verdict: str
) -> None:
    last = published(2022, {CLOSING: figure(closing)})
    this = published(2023, {OPENING: figure(opening)})
    assert verdicts(this, last) == {"across.opening_balance": verdict}


def test_what_the_whole_publication_narrowed_decides() -> None:
    last = published(2022, {CLOSING: figure("86.64", high=86_640_100)})
    this = published(2023, {OPENING: figure("86.65", low=86_645_200)})
    assert verdicts(this, last) == {"across.opening_balance": "violated"}


def test_the_finding_names_both_years_both_figures_and_the_pages() -> None:
    across = audit_across(
        published(2023, {OPENING: figure("90.00")}),
        published(2022, {CLOSING: figure("86.64")}),
        {},
        [],
        CONTRACTS,
    )
    (finding,) = across.findings
    assert finding.code == "years_disagree" and finding.severity == "inconsistent"
    assert "90.00 万元 is not 86.64 万元 of 2022 (某市统计局2022.pdf), page 4" in finding.message
    assert (finding.reported, finding.implied_low, finding.implied_high) == (
        90_000_000,
        86_635_000,
        86_645_000,
    )


def test_codes_are_compared_where_both_years_print_them() -> None:
    this = published(
        2023,
        {
            Key(FUND, "21208", "opening_balance"): figure("1"),
            Key(FUND, "22960", "opening_balance"): figure("2"),
        },
    )
    last = published(2022, {Key(FUND, "21208", "closing_balance"): figure("1.00")})
    across = audit_across(this, last, {}, [], CONTRACTS)
    tried = [c for c in across.checks if c.check == "across.government_fund"]
    assert [(c.key, c.verdict) for c in tried] == [(Key(FUND, "21208", "opening_balance"), "exact")]


def test_identities_without_figures_in_both_years_say_so() -> None:
    across = audit_across(published(2023, {}), published(2022, {}), {}, [], CONTRACTS)
    assert {c.verdict for c in across.checks} == {"not_applicable"}
    assert len(across.checks) == len(CONTRACTS.across.years)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [(-68_630_000, "exact"), (-68_615_000, "rounding"), (-68_614_999, "violated"), (68_630_000, "violated")],
)
def test_a_stated_change_is_the_difference_of_both_years(change: int, verdict: str) -> None:
    stated = StatedChange("general_budget.change", ((1, TOTAL),), change, HALF, "减少68.63万元", 17, BOX)
    this = published(2023, {TOTAL: figure("430.21")}, changes=[stated])
    last = published(2022, {TOTAL: figure("498.84")})
    across = audit_across(this, last, {}, [], CONTRACTS)
    assert [c.verdict for c in across.checks if c.check == "general_budget.change"] == [verdict]
    assert [f.code for f in across.findings] == (["change_disagrees"] if verdict == "violated" else [])


def test_a_department_is_the_sum_of_its_units_when_all_are_there() -> None:
    department = published(2023, {TOTAL: figure("3.00")}, members=("甲", "乙"))
    first, second = (published(2023, {TOTAL: figure(v)}, unit=u) for u, v in (("甲", "1.00"), ("乙", "2.00")))
    assert verdicts(department, None, 甲=first, 乙=second) == {"across.department_general_budget": "exact"}
    more = replace(second, figures={TOTAL: figure("2.50")})
    assert verdicts(department, None, 甲=first, 乙=more) == {"across.department_general_budget": "violated"}


def test_a_department_is_at_least_the_sum_of_those_units_that_are_there() -> None:
    department = published(2023, {TOTAL: figure("3.00")}, members=("甲", "乙"))
    assert verdicts(department, None, 甲=published(2023, {TOTAL: figure("1.00")}, unit="甲")) == {
        "across.department_general_budget": "exact"
    }
    assert verdicts(department, None, 甲=published(2023, {TOTAL: figure("3.50")}, unit="甲")) == {
        "across.department_general_budget": "violated"
    }


def test_the_check_says_whether_it_is_the_sum_or_a_lower_limit() -> None:
    department = published(2023, {TOTAL: figure("3.00")}, members=("甲", "乙"))
    units = {u: published(2023, {TOTAL: figure("1.50")}, unit=u) for u in ("甲", "乙")}
    for present, relation in ((("甲",), ">="), (("甲", "乙"), "=")):
        across = audit_across(department, None, {u: units[u] for u in present}, [], CONTRACTS)
        [check] = [c for c in across.checks if c.check == "across.department_general_budget"]
        assert check.relation == relation


def test_unit_codes_that_contradict_each_other_are_named() -> None:
    this = published(2023, {}, unit_codes=frozenset({"144004"}))
    last = published(2022, {}, unit_codes=frozenset({"144001"}))
    other = published(2023, {}, unit="另一单位", unit_codes=frozenset({"144004"}))
    codes = [f.code for f in audit_across(this, last, {}, [other], CONTRACTS).findings]
    assert codes == ["unit_code_changed", "unit_code_shared"]
    same = published(2022, {}, unit_codes=frozenset({"144004", "144001"}))
    assert not audit_across(this, same, {}, [], CONTRACTS).findings


def test_a_comparison_depends_on_what_it_compares_and_on_nothing_else() -> None:
    def partition(unit: str, year: int, content: str, **more: Any) -> Partition:
        return Partition(
            unit, year, "", "", "", 1, {f"cells/unit={unit}/year={year}/part-0.parquet": content}, **more
        )

    first, second = partition("甲", 2022, "a"), partition("甲", 2023, "b", unit_codes=("7",))
    alone, namesake = partition("乙", 2023, "c"), partition("丙", 2021, "d", unit_codes=("7",))
    department = partition("局", 2023, "e", members=("甲", "丁"))
    every = [first, second, alone, namesake, department]
    neighbours = Neighbours(every)
    assert neighbours.last(second.key) == first.key and neighbours.last(first.key) is None
    assert neighbours.units(department.key) == [second.key]
    assert neighbours.sharing(second.key) == [namesake.key]
    assert neighbours.basis(alone.key, "1") == neighbours.basis(first.key, "1") == ""

    def bases(partitions: list[Partition], version: str = "1") -> dict[Any, str]:
        known = Neighbours(partitions)
        return {p.key: known.basis(p.key, version) for p in partitions}

    before = bases(every)
    changed = bases([replace(first, files={"cells/unit=甲/year=2022/part-0.parquet": "z"}), *every[1:]])
    assert {k for k in before if before[k] != changed[k]} == {second.key}
    beside = replace(second, files={**second.files, "checks/unit=甲/year=2023/across.parquet": "q"})
    assert bases([first, beside, *every[2:]]) == before, "what comes of a comparison does not set off another"
    assert all(before[k] != v for k, v in bases(every, "2").items() if v)


def of_year(year: int, number: int, seed: int) -> CuratedPublication:
    """A made-up publication as it would be curated."""
    facts = recognised(made_up(number, seed), CONTRACTS).facts
    figures = {
        f.key: CuratedFigure(f.amount, f.amount or 0, f.amount or 0, f.page, f.box)
        for f in facts
        if f.count is None
    }
    return published(year, figures)


def test_a_table_with_last_years_figures_is_one_finding_and_no_other_table_is() -> None:
    found = 0
    for number in range(7):
        last, this = of_year(2022, number, 1), of_year(2023, number, 2)
        codes = [f.code for f in audit_across(this, last, {}, [], CONTRACTS).findings]
        assert "table_of_last_year" not in codes
        for dataset in sorted({k.dataset for k in last.figures}):
            copied = {k: f for k, f in last.figures.items() if k.dataset == dataset}
            kept = {k: f for k, f in this.figures.items() if k.dataset != dataset}
            wrong = replace(this, figures={**kept, **copied})
            tables = [
                f
                for f in audit_across(wrong, last, {}, [], CONTRACTS).findings
                if f.code == "table_of_last_year"
            ]
            different = {f.amount for f in copied.values() if f.amount and f.amount > 999}
            assert [f.dataset for f in tables] in ([dataset], [])
            assert tables or len(different) < 12, (number, dataset)
            found += len(tables)
            if tables:
                assert "2022 (某市统计局2022.pdf)" in tables[0].message
                assert "2022年（某市统计局2022.pdf）相同" in tables[0].message_zh
    assert found >= 40


def test_what_a_table_of_last_year_explains_is_told_with_it() -> None:
    rows = {f"2080{n}": figure(f"{n}1.37") for n in range(3, 9)}
    old = {Key(FUND, code, "closing_balance"): f for code, f in rows.items()}
    old |= {Key(FUND, code, "opening_balance"): figure(f"{code[-1]}7.91") for code in rows}
    across = audit_across(published(2023, old), published(2022, old), {}, [], CONTRACTS)
    assert [f.code for f in across.findings] == ["table_of_last_year"]
    assert sum(c.verdict == "violated" for c in across.checks) == len(rows)
