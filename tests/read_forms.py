"""Self-evaluation forms as the program reads them, and the rows that made-up ones are to come to."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from factory.performance import MadeForm

from jcfs_etl.audit.model import Check
from jcfs_etl.audit.performance import audit_performance
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate.performance_records import performance_tables
from jcfs_etl.findings import Finding
from jcfs_etl.interpret.performance import read_performance
from jcfs_etl.interpret.performance_model import Performance
from jcfs_etl.read import read_pdf
from jcfs_etl.recognise import Publication
from jcfs_etl.wording import worded

Rows = list[dict[str, Any]]


class Read(NamedTuple):
    """Forms as read and audited."""

    performance: Performance
    tables: dict[str, Rows]
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]

    @property
    def codes(self) -> Counter[str]:
        return Counter(f.code for f in self.findings)

    @property
    def violated(self) -> set[str]:
        return {c.check for c in self.checks if c.verdict == "violated"}


def read(path: Path, contracts: Contracts, publication: Publication | None = None) -> Read:
    """Read the forms of a PDF; one of forms alone is taken as a part of some publication."""
    document = read_pdf(path)
    known = publication or Publication(None, 2023, None, None, "万元", -2, {}, (), None, ())
    performance = read_performance(document, known, contracts)
    checks, found = audit_performance(performance, known, contracts)
    findings = worded(found, contracts)
    tables = {d: t.to_pylist() for d, t in performance_tables(performance, contracts).items()}
    return Read(performance, tables, checks, performance.findings + findings)


def expected_project(form: MadeForm, number: int) -> dict[str, Any]:
    return present(
        {
            "form": number,
            "project": form.project,
            "department_code": form.department_code,
            "department": form.department,
            "unit_code": form.unit_code,
            "unit_name": form.unit,
            "money_unit": form.money_unit,
            "goals": form.goals,
            "completion": form.completion,
            "total_weight": number_of(form.total_weight),
            "total_score": number_of(form.total_score),
            "grade": form.grade,
            **{name: text for name, (_, text) in form.analysis.items()},
        }
    )


def expected_funds(form: MadeForm, number: int) -> Rows:
    rate = 10_000 if form.money_unit == "万元" else 1
    money = {"declared", "compiled", "initial_budget", "annual_budget", "executed", "balance"}
    return [
        present(
            {
                "form": number,
                "project": form.project,
                "line": line,
                "label": label,
                "is_total": line == 1,
                **{
                    name: value * rate
                    if name in money and (value := number_of(text)) is not None
                    else number_of(text)
                    for name, text in figures.items()
                },
            }
        )
        for line, (label, figures) in enumerate(form.money, 1)
    ]


def expected_indicators(form: MadeForm, number: int) -> Rows:
    return [
        present(
            {
                "form": number,
                "project": form.project,
                "position": place,
                **made.texts,
                **{name: number_of(text) for name, text in made.figures.items()},
            }
        )
        for place, made in enumerate(form.indicators, 1)
    ]


def present(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "")}


def number_of(text: str) -> Decimal | None:
    plain = text.removesuffix("%")
    return Decimal(plain) if plain.strip("—/") else None
