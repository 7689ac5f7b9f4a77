"""Audits the self-evaluation forms: their identities, and what forms of one document say of each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from jcfs_etl.audit.model import BoundEquation, Check, Term
from jcfs_etl.audit.performance_figures import (
    Amount,
    FormFigures,
    NotOnFormError,
    Place,
    shown,
    with_score_precision,
)
from jcfs_etl.audit.spans import Span, is_unlikely, quotient, verdict_of
from jcfs_etl.audit.words import RELATIONS, added_up
from jcfs_etl.contracts.equations import TermPattern, parse_term
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.performance import FormIdentity
from jcfs_etl.findings import Both, Finding, Value, finding
from jcfs_etl.interpret.performance_model import Performance, PerformanceForm
from jcfs_etl.labels import squeezed
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Publication
from jcfs_etl.wording import joined, sentence


class _Tried(Struct, frozen=True):
    """An identity tried on one place: its check and the figures of both sides."""

    identity: FormIdentity
    check: Check
    form: PerformanceForm | None
    left: tuple[Amount, ...]
    right: tuple[Amount, ...]
    signs: tuple[int, ...]


def audit_performance(
    performance: Performance, publication: Publication, contracts: Contracts
) -> tuple[tuple[Check, ...], tuple[Finding, ...]]:
    """Try the identities of the self-evaluation forms.

    Amounts of the checks are hundredths: of 元 for money, of a point for scores, of a per cent for rates.
    A check of a share, or with a number that the contract gives, has no equation.

    Args:
        performance: the forms, read.
        publication: the publication that they belong to.
        contracts: the contracts that named both.

    Returns:
        The checks in the order of the contract, one ``not_applicable`` for each identity that no form
        binds, and the findings. Nothing for a publication without forms.
    """
    if not performance.forms:
        return (), ()
    figures = FormFigures(publication, contracts)
    tried: list[_Tried] = []
    checks: list[Check] = []
    for identity in contracts.performance.identities:
        bound, obstacle = _try(identity, performance.forms, figures, contracts)
        tried += bound
        checks += [each.check for each in bound]
        if not bound:
            checks.append(Check(identity.id, identity.statement, "not_applicable", note=obstacle))
    violated = [each for each in tried if each.check.verdict == "violated"]
    findings = [_violated(each, contracts) for each in violated if each.identity.together is None]
    for identity in contracts.performance.identities:
        together = [each for each in violated if each.identity is identity]
        if identity.together is not None and together:
            findings.append(_together(identity.together, together, figures, contracts))
    findings += _conflicting_codes(performance.forms, contracts)
    findings += _other_years(performance.forms, publication)
    return tuple(checks), tuple(findings)


# -- trying ----------------------------------------------------------------------------------------


def _try(
    identity: FormIdentity, forms: tuple[PerformanceForm, ...], figures: FormFigures, contracts: Contracts
) -> tuple[list[_Tried], str]:
    bound: list[_Tried] = []
    obstacle = "no form has what it speaks of"
    equation = identity.parsed
    for place in _places(equation.terms, forms):
        try:
            left = figures.of(equation.left[0], place)
            right = [(term.weight, a) for term in equation.right for a in figures.of(term, place)]
        except NotOnFormError as missing:
            obstacle = str(missing)
            continue
        blank = [a for a in (*left, *(a for _, a in right)) if a.value is None]
        if len(blank) == len(left) + len(right) or (equation.relation == "/" and blank):
            obstacle = "its figures are blank"
            continue
        step = contracts.performance.score_step
        precise = with_score_precision([*left, *(a for _, a in right)], step)
        left, amounts = precise[: len(left)], precise[len(left) :]
        signs = tuple(sign for sign, _ in right)
        check = _judge(identity, left, amounts, signs, place)
        if check is None:
            obstacle = "its base is zero"
            continue
        bound.append(_Tried(identity, check, place.form, tuple(left), tuple(amounts), signs))
    return bound, obstacle


def _places(terms: Sequence[TermPattern], forms: tuple[PerformanceForm, ...]) -> Iterator[Place]:
    """What an identity ranges over: rows, indicators or forms, or the document as a whole."""
    if any(term.whose == "forms" for term in terms):
        yield Place(forms)
        return
    over = {term.dataset for term in terms if term.row.kind == "each"}
    for form in forms:
        if "performance_funds" in over:
            yield from (Place(forms, form, row=line) for line in form.funds)
        elif "performance_indicators" in over:
            yield from (Place(forms, form, indicator=each) for each in form.indicators)
        else:
            yield Place(forms, form)


def _judge(
    identity: FormIdentity,
    left: Sequence[Amount],
    right: Sequence[Amount],
    signs: Sequence[int],
    place: Place,
) -> Check | None:
    """Try an identity on one place; None for a share of nothing."""
    reported, left_halves, hidden = _side(left, [1] * len(left))
    if identity.parsed.relation == "/":
        share = _share(*right)
        if share is None:
            return None
        computed, halves = share, list[Fraction]()
        verdict, note = verdict_of(reported, computed)
    else:
        computed, halves, more = _side(right, signs)
        verdict, note = verdict_of(reported, computed, identity.parsed.relation, hidden + more)
    slack = max(computed.value - computed.low, computed.high - computed.value)
    equation = _equation(identity, left, right, signs)
    where = f"{place.form.name}, page {left[0].page or place.form.pages[0]}" if place.form else "all forms"
    difference = reported.value - computed.value
    return Check(
        check=identity.id,
        statement=identity.statement,
        verdict=verdict,
        equation=equation,
        reported=round(reported.value),
        computed=round(computed.value),
        tolerance=round(reported.high - reported.value + slack),
        slack=round(slack),
        note=note if equation else f"{where}: {left[0].label or right[0].label}",
        unlikely=bool(halves) and verdict == "rounding" and is_unlikely(difference, left_halves + halves),
    )


def _side(amounts: Sequence[Amount], signs: Sequence[int]) -> tuple[Span, list[Fraction], Fraction]:
    """A sum as an interval, the half-units of what is printed, and what blanks could hide."""
    value = sum(
        ((a.value or Fraction(0)) * sign for a, sign in zip(amounts, signs, strict=True)), Fraction(0)
    )
    halves = [a.half for a in amounts if a.value is not None]
    hidden = sum((a.half for a in amounts if a.value is None), Fraction(0))
    return Span.around(value, sum(halves, Fraction(0))), halves, hidden


def _share(part: Amount, base: Amount) -> Span | None:
    """Least, printed and greatest share in hundredths of a per cent; None for a base that may be zero."""
    assert part.value is not None and base.value is not None
    above, below = Span.around(part.value, part.half), Span.around(base.value, base.half)
    return quotient(above, below, lambda p, b: (10_000 * p, b))


def _equation(
    identity: FormIdentity, left: Sequence[Amount], right: Sequence[Amount], signs: Sequence[int]
) -> BoundEquation | None:
    relation = identity.parsed.relation
    if relation == "/" or any(a.key is None for a in (*left, *right)):
        return None

    def terms(amounts: Sequence[Amount], weights: Sequence[int]) -> tuple[Term, ...]:
        return tuple(
            Term(weight, a.key, None if a.value is None else round(a.value))
            for a, weight in zip(amounts, weights, strict=True)
            if a.key is not None
        )

    return BoundEquation(
        identity.id, identity.statement, terms(left, [1] * len(left)), terms(right, signs), relation
    )


# -- saying ----------------------------------------------------------------------------------------


def _right_side(tried: _Tried) -> tuple[str, int]:
    """The right side of an identity as printed, and how many figures it has."""
    if tried.identity.parsed.relation == "/":
        part, base = tried.right
        return f"{part.printed} / {base.printed}", 2
    pairs = zip(tried.signs, tried.right, strict=True)
    printed = [(sign, a.printed.strip()) for sign, a in pairs if a.value is not None]
    return added_up(printed), len(printed)


def _violated(tried: _Tried, contracts: Contracts) -> Finding:
    check, relation = tried.check, tried.identity.parsed.relation
    # A side that the contract gives as a number has no place; the figures on the other side have.
    seat = next(a for a in (*tried.left, *tried.right) if a.key is not None)
    assert seat.key is not None and check.computed is not None
    unit = (tried.form.money_unit if tried.form else None) or "元"
    fen = contracts.publication.money_units.get(unit, 100)

    def amount(value: int | None) -> str:
        return shown(Fraction(value or 0), tried.left[0].measure, fen, unit)

    right, count = _right_side(tried)
    computed = amount(check.computed) if count > 1 or relation == "/" else ""
    left = " + ".join(a.printed.strip() or "blank" for a in tried.left)
    values: dict[str, Value] = {
        "statement": tried.identity.statement,
        "where": _where(tried, seat.page, contracts),
        "left": left,
        "relation": RELATIONS["<=" if relation == "<=" else "="],
        "right": right,
        "computed": computed,
        "unit": "",
        "difference": amount(check.residual),
        "explained": "",
    }
    found = Finding("identity_violated", "inconsistent", "document", values=values, check=check.check)
    low = check.computed - check.slack if relation != "<=" else None
    found = found.stating(check.reported, low, check.computed + check.slack)
    return found.at(seat.key, seat.page, seat.box)


def _where(tried: _Tried, page: int | None, contracts: Contracts) -> Both:
    """The form and its page, and what the left side is of."""
    said: dict[str, Value] = {"page": str(page), "label": tried.left[0].label}
    if tried.form is None:
        return sentence(contracts, "forms.where", **said)
    return sentence(contracts, "form.where", form=tried.form.name, **said)


def _together(code: str, violated: Sequence[_Tried], figures: FormFigures, contracts: Contracts) -> Finding:
    """One finding for all forms of a document in which the text contradicts the form's own figure."""
    parts = []
    for each in violated:
        (said,), (other,) = each.left, each.right
        assert each.form is not None
        stated, on = {"said": said.printed, "page": str(said.page)}, str(other.page)
        against = {"name": each.form.name, "other": other.printed.strip(), "on": on}
        parts.append(sentence(contracts, "form.against", **stated, **against))
    first, identity = violated[0].left[0], violated[0].identity
    assert first.key is not None
    values: dict[str, Value] = {
        "statement": identity.statement,
        "parts": joined(parts, "; ", "；"),
        "base": _other_base(violated, figures, contracts) or "",
    }
    found = Finding(code, "inconsistent", "document", values=values, check=identity.id)
    return found.at(first.key, first.page, first.box)


