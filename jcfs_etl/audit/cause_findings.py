"""Says what is wrong once, with all that does not hold for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jcfs_etl.audit.causes import Cause
from jcfs_etl.audit.linear import Interval
from jcfs_etl.audit.localise import SuspectCell, SuspectSet
from jcfs_etl.audit.statements import JudgedClaim
from jcfs_etl.audit.words import Words, as_printed, counted
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding, Value
from jcfs_etl.wording import in_chinese, joined, listed

#: Figures, identities and other explanations that a message names one by one.
_NAMED = 3
#: Identities that a message names where nothing explains them.
_NAMED_UNEXPLAINED = 6
#: The slip of a figure that nothing but the equations speaks for.
_ANY = "any other value"


def cause_finding(cause: Cause, words: Words, contracts: Contracts) -> Finding:
    """One finding for a slip that violates several identities or statements.

    Args:
        cause: its figures, at least one, and what does not hold.
        words: names figures.
        contracts: words of slips in Chinese.

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
    found = Finding(
        code, "inconsistent", "document", values=_said(cause, cell, words, contracts), check=check
    )
    return found.stating(*amounts).at(cell.key, fact.page, fact.box)


def _said(cause: Cause, cell: SuspectCell, words: Words, contracts: Contracts) -> dict[str, Value]:
    """What the templates of the finding show."""
    slip = Both(cell.slip, in_chinese(cell.slip, contracts) or cell.slip)
    said: dict[str, Value] = {
        "count": counted(len(cause.checks), len(cause.claims)),
        "broken": _broken(cause, words),
        "otherwise": _otherwise(cause, words, contracts),
        "slip": slip if cell.slip != _ANY else "",
    }
    if len(cause.cells) > 1:
        return {**said, "where": _range(cause.cells, words)}
    value = words.fact(cell.key).value
    return {
        **said,
        "where": words.where(cell.key),
        "printed": words.amount(cell.key, value) if value is not None else Both("blank", "空白"),
        "unit": words.unit(cell.key) if value is not None else "",
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
    tried = (
        Both("no one, two or three figures", "一至三个数字")
        if cause.conflict.complete
        else Both("none of the figures tried", "所试数字")
    )
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
    low, high = words.amount(cell.key, cell.low), words.amount(cell.key, cell.high)
    unit = words.unit(cell.key)
    match (cell.low, cell.high):
        case (None, None):
            return Both("another figure", "其他数字")
        case (None, _):
            return Both(f"at most {high} {unit}".strip(), f"不大于 {high} {unit}".strip())
        case (_, None):
            return Both(f"at least {low} {unit}".strip(), f"不小于 {low} {unit}".strip())
    return Both(f"between {low} and {high} {unit}".strip(), f"在 {low} 与 {high} {unit} 之间".strip())


def _range(cells: Sequence[SuspectCell], words: Words) -> Both:
    """Several figures: each with what it must be, or the first and the last of many."""
    if len(cells) > _NAMED:
        first, last = cells[0].key, cells[-1].key
        return Both(
            f"{words.place(first)} to {words.place(last)} ({len(cells)} figures)",
            f"{words.place(first, 'zh')}至{words.place(last, 'zh')}（共{len(cells)}个数字）",
        )
    parts = []
    for key, implied in ((cell.key, _implied(cell, words)) for cell in cells):
        english = f"{words.shown(key)}, where {implied.en} is meant"
        parts.append(Both(english, f"{words.shown(key, 'zh')}，应为 {implied.zh}"))
    return joined(parts, "; ", "；")


def _broken(cause: Cause, words: Words, most: int = _NAMED) -> Both:
    """The identities and statements, the first ones by their figures."""
    parts = [*_identities(cause, words), *_statements(cause.claims)]
    more = len(parts) - most
    rest = [Both(f"and {more} more", f"另有{more}处")] if more > 0 else []
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
            stated = words.amount(key, check.reported)
            english = f"{words.place(key)} has {stated}, where {rule} gives {right}"
            others.append(Both(english, f"{words.place(key, 'zh')}为 {stated}，推算为 {right}"))
    for right, rules in own.items():
        verb = "gives" if len(rules) == 1 else "give"
        yield Both(f"{' and '.join(rules)} {verb} {right}", f"按勾稽关系推算为 {right}")
    yield from others


def _statements(claims: Sequence[JudgedClaim]) -> Iterator[Both]:
    for claim in (judged.claim for judged in claims):
        printed = as_printed(claim)
        yield Both(f"情况说明 page {claim.page} states {printed}", f"情况说明第{claim.page}页为 {printed}")


def _otherwise(cause: Cause, words: Words, contracts: Contracts) -> Both | str:
    """Other explanations of as few figures; longer ones are in the data."""
    assert cause.conflict is not None
    best, *others = cause.conflict.sets
    others = [s for s in others if s.cells and s.size <= best.size]
    rivals = [s for s in others if cause.keys.isdisjoint(cell.key for cell in s.cells)]
    said = []
    if rivals:
        parts = joined((_set_in_words(s, words, contracts) for s in rivals[:_NAMED]), "; or ", "；或")
        more = len(rivals) - _NAMED
        rest = Both(f"; or {more} more", f"等{len(rivals)}种可能") if more > 0 else Both("", "")
        said.append(Both(f"It may as well be {parts.en}{rest.en}.", f"也可能是{parts.zh}{rest.zh}。"))
    if not cause.conflict.complete:
        said.append(Both("Not every combination was tried.", "未试遍所有组合。"))
    return joined(said, " ", "") if said else ""


def _set_in_words(suspects: SuspectSet, words: Words, contracts: Contracts) -> Both:
    parts = []
    for cell in suspects.cells[:1] if suspects.known_slip else suspects.cells:
        slip = in_chinese(cell.reason, contracts) or cell.reason
        english = f"{words.place(cell.key)}, {cell.reason}"
        parts.append(Both(english, f"{words.place(cell.key, 'zh')}（{slip}）"))
    return joined(parts, " and ", "和")
