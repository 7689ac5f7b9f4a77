"""Findings as the site shows them: in words, with both sides, suspects, and the figures that take part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from jcfs_etl.findings import SEVERITIES, Both
from jcfs_etl.report.site.model import FindingView, Sides, SuspectView, Term
from jcfs_etl.report.site.rows import Key, Row, Rows, place_of, plain
from jcfs_etl.report.site.texts import kind_in_words

#: Sets of suspects that are shown, and cells of each; the data hold all.
_SETS, _CELLS = 3, 6
#: Terms of an identity that are shown.
_TERMS = 40


def finding_views(rows: Rows) -> tuple[FindingView, ...]:
    """All findings, the worst first."""
    found = sorted(rows.of("findings"), key=lambda f: (not _blocks(f), SEVERITIES.index(f["severity"])))
    violated = {
        (c["check"], c["dataset"], c["row"], c["column"]): c
        for c in rows.of("checks")
        if c["verdict"] == "violated"
    }
    claims = {
        (c["claim"], c["page"], c["x0"], c["y0"]): c for c in rows.of("claims") if c["verdict"] == "violated"
    }
    return tuple(_view(rows, number, f, violated, claims) for number, f in enumerate(found, 1))


def involved(rows: Rows, findings: Sequence[FindingView]) -> dict[Key, tuple[int, ...]]:
    """Which findings each figure takes part in: as what they are about, as a term, or as a suspect."""
    keys = {place.ref: key for key, place in rows.places.items()}
    numbers: dict[Key, set[int]] = defaultdict(set)
    for finding in findings:
        refs = {finding.place.ref} if finding.place is not None else set()
        if finding.sides is not None:
            refs |= {t.ref for t in (*finding.sides.left, *finding.sides.right)}
        refs |= {s.ref for group in finding.suspects for s in group}
        for ref in refs & keys.keys():
            numbers[keys[ref]].add(finding.number)
    return {key: tuple(sorted(mine)) for key, mine in numbers.items()}


def _blocks(finding: Row) -> bool:
    return bool(finding["severity"] == "error" and finding["origin"] == "extraction")


def _view(
    rows: Rows, number: int, finding: Row, violated: Mapping[Any, Row], claims: Mapping[Any, Row]
) -> FindingView:
    key = (finding["dataset"], finding["row"], finding["column"])
    place = rows.places.get(key)
    if finding["x0"] is not None and finding["page"] is not None:
        own = place_of(f"f{number}", finding)
        # A statement that contradicts a figure stands elsewhere than the figure.
        place = place if place is not None and place.page == own.page and place.y0 == own.y0 else own
    check = violated.get((finding["check"], *key))
    claim = claims.get((finding["check"], finding["page"], finding["x0"], finding["y0"]))
    sides = None
    if check is not None:
        sides = _sides(rows, check)
    elif claim is not None:
        sides = _stated(rows, claim)
    groups = _suspects(rows, finding)
    return FindingView(
        number=number,
        code=finding["code"],
        severity=finding["severity"],
        blocks=_blocks(finding),
        kind=kind_in_words(rows.contracts, finding["code"]),
        message=Both(finding["message"], finding.get("message_zh") or finding["message"]),
        remedy=_remedy(rows, finding["code"]),
        place=place,
        page=finding["page"],
        sides=sides,
        suspects=tuple(groups[:_SETS]),
        more=max(len(groups) - _SETS, 0),
    )


def _remedy(rows: Rows, code: str) -> Both:
    """What to do; in English where the contracts have no Chinese for it yet."""
    kind = rows.contracts.findings.get(code)
    english = "" if kind is None else kind.remedy
    return Both(english, rows.contracts.chinese.remedies.get(code) or english)


def _suspects(rows: Rows, finding: Row) -> list[tuple[SuspectView, ...]]:
    ranks: dict[int, list[SuspectView]] = defaultdict(list)
    for suspect in finding["suspects"] or ():
        key = (suspect["dataset"], suspect["row"], suspect["column"])
        count = rows.is_count(suspect["dataset"], suspect["column"])
        place = rows.places.get(key)
        ranks[suspect["rank"]].append(
            SuspectView(
                rows.name(*key),
                suspect["printed"],
                suspect["page"],
                rows.amount(suspect["implied_low"], count=count),
                rows.amount(suspect["implied_high"], count=count),
                Both(suspect["reason"], suspect.get("reason_zh") or ""),
                place.ref if place is not None else "",
            )
        )
    return [tuple(ranks[rank][:_CELLS]) for rank in sorted(ranks)]


def _terms(rows: Rows, terms: Sequence[Row] | None) -> dict[str, tuple[Term, ...]]:
    """Figures by the side that they stand on."""
    sides: dict[str, list[Term]] = {"left": [], "right": []}
    name = rows.name_within if _table(rows, terms) else rows.name
    for term in (terms or ())[:_TERMS]:
        key = (term["dataset"], term["row"], term["column"])
        weight, place = term["weight"], rows.places.get(key)
        times = f"{abs(weight)} × " if abs(weight) != 1 else ""
        amount = rows.amount(term["amount"], count=rows.is_count(term["dataset"], term["column"]))
        sides[term["side"]].append(
            Term(
                "−" if weight < 0 else "+",
                times + name(*key),
                amount,
                term["page"],
                place.ref if place else "",
            )
        )
    return {side: tuple(found) for side, found in sides.items()}


def _table(rows: Rows, terms: Sequence[Row] | None) -> str:
    """The title of the table that all figures are of; empty where they are of several."""
    datasets = {term["dataset"] for term in terms or ()}
    table = rows.contracts.tables.get(datasets.pop()) if len(datasets) == 1 else None
    return "" if table is None else table.title


def _sides(rows: Rows, check: Row) -> Sides:
    """Both sides of an identity."""
    terms = _terms(rows, check["terms"])
    count = check["dataset"] is not None and rows.is_count(check["dataset"], check["column"])
    return Sides(
        # In Chinese where the contracts have it; the figures of an identity say it elsewhere.
        Both(check["statement"], rows.contracts.statements_zh.get(check["check"], "")),
        terms["left"],
        terms["right"],
        rows.amount(check["reported"], count=count),
        rows.amount(check["computed"], count=count),
        rows.amount(check["residual"], count=count),
        rows.amount(check["tolerance"], count=count),
        _table(rows, check["terms"]),
    )


def _stated(rows: Rows, claim: Row) -> Sides:
    """What the narrative states, against the figures that it speaks of; those of its base follow."""
    terms = _terms(rows, claim["cells"])
    unit = claim["printed_unit"]
    computed = claim["computed"]
    return Sides(
        Both(claim["sentence"], claim["sentence"]),
        (),
        (
            *(replace(t, sign="") for t in terms["left"]),
            *(replace(t, sign="", base=True) for t in terms["right"]),
        ),
        f"{claim['printed']} {unit}".strip(),
        "" if computed is None else f"{plain(computed)} {unit}".strip(),
        "" if computed is None else f"{plain(claim['value'] - computed)} {unit}".strip(),
        "",
        _table(rows, claim["cells"]),
        stated=True,
    )
