"""Every code that the program gives a finding is explained in the contracts, and none besides."""

from __future__ import annotations

from given_codes import CODES, codes_given

from jcfs_etl.contracts import load_contracts


def test_every_code_is_explained() -> None:
    assert codes_given() - CODES.keys() == set()


def test_no_code_is_explained_that_nothing_gives() -> None:
    # Given through a default, or through a table of words.
    elsewhere = {
        "unreadable_figure",
        "line_number_skipped",
        "line_number_repeated",
        "conflicting_publication",
        "conflicting_unit_code",
        "conflicting_department_code",
    }
    elsewhere |= load_contracts().disclosure.wordings.keys()
    elsewhere |= load_contracts().publication.not_final_patterns.keys()
    elsewhere |= {i.together for i in load_contracts().performance.identities if i.together}
    assert CODES.keys() - codes_given() - elsewhere == set()


def test_every_kind_says_what_it_is_and_what_to_do() -> None:
    for kind in CODES.values():
        assert kind.says.endswith(".") and kind.remedy.endswith(".")
