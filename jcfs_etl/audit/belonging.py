"""Whether tables, covers and units of money that say otherwise belong to the publication: others tell.

Publishers forget to change last year's heading while the figures below are this year's; or last year's table
stands there, or that of a unit below. A figure that an identity ties to another table, or that the narrative
states, tells which; without one, figures of another year or unit could be taken for the publication's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import permutations

from jcfs_etl.audit.called import is_slip
from jcfs_etl.audit.model import Check
from jcfs_etl.audit.spans import Span
from jcfs_etl.audit.statements import JudgedClaim
from jcfs_etl.contracts.base import regex
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding, Severity, Value, finding
from jcfs_etl.interpret.model import Claim
from jcfs_etl.labels import squeezed
from jcfs_etl.money import in_unit
from jcfs_etl.places import Key
from jcfs_etl.recognise.agreement import is_one_name
from jcfs_etl.recognise.model import Cover, Publication, PublishedTable
from jcfs_etl.wording import on_pages

#: So many different amounts are off by one unit of money before it is no slip of a sentence.
_AMOUNTS = 3
#: So many digits an amount has before it meets a figure in another unit by no chance.
_DIGITS = 4
_LEAST = 10 ** (_DIGITS - 1)
#: Of so many sums none adds up to the last digit by chance where each figure was rounded: a third are off.
_SUMS = 20
#: So many sums, and this share of all, are off by what rounding leaves before it is no slip of some.
_OFF, _OFF_SHARE = 3, 0.05


def tables_of_others(
    publication: Publication, checks: Iterable[Check], claims: Iterable[JudgedClaim], contracts: Contracts
) -> Iterator[Finding]:
    """A finding for each table that states another year or unit and that nothing ties to the publication.

    Args:
        publication: as recognised.
        checks: every identity tried on it.
        claims: the claims of its narrative, judged.
        contracts: the contracts, for how names are written.

    Yields:
        Errors; a table without figures but noughts has none that could be taken for the publication's. One
        whose title says it, and whose figures are the publication's own, is what its publisher has to mend.
    """
    others = {t.dataset: other for t in publication.filled if (other := _other(t, publication, contracts))}
    if not others:
        return
    figures = {fact.key for table in publication.filled for fact in table.facts if fact.value}
    tied = set(_tied(figures, checks, claims, frozenset(others)))
    for dataset, (kind, said) in others.items():
        table = publication.tables[dataset]
        if not any(key.dataset == dataset for key in figures):
            continue
        own = publication.year if kind == "year" else publication.unit
        code = "table_of_another_year" if kind == "year" else "table_of_another_unit"
        severity: Severity = "error"
        if dataset in tied:
            code, severity = "heading_of_another", "inconsistent"
        # What captions say is said of the document as a whole already.
        if dataset not in tied or said in table.title:
            at, pages = (table.facts[0].page, table.facts[0].box), on_pages(table.pages)
            yield table.finding(code, severity, *at, said=said, own=str(own), pages=pages)


def untied_tables(
    publication: Publication, checks: Sequence[Check], claims: Sequence[JudgedClaim], contracts: Contracts
) -> Iterator[Finding]:
    """A finding for each table that more contradicts than ties to the others: it may be none of theirs.

    A budget may be bound behind the accounts, with a table that these leave out. By its title alone it is
    taken for one where theirs are of final accounts and nothing ties it to them.

    Args:
        publication: as recognised.
        checks: every identity tried on it.
        claims: the claims of its narrative, judged.
        contracts: the contracts, for how titles say what they are of.

    Yields:
        Errors; a table without figures but noughts has none that could be taken for the publication's.
    """
    figures = {fact.key for table in publication.filled for fact in table.facts if fact.value}
    ties = Counter(_tied(figures, checks, claims, frozenset()))
    wrong = [c.keys for c in checks if c.verdict == "violated" and len({key.dataset for key in c.keys}) > 1]
    said = [frozenset(judged.keys) for judged in claims if judged.is_wrong and judged.claim.form == "level"]
    borne_out = _borne_out(figures, checks)
    accounts, budget = (
        contracts.publication.accounts_title_pattern,
        contracts.publication.budget_title_pattern,
    )
    are_accounts = any(regex(accounts).search(squeezed(table.title)) for table in publication.filled)
    for table in publication.filled:
        own = {key for key in figures if key.dataset == table.dataset}
        against = [keys & own for keys in (*wrong, *said) if keys & own]
        # What one figure explains is a slip in it, or in the one that it should be.
        is_slip = bool(against) and bool(frozenset.intersection(*against))
        is_slip = is_slip and not any(keys & own and keys & figures <= borne_out for keys in wrong)
        is_other = len(against) > ties[table.dataset] and not is_slip
        is_budget = are_accounts and regex(budget).search(squeezed(table.title)) and not ties[table.dataset]
        if own and (is_other or is_budget):
            at, pages = (table.facts[0].page, table.facts[0].box), on_pages(table.pages)
            yield table.finding(
                "untied_table", "error", *at, pages=pages, against=len(against), ties=ties[table.dataset]
            )


def _borne_out(figures: set[Key], checks: Sequence[Check]) -> set[Key]:
    """Figures that sums of their own tables bear out, and none contradicts."""
    within = [c for c in checks if c.equation is not None and len({key.dataset for key in c.keys}) == 1]
    held = {key for c in within if c.holds and len(c.keys & figures) > 2 for key in c.keys}
    return held - {key for c in within if c.verdict == "violated" for key in c.keys}


def other_covers(publication: Publication, contracts: Contracts) -> Iterator[Finding]:
    """A finding for each cover that is of another year or unit than the tables are published under.

    Covers among the tables are such where they name another one; the first, where it says that the accounts
    are the body's alone (本级) and the tables say that they are the whole's (汇总), or the other way round.

    Args:
        publication: as recognised.
        contracts: the contracts, for how names are written.

    Yields:
        Errors: what follows such a cover would be published under the names of others.
    """
    alone, whole = (
        regex(pattern)
        for pattern in (
            contracts.publication.own_accounts_pattern,
            contracts.publication.whole_accounts_pattern,
        )
    )
    for told in publication.findings:
        names = str(told.values.get("other", "")), publication.unit or ""
        is_other = any(alone.search(one) and whole.search(other) for one, other in permutations(names))
        if told.code == "conflicting_unit" and told.page == 1 and is_other:
            yield finding("another_cover", "error", 1, said=names[0], own=names[1])
    for cover in publication.covers:
        said, own = _of_another(cover, publication, contracts)
        if said:
            yield finding("another_cover", "error", cover.page, said=said, own=own)


def _of_another(cover: Cover, publication: Publication, contracts: Contracts) -> tuple[str, str]:
    """What a cover says of year or unit that is not the publication's, and what that is; else nothing."""
    unit, year = publication.unit, publication.year
    if unit and cover.units and not any(_is_unit(name, unit, contracts) for name in cover.units):
        return cover.units[0], unit
    if year and cover.year not in (None, year):
        return str(cover.year), str(year)
    return "", ""


