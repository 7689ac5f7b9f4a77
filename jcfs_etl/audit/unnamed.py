"""Sums of which a part has no name are not tried: what does not add up then is ours, not the publisher's."""

from __future__ import annotations

from collections.abc import Iterable

from jcfs_etl.audit.model import Check
from jcfs_etl.contracts.equations import Equation
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.recognise.model import Publication

_UNNAMED = frozenset({"unknown_row", "unknown_column", "token_left_over", "unjoined_grid"})


def without_unnamed_parts(
    checks: Iterable[Check], publication: Publication, contracts: Contracts
) -> list[Check]:
    """Checks, where a violated sum over a table in which a figure has no name is not applicable.

    Args:
        checks: every identity, tried.
        publication: as recognised; its findings say which tables hold figures without a name.
        contracts: whose identities were tried.
    """
    tables = {f.dataset for f in publication.findings if f.blocks and f.code in _UNNAMED}
    sums = {
        identity.id: found
        for home, identity in contracts.homes
        if (found := _sums_in(identity.parsed, home) & tables)
    }
    return [_untried(check, sums, contracts) for check in checks]


def _sums_in(equation: Equation, home: str | None) -> set[str | None]:
    """Tables in which an equation adds up all parts that the form prints."""
    return {
        term.dataset or home
        for term in equation.terms
        if any(selector.kind in ("parts", "children") for selector in (term.row, term.column))
    }


def _untried(check: Check, sums: dict[str, set[str | None]], contracts: Contracts) -> Check:
    if check.verdict != "violated" or check.check not in sums:
        return check
    titles = "、".join(contracts.tables[d].title for d in sorted(filter(None, sums[check.check])))
    note = f"a figure of {titles} has no name, and may be a part of the sum"
    return Check(check.check, check.statement, "not_applicable", note=note)
