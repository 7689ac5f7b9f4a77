"""Audits publications against each other: a unit's two years, and a department and its units.

Works on what is curated, so that it can be done again whenever one of the publications changes, without
reading a PDF. A difference is a finding of the later year, or of the department.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from jcfs_etl.across.last_year import taken_from_last_year, without_consequences
from jcfs_etl.across.model import Across, AcrossCheck, CuratedFigure, CuratedPublication, StatedChange
from jcfs_etl.audit.spans import Span, verdict_of
from jcfs_etl.contracts.across import AcrossIdentity
from jcfs_etl.contracts.equations import TermPattern
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding
from jcfs_etl.money import in_unit
from jcfs_etl.places import Key
from jcfs_etl.wording import figure_place, listed, on_pages, worded


def audit_across(
    this: CuratedPublication,
    last: CuratedPublication | None,
    units: Mapping[str, CuratedPublication],
    others: Sequence[CuratedPublication],
    contracts: Contracts,
) -> Across:
    """Hold a publication against those that it must agree with.

    Args:
        this: the publication.
        last: the same unit's of the year before, where it is curated.
        units: of its members, those whose publication of the same year is curated, by name as listed.
        others: publications that share a unit code with it, of other units or years.
        contracts: contracts/across.yaml names the identities.

    Returns:
        Checks and findings; nothing where there is nothing to compare with.
    """
    across = Across()
    if last is not None:
        for identity in contracts.across.years:
            _years(identity, this, last, across, contracts)
        for change in this.changes:
            _change(change, this, last, across)
        _codes(this, last, across)
        taken = taken_from_last_year(this, last, contracts)
        across.findings[:] = without_consequences([*taken, *across.findings])
    for other in others:
        _shared_codes(this, other, across)
    present = [units[name] for name in this.members if name in units]
    if present:
        for member_identity in contracts.across.departments:
            _department(member_identity, this, present, across, contracts)
    across.findings[:] = worded(across.findings, contracts)
    return across


def _years(
    identity: AcrossIdentity,
    this: CuratedPublication,
    last: CuratedPublication,
    across: Across,
    contracts: Contracts,
) -> None:
    now, before = identity.terms
    tried = False
    for row in _rows(now, this) if identity.each else [now.row.name]:
        key, old = _key(now, row), _key(before, row if identity.each else before.row.name)
        if key not in this.figures or old not in last.figures:
            continue
        tried = True
        a, b = this.figures[key], last.figures[old]
        _compare(
            identity.id,
            identity.statement,
            key,
            a,
            (b,),
            this,
            across,
            Both(f"{last.year} ({last.source})", f"{last.year}年（{last.source}）"),
            contracts,
        )
    if not tried:
        across.checks.append(
            AcrossCheck(
                identity.id,
                identity.statement,
                "not_applicable",
                None,
                note=f"not on the forms of both {last.year} and {this.year}",
            )
        )


def _compare(
    check: str,
    statement: str,
    key: Key,
    reported: CuratedFigure,
    parts: Sequence[CuratedFigure],
    this: CuratedPublication,
    across: Across,
    where: Both,
    contracts: Contracts,
    *,
    at_least: bool = False,
) -> None:
    """``reported`` against the sum of ``parts``; with ``at_least`` it may be greater."""
    relation: Literal["=", ">="] = ">=" if at_least else "="
    stated, computed = reported.amount or 0, sum(p.amount or 0 for p in parts)
    low, high = sum(p.low for p in parts), sum(p.high for p in parts)
    tolerance = (reported.high - reported.low + high - low) // 2
    verdict, _ = verdict_of((reported.low, stated, reported.high), (low, computed, high), relation)
    tried = AcrossCheck(check, statement, verdict, key, stated, computed, tolerance, relation=relation)
    across.checks.append(tried)
    if verdict == "violated":
        bounds = (low, None if at_least else high)
        across.findings.append(_disagreement(tried, key, reported, parts, bounds, this, where, contracts))


def _disagreement(
    tried: AcrossCheck,
    key: Key,
    reported: CuratedFigure,
    parts: Sequence[CuratedFigure],
    bounds: tuple[int, int | None],
    this: CuratedPublication,
    where: Both,
    contracts: Contracts,
) -> Finding:
    stated, computed, at_least = tried.reported or 0, tried.computed or 0, tried.relation == ">="
    return Finding(
        "years_disagree" if len(parts) == 1 and not at_least else "department_disagrees",
        "inconsistent",
        "document",
        values={
            "statement": tried.statement,
            "where": figure_place(contracts.tables[key.dataset], key.row, key.column, reported.page),
            "stated": _money(stated, this),
            "relation": Both("is less than", "小于") if at_least else Both("is not", "不等于"),
            "computed": _money(computed, this),
            "other": where,
            "pages": on_pages(p.page for p in parts),
            "difference": _money(stated - computed, this),
        },
        dataset=key.dataset,
        row=key.row,
        column=key.column,
        page=reported.page,
        box=reported.box,
        check=tried.check,
        reported=stated,
        implied_low=bounds[0],
        implied_high=bounds[1],
    )


def _change(change: StatedChange, this: CuratedPublication, last: CuratedPublication, across: Across) -> None:
    """A stated change against both years' figures."""
    if not all(key in this.figures and key in last.figures for _, key in change.keys):
        return
    now = [(w, this.figures[k]) for w, k in change.keys]
    old = [(w, last.figures[k]) for w, k in change.keys]
    actual = sum(w * (f.amount or 0) for w, f in now) - sum(w * (f.amount or 0) for w, f in old)
    slack = sum(abs(w) * (f.high - f.low) for w, f in now + old) // 2 + change.half
    statement = f"The stated change of {change.claim} is this year's figure less that of the year before."
    verdict, _ = verdict_of(Span.around(change.change, change.half), Span.around(actual, slack - change.half))
    if verdict == "violated":
        across.findings.append(
            Finding(
                "change_disagrees",
                "inconsistent",
                "document",
                values={
                    "page": change.page,
                    "stated": _money(change.change, this),
                    "sentence": change.sentence[:80],
                    "year": this.year,
                    "last": last.year,
                    "source": last.source,
                    "computed": _money(actual, this),
                },
                page=change.page,
                box=change.box,
                check=change.claim,
                reported=change.change,
                implied_low=actual - slack + change.half,
                implied_high=actual + slack - change.half,
            )
        )
    across.checks.append(
        AcrossCheck(change.claim, statement, verdict, change.keys[0][1], change.change, actual, slack)
    )


