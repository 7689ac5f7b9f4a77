"""Claims of the narrative against figures: verdicts at the ends of the interval, and what binds them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from stated import claim

from jcfs_etl.audit.bounds import bounds_of_claims
from jcfs_etl.audit.linear import Variable
from jcfs_etl.audit.model import Figures
from jcfs_etl.audit.statements import JudgedClaim, judge_claims
from jcfs_etl.interpret.model import PERCENT, Claim, Quantity
from jcfs_etl.places import Key

WAN = 1_000_000
HALF = 5_000
TOTAL, PROJECT, EMPTY = (Key("expenditure", "total", c) for c in ("total", "project", "commercial"))
FIGURES = Figures(
    values={TOTAL: 430_210_000, PROJECT: 141_530_000, EMPTY: None},
    rows={"expenditure": ("total",)},
    columns={"expenditure": ("total", "project", "commercial")},
    half={"expenditure": HALF},
    counts=frozenset(),
)
Q = {name: Quantity(name) for name in ("total", "project", "empty", "elsewhere")}
CELLS = {Q["total"]: ((1, TOTAL),), Q["project"]: ((1, PROJECT),), Q["empty"]: ((1, EMPTY),)}
LAST = Quantity("total", "last")


def judged(*claims: Claim) -> list[JudgedClaim]:
    return list(judge_claims(claims, CELLS, FIGURES, HALF))


@pytest.mark.parametrize(
    ("value", "half", "verdict"),
    [
        (430_210_000, HALF, "exact"),
        (430_210_000 + 2 * HALF, HALF, "rounding"),  # the ends touch
        (430_210_000 + 2 * HALF + 1, HALF, "violated"),
        (430_210_000 - 2 * HALF - 1, HALF, "violated"),
        (430_213_356, 0, "rounding"),  # given to the fen, it lies within what the cell stands for
        (430_215_001, 0, "violated"),
        (430_200_000, 10 * HALF, "exact"),  # 430.2: a zero cut off, or one decimal
        (430_300_000, 10 * HALF, "violated"),
        (430_000_000, WAN // 2, "exact"),
    ],
)
def test_an_amount_holds_when_the_intervals_meet(value: int, half: int, verdict: str) -> None:
    assert judged(claim("level", Q["total"], value, half))[0].verdict == verdict


def test_a_bare_zero_is_a_zero_and_not_anything_below_half_a_unit() -> None:
    assert judged(claim("level", Q["empty"], 0, WAN // 2))[0].verdict == "exact"
    assert judged(claim("level", Q["project"], 0, WAN // 2))[0].verdict == "violated"
    small = Figures({PROJECT: 400_000}, {}, {}, {"expenditure": HALF}, frozenset())
    assert (
        judge_claims(
            [claim("level", Q["project"], 0, WAN // 2)], {Q["project"]: ((1, PROJECT),)}, small, HALF
        )[0].verdict
        == "violated"
    )


@pytest.mark.parametrize(
    ("percent", "verdict"),
    [("32.90", "exact"), ("32.91", "violated"), ("32.9", "exact"), ("33", "exact"), ("32", "violated")],
)
def test_a_share_is_held_against_both_cells(percent: str, verdict: str) -> None:
    value = int(Fraction(percent) * PERCENT)
    half = PERCENT // (2 * 10 ** len(percent.partition(".")[2]))
    result = judged(claim("ratio", Q["project"], value, half, Q["total"]))[0]
    assert result.verdict == verdict
    assert result.computed is not None and abs(
        result.computed.value / PERCENT - Fraction("32.8979")
    ) < Fraction(1, 1000)


def test_a_share_of_what_can_be_zero_says_nothing() -> None:
    assert judged(claim("ratio", Q["project"], 0, 50, Q["empty"]))[0].verdict == "not_applicable"


@pytest.mark.parametrize(
    ("percent", "verdict"), [("-13.76", "exact"), ("-13.75", "violated"), ("13.76", "violated")]
)
def test_a_rate_of_change_is_held_against_the_change_it_follows(percent: str, verdict: str) -> None:
    change = claim("difference", Q["total"], -68_630_000, HALF, LAST)
    rate = claim("growth", Q["total"], int(Fraction(percent) * PERCENT), 50, LAST)
    first, second = judged(change, rate)
    assert (first.verdict, second.verdict) == ("not_applicable", verdict)


@pytest.mark.parametrize(
    ("percent", "verdict"), [("3.15", "violated"), ("175.50", "exact"), ("175.48", "violated")]
)
def test_a_rate_is_held_against_a_change_that_is_more_than_the_amount_itself(
    percent: str, verdict: str
) -> None:
    change = claim("difference", Q["total"], 1_000_000_000, HALF, LAST)
    rate = claim("growth", Q["total"], int(Fraction(percent) * PERCENT), 50, LAST)
    assert judged(change, rate)[1].verdict == verdict


def test_two_amounts_for_one_thing_are_held_against_each_other() -> None:
    verdicts = [
        j.verdict
        for j in judged(
            claim("level", Q["elsewhere"], 1_730_000, HALF),
            claim("level", Q["elsewhere"], 1_730_000, HALF),
            claim("level", Q["elsewhere"], 1_740_001, HALF),
        )
    ]
    assert verdicts == ["not_applicable", "exact", "violated"]


def test_what_is_not_exact_by_its_own_words_is_never_judged_and_binds_nothing() -> None:
    about = judged(claim("level", Q["total"], 1, 0, is_approximate=True))
    assert about[0].verdict == "not_applicable"
    assert not bounds_of_claims(about, HALF).constraints


def test_an_amount_to_the_fen_and_a_share_bind_their_cells() -> None:
    system = bounds_of_claims(
        judged(
            claim("level", Q["total"], 430_213_356, 0), claim("ratio", Q["project"], 328_979, 50, Q["total"])
        ),
        HALF,
    )
    level, at_least, at_most = system.constraints
    assert (level.terms, level.low, level.high) == (((1, TOTAL),), 430_213_356, 430_213_356)
    assert {v: c for c, v in at_least.terms} == {PROJECT: 1_000_000, TOTAL: -328_929}
    # Each of the two figures as it is printed may be off by half a unit.
    assert (at_least.low, at_most.high) == (-HALF * 1_328_929, HALF * 1_329_029)
    assert not system.variables


def test_a_difference_of_rounded_amounts_is_no_slip() -> None:
    """430.21 less 141.53 万元 is 288.68; in tenths 430.2 less 141.5, 288.7; in whole ones 430 less 142."""
    for value, half, verdict in (
        (288_680_000, HALF, "exact"),
        (288_700_000, 50_000, "exact"),
        (288_000_000, 500_000, "rounding"),
        (290_000_000, 500_000, "violated"),
    ):
        (one,) = judged(claim("difference", Q["total"], value, half, Q["project"]))
        assert one.verdict == verdict, value


def test_last_years_amount_is_one_more_unknown() -> None:
    system = bounds_of_claims(
        judged(
            claim("difference", Q["total"], -68_630_000, HALF, LAST),
            claim("growth", Q["total"], -137_600, 50, LAST),
        ),
        HALF,
    )
    assert list(system.variables) == [LAST]
    amounts: dict[Variable, int] = {TOTAL: 430_213_356, LAST: 498_840_000}
    for constraint in system.constraints:
        total = sum(c * amounts[v] for c, v in constraint.terms)
        assert (constraint.low is None or total >= constraint.low) and (
            constraint.high is None or total <= constraint.high
        )
