"""The reference pages are those of the contracts in force, and say something of every check and column."""

from __future__ import annotations

import pytest
from at_hand import ROOT

from jcfs_etl import AuditedPublication
from jcfs_etl.contracts.arrow import arrow_schema, dataset_names
from jcfs_etl.report.reference import Example, checks_page, glossary_of, reference_pages

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def pages(sample: AuditedPublication) -> dict[str, str]:
    return reference_pages(sample)


@pytest.mark.parametrize("name", ["checks.md", "data-dictionary.md"])
def test_the_pages_are_those_of_the_contracts(pages: dict[str, str], name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages[name], "run `make pages`"


def test_every_check_and_code_has_a_section(pages: dict[str, str], sample: AuditedPublication) -> None:
    contracts = sample.contracts
    names = [i.id for table in contracts.tables.values() for i in table.identities]
    names += [i.id for i in contracts.identities] + [i.id for i in contracts.performance.identities]
    names += [i.id for i in contracts.across.years] + [i.id for i in contracts.across.departments]
    names += [*contracts.narrative.subjects, *contracts.narrative.families, *contracts.findings]
    assert [n for n in names if f"\n### `{n}`\n" not in pages["checks.md"]] == []


def test_an_example_that_shows_a_difference_is_preferred(sample: AuditedPublication) -> None:
    first, second = (
        Example("income.columns", v, t) for v, t in (("exact", "1 = 1"), ("rounding", "1 = 0.99"))
    )
    page = checks_page(sample.contracts, [first, second], "nobody")
    assert "1 = 0.99 (rounding)" in page and "1 = 1 (exact)" not in page


def test_every_column_is_described(pages: dict[str, str], sample: AuditedPublication) -> None:
    for dataset in dataset_names(sample.contracts):
        section = pages["data-dictionary.md"].split(f"\n## `{dataset}`")[1].split("\n## ")[0]
        for column in arrow_schema(sample.contracts, dataset).names:
            assert f"| `{column}` |" in section


def test_the_glossary_defines_columns(pages: dict[str, str], sample: AuditedPublication) -> None:
    glossary = glossary_of(sample)
    assert len(glossary) == 12
    basic = next(li for li in pages["data-dictionary.md"].splitlines() if li.startswith("| `basic` |"))
    assert glossary["基本支出"] in basic
