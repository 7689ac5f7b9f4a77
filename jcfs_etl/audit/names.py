"""Whether a row or column whose name is nearly a label is what it was taken for: the identities tell.

A near label proposes a name and proves nothing. An identity with figures that holds proves it where it would
break under any other name: a total, a figure that stands alone in another table, or the only addend of a sum
that is not named by its label. Two addends that are named so could be exchanged, and nothing would break.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from jcfs_etl.audit.model import Check, Term
from jcfs_etl.contracts.model import Contracts, Table
from jcfs_etl.contracts.naming import row_name
from jcfs_etl.findings import Finding
from jcfs_etl.recognise.model import Fact, Key, Publication, PublishedTable, Renamed


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
    renamed: set[tuple[str, str, str]] = {
        (t.dataset, name.kind, name.id) for t in tables for name in t.renamed
    }
    holding: dict[Key, set[str]] = defaultdict(set)
    broken: set[Key] = set()
    for check in checks:
        if check.equation is None or check.equation.relation != "=":
            continue
        terms = [t for t in (*check.equation.left, *check.equation.right) if t.value]
        if check.verdict == "violated":
            broken |= {t.key for t in terms}
        elif check.verdict in ("exact", "rounding") and not check.unlikely and len(terms) > 1:
            for side in (check.equation.left, check.equation.right):
                for key in _proved(side, renamed):
                    holding[key].add(check.check)
    for table in tables:
        for name in table.renamed:
            yield _judged(table, name, holding, broken, contracts.tables[table.dataset])


def _proved(side: Sequence[Term], renamed: set[tuple[str, str, str]]) -> Iterator[Key]:
    """Figures of one side of an identity that holds whose near names it proves."""
    filled = [t.key for t in side if t.value]
    near = [k for k in filled if _is_renamed(k, renamed)]
    if len(near) == 1:
        yield near[0]


def _is_renamed(key: Key, renamed: set[tuple[str, str, str]]) -> bool:
    return (key.dataset, "row", key.row) in renamed or (key.dataset, "column", key.column) in renamed


def _judged(
    table: PublishedTable,
    name: Renamed,
    holding: dict[Key, set[str]],
    broken: set[Key],
    contract: Table,
) -> Finding:
    facts = [f for f in table.cells if (f.key.row if name.kind == "row" else f.key.column) == name.id]
    at_stake = [f for f in facts if f.value]
    proofs = sorted({check for f in at_stake for check in holding.get(f.key, ())})
    certain = not at_stake or (bool(proofs) and not any(f.key in broken for f in at_stake))
    first: Fact | None = next(iter(at_stake or facts), None)
    if name.kind == "row":
        means, place = row_name(contract, name.id), "rows"
    else:
        means, place = contract.columns[name.id].labels[0], "columns"
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
            "proofs": ", ".join(proofs[:3]),
            "mend": f"{place}: {{{name.id}: {{labels: [{name.printed}]}}}}",
        },
    )
