"""Every identity of the contracts, tried on a publication's figures."""

from __future__ import annotations

from jcfs_etl.audit.binding import bind
from jcfs_etl.audit.model import Check, Figures
from jcfs_etl.audit.rounding import judge
from jcfs_etl.contracts.identity import Identity
from jcfs_etl.contracts.model import Contracts


def try_identity(identity: Identity, home: str | None, figures: Figures, contracts: Contracts) -> list[Check]:
    """Try one identity wherever the form has what it speaks of.

    Args:
        identity: from a table's contract, or from the identities between tables.
        home: the dataset whose contract holds it; None for an identity between tables.
        figures: the document's.
        contracts: the contracts.

    Returns:
        One check for each row, column, class or code that the identity ranges over on this form; one
        ``not_applicable`` with the reason where there is none.
    """
    binding = bind(identity, home, figures, contracts)
    if binding.equations:
        return [judge(equation, figures) for equation in binding.equations]
    why = binding.obstacles[0] if binding.obstacles else "nothing on this form to try it on"
    return [Check(identity.id, identity.statement, "not_applicable", note=why)]


def try_identities(figures: Figures, contracts: Contracts) -> list[Check]:
    """Try every identity of the contracts on a publication.

    Args:
        figures: of its tables.
        contracts: the contracts that named them.

    Returns:
        The checks of each table that is there, in the order in which they were read, then those between
        tables, then one ``not_applicable`` for each identity of a table that is not there.
    """
    homes: list[tuple[str | None, Identity]]
    homes = [(d, i) for d in figures.rows for i in contracts.tables[d].identities]
    homes += [(None, i) for i in contracts.identities]
    checks = [check for home, i in homes for check in try_identity(i, home, figures, contracts)]
    for dataset, contract in contracts.tables.items():
        if dataset not in figures.rows:
            note = f"{contract.title} is not there"
            checks += [Check(i.id, i.statement, "not_applicable", note=note) for i in contract.identities]
    return checks
