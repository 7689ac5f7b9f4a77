"""Each misprint does what it says, and the audit finds each that breaks an identity."""

from __future__ import annotations

import unicodedata
from collections import Counter
from decimal import Decimal
from functools import cache
from random import Random

import pytest
from figures import CONTRACTS, STEP, accounts, publication, value_of, with_value
from made_up import SIZES, made_up, recognised
from misprints import COLUMN, EXCHANGED, KINDS, OF_ONE_CELL, Misprint, Target, edits, with_texts
from ranking import SuspectedSet, rank_of, suspected

from jcfs_etl.audit import audit
from jcfs_etl.findings import Finding, Suspect
from jcfs_etl.money import UnreadableFigureError
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, Publication

#: A document in 万元 of each size but the largest, which takes long.
NUMBERS = (0, 7, 12, 19, 24)


@cache
def target(number: int) -> Target:
    return Target(recognised(made_up(number), CONTRACTS), CONTRACTS)


def cells(document: Publication) -> dict[Key, Fact]:
    return {f.key: f for f in document.facts}


def changed(before: Publication, after: Publication) -> dict[Key, tuple[Fact, Fact]]:
    old, new = cells(before), cells(after)
    assert old.keys() == new.keys()
    return {k: (old[k], new[k]) for k in old if old[k] != new[k]}


def drawn(kind: str) -> list[tuple[Target, Misprint]]:
    """A misprint of this kind on each document that has a place for one."""
    found = [(target(n), target(n).misprint(kind, Random(f"{kind}/{n}"))) for n in NUMBERS]
    return [(document, misprint) for document, misprint in found if misprint is not None]


# -- the documents -------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(12))
def test_a_document_made_up_without_a_pdf_is_recognised_cell_by_cell(number: int) -> None:
    document = made_up(number)
    found = recognised(document, CONTRACTS)
    assert {tuple(f.key): f.printed for f in found.facts} == document.truth
    assert (found.year, found.money_unit) == (document.year, document.money_unit)
    assert found.unit == unicodedata.normalize("NFKC", document.unit)
    assert [f.message for f in found.findings if f.severity in ("error", "inconsistent")] == []


def test_made_up_documents_are_of_all_sizes_and_the_same_each_time() -> None:
    whole_round = [made_up(6 * size) for size in range(len(SIZES))]
    rows = [len({row for d, row, _ in document.truth if d == "expenditure"}) for document in whole_round]
    assert min(rows) < 10
    assert max(rows) > 100
    assert made_up(30).truth == whole_round[5].truth != made_up(30, seed=1).truth


# -- texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "printed", "expected"),
    [
        ("two digits swapped", "12.34", ["21.34", "13.24", "12.43"]),
        ("two digits swapped", "11.01", ["10.11", "11.10"]),
        ("two digits swapped", "10.50", ["15.00", "10.05"]),
        ("a digit lost", "12.34", ["2.34", "1.34", "12.4", "12.3"]),
        ("a digit lost", "1,234.50", ["234.50", "134.50", "124.50", "123.50", "1,234.0", "1,234.5"]),
        ("a digit lost", "0.05", ["0.5", "0.0"]),
        ("a digit doubled", "12.34", ["112.34", "122.34", "12.334", "12.344"]),
        ("a digit doubled", "712.00", ["7712.00", "7112.00", "7122.00", "712.000"]),
        ("point shifted", "12.34", ["0.1234", "1.234", "123.4", "1234"]),
        ("point shifted", "-1,234.56", ["-12.3456", "-123.456", "-12,345.6", "-123,456"]),
        ("point shifted", "0.50", ["0.0050", "0.050", "5.0", "50"]),
        ("sign changed", "1,234.56", ["-1,234.56"]),
        ("sign changed", "-0.50", ["0.50"]),
    ],
)
def test_what_a_figure_could_become(kind: str, printed: str, expected: list[str]) -> None:
    assert edits(kind, printed) == expected


