"""Printed figures and integers of 分."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcfs_etl.money import (
    Printed,
    UnreadableFigureError,
    half_unit,
    in_unit,
    printed_fen,
    read_figure,
    read_grouped_figure,
    read_parted_figure,
    read_wrapped_figure,
    to_fen,
    yuan,
)

WAN, QIAN, YUAN = 1_000_000, 100_000, 100


def figure(text: str) -> Printed:
    return Printed("figure", Decimal(text))


# -- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\n", "　", " \n　\n"])
def test_a_cell_without_text_is_blank(text: str) -> None:
    assert read_figure(text) == Printed("blank")


@pytest.mark.parametrize(
    "text", ["——", "—", "-", "－", "--", "———", "──", " —— ", "––", "/", "无", "⽆", "不涉及", "一一"]
)
def test_a_dash_is_neither_blank_nor_a_figure(text: str) -> None:
    assert read_figure(text) == Printed("dash")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("0.00", "0.00"),
        ("430.21", "430.21"),
        ("1,452.75", "1452.75"),
        ("12,345,678.90", "12345678.90"),
        ("12345678.90", "12345678.90"),
        ("４３０．２１", "430.21"),
        ("１，４５２．７５", "1452.75"),
        ("-68.63", "-68.63"),
        ("－68.63", "-68.63"),
        ("−68.63", "-68.63"),
        ("(68.63)", "-68.63"),
        ("（1,068.63）", "-1068.63"),
        (" 430.21　", "430.21"),
        ("\n430.21\n", "430.21"),
    ],
)
def test_a_figure_is_read_as_it_is_printed(text: str, value: str) -> None:
    assert read_figure(text) == figure(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("￥117.00", "117"),
        ("¥ 1,234.50", "1234.5"),
        ("-￥17.00", "-17"),
        ("￥-17.00", "-17"),
        ("￥(17.00)", "-17"),
    ],
)
def test_the_sign_of_yuan_before_a_figure_is_part_of_no_figure(text: str, value: str) -> None:
    printed = read_figure(text)
    assert (printed.kind, printed.value, printed.is_in_yuan) == ("figure", Decimal(value), True)
    assert printed_fen(printed, 100) == Decimal(value) * 100
    with pytest.raises(UnreadableFigureError, match="another unit"):
        printed_fen(printed, 1_000_000)


@pytest.mark.parametrize("text", ["￥", "-￥-1.00", "￥￥1.00", "1.00￥", "￥1.00￥", "￥1\n￥2", "$1.00"])
def test_other_signs_of_money_are_refused(text: str) -> None:
    with pytest.raises(UnreadableFigureError):
        read_figure(text)


def test_the_sign_of_yuan_before_a_dash_is_a_dash() -> None:
    assert read_figure("￥ -").kind == "dash"


def test_zero_printed_is_a_figure_and_keeps_its_decimals() -> None:
    assert [read_figure(text).decimals for text in ("0", "0.0", "0.00", "1,452.750")] == [0, 1, 2, 3]
    assert [read_figure(text).decimals for text in ("", "——")] == [0, 0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1452.7\n5", "1452.75"),
        ("1452.\n75", "1452.75"),
        ("1,452\n.75", "1452.75"),
        ("-1452.7\n5", "-1452.75"),
        ("12345\n678.9\n0", "12345678.90"),
        (" 1452.7 \n 5 ", "1452.75"),
        ("１４５２．７\n５", "1452.75"),
    ],
)
def test_a_figure_that_wraps_inside_its_cell_is_put_together(text: str, value: str) -> None:
    assert read_figure(text) == figure(value)


@pytest.mark.parametrize("text", ["—\n—", "——\n——"])
def test_a_dash_that_wraps_is_a_dash(text: str) -> None:
    """No figure is lost by it: of two rows run together, the labels would be unknown."""
    assert read_figure(text).kind == "dash"


@pytest.mark.parametrize(
    "text",
    [
        "12.00\n34.00",
        "12.00\n3",
        "12.00\n(3.00)",
        "12.0\n0.50",
        "5\n6",
        "12\n34.00",
        "0\n0.00",
        "1\n2\n3.45",
        "——\n12.00",
    ],
)
def test_two_stacked_figures_are_refused(text: str) -> None:
    with pytest.raises(UnreadableFigureError):
        read_figure(text)


@pytest.mark.parametrize(
    "text",
    [
        "12 34",
        "1 452.75",
        "合计",
        "430.21万元",
        "67.10%",
        "1452,75",
        "1,2345.00",
        "1234,567.00",
        "1,,452.00",
        ".75",
        "12.",
        "1.2.3",
        "--12.00",
        "(12.00",
        "-(12.00)",
        "(-12.00)",
        "1e5",
        "430.2l",
        "12.00①",
        "12.00²",
    ],
)
def test_what_is_not_one_figure_is_refused_with_the_text_of_the_cell(text: str) -> None:
    with pytest.raises(UnreadableFigureError) as caught:
        read_figure(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11071311\n0.00", "110713110.00"),
        ("22461955\n8.97", "224619558.97"),
        ("-1,234,56\n7.89", "-1234567.89"),
        ("1845\n36.04", "184536.04"),
        ("3655\n0.20", "36550.20"),
        ("302965036\n6.2", "3029650366.2"),
        ("505.322\n5", "505.3225"),
        ("1,225.04\n74", "1225.0474"),
        ("-3001.\n829567", None),
        ("3,001.82956\n7", "3001.829567"),
        ("12.34\n5", None),
        ("12.34567\n89", None),
        ("12.34\n56.78", None),
        ("1845\n136.04", None),
        ("5\n0.00", None),
        ("1234\n5678.90", None),
        ("1107\n1311\n0.00", None),
        ("11071311", None),
    ],
)
def test_lines_that_look_whole_may_be_one_figure_where_the_first_is_full(
    text: str, value: str | None
) -> None:
    found = read_wrapped_figure(text)
    assert found == (Printed("figure", Decimal(value)) if value else None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("32 536 036.67", "32536036.67"),
        ("-2 099.8", "-2099.8"),
        ("1\u00a0234", "1234"),
        ("12 34", None),
        ("12.34 567.78", None),
        ("1234 567.78", None),
        ("1  234.56", None),
        ("1 234\n567.00", "1234567.00"),
        ("273 929 991.7\n4", "273929991.74"),
        ("273 9\n29 991.74", None),
        ("7 573\n541 492.13", None),
        ("7 573 541\n492.13", "7573541492.13"),
        ("88 739 408.\n04", "88739408.04"),
        ("391\u00a0384\n293.80", "391384293.80"),
        ("1 234\n56.00", None),
        ("1234\n567.00", None),
        ("1 234.50\n567.00", None),
        ("234.56", None),
    ],
)
def test_thousands_parted_by_blanks_are_one_figure_where_each_group_has_three_digits(
    text: str, value: str | None
) -> None:
    assert read_grouped_figure(text) == (Printed("figure", Decimal(value)) if value else None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11\n605.21", "11605.21"),
        ("5\n885 120.4", "5885120.4"),
        ("1234\n567.00", None),
        ("12\n34.56", None),
        ("1.00\n567.00", None),
    ],
)
def test_first_thousands_may_stand_alone_over_the_others(text: str, value: str | None) -> None:
    assert read_parted_figure(text) == (Printed("figure", Decimal(value)) if value else None)


@given(st.decimals(-(10**9), 10**9, places=2), st.booleans())
def test_any_amount_is_read_with_and_without_commas(value: Decimal, commas: bool) -> None:
    assert read_figure(f"{value:,}" if commas else f"{value}") == Printed("figure", value)


@given(st.decimals(1000, 10**9, places=2), st.data())
def test_a_figure_wrapped_within_or_before_its_decimals_is_read(value: Decimal, data: st.DataObject) -> None:
    text = f"{value:,}"
    at = data.draw(st.integers(text.index("."), len(text) - 1))
    assert read_figure(f"{text[:at]}\n{text[at:]}") == Printed("figure", value)


# -- integers of 分 -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "fen"),
    [
        ("430.21", WAN, 430_210_000),
        ("0.000001", WAN, 1),
        ("430.21", QIAN, 43_021_000),
        ("4302100.55", YUAN, 430_210_055),
        ("-68.63", WAN, -68_630_000),
        ("0.00", WAN, 0),
        ("99999999.99", WAN, 99_999_999_990_000),
    ],
)
def test_an_amount_in_its_printed_unit_is_a_whole_number_of_fen(value: str, unit: int, fen: int) -> None:
    assert to_fen(Decimal(value), unit) == fen


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        ("0.0000001", WAN),
        ("0.000001", QIAN),
        ("12.345", YUAN),
        ("-0.001", YUAN),
    ],
)
def test_an_amount_finer_than_one_fen_is_refused(value: str, unit: int) -> None:
    with pytest.raises(UnreadableFigureError, match=r"finer than 0\.01 元"):
        to_fen(Decimal(value), unit)


@pytest.mark.parametrize("value", ["100000000000000.00", "-100000000000000", "12345678901234567890123456.7"])
def test_an_amount_that_no_department_has_is_refused(value: str) -> None:
    assert to_fen(Decimal("99999999999999.99"), YUAN) == 10**16 - 1
    with pytest.raises(UnreadableFigureError, match="more than any department has"):
        to_fen(Decimal(value), YUAN)


@pytest.mark.parametrize(
    ("decimals", "unit", "half"),
    [
        pytest.param(2, WAN, 5000, id="0.01 万元"),
        pytest.param(4, WAN, 50, id="0.0001 万元"),
        pytest.param(6, WAN, 0, id="万元 to the 分"),
        pytest.param(2, QIAN, 500, id="0.01 千元"),
        pytest.param(0, QIAN, 50_000, id="whole 千元"),
        pytest.param(2, YUAN, 0, id="元 to the 分"),
        pytest.param(1, YUAN, 5, id="0.1 元"),
        pytest.param(0, YUAN, 50, id="whole 元"),
    ],
)
def test_rounding_hides_half_a_unit_of_the_last_decimal(decimals: int, unit: int, half: int) -> None:
    assert half_unit(decimals, unit) == half


def test_amounts_in_yuan_have_two_decimals() -> None:
    assert [str(yuan(fen)) for fen in (0, 1, -1, 100, 430_210_000)] == [
        "0.00",
        "0.01",
        "-0.01",
        "1.00",
        "4302100.00",
    ]


@given(st.integers(-(10**17), 10**17))
def test_every_amount_that_the_data_can_hold_is_exact_in_yuan(fen: int) -> None:
    assert yuan(fen) * 100 == fen
    assert yuan(fen).as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (430_210_000, "430.21 万元"),
        (430_215_000, "430.215 万元"),
        (-68_630_000, "-68.63 万元"),
        (0, "0.00 万元"),
        (1, "0.000001 万元"),
        (1_234_567_000_000, "1,234,567.00 万元"),
    ],
)
def test_amounts_are_written_in_the_printed_unit(fen: int, text: str) -> None:
    assert in_unit(fen, WAN, "万元") == text