def _other(table: PublishedTable, publication: Publication, contracts: Contracts) -> tuple[str, str] | None:
    """The year or unit that a table says it is of, and that is not the publication's."""
    year, unit = publication.year, publication.unit
    for years in table.stated.years:
        if year is not None and year not in years:
            return "year", str(max(years))
    if table.stated.last_year:
        return "year", table.stated.last_year
    if unit is not None:
        alone = (
            regex(contracts.publication.own_accounts_pattern) if _has_whole(publication, contracts) else None
        )
        for names in table.stated.units:
            if not any(_is_unit(name, unit, contracts) for name in names):
                return "unit", names[0]
            if alone is not None and alone.search(names[0]):
                return "unit", names[0]
    return None


def _has_whole(publication: Publication, contracts: Contracts) -> bool:
    """Whether a table says that it is of the body with all of its units (汇总)."""
    whole = regex(contracts.publication.whole_accounts_pattern)
    names = (name for table in publication.filled for names in table.stated.units for name in names)
    return any(whole.search(name) for name in names)


def _is_unit(name: str, unit: str, contracts: Contracts) -> bool:
    """Whether a name is the unit's: but for its spelling, a slip, its end, or what is said behind it."""
    if is_one_name(name, unit, contracts) or is_slip(name, unit):
        return True
    short, long = sorted((name, unit), key=len)
    rest = regex(contracts.publication.unit_rest_pattern)
    return long.startswith(short) and rest.fullmatch(long.removeprefix(short)) is not None


def _tied(
    figures: set[Key], checks: Iterable[Check], claims: Iterable[JudgedClaim], others: frozenset[str]
) -> Iterator[str]:
    """Tables of which a figure is tied to another table's, or is what the narrative states."""
    for check in checks:
        if check.equation is None or check.equation.relation != "=" or not check.holds:
            continue
        found = {key.dataset for key in check.keys & figures}
        if len(found) > 1 and not found <= others:
            yield from found
    for judged in claims:
        if judged.holds and judged.claim.form == "level":
            yield from {key.dataset for key in judged.keys if key in figures}


