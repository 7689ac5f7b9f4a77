"""Joint consistency: one set of true amounts for the whole publication, or proof that there is none."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from figures import (
    CONTRACTS,
    HALF,
    IDENTITIES,
    STEP,
    Tables,
    accounts,
    figures_of,
    published,
    tried,
    with_value,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from jcfs_etl import AuditedPublication
from jcfs_etl.audit.joint import Joint, examine, system_of
from jcfs_etl.audit.linear import FREE, Constraint, Interval, System, tightened
from jcfs_etl.audit.model import BoundEquation, Check, Figures, Term
from jcfs_etl.audit.program import Program, irreducible
from jcfs_etl.audit.spans import judge
from jcfs_etl.interpret.model import Quantity
from jcfs_etl.places import Key

MONEY_UNITS = CONTRACTS.publication.money_units


def examined(tables: Tables, extra: System | None = None) -> Joint:
    checks = [check for identity in IDENTITIES for check in tried(identity, tables)]
    return examine(figures_of(tables), checks, tables, MONEY_UNITS, extra or System({}, ()))


def key(row: str) -> Key:
    return Key("income_expenditure_summary", row, "amount")


def form(**amounts: int | None) -> Tables:
    """A form of lines with these amounts in 分."""
    rows = {row: {"amount": amount} for row, amount in amounts.items()}
    return {"income_expenditure_summary": published("income_expenditure_summary", {"": rows})}


def equal(figures: Figures, name: str, left: str, *right: str) -> Check:
    def terms(*rows: str) -> tuple[Term, ...]:
        return tuple(Term(1, key(row), figures.values[key(row)]) for row in rows)

    return judge(BoundEquation(name, f"{left} is the sum.", terms(left), terms(*right), "="), figures)


def solve(system: System) -> tuple[str, ...]:
    """Names of constraints that cannot hold together; none where the system has a solution."""
    program = Program(system)
    if program.feasible():
        return ()
    return irreducible(system, [system.matrix.rows[k].name for k in program.conflict()])


def tried_form(tables: Tables, *equations: tuple[str, ...]) -> tuple[list[Check], Joint]:
    figures = figures_of(tables)
    checks = [equal(figures, "-".join(names), names[0], *names[1:]) for names in equations]
    return checks, examine(figures, checks, tables, MONEY_UNITS)


def test_the_sample_with_its_rounding_misses_is_consistent(sample: AuditedPublication) -> None:
    publication = sample.publication
    figures = Figures.of_tables(publication.tables, sample.contracts)
    checks = [
        check
        for check in sample.result.checks
        if check.equation is not None and all(t.key in figures.values for t in check.equation.terms)
    ]
    assert sum(check.verdict == "rounding" for check in checks) >= 29
    joint = examine(figures, checks, publication.tables, MONEY_UNITS)
    assert (joint.verdict, joint.conflicts) == ("consistent", ())
    assert joint.equations > 100
    assert joint.variables == len(joint.intervals) == len(figures.values)


def test_intervals_of_a_consistent_document_are_never_wider_than_rounding() -> None:
    tables = accounts()
    figures = figures_of(tables)
    for name, interval in examined(tables).intervals.items():
        half, value = figures.tolerance(name), figures.values[name] or 0
        assert interval.low is not None and interval.high is not None
        assert value - half <= interval.low <= value <= interval.high <= value + half


def test_an_interval_is_what_the_other_figures_leave() -> None:
    # 10.01 = 5.00 + 5.00 only when all three are rounded the right way.
    _, joint = tried_form(form(a=1003 * STEP, b=500 * STEP, c=500 * STEP), ("a", "b", "c"))
    assert joint.verdict == "inconsistent"
    amount = 1001 * STEP
    _, joint = tried_form(form(a=amount, b=500 * STEP, c=500 * STEP), ("a", "b", "c"))
    assert joint.intervals[key("a")] == Interval(amount - HALF, amount)
    assert joint.intervals[key("b")] == Interval(500 * STEP, 500 * STEP + HALF)


def test_identities_that_hold_one_by_one_may_contradict_each_other() -> None:
    tables = form(a=0, b=STEP, c=2 * STEP, d=50 * STEP, e=50 * STEP)
    checks, joint = tried_form(tables, ("a", "b"), ("b", "c"), ("d", "e"))
    assert {check.verdict for check in checks} == {"rounding", "exact"}
    assert joint.verdict == "inconsistent"
    assert joint.intervals == {}
    (conflict,) = joint.conflicts
    assert set(conflict.constraints) == {c.equation.name for c in checks[:2] if c.equation}
    assert {c.key.row for s in conflict.sets for c in s.cells} == {"a", "c"}, "b is between them"
    assert all(len(s.cells) == 1 for s in conflict.sets)


@pytest.mark.parametrize("size", [0, 10**6, 10**12, 10**17])
@pytest.mark.parametrize(("beyond", "verdict"), [(0, "consistent"), (1, "inconsistent"), (-1, "consistent")])
def test_an_interval_ends_exactly_where_rounding_ends(size: int, beyond: int, verdict: str) -> None:
    tables = form(a=3 * size + 4 * HALF + beyond, b=size, c=size, d=size)
    _, joint = tried_form(tables, ("a", "b", "c", "d"))
    assert joint.verdict == verdict


@pytest.mark.parametrize("size", [0, 10**12, 10**17])
@pytest.mark.parametrize(("slack", "feasible"), [(0, True), (-1, False)])
def test_the_linear_programme_alone_is_exact_to_the_fen_at_any_size(
    size: int, slack: int, feasible: bool
) -> None:
    # Pairs bind the sum of three from below, which no constraint shows alone.
    names = ("x", "y", "z")
    pairs = [
        Constraint(f"{a}{b}", ((1, a), (1, b)), 2 * size, None)
        for a, b in (("x", "y"), ("x", "z"), ("y", "z"))
    ]
    ceiling = Constraint("xyz", tuple((1, n) for n in names), None, 3 * size + slack)
    system = System({n: Interval(size - HALF, size + HALF) for n in names}, (*pairs, ceiling))
    assert tightened(system) is not None
    assert Program(system).feasible() is feasible
    assert solve(system) == (() if feasible else ("xy", "xyz", "xz", "yz"))


def test_a_figure_set_aside_far_from_what_is_printed_leaks_nothing() -> None:
    # c is free, and 10^17 from where it must be; the other two still differ by 1 分 too much.
    sizes = {"a": 10**17, "b": 10**17 + 2 * HALF + 1, "c": 0}
    boxes: dict[object, Interval] = {n: Interval(v - HALF, v + HALF) for n, v in sizes.items()}
    same = tuple(Constraint(f"{a}={b}", ((1, a), (-1, b)), 0, 0) for a, b in (("a", "c"), ("b", "c")))
    system = System(boxes, same)
    program = Program(system)
    column = system.matrix.column["c"]
    assert not program.feasible({column: FREE})
    assert program.feasible({column: FREE}, dropped=[system.matrix.row["b=c"]])
    assert program.extent(column) == boxes["a"]


def test_blanks_may_hide_what_rounds_to_nothing_and_no_more() -> None:
    for total, verdict in ((3 * HALF, "consistent"), (3 * HALF + 1, "inconsistent")):
        _, joint = tried_form(form(a=total, b=None, c=None), ("a", "b", "c"))
        assert joint.verdict == verdict


def test_counts_are_exact() -> None:
    tables = accounts()
    name = Key("disclosure_statistics", "vehicles_total", "count")
    count = figures_of(tables).values[name]
    assert count is not None
    joint = examined(with_value(tables, name, count + 1))
    assert joint.verdict == "inconsistent"
    cells = {found.cells[0].key: found.cells[0] for found in joint.conflicts[0].sets}
    assert cells[name].low == cells[name].high == count


def test_a_share_binds_two_figures() -> None:
    part, whole = key("part"), key("whole")
    tables = form(part=67100 * STEP, whole=100_000 * STEP)
    figures = figures_of(tables)
    for low, high, verdict in (
        (670_950, 671_050, "consistent"),
        (671_800, 671_900, "inconsistent"),
        (661_000, 670_000, "inconsistent"),
    ):
        share = (
            Constraint("at least", ((1_000_000, part), (-low, whole)), 0, None),
            Constraint("at most", ((1_000_000, part), (-high, whole)), None, 0),
        )
        joint = examine(figures, (), tables, MONEY_UNITS, System({}, share))
        assert joint.verdict == verdict, (low, high)


def test_a_quantity_beside_the_tables_is_one_more_unknown() -> None:
    last = Quantity("expenditure", "last")
    tables = form(a=586 * STEP)
    figures = figures_of(tables)
    change = Constraint("change", ((1, key("a")), (-1, last)), -70 * STEP, -60 * STEP)
    rate = Constraint("rate", ((1_000_000, key("a")), (-880_000, last)), 0, None)
    for known, verdict in (
        (FREE, "consistent"),
        (Interval(650 * STEP, 651 * STEP), "consistent"),
        (Interval(700 * STEP, 701 * STEP), "inconsistent"),
    ):
        joint = examine(figures, (), tables, MONEY_UNITS, System({last: known}, (change, rate)))
        assert (joint.verdict, joint.variables, joint.equations) == (verdict, 2, 2)


def test_an_upper_limit_binds_one_way_only() -> None:
    tables = form(a=0, b=10 * STEP)
    figures = figures_of(tables)
    terms = [(Term(1, key(row), figures.values[key(row)]),) for row in "ab"]
    holds = judge(BoundEquation("limit", "a is at most b.", terms[0], terms[1], "<="), figures)
    fails = judge(BoundEquation("limit", "b is at most a.", terms[1], terms[0], "<="), figures)
    assert examine(figures, [holds], tables, MONEY_UNITS).verdict == "consistent"
    assert examine(figures, [fails], tables, MONEY_UNITS).verdict == "inconsistent"


def test_constraints_carry_the_check_and_the_figure_it_speaks_of() -> None:
    tables = accounts()
    checks = tried("expenditure.columns", tables)
    system = system_of(figures_of(tables), checks)
    names = {c.name for c in system.constraints}
    assert "expenditure.columns expenditure/total/total" in names
    assert len(names) == len(checks)


def test_a_constraint_about_an_unknown_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="no variable"):
        tightened(System({}, (Constraint("odd", ((1, "x"),), 0, 0),)))
    with pytest.raises(ValueError, match="one name"):
        tightened(System({"x": FREE}, 2 * (Constraint("twice", ((1, "x"),), 0, 0),)))


def test_the_order_in_which_a_system_is_put_together_changes_nothing() -> None:
    names = [f"x{n}" for n in range(8)]
    boxes: dict[object, Interval] = {n: Interval(2 * i, 2 * i + 2) for i, n in enumerate(names)}
    chain = [Constraint(f"{a}-{b}", ((1, a), (-1, b)), 0, 0) for a, b in pairwise(names)]
    first = solve(System(boxes, tuple(chain)))
    assert first
    for seed in range(5):
        shuffled = random.Random(seed)
        shuffled.shuffle(chain)
        shuffled.shuffle(names)
        assert solve(System({n: boxes[n] for n in names}, tuple(chain))) == first


@settings(max_examples=60)
@given(
    true=st.lists(st.integers(-(10**17), 10**17), min_size=2, max_size=6),
    off=st.lists(st.integers(-HALF, HALF), min_size=7, max_size=7),
)
def test_rounding_alone_is_never_inconsistent(true: list[int], off: list[int]) -> None:
    amounts = [*true, sum(true), true[0] + true[1]]
    names = [f"x{n}" for n in range(len(amounts))]
    boxes: dict[object, Interval] = {
        n: Interval(v + o - HALF, v + o + HALF) for n, v, o in zip(names, amounts, off * 2, strict=False)
    }
    total = Constraint("total", (*((1, n) for n in names[: len(true)]), (-1, names[-2])), 0, 0)
    pair = Constraint("pair", ((1, names[0]), (1, names[1]), (-1, names[-1])), 0, 0)
    system = System(boxes, (total, pair))
    assert solve(system) == ()
    narrowed = tightened(system)
    assert narrowed is not None
    assert all(narrowed[n].holds(v) for n, v in zip(names, amounts, strict=True))
