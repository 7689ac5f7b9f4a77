"""Audits a recognised publication: every identity tried, violated ones explained."""

from __future__ import annotations

from dataclasses import dataclass

import pandera.pandas as pan

from jcfs_etl.audit.certainty import uncertain_figures
from jcfs_etl.audit.model import Check, Figures, Term
from jcfs_etl.audit.schemas import figures_frame, publication_schema, table_schema, violations
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.money import in_unit
from jcfs_etl.recognise.frames import table_to_arrow, to_frame
from jcfs_etl.recognise.model import Publication

#: Terms of a long sum that a message spells out.
_SPELLED = 8


@dataclass(frozen=True)
class Audit:
    """Every identity tried on a publication, and what follows from it."""

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]


def audit(publication: Publication, contracts: Contracts) -> Audit:
    """Try every identity of the contracts on a publication.

    Args:
        publication: as recognised; a declined one has no tables and no checks.
        contracts: the contracts that named it.

    Returns:
        The checks in the order of the contracts, and a finding for each violated one, for each
        difference that rounding could explain but hardly does, and for each figure read by OCR that
        is not certain.
    """
    if publication.declined is not None:
        return Audit((), ())
    checks: list[Check] = []
    findings: list[Finding] = []
    for dataset, table in publication.tables.items():
        schema = table_schema(
            contracts,
            dataset,
            half=table.half,
            columns=table.columns,
            readable=table.by_key,
            record=checks.append,
        )
        findings += _validate(schema, to_frame(table_to_arrow(table, contracts)), dataset)
    figures = Figures.of_tables(publication.tables, contracts)
    findings += _validate(publication_schema(contracts, figures, checks.append), figures_frame(figures), None)
    absent = [d for d in contracts.tables if d not in publication.tables]
    for dataset in absent:
        for identity in contracts.tables[dataset].identities:
            title = contracts.tables[dataset].title
            checks.append(
                Check(identity.id, identity.statement, "not_applicable", note=f"{title} is not there")
            )
    for check in checks:
        if check.verdict == "violated":
            findings.append(_violated(check, publication, contracts))
        elif check.unlikely:
            findings.append(_unlikely(check, publication, contracts))
    findings += uncertain_figures(publication, checks, contracts)
    return Audit(tuple(checks), tuple(findings))


def _validate(schema: pan.DataFrameSchema, frame: object, dataset: str | None) -> list[Finding]:
    """Run a schema; identities record themselves, anything else it refuses is ours to answer for."""
    try:
        _forget(schema.validate(frame, lazy=True))
    except pan.errors.SchemaErrors as error:
        _forget(error.data)
        statements = {str(check.error): check for check in schema.checks}
        return [
            Finding(
                "schema_violation",
                "error",
                "extraction",
                f"{dataset or 'publication'} is not of the promised shape: {problem}",
                dataset=dataset,
            )
            for problem in violations(error, statements)
        ]
    return []


def _forget(frame: object) -> None:
    """Let go of a validated frame at once.

    pandas ties a frame and pandera's accessor into a cycle, which would otherwise live until a garbage
    collection, or until the interpreter's end, where pandera's clean-up fails noisily.
    """
    vars(frame).pop("pandera", None)


def _violated(check: Check, publication: Publication, contracts: Contracts) -> Finding:
    key = check.key
    assert key is not None and check.equation is not None
    assert check.computed is not None
    fact = publication.tables[key.dataset].by_key[key]
    # A finding speaks in 分; a count is shown as so many 元, as in the checks.
    scale = 100 if contracts.tables[key.dataset].columns[key.column].measure == "count" else 1
    alone = len(check.equation.left) == 1 and check.equation.relation == "="
    return Finding(
        "identity_violated",
        "inconsistent",
        "document",
        f"{check.statement} {_sides(check, publication, contracts)}",
        dataset=key.dataset,
        row=key.row,
        column=key.column,
        page=fact.page,
        box=fact.box,
        check=check.check,
        reported=scale * (check.reported or 0),
        implied_low=scale * (check.computed - check.slack) if alone else None,
        implied_high=scale * (check.computed + check.slack) if alone else None,
    )


def _unlikely(check: Check, publication: Publication, contracts: Contracts) -> Finding:
    key = check.key
    assert key is not None
    fact = publication.tables[key.dataset].by_key[key]
    return Finding(
        "unlikely_rounding",
        "warning",
        "document",
        f"{check.statement} {_sides(check, publication, contracts)} Rounding could explain it, "
        "but hardly does.",
        dataset=key.dataset,
        row=key.row,
        column=key.column,
        page=fact.page,
        box=fact.box,
        check=check.check,
        reported=check.reported,
    )


def _sides(check: Check, publication: Publication, contracts: Contracts) -> str:
    """Both sides in figures: ``支出决算表 page 5, 20801 基本支出: 220.55 against 220.54 + …``."""
    assert check.equation is not None and check.key is not None
    key = check.key
    table = publication.tables[key.dataset]
    unit = table.money_unit or "元"
    fen = contracts.publication.money_units.get(unit, 100)
    is_count = contracts.tables[key.dataset].columns[key.column].measure == "count"

    def amount(value: int | None) -> str:
        if value is None:
            return "blank"
        return str(value) if is_count else in_unit(value, fen, "").strip()

    def side(terms: tuple[Term, ...]) -> str:
        shown = [("− " if t.weight < 0 else "+ ") + amount(t.value) for t in terms if t.value is not None]
        text = " ".join(shown[:_SPELLED]).removeprefix("+ ") or "0"
        return text + (f" + … ({len(shown)} figures)" if len(shown) > _SPELLED else "")

    names = {r.row: r.label for r in table.rows}
    column = contracts.tables[key.dataset].columns[key.column].labels[0]
    label = names.get(key.row, "")
    place = f"{table.title} page {table.by_key[key].page}, {_row_name(key.row, label)} {column}"
    relation = "should be at most" if check.equation.relation == "<=" else "should be"
    text = f"{place}: {side(check.equation.left)} {relation} {side(check.equation.right)}"
    if len([t for t in check.equation.right if t.value is not None]) > 1:
        text += f" = {amount(check.computed)}"
    return f"{text} {'' if is_count else unit}".strip() + f"; they differ by {amount(check.residual)}."


def _row_name(row: str, label: str) -> str:
    return f"{row} {label}" if row.isdigit() and row != label else label or row
