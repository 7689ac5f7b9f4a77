"""Where the error is: which figures would explain what does not add up, and how."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from figures import (
    CONTRACTS,
    HALF,
    IDENTITIES,
    STEP,
    Tables,
    accounts,
    blank_cells,
    figures_of,
    published,
    tried,
    value_of,
    with_value,
)
from msgspec.structs import replace

from jcfs_etl.audit import localise as module
from jcfs_etl.audit.edits import ANY, LOST, Scale, smallest_edit
from jcfs_etl.audit.joint import NOTHING_MORE, Joint, examine
from jcfs_etl.audit.linear import Constraint, Interval, System
from jcfs_etl.audit.localise import Conflict, SuspectSet
from jcfs_etl.audit.model import BoundEquation, Term
from jcfs_etl.audit.spans import judge
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact

MONEY_UNITS = CONTRACTS.publication.money_units
WAN = Scale(STEP, 2)
#: 万元 in 分.
UNIT = 1_000_000


def examined(tables: Tables, extra: System = NOTHING_MORE) -> Joint:
    checks = [check for identity in IDENTITIES for check in tried(identity, tables)]
    return examine(figures_of(tables), checks, tables, MONEY_UNITS, extra)


def with_values(tables: Tables, values: Mapping[Key, int | None]) -> Tables:
    for key, value in values.items():
        tables = with_value(tables, key, value)
    return tables


def only_conflict(tables: Tables, extra: System = NOTHING_MORE) -> Conflict:
    joint = examined(tables, extra)
    assert joint.verdict == "inconsistent"
    (conflict,) = joint.conflicts
    return conflict


def keys(found: SuspectSet) -> set[Key]:
    return {cell.key for cell in found.cells}


def best(tables: Tables) -> SuspectSet:
    return only_conflict(tables).sets[0]


ROW = Key("expenditure", "2080101", "basic")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda v: v + 300 * STEP, "one digit"),
        (lambda v: -v, "sign"),
        (lambda v: v * 10, "point moved"),
    ],
)
def test_one_wrong_figure_in_several_identities_is_the_first_suspect(change, kind: str) -> None:  # type: ignore[no-untyped-def]
    tables = accounts()
    value = value_of(tables, ROW)
    conflict = only_conflict(with_value(tables, ROW, change(value)))
    first = conflict.sets[0]
    assert keys(first) == {ROW}
    assert first.reason.startswith(kind)
    cell = first.cells[0]
    assert cell.low is not None and cell.high is not None and cell.low <= value <= cell.high
    assert cell.high - cell.low <= 12 * HALF
    assert conflict.complete
    assert len(conflict.constraints) == 2


def test_the_reason_says_what_is_printed_and_what_was_meant() -> None:
    tables = accounts()
    table = tables["expenditure"]
    value = value_of(tables, ROW)
    assert value == 61534 * STEP
    facts = tuple(
        replace(f, printed="651.34", amount=65134 * STEP) if f.key == ROW else f for f in table.facts
    )
    first = best(tables | {"expenditure": replace(table, facts=facts)})
    assert first.reason == "two digits exchanged: 651.34 for 615.34"
    assert (first.cells[0].printed, first.cells[0].page) == ("651.34", 5)


def test_two_wrong_figures_are_found_together_or_apart() -> None:
    tables = accounts()
    other = Key("income", "2120801", "fiscal_appropriation")
    apart = examined(
        with_values(tables, {ROW: value_of(tables, ROW) + 7 * UNIT, other: -value_of(tables, other)})
    )
    assert [keys(c.sets[0]) for c in apart.conflicts] == [{other}, {ROW}] or [
        keys(c.sets[0]) for c in apart.conflicts
    ] == [{ROW}, {other}]
    near = Key("expenditure", "2080199", "project")
    together = best(
        with_values(tables, {ROW: value_of(tables, ROW) + 7 * UNIT, near: value_of(tables, near) + 40 * UNIT})
    )
    assert keys(together) == {ROW, near}


def test_three_wrong_figures_in_one_cluster_are_found() -> None:
    tables = accounts()
    wrong = {
        ROW: 7 * UNIT,
        Key("expenditure", "2080199", "project"): 40 * UNIT,
        Key("expenditure", "20801", "total"): 300 * UNIT,
    }
    found = only_conflict(with_values(tables, {k: value_of(tables, k) + d for k, d in wrong.items()}))
    assert set(wrong) in [keys(s) for s in found.sets]


def test_every_listed_set_explains_the_conflict_and_none_holds_another() -> None:
    tables = accounts()
    near = Key("expenditure", "2080199", "project")
    wrong = with_values(
        tables, {ROW: value_of(tables, ROW) + 7 * UNIT, near: value_of(tables, near) + 40 * UNIT}
    )
    sets = [keys(s) for s in only_conflict(wrong).sets]
    assert len(sets) > 1
    assert not any(a < b for a in sets for b in sets)


def test_a_column_in_yuan_is_one_slip() -> None:
    tables = accounts()
    column = {
        f.key: f.value * 10_000 for f in tables["expenditure"].facts if f.key.column == "project" and f.value
    }
    first = best(with_values(tables, column))
    assert first.known_slip and first.firm
    assert first.reason == "the column printed in 元 where 万元 is meant"
    assert keys(first) == set(column)


def test_a_column_in_yuan_is_found_beside_another_misprint() -> None:
    tables = accounts()
    other = Key("expenditure", "2120801", "basic")
    column = {
        f.key: f.value * 10_000 for f in tables["expenditure"].facts if f.key.column == "project" and f.value
    }
    joint = examined(with_values(tables, column | {other: value_of(tables, other) + 3 * UNIT}))
    firsts = [conflict.sets[0] for conflict in joint.conflicts if conflict.sets]
    assert "the column printed in 元 where 万元 is meant" in [first.reason for first in firsts]
    assert len(joint.conflicts) > 1, "the rest is a conflict of its own"


def test_a_table_in_yuan_is_one_slip() -> None:
    tables = accounts()
    table = {f.key: f.value * 10_000 for f in tables["general_budget_expenditure"].facts if f.value}
    first = best(with_values(tables, table))
    assert first.reason == "the table printed in 元 where 万元 is meant"
    assert keys(first) == set(table)


def test_neighbouring_cells_exchanged_are_one_slip() -> None:
    tables = accounts()
    beside = ROW._replace(column="project")
    first = best(with_values(tables, {ROW: value_of(tables, beside), beside: value_of(tables, ROW)}))
    assert first.reason == "neighbouring cells exchanged"
    assert keys(first) == {ROW, beside}
    below = [Key("income", "2120801", "total"), Key("income", "2120899", "total")]
    values = [value_of(tables, key) for key in below]
    first = best(with_values(tables, dict(zip(below, reversed(values), strict=True))))
    assert first.reason == "neighbouring cells exchanged"
    assert keys(first) == set(below)


def test_a_row_shifted_by_one_is_one_slip() -> None:
    tables = accounts()
    row = [f.key for f in tables["expenditure"].facts if f.key.row == "2120101"]
    values = [None, *(value_of(tables, key) for key in row[:-1])]
    first = best(with_values(tables, dict(zip(row, values, strict=True))))
    assert first.reason == "the row shifted by one"
    assert keys(first) == set(row)


def test_a_sign_is_one_slip() -> None:
    tables = accounts()
    total = Key("expenditure", "208", "total")
    first = best(with_value(tables, total, -value_of(tables, total)))
    assert (first.known_slip, first.reason, keys(first)) == (True, "sign", {total})


def test_a_blank_may_be_a_figure_that_was_lost() -> None:
    tables = accounts()
    value = value_of(tables, ROW)
    first = best(blank_cells(tables, [ROW]))
    cell = first.cells[0]
    assert (keys(first), cell.printed, cell.reason) == ({ROW}, "", "figure lost")
    assert cell.low is not None and cell.high is not None and cell.low <= value <= cell.high


def test_a_statement_beside_the_tables_may_be_what_is_wrong() -> None:
    tables = accounts()
    value = value_of(tables, ROW)
    claim = Constraint("claim", ((1, ROW),), value - 90 * UNIT, value - 80 * UNIT)
    conflict = only_conflict(tables, System({}, (claim,)))
    assert conflict.constraints == ("claim",)
    assert (conflict.sets[0].aside, conflict.sets[0].cells) == (("claim",), ())
    assert conflict.sets[0].reason == "claim is wrong"


def column_of_sums(amounts: Mapping[str, int], *, doubted: str = "") -> Joint:
    """A form in which the first line is the sum of the others, and nothing else binds them."""
    table = published("income_expenditure_summary", {"": {r: {"amount": a} for r, a in amounts.items()}})

    def read(fact: Fact) -> Fact:
        return replace(fact, source="ocr", confidence=0.6 if fact.key.row == doubted else 0.99)

    if doubted:
        table = replace(table, facts=tuple(read(f) for f in table.facts))
    tables = {table.dataset: table}
    figures = figures_of(tables)
    terms = [Term(1, f.key, f.value) for f in table.facts]
    equation = BoundEquation("sum", "The first is the sum.", (terms[0],), tuple(terms[1:]), "=")
    return examine(figures, [judge(equation, figures)], tables, MONEY_UNITS)


def rows(joint: Joint) -> list[str]:
    return [cell.key.row for conflict in joint.conflicts for s in conflict.sets for cell in s.cells]


def test_in_one_sum_the_smallest_slip_of_the_finger_comes_first() -> None:
    # 100.00 = 12.34 + 69.87 + 17.79 with 69.87 printed 96.87: the others need far more than one slip.
    joint = column_of_sums({"all": 10_000 * STEP, "a": 1234 * STEP, "b": 9687 * STEP, "c": 1779 * STEP})
    first = joint.conflicts[0].sets[0]
    assert first.reason == "two digits exchanged: 96.870000 for 69.87"
    assert set(rows(joint)) == {"all", "a", "b", "c"}


def test_of_equal_slips_a_doubtful_reading_comes_first_and_then_the_page_order() -> None:
    amounts = {"all": 5555 * STEP, "a": 1111 * STEP, "b": 1111 * STEP, "c": 3633 * STEP}
    assert rows(column_of_sums(amounts)).index("a") < rows(column_of_sums(amounts)).index("b")
    doubted = rows(column_of_sums(amounts, doubted="b"))
    assert doubted.index("b") < doubted.index("a")


def test_the_same_document_always_gives_the_same_answer() -> None:
    tables = accounts()
    near = Key("expenditure", "2080199", "project")
    wrong = with_values(tables, {ROW: value_of(tables, ROW) + 7 * UNIT, near: 5})
    first = examined(wrong)
    assert examined(wrong) == first
    checks = [check for identity in IDENTITIES for check in tried(identity, wrong)]
    figures = figures_of(wrong)
    turned = replace(figures, values=dict(list(figures.values.items())[::-1]))
    assert examine(turned, checks[::-1], wrong, MONEY_UNITS) == first


def test_a_met_bound_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = with_value(accounts(), ROW, 5 * UNIT)
    assert only_conflict(wrong).complete
    monkeypatch.setattr(module, "_PROGRAMMES", 3)
    assert not only_conflict(wrong).complete
    monkeypatch.setattr(module, "_PROGRAMMES", 400)
    monkeypatch.setattr(module, "_CHEAP_TRIALS", 3)
    assert not only_conflict(wrong).complete


def test_what_takes_more_than_three_figures_has_no_explanation() -> None:
    tables = accounts()
    wrong = {
        Key("expenditure", code, column): n * UNIT + 1234567
        for n, (code, column) in enumerate(
            [
                ("2080101", "basic"),
                ("2080199", "project"),
                ("2080505", "total"),
                ("208", "basic"),
                ("20801", "total"),
            ]
        )
    }
    conflict = only_conflict(with_values(tables, wrong))
    assert (conflict.sets, conflict.complete) == ((), True)


@pytest.mark.parametrize(
    ("printed", "meant", "kind"),
    [
        ("398.81", "389.81", "two digits exchanged"),
        ("398.81", "398.91", "one digit"),
        ("38.81", "398.81", "a digit lost"),
        ("398.1", "398.81", "a digit lost"),
        ("3998.81", "398.81", "a digit doubled"),
        ("3987.81", "398.81", "a digit too many"),
        ("39.881", "398.81", "point moved"),
        ("3,988.10", "398.81", "point moved"),
        ("0.405", "4.05", "point moved"),
        ("39881", "398.81", "point moved"),
        ("-398.81", "398.81", "sign"),
        ("398.81", "-398.81", "sign"),
        ("0.00", "0.40", "one digit"),
        ("398.81", "938.91", "two slips"),
    ],
)
def test_each_slip_of_the_finger_is_named(printed: str, meant: str, kind: str) -> None:
    amount = round(float(meant) * 100) * STEP
    value = round(float(printed.replace(",", "")) * 1000) * STEP // 10
    edit = smallest_edit(printed, value, Interval(amount - HALF + 1, amount + HALF - 1), WAN)
    assert (edit.kind, WAN.text(edit.meant or 0)) == (kind, meant)


def test_what_no_slip_explains_costs_most() -> None:
    narrow = Interval(12345 * STEP, 12345 * STEP)
    assert smallest_edit("987.60", 98760 * STEP, narrow, WAN).cost == ANY
    assert smallest_edit("", None, narrow, WAN).cost == LOST
    assert smallest_edit("", None, narrow, WAN).meant == 12345


def test_of_several_figures_in_the_interval_the_smallest_slip_counts() -> None:
    edit = smallest_edit("398.81", 39881 * STEP, Interval(38970 * STEP, 38990 * STEP), WAN)
    assert (edit.kind, edit.meant) == ("two digits exchanged", 38981)
