"""A slip of a whole block is one finding that names the block; nothing else is taken for one."""

from __future__ import annotations

from collections import Counter
from functools import cache
from random import Random

import pytest
from at_hand import PLANNING, shared
from block_misprints import (
    CODES,
    COLUMN,
    EXCHANGED,
    INSERTED,
    KINDS,
    MOVED,
    REPEATED,
    ROW,
    TABLE,
    TAKEN,
    BlockMisprint,
    block_misprint,
    judged,
)
from made_up import made_up, pages_of
from misprints import KINDS as CELLS
from misprints import Target

from jcfs_etl.audit import Audit, audit
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.interpret import Interpretation, interpret
from jcfs_etl.places import Key
from jcfs_etl.recognise import recognise
from jcfs_etl.recognise.model import Publication


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return load_contracts()


@cache
def _document(number: int, seed: int = 0) -> tuple[Publication, Interpretation]:
    pages = pages_of(made_up(number, seed))
    contracts = load_contracts()
    return interpret(pages, recognise(pages, contracts), contracts)


@cache
def _drawn(kind: str, number: int, seed: int = 0) -> BlockMisprint | None:
    publication, _ = _document(number, seed)
    return block_misprint(kind, publication, load_contracts(), Random(f"{seed}/{number}/{kind}"))