def _codes(this: CuratedPublication, last: CuratedPublication, across: Across) -> None:
    if this.unit_codes and last.unit_codes and not this.unit_codes & last.unit_codes:
        across.findings.append(
            Finding(
                "unit_code_changed",
                "warning",
                "document",
                values={
                    "year": this.year,
                    "codes": listed(sorted(this.unit_codes)),
                    "last": last.year,
                    "before": listed(sorted(last.unit_codes)),
                },
            )
        )


def _shared_codes(this: CuratedPublication, other: CuratedPublication, across: Across) -> None:
    shared = this.unit_codes & other.unit_codes
    if shared and other.unit != this.unit:
        across.findings.append(
            Finding(
                "unit_code_shared",
                "warning",
                "document",
                values={
                    "codes": listed(sorted(shared)),
                    "unit": this.unit,
                    "source": other.source,
                    "other": other.unit,
                },
            )
        )


def _department(
    identity: AcrossIdentity,
    this: CuratedPublication,
    units: Sequence[CuratedPublication],
    across: Across,
    contracts: Contracts,
) -> None:
    own, of_units = (_key(term, term.row.name) for term in identity.terms)
    parts = [u.figures[of_units] for u in units if of_units in u.figures]
    if own not in this.figures or len(parts) < len(units):
        across.checks.append(
            AcrossCheck(
                identity.id, identity.statement, "not_applicable", None, note="not on all their forms"
            )
        )
        return
    whole = len(units) == len(this.members)
    names = listed(u.unit for u in units)
    where = Both(
        f"{len(units)} of its {len(this.members)} units ({names.en})",
        f"{len(this.members)}个所属单位中的{len(units)}个（{names.zh}）",
    )
    _compare(
        identity.id,
        identity.statement,
        own,
        this.figures[own],
        parts,
        this,
        across,
        where,
        contracts,
        at_least=not whole,
    )


def _rows(term: TermPattern, publication: CuratedPublication) -> Iterator[str]:
    for key in publication.figures:
        if key.dataset == term.dataset and key.column == term.column.name:
            yield key.row


def _key(term: TermPattern, row: str) -> Key:
    assert term.dataset is not None
    return Key(term.dataset, row, term.column.name)


def _money(fen: int, publication: CuratedPublication) -> str:
    unit, of_fen = publication.money_unit
    return in_unit(fen, of_fen, unit)