def test_one_digit_changed_is_one_digit_and_never_a_leading_zero() -> None:
    found = edits("one digit changed", "12.34")
    assert len(found) == 4 * 9 - 1
    assert all(sum(a != b for a, b in zip(text, "12.34", strict=True)) == 1 for text in found)
    assert "02.34" not in found
    assert "0.34" in edits("one digit changed", "5.34")


def test_a_figure_that_goes_on_below_is_one_figure() -> None:
    assert edits("sign changed", "1452.7\n5") == ["-1452.75"]


def test_new_texts_say_new_amounts_and_nothing_else_changes() -> None:
    document = target(0).publication
    key = next(f.key for f in document.facts if f.amount and f.count is None)
    harmed = with_texts(document, {key: "1,234.5"}, CONTRACTS)
    ((_, fact),) = changed(document, harmed).values()
    assert (fact.key, fact.printed, fact.amount) == (key, "1,234.5", 12_345_000 * 100)
    with pytest.raises(UnreadableFigureError, match="is not a figure"):
        with_texts(document, {key: "——"}, CONTRACTS)


def test_counts_stay_whole_numbers() -> None:
    document = publication(accounts())
    key = Key("disclosure_statistics", "vehicles_total", "count")
    harmed = with_texts(document, {key: "63"}, CONTRACTS)
    assert (cells(harmed)[key].count, cells(harmed)[key].amount) == (63, None)
    with pytest.raises(UnreadableFigureError, match="no whole number"):
        with_texts(document, {key: "6.3"}, CONTRACTS)


# -- documents -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_misprint_changes_its_cells_their_text_and_amount_and_no_other(kind: str) -> None:
    found = drawn(kind)
    assert len(found) >= 3
    for document, misprint in found:
        difference = changed(document.publication, misprint.publication)
        assert difference.keys() == misprint.changes.keys()
        for key, (before, after) in difference.items():
            assert after.printed == misprint.changes[key]
            assert after.value != before.value
            assert (after.box, after.page, after.is_blank) == (before.box, before.page, False)


@pytest.mark.parametrize("kind", OF_ONE_CELL)
def test_a_misprint_of_one_cell_is_one_of_the_texts_that_it_could_become(kind: str) -> None:
    for document, misprint in drawn(kind):
        ((key, text),) = misprint.changes.items()
        assert text in edits(kind, cells(document.publication)[key].printed)


def test_exchanged_cells_are_neighbours_and_each_has_the_others_text() -> None:
    for document, misprint in drawn(EXCHANGED):
        (before, after), (other_before, other_after) = changed(
            document.publication, misprint.publication
        ).values()
        assert (after.printed, other_after.printed) == (other_before.printed, before.printed)
        assert (before.key.dataset, before.page) == (other_before.key.dataset, other_before.page)
        one, other = sorted((before.box, other_before.box))
        at_right = (one.x1, one.y0, one.y1) == pytest.approx((other.x0, other.y0, other.y1))
        below = (one.y1, one.x0, one.x1) == pytest.approx((other.y0, other.x0, other.x1))
        assert at_right != below


def test_a_column_in_yuan_is_whole_and_ten_thousand_times_as_much() -> None:
    for document, misprint in drawn(COLUMN):
        difference = changed(document.publication, misprint.publication)
        assert all(after.amount == 10_000 * (before.amount or 0) for before, after in difference.values())
        (dataset,) = {k.dataset for k in difference}
        # A column of 三公 is one basis.
        assert len({k.row if dataset == "three_public" else k.column for k in difference}) == 1
        assert misprint.keys <= misprint.around
        left = [f for f in document.publication.facts if f.key in misprint.around - misprint.keys]
        assert all(not f.value for f in left)


def test_the_same_chance_gives_the_same_misprint() -> None:
    for kind in KINDS:
        first, second = (target(12).misprint(kind, Random(5)) for _ in range(2))
        assert first == second


def test_what_rounding_can_hide_is_no_misprint() -> None:
    tables = accounts()
    cell = Key("three_public", "final", "total")
    document = Target(publication(tables), CONTRACTS)
    tolerance = 2 * STEP  # four figures
    for beyond, broken in ((0, []), (1, ["three_public.total"])):
        for sign in (1, -1):
            harmed = with_value(tables, cell, value_of(tables, cell) + sign * (tolerance + beyond))
            assert [e.check for e in document.broken(publication(harmed))] == broken


