"""The cells of the published tables that a quantity of the narrative speaks of."""

from __future__ import annotations

from jcfs_etl.contracts.equations import parse_sum
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.interpret.model import Quantity
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Publication


def figures_of(
    quantity: Quantity, publication: Publication, contracts: Contracts
) -> tuple[tuple[int, Key], ...] | None:
    """The cells whose weighted sum is a quantity.

    Returns:
        Weight and key of each cell; None when the contract names none, or one of them is not on this
        form. Last year's figures and an adjusted budget
        beside another stand on no form.
    """
    narrative = contracts.narrative
    name, _, code = quantity.subject.partition("/")
    if quantity.period in ("last", "adjusted_budget"):
        return None
    if code:
        figure = narrative.families[name].figure if quantity.period == "this" else None
    else:
        subject = narrative.subjects[name]
        figure = subject.figure if quantity.period == "this" else subject.budget_figure
    if figure is None:
        return None
    cells = []
    for term in parse_sum(figure):
        key = Key(term.dataset or "", code if term.row.name == "code" else term.row.name, term.column.name)
        table = publication.tables.get(key.dataset)
        if table is None or key not in table.by_key:
            return None
        cells.append((term.weight, key))
    return tuple(cells)
