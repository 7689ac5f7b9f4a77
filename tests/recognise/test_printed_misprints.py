"""A misprint that is no figure is the publisher's where both engines read the same characters."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from drawing import canvas, draw_grid
from factory.forms import forms
from factory.producers import PRODUCERS
from factory.publication import draw_document
from figures import CONTRACTS
from made_up import recognised
from misprinted import NO_FIGURES, pdf_of, printed_anew
from one_table import one_table

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.audit import audit
from jcfs_etl.findings import Finding
from jcfs_etl.money import is_misprint
from jcfs_etl.recognise.model import Fact


@pytest.mark.parametrize(
    "text",
    [
        ",625.69",
        ".14",
        "1,23.45",
        "12.3.4",
        "l2.50",
        "1 234.56",
        "12. 34",
        "--5.00",
        "12。50",
        "1O.00",
        "1,234,5.00",
        "###",
    ],
)
def test_what_may_be_one_figure_misprinted(text: str) -> None:
    assert is_misprint(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "——",
        "约5.00",
        "5.00元",
        "12.34 56.78",
        "12.34\n56.78",
        "12 34",
        "12.34 5",
        ".",
        "27.73①",
        "\ufffd2.50",
    ],
)
def test_what_is_more_or_less_than_one_figure(text: str) -> None:
    assert not is_misprint(text)


# -- whole publications --------------------------------------------------------------------------


@cache
def misprinted(kind: str, folder: Path) -> tuple[Fact, str, AuditedPublication]:
    """A publication of the factory with one figure misprinted: which, as what, and as it is read."""
    number = list(NO_FIGURES).index(kind)
    form = list(forms())[number % len(forms())]
    document = draw_document(form, 7000 + number)
    facts = recognised(document, CONTRACTS)
    plain = [f for f in facts.facts if f.amount and f.printed[-3:-2] == "." and "\n" not in f.printed]
    fact = Random(number).choice(plain)
    text = NO_FIGURES[kind](fact.printed.replace(",", ""))
    producer = list(PRODUCERS)[number % len(PRODUCERS)]
    path = pdf_of(printed_anew(document, facts, {fact.key: text}), producer, folder / f"{number}.pdf")
    return fact, text, read_publication(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("misprinted")


@pytest.mark.parametrize("kind", NO_FIGURES)
def test_the_document_is_published_and_the_cell_named(kind: str, folder: Path) -> None:
    fact, _, document = misprinted(kind, folder)
    assert document.status == "published"
    (finding,) = (f for f in document.all_findings if f.severity == "inconsistent")
    assert finding.code == "misprinted_figure"
    assert (finding.dataset, finding.row, finding.column) == tuple(fact.key)


@pytest.mark.parametrize("kind", NO_FIGURES)
def test_the_amount_is_null_and_what_is_printed_is_kept(kind: str, folder: Path) -> None:
    fact, text, document = misprinted(kind, folder)
    rows = document.cells.to_dict("records")
    (cell,) = (r for r in rows if (r["dataset"], r["row"], r["column"]) == tuple(fact.key))
    assert cell["printed"] == text
    assert pd.isna(cell["amount"])


@pytest.mark.parametrize("kind", NO_FIGURES)
def test_the_finding_says_what_the_other_figures_imply(kind: str, folder: Path) -> None:
    fact, _, document = misprinted(kind, folder)
    (finding,) = (f for f in document.all_findings if f.code == "misprinted_figure")
    assert finding.implied_low is not None and finding.implied_high is not None
    half = document.publication.half
    assert finding.implied_low - half <= (fact.amount or 0) <= finding.implied_high + half
    assert "The other figures imply" in finding.message


# -- one table -----------------------------------------------------------------------------------


def table_with(folder: Path, text: str, below: str = "21.00", whole: str = "31.00") -> AuditedPublication:
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(60, 740, "一般公共预算财政拨款支出决算表")
    drawing.drawString(60, 720, "公开05表  单位：万元")
    rows = [
        ["科目编码", "科目名称", "小计", "基本支出", "项目支出"],
        ["合计", "", whole, text, "10.00"],
        ["208", "社会保障和就业支出", whole, below, "10.00"],
    ]
    draw_grid(drawing, rows, widths=[60, 150, 80, 80, 80])
    drawing.save()
    return read_publication(folder / "a.pdf")


def of_code(document: AuditedPublication, code: str) -> list[Finding]:
    return [f for f in document.all_findings if f.code == code]


@pytest.mark.parametrize(("basic", "is_certain"), [("1 021.00", True), ("2 021.00", False)])
def test_thousands_parted_by_a_blank_are_a_figure_where_an_identity_says_so(
    tmp_path: Path, basic: str, is_certain: bool
) -> None:
    """2 may be the number of the line, and 021.00 the amount."""
    document = table_with(tmp_path, basic, basic, whole="1 031.00")
    assert bool(of_code(document, "uncertain_figure")) != is_certain
    assert not of_code(document, "misprinted_figure")


def test_identities_with_the_cell_are_not_tried_as_if_it_were_zero(tmp_path: Path) -> None:
    document = table_with(tmp_path, "2l.00")
    assert not [c for c in document.result.checks if c.verdict == "violated"]
    (finding,) = of_code(document, "misprinted_figure")
    assert (finding.implied_low, finding.implied_high) == (20_995_000, 21_005_000), (
        "the sum of its parts, within their rounding"
    )


@pytest.mark.parametrize(
    ("text", "amount"), [("21.001", None), ("21.000", 21_000_000), ("21.00", 21_000_000)]
)
def test_a_figure_finer_than_its_column_is_in_doubt(tmp_path: Path, text: str, amount: int | None) -> None:
    """A mark set as the digits are: rounding would excuse 21.001 for 21.00."""
    document = table_with(tmp_path, text)
    table = document.publication.tables["general_budget_expenditure"]
    (fact,) = (f for f in table.cells if (f.key.row, f.key.column) == ("total", "basic"))
    assert (fact.printed, fact.amount) == (text, amount)
    assert [f.implied_low for f in of_code(document, "finer_figure")] == ([] if amount else [20_995_000])


def test_noughts_do_not_tell_how_fine_the_figures_are(tmp_path: Path) -> None:
    """Amounts as a program holds them, and 0.00 for nothing."""
    head = ["项目", "合计", "因公出国（境）费", "公务用车购置及运行维护费", "公务接待费"]
    budget, final = ["预算数", *["0.00"] * 4], ["决算数", "3.000003", "1.000001", "0.00", "2.000002"]
    document = one_table(tmp_path, "财政拨款“三公”经费支出决算表", [head, budget, final])
    assert not of_code(document, "finer_figure")
    amounts = [f.amount for f in document.publication.tables["three_public"].facts if f.amount]
    assert amounts == [3_000_003, 1_000_001, 2_000_002]


def test_a_fine_figure_that_stands_twice_is_what_was_meant(tmp_path: Path) -> None:
    document = table_with(tmp_path, "21.001", below="21.001")
    assert not of_code(document, "finer_figure")
    facts = document.publication.tables["general_budget_expenditure"].facts
    assert [f.amount for f in facts if f.key.column == "basic"] == [21_001_000, 21_001_000]


def test_what_the_second_engine_reads_otherwise_keeps_the_document_back(tmp_path: Path) -> None:
    document = table_with(tmp_path, "2l.00")
    result = audit(document.publication, document.contracts, document.interpretation, lambda *_: ("21.00",))
    (finding,) = (f for f in result.findings if f.code == "unreadable_figure")
    assert finding.blocks and "second engine" in finding.message
    assert not [f for f in result.findings if f.code == "misprinted_figure"]