def _other_base(violated: Sequence[_Tried], figures: FormFigures, contracts: Contracts) -> str | None:
    """The budget of which 全年执行数 is the share that every text states, by its label."""
    contract = contracts.performance
    for column in contract.other_bases:
        try:
            for each in violated:
                assert each.form is not None
                place = Place((each.form,), each.form)
                (part,) = figures.of(parse_term("performance_funds[total, executed]"), place)
                (base,) = figures.of(parse_term(f"performance_funds[total, {column}]"), place)
                said = each.left[0]
                share = _share(part, base) if part.value is not None and base.value is not None else None
                if share is None or said.value is None:
                    break
                if not share.meets(Span.around(said.value, said.half)):
                    break
            else:
                return contract.money.columns[column].labels[0]
        except NotOnFormError:
            continue
    return None


def _conflicting_codes(forms: Sequence[PerformanceForm], contracts: Contracts) -> Iterator[Finding]:
    """Forms of one document that give one department or unit different codes."""
    for name, field in contracts.performance.fields.items():
        found: dict[str, dict[str, list[PerformanceForm]]] = defaultdict(lambda: defaultdict(list))
        for form in forms:
            if name in form.codes:
                found[squeezed(form.fields[name].text)][form.codes[name]].append(form)
        for owner, by_code in found.items():
            if len(by_code) < 2:
                continue
            parts = []
            for code, these in by_code.items():
                pages, names = [str(f.fields[name].page) for f in these], [f.name for f in these]
                english = f"{code} on page {', '.join(pages)} ({'; '.join(names)})"
                parts.append(Both(english, f"{code}（第{'、'.join(pages)}页“{'”“'.join(names)}”）"))
            codes = joined(parts, " and ", "、")
            first = next(iter(by_code.values()))[0]
            key, place = Key("performance_projects", str(first.number), f"{name}_code"), first.fields[name]
            said: dict[str, Value] = {"owner": owner, "field": field.labels[0], "codes": codes}
            told = finding(f"conflicting_{name}_code", "inconsistent", **said)
            yield told.at(key, place.page, place.box)


def _other_years(forms: Sequence[PerformanceForm], publication: Publication) -> Iterator[Finding]:
    """Forms headed by another fiscal year than the publication's."""
    for form in forms:
        if form.year is not None and publication.year is not None and form.year != publication.year:
            years = {"headed": form.year, "year": publication.year}
            found = finding("performance_other_year", "inconsistent", form.pages[0], form=form.name, **years)
            yield found.of("performance_projects", str(form.number))
