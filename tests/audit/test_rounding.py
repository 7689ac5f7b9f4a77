"""The rounding rule at the very ends of its intervals, and over sums of figures rounded on their own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jcfs_etl.audit import Check, Figures
from jcfs_etl.audit.model import BoundEquation, Term
from jcfs_etl.audit.spans import hardly_rounding, judge
from jcfs_etl.places import Key

#: 0.01 万元 in 分, and half of it.
STEP, HALF = 10_000, 5_000
SIDES = ("left", "right")
BLANK_NOTE = "holds only if blank cells hide amounts that round to nothing"

#: An amount in 分, None for a blank cell, or one with its weight.
Cell = int | None | tuple[int, int | None]


def tried(
    left: Sequence[Cell],
    right: Sequence[Cell],
    *,
    relation: Literal["=", "<="] = "=",
    half: int = HALF,
    right_half: int | None = None,
    counts: bool = False,
) -> Check:
    """An equation of made-up figures, each in a cell of its own, tried."""

    def terms(side: str, cells: Sequence[Cell]) -> tuple[Term, ...]:
        weighted = [cell if isinstance(cell, tuple) else (1, cell) for cell in cells]
        return tuple(Term(w, Key(side, f"row {i}", "amount"), v) for i, (w, v) in enumerate(weighted))

    equation = BoundEquation("made.up", "Made up.", terms("left", left), terms("right", right), relation)
    figures = Figures(
        values={t.key: t.value for t in equation.terms},
        rows={side: tuple(t.key.row for t in equation.terms if t.key.dataset == side) for side in SIDES},
        columns=dict.fromkeys(SIDES, ("amount",)),
        half={"left": half, "right": half if right_half is None else right_half},
        counts=frozenset((side, "amount") for side in SIDES if counts),
    )
    return judge(equation, figures)


# -- ends of the interval ------------------------------------------------------------------------


def test_no_difference_is_exact() -> None:
    check = tried([600 * STEP], [100 * STEP, 200 * STEP, 300 * STEP])
    assert (check.verdict, check.residual, check.note, check.unlikely) == ("exact", 0, None, False)
    assert (check.reported, check.computed, check.tolerance) == (600 * STEP, 600 * STEP, 4 * HALF)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("addends", [1, 2, 3, 10, 40])
def test_the_difference_may_be_half_a_unit_for_each_figure_and_no_more(addends: int, sign: int) -> None:
    right = [100 * STEP] * addends
    tolerance = (addends + 1) * HALF
    whole = addends * 100 * STEP
    checks = [tried([whole + sign * d], right) for d in (1, tolerance - 1, tolerance, tolerance + 1)]
    assert [c.verdict for c in checks] == ["rounding", "rounding", "rounding", "violated"]
    assert [c.residual for c in checks] == [sign * d for d in (1, tolerance - 1, tolerance, tolerance + 1)]
    assert {c.tolerance for c in checks} == {tolerance}
    assert {c.note for c in checks} == {None}


def test_one_figure_printed_twice_may_differ_by_a_whole_unit() -> None:
    assert tried([430_210_000], [430_210_000 + STEP]).verdict == "rounding"
    assert tried([430_210_000], [430_210_000 + STEP + 1]).verdict == "violated"


def test_each_figure_counts_with_the_precision_of_its_own_table() -> None:
    ends = [tried([STEP + HALF + 50 + d], [STEP], right_half=50).verdict for d in (0, 1)]
    assert ends == ["rounding", "violated"]


def test_figures_exact_to_the_fen_have_no_tolerance() -> None:
    assert tried([300], [100, 200], half=0).verdict == "exact"
    assert tried([301], [100, 200], half=0).verdict == "violated"


def test_the_tolerance_does_not_grow_with_the_amounts() -> None:
    billion = 10**11
    check = tried([billion * STEP + 2 * HALF + 1], [billion * STEP])
    assert (check.verdict, check.tolerance) == ("violated", 2 * HALF)


def test_negative_amounts_are_judged_alike() -> None:
    assert tried([-300 * STEP], [-100 * STEP, -200 * STEP]).verdict == "exact"
    ends = [tried([-300 * STEP - d], [-100 * STEP, -200 * STEP]).verdict for d in (3 * HALF, 3 * HALF + 1)]
    assert ends == ["rounding", "violated"]


# -- negative weights ----------------------------------------------------------------------------


def test_a_figure_taken_away_adds_to_the_tolerance() -> None:
    # 年末 = 年初 + 收入 - 支出
    right: list[Cell] = [100 * STEP, 900 * STEP, (-1, 700 * STEP)]
    assert tried([300 * STEP], right).verdict == "exact"
    for sign in (1, -1):
        ends = [tried([300 * STEP + sign * d], right) for d in (4 * HALF, 4 * HALF + 1)]
        assert [c.verdict for c in ends] == ["rounding", "violated"]
        assert [c.tolerance for c in ends] == [4 * HALF] * 2


def test_both_sides_may_have_several_figures() -> None:
    check = tried([100 * STEP, 500 * STEP], [(-1, 50 * STEP), 650 * STEP])
    assert (check.verdict, check.reported, check.computed) == ("exact", 600 * STEP, 600 * STEP)
    assert check.tolerance == 4 * HALF


# -- at most -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("difference", "verdict"),
    [(-1000 * STEP, "exact"), (-1, "exact"), (0, "exact"), (1, "rounding"), (STEP, "rounding")],
)
def test_at_most_holds_below_and_up_to_the_tolerance(difference: int, verdict: str) -> None:
    check = tried([300 * STEP + difference], [300 * STEP], relation="<=")
    assert (check.verdict, check.residual) == (verdict, difference)


def test_at_most_is_violated_above_the_tolerance() -> None:
    assert tried([300 * STEP + STEP + 1], [300 * STEP], relation="<=").verdict == "violated"


def test_far_below_an_upper_bound_is_not_unlikely() -> None:
    assert not tried([1], [300 * STEP] * 10, relation="<=").unlikely


# -- counts --------------------------------------------------------------------------------------


def test_counts_have_no_tolerance() -> None:
    assert tried([5], [2, 3], counts=True).verdict == "exact"
    for wrong in (4, 6):
        check = tried([wrong], [2, 3], counts=True)
        assert (check.verdict, check.tolerance) == ("violated", 0)


def test_blank_counts_hide_nothing() -> None:
    assert tried([5], [5, None], counts=True).verdict == "exact"
    assert tried([6], [5, None], counts=True).verdict == "violated"


# -- blanks --------------------------------------------------------------------------------------


def test_a_blank_is_zero_and_adds_nothing_to_the_tolerance() -> None:
    check = tried([300 * STEP], [100 * STEP, None, 200 * STEP])
    assert (check.verdict, check.tolerance, check.note) == ("exact", 3 * HALF, None)


@pytest.mark.parametrize("sign", [1, -1])
def test_blanks_may_hide_half_a_unit_each_and_then_the_check_says_so(sign: int) -> None:
    right = [100 * STEP, None, None]
    differences = (2 * HALF, 2 * HALF + 1, 4 * HALF, 4 * HALF + 1)
    checks = [tried([100 * STEP + sign * d], right) for d in differences]
    assert [c.verdict for c in checks] == ["rounding", "rounding", "rounding", "violated"]
    assert [c.note for c in checks] == [None, BLANK_NOTE, BLANK_NOTE, None]
    assert {c.tolerance for c in checks} == {2 * HALF}


def test_a_blank_total_over_figures_is_zero_and_violated() -> None:
    check = tried([None], [100 * STEP, 200 * STEP])
    assert (check.verdict, check.reported, check.residual) == ("violated", 0, -300 * STEP)


def test_a_blank_taken_away_may_hide_as_much_as_one_added() -> None:
    ends = [tried([100 * STEP + d], [100 * STEP, (-1, None)]) for d in (3 * HALF, 3 * HALF + 1)]
    assert [(c.verdict, c.note) for c in ends] == [("rounding", BLANK_NOTE), ("violated", None)]


# -- unlikely ------------------------------------------------------------------------------------


def test_a_difference_beyond_three_standard_deviations_is_unlikely() -> None:
    # Twelve figures rounded to within 1: three standard deviations are 3 * sqrt(12 / 3) = 6.
    for sign in (1, -1):
        checks = [tried([sign * d], [0] * 11, half=1) for d in (5, 6, 7, 12, 13)]
        assert [c.unlikely for c in checks] == [False, False, True, True, False]
        assert [c.verdict for c in checks] == ["rounding"] * 4 + ["violated"]


def test_three_figures_can_differ_by_all_that_rounding_allows_without_being_unlikely() -> None:
    # 3 * sqrt(3 / 3) = 3, the whole tolerance; with a fourth figure it is 3.46 of 4.
    assert not tried([3 * HALF], [0, 0]).unlikely
    assert not tried([3 * HALF], [0, 0, 0]).unlikely
    assert tried([4 * HALF], [0, 0, 0]).unlikely


# -- rounding alone never raises a finding --------------------------------------------------------


def rounded(fen: int, mode: str) -> int:
    """An amount as it is printed in 万元 with two decimals, in 分."""
    return int((Decimal(fen) / STEP).quantize(Decimal(1), rounding=mode)) * STEP


modes = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN])
amounts = st.one_of(
    st.integers(-(10**13), 10**13),
    # Half-way cases and amounts that round to nothing, where rounding errs the most.
    st.integers(-(10**6), 10**6).map(lambda units: units * STEP + HALF),
    st.integers(-HALF, HALF),
)
addends = st.lists(st.tuples(st.sampled_from([1, -1]), amounts, modes), min_size=1, max_size=40)


@settings(max_examples=400)
@given(addends, modes)
def test_figures_rounded_on_their_own_are_never_violated(
    terms: list[tuple[int, int, str]], total_mode: str
) -> None:
    true = sum(weight * amount for weight, amount, _ in terms)
    check = tried([rounded(true, total_mode)], [(w, rounded(a, m)) for w, a, m in terms])
    assert check.verdict in ("exact", "rounding")
    assert check.note is None


@settings(max_examples=400)
@given(addends, modes)
def test_nor_are_they_where_amounts_that_round_to_nothing_are_left_blank(
    terms: list[tuple[int, int, str]], total_mode: str
) -> None:
    true = sum(weight * amount for weight, amount, _ in terms)
    check = tried([rounded(true, total_mode) or None], [(w, rounded(a, m) or None) for w, a, m in terms])
    assert check.verdict in ("exact", "rounding")


@given(addends, st.integers(1, 10**9), st.sampled_from([1, -1]))
def test_a_figure_moved_beyond_the_tolerance_is_always_violated(
    terms: list[tuple[int, int, str]], beyond: int, sign: int
) -> None:
    right: list[Cell] = [(w, rounded(a, m)) for w, a, m in terms]
    computed = sum(w * rounded(a, m) for w, a, m in terms)
    check = tried([computed + sign * ((len(terms) + 1) * HALF + beyond)], right)
    assert check.verdict == "violated"


def test_a_difference_is_held_against_all_sums_of_the_document() -> None:
    figures = Figures({}, {}, {}, half=dict.fromkeys(SIDES, HALF), counts=frozenset())
    plain = [tried([0], [0, 0])] * 300
    # Twelve figures: 2 exp(-3 d² / 24) is one in a hundred thousand for 10 half-units, and 0.004 for 7.
    seldom, hardly = (tried([d * HALF], [0] * 11) for d in (7, 12))
    assert seldom.unlikely and hardly.unlikely
    assert hardly_rounding([*plain, seldom, hardly], figures) == [hardly]
    assert hardly_rounding([tried([0], [0, 0])], figures) == []
