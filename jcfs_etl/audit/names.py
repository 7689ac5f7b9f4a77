"""Whether rows and columns are what they were taken for, as identities tell.

A near label, or the order of the form, proposes a name and proves nothing. An identity with figures that
holds proves it where it would break under any other name: a total, a figure that stands alone in another
table, or the only addend of a sum that is not named by its label. Two addends that are named so could be
exchanged, and nothing would break; nor does a column that adds up in itself tell which column it is. The
order says less than a label that is nearly right: it proves no addend, and a sum of one proves little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from msgspec import Struct, field

from jcfs_etl.audit.model import Check
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.naming import line_to_add, row_name
from jcfs_etl.contracts.table import Table
from jcfs_etl.findings import Finding, finding
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Evidence, Fact, Publication, PublishedTable, Renamed

#: Dataset, ``row`` or ``column``, and its id.
Name = tuple[str, str, str]
#: Of each figure of the tables at hand, its names that are not by its labels.
Names = Mapping[Key, Set[Name]]


def near_names(publication: Publication, checks: Iterable[Check], contracts: Contracts) -> Iterator[Finding]:
    """A finding for each row or column that was named by a near label or by the order of the form.

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
    names = {fact.key: _names(fact, renamed) for t in tables for fact in t.facts}
    proofs: dict[Name, _Proofs] = defaultdict(_Proofs)
    broken: set[Key] = set()
    for check in checks:
        if check.equation is None or check.equation.relation != "=":
            continue
        sides = [[t.key for t in s if t.value] for s in (check.equation.left, check.equation.right)]
        keys = [key for side in sides for key in side]
        if check.verdict == "violated":
            broken.update(keys)
        elif check.holds and not check.unlikely and len(keys) > 1:
            for side in sides:
                for proved in _proved(side, keys, names):
                    proofs[proved].add(check.check, proved, side, keys, names)
    for table in tables:
        for name in table.renamed:
            found = proofs[table.dataset, name.kind, name.id]
            yield _judged(table, name, found, broken, contracts.tables[table.dataset])


class _Proofs(Struct):
    """Identities that hold with a name, and those of them that make the order of the form certain."""

    all: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)
    firm: bool = False

    def add(self, check: str, name: Name, side: Sequence[Key], keys: Sequence[Key], names: Names) -> None:
        """Add an identity that holds: of its figures ``keys``, the name's own stands on ``side``."""
        self.all.add(check)
        others = [key for key in keys if name not in names.get(key, ())]
        if len(side) > 1 or any(names.get(key) for key in others):
            return
        self.alone.add(check)
        self.firm = self.firm or len(others) > 1 or any(key.dataset != name[0] for key in others)

    def certify(self, named_by: Evidence) -> bool:
        """Whether they are enough for a name that was found so."""
        return self.firm or len(self.alone) > 1 if named_by == "order" else bool(self.all)


def _proved(side: Sequence[Key], keys: Sequence[Key], names: Names) -> Iterator[Name]:
    """Names that an identity proves by one of its sides, all of its figures being ``keys``."""
    near = [key for key in side if names.get(key)]
    if len(near) == 1:
        for name in names[near[0]]:
            if sum(name in names.get(key, ()) for key in keys) == 1:
                yield name


def _names(fact: Fact, renamed: set[Name]) -> set[Name]:
    """Names of a figure that are not by its labels: of its row, or of its column.

    A column of the other side of a form may have the same id and its own label; it proves nothing.
    """
    row, column = (fact.key.dataset, "row", fact.key.row), (fact.key.dataset, "column", fact.key.column)
    if row in renamed:
        return {row}
    return {column} & renamed if fact.named_by in ("near", "order") else set()


def _judged(
    table: PublishedTable, name: Renamed, proofs: _Proofs, broken: set[Key], contract: Table
) -> Finding:
    is_row = name.kind == "row"
    facts = [f for f in table.cells if (f.key.row if is_row else f.key.column) == name.id]
    at_stake = [f for f in facts if f.value]
    # A nought is the same under each name that is nearly right, and may be of no line at all in the order.
    harmless = not at_stake and name.named_by != "order"
    certain = harmless or (proofs.certify(name.named_by) and not any(f.key in broken for f in at_stake))
    first: Fact | None = next(iter(at_stake or facts), None)
    means = row_name(contract, name.id) if is_row else contract.columns[name.id].labels[0]
    code = "uncertain_name"
    if certain:
        code = "ordered_name" if name.named_by == "order" else "near_name"
    return finding(
        code,
        "info" if certain else "error",
        first.page if first else table.pages[0],
        first.box if first else None,
        title=table.title,
        printed=name.printed,
        means=means,
        how="stands in the form's place of" if name.named_by == "order" else "is nearly",
        proofs=str(len(proofs.all)) if proofs.all else "",
        mend=line_to_add(contract, name.kind, name.id, name.printed),
    ).of(table.dataset, **{name.kind: name.id})
