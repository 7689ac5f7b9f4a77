"""Audits publications against each other: a unit's two years, and a department and its units.

Works on what is curated, so that it can be done again whenever one of the publications changes, without
reading a PDF. A difference is a finding of the later year, or of the department.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from jcfs_etl.across.model import Across, AcrossCheck, CuratedFigure, CuratedPublication, StatedChange
from jcfs_etl.audit.spans import Span, verdict_of
from jcfs_etl.contracts.across import AcrossIdentity
from jcfs_etl.contracts.equations import TermPattern
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding, Value
from jcfs_etl.money import in_unit
from jcfs_etl.places import Key
from jcfs_etl.wording import figure_place, listed, on_pages, worded

#: Different figures that a table must have from the year before, digits of each, and their share of all.
_DIFFERENT, _DIGITS, _SHARE = 5, 3, 0.95


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
    judge = _Judge(this, contracts, across)
    if last is not None:
        for identity in contracts.across.years:
            judge.years(identity, last)
        for change in this.changes:
            judge.change(change, last)
        judge.code_changed(last)
        taken = list(_taken_from_last_year(this, last, contracts))
        # A table with last year's figures explains that the years disagree in it.
        tables = {finding.dataset for finding in taken}
        left = [f for f in across.findings if f.code != "years_disagree" or f.dataset not in tables]
        across.findings[:] = [*taken, *left]
    for other in others:
        judge.code_shared(other)
    if present := [units[name] for name in this.members if name in units]:
        for identity in contracts.across.departments:
            judge.department(identity, present)
    across.findings[:] = worded(across.findings, contracts)
    return across


class _Judge(Struct, frozen=True):
    """Holds a publication against others, and notes what comes of it."""

    this: CuratedPublication
    contracts: Contracts
    across: Across

    def years(self, identity: AcrossIdentity, last: CuratedPublication) -> None:
        """An identity between two years, for each row where it is stated for each."""
        now, before = identity.terms
        where = Both(f"{last.year} ({last.source})", f"{last.year}年（{last.source}）")
        tried = False
        for row in _rows(now, self.this) if identity.each else [now.row.name]:
            key, old = _key(now, row), _key(before, row if identity.each else before.row.name)
            if key in self.this.figures and old in last.figures:
                tried = True
                self._compare(identity, key, [last.figures[old]], where)
        if not tried:
            self._not_tried(identity, f"not on the forms of both {last.year} and {self.this.year}")

    def department(self, identity: AcrossIdentity, units: Sequence[CuratedPublication]) -> None:
        """An identity between a department and those of its units that are curated."""
        own, of_units = (_key(term, term.row.name) for term in identity.terms)
        parts = [u.figures[of_units] for u in units if of_units in u.figures]
        if own not in self.this.figures or len(parts) < len(units):
            self._not_tried(identity, "not on all their forms")
            return
        members, names = len(self.this.members), listed(u.unit for u in units)
        where = Both(
            f"{len(units)} of its {members} units ({names.en})",
            f"{members}个所属单位中的{len(units)}个（{names.zh}）",
        )
        self._compare(identity, own, parts, where, at_least=len(units) < members)

    def _not_tried(self, identity: AcrossIdentity, why: str) -> None:
        check = AcrossCheck(identity.id, identity.statement, "not_applicable", None, note=why)
        self.across.checks.append(check)

    def _compare(
        self,
        identity: AcrossIdentity,
        key: Key,
        parts: Sequence[CuratedFigure],
        where: Both,
        *,
        at_least: bool = False,
    ) -> None:
        """A figure against the sum of others; with ``at_least`` it may be greater."""
        reported = self.this.figures[key]
        relation: Literal["=", ">="] = ">=" if at_least else "="
        stated, computed = reported.amount or 0, sum(p.amount or 0 for p in parts)
        low, high = sum(p.low for p in parts), sum(p.high for p in parts)
        tolerance = (reported.high - reported.low + high - low) // 2
        verdict, _ = verdict_of((reported.low, stated, reported.high), (low, computed, high), relation)
        tried = AcrossCheck(
            identity.id, identity.statement, verdict, key, stated, computed, tolerance, relation=relation
        )
        self.across.checks.append(tried)
        if verdict == "violated":
            implied = (low, None if at_least else high)
            self.across.findings.append(self._disagreement(tried, key, parts, implied, where))

    def _disagreement(
        self,
        tried: AcrossCheck,
        key: Key,
        parts: Sequence[CuratedFigure],
        implied: tuple[int, int | None],
        where: Both,
    ) -> Finding:
        """A figure that the sum of others contradicts, which implies what it should be."""
        figure, stated, computed = self.this.figures[key], tried.reported or 0, tried.computed or 0
        at_least = tried.relation == ">="
        found = Finding(
            "years_disagree" if len(parts) == 1 and not at_least else "department_disagrees",
            "inconsistent",
            "document",
            values={
                "statement": tried.statement,
                "where": figure_place(self.contracts.tables[key.dataset], key.row, key.column, figure.page),
                "stated": self._money(stated),
                "relation": Both("is less than", "小于") if at_least else Both("is not", "不等于"),
                "computed": self._money(computed),
                "other": where,
                "pages": on_pages(p.page for p in parts),
                "difference": self._money(stated - computed),
            },
            check=tried.check,
        )
        return found.stating(stated, *implied).at(key, figure.page, figure.box)

    def change(self, change: StatedChange, last: CuratedPublication) -> None:
        """A stated change against both years' figures."""
        this = self.this
        if not all(key in this.figures and key in last.figures for _, key in change.keys):
            return
        now = [(w, this.figures[k]) for w, k in change.keys]
        old = [(w, last.figures[k]) for w, k in change.keys]
        actual = sum(w * (f.amount or 0) for w, f in now) - sum(w * (f.amount or 0) for w, f in old)
        spread = sum(abs(w) * (f.high - f.low) for w, f in now + old) // 2
        statement = f"The stated change of {change.claim} is this year's figure less that of the year before."
        verdict, _ = verdict_of(Span.around(change.change, change.half), Span.around(actual, spread))
        key, tolerance = change.keys[0][1], spread + change.half
        self.across.checks.append(
            AcrossCheck(change.claim, statement, verdict, key, change.change, actual, tolerance)
        )
        if verdict != "violated":
            return
        self.across.findings.append(
            Finding(
                "change_disagrees",
                "inconsistent",
                "document",
                values={
                    "page": change.page,
                    "stated": self._money(change.change),
                    "sentence": change.sentence[:80],
                    "year": this.year,
                    "last": last.year,
                    "source": last.source,
                    "computed": self._money(actual),
                },
                page=change.page,
                box=change.box,
                check=change.claim,
                reported=change.change,
                implied_low=actual - spread,
                implied_high=actual + spread,
            )
        )

    def code_changed(self, last: CuratedPublication) -> None:
        """A unit that its forms give another code than the year before."""
        now, before = self.this.unit_codes, last.unit_codes
        if now and before and not now & before:
            values: dict[str, Value] = {
                "year": self.this.year,
                "codes": listed(sorted(now)),
                "last": last.year,
                "before": listed(sorted(before)),
            }
            self.across.findings.append(Finding("unit_code_changed", "warning", "document", values=values))

    def code_shared(self, other: CuratedPublication) -> None:
        """Another unit that its forms give the same code."""
        shared = self.this.unit_codes & other.unit_codes
        if shared and other.unit != self.this.unit:
            values: dict[str, Value] = {
                "codes": listed(sorted(shared)),
                "unit": self.this.unit,
                "source": other.source,
                "other": other.unit,
            }
            self.across.findings.append(Finding("unit_code_shared", "warning", "document", values=values))

    def _money(self, fen: int) -> str:
        unit, of_fen = self.this.money_unit
        return in_unit(fen, of_fen, unit)