@cache
def _slip(kind: str, number: int, seed: int = 0) -> tuple[BlockMisprint, Audit]:
    slip = _drawn(kind, number, seed)
    assert slip is not None
    return slip, audit(slip.publication, load_contracts(), _document(number, seed)[1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_block_is_one_finding_or_as_before_and_never_wrong(kind: str) -> None:
    outcomes = Counter[str]()
    for number in range(12):
        if _drawn(kind, number) is not None:
            slip, result = _slip(kind, number)
            outcomes[judged(slip, result.findings)] += 1
    assert outcomes["wrong"] == 0
    # Figures that are lost say less of where they belong.
    least = {MOVED: 7, REPEATED: 5}.get(kind, 8)
    assert outcomes["named"] >= least, outcomes


def _named(kind: str) -> tuple[BlockMisprint, Audit]:
    """The first drawn slip of a kind that is named."""
    for number in range(12):
        if _drawn(kind, number) is not None:
            slip, result = _slip(kind, number)
            if judged(slip, result.findings) == "named":
                return slip, result
    raise AssertionError(f"no {kind} is named")


@pytest.mark.parametrize("kind", [INSERTED, EXCHANGED, ROW, COLUMN, TABLE, TAKEN, REPEATED])
def test_what_a_block_explains_is_told_under_it_and_kept_in_the_record(kind: str) -> None:
    slip, result = _named(kind)
    violated = [c for c in result.checks if c.verdict == "violated"]
    assert len(violated) >= 2
    assert all(c.note for c in violated), "every identity that does not hold as printed says what explains it"
    assert result.consistency == "inconsistent" and not result.intervals
    finding = next(f for f in result.findings if f.code == CODES[kind])
    assert finding.severity == "inconsistent" and finding.origin == "document"
    assert f"{len(violated)} identit" in finding.message
    assert f"{len(violated)}条勾稽关系" in finding.message_zh
    assert slip.publication.tables[slip.dataset].title in finding.message
    assert {s.rank for s in finding.suspects} == {1}


def test_the_data_keep_what_is_printed(contracts: Contracts) -> None:
    slip, _ = _named(EXCHANGED)
    before = {f.key: f.printed for f in slip.publication.facts}
    audit(slip.publication, contracts, Interpretation())
    assert {f.key: f.printed for f in slip.publication.facts} == before


def test_a_displaced_block_says_how_far_and_what_was_meant() -> None:
    slip, result = _named(INSERTED)
    finding = next(f for f in result.findings if f.code == "rows_displaced")
    away = f"{slip.distance} row{'s' if slip.distance > 1 else ''} above their labels"
    assert away in finding.message
    assert f"偏上 {slip.distance} 行" in finding.message_zh
    table = slip.publication.tables[slip.dataset]
    order = [row.row for row in table.rows]
    for suspect in finding.suspects:
        at = order.index(suspect.row) - slip.distance
        if suspect.row not in slip.rows or at < 0:
            continue
        there = table.by_key[Key(slip.dataset, order[at], suspect.column)]
        assert suspect.implied_low is not None and suspect.implied_high is not None
        assert suspect.implied_low <= (there.value or 0) <= suspect.implied_high


def test_a_single_figure_is_never_taken_for_a_block(contracts: Contracts) -> None:
    for number in range(14):
        publication, said = _document(number, 3)
        target = Target(publication, contracts)
        random = Random(number)
        drawn = [target.misprint(kind, random) for kind in CELLS if not kind.startswith("a column")]
        for misprint in (*drawn, target.two_misprints(random)):
            if misprint is not None:
                codes = {f.code for f in audit(misprint.publication, contracts, said).findings}
                assert codes.isdisjoint(CODES.values()), (number, misprint.kind, misprint.changes)


def test_a_second_engine_that_reads_otherwise_keeps_the_document_back(contracts: Contracts) -> None:
    slip, _ = _named(EXCHANGED)
    result = audit(slip.publication, contracts, Interpretation(), read_again=lambda page, box: ("1",))
    assert {"columns_exchanged", "misread_suspect"} <= {f.code for f in result.findings}


def test_lines_inserted_into_a_real_publication(contracts: Contracts) -> None:
    from jcfs_etl.read import read_pdf

    pages = read_pdf(shared(PLANNING))
    publication, said = interpret(pages, recognise(pages, contracts), contracts)
    clean = audit(publication, contracts, said)
    assert {f.code for f in clean.findings}.isdisjoint(CODES.values())
    before = Counter((f.code, f.message) for f in clean.findings)
    outcomes = Counter[str]()
    for seed in range(6):
        slip = block_misprint(INSERTED, publication, contracts, Random(seed))
        assert slip is not None
        result = audit(slip.publication, contracts, said)
        new = [f for f in result.findings if (f.code, f.message) not in before]
        outcomes[judged(slip, new)] += 1
        # The publication's own slips of the narrative are told beside it as before.
        violated = sum(f.code == "claim_violated" for f in result.findings)
        assert violated == sum(f.code == "claim_violated" for f in clean.findings)
    assert outcomes["wrong"] == 0 and outcomes["named"] >= 4, outcomes


def test_a_copy_within_one_sum_names_both_blocks() -> None:
    slip, result = _slip(REPEATED, 13, seed=2)
    finding = next(f for f in result.findings if f.code == "block_repeated")
    assert "one of the two was copied over the other" in finding.message
    assert "其中一处系误复制" in finding.message_zh
    named = {Key(s.dataset, s.row, s.column) for s in finding.suspects}
    # Only their sum is bound, so the block and what it repeats are told alike.
    assert slip.keys < named and len(named) >= 2 * len(slip.rows)


def test_a_copy_tells_itself_where_one_identity_does_not_hold() -> None:
    slip, result = _slip(REPEATED, 0, seed=1)
    assert slip.broken == 1
    assert judged(slip, result.findings) == "named"


def test_what_rounds_to_nothing_in_another_unit_is_no_finding_beside_it() -> None:
    slip, result = _slip(TABLE, 34, seed=1)
    assert slip.shown < slip.keys, "some figures are too small for the unit that is printed"
    assert judged(slip, result.findings) == "named"


def test_a_shift_says_which_rows_have_lost_their_figures() -> None:
    slip, result = _slip(MOVED, 1, seed=1)
    finding = next(f for f in result.findings if f.code == "rows_displaced")
    assert slip.lost == {"expenditure_total", "closing_balance", "expenditure_grand_total"}
    assert "What belongs to 本年支出合计 to 总计 is not printed." in finding.message
    assert "“本年支出合计”至“总计”行应有的数字未列示。" in finding.message_zh


@pytest.mark.parametrize("seed", [7771, 9119])
def test_a_shift_that_could_go_either_way_names_nothing(seed: int) -> None:
    slip, result = _slip(MOVED, 8, seed)
    assert judged(slip, result.findings) == "one by one"


def test_a_table_that_has_another_ones_figures_by_right_is_not_taken_over(contracts: Contracts) -> None:
    # All its money comes from the general budget; four figures of the table are misprinted.
    publication, said = _document(25, 31)
    misprint = Target(publication, contracts).two_misprints(Random(0))
    assert misprint is not None
    for seed in range(4):
        more = Target(misprint.publication, contracts).two_misprints(Random(seed))
        assert more is not None
        codes = {f.code for f in audit(more.publication, contracts, said).findings}
        assert codes.isdisjoint(CODES.values()), seed
