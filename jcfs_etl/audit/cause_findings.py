"""Says what is wrong once, with all that does not hold for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jcfs_etl.audit.causes import Cause
from jcfs_etl.audit.localise import SuspectCell, SuspectSet
from jcfs_etl.audit.statements import JudgedClaim
from jcfs_etl.audit.words import Words
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding, Value
from jcfs_etl.wording import in_chinese, listed

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
    code, said = _said(cause, cell, words, contracts)
    # A finding speaks in 分; a count is shown as so many 元, as in the checks.
    scale = 100 if words.is_count(cell.key) else 1
    low, high = (None if end is None else scale * end for end in (cell.low, cell.high))
    checks = {check.check for check in cause.checks}
    return Finding(
        code,
        "inconsistent",
        "document",
        values=said,
        dataset=cell.key.dataset,
        row=cell.key.row,
        column=cell.key.column,
        page=fact.page,
        box=fact.box,
        check=checks.pop() if len(checks) == 1 else None,
        reported=scale * (fact.value or 0),
        implied_low=low,
        implied_high=high,
    )


def _said(
    cause: Cause, cell: SuspectCell, words: Words, contracts: Contracts
) -> tuple[str, dict[str, Value]]:
    """The kind of the finding, and what its templates show."""
    said: dict[str, Value] = {
        "count": _count(cause),
        "broken": _broken(cause, words),
        "otherwise": _otherwise(cause, words, contracts),
        "slip": _slip(cell, contracts),
    }
    if len(cause.cells) > 1:
        code = "figures_contradicted"
        return code, {**said, "where": _range(cause.cells, words)}
    code, value = "figure_contradicted", words.fact(cell.key).value
    return code, {
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
    # A finding speaks in 分; a count is shown as so many 元, as in the checks.
    scale = 100 if words.is_count(worst.key) else 1
    tables = listed(dict.fromkeys(words.title(c.key) for c in cause.checks if c.key is not None))
    tried = (
        Both("no one, two or three figures", "一至三个数字")
        if cause.conflict.complete
        else Both("none of the figures tried", "所试数字")
    )
    return Finding(
        "identities_unexplained",
        "inconsistent",
        "document",
        values={
            "tables": tables,
            "count": len(cause.checks),
            "tried": tried,
            "broken": _broken(cause, words, _NAMED_UNEXPLAINED),
        },
        dataset=worst.key.dataset,
        row=worst.key.row,
        column=worst.key.column,
        page=fact.page,
        box=fact.box,
        reported=scale * (worst.reported or 0),
        implied_low=scale * (worst.computed or 0),
        implied_high=scale * (worst.computed or 0),
    )


def _off(cell: SuspectCell, words: Words) -> int:
    if cell.low is None or cell.high is None:
        return 0
    return abs((words.fact(cell.key).value or 0) - (cell.low + cell.high) // 2)


def _implied(cell: SuspectCell, words: Words) -> Both:
    """What the figure must be: as the table would print it, else the ends that the others leave."""
    if cell.meant:
        text = f"{Decimal(cell.meant):,f} {words.unit(cell.key)}".strip()
        return Both(text, text)
    ends = [words.amount(cell.key, end) for end in (cell.low, cell.high) if end is not None]
    unit = words.unit(cell.key)
    match (cell.low, cell.high):
        case (None, None):
            return Both("another figure", "其他数字")
        case (None, _):
            return Both(f"at most {ends[0]} {unit}".strip(), f"不大于 {ends[0]} {unit}".strip())
        case (_, None):
            return Both(f"at least {ends[0]} {unit}".strip(), f"不小于 {ends[0]} {unit}".strip())
    return Both(
        f"between {ends[0]} and {ends[1]} {unit}".strip(), f"在 {ends[0]} 与 {ends[1]} {unit} 之间".strip()
    )


def _slip(cell: SuspectCell, contracts: Contracts) -> Both | str:
    if cell.slip == _ANY:
        return ""
    return Both(cell.slip, in_chinese(cell.slip, contracts) or cell.slip)


def _range(cells: Sequence[SuspectCell], words: Words) -> Both:
    """Several figures: each with what it must be, or the first and the last of many."""
    if len(cells) > _NAMED:
        first, last = cells[0].key, cells[-1].key
        return Both(
            f"{words.place(first)} to {words.place(last)} ({len(cells)} figures)",
            f"{words.place(first, 'zh')}至{words.place(last, 'zh')}（共{len(cells)}个数字）",
        )
    parts = [(words.shown(c.key), words.shown(c.key, "zh"), _implied(c, words)) for c in cells]
    return Both(
        "; ".join(f"{shown}, where {implied.en} is meant" for shown, _, implied in parts),
        "；".join(f"{shown}，应为 {implied.zh}" for _, shown, implied in parts),
    )


def _count(cause: Cause) -> Both:
    identities, statements = len(cause.checks), len(cause.claims)
    parts = [f"{identities} {'identity' if identities == 1 else 'identities'}"]
    chinese = [f"{identities}条勾稽关系"]
    if statements:
        parts.append(f"{statements} {'statement' if statements == 1 else 'statements'} of the narrative")
        chinese.append(f"情况说明中{statements}处表述")
    return Both(" and ".join(parts), "和".join(chinese))


def _broken(cause: Cause, words: Words, most: int = _NAMED) -> Both:
    """The identities and statements, the first ones by their figures."""
    parts = [*_identities(cause, words), *_statements(cause.claims)]
    shown, more = parts[:most], len(parts) - most
    english, chinese = "; ".join(p.en for p in shown), "；".join(p.zh for p in shown)
    if more > 0:
        english, chinese = f"{english}; and {more} more", f"{chinese}；另有{more}处"
    return Both(english, chinese)


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
            others.append(
                Both(
                    f"{words.place(key)} has {stated}, where {rule} gives {right}",
                    f"{words.place(key, 'zh')}为 {stated}，推算为 {right}",
                )
            )
    for right, rules in own.items():
        verb = "gives" if len(rules) == 1 else "give"
        yield Both(f"{' and '.join(rules)} {verb} {right}", f"按勾稽关系推算为 {right}")
    yield from others


def _statements(claims: Sequence[JudgedClaim]) -> Iterator[Both]:
    for judged in claims:
        claim = judged.claim
        printed = f"{claim.printed} {claim.unit}".strip()
        yield Both(f"情况说明 page {claim.page} states {printed}", f"情况说明第{claim.page}页为 {printed}")


def _otherwise(cause: Cause, words: Words, contracts: Contracts) -> Both | str:
    """Other explanations of as few figures; longer ones are in the data."""
    assert cause.conflict is not None
    best, *others = cause.conflict.sets
    size = _size(best)
    rivals = [s for s in others if s.cells and _size(s) <= size and cause.keys.isdisjoint(_keys(s))]
    if not rivals and cause.conflict.complete:
        return ""
    parts = [_set_in_words(s, words, contracts) for s in rivals[:_NAMED]]
    english = ["; or ".join(p.en for p in parts)] if parts else []
    chinese = ["；或".join(p.zh for p in parts)] if parts else []
    if len(rivals) > _NAMED:
        english[0] += f"; or {len(rivals) - _NAMED} more"
        chinese[0] += f"等{len(rivals)}种可能"
    text = Both(f"It may as well be {english[0]}.", f"也可能是{chinese[0]}。") if parts else Both("", "")
    if not cause.conflict.complete:
        text = Both(f"{text.en} Not every combination was tried.".strip(), f"{text.zh}未试遍所有组合。")
    return text


def _set_in_words(suspects: SuspectSet, words: Words, contracts: Contracts) -> Both:
    cells = suspects.cells[:1] if suspects.known_slip else suspects.cells
    english, chinese = [], []
    for cell in cells:
        slip = in_chinese(cell.reason, contracts) or cell.reason
        english.append(f"{words.place(cell.key)}, {cell.reason}")
        chinese.append(f"{words.place(cell.key, 'zh')}（{slip}）")
    return Both(" and ".join(english), "和".join(chinese))


def _size(suspects: SuspectSet) -> int:
    return 1 if suspects.known_slip else len(suspects.cells) + len(suspects.aside)


def _keys(suspects: SuspectSet) -> frozenset[object]:
    return frozenset(cell.key for cell in suspects.cells)
