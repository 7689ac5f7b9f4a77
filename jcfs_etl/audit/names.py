"""Whether a row or column whose name is nearly a label is what it was taken for: the identities tell.

A near label proposes a name and proves nothing. An identity with figures that holds proves it where it would
break under any other name: a total, a figure that stands alone in another table, or the only addend of a sum
that is not named by its label. Two addends that are named so could be exchanged, and nothing would break; nor
does a column that adds up in itself tell which column it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from jcfs_etl.audit.model import Check
from jcfs_etl.contracts.model import Contracts, Table
from jcfs_etl.contracts.naming import line_to_add, row_name
from jcfs_etl.findings import Finding
from jcfs_etl.recognise.model import Fact, Key, Publication, PublishedTable, Renamed

#: Dataset, ``row`` or ``column``, and its id.
Name = tuple[str, str, str]


def near_names(publication: Publication, checks: Iterable[Check], contracts: Contracts) -> Iterator[Finding]:
    """A finding for each row or column that was named by a near label.

    Args:
        publication: as recognised.
        checks: every identity tried on it.
        contracts: the contracts, for what the names mean.

    Yields:
        A note where identities certify the name or no figure is at stake; else an error that keeps the
        document from being published.
    """
    tables = [t for t in publication.filled if t.renamed]
    if not tables:
        return
    renamed: set[Name] = {(t.dataset, name.kind, name.id) for t in tables for name in t.renamed}
    holding: dict[Name, set[str]] = defaultdict(set)
    broken: set[Key] = set()
    for check in checks:
        if check.equation is None or check.equation.relation != "=":
            continue
        sides = [[t.key for t in s if t.value] for s in (check.equation.left, check.equation.right)]
        keys = [key for side in sides for key in side]
        if check.verdict == "violated":
            broken.update(keys)
        elif check.verdict in ("exact", "rounding") and not check.unlikely and len(keys) > 1:
            for side in sides:
                for proved in _proved(side, keys, renamed):
                    holding[proved].add(check.check)
    for table in tables:
        for name in table.renamed:
            yield _judged(table, name, holding, broken, contracts.tables[table.dataset])


def _proved(side: Sequence[Key], keys: Sequence[Key], renamed: set[Name]) -> Iterator[Name]:
    """Near names that an identity proves by one of its sides, all of its figures being ``keys``."""
    near = [key for key in side if _names(key) & renamed]
    if len(near) == 1:
        for name in _names(near[0]) & renamed:
            if sum(name in _names(key) for key in keys) == 1:
                yield name


def _names(key: Key) -> set[Name]:
    return {(key.dataset, "row", key.row), (key.dataset, "column", key.column)}


def _judged(
    table: PublishedTable,
    name: Renamed,
    holding: dict[Name, set[str]],
    broken: set[Key],
    contract: Table,
) -> Finding:
    facts = [f for f in table.cells if (f.key.row if name.kind == "row" else f.key.column) == name.id]
    at_stake = [f for f in facts if f.value]
    proofs = sorted(holding.get((table.dataset, name.kind, name.id), ()))
    certain = not at_stake or (bool(proofs) and not any(f.key in broken for f in at_stake))
    first: Fact | None = next(iter(at_stake or facts), None)
    is_row = name.kind == "row"
    means = row_name(contract, name.id) if is_row else contract.columns[name.id].labels[0]
    return Finding(
        "near_name" if certain else "uncertain_name",
        "info" if certain else "error",
        "document" if certain else "extraction",
        dataset=table.dataset,
        row=name.id if name.kind == "row" else None,
        column=name.id if name.kind == "column" else None,
        page=first.page if first else table.pages[0],
        box=first.box if first else None,
        values={
            "title": table.title,
            "page": first.page if first else table.pages[0],
            "printed": name.printed,
            "means": means,
            "proofs": str(len(proofs)) if proofs else "",
            "mend": line_to_add(contract, name.kind, name.id, name.printed),
        },
    )