def _rows(term: TermPattern, publication: CuratedPublication) -> Iterator[str]:
    for key in publication.figures:
        if key.dataset == term.dataset and key.column == term.column.name:
            yield key.row


def _key(term: TermPattern, row: str) -> Key:
    assert term.dataset is not None
    return Key(term.dataset, row, term.column.name)


def _taken_from_last_year(
    this: CuratedPublication, last: CuratedPublication, contracts: Contracts
) -> Iterator[Finding]:
    """A finding for each table with last year's figures, which no two years have alike by chance."""
    for dataset in dict.fromkeys(key.dataset for key in this.figures):
        mine = {k: f for k, f in this.figures.items() if k.dataset == dataset and _is_telling(f)}
        same = [k for k, f in mine.items() if k in last.figures and last.figures[k].amount == f.amount]
        if len({mine[k].amount for k in same}) < _DIFFERENT or len(same) < _SHARE * len(mine):
            continue
        first: Key = same[0]
        yield Finding(
            "table_of_last_year",
            "inconsistent",
            "document",
            values={
                "title": contracts.tables[dataset].title,
                "pages": on_pages(mine[k].page for k in mine),
                "same": len(same),
                "figures": len(mine),
                "last": Both(f"{last.year} ({last.source})", f"{last.year}年（{last.source}）"),
            },
            dataset=dataset,
            row=first.row,
            column=first.column,
            page=mine[first].page,
            box=mine[first].box,
        )


def _is_telling(figure: CuratedFigure) -> bool:
    """Whether a figure has digits enough to be recognised again."""
    return bool(figure.amount) and len(str(abs(figure.amount or 0)).rstrip("0")) >= _DIGITS