def contradicted_unit(
    publication: Publication, checks: Iterable[Check], claims: Iterable[JudgedClaim], contracts: Contracts
) -> Iterator[Finding]:
    """A finding where the tables seem to be in another unit of money than their captions say.

    So it is where most amounts of the narrative are the tables' figures in another one, whichever of both is
    wrong; and where it states too few of them, the largest amount is out of the ordinary, and the sums are
    not as those in its unit: figures in 元 are exact, and add up to the last digit, and figures rounded to
    万元 one by one do not.

    Args:
        publication: as recognised.
        checks: every identity tried on it.
        claims: the claims of its narrative, judged.
        contracts: for the units of money.

    Yields:
        One error at most: all amounts would be published with too many or too few noughts.
    """
    amounts = [judged for judged in claims if judged.claim.kind == "amount" and judged.claim.form == "level"]
    held = {judged.claim.value for judged in amounts if judged.holds and judged.claim.value}
    why = _by_narrative(amounts, len(held), contracts)
    if not why and len(held) < _AMOUNTS:
        # A narrative that states the same amounts confirms the captions.
        why = _by_sums(publication, checks, contracts)
    if why:
        page, unit = publication.facts[0].page, publication.money_unit or ""
        yield finding("money_unit_contradicted", "error", page, unit=unit, **why)


def _by_narrative(amounts: Iterable[JudgedClaim], held: int, contracts: Contracts) -> dict[str, Value]:
    """What the narrative tells of the unit, where more of its amounts are figures in another than hold."""
    for unit, other in permutations(contracts.publication.money_units.values(), 2):
        told: dict[int, Claim] = {}
        for judged in amounts:
            if _is_off_by(judged, Fraction(unit, other)):
                told.setdefault(judged.claim.value, judged.claim)
        if len(told) >= max(_AMOUNTS, held + 1):
            first = next(iter(told.values()))
            return {"count": len(told), "stated": first.printed + first.unit, "on": first.page}
    return {}


def _by_sums(publication: Publication, checks: Iterable[Check], contracts: Contracts) -> dict[str, Value]:
    """What sums tell of the unit of tables whose largest amount is out of the ordinary."""
    units, unit = contracts.publication.money_units, publication.money_unit
    if unit is None or any(table.money_unit != unit for table in publication.filled):
        return {}
    least, most = (bound * units["元"] for bound in contracts.publication.largest_amount)
    # Rounded figures are told from exact ones where they have two decimals.
    sums = [check for check in checks if _is_telling_sum(check, units[unit] // 100)]
    off, count = sum(1 for check in sums if check.residual), len(sums)
    largest = max((abs(fact.amount or 0) for fact in publication.facts), default=0)
    if unit == "元" and largest < least and off >= max(_OFF, _OFF_SHARE * count):
        return {"largest": in_unit(largest, units[unit], unit), "off": off, "sums": count}
    # A large amount that no sum holds may be a slip.
    added = [term for check in sums if check.equation is not None for term in check.equation.terms]
    largest = max((abs(term.value or 0) for term in added), default=0)
    if unit != "元" and largest > most and not off and count >= _SUMS:
        return {"largest": in_unit(largest, units[unit], unit), "exact": count}
    return {}


def _is_telling_sum(check: Check, step: int) -> bool:
    """Whether an identity would tell rounded figures from exact ones: it adds up several with decimals.

    One that is off by more than rounding leaves tells of a slip.
    """
    equation = check.equation
    if equation is None or equation.relation != "=" or check.residual is None:
        return False
    parts = [term for term in equation.right if term.value and term.value // step % 100]
    return len(parts) > 1 and 2 * abs(check.residual) <= step * (len(equation.terms) + 1)


def _is_off_by(judged: JudgedClaim, ratio: Fraction) -> bool:
    """Whether an amount that does not hold would so many times as large."""
    claim = judged.claim
    if not judged.is_wrong or len(str(claim.value).strip("-0")) < _DIGITS:
        return False
    scaled = Span.around(claim.value * ratio, claim.half * ratio)
    told = [one.computed for one in (judged, *judged.candidates) if one.computed is not None]
    return any(scaled.meets(figure) for figure in told if _is_telling(figure))


def _is_telling(figure: Span) -> bool:
    """Whether a figure has digits enough: anything small enough is a zero in larger units."""
    return bool(abs(figure.value) >= _LEAST * (figure.high - figure.low))
