"""The identities of the contracts, bound to the rows and columns that a form really has, and tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from msgspec import Struct, field

from jcfs_etl.audit.model import BoundEquation, Check, Figures, Term
from jcfs_etl.audit.spans import judge
from jcfs_etl.contracts.equations import Equation, Selector, TermPattern
from jcfs_etl.contracts.identity import Identity
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import ALL_CLASSES, Table
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Publication

_UNNAMED = frozenset({"unknown_row", "unknown_column", "token_left_over", "unjoined_grid"})


class Binding(Struct):
    """What came of binding one identity: its equations, or why there are none."""

    equations: list[BoundEquation] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)


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


def bind(identity: Identity, home: str | None, figures: Figures, contracts: Contracts) -> Binding:
    """Bind an identity to a document.

    Args:
        identity: from a table's contract, or from the identities between tables.
        home: the dataset whose contract holds it; None for an identity between tables.
        figures: rows, columns and values of the document.
        contracts: the contracts.

    Returns:
        One equation for each row, column, class or code it ranges over on this form. An equation
        that names a row or column which is not on the form is left out (a missing row is never read
        as zero), and so is one in which every cell is blank.
    """
    binding = Binding()
    binder = _Binder(home, figures, contracts)
    for names in product(*(binder.range_of(each) for each in identity.each)):
        variables: dict[str, str] = dict(zip(identity.each, names, strict=True))
        try:
            assert identity.parsed.relation != "/"  # amounts of tables are summed up (validation)
            left = tuple(binder.terms(identity.parsed.left, variables))
            right = tuple(binder.terms(identity.parsed.right, variables))
        except _NotOnFormError as missing:
            binding.obstacles.append(str(missing))
            continue
        if all(t.value is None for t in left + right):
            binding.obstacles.append("all its figures are blank")
            continue
        binding.equations.append(
            BoundEquation(identity.id, identity.statement, left, right, identity.parsed.relation)
        )
    return binding


class _NotOnFormError(Exception):
    """A row or column that the equation names is not on this form."""


class _Binder:
    def __init__(self, home: str | None, figures: Figures, contracts: Contracts) -> None:
        self._home, self._figures, self._contracts = home, figures, contracts

    def range_of(self, each: str) -> list[str]:
        """What a variable of the identity ranges over on this form."""
        if each == "class":
            return [c for c in self._contracts.functional if len(c) == 3]
        if self._home is None or self._home not in self._figures.rows:
            return []
        if each == "row":
            return list(self._figures.rows[self._home])
        if each == "column":
            return list(self._figures.columns[self._home])
        return [r for r in self._figures.rows[self._home] if (self._home, r) in self._figures.children]

    def terms(self, patterns: tuple[TermPattern, ...], variables: dict[str, str]) -> Iterator[Term]:
        for pattern in patterns:
            dataset = pattern.dataset or self._home
            assert dataset is not None
            if dataset not in self._figures.rows:
                raise _NotOnFormError(f"{self._contracts.tables[dataset].title} is not there")
            table = self._contracts.tables[dataset]
            rows = self._rows(table, pattern.row, variables)
            columns = self._columns(table, pattern.column, variables)
            for row, column in product(rows, columns):
                key = Key(dataset, row, column)
                if key not in self._figures.values:
                    raise _NotOnFormError(f"{dataset} has no {row}/{column} on this form")
                yield Term(pattern.weight, key, self._figures.values[key])

    def _rows(self, table: Table, selector: Selector, variables: dict[str, str]) -> list[str]:
        if selector.kind == "children":
            return self._figures.children.get((table.dataset, variables[selector.name]), [])
        present = self._figures.rows[table.dataset]
        return self._named(
            selector, variables, (r for r in present if self._is_part(table, r, selector.name))
        )

    def _columns(self, table: Table, selector: Selector, variables: dict[str, str]) -> list[str]:
        present = self._figures.columns[table.dataset]
        return self._named(
            selector, variables, (c for c in present if table.columns[c].part_of == selector.name)
        )

    @staticmethod
    def _named(selector: Selector, variables: dict[str, str], parts: Iterator[str]) -> list[str]:
        """What a selector names: one thing, what a variable stands for, or the parts on this form."""
        if selector.kind in ("id", "each"):
            return [selector.name if selector.kind == "id" else variables[selector.name]]
        found = list(parts)
        if not found:
            raise _NotOnFormError(f"no part of {selector.name} is on this form")
        return found

    def _is_part(self, table: Table, row: str, whole: str) -> bool:
        if table.kind == "functional":
            return len(row) == 3 and row.isdigit()
        if table.kind == "economic":
            category = self._contracts.economic.get(row)
            group = table.rows[whole].group
            return len(row) == 3 and category is not None and group in (category.group, ALL_CLASSES)
        for side in table.sides.values():
            if row in side.rows:
                summed_up = side.rows[row].unless in self._figures.rows[table.dataset]
                return side.rows[row].part_of == whole and not summed_up
            if side.classes_part_of == whole and row in self._contracts.functional:
                return True
        return False


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
