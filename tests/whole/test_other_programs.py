"""The sample's content as LibreOffice and Chromium print it, rows broken over pages, is read whole."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pytest
from at_hand import Truth, as_printed
from factory.fixtures import fixture_path

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.interpret.performance_model import FormText, PerformanceForm

PROGRAMS = ["sample_libreoffice", "sample_chromium"]


@lru_cache
def printed_by(program: str) -> AuditedPublication:
    return read_publication(fixture_path(program))


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_cell_is_exact_and_nothing_is_invented(program: str, sample_truth: Truth) -> None:
    cells = as_printed(printed_by(program))
    assert {key: "".join(text.split()) for key, text in cells.items()} == sample_truth
    assert len(sample_truth) == 518


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_is_published_under_its_unit_and_year_with_the_findings_of_the_sample_alone(
    program: str, sample: AuditedPublication
) -> None:
    document = printed_by(program)
    assert (document.status, document.unit, document.year) == ("published", sample.unit, sample.year)
    assert document.publication.money_unit == "万元"
    assert sorted(f.code for f in document.all_findings) == sorted(f.code for f in sample.all_findings)


@dataclass(frozen=True)
class Plain:
    """A form without the places that it stands at."""

    texts: dict[str, Any]
    funds: list[Any]
    indicators: list[Any]


def plain(form: PerformanceForm) -> Plain:
    def text(found: FormText | None) -> str | None:
        return None if found is None else "".join(found.text.split())

    texts: dict[str, Any] = {n: text(t) for n, t in {**form.fields, **form.analysis}.items()}
    texts |= {"project": text(form.project), "goals": text(form.goals), "completion": text(form.completion)}
    texts |= {"grade": text(form.grade), "codes": form.codes, "year": form.year, "unit": form.money_unit}
    texts["title"] = form.title
    return Plain(
        texts,
        [{n: f.printed.strip() for n, f in line.figures.items()} for line in form.funds],
        [
            ({n: text(t) for n, t in i.texts.items()}, {n: f.printed.strip() for n, f in i.figures.items()})
            for i in form.indicators
        ],
    )


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_three_forms_are_whole_though_they_run_over_pages(
    program: str, sample: AuditedPublication
) -> None:
    expected = [plain(form) for form in sample.interpretation.performance.forms]
    forms = printed_by(program).interpretation.performance.forms
    assert [plain(form) for form in forms] == expected
    assert any(len(form.pages) > 1 for form in forms)
