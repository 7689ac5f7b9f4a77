"""Says what is wrong once, with all that does not hold for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jcfs_etl.audit.causes import Cause
from jcfs_etl.audit.linear import Interval
from jcfs_etl.audit.localise import SuspectCell, SuspectSet
from jcfs_etl.audit.words import Words, as_printed, counted
from jcfs_etl.findings import Both, Finding, Value
from jcfs_etl.wording import joined, listed

#: Figures, identities and other explanations that a message names one by one.
_NAMED = 3
#: Identities that a message names where nothing explains them.
_NAMED_UNEXPLAINED = 6
#: The slip of a figure that nothing but the equations speaks for.
_ANY = "any other value"


def cause_finding(cause: Cause, words: Words) -> Finding:
    """One finding for a slip that violates several identities or statements.

    Args:
        cause: its figures, at least one, and what does not hold.
        words: names figures.

    Returns:
        ``figure_contradicted`` for a single figure, ``figures_contradicted`` for several that are wrong by
        one slip; without suspects.
    """
    cell = max(cause.cells, key=lambda c: _off(c, words))
    fact = words.fact(cell.key)
    code = "figures_contradicted" if len(cause.cells) > 1 else "figure_contradicted"
    amounts = words.scaled(cell.key, fact.value or 0, cell.low, cell.high)
    checks = {check.check for check in cause.checks}
    check = checks.pop() if len(checks) == 1 else None
    found = Finding(code, "inconsistent", "document", values=_said(cause, cell, words), check=check)
    return found.stating(*amounts).at(cell.key, fact.page, fact.box)


def _said(cause: Cause, cell: SuspectCell, words: Words) -> dict[str, Value]:
    """What the templates of the finding show."""
    said: dict[str, Value] = {
        "count": counted(len(cause.checks), len(cause.claims)),
        "broken": _broken(cause, words),
        "otherwise": _otherwise(cause, words),
        "slip": words.slip(cell.slip) if cell.slip != _ANY else "",
    }
    if len(cause.cells) > 1:
        return {**said, "where": _range(cause.cells, words)}
    return {
        **said,
        "where": words.where(cell.key),
        "printed": words.printed(cell.key),
        "unit": words.unit(cell.key) if words.fact(cell.key).value is not None else "",
        "implied": _implied(cell, words),
    }


def unexplained_finding(cause: Cause, words: Words) -> Finding:
    """One finding for identities that share figures and that no few figures explain.

    Args:
        cause: without figures, with the identities.
        words: names figures.
    """
    assert cause.conflict is not None
    worst = max(cause.checks, key=lambda check: abs(check.residual or 0))
    assert worst.key is not None
    fact = words.fact(worst.key)
    reported, computed = words.scaled(worst.key, worst.reported or 0, worst.computed or 0)
    tables = listed(dict.fromkeys(words.title(c.key) for c in cause.checks if c.key is not None))
    tried = "no one, two or three figures" if cause.conflict.complete else "none of the figures tried"
    said: dict[str, Value] = {"tables": tables, "count": len(cause.checks), "tried": tried}
    said["broken"] = _broken(cause, words, _NAMED_UNEXPLAINED)
    found = Finding("identities_unexplained", "inconsistent", "document", values=said)
    return found.stating(reported, computed, computed).at(worst.key, fact.page, fact.box)


def _off(cell: SuspectCell, words: Words) -> int:
    middle = Interval(cell.low, cell.high).middle
    return 0 if middle is None else abs((words.fact(cell.key).value or 0) - middle)


def _implied(cell: SuspectCell, words: Words) -> Both:
    """What the figure must be: as the table would print it, else the ends that the others leave."""
    if cell.meant:
        text = f"{Decimal(cell.meant):,f} {words.unit(cell.key)}".strip()
        return Both(text, text)
    ends = {name: end for name, end in (("low", cell.low), ("high", cell.high)) if end is not None}
    shown = {name: words.amount(cell.key, end) for name, end in ends.items()}
    return words.say(".".join(["implied", *ends]), **shown, unit=words.unit(cell.key))


def _range(cells: Sequence[SuspectCell], words: Words) -> Both:
    """Several figures: each with what it must be, or the first and the last of many."""
    if len(cells) > _NAMED:
        first, last = (words.where(cells[at].key) for at in (0, -1))
        return words.say("figures_from", first=first, last=last, count=len(cells))
    each = (words.say("meant", figure=words.shown(c.key), implied=_implied(c, words)) for c in cells)
    return joined(each, "; ", "；")


def _broken(cause: Cause, words: Words, most: int = _NAMED) -> Both:
    """The identities and statements, the first ones by their figures."""
    stated = ((judged.claim.page, as_printed(judged.claim)) for judged in cause.claims)
    states = [words.say("narrative_states", page=page, printed=printed) for page, printed in stated]
    parts = [*_identities(cause, words), *states]
    more = len(parts) - most
    rest = [words.say("more", count=more)] if more > 0 else []
    return joined([*parts[:most], *rest], "; ", "；")


def _identities(cause: Cause, words: Words) -> Iterator[Both]:
    """What identities give for the figure itself, then what they give for others."""
    own: dict[str, list[str]] = {}
    others: list[Both] = []
    for check in cause.checks:
        key = check.key
        assert key is not None
        right = f"{words.amount(key, check.computed)} {words.unit(key)}".strip()
        rule = f"“{check.statement.rstrip('.')}”"
        if cause.keys == {key}:
            own.setdefault(right, []).append(rule)
        else:
            stated, where = words.amount(key, check.reported), words.where(key)
            others.append(words.say("identity_gives", where=where, stated=stated, rule=rule, right=right))
    for right, rules in own.items():
        s = "s" if len(rules) == 1 else ""
        yield words.say("rules_give", rules=" and ".join(rules), s=s, right=right)
    yield from others


def _otherwise(cause: Cause, words: Words) -> Both | str:
    """Other explanations of as few figures; longer ones are in the data."""
    assert cause.conflict is not None
    best, *others = cause.conflict.sets
    others = [s for s in others if s.cells and s.size <= best.size]
    rivals = [s for s in others if cause.keys.isdisjoint(cell.key for cell in s.cells)]
    said = []
    if rivals:
        parts = joined((_set_in_words(s, words) for s in rivals[:_NAMED]), "; or ", "；或")
        more, are_more = len(rivals) - _NAMED, len(rivals) > _NAMED
        counts = {"more": more if are_more else "", "all": len(rivals) if are_more else ""}
        said.append(words.say("rivals", parts=parts, **counts))
    if not cause.conflict.complete:
        said.append(words.say("not_all_tried"))
    return joined(said, " ", "") if said else ""


def _set_in_words(suspects: SuspectSet, words: Words) -> Both:
    cells = suspects.cells[:1] if suspects.known_slip else suspects.cells
    each = (words.say("suspect", where=words.where(c.key), reason=words.slip(c.reason)) for c in cells)
    return joined(each, " and ", "和")