def test_a_blank_can_hide_as_much_as_a_figure() -> None:
    tables = with_value(accounts(), Key("three_public", "final", "abroad"), None)
    document = Target(publication(tables), CONTRACTS)
    cell = Key("three_public", "final", "total")
    rest = sum(
        value_of(tables, Key("three_public", "final", column)) for column in ("vehicles", "hospitality")
    )
    for beyond, broken in ((0, []), (1, ["three_public.total"])):
        harmed = with_value(tables, cell, rest + 2 * STEP + beyond)
        assert [e.check for e in document.broken(publication(harmed))] == broken


def test_two_misprints_are_two_cells_each_in_an_identity_that_is_broken() -> None:
    for number in NUMBERS:
        misprint = target(number).two_misprints(Random(number))
        assert misprint is not None
        assert len(changed(target(number).publication, misprint.publication)) == len(misprint.changes) == 2
        assert misprint.is_seen_in_every_cell


def test_misprints_drawn_blindly_break_an_identity_or_not() -> None:
    random = Random(0)
    shown = Counter(target(12).shown("one digit changed", random) for _ in range(60))
    assert shown["broken"] > 40


# -- the audit -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_audit_reports_every_identity_that_a_misprint_breaks_and_no_other(kind: str) -> None:
    for _, misprint in drawn(kind):
        result = audit(misprint.publication, CONTRACTS)
        violated = {
            (c.check, c.key)
            for c in result.checks
            if c.verdict == "violated" and c.equation is not None and c.equation.relation == "="
        }
        assert violated == {(e.check, e.left[0].key) for e in misprint.broken}
        # What a block in another unit explains is told under it.
        told = {f.check for f in result.findings if f.severity == "inconsistent"}
        assert told | {c.check for c in result.checks if c.note} >= {c for c, _ in violated}


# -- suspects ------------------------------------------------------------------------------------

TOTAL, ABROAD, VEHICLES = (Key("three_public", "final", c) for c in ("total", "abroad", "vehicles"))


def suspect(rank: int, key: Key) -> Suspect:
    return Suspect(rank, *key, "1.00", 5, 0, 0, "one digit changed")


def test_cells_that_share_a_rank_are_one_set_and_findings_may_repeat_it() -> None:
    suspects = (suspect(1, TOTAL), suspect(2, VEHICLES), suspect(2, ABROAD))
    finding = Finding("identity_violated", "inconsistent", "document", "", suspects=suspects)
    assert suspected([finding, finding]) == [
        SuspectedSet(1, (TOTAL,), "one digit changed"),
        SuspectedSet(2, (ABROAD, VEHICLES), "one digit changed"),
    ]


def test_a_cell_has_the_best_rank_of_a_set_that_holds_it() -> None:
    sets = [SuspectedSet(1, (TOTAL,), ""), SuspectedSet(2, (ABROAD, VEHICLES), "")]
    nothing = frozenset[Key]()
    assert rank_of(frozenset({TOTAL}), sets, nothing) == 1
    assert rank_of(frozenset({ABROAD}), sets, nothing) == 2
    assert rank_of(frozenset({ABROAD, TOTAL}), sets, nothing) is None
    assert rank_of(frozenset({ABROAD, VEHICLES}), sets, nothing) == 2


def test_to_suspect_everything_is_no_answer_for_several_cells() -> None:
    sets = [SuspectedSet(1, (ABROAD, TOTAL, VEHICLES), "")]
    cells = frozenset({ABROAD, VEHICLES})
    assert rank_of(cells, sets, frozenset()) is None
    assert rank_of(cells, sets, frozenset({TOTAL})) == 1


def test_an_amount_in_yuan_has_two_decimals() -> None:
    for _, misprint in drawn(COLUMN):
        texts = [text.replace(",", "") for text in misprint.changes.values()]
        assert all(Decimal(text).as_tuple().exponent == -2 for text in texts)
