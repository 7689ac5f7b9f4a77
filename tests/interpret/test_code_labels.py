"""What a narrative can call a code: the classification's names, and the one that the form prints."""

from __future__ import annotations

import pytest
from at_hand import SAMPLE
from msgspec.structs import replace

from jcfs_etl import read_publication
from jcfs_etl.contracts import Contracts
from jcfs_etl.interpret.vocabulary import Vocabulary
from jcfs_etl.recognise.model import Publication

DATASET, FAMILY, ACTIVE = "general_budget_expenditure", "functional", frozenset({"general_budget"})


@pytest.fixture(scope="module")
def publication(contracts: Contracts) -> Publication:
    return read_publication(SAMPLE, contracts=contracts).publication


def named(text: str, publication: Publication, contracts: Contracts) -> set[str]:
    """Codes of the general public budget that are meant by a text as a whole."""
    labels = Vocabulary(contracts, publication).at(text, 0, ACTIVE)
    found = {label.topic.subject for label in labels if label.text == text}
    return {subject.partition("/")[2] for subject in found if subject.startswith(f"{FAMILY}/")}


def renamed(publication: Publication, code: str, label: str, *, to: str = "") -> Publication:
    """The publication with a row that bears another name, and another code where one is given."""
    table = publication.tables[DATASET]
    rows = tuple(replace(r, label=label, row=to or code) if r.row == code else r for r in table.rows)
    return replace(publication, tables={**publication.tables, DATASET: replace(table, rows=rows)})


def test_a_row_is_known_by_its_own_name_and_by_that_of_the_classification(
    publication: Publication, contracts: Contracts
) -> None:
    code = next(r.row for r in publication.tables[DATASET].rows if r.row in contracts.functional)
    listed = min(contracts.functional[code].names)
    assert named(listed, publication, contracts) == {code}
    assert named("某某特别事务", publication, contracts) == set()
    other = renamed(publication, code, "某某特别事务")
    assert named("某某特别事务", other, contracts) == {code}
    assert named("某某特别事务(类)", other, contracts) == {code}
    assert named(listed, other, contracts) == {code}
    assert named("某某特别事务", publication, contracts) == set(), "one publication tells nothing of the next"


def test_a_name_reaches_the_codes_below_it(publication: Publication, contracts: Contracts) -> None:
    rows = [r.row for r in publication.tables[DATASET].rows if r.row.isdigit()]
    top = next(r for r in rows if len(r) == 3)
    group = next(r for r in rows if len(r) == 5 and r.startswith(top))
    below = printed(group, publication)
    assert named(f"某某特别事务(类){below}(款)", renamed(publication, top, "某某特别事务"), contracts) == {
        group
    }


def test_of_several_codes_that_bear_a_name_the_one_with_an_amount_is_meant(
    publication: Publication, contracts: Contracts
) -> None:
    facts = publication.tables[DATASET].facts
    shown = next(f.key.row for f in facts if f.amount and len(f.key.row) == 7)
    name = printed(shown, publication)
    blank = "2999999"
    assert blank not in contracts.functional
    twice = renamed(publication, next(r for r in rows_of(publication) if r != shown), name, to=blank)
    assert named(name, twice, contracts) == {shown}
    table = replace(twice.tables[DATASET], facts=())
    without = replace(twice, tables={**twice.tables, DATASET: table})
    assert named(name, without, contracts) == set()


def rows_of(publication: Publication) -> list[str]:
    return [r.row for r in publication.tables[DATASET].rows if len(r.row) == 7 and r.row.isdigit()]


def printed(code: str, publication: Publication) -> str:
    return next(r.label for r in publication.tables[DATASET].rows if r.row == code)
