"""A name stands once: tables and the narrative share the labels of concepts.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_accounts import INCOME, SUMMARY, codes, published, with_label

from jcfs_etl import read_publication
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.contracts.narrative import Subject
from jcfs_etl.errors import ContractError

ONE_CELL = re.compile(r"(\w+)\[(\w+), (\w+)\]")


def of_one_cell(contracts: Contracts) -> Iterator[tuple[Subject, set[str]]]:
    """Subjects that one cell of a table holds, with all names of its row and column there, as compared."""
    for subject in contracts.narrative.subjects.values():
        found = ONE_CELL.fullmatch(subject.figure or "")
        if found is None:
            continue
        dataset, row, column = found.groups()
        table = contracts.tables[dataset]
        specs = [pool[key] for pool, key in ((table.all_rows, row), (table.columns, column)) if key in pool]
        yield subject, {contracts.label(label) for spec in specs for label in spec.labels}


def test_what_the_narrative_calls_a_quantity_its_table_knows(contracts: Contracts) -> None:
    """Or it is ``spoken``: of a sentence alone, because as a label it could mean more."""
    unknown = [
        (subject.statement, label)
        for subject, names in of_one_cell(contracts)
        for label in subject.labels
        if contracts.label(label) not in names
    ]
    assert unknown == []


def test_no_label_that_its_table_knows_is_spoken_alone(contracts: Contracts) -> None:
    known = [
        (subject.statement, label)
        for subject, names in of_one_cell(contracts)
        for label in subject.spoken
        if contracts.label(label) in names
    ]
    assert known == []


def folder(at: Path, name: str, text: str) -> Path:
    path = at / "more" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return at / "more"


def test_a_label_added_to_a_concept_names_it_in_tables_and_narrative(tmp_path: Path) -> None:
    more = folder(tmp_path, "concepts.yaml", "concepts: {institutional_income: {labels: [各项活动所得]}}\n")
    contracts = load_contracts(extra=[more])
    assert "各项活动所得" in contracts.narrative.subjects["institutional_income"].labels
    rows, head = (with_label(rows, "事业收入", "各项活动所得") for rows in (SUMMARY, INCOME))
    assert codes(published(tmp_path, rows, head)) == {"uncertain_name"}
    mended = read_publication(tmp_path / "a.pdf", contracts=contracts)
    assert codes(mended) == set()
    assert {f.named_by for f in mended.publication.facts} == {"label"}


def test_a_label_added_to_a_table_that_takes_its_names_from_a_concept(tmp_path: Path) -> None:
    text = "extends: income\ncolumns: {institutional: {labels: [各项活动所得]}}\n"
    contracts = load_contracts(extra=[folder(tmp_path, "tables/income.yaml", text)])
    labels = contracts.tables["income"].columns["institutional"].labels
    assert labels[0] == "事业收入" and labels[-1] == "各项活动所得"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("tables/income.yaml", "extends: income\n\ncolumns:\n  other: {labels: [其他收入]}\n", 4),
        ("tables/income.yaml", "extends: income\ncolumns:\n  more: {concept: no_such, description: x}\n", 3),
        ("concepts.yaml", "concepts:\n  other_income:\n    labels: [经营收入]\n", 3),
        ("concepts.yaml", "concepts:\n  more: {label: [经营收入]}\n", 2),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, name: str, text: str, line: int) -> None:
    more = folder(tmp_path, name, text)
    with pytest.raises(ContractError, match=f"{name}:{line}:"):
        load_contracts(extra=[more])
